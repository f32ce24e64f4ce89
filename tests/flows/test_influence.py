"""How decisions were taken: told or shared, by mode and circle; by role only where the team is large enough."""

from dataclasses import replace

import pytest

from flows import influence
from flows.decision_records import Decision
from flows.people import Role
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
        "5 of 7 decisions were shared: colleagues were heard before they were taken."
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


@pytest.mark.parametrize(("size", "by_role"), [(5, False), (6, True)])
def test_roles_are_told_from_six_members_on_and_never_names(size: int, by_role: bool) -> None:
    rules = team(size)
    room = decided(rules, "tell", "consent", "vote")
    people = room.members
    actions = tuple(
        Action("team", n, 1, "What", people[n % 3].id, people[n % 3].id, rules.room.today(rules.now), state="open")
        for n in range(1, 4)
    )
    room = replace(room, actions=actions, leads=(Lead("team", 1, "2.needs", people[1].id, "accepted", people[2].id),))

    shown = dict(told(room))

    assert ("Who led meetings" in shown) is by_role
    assert not any(person.name in f"{label} {text}" for label, text in shown.items() for person in people)
    if by_role:
        roles = {role for person in people for role in room.roles(person.id)}
        assert Role.TEACHER in roles
        assert "Teacher: 2" in shown["Who led meetings"]
