"""The verdict just before a message goes out: is it still wanted, now, by this person?"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from . import asked_together, cards, cycle, decisions, facilitation, threads
from .calendar import SchoolYearOver
from .decision_records import Decision
from .flow import Conversation
from .people import PROMPTED, Role
from .permissions import may_answer
from .prompts import together
from .room import Room
from .sends import Drop, Go, Move, Send, SendKind, Verdict
from .timetable import is_first_week, standing
from .waves import is_of_pulse

WEEKLY_CAP = 2
"""Messages a week that the bot starts, per person (domain: school time)."""
MOST_NUDGES = 4
"""Reminders in one cycle, per person: with them a silent member gets at most 16 messages (domain: school time)."""

_HOLDS_UP_ALL = ("left", "nowhere", "shut", facilitation.CARD)
"""Cards of which each comes once: nobody facilitates any more, no channel to post in, somebody takes over."""

UNTIL_TERMS = timedelta(days=7)
"""How long what waits for the next terms waits until somebody looks again."""


@dataclass(frozen=True, slots=True)
class Attention:
    """How much of a person's attention the bot has taken so far."""

    this_week: int = 0
    """messages that the bot started since Monday"""
    nudges: int = 0
    """reminders since the cycle began"""


def judge(room: Room, send: Send, now: datetime, taken: Attention) -> Verdict:
    """Send it, move it to a better time, or drop it."""
    send = in_time(room, send)
    if send.kind is SendKind.REFRESH and send.to:
        return _drawn(room, send, now)
    if reason := _unwanted(room, send, now):
        return Drop(reason)
    if room.hold:
        return _later(room, send, now, room.today(now) + timedelta(days=1), "on hold")
    if send.to and room.is_away(send.to, room.today(now)):
        return _after_leave(room, send, now)
    if not room.calendar.is_working(now):
        return _next_opening(room, send, now)
    if is_first_week(room, room.today(now)) and _is_of_pulse(room, send):
        return _after_first_week(room, send, now)
    if (all_out := asked_together.all_out(room, _asks_for(room, send))) and now < all_out:
        return Move(all_out, "comes with another decision")
    if send.kind is SendKind.NUDGE and taken.nudges >= MOST_NUDGES:
        return Drop("enough reminders in this cycle")
    if _is_capped(send, taken):
        return _next_week(room, send, now)
    return _drawn(room, send, now)


def _asks_for(room: Room, send: Send) -> Sequence[Decision]:
    """The decisions to which it asks for a word; none where another message carries them."""
    kind, _, version = send.card.partition(" ")
    if kind == "stand":
        return asked_together.as_they_read(room, asked_together.bundle(room, version, send.to))
    decision = room.numbered(Decision, int(version.partition(".")[0])) if kind == "again" else None
    return asked_together.reminded(room, decision, send.to) if decision else ()


def _drawn(room: Room, send: Send, now: datetime) -> Verdict:
    """What it says now; a person's own card is drawn anew at once, at night too: they have just pressed something."""
    try:
        message = send.message or cards.draw(replace(room, drawn_on=room.today(now)), send.card, send.to)
    except SchoolYearOver:
        return _until_terms(send, now)
    if message is None:
        return Drop("there is nothing to say any more")
    return Go(replace(message, language=room.told_to(send.to).language()))


def in_time(room: Room, send: Send) -> Send:
    """The message with the moment at which nobody wants it any more."""
    return replace(send, expires=expires(room, send))


def expires(room: Room, send: Send) -> datetime | None:
    """When nobody wants it any more; what asks for a word, at its decision's deadline: holds and closures move it."""
    if send.card.partition(" ")[0] not in cards.ASKING_FOR_A_WORD:
        return send.expires
    asked = _asks_for(room, send)
    deadlines = [at for each in asked if (at := decisions.deadline(room, each))]
    return None if room.hold or not deadlines else max(deadlines)


def arrives(room: Room, send: Send, now: datetime, taken: Attention) -> datetime | None:
    """When it will be sent, if nothing changes until then; None if never. A new week begins without messages."""
    is_this_week = send.due < week_start(room, now) + timedelta(days=7)
    match judge(room, send, send.due, taken if is_this_week else replace(taken, this_week=0)):
        case Go():
            return send.due
        case Move(due):
            return due
    return None


def _is_capped(send: Send, taken: Attention) -> bool:
    """Whether the person has had this week's messages; what holds up the whole team is said all the same."""
    return bool(send.to) and send.card.partition(" ")[0] not in _HOLDS_UP_ALL and taken.this_week >= WEEKLY_CAP


def judge_answer(send: Send) -> Verdict:
    """An answer to somebody who just wrote or pressed goes out at once, also at night."""
    return Go(send.message) if send.message else Drop("there is nothing to say")


def cycle_start(room: Room, now: datetime) -> datetime:
    """The first moment of the newest cycle; of none, now."""
    return room.moves[0].at if room.moves else now


def week_start(room: Room, now: datetime) -> datetime:
    """The first moment of the school's week."""
    today = room.calendar.local(now)
    monday = (today - timedelta(days=today.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    return monday


def _unwanted(room: Room, send: Send, now: datetime) -> str:
    """Why nobody wants it any more; empty when somebody does."""
    if send.expires and now > send.expires:
        return "stale"
    if send.to and not room.roles(send.to):
        return "left the team"
    if send.to and is_reminder(send) and room.member(send.to).is_quiet(room.today(now)):
        return "quiet"
    if send.kind in (SendKind.PROMPT, SendKind.NUDGE) and not _is_theirs_to_answer(room, send):
        return "reads along"
    here = standing(room)
    if here and here.paused and send.kind in (SendKind.PROMPT, SendKind.NUDGE) and not _is_of_no_cycle(room, send):
        return "the cycle is paused"
    if send.conversation and _is_settled(room, send):
        return "answered"
    kind, _, version = send.card.partition(" ")
    if kind == "stand" and asked_together.is_carried(room, version, send.to):
        return "comes with another decision"
    if send.kind is SendKind.REPLY and threads.is_empty(room, send.card):
        return "there is nothing to say any more"
    return ""


def is_reminder(send: Send) -> bool:
    """Whether it only says again what the person was asked before."""
    return send.kind is SendKind.NUDGE or cards.is_reminder(send.card)


def _is_theirs_to_answer(room: Room, send: Send) -> bool:
    """Whether what it asks may still be asked of this person: who became an observer is asked no more."""
    flow = room.conversations[send.conversation].flow if send.conversation in room.conversations else ""
    if flow:
        return may_answer(room.roles(send.to), room.scripts.flow(flow).asks)
    if send.card.partition(" ")[0] not in cards.ASKING_FOR_A_WORD:
        return True
    return bool(room.roles(send.to) & (PROMPTED | {Role.FACILITATOR, Role.STAFF}))


def _is_of_no_cycle(room: Room, send: Send) -> bool:
    """Whether somebody of the team asks it, or the whole school is asked: a pause stops what the cycle asks."""
    return _is_of_pulse(room, send) or send.card.partition(" ")[0] in cards.ASKED_BY_PEOPLE


def _is_of_pulse(room: Room, send: Send) -> bool:
    conversation = room.conversations.get(send.conversation)
    return conversation is not None and is_of_pulse(conversation)


def _is_settled(room: Room, send: Send) -> bool:
    """Whether everything that this message would ask for is answered, declined or over."""
    conversation = room.conversations.get(send.conversation)
    here = standing(room)
    if conversation and is_of_pulse(conversation):
        return _is_closed(conversation, send.kind)
    if conversation is None or here is None or conversation.phase != f"{cycle.number(room)}.{here.epoch}":
        return True
    asked = together(room, conversation)
    return all(_is_closed(each, send.kind) for each in asked)


def _is_closed(conversation: Conversation, kind: SendKind) -> bool:
    touched = kind is SendKind.NUDGE and conversation.answered_at
    return bool(conversation.done_at or conversation.declined_at or touched)


def _next_opening(room: Room, send: Send, now: datetime) -> Verdict:
    return _later(room, send, now, room.today(now), "out of hours")


def _after_leave(room: Room, send: Send, now: datetime) -> Verdict:
    """What is theirs to settle waits for the first school day on which they are back; a question that is over is not.

    What has a moment expires: a prompt on the day of its meeting, a reminder on its day, a decision at its deadline.
    """
    day = room.today(now)
    with suppress(SchoolYearOver):
        while room.is_away(send.to, day):
            day = room.calendar.add_school_days(day, 1)
    return _later(room, send, now, day, "on leave")


def _after_first_week(room: Room, send: Send, now: datetime) -> Verdict:
    """A cycle began while a pulse is open: who was not asked yet is asked a week later, and nobody is reminded."""
    here = standing(room)
    if here is None or send.kind is SendKind.NUDGE:
        return Drop("first week of a cycle")
    return _later(room, send, now, here.cycle.started_on + timedelta(days=7), "first week of a cycle")


def _next_week(room: Room, send: Send, now: datetime) -> Verdict:
    """A nudge over the cap is left out; anything else waits for the next week, if it keeps so long."""
    if send.kind is SendKind.NUDGE:
        return Drop("weekly cap")
    return _later(room, send, now, week_start(room, now).date() + timedelta(days=7), "weekly cap")


def _later(room: Room, send: Send, now: datetime, day: date, reason: str) -> Verdict:
    """Move it to the first opening from that day on, unless it is stale by then."""
    try:
        opening = room.calendar.next_working(max(now, room.calendar.at(day, time.min)))
    except SchoolYearOver:
        return _until_terms(send, now)
    return _moved(send, opening, reason)


def _until_terms(send: Send, now: datetime) -> Verdict:
    """Where the calendar ends, what does not expire waits for the next terms, and is looked at again each week."""
    return _moved(send, now + UNTIL_TERMS, "the school year is over")


def _moved(send: Send, to: datetime, reason: str) -> Verdict:
    return Drop(reason) if send.expires and to > send.expires else Move(to, reason)
