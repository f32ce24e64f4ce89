"""Who may do what: the whole table, role by role, held against what the product answers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from flows import permissions
from flows.people import Leave, Role
from flows.permissions import may
from flows.reception import COMMANDS
from flows.records import Action, Lead
from tests.world import Rules, told

LETTERS = {
    "A": Role.ADMINISTRATOR,
    "T": Role.TEACHER,
    "H": Role.HYBRID,
    "S": Role.SUPPORT,
    "F": Role.FACILITATOR,
    "C": Role.COACH,
    "O": Role.OBSERVER,
}
MEMBERS, GUIDES, ALL, NOBODY = "ATHS", "AF", "ATHSFCO", ""

TABLE = {
    # what                own or the team's     somebody else's
    "answer": (MEMBERS + "FC", NOBODY),
    "reflect": (MEMBERS, NOBODY),
    "share": (MEMBERS, NOBODY),
    "lead": (MEMBERS, NOBODY),
    "best time": (MEMBERS, NOBODY),
    "leave": (MEMBERS, NOBODY),
    "who sees what": (ALL, NOBODY),
    "help": (ALL, NOBODY),
    "home": (ALL, NOBODY),
    "report": (ALL, NOBODY),
    "cycle status": (ALL, NOBODY),
    "cycle start": (GUIDES, NOBODY),
    "cycle next": (GUIDES, NOBODY),
    "cycle extend": (GUIDES, NOBODY),
    "cycle pause": (GUIDES, NOBODY),
    "cycle resume": (GUIDES, NOBODY),
    "cycle reopen": (GUIDES, NOBODY),
    "cycle hand over": (GUIDES, NOBODY),
    "cycle yes": (MEMBERS, NOBODY),
    "channel here": (GUIDES, NOBODY),
    "charter keep": (MEMBERS, NOBODY),
    "charter change": (GUIDES, NOBODY),
    "record": (MEMBERS + "F", GUIDES),
    "met": (MEMBERS + "F", GUIDES),
    "need": (MEMBERS, NOBODY),
    "needs": (ALL, NOBODY),
    "need merge": (GUIDES, NOBODY),
    "resource": (MEMBERS, NOBODY),
    "resources": (ALL, NOBODY),
    "action": (MEMBERS, NOBODY),
    "actions": (ALL, NOBODY),
    "action change": (MEMBERS + "F", GUIDES),
    "action evidence": (MEMBERS + "F", NOBODY),
    "plan good": (MEMBERS, NOBODY),
    "decide": (MEMBERS, NOBODY),
    "decide take": (GUIDES, NOBODY),
    "stand": (MEMBERS, NOBODY),
    "decisions": (ALL, NOBODY),
}
"""What each role may do in its own team; in another team nobody may do anything."""

WORDS = {
    "share": "share 1.x/reflect/me what",
    "unshare": "unshare 1.x/reflect/me what",
    "cycle reopen": "cycle reopen convene because we learned more",
    "cycle next": "cycle next because we are done",
    "cycle extend": "cycle extend to 2/24",
    "cycle hand over": "cycle hand over Ben",
    "team left": "team left Ben",
    "need merge": "need merge 2 into 1",
    "need apart": "need apart 1 2",
    "lead": "lead yes",
    "best time": "best time 1:05 pm",
    "leave": "leave 3/1 to 3/2",
    "stand": "stand 1 good",
    "decide post": "decide post 1",
}
"""A whole sentence for commands that need one."""

MINE, BENS = 1, 2


def cases() -> Iterator[tuple[Role, str, bool]]:
    """Every role, every matter, own and somebody else's."""
    for letter, role in LETTERS.items():
        for matter, allowed in TABLE.items():
            for own in (True, False):
                yield role, matter, letter in allowed[0 if own else 1]


def team(role: Role, *, leads: bool) -> Rules:
    """A team in its first phase, with somebody who has this one role, an action of theirs and one of Ben's."""
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", me=role.value)
    rules.says("ana", "cycle start")
    due = date(2027, 3, 1)
    rules.room = rules.room.having(
        [
            Action("team", MINE, 1, "Mine", "me", due, "me", state="open"),
            Action("team", BENS, 1, "Ben's", "ben", due, "ben", state="open"),
            Lead("team", 1, "1.convene", "me" if leads else "ben", "accepted"),
        ]
    )
    return rules


def sentence(command: str, own: bool) -> str:
    """The command as somebody says it about their own, or about somebody else's."""
    if command.startswith("action "):
        return f"{command} {MINE if own else BENS}"
    return WORDS.get(command, command)


def is_refused_for_role(reply: object) -> bool:
    """Whether the answer is that this is not theirs to do."""
    said = told(reply)
    return "for your facilitator or administrator" in said or "you read along" in said


# ---------------------------------------------------------------- the table


def test_the_table_is_the_products_table() -> None:
    for matter, (own, others) in TABLE.items():
        for letter, role in LETTERS.items():
            assert may([role], matter) is (letter in own), (matter, role)
            assert may([role], matter, own=False) is (letter in others), (matter, role)


def test_there_is_nothing_else_in_it() -> None:
    assert set(TABLE) == set(permissions.OWN) | set(permissions.OTHERS)


def test_what_is_not_in_the_table_nobody_may() -> None:
    assert not may(Role, "launch missiles")
    assert not may(Role, "launch missiles", own=False)
    assert not may(Role, "")


@pytest.mark.parametrize("matter", TABLE)
def test_who_has_no_role_may_nothing(matter: str) -> None:
    assert not may([], matter)
    assert not may([], matter, own=False)


def test_several_roles_add_up() -> None:
    assert may([Role.TEACHER, Role.FACILITATOR], "cycle next")
    assert may([Role.COACH, Role.TEACHER], "reflect")
    assert not may([Role.COACH, Role.OBSERVER], "reflect")


def test_every_command_is_about_something_in_the_table_and_the_other_way_round() -> None:
    assert {command.matter for command in COMMANDS.commands.values()} == set(TABLE)


# ---------------------------------------------------------------- the product


@pytest.mark.parametrize("own", [True, False], ids=["own", "somebody else's"])
@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_each_role_gets_what_the_table_says_for_every_command(role: Role, own: bool) -> None:
    letter = next(letter for letter, each in LETTERS.items() if each is role)
    rules = team(role, leads=own)
    room = rules.room

    for name, command in COMMANDS.commands.items():
        column = 0 if own or not _can_be_anothers(name) else 1
        allowed = letter in TABLE[command.matter][column]
        rules.room = room
        reply = rules.says("me", sentence(name, own))
        assert is_refused_for_role(reply) is not allowed, f"{role.value}: {name}"
        if not allowed:
            assert rules.room == room, f"{role.value}: {name} was refused and changed something"


def _can_be_anothers(command: str) -> bool:
    """Whether the command is about something that belongs to one person: an action, leading a meeting."""
    return command in ("record", "met") or (
        command.startswith("action ") and not {"accept", "decline", "evidence"} & set(command.split())
    )


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_a_form_is_no_way_around_the_table(role: Role) -> None:
    letter = next(letter for letter, each in LETTERS.items() if each is role)
    rules = team(role, leads=False)
    room = rules.room

    for name, command in COMMANDS.commands.items():
        if command.filled is None:
            continue
        rules.room = room
        about_bens = sentence(name, own=False) if name.startswith("action ") else name
        column = 1 if _can_be_anothers(name) else 0
        allowed = letter in TABLE[command.matter][column]
        reply = rules.fills("me", f"order {about_bens}", to="lena", blocker="No room", until="2027-03-02")
        assert is_refused_for_role(reply) is not allowed, f"{role.value}: {name}"
        if not allowed:
            assert rules.room == room


@pytest.mark.parametrize("gone", ["left the team", "account deactivated"])
def test_who_has_left_may_nothing(gone: str) -> None:
    rules = team(Role.ADMINISTRATOR, leads=True)
    yesterday = date(2027, 1, 29)
    if gone == "left the team":
        mine = next(each for each in rules.room.memberships if each.member == "me")
        rules.room = rules.room.having([replace(mine, left_on=yesterday)])
    else:
        rules.room = rules.room.having([replace(rules.room.member("me"), left_on=yesterday)])
    room = rules.room

    for name in COMMANDS.commands:
        assert is_refused_for_role(rules.says("me", sentence(name, own=True))), name
    assert rules.room == room


def test_a_person_on_leave_may_still_write_and_is_answered() -> None:
    rules = team(Role.TEACHER, leads=False)
    today = rules.room.today(rules.now)
    rules.room = rules.room.having([Leave("me", today, today)])

    assert "Noted as need 1" in told(rules.says("me", "need A quiet room"))


def test_nobody_takes_or_declines_what_somebody_else_was_asked_for() -> None:
    for role in ("administrator", "teacher, facilitator"):
        rules = Rules(lena=role, ben="teacher")
        rules.says("lena", "cycle start")
        rules.room = rules.room.having([Action("team", 1, 1, "Ben's", "ben", date(2027, 3, 1), "lena")])
        room = rules.room

        assert "so only they can say that" in told(rules.says("lena", "action accept 1"))
        assert "so only they can say that" in told(rules.says("lena", "action decline 1"))
        assert rules.room == room
