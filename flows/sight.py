"""What a coach sees of a team: what the team agreed to show when it convened, and nothing else."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .people import Role
from .room import Room

LEAST = "course"
LEVELS = ("course", "work", "decisions")
"""phase and dates; also charter, needs and plan; also decisions"""
_SHOWN_FROM: Mapping[str, tuple[str, ...]] = {
    "work": ("charters", "needs", "resources", "actions", "results"),
    "decisions": ("decisions", "wordings", "asks"),
}
"""Which records each level adds; all others stay with the team: reflections, dots, who said what."""
_NEVER = ("lines", "ballots", "evidences", "stands")
_MATTERS: Mapping[str, str] = {
    "needs": "work",
    "resources": "work",
    "actions": "work",
    "report": "work",
    "decisions": "decisions",
    "asks": "decisions",
}
"""From which level on a matter can be read."""


def level(room: Room) -> str:
    """How much the team agreed to show; the least where it has agreed on nothing."""
    agreed = room.charter.coach if room.charter else ""
    return agreed if agreed in LEVELS else LEAST


def is_limited(room: Room, member: str) -> bool:
    """Whether this person is a coach of the team and nothing else in it."""
    return room.roles(member) == {Role.COACH}


def is_shown(room: Room, member: str, matter: str) -> bool:
    """Whether this person may read of the matter; a coach only from the level on that shows it."""
    wanted = _MATTERS.get(matter, LEAST)
    return not is_limited(room, member) or LEVELS.index(level(room)) >= LEVELS.index(wanted)


def seen(room: Room, member: str) -> Room:
    """The room as this person sees it: without what is not theirs to see."""
    if not is_limited(room, member):
        return room
    reached = LEVELS.index(level(room))
    hidden = [name for each, names in _SHOWN_FROM.items() if LEVELS.index(each) > reached for name in names]
    empty: dict[str, Any] = dict.fromkeys((*hidden, *_NEVER), ())
    own = {key: each for key, each in room.conversations.items() if each.member == member}
    return replace(room, **empty, conversations=own)
