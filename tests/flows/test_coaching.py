"""What a coach hears of a team: each flag a school week after the team saw it, if the team shows it, once a week."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from adapters import text
from bot.sample import CALENDAR
from flows import coaching
from flows.decision_records import Decision
from flows.records import Action
from flows.sends import Send
from tests.world import Rules


def team(shown: str = "decisions") -> Rules:
    """A team that acts, with a coach."""
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", kay="coach")
    rules.starts("ana")
    rules.fills("ana", "order charter change", priority="Feedback", coach=shown)
    rules.room = rules.room.having([replace(charter, coach=shown) for charter in rules.room.charters])
    return rules


def act(rules: Rules, *actions: Action) -> None:
    for words in ("met", "cycle next because a", "cycle next because b"):
        rules.says("ana", words)
    rules.room = rules.room.having(actions)


def action(number: int, due: date, **more: str) -> Action:
    return Action("team", number, 1, f"SECRET {number}", "ben", due, "ben", **{"state": "open", **more})


def digests(rules: Rules) -> list[Send]:
    return [send for send in rules.sends.values() if send.to == "kay"]


def until(rules: Rules, day: date, wall: time = time(16)) -> None:
    rules.until(CALENDAR.at(day, wall))


def drawn(rules: Rules, day: date) -> str:
    message = coaching.draw(replace(rules.room, others=rules.room.others or (rules.room,)), day, "kay")
    return text.draw(message) if message else ""


def test_an_overdue_action_is_told_a_school_week_later_and_quotes_nobody() -> None:
    rules = team("work")
    act(rules, action(1, date(2027, 2, 10)))
    until(rules, date(2027, 2, 22))
    assert digests(rules) == [], (
        "late since Thursday the 11th; with the February break five school days end on the 25th"
    )
    until(rules, date(2027, 3, 1))

    (send,) = digests(rules)
    assert CALENDAR.local(send.due).strftime("%a %m-%d") == "Mon 03-01"
    told = drawn(rules, date(2027, 3, 1))
    assert "Action 1 is overdue." in told
    assert "Leadership team" in told
    assert "SECRET" not in told


@pytest.mark.parametrize(("shown", "is_told"), [("course", False), ("work", True), ("decisions", True)])
def test_a_coach_hears_of_actions_only_where_the_team_shows_them(shown: str, is_told: bool) -> None:
    rules = team(shown)
    act(rules, action(1, date(2027, 2, 8)))
    until(rules, date(2027, 3, 2))

    assert bool(digests(rules)) is is_told


def test_a_blocked_action_is_told_a_week_after_it_was_first_seen_so_and_not_once_it_goes_on() -> None:
    rules = team("work")
    act(rules, action(1, date(2027, 4, 20), status="blocked", blocker="SECRET"))
    until(rules, date(2027, 2, 9))
    assert digests(rules) == []
    until(rules, date(2027, 2, 23))
    assert "Action 1 is blocked." in drawn(rules, date(2027, 2, 22))
    rules.says("ben", "action on track 1")

    assert drawn(rules, date(2027, 2, 22)) == "", "what is settled by then is left out"


def test_a_decision_that_came_back_is_told_where_decisions_are_shown() -> None:
    for shown, is_told in (("work", False), ("decisions", True)):
        rules = team(shown)
        act(rules)
        closes = CALENDAR.at(date(2027, 2, 4), time(15))
        lost = Decision("team", 1, 1, "consent", "SECRET", "", "lena", closes - timedelta(days=2), closes_at=closes)
        rules.room = rules.room.having([replace(lost, state="returned")])

        assert ("Decision 1 is back with its owner." in drawn(rules, date(2027, 2, 22))) is is_told


def test_a_phase_that_waits_is_told_at_every_level_with_the_level_of_support() -> None:
    rules = team("course")
    rules.says("ana", "met")
    rules.says("ana", "team level starting")
    until(rules, date(2027, 4, 1))

    told = drawn(rules, date(2027, 3, 29))
    assert "The phase waits beyond its time." in told
    assert "at the level: starting" in told
    assert digests(rules)


def test_one_message_tells_of_all_teams_and_is_one_however_many_decide_it() -> None:
    one, other = team("work"), team("work")
    for rules in (one, other):
        act(rules, action(1, date(2027, 2, 8)))
    other.room = replace(other.room, team=replace(other.room.team, id="science", name="Science"))
    for rules in (one, other):
        until(rules, date(2027, 3, 2))
    keys = [{send.key for send in digests(rules)} for rules in (one, other)]
    assert keys[0] == keys[1], "the same reason: the second one sends nothing"

    one.room = replace(one.room, others=(one.room, other.room))
    told = drawn(one, date(2027, 3, 1))
    assert "Leadership team" in told
    assert "Science" in told


def test_what_was_told_before_is_told_shortly_and_what_is_new_comes_first() -> None:
    rules = team("work")
    act(rules, action(1, date(2027, 2, 8)), action(2, date(2027, 3, 1)))
    until(rules, date(2027, 3, 2))
    assert "In Reflect. Action 1 is overdue." in drawn(rules, date(2027, 3, 1))
    until(rules, date(2027, 3, 9))
    assert "Nothing is new since the last message" in drawn(rules, date(2027, 3, 8))
    assert "In Reflect. Still, since Tuesday, February 9: Action 1 is overdue." in drawn(rules, date(2027, 3, 8))
    until(rules, date(2027, 3, 16))

    told = drawn(rules, date(2027, 3, 15))
    assert "In Reflect. Action 2 is overdue. Still, since Tuesday, February 9: Action 1 is overdue." in told
    assert "Nothing is new" not in told


def test_a_week_without_a_flag_and_a_team_without_a_coach_send_nothing() -> None:
    rules = team("decisions")
    act(rules, action(1, date(2027, 4, 20)))
    until(rules, date(2027, 3, 10))
    assert digests(rules) == []
    rules.room = replace(rules.room, memberships=rules.room.memberships[:-1])
    assert list(coaching.dues(rules.room)) == []
