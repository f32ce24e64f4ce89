"""A practice school in memory: a board that keeps lines in a dictionary, and ears that answer as told."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from adapters.webchat.board import CannotMove, Line, Person, Stage, Standing, Team, Until
from flows.events import Event
from flows.messages import Message, Reply

LENA = Person("lena", "Lena Ortiz", "principal", "direct-lena")
ANA = Person("ana", "Ana Reyes", "grade 4 teacher, facilitator", "direct-ana")
BEN = Person("ben", "Ben Carter", "math teacher", "direct-ben")
MAYA = Person("maya", "Maya Lopez", "instructional coach", "direct-maya")
TEAM = Team(
    "riverside",
    "Riverside team",
    "Riverside Middle School",
    "riverside-leadership",
    "channel-riverside",
    (LENA, ANA, BEN, MAYA),
)
PHASES = ("Convene", "Needs", "Plan", "Act", "Reflect")


class MemoryBoard:
    """The practice board without a database."""

    def __init__(self, *teams: Team) -> None:
        self.all_teams = teams or (TEAM,)
        self.lines: dict[int, Line] = {}
        self.deliveries: dict[tuple[str, str], int] = {}
        self.version = 0
        self.first = 1
        """the number of the first line"""
        self.time = datetime(2027, 1, 12, 7, 45, tzinfo=UTC)
        self.phase = 1
        self.next = "Next: Friday 2:30 PM, weekly check-in"
        self.report: str | None = None
        self.moves: list[Until] = []
        self.on_move: Callable[[Until], Awaitable[None]] | None = None
        self._change = asyncio.Condition()

    async def teams(self) -> Sequence[Team]:
        return self.all_teams

    async def standing(self, team: str) -> Standing:
        states = [
            "done" if number < self.phase else "now" if number == self.phase else "next"
            for number in range(len(PHASES))
        ]
        stages = tuple(Stage(label, state) for label, state in zip(PHASES, states, strict=True))  # type: ignore[arg-type]
        is_over = self.phase >= len(PHASES)
        return Standing(self.time, "" if is_over else PHASES[self.phase], stages, self.next, is_over)

    async def report_path(self, team: str) -> str | None:
        return self.report

    async def now(self) -> datetime:
        return self.time

    async def transcript(self, place: str, after: int = 0) -> Sequence[Line]:
        return [line for _, line in sorted(self.lines.items()) if line.place == place and line.revision > after]

    async def post(self, place: str, message: Message, delivery: str) -> int:
        return await self._write(place, delivery, message=message)

    async def said(self, place: str, author: str, words: str, key: str) -> int:
        return await self._write(place, key, author=author, words=words)

    async def redraw(self, number: int, message: Message) -> bool:
        if number not in self.lines:
            return False
        await self.change()
        self.lines[number] = replace(self.lines[number], message=message, revision=self.version)
        return True

    async def find(self, place: str, delivery: str) -> int | None:
        return self.deliveries.get((place, delivery))

    async def move(self, until: Until) -> None:
        if self.phase >= len(PHASES):
            raise CannotMove("The cycle is over: nothing more is to come.")
        self.moves.append(until)
        self.time += timedelta(days=1)
        await self.change()
        if self.on_move:
            await self.on_move(until)

    async def changed(self, after: int) -> int:
        async with self._change:
            await self._change.wait_for(lambda: self.version != after)
            return self.version

    async def change(self) -> None:
        """Say that something is different now."""
        async with self._change:
            self.version += 1
            self._change.notify_all()

    async def _write(
        self, place: str, key: str, author: str = "", message: Message | None = None, words: str = ""
    ) -> int:
        if (place, key) in self.deliveries:
            return self.deliveries[place, key]
        number = len(self.lines) + self.first
        self.deliveries[place, key] = number
        self.lines[number] = Line(number, place, self.time, self.version + 1, author, message, words)
        await self.change()
        return number


@dataclass
class MemoryEars:
    """Ears that keep every event and answer each as `answers` says."""

    answers: Callable[[Event], Awaitable[Reply | None]] | None = None
    heard: list[Event] = field(default_factory=list)
    captured: dict[str, Event] = field(default_factory=dict)
    is_full: bool = False

    async def capture(self, event: Event) -> bool:
        if self.is_full:
            raise OSError("No space left on device.")
        is_new = event.key not in self.captured
        self.captured.setdefault(event.key, event)
        return is_new

    async def hear(self, event: Event) -> Reply | None:
        self.heard.append(event)
        return await self.answers(event) if self.answers else None
