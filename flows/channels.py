"""The team's channel: where there is none yet somebody hears of it, and one that is named gets what it missed."""

from collections.abc import Iterator
from datetime import datetime

from . import cards, decisions, posts
from .cycle import number
from .decision_records import Ask, Decision
from .outcome import Outcome
from .people import Channel, Role
from .room import Room
from .sends import Send, SendKind
from .timetable import standing

_TAKEN_BACK = ("draft", "undone", "withdrawn")
"""states of decisions and asks that nobody is to see any more, or not yet"""


def settled(room: Room, outcome: Outcome, now: datetime) -> Outcome:
    """The outcome as the channel takes it: what would be posted nowhere is told to a guide, once in a cycle.

    A channel that is named, also the same one again, gets what stands before the team and has no living post.
    """
    is_named = any(isinstance(fact, Channel) for fact in outcome.keep)
    if room.channels and not is_named:
        return outcome
    after = room.having(outcome.keep)
    if not after.channels:
        lost = [send.due for send in outcome.sends if send.kind is SendKind.POST]
        kept = tuple(send for send in outcome.sends if send.to)
        told = _told(after, min(lost), now) if lost else ()
        return Outcome(outcome.keep, outcome.answers, (*kept, *told), outcome.reply)
    return outcome + Outcome(sends=tuple(_missed(after, now)))


def moved(room: Room, now: datetime) -> Outcome:
    """What a place took that takes nothing any more, and that the team reads no more, in the channel of today."""
    return Outcome(sends=tuple(_missed(room, now)))


def _told(room: Room, due: datetime, now: datetime) -> Iterator[Send]:
    guides = (*room.holders(Role.ADMINISTRATOR), *room.holders(Role.FACILITATOR))
    there = [each for each in guides if not room.is_away(each.id, room.today(now))]
    for guide in (there or guides)[:1]:
        key = f"{room.team.id}.{number(room)}.no-channel"
        yield Send(key, room.team.id, guide.id, SendKind.PROMPT, due, card="nowhere")


def _missed(room: Room, now: datetime) -> Iterator[Send]:
    """What stands before the team; of what is posted already, or will be, nothing comes of it."""
    for card in dict.fromkeys(cards.living(room)):
        if (due := _due(room, card, now)) and cards.draw(room, card):
            yield posts.post(room, card, max(due, now))


def _due(room: Room, card: str, now: datetime) -> datetime | None:
    """Since when, or from when on, the team is to see the card; None for one whose time has not come."""
    kind, _, about = card.partition(" ")
    match kind:
        case "decision":
            decision = room.numbered(Decision, int(about))
            return decision.posted_at + decisions.UNDO if decision and decision.state not in _TAKEN_BACK else None
        case "request":
            ask = room.numbered(Ask, int(about))
            return ask.asked_at + decisions.UNDO if ask and ask.state not in _TAKEN_BACK else None
    is_charter = room.charter is not None and card == cards.of_charter(room)
    return now if standing(room) and (posts.has_come(room, about) or is_charter) else None
