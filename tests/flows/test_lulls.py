"""Lulls: when a coach hears that a team is quiet, and that a small team's silence is nobody's to hear of."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.sample import CALENDAR
from flows import coaching, lulls
from flows.flow import Conversation
from flows.records import Line, Move
from tests.world import Rules

BEGUN = date(2027, 2, 2)


def team(people: int, shown: str = "work") -> Rules:
    """A team of so many members that has begun to act, with a coach."""
    names = {f"p{number}": "teacher" for number in range(people - 1)}
    rules = Rules(lena="administrator, facilitator", **names, kay="coach")
    rules.starts("lena")
    rules.fills("lena", "order charter change", priority="Feedback", coach=shown)
    at = CALENDAR.at(BEGUN, time(9))
    move = Move("team", 1, max(each.number for each in rules.room.moves) + 1, "opened", "act", at)
    charters = [replace(each, coach=shown) for each in rules.room.charters]
    rules.room = replace(rules.room, conversations={}).having([move, *charters])
    return rules


def asked(rules: Rules, day: date, answered: int) -> None:
    """Everybody is asked that day; the first so many answer it."""
    at = CALENDAR.at(day, time(14, 30))
    talks = [
        Conversation(f"1.{day}/{each.id}", "reflect", each.id, at, answered_at=at if number < answered else None)
        for number, each in enumerate(rules.room.prompted())
    ]
    rules.room = rules.room.having(talks)


def told(rules: Rules, day: date) -> set[str]:
    return {flag.phrase for flag in coaching.shown(rules.room, rules.room.member("kay"), day)}


def test_nobody_reflected_for_ten_school_days_and_once_somebody_does_it_is_over() -> None:
    rules = team(6)
    due = CALENDAR.add_school_days(BEGUN, 10)

    assert told(rules, due - timedelta(days=1)) == set()
    assert told(rules, due) == {"coach.quiet"}
    asked(rules, due - timedelta(days=5), answered=4)
    assert told(rules, due) == set()


def test_in_a_small_team_only_what_was_shared_counts_and_nothing_is_said_of_who_answers() -> None:
    rules = team(5)
    due = CALENDAR.add_school_days(BEGUN, 10)
    asked(rules, due - timedelta(days=5), answered=5)

    assert told(rules, due) == {"coach.unshared"}, "private words of a small team are not counted"
    assert lulls.band(rules.room, due) == ""
    rules.room = rules.room.having([Line("team", 1, 1, "reflect", "what", "", "p1", True, "A line", due)])
    assert told(rules, due) == set()


@pytest.mark.parametrize(
    ("answered", "band"), [(0, "few"), (1, "few"), (2, "some"), (3, "some"), (4, "most"), (6, "most")]
)
def test_how_many_answer_is_told_in_three_bands(answered: int, band: str) -> None:
    rules, day = team(6), date(2027, 2, 9)
    asked(rules, day - timedelta(days=4), answered)

    assert lulls.band(rules.room, day) == band
    assert ("coach.few" in told(rules, day + timedelta(days=20))) is (band == "few")


def test_who_was_asked_just_now_and_who_wants_to_be_asked_no_more_are_not_counted() -> None:
    rules, day = team(6), date(2027, 2, 9)
    asked(rules, day - timedelta(days=2), answered=0)
    assert lulls.band(rules.room, day) == "", "there was no time to answer"

    asked(rules, day - timedelta(days=4), answered=0)
    of_one = [each for each in rules.room.conversations.values() if each.member == "p1"]
    rules.room = rules.room.having([replace(each, declined_at=each.opened_at) for each in of_one])
    assert lulls.band(rules.room, day) == "", "five are too few to tell"


def test_a_team_that_shows_its_phase_only_shows_nothing_of_it() -> None:
    rules = team(6, "course")

    assert told(rules, date(2027, 3, 30)) == set()
