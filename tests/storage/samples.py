"""A school, its people and what they keep, for tests of the storage."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flows import records as kinds
from flows.calendar import Closure, HalfDay, Hours, SchoolCalendar, Span
from flows.decision_records import Amendment, Ask, Decision, Stand, Wording
from flows.flow import Answer, Asked, Conversation
from flows.messages import Bar, Button, Chart, Item, Kind, Message, Option
from flows.people import Channel, Hold, Leave, Member, Membership, Role, School, Team
from flows.sends import Send, SendKind
from storage import lanes, outbox, people, records, tables
from storage.addresses import Destination, Identity
from storage.state import State
from storage.store import Store

NOON = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
DAY = date(2026, 9, 14)

CALENDAR = SchoolCalendar(
    zone="America/New_York",
    terms=(Span(date(2026, 8, 31), date(2026, 12, 18)),),
    closures=(Closure(date(2026, 11, 26), date(2026, 11, 27), "Thanksgiving"),),
    half_days=(HalfDay(date(2026, 10, 2), time(12, 0)),),
    hours=Hours(time(7, 30), time(15, 0)),
)
SCHOOL = School("lincoln", "Lincoln School", CALENDAR)
TEAM = Team("grade-4", "lincoln", "Grade 4")
ANA = Member("ana", "Ana Díaz", "ana@lincoln.example", greeted_at=NOON)
BEN = Member("ben", "Ben Okafor", language="es", left_on=DAY)
MEMBERSHIPS = (
    Membership("grade-4", "ben", (Role.TEACHER,), position=2),
    Membership("grade-4", "ana", (Role.ADMINISTRATOR, Role.FACILITATOR), position=1),
)
HOLD = Hold("lincoln", NOON, "ana", "A day to grieve", NOON + timedelta(days=2), "ana")
LEAVE = Leave("ben", DAY, DAY + timedelta(days=3))
ANA_ON_SLACK = Identity("ana", "slack", "T1", "U1", "D1", NOON)
CHANNEL = Channel("grade-4", "slack", "T1", "C1")

HOSTILE = '<!channel> <@U1> =1+1 \u202emirror\u202c 👩‍🏫 e\u0301 {{x}} \'; drop table need; -- \\ "quoted"\n\ttab'

RECORDS: tuple[Any, ...] = (
    kinds.Cycle("grade-4", 1, DAY, 10),
    kinds.Move("grade-4", 1, 1, "extended", "needs", NOON, "ana", HOSTILE, DAY),
    kinds.Occurrence("grade-4", 1, "open:needs", NOON, "nobody is there"),
    kinds.Lead("grade-4", 1, "needs", "ben", "accepted"),
    kinds.Charter("grade-4", 1, "We begin on time.", HOSTILE, "Reading", "ana"),
    kinds.Line("grade-4", 1, 1, "needs", "need", "c1:need:0", "ana", True, HOSTILE, DAY),
    kinds.Need("grade-4", 1, 1, "ana", "c1:need:0", HOSTILE, apart=(2, 3)),
    kinds.Resource("grade-4", 1, 1, "ben", "c1:resource:0", "An empty room"),
    kinds.Ballot("grade-4", 1, "ana", {"1": 3, "2": 0}),
    kinds.Action("grade-4", 1, 1, HOSTILE, "ben", DAY, "ana", review_on=DAY),
    kinds.Evidence("grade-4", 1, 1, 1, "ben", HOSTILE, DAY),
    kinds.Indicator("grade-4", 1, 1, "teaching", "ben", HOSTILE, HOSTILE, HOSTILE, DAY, HOSTILE, HOSTILE, DAY),
    kinds.Doubt("grade-4", 1, "ben", NOON, {"said": "need Jayden", "pressed": True}, "1.needs"),
    kinds.Result("grade-4", 1, 1, HOSTILE, "adapt"),
    kinds.Consent("grade-4", 1, "plan", "ana", NOON),
    Decision("grade-4", 1, 1, "consent", "Move lunch?", HOSTILE, "ana", NOON, ("ana", "ben"), 2, extended=True),
    Wording("grade-4", 1, 1, "Move lunch?", HOSTILE, "", "returned", "", NOON),
    Amendment("grade-4", 1, "Move lunch?", HOSTILE, NOON, asked=("ana",), options=(HOSTILE,), review_on=DAY),
    Stand("grade-4", 1, "ben", "advice", HOSTILE, NOON, 2, 1, "ana", HOSTILE),
    Ask("grade-4", 1, 1, "Two subs", "time", HOSTILE, "ana", "ben", NOON.date(), NOON),
    kinds.Placement("grade-4", 1, "coach", HOSTILE, DAY, "ana"),
)

YES, NO = Option("yes", "Yes"), Option("no", "No")
CONVERSATION = Conversation(
    key="1:needs:2026-09-14:ana",
    flow="needs",
    member="ana",
    opened_at=NOON,
    closes_at=datetime(2100, 1, 1, tzinfo=UTC),
    answers={
        ("need", 0): Answer("need", 0, HOSTILE, "What do you need?"),
        ("area", 0): Answer("area", 0, ["reading", "maths"], "Which area is that?"),
        ("need", 1): Answer("need", 1, None, "What else?"),
    },
    asked=(Asked("urgency", 1, "How urgent is it?", Kind.SCALE, (YES, NO)),),
    choices={"members": (Option("ana", "Ana Díaz"),)},
    team="grade-4",
    cycle=1,
    phase="needs",
)

MESSAGE = Message(
    "Good morning",
    title="Monday",
    items=(Item(HOSTILE, "Ana", "since yesterday", (Button("Done", "done 1", "primary"),), quoted=True),),
    note="Two minutes.",
    buttons=(Button("Answer", "answer", about="grade-5"),),
    preview="A question",
    about="grade-4",
    chart=Chart("Dots", "Dots", (Bar(HOSTILE, 3), Bar("Quiet", 0)), "Need 1 got the most dots."),
)


async def found(store: Store) -> None:
    """Keep the school, its people and where they are."""
    await people.found_tenant(store, store.tenant)
    facts = (SCHOOL, TEAM, ANA, BEN, *MEMBERSHIPS, LEAVE, HOLD, ANA_ON_SLACK, CHANNEL)
    await records.keep(store, *facts)


def direct(user: str = "U1", workspace: str = "T1", platform: str = "test") -> Destination:
    """Return the direct conversation of a person on a platform that has no limits."""
    return Destination(platform, workspace, f"D-{user}", user)


def a_send(key: str, kind: SendKind = SendKind.PROMPT, **changes: Any) -> Send:
    """Return a message that was due at noon long ago."""
    return replace(Send(key, "grade-4", "ana", kind, NOON, MESSAGE), **changes)


async def pile_up(store: Store, count: int, platform: str = "test", **changes: Any) -> None:
    """Write so many prompts that are due, each to another person."""
    await lanes.ensure(store, platform, "T1")
    sends = [a_send(f"prompt {store.next_sequence()}", **changes) for _ in range(count)]
    written = [outbox._values(store, send, direct(send.key, platform=platform)) for send in sends]
    own = [{"key": send.key, "state": State.READY} for send in sends]
    await store.insert_new(tables.outbox, [row | more for row, more in zip(written, own, strict=True)])
