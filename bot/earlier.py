"""The room of a cycle that may be an earlier one, for its report."""

from flows import report
from flows.records import Ballot, Line, Move
from flows.room import Room
from storage import records
from storage.store import Store


async def as_of(store: Store, room: Room, cycle: int) -> Room:
    """Return the team's room as it stood at the end of this cycle, or as it is if that is the newest one."""
    of_it = {"team": room.team.id, "cycle": cycle}
    moves = await records.load(store, Move, **of_it)
    lines = await records.load(store, Line, **of_it)
    ballots = await records.load(store, Ballot, **of_it)
    return report.as_of(room, cycle, moves, lines, ballots)
