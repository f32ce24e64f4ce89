"""The needs of a report: in the words of their authors, never with their names."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from .. import needs
from ..records import Need
from ..room import Room
from ..timetable import standing
from .entries import NeedEntry
from .saying import Say


def entries(room: Room, say: Say) -> Iterator[NeedEntry]:
    """The needs that were open, chosen, named or served in this cycle, chosen ones first."""
    chosen, vote = needs.chosen(room), _vote(room)
    tied = vote.first if vote and vote.is_tied else ()
    dots = _dots(room, vote)
    for need in sorted(_reported(room), key=lambda need: (need not in chosen, need.number)):
        marks = {"chosen": need in chosen, "tied": need.number in tied, "met": need.state == "met"}
        yield NeedEntry(
            label=say("need_label", number=need.number),
            number=need.number,
            text=need.text,
            evidence=need.evidence,
            also=tuple(_also(room, need)),
            marks=tuple(mark for mark, applies in marks.items() if applies),
            dots=dots.get(need.number),
            is_unmet=need.state == "open",
        )


def words(room: Room, number: int) -> str:
    """What the need with this number says; empty if there is none or its author took it back."""
    need = room.numbered(Need, number)
    return need.text if need and need.state != "withdrawn" else ""


def _reported(room: Room) -> Iterator[Need]:
    """The needs of this cycle that speak for themselves."""
    cycle = room.cycles[-1].number
    weighed = {result.action for result in room.results}
    served = {action.need for action in room.actions if action.number in weighed}
    for need in room.needs:
        is_ours = cycle in (need.cycle, need.chosen_in) or need.state == "open" or need.number in served
        if is_ours and need.state != "withdrawn" and _speaker(room, need) == need:
            yield need


def _speaker(room: Room, need: Need) -> Need:
    """The need that speaks for this one: itself, unless another one does that was not taken back."""
    above = room.numbered(Need, need.merged_into)
    return _speaker(room, above) if above and above.state != "withdrawn" else need


def _also(room: Room, need: Need) -> Iterator[str]:
    """The words of the needs that this one speaks for, but for those that were taken back."""
    for each in room.needs:
        if each != need and each.state != "withdrawn" and _speaker(room, each) == need:
            yield each.text


def _vote(room: Room) -> needs.Count | None:
    """What the dots said, also about needs that were met since; None while the team may still vote."""
    here = standing(room)
    if here and here.phase.key in ("convene", "needs"):
        return None
    then = tuple(replace(need, state="open") if need.state == "met" else need for need in room.needs)
    return needs.count(replace(room, needs=then))


def _dots(room: Room, vote: needs.Count | None) -> Mapping[int, int]:
    """The dots of each need; none in a small team, and none of few ballots, which would give voters away."""
    return vote.dots if vote and needs.shows_dots(room) else {}
