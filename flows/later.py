"""Out of hours, what somebody does is seen by others in the next school hour: the answer says when."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

from . import asks, decisions, posts
from .calendar import SchoolYearOver
from .commands import Call
from .decision_records import Ask, Decision, Stand
from .flow import Conversation
from .messages import Card, Note
from .outcome import Fact, Outcome
from .people import Channel, Hold, Leave, Member, School
from .records import Doubt
from .sends import Send, SendKind

_OWN = (Conversation, Doubt, Hold, Leave, Member)
"""what concerns only the person, or is the hold itself"""
_THERE = (SendKind.REFRESH, SendKind.REPLY)


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
    if call.room.hold or any(isinstance(fact, Hold) for fact in own.keep):
        if call.room.hold and any(not isinstance(fact, _OWN) for fact in whole.keep):
            yield call.say("hold.seen_later")
        return
    calendar = call.room.having(fact for fact in own.keep if isinstance(fact, School)).calendar
    if calendar.is_working(call.now):
        return
    with suppress(SchoolYearOver):
        at = calendar.local(calendar.next_working(call.now))
        if any(_changes_the_channel(call, send, whole.keep) for send in whole.sends):
            yield call.say("prompt.team_sees", at=at)
        told = {send.to for send in own.sends if send.kind is SendKind.PROMPT and send.due <= call.now}
        for member in sorted(told - {call.me.id}):
            yield call.say("prompt.somebody_hears", name=call.room.name(member), at=at)


def _changes_the_channel(call: Call, send: Send, kept: Iterable[Fact]) -> bool:
    """Whether the team sees something new as soon as it is sent: a post, or what belongs to one that stands there."""
    if send.to or send.due > call.now:
        return False
    if send.kind is SendKind.POST:
        # a channel that is named in place of another gets only what did not arrive there: mostly nothing
        return not (call.room.channels and any(isinstance(fact, Channel) for fact in kept))
    return send.kind in _THERE and _shows_news(call, send.card, kept)


def _shows_news(call: Call, card: str, kept: Iterable[Fact]) -> bool:
    """Whether the card is out and shows what these facts say: of an open decision it only counts the words."""
    kind, number, *_ = card.split(" ")
    if kind in ("phase", "week", "moved"):
        return posts.has_come(call.room, number)
    if kind == "charter":
        return True
    if kind == "request":
        ask = call.room.numbered(Ask, int(number))
        return ask is not None and asks.is_out(call.room, ask, call.now)
    decision = call.room.numbered(Decision, int(number))
    if decision is None or not decisions.is_out(call.room, decision, call.now):
        return False
    return decision.state != "open" or not all(isinstance(fact, Stand) for fact in kept)
