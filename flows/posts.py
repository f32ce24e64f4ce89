"""The team's posts in its channel: each card is posted once, for a reason of its own."""

from datetime import datetime

from . import cycle
from .room import Room
from .sends import Send, SendKind


def key(room: Room, card: str) -> str:
    """The reason of a card's post: one for each phase, each decision and each ask."""
    if card.startswith("phase"):
        return f"post:{room.team.id}:{cycle.number(room)}:{card}"
    return f"post:{room.team.id}:{card}"


def post(room: Room, card: str, at: datetime) -> Send:
    """The one post of a card in the team's channel."""
    return Send(key(room, card), room.team.id, "", SendKind.POST, at, card=card)


def has_come(room: Room, epoch: str) -> bool:
    """Whether the day of this phase's meeting came, on which its card is posted."""
    return any(each.key == f"{epoch}.agenda" and not each.note for each in room.occurrences)
