"""Somebody, or the team's channel, takes no messages: whoever keeps the cycle going hears of it, once each time."""

from dataclasses import replace
from datetime import datetime

from .cycle import number
from .messages import Message
from .outcome import Outcome
from .people import Role
from .room import Room
from .sends import Send, SendKind


def draw_nowhere(room: Room) -> Message | None:
    """What there is to do where the team has no channel; None once it has one."""
    if room.channels:
        return None
    title = room.say("unreachable.nowhere_title")
    return Message(room.say("unreachable.nowhere"), title=title, preview=title, about=room.team.id)


def draw_shut(room: Room) -> Message:
    """What there is to do where the team's channel takes nothing any more."""
    return _told(room, room.say("unreachable.channel"))


def tell(room: Room, lost: Send, now: datetime, arrived: str) -> Outcome:
    """Tell a guide that this message found its address closed; once until something arrives there again.

    `arrived` is what arrived last, by its delivery key. A message that was only to be drawn anew is missed by nobody.
    """
    guides = (*room.holders(Role.FACILITATOR), *room.holders(Role.ADMINISTRATOR))
    guide = next((each for each in guides if each.id != lost.to), None)
    if guide is None or lost.kind is SendKind.REFRESH:
        return Outcome()
    key = f"{room.team.id}.{number(room)}.unreachable.{lost.to or 'channel'}.{arrived}"
    told = Send(key, room.team.id, guide.id, SendKind.PROMPT, now)
    if not lost.to:
        return Outcome(sends=(replace(told, card="shut"),))
    theirs = room.told_to(guide.id)
    message = _told(theirs, theirs.say("unreachable.person", name=room.name(lost.to)))
    return Outcome(sends=(replace(told, message=message),))


def _told(room: Room, text: str) -> Message:
    title = room.say("unreachable.title")
    return Message(text, title=title, preview=title, about=room.team.id)
