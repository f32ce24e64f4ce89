"""A typed answer, from arriving to durable: our whole path against the same rows written by hand-made SQL."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy import text

from bot import sample
from bot.conductor import Conductor
from bot.rehearsal import Rehearsal
from flows.events import Event, Said
from flows.loader import Scripts
from storage import rooms
from storage.clock import HandClock
from storage.database import Database
from storage.migration import migrate

ROUNDS = 5
ANSWERS = 60
"""in each round, by four people in turn"""

BY_HAND = (
    "INSERT INTO bench_inbox (id, body) VALUES (:id, :body)",
    "UPDATE bench_conversation SET asked = :body, answered = answered + 1 WHERE id = 1",
    "INSERT INTO bench_answer (id, body) VALUES (:id, :body)",
    "INSERT INTO bench_outbox (id, body) VALUES (:id, :body)",
    "UPDATE bench_inbox SET body = '' WHERE id = :id",
)


@dataclass(frozen=True, slots=True)
class Pace:
    """Answers a second, ours and by hand, the median of the rounds."""

    database: str
    ours: float
    by_hand: float

    @property
    def ratio(self) -> float:
        """Ours as a share of the hand-made SQL's."""
        return self.ours / self.by_hand


async def measure(url: str, scripts: Scripts) -> Pace:
    """Measure on an empty database: rounds of ours and by hand in turn, so that both see the same machine."""
    clock = HandClock(sample.opening())
    async with Database(url, clock) as database:
        await migrate(database)
        await _prepare(database, clock, scripts)
        conductor = Conductor(database, scripts)
        ours, by_hand = [], []
        for number in range(ROUNDS):
            ours.append(await _timed(lambda each: _answer(conductor, clock.now, each), number))
            by_hand.append(await _timed(lambda each: _write(database, each), number))
        return Pace(url.split(":")[0], median(ours), median(by_hand))


async def _prepare(database: Database, clock: HandClock, scripts: Scripts) -> None:
    """A cycle whose resources everybody names in the chat, and the tables that are written by hand."""
    async with database.begin(sample.TENANT) as store:
        await sample.found_school(store)
        for name in ("inbox", "answer", "outbox"):
            await store.connection.execute(text(f"CREATE TABLE bench_{name} (id INTEGER PRIMARY KEY, body TEXT)"))
        await store.connection.execute(
            text("CREATE TABLE bench_conversation (id INTEGER PRIMARY KEY, asked TEXT, answered INTEGER)")
        )
        await store.connection.execute(text("INSERT INTO bench_conversation VALUES (1, '', 0)"))
    rehearsal = Rehearsal(database, clock, scripts)
    await rehearsal.happens(_event("start", "ana", clock.now, sample.START))
    await rehearsal.happens(_event("met", "ana", clock.now, "met"))
    await rehearsal.until(sample.CALENDAR.at(sample.FIRST_DAY + timedelta(weeks=1), scripts.cycle.prompt))
    for part in sample.PARTS:
        await rehearsal.happens(_event(f"open-{part.id}", part.id, clock.now, "answer resources chat"))
    async with database.read(sample.TENANT) as store:
        room = await rooms.load(store, sample.TEAM.id, scripts)
    assert sum(each.flow == "resources" for each in room.conversations.values()) == len(sample.PARTS)


async def _timed(work: Callable[[int], Awaitable[object]], number: int) -> float:
    begun = perf_counter()
    for each in range(ANSWERS):
        await work(number * ANSWERS + each)
    return ANSWERS / (perf_counter() - begun)


async def _answer(conductor: Conductor, now: datetime, number: int) -> None:
    """One typed answer; "back" in between keeps the question open for the next one."""
    person = sample.PARTS[number % len(sample.PARTS)].id
    words = "back" if number // len(sample.PARTS) % 2 else f"The late start, for the {number}th time"
    event = _event(f"answer-{number}", person, now, words, pressed=False)
    await conductor.capture(event)
    await conductor.hear(event)


async def _write(database: Database, number: int) -> None:
    async with database.begin(sample.TENANT) as store:
        await store.connection.execute(text(BY_HAND[0]), {"id": number, "body": "x" * 300})
    async with database.begin(sample.TENANT) as store:
        for statement in BY_HAND[1:]:
            await store.connection.execute(text(statement), {"id": number, "body": "x" * 300})


def _event(key: str, person: str, now: datetime, words: str, *, pressed: bool = True) -> Event:
    said = Said(words, pressed)
    place = f"direct-{person}"
    return Event(key, sample.PLATFORM, sample.WORKSPACE, person, place, True, now, said, "", pressed)


def run(folder: Path, scripts: Scripts, postgresql: str) -> list[Pace]:
    """Measure on SQLite and, where there is one, on PostgreSQL."""
    urls = [f"sqlite:///{folder}/answers.db", *([postgresql] if postgresql else [])]
    return [asyncio.run(measure(url, scripts)) for url in urls]
