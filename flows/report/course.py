"""The course of a cycle in a report: its phases as they opened and closed, and what happened to each."""

from collections.abc import Iterator
from datetime import date
from itertools import takewhile

from ..cycle_script import PHASES
from ..needs import chosen
from ..records import Move
from ..room import Room
from .entries import Note, Stage
from .saying import Say


def ended_on(room: Room) -> date | None:
    """The day on which the cycle was finished; None while it runs."""
    last = room.moves[-1] if room.moves else None
    return room.today(last.at) if last and last.kind == "finished" else None


def weeks(room: Room) -> int:
    """The open school weeks that a finished cycle took, or for which a running one is planned."""
    cycle, last = room.cycles[-1], ended_on(room)
    if last is None:
        return cycle.weeks
    return sum(1 for _ in takewhile(lambda monday: monday <= last, room.calendar.open_weeks(cycle.started_on)))


def stages(room: Room, say: Say) -> Iterator[Stage]:
    """Each opening of a phase, in the order in which they came."""
    turns = [move for move in room.moves if move.kind in ("opened", "finished")]
    for before, here, after in zip([None, *turns], turns, [*turns[1:], None], strict=False):
        if here.kind == "opened":
            yield Stage(
                phase=room.course.phases[here.phase].title,
                opened_on=room.today(here.at),
                closed_on=room.today(after.at) if after else None,
                notes=tuple(_notes(room, before, here, after, say)),
            )


def _notes(room: Room, before: Move | None, here: Move, after: Move | None, say: Say) -> Iterator[Note]:
    if before and _goes_back(before, here):
        yield Note(say("reopened"), here.reason)
    between = [move for move in room.moves if here.number < move.number and (not after or move.number < after.number)]
    for move in between:
        yield Note(say(f"was_{move.kind}", day=room.today(move.at), until=move.until), move.reason)
    was_met = any(move.kind == "met" for move in between)
    if after and after.by and after.reason and not was_met and not _goes_back(here, after):
        yield Note(say("was_skipped" if _lacks(room, here.phase) else "was_closed_early"), after.reason)


def _goes_back(before: Move, after: Move) -> bool:
    """Whether a phase was opened again."""
    return after.kind == "opened" and PHASES.index(after.phase) <= PHASES.index(before.phase)


def _lacks(room: Room, phase: str) -> bool:
    """Whether nothing is on record of what the phase is for."""
    cycle = room.cycles[-1].number
    match phase:
        case "convene":
            return not any(charter.cycle == cycle for charter in room.charters)
        case "needs":
            return not chosen(room)
        case "plan":
            return not any(action.cycle == cycle for action in room.actions)
        case "reflect":
            return not room.results
    return False
