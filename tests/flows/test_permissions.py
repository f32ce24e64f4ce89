"""Who may do what: the whole table, role by role, held against what the product answers."""

from dataclasses import replace
from datetime import date, time
from itertools import combinations

import pytest

from flows import permissions
from flows.command_table import COMMANDS
from flows.messages import Form
from flows.people import Leave, Role
from flows.permissions import may, may_answer
from flows.records import Action, Lead
from tests.world import Rules, told

LETTERS = {
    "A": Role.ADMINISTRATOR,
    "T": Role.TEACHER,
    "H": Role.HYBRID,
    "S": Role.SUPPORT,
    "F": Role.FACILITATOR,
    "C": Role.COACH,
    "D": Role.DISTRICT_LEADER,
    "O": Role.OBSERVER,
    "B": Role.STAFF,
}

TABLE = """
command             own or the team's   somebody else's
answer              ATHSFCB             -
later               ATHSFCB             -
stop                ATHSFCB             -
reflect             ATHS                -
checkin             ATHS                -
share               ATHS                -
unshare             ATHS                -
lead                ATHS                -
best time           ATHSFCDB            -
leave               ATHSFCDB            -
leaves              ATHSFCDB            -
leave back          ATHSFCDB            -
quiet               ATHSFCDB            -
quiet off           ATHSFCDB            -
language            ATHSFCDOB           -
who sees what       ATHSFCDOB           -
post as written     ATHSFCDOB           -
edit words          ATHSFCDOB           -
help                ATHSFCDOB           -
home                ATHSFCDOB           -
dashboard           ATHSFCDOB           -
my record           ATHSFCDOB           -
my teams            C                   -
our district        D                   -
what others see     ATHSFCDOB           -
report              ATHSFCDO            -
how we work here    ATHSFCDO            -
how we decide       ATHSFCDO            -
pulse               ATHSFCDOB           -
pulse start         A                   -
practices           ATHSFCDO            -
charter             ATHSFCDO            -
cycle               ATHSFCDO            -
cycle status        ATHSFCDO            -
cycle start         AF                  -
cycle start form    AF                  -
cycle next          AF                  -
cycle extend        AF                  -
cycle pause         AF                  -
cycle resume        AF                  -
cycle reopen        AF                  -
cycle hand over     AF                  -
cycle yes           ATHS                -
school              A                   -
team                ATHSFCDO            -
team add            AF                  -
team role           A                   -
team left           AF                  -
team meets          AF                  -
team circle         AF                  -
team level          AF                  -
team levels         ATHSFCDO            -
coach level         C                   -
team back           AF                  -
channel here        AF                  -
charter keep        ATHS                -
charter change      AF                  -
record              ATHSF               AF
met                 ATHSF               AF
need                ATHS                -
need as written     ATHS                -
keep words of othersATHS                -
needs               ATHSFCDO            -
needs alike         AF                  -
need merge          AF                  -
need apart          AF                  -
resource            ATHS                -
resource as written ATHS                -
resources           ATHSFCDO            -
action              ATHS                -
actions             ATHSFCDO            -
actions mine        ATHSFCDO            -
action accept       ATHSF               *
action decline      ATHSF               *
action pass         ATHSF               AF
action done         ATHSF               AF
action on track     ATHSF               AF
action blocked      ATHSF               AF
action move         ATHSF               AF
action drop         ATHSF               AF
action evidence     ATHSF               -
evidence as written ATHSF               -
outcome             AF                  -
outcome change      AF                  -
outcome drop        AF                  -
outcomes            ATHSFCDO            -
action evidence dropATHSF               -
plan good           ATHS                -
decide              ATHS                -
decide post         ATHS                -
decide change       ATHS                -
decide undo         ATHS                -
decide amend        ATHS                -
decide extend       ATHS                -
decide withdraw     ATHS                -
decide more         ATHS                -
decide details      ATHS                -
decide answer       ATHS                -
decide report       ATHSB               -
decide keep         ATHSF               *
decide modes        A                   -
decide take         AF                  -
stand               ATHSB               -
object              AF                  -
decisions           ATHSFCDOB           -
decision            ATHSFCDOB           -
decisions find      ATHSFCDOB           -
decisions show      ATHSFCDOB           -
ask                 ATHS                -
ask grant           AD                  -
ask decline         AD                  -
ask again           ATHS                -
ask withdraw        ATHS                -
asks                ATHSFCDO            -
closure             A                   -
closure open        A                   -
closures            ATHSFCDO            -
skills              ATHSFCDO            -
skill               ATHSFCDO            -
hold                AF                  -
resume              AF                  -
"""
"""Who may give which command in their own team, each role by its letter above; in another team nobody may any.

In the second column stands who may when what it is about is their own, or everybody's; in the third, who may when it
is somebody else's; with a star whoever is asked alone can say it, and others are told so. Every "help …" has the row
of help.
"""
ROWS = {row[:20].strip(): (row[20:40].strip(), row[40:].strip().strip("-")) for row in TABLE.strip().splitlines()[1:]}
ASKED_ALONE = "*"

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


def row(command: str) -> tuple[str, str]:
    """Who may give this command about their own, and about somebody else's."""
    return ROWS["help" if command.startswith("help ") else command]


def team(role: Role, *, leads: bool) -> Rules:
    """A team in its first phase, with somebody who has this one role, an action of theirs and one of Ben's."""
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", me=role.value)
    rules.starts("ana")
    due = date(2027, 3, 1)
    rules.room = rules.room.having(
        [
            Action("team", MINE, 1, "Mine", "me", due, "me", state="open"),
            Action("team", BENS, 1, "Ben's", "ben", due, "ben", state="open"),
            Lead("team", 1, "1.convene", "me" if leads else "ben", "accepted"),
        ]
    )
    return rules


def letter_of(role: Role) -> str:
    """The letter by which the table names the role."""
    return next(letter for letter, each in LETTERS.items() if each is role)


def sentence(command: str, own: bool) -> str:
    """The command as somebody says it about their own, or about somebody else's."""
    if command.startswith("action "):
        return f"{command} {MINE if own else BENS}"
    return WORDS.get(command, command)


def is_refused_for_role(reply: object) -> bool:
    """Whether the answer is that this is not theirs to do."""
    said = told(reply)
    not_theirs = ("your facilitator or administrator", "an administrator of your school")
    not_theirs += ("a team's coach", "district leaders")
    return any(f"for {words}" in said for words in not_theirs) or "you read along" in said


# ---------------------------------------------------------------- the table


def test_every_command_has_its_row_and_there_is_no_other() -> None:
    assert {name for name in COMMANDS.commands if not name.startswith("help ")} == set(ROWS)
    assert set("".join(own + others for own, others in ROWS.values())) <= {*LETTERS, ASKED_ALONE}
    assert set(LETTERS.values()) == set(Role)


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_the_table_is_the_products_table(role: Role) -> None:
    letter = letter_of(role)
    for name, command in COMMANDS.commands.items():
        own, others = row(name)
        assert may([role], command.matter) is (letter in own), name
        if others != ASKED_ALONE:
            assert may([role], command.matter, own=False) is (letter in others), name


def test_nothing_is_in_the_products_table_that_no_command_is_about() -> None:
    matters = {command.matter for command in COMMANDS.commands.values()}
    assert set(permissions.OWN) | set(permissions.OTHERS) == matters


def test_what_is_not_in_the_table_nobody_may() -> None:
    assert not may(Role, "launch missiles")
    assert not may(Role, "launch missiles", own=False)
    assert not may(Role, "")


@pytest.mark.parametrize("matter", permissions.OWN)
def test_who_has_no_role_may_nothing(matter: str) -> None:
    assert not may([], matter)
    assert not may([], matter, own=False)


@pytest.mark.parametrize(("one", "other"), list(combinations(Role, 2)), ids=lambda role: role.value)
def test_who_is_two_things_may_what_either_may_and_nothing_else(one: Role, other: Role) -> None:
    for matter in permissions.OWN:
        for own in (True, False):
            assert may([one, other], matter, own) is (may([one], matter, own) or may([other], matter, own)), matter


def test_a_teacher_in_a_hybrid_role_is_asked_what_teachers_are_and_may_what_they_may() -> None:
    for matter in permissions.OWN:
        for own in (True, False):
            assert may([Role.HYBRID], matter, own) is may([Role.TEACHER], matter, own), matter


# ---------------------------------------------------------------- the product


@pytest.mark.parametrize("own", [True, False], ids=["own", "somebody else's"])
@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_each_role_gets_what_the_table_says_for_every_command(role: Role, own: bool) -> None:
    letter = letter_of(role)
    rules = team(role, leads=own)
    room = rules.room

    for name in COMMANDS.commands:
        column = 0 if own or not _can_be_anothers(name) else 1
        allowed = letter in row(name)[column]
        rules.room = room
        reply = rules.says("me", sentence(name, own))
        assert is_refused_for_role(reply) is not allowed, f"{role.value}: {name}"
        if not allowed:
            assert rules.room == room, f"{role.value}: {name} was refused and changed something"


def _can_be_anothers(command: str) -> bool:
    """Whether the command is about something that belongs to one person: an action, leading a meeting."""
    return row(command)[1] not in ("", ASKED_ALONE)


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_a_form_is_no_way_around_the_table(role: Role) -> None:
    letter = letter_of(role)
    rules = team(role, leads=False)
    room = rules.room

    for name, command in COMMANDS.commands.items():
        if command.filled is None:
            continue
        rules.room = room
        about_bens = sentence(name, own=False) if name.startswith("action ") else name
        column = 1 if _can_be_anothers(name) else 0
        allowed = letter in row(name)[column]
        reply = rules.fills("me", f"order {about_bens}", to="lena", blocker="No room", until="2027-03-02")
        assert is_refused_for_role(reply) is not allowed, f"{role.value}: {name}"
        if not allowed:
            assert rules.room == room


@pytest.mark.parametrize("put", ["asked by a message", "asked in the chat"])
@pytest.mark.parametrize(
    "role", [each for each in Role if not may_answer([each], "members")], ids=lambda role: role.value
)
def test_who_was_asked_and_reads_along_since_answers_nothing_by_words_press_or_form(role: Role, put: str) -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", me="teacher")
    rules.starts("lena")
    rules.until(rules.room.calendar.at(date(2027, 2, 1), time(9)))
    if put == "asked in the chat":
        rules.says("me", "answer convene chat")
    form = rules.says("me", "answer convene form")
    assert isinstance(form, Form)
    rules.fills("lena", "order team role", person="me", role=role.name.lower())
    before = rules.room

    for words in ("A quiet room", "yes", "skip", "back", "change", "not now"):
        assert "I noted that" not in told(rules.types("me", words)), words
    assert "you read along" in told(rules.types("me", "A quiet room"))
    assert "What you can do now" in told(rules.types("me", "help")), "what they may say is a command all the same"
    rules.fills("me", form.ref, **{field.key: "A quiet room" for field in form.fields})
    for words in ("answer convene chat", "answer", "later convene", "stop convene"):
        rules.says("me", words)

    assert rules.room == before


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
        rules.starts("lena")
        rules.room = rules.room.having([Action("team", 1, 1, "Ben's", "ben", date(2027, 3, 1), "lena")])
        room = rules.room

        assert "so only they can say that" in told(rules.says("lena", "action accept 1"))
        assert "so only they can say that" in told(rules.says("lena", "action decline 1"))
        assert rules.room == room


def test_an_administrator_brings_objections_where_nobody_facilitates() -> None:
    for ana, said in (("teacher, facilitator", "to your facilitator: Ana A."), ("teacher", "There is no decision 1")):
        rules = Rules(lena="administrator", ana=ana, ben="teacher")
        rules.starts("lena")
        assert said in told(rules.says("lena", "object 1 for Ben because it harms us"))
