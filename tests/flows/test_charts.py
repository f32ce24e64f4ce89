"""When a card shows a chart, and what it says."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from adapters import text
from flows import charts, cycle, overview, phase_cards, team_page, wanted
from flows.flow import Conversation
from flows.markup import plain, silent
from flows.messages import Chart, Message
from flows.people import SMALL
from flows.records import Action, Ballot, Cycle, Move, Need, Occurrence, Result
from flows.room import Room
from flows.sends import Go, Send, SendKind
from tests.world import Rules, scripts

TEXTS = ("Planning time", "Quiet rooms", "Newer books")
TODAY = date(2027, 2, 12)


def team(size: int) -> Rules:
    return Rules(**dict.fromkeys(("ana", "ben", "cai", "dov", "eva", "finn", "gil", "hal")[:size], "teacher"))


def voted(size: int, *ballots: dict[str, int], shares: str = "") -> Room:
    """A team whose vote is over, with these dots on its three needs."""
    rules = team(size)
    members = [member.id for member in rules.room.members]
    room = rules.room
    if shares:
        flow = replace(scripts().flow("needs"), shares=shares)
        room = replace(room, scripts=replace(scripts(), by_name={**scripts().by_name, "needs": {"": flow}}))
    conversation = Conversation("1.1.ask1/vote/ana", "vote", "ana", rules.now, done_at=rules.now, cycle=1, phase="1.1")
    given = [Ballot("team", 1, member, dots) for member, dots in zip(members, ballots, strict=False)]
    needs = [Need("team", number, 1, members[0], "", words) for number, words in enumerate(TEXTS, 1)]
    opened = Move("team", 1, 1, "opened", "needs", rules.now)
    shut = Occurrence("team", 1, "1.shut1", rules.now)
    return room.having([Cycle("team", 1, TODAY, 10), opened, *needs, *given, conversation, shut])


def card(room: Room, epoch: int = 1) -> Message:
    return phase_cards.draw(room, epoch) or pytest.fail("there is no card")


def shown(room: Room, epoch: int = 1) -> dict[str, int]:
    """The bars on a card by their labels; nothing where there is no chart."""
    chart = card(room, epoch).chart
    return {plain(bar.label): bar.value for bar in chart.bars} if chart else {}


def chart_of(room: Room, epoch: int = 1) -> Chart:
    return card(room, epoch).chart or pytest.fail("there is no chart")


# ---------------------------------------------------------------- dots


@pytest.mark.parametrize("size", range(3, 8))
def test_dots_are_drawn_only_where_nobodys_can_be_guessed(size: int) -> None:
    room = voted(size, *[{"1": 1, "2": 2}] * size)
    assert shown(room) == ({"2. Quiet rooms": 2 * size, "1. Planning time": size} if size >= SMALL else {})


def test_a_need_without_dots_is_not_drawn() -> None:
    assert shown(voted(6, *[{"3": 2, "1": 3}] * 6)) == {"1. Planning time": 18, "3. Newer books": 12}


@pytest.mark.parametrize("ballots", [(), ({"1": 0},), ({"1": 3}, {"1": 3})])
def test_fewer_than_two_bars_are_no_chart(ballots: tuple[dict[str, int], ...]) -> None:
    assert shown(voted(6, *ballots)) == {}


def test_while_people_vote_nothing_is_drawn() -> None:
    room = voted(6, *[{"1": 1, "2": 2}] * 6)
    voting = replace(room, occurrences=(), conversations={})
    assert shown(voting) == {}


def test_what_the_script_keeps_from_the_team_is_not_drawn_either() -> None:
    assert shown(voted(6, *[{"1": 3, "2": 1}] * 6, shares="nothing")) == {}
    assert len(shown(voted(6, *[{"1": 3, "2": 1}] * 6, shares="with names"))) == 2


def test_the_finding_names_the_first_need_by_its_number() -> None:
    assert chart_of(voted(6, *[{"2": 3, "1": 1}] * 6)).told == "Need 2 got the most dots: 18 of 24."


def test_the_finding_of_a_tie_names_all_that_are_first() -> None:
    told = chart_of(voted(6, *[{"1": 2, "3": 2, "2": 1}] * 6)).told
    assert told == "Tied at 12 of 30 dots each: needs 1 and 3."


def test_a_finding_quotes_nobody_and_labels_are_left_out_where_they_might_be_projected() -> None:
    room = voted(6, *[{"1": 2, "2": 1}] * 6)
    assert silent(chart_of(room).bars[0].label) == "1. …"
    assert not any(words in chart_of(room).told + text.spoken(card(room)) for words in TEXTS)


# ---------------------------------------------------------------- how the plan is going


def action(number: int, **how: Any) -> Action:
    return Action("team", number, 1, f"Action {number}", "ana", TODAY, "ana", state=how.pop("state", "open"), **how)


def acting(*actions: Action, size: int = 3, day: date = TODAY) -> Room:
    """A team that acts, whose last weekly moment was at noon of this day."""
    rules = team(size)
    at = rules.now.replace(year=day.year, month=day.month, day=day.day, hour=18)
    opened = Move("team", 1, 1, "opened", "act", rules.now)
    return rules.room.having([Cycle("team", 1, TODAY, 10), opened, *actions, Occurrence("team", 1, "1.ask1", at)])


def test_actions_are_counted_by_how_they_stand() -> None:
    late = TODAY - timedelta(days=1)
    actions = (
        action(1, state="done"),
        replace(action(2, state="done"), due=late),
        action(3, status="on_track"),
        action(4),
        action(5, state="proposed"),
        action(6, status="blocked"),
        replace(action(7, status="blocked"), due=late),
        replace(action(8, status="on_track"), due=late),
        action(9, state="dropped"),
        action(10, state="declined"),
    )
    assert shown(acting(*actions)) == {"Done": 2, "On track": 1, "Planned": 2, "Blocked": 2, "Overdue": 1}
    assert chart_of(acting(*actions)).told == "3 of 8 actions are done or on track."
    assert chart_of(acting(*actions[2:7])).told == "1 of 5 actions is done or on track."


@pytest.mark.parametrize("size", [2, 5, 6])
def test_how_actions_stand_is_no_secret_in_a_small_team(size: int) -> None:
    assert shown(acting(action(1, state="done"), action(2), size=size)) == {"Done": 1, "Planned": 1}


def test_actions_that_all_stand_alike_are_no_chart() -> None:
    assert shown(acting()) == {}
    assert shown(acting(action(1), action(2))) == {}


def test_an_action_is_overdue_from_the_first_moment_after_its_day() -> None:
    actions = (action(1, status="on_track"), action(2, state="done"))
    assert shown(acting(*actions, day=TODAY)) == {"Done": 1, "On track": 1}
    assert shown(acting(*actions, day=TODAY + timedelta(days=7))) == {"Done": 1, "Overdue": 1}


def test_a_page_counts_as_of_today_and_a_card_when_it_is_sent_not_as_of_the_last_moment_that_was_due() -> None:
    room, late = acting(action(1, status="on_track"), action(2, state="done")), TODAY + timedelta(days=3)
    (chart,) = team_page.charts(room, room.members[0], late)

    assert [(plain(bar.label), bar.value) for bar in chart.bars] == [("Done", 1), ("Overdue", 1)]
    send = Send("x", "team", "", SendKind.REFRESH, room.occurrences[-1].at, card="phase 1")
    verdict = wanted.judge(room, send, room.occurrences[-1].at + timedelta(days=11), wanted.Attention())
    assert isinstance(verdict, Go)
    assert "Overdue: 1" in text.draw(verdict.message)


def test_an_action_of_an_earlier_cycle_is_not_overdue_but_asks_for_a_new_day() -> None:
    late = replace(action(1), due=TODAY - timedelta(days=30))
    rules = team(3)
    again = acting(late, action(2, state="done")).having([Cycle("team", 2, TODAY, 10), action(3)])
    opened = Move("team", 2, 1, "opened", "plan", rules.now)
    room = again.having([opened, replace(late, cycle=1), replace(action(3), cycle=2)])

    assert cycle.day_of(room, late) is None
    assert charts.stands(room, late, TODAY) == "planned"
    assert "Ana A., new day to be set" in text.draw(card(room, 1))
    moved = replace(late, due=TODAY + timedelta(days=3))
    assert cycle.day_of(room, moved) == moved.due
    assert charts.stands(room, moved, moved.due + timedelta(days=1)) == "overdue"


# ---------------------------------------------------------------- what became of it


def finished(room: Room, *verdicts: str) -> Room:
    moves = [
        Move("team", 1, 2, "opened", "reflect", room.moves[0].at),
        Move("team", 1, 3, "finished", "reflect", room.moves[0].at),
    ]
    return room.having([*moves, *(Result("team", at, 1, "It came", verdict) for at, verdict in enumerate(verdicts, 1))])


def test_the_finished_card_counts_what_the_team_made_of_its_actions() -> None:
    room = finished(acting(action(1), action(2), action(3), action(4)), "adopt", "abandon", "adopt")
    assert shown(room, 2) == {"Adopted": 2, "Abandoned": 1}
    assert chart_of(room, 2).told == "2 of 3 actions become part of how we work."
    assert charts.results(finished(acting(action(1)), "adapt", "adapt")) is None


def test_a_cycle_that_ended_without_results_shows_how_its_actions_stand() -> None:
    room = finished(acting(action(1, state="done"), action(2)))
    assert shown(room, 2) == {"Done": 1, "Planned": 1}


def test_between_two_cycles_nothing_is_overdue_and_no_day_is_held_against_anybody() -> None:
    late = [replace(action(number), due=TODAY - timedelta(days=1)) for number in (1, 2)]
    room = finished(acting(*late, action(3, state="done"), day=TODAY + timedelta(days=7)), "adapt", "adapt")
    shut = replace(room.moves[-1], at=room.occurrences[-1].at)
    room = room.having([shut])

    assert shown(room, 1) == {"Done": 1, "Planned": 2}
    assert "Ana A., new day to be set" in text.draw(card(room, 1))
    assert overview.glance(room, room.members[0], shut.at + timedelta(days=40)).actions["overdue"] == 0
    mine = team(3)
    mine.room = room
    assert "Needs a new day" in text.draw(mine.says("ana", "actions mine").message)


def test_while_the_team_looks_back_nothing_is_counted() -> None:
    room = acting(action(1, state="done"), action(2))
    assert shown(room.having([Move("team", 1, 2, "opened", "reflect", room.moves[0].at)]), 2) == {}


# ---------------------------------------------------------------- who was heard


def heard(size: int, **answered: int) -> Room:
    """A team whose phases are over but for the last one; in each so many of those who were asked have answered."""
    rules = team(size)
    room = rules.room.having([Cycle("team", 1, TODAY, 10)])
    for epoch, (phase, count) in enumerate(answered.items(), 1):
        opened = Move("team", 1, epoch, "opened", phase, rules.now)
        room = room.having([opened, *_asked(room, rules, epoch, count)])
    return room


def _asked(room: Room, rules: Rules, epoch: int, answered: int) -> list[Conversation]:
    return [
        Conversation(
            f"{epoch}/{member.id}",
            "needs",
            member.id,
            rules.now,
            answered_at=rules.now if place < answered else None,
            cycle=1,
            phase=f"1.{epoch}",
        )
        for place, member in enumerate(room.members)
    ]


def test_who_was_heard_is_a_share_of_each_phase_that_is_over() -> None:
    chart = charts.participation(heard(6, convene=6, needs=4, plan=5)) or pytest.fail("there is no chart")

    assert [(plain(bar.label), bar.value, bar.said) for bar in chart.bars] == [
        ("Convene", 50, "50% or more"),
        ("Needs and resources", 50, "50% or more"),
    ]
    assert plain(chart.told) == "Of those who were asked, 50% or more answered in each phase."
    assert chart.scale == 100, "half is drawn as half"
    more = charts.participation(heard(8, convene=7, needs=2, plan=5)) or pytest.fail("there is no chart")
    assert [bar.said for bar in more.bars] == ["75% or more", "under 50%"]
    assert plain(more.told) == "More of those who were asked answered in Convene than in Needs and resources."


@pytest.mark.parametrize("asked", range(SMALL, 40))
def test_nobody_learns_from_a_share_and_their_own_answer_what_all_others_did(asked: int) -> None:
    shares = {answered: charts._band(asked, answered) for answered in range(1, asked + 1)}
    for mine in (0, 1):
        others = {count - mine: band for count, band in shares.items() if count - mine in range(asked)}
        told = Counter(others.values())
        assert min(told.values()) >= 2, (asked, mine, others)


def test_the_page_of_a_team_shows_who_was_heard_to_the_team_and_to_nobody_beside_it() -> None:
    rules = Rules(**dict.fromkeys(("ana", "ben", "cai", "dov", "eva", "finn"), "teacher"), cora="coach", obi="observer")
    room = heard(6, convene=6, needs=4, plan=5)
    room = replace(room, members=rules.room.members, memberships=rules.room.memberships)
    title = "How many were heard in the chat"
    seen = {each.id: [chart.title for chart in team_page.charts(room, each, TODAY)] for each in room.members}

    assert all((title in titles) == (member not in ("cora", "obi")) for member, titles in seen.items()), seen


@pytest.mark.parametrize("size", range(3, 6))
def test_under_six_nobody_hears_how_many_answered(size: int) -> None:
    assert charts.participation(heard(size, convene=size, needs=size, plan=size)) is None


def test_a_phase_under_way_or_done_in_the_room_has_no_share() -> None:
    assert charts.participation(heard(7, convene=7, needs=5)) is None
    assert charts.participation(heard(7, convene=7, needs=0, plan=3)) is None


def test_a_phase_that_is_opened_again_is_counted_once_and_only_when_it_is_over() -> None:
    room = heard(6, convene=3, needs=3, plan=6)
    again = Move("team", 1, 4, "opened", "needs", Rules().now)
    chart = charts.participation(room.having([again]))
    assert chart
    assert [plain(bar.label) for bar in chart.bars] == ["Convene", "Plan"]


def test_who_was_heard_names_nobody_and_stands_in_the_report_of_the_chat() -> None:
    room = heard(6, convene=6, needs=4, plan=5)
    rules = team(6)
    rules.room = room
    message = rules.says("ana", "report").message

    assert message.chart == charts.participation(room)
    assert not any(member.name in text.draw(message) for member in room.members)
