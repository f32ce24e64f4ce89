"""The account of a told cycle: what became of each prompt, and how many messages each person got."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.rehearsal import Rehearsal
from bot.sample import CALENDAR, TEAM, TENANT
from flows.decision_records import Decision
from flows.flow import Conversation
from flows.people import Role
from flows.room import Room
from flows.sends import SendKind
from flows.timetable import standing
from storage import outbox, rooms
from storage.outbox import OutboxRow
from storage.state import State

from .cast import Actor

MEMBER, SILENT, ADMINISTRATOR, FACILITATOR, CHANNEL = 12, 16, 14, 17, 8
"""The most that the bot starts in ten weeks with three decisions (docs/run-a-cycle.md)."""
A_WEEK = 2
"""Messages a week that the bot starts, per person."""
EVERY_ROW = 100_000
_STARTED = (SendKind.PROMPT, SendKind.NUDGE)


@dataclass(frozen=True, slots=True)
class Account:
    """What the told cycle came to."""

    lines: tuple[str, ...]
    problems: tuple[str, ...]
    """why the demo fails; empty when everything is as it should be"""


async def give(rehearsal: Rehearsal, actors: tuple[Actor, ...]) -> Account:
    """Count messages, and say of each prompt how it ended."""
    async with rehearsal.database.read(TENANT) as store:
        rows = await outbox.listing(store, limit=EVERY_ROW)
        room = await rooms.load(store, TEAM.id, rehearsal.scripts)
    lines = ["", "What became of each prompt"]
    problems: list[str] = []
    for kind, count in sorted(Counter(_fate(row, room) for row in rows if row.send.kind in _STARTED).items()):
        lines.append(f"  {count:4}  {kind}")
        if kind.startswith("still"):
            problems.append(f"{count} prompts are {kind}.")
    lines += ["", "Messages that Leadcycle started in ten weeks"]
    for actor in actors:
        got, most = len(_started(rows, actor.part.id)), _most(rows, actor)
        lines.append(f"  {got:4} of at most {most}  {actor.part.name} ({actor.part.job}; {actor.habit.name})")
        if got > most:
            problems.append(f"{actor.part.name} got {got} messages, and {most} is the most.")
        problems += _crowded_weeks(rows, actor)
    posts = sum(row.send.kind is SendKind.POST and row.state is State.SENT for row in rows)
    lines.append(f"  {posts:4} of at most {CHANNEL}  the team's channel")
    replies = sum(row.send.kind is SendKind.REPLY and row.state is State.SENT for row in rows)
    lines.append(f"  {replies:4} replies in the threads of those, which count apart")
    if posts > CHANNEL:
        problems.append(f"The channel got {posts} messages, and {CHANNEL} is the most.")
    if standing(room) is not None:
        problems.append("The cycle did not reach its end.")
    return Account(tuple(lines), tuple(problems))


def _most(rows: tuple[OutboxRow, ...], actor: Actor) -> int:
    """The most for this person; who needs reminders gets those on top, and never more than somebody silent."""
    if Role.FACILITATOR in actor.part.roles:
        return FACILITATOR
    if Role.ADMINISTRATOR in actor.part.roles:
        return ADMINISTRATOR
    nudges = sum(row.send.kind is SendKind.NUDGE for row in _started(rows, actor.part.id))
    return min(MEMBER + nudges, SILENT)


def _started(rows: tuple[OutboxRow, ...], member: str) -> list[OutboxRow]:
    return [row for row in rows if row.send.to == member and row.send.kind in _STARTED and row.state is State.SENT]


def _crowded_weeks(rows: tuple[OutboxRow, ...], actor: Actor) -> Iterator[str]:
    """Weeks in which somebody got more than the cap."""
    weeks = Counter(_monday(row) for row in _started(rows, actor.part.id))
    for monday, count in sorted(weeks.items()):
        if count > A_WEEK:
            yield f"{actor.part.name} got {count} messages in the week of {monday}."


def _monday(row: OutboxRow) -> date:
    day = CALENDAR.local_date(row.send.due)
    return day - timedelta(days=day.weekday())


def _fate(row: OutboxRow, room: Room) -> str:
    """How a prompt ended, in a few words; what begins with "still" did not end."""
    match row.state:
        case State.CANCELLED:
            return f"not sent: {row.error}"
        case State.SENT if row.send.card.startswith("stand "):
            return _spoken(room, int(row.send.card.split()[1]), row.send.to)
        case State.SENT if row.send.conversation:
            return _answered(room.conversations[row.send.conversation])
        case State.SENT:
            return "sent; acted on"
        case _:
            return f"still {row.state.value}"


def _spoken(room: Room, number: int, member: str) -> str:
    if any(stand.decision == number and stand.member == member for stand in room.stands):
        return "sent; answered"
    decision = room.numbered(Decision, number)
    closed = decision is not None and decision.closed_at is not None
    return "sent; expired when the decision closed without their word" if closed else "still open"


def _answered(conversation: Conversation) -> str:
    match conversation:
        case Conversation(done_at=None, declined_at=None, answered_at=None):
            return "sent; expired unanswered when its phase ended"
        case Conversation(done_at=None):
            return "sent; answered in part"
        case _:
            return "sent; answered"
