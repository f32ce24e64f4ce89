"""An earlier cycle for a report: the room as it stood when that cycle ended, as far as the records tell."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from ..records import Action, Ballot, Line, Move, Need
from ..room import Room
from .course import ended_on


def as_of(
    room: Room, number: int, moves: tuple[Move, ...], lines: tuple[Line, ...], ballots: tuple[Ballot, ...]
) -> Room:
    """Return the room at the end of this cycle, of which these are the records that a room holds of one cycle only.

    What happened to its actions and needs in later cycles is taken back. A new day, another owner and words that
    were changed since are shown as they are now: how they read then is not on record.
    """
    if number == room.cycles[-1].number:
        return room
    then = replace(
        room,
        cycles=tuple(each for each in room.cycles if each.number <= number),
        charters=tuple(each for each in room.charters if each.cycle <= number),
        resources=tuple(each for each in room.resources if each.cycle <= number),
        decisions=tuple(each for each in room.decisions if each.cycle <= number),
        results=tuple(each for each in room.results if each.cycle <= number),
        indicators=tuple(each for each in room.indicators if each.cycle <= number),
        moves=moves,
        lines=lines,
        ballots=ballots,
        conversations={},
        occurrences=(),
        leads=(),
        consents=(),
    )
    then = replace(then, actions=tuple(_actions(then, number, ended_on(then))))
    return replace(then, needs=tuple(_needs(then, number)))


def _actions(room: Room, number: int, last: date | None) -> Iterator[Action]:
    """The actions of that cycle and earlier ones, as its verdicts left them."""
    verdicts = {each.action: each.verdict for each in room.results if each.cycle == number}
    for action in room.actions:
        if action.cycle > number:
            continue
        is_later = bool(last and action.done_on and action.done_on > last)
        if verdicts.get(action.number) == "adapt" or is_later:
            yield replace(action, state="open", done_on=None, review_on=None)
        else:
            yield action


def _needs(room: Room, number: int) -> Iterator[Need]:
    """The needs of that cycle and earlier ones: met if an action for them was adopted by then, chosen if it was so.

    A need that was chosen again holds only the later choice: where none is left for this cycle, what its actions
    serve was chosen.
    """
    adopted = {each.action for each in room.results if each.verdict == "adopt"}
    met = {action.need for action in room.actions if action.number in adopted}
    known = [need for need in room.needs if need.cycle <= number]
    is_known = any(need.chosen_in == number for need in known)
    served = {action.need for action in room.actions if action.cycle == number}
    for need in known:
        state = "open" if need.state == "met" and need.number not in met else need.state
        again = number if need.number in served and not is_known else 0
        yield replace(need, state=state, chosen_in=need.chosen_in if need.chosen_in <= number else again)
