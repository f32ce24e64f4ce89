"""Somebody, or the team's channel, takes no messages: whoever keeps the cycle going hears of it, once."""

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


def tell(room: Room, lost: Send, now: datetime) -> Outcome:
    """Tell a guide that this message found its address closed; once for each person, or the channel, in a cycle.

    A message that was only to be drawn anew is missed by nobody.
    """
    guides = (*room.holders(Role.FACILITATOR), *room.holders(Role.ADMINISTRATOR))
    guide = next((each for each in guides if each.id != lost.to), None)
    if guide is None or lost.kind is SendKind.REFRESH:
        return Outcome()
    phrase = "unreachable.person" if lost.to else "unreachable.channel"
    message = Message(
        room.say(phrase, guide, name=room.name(lost.to) if lost.to else ""),
        title=room.say("unreachable.title", guide),
        preview=room.say("unreachable.title", guide),
        about=room.team.id,
    )
    key = f"{room.team.id}.{number(room)}.unreachable.{lost.to or 'channel'}"
    return Outcome(sends=(Send(key, room.team.id, guide.id, SendKind.PROMPT, now, message),))
