"""How decisions were taken: told or shared, by mode and circle; by role only where the team is large enough."""

from dataclasses import replace

import pytest

from flows import influence
from flows.decision_records import Decision
from flows.records import Action, Lead
from flows.room import Room
from tests.world import Rules

MODES = ("tell", "tell", "consent", "vote", "consent", "advice", "delegate")


def decided(rules: Rules, *modes: str) -> Room:
    """The room of a team in which decisions were taken in these ways, by its people in turn."""
    people = rules.room.members
    found = tuple(
        Decision("team", number, 1, mode, f"Question {number}", "", people[number % 2].id, rules.now, state="decided")
        for number, mode in enumerate(modes, 1)
    )
    return replace(rules.room, decisions=found)


def team(size: int) -> Rules:
    names = ("lena", "ana", "ben", "eva", "sam", "tom")[:size]
    return Rules(**dict(zip(names, ("administrator", *["teacher"] * 5), strict=False)))


@pytest.fixture
def rules() -> Rules:
    return team(6)


def told(room: Room) -> list[tuple[str, str]]:
    return [(item.label, item.text) for item in influence.items(room, room.members[0])]


def test_it_says_how_many_were_shared(rules: Rules) -> None:
    room = decided(rules, *MODES)

    assert influence.told(room, room.members[0]) == (
        "5 of 7 decisions were shared: colleagues were heard before they were taken, or took them themselves."
    )
    chart = influence.chart(room, room.members[0])
    assert chart is not None
    assert [bar.value for bar in chart.bars] == [2, 1, 2, 1, 1]
    assert influence.chart(decided(rules, "tell", "tell"), room.members[0]) is None


def test_what_is_open_withdrawn_or_undone_is_not_counted(rules: Rules) -> None:
    room = decided(rules, "tell", "consent", "consent", "vote")
    states = ("decided", "open", "withdrawn", "undone")
    changed = tuple(replace(each, state=state) for each, state in zip(room.decisions, states, strict=True))

    assert [each.number for each in influence.decided(replace(room, decisions=changed))] == [1]


def acting(rules: Rules, *owners: str) -> Room:
    """The room of a team whose actions these people own."""
    due = rules.room.today(rules.now)
    owned = (Action("team", n, 1, "What", who, due, who, state="open") for n, who in enumerate(owners, 1))
    return replace(decided(rules, "consent"), actions=tuple(owned))


def mixed(*, hybrid: str = "hybrid") -> Rules:
    """A team of six with one administrator, and with another role that one person holds, or none."""
    return Rules(lena="administrator", ana="teacher", ben="teacher", eva="teacher", sam="teacher", tom=hybrid)


def test_a_role_has_its_share_and_who_alone_holds_one_counts_among_the_others() -> None:
    room = acting(mixed(), "lena", "ana", "ben", "eva")

    assert ("Who took actions on", "Teacher: 75% · Other members: 25%") in told(room)


@pytest.mark.parametrize("owners", [("lena", "ana"), ("ana", "ben")])
def test_where_the_others_would_be_one_person_nothing_is_told_by_role(owners: tuple[str, ...]) -> None:
    shown = dict(told(acting(mixed(hybrid="teacher"), *owners)))

    assert shown == {"The team was asked": "1 decision"}


def test_small_teams_are_told_nothing_by_role() -> None:
    rules = Rules(lena="administrator", ana="teacher", ben="teacher", eva="teacher", tom="hybrid")

    assert "Who took actions on" not in dict(told(acting(rules, "ana", "ben", "lena")))


def test_nobody_is_named_who_proposed_or_led() -> None:
    rules = mixed()
    room = replace(acting(rules, "ana"), leads=(Lead("team", 1, "2.needs", "ana", "accepted", "tom"),))

    assert ("Who led meetings", "Teacher: 50% · Other members: 50%") in told(room)
    assert not any(person.name in f"{label} {text}" for label, text in told(room) for person in room.members)


def test_what_was_delegated_asked_nobody_s_opinion(rules: Rules) -> None:
    assert ("The team was asked", "1 decision") in told(decided(rules, "consent", "delegate"))
