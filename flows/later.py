"""Out of hours, what somebody does is seen by others in the next school hour: the answer says when."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from . import decisions
from .calendar import SchoolYearOver
from .commands import Call
from .messages import Card, Note
from .outcome import Outcome
from .records import Decision
from .room import Room
from .sends import Send, SendKind


def explained(call: Call, own: Outcome, whole: Outcome) -> Outcome:
    """The whole outcome of an event, whose answer says when others see it, unless that is now.

    `own` is what the person did, without what followed by itself: who hears of that is not theirs to know.
    """
    sentences = " ".join(_sentences(call, own, whole))
    match whole.reply:
        case Note(message) | Card(message) if sentences:
            told = replace(message, text=f"{message.text} {sentences}".strip())
            return replace(whole, reply=replace(whole.reply, message=told))
    return whole


def _sentences(call: Call, own: Outcome, whole: Outcome) -> Iterator[str]:
    if call.room.calendar.is_working(call.now):
        return
    with suppress(SchoolYearOver):
        at = call.room.calendar.local(call.room.calendar.next_working(call.now))
        if any(_changes_the_channel(call, send) for send in whole.sends):
            yield call.say("prompt.team_sees", at=at)
        told = {send.to for send in own.sends if send.kind is SendKind.PROMPT and send.due <= call.now}
        for member in sorted(told - {call.me.id}):
            yield call.say("prompt.somebody_hears", name=call.room.name(member), at=at)


def _changes_the_channel(call: Call, send: Send) -> bool:
    """Whether the team sees something new as soon as it is sent: a post, or a card that stands there already."""
    if send.to or send.due > call.now:
        return False
    return send.kind is SendKind.POST or (send.kind is SendKind.REFRESH and _is_out(call, send.card))


def _is_out(call: Call, card: str) -> bool:
    kind, _, number = card.partition(" ")
    if kind == "phase":
        return _was_posted(call.room, number)
    if kind == "charter":
        return True
    decision = call.room.numbered(Decision, int(number))
    return decision is not None and call.now >= decisions.goes_out(call.room, decision)


def _was_posted(room: Room, epoch: str) -> bool:
    return any(each.key == f"{epoch}.agenda" and not each.note for each in room.occurrences)
