"""The practice board: what the page needs from below, as values and one Protocol that `bot` fills."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from flows.messages import Message

Until = Literal["prompt", "day", "friday", "phase"]
"""How far the clock moves: the next prompt, school day or Friday, or the end of the phase."""


class CannotMove(Exception):
    """The clock stays where it is; the message is a sentence for the person who tried to move it."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the visitor can be."""

    id: str
    """the platform's user id, as it stands in `Event.user` and `Address.user`"""
    name: str
    role: str
    """in words: "principal", "math teacher, facilitator" """
    place: str
    """the direct conversation with Leadcycle"""


@dataclass(frozen=True, slots=True)
class Team:
    """A team with its channel; its people are listed in the order in which they are shown."""

    id: str
    name: str
    school: str
    """the name of its school"""
    channel: str
    """the channel's name, without the #"""
    place: str
    """the channel"""
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """One phase of the cycle in the progress bar."""

    label: str
    state: Literal["done", "now", "next"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a team stands at this moment."""

    now: datetime
    """school time, aware, in the school's zone"""
    phase: str
    stages: tuple[Stage, ...]
    next: str
    """a sentence: "Next: Friday 2:30 PM, weekly check-in"; empty when nothing is to come"""
    is_over: bool = False
    """whether the cycle is finished; nothing is sent between cycles"""
    in_another_year: bool = False
    """whether it is not the year any more in which the practice began"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a conversation: Leadcycle's message or somebody's words."""

    number: int
    """unique on the board and rising: the order in which lines stand"""
    place: str
    at: datetime
    """school time, aware, in the school's zone"""
    revision: int
    """the board's version at which it was last written"""
    author: str = ""
    """a person's id; empty: Leadcycle"""
    message: Message | None = None
    words: str = ""
    """what the person typed; empty when there is a message"""
    in_another_year: bool = False
    """whether it was written in another year than that in which the practice began"""


class PracticeBoard(Protocol):
    """The practice school as its page sees it.

    The board has one version, which rises with every line, redrawing and move of the clock.
    """

    async def teams(self) -> Sequence[Team]:
        """Return the teams that one can visit; one is enough."""
        ...

    async def standing(self, team: str) -> Standing:
        """Return where the team stands now."""
        ...

    async def report_path(self, team: str) -> str | None:
        """Return the path of the team's report, or None while there is none."""
        ...

    async def now(self) -> datetime:
        """Return the platform's time for an event, aware; events are ordered by it."""
        ...

    async def transcript(self, place: str, after: int = 0) -> Sequence[Line]:
        """Return by number the lines with a revision later than `after`; none for an unknown place."""
        ...

    async def post(self, place: str, message: Message, delivery: str) -> int:
        """Write Leadcycle's message and return its number; one delivery is written once."""
        ...

    async def redraw(self, number: int, message: Message) -> bool:
        """Put the message in place of the one with this number; False when there is none."""
        ...

    async def said(self, place: str, author: str, words: str, key: str) -> int:
        """Write a person's words and return their number; one key is written once."""
        ...

    async def find(self, place: str, delivery: str) -> int | None:
        """Return the number of the message that was posted with this delivery key, or None."""
        ...

    async def move(self, until: Until) -> None:
        """Move the school's clock through every due moment in order; `CannotMove` when there is none."""
        ...

    async def changed(self, after: int) -> int:
        """Return the board's version as soon as it differs from `after`; at once when it does already."""
        ...
