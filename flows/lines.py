"""Lines that people let the team read, as the team's messages show them."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from .markup import escape
from .messages import Item
from .records import Line
from .room import Room


def of(room: Room, flow: str) -> tuple[Line, ...]:
    """The lines of this flow that the team may read now; one that was taken back is empty."""
    return tuple(line for line in room.lines if line.flow == flow and line.text)


def items(room: Room, flow: str, shared: Iterable[Line]) -> Iterator[Item]:
    """These lines by question, whose name stands once; people's own where the script said so.

    Lines without a name come in the order of their words: the order of answers would give their authors away.
    """
    places = {step.key: place for place, step in enumerate(room.scripts.flow(flow).steps)}

    def order(line: Line) -> tuple[int, int, str]:
        return places.get(line.step, len(places)), line.number if line.named else 0, line.text

    for _, said in groupby(sorted(shared, key=order), key=lambda line: line.step):
        for number, line in enumerate(said):
            by = escape(room.name(line.author)) if line.named else ""
            yield Item(line.text, "" if number else _label(room, line), detail=by, quoted=True)


def _label(room: Room, line: Line) -> str:
    """The short name of the question; a school's own question has none."""
    phrase = f"line.{line.flow}_{line.step}"
    return room.say(phrase) if phrase in room.phrases().sentences else ""
