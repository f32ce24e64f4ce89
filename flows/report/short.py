"""The report in a few lines, for the card that stands in the channel at the end of a cycle."""

from collections.abc import Iterator

from .. import indicators, needs
from ..messages import Item
from ..modes import MODES
from ..phrases import Raw
from ..room import Room


def head(room: Room) -> Iterator[Item]:
    """What the team set out to do: its Priority of Practice and the needs that it chose."""
    number = room.cycles[-1].number
    charter = next((each for each in room.charters if each.cycle == number), None)
    if charter and charter.priority:
        yield Item(charter.priority, room.say("report.priority"), quoted=True)
    for need in needs.chosen(room):
        yield Item(need.text, room.say("report.chosen_needs"), quoted=True)


def foot(room: Room) -> Iterator[Item]:
    """How much was decided, asked for and seen toward the outcomes; nothing where none of it was."""
    if parts := tuple(_counted(room)):
        yield Item(Raw(" · ").join(parts), room.say("report.glance"))


def _counted(room: Room) -> Iterator[str]:
    number = room.cycles[-1].number
    decided = [each for each in room.decisions if each.state == "decided" and each.cycle == number]
    if decided:
        shared = sum(MODES[each.mode].waits for each in decided)
        yield room.say("report.short_decisions", count=len(decided), shared=shared)
    answered = [each for each in room.asks if each.state in ("granted", "declined") and each.cycle == number]
    if answered:
        granted = sum(each.state == "granted" for each in answered)
        yield room.say("report.short_asks", count=len(answered), granted=granted)
    aims = indicators.aims(room)
    shown = sum(any(indicators.of(room, aim.key)) for aim in aims)
    if shown:
        yield room.say("report.short_outcomes", count=shown, total=len(aims))
