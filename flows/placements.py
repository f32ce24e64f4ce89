"""How far a team has come: placed by the school itself and by its coach, each for itself, and never overwritten."""

from collections.abc import Iterator
from datetime import datetime

from .coaching import levels
from .options import folded
from .outcome import Outcome
from .people import Member
from .records import Placement
from .room import Room

SCHOOL, COACH = "school", "coach"


def put(room: Room, by: str, level: str, me: Member, now: datetime) -> Outcome:
    """Keep where the school or the coach places the team now; what stood before stays on record."""
    placed = Placement(room.team.id, room.next_number(Placement), by, level, room.today(now), me.id)
    return Outcome((placed,))


def newest(room: Room, by: str) -> str:
    """The level at which the school or the coach placed the team last, as it is kept; empty where nobody has."""
    placed = [each.level for each in room.placements if each.by == by]
    return placed[-1] if placed else room.team.level if by == SCHOOL else ""


def gap(room: Room, reader: Member) -> int | None:
    """How many levels the coach places the team above the school (below: less than 0); None where one is missing."""
    order = [key for key, _ in levels(room, reader)]
    ours, theirs = (folded(newest(room, by)) for by in (SCHOOL, COACH))
    return order.index(theirs) - order.index(ours) if ours in order and theirs in order else None


def told(room: Room, reader: Member) -> str:
    """Where both place the team, and the gap between the two, in words; empty where nobody has."""
    said = [
        room.say(f"level.by_{by}", reader, level=in_words(room, level, reader))
        for by in (SCHOOL, COACH)
        if (level := newest(room, by))
    ]
    apart = gap(room, reader)
    if apart:
        said.append(room.say("level.above" if apart > 0 else "level.below", reader, count=abs(apart)))
    return " ".join(said)


def history(room: Room, reader: Member) -> Iterator[str]:
    """Each placement with its day, the newest first."""
    for each in reversed(room.placements):
        level = in_words(room, each.level, reader)
        yield room.say(f"level.was_by_{each.by}", reader, level=level, day=each.on)


def in_words(room: Room, level: str, reader: Member) -> str:
    """The level in the reader's language; as it was written, where it is none of today's levels."""
    return dict(levels(room, reader)).get(folded(level), level)
