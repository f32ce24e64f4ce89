"""Where people and teams are on the platforms."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """One account of a member on a platform."""

    member: str
    platform: str
    workspace: str
    user: str
    place: str = ""
    """the direct conversation with the bot, once it is known"""
    seen_at: datetime | None = None
    """when the person was last heard there; messages go to the newest account"""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a message goes: a place, or the person whose direct conversation it is, or both."""

    platform: str
    workspace: str
    place: str
    user: str = ""
