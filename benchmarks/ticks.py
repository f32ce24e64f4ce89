"""What a beat of the clock costs in a district of a thousand, a hundred thousand and a million people.

Of all teams a few have something due: a prompt for each of their people. Then nobody has, and the clock beats on.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy import case, func, select, update

from benchmarks import district
from benchmarks.postgresql import new_database
from bot.conductor import Conductor
from flows.loader import Scripts
from storage import tables
from storage.clock import HandClock
from storage.database import Database
from storage.migration import migrate
from storage.state import State, is_in

MEMBERS = (1_000, 100_000, 1_000_000)
WARM, DUE = 5, 20
"""teams that are visited before, so that everything is compiled; teams that are timed"""
IDLE = 50


@dataclass(frozen=True, slots=True)
class Ticks:
    """Milliseconds: of a tick for each prompt that it writes, and of a tick that finds nothing due."""

    database: str
    members: int
    per_prompt: float
    idle: float


async def measure(folder: Path, scripts: Scripts, server: str) -> list[Ticks]:
    """Measure each size on both databases."""
    found = []
    for kind in ("sqlite", "postgresql"):
        for members in MEMBERS:
            file = folder / f"ticks{members}.db"
            url = f"sqlite:///{file}" if kind == "sqlite" else await new_database(server)
            found.append(await _measured(url, scripts, kind, members))
            file.unlink(missing_ok=True)
    return found


async def _measured(url: str, scripts: Scripts, kind: str, members: int) -> Ticks:
    clock = HandClock(district.asking_time())
    async with Database(url, clock) as database:
        await migrate(database)
        await district.found(database, clock, scripts, members // district.PEOPLE, asked=False)
        await _spread(database)
        conductor = Conductor(database, scripts)
        await conductor.tick()
        before = await _prompts(database)
        clock.set(clock.now + timedelta(minutes=1))
        seconds = await _timed(conductor)
        per_prompt = seconds / (await _prompts(database) - before)
        idle = [await _timed(conductor) for _ in range(IDLE)]
    return Ticks(kind, members, per_prompt * 1000, median(idle) * 1000)


async def _spread(database: Database) -> None:
    """The first teams are due now, the next in a minute, all others another day."""
    table, now = tables.agenda, district.asking_time()
    async with database.begin(district.TENANT) as store:
        first, next_ = (district.numbered(district.FIRST, each) for each in (WARM, WARM + DUE))
        soon, another_day = now + timedelta(minutes=1), now + timedelta(days=1)
        when = case((table.c.team >= next_, another_day), else_=soon)
        await district.patiently(store, update(table).where(table.c.team >= first).values(next_due=when))


async def _timed(conductor: Conductor) -> float:
    begun = perf_counter()
    await conductor.tick()
    return perf_counter() - begun


async def _prompts(database: Database) -> int:
    async with database.read(district.TENANT) as store:
        count = select(func.count()).select_from(tables.outbox).where(is_in(tables.outbox, State.READY))
        return int((await store.connection.execute(count)).scalar_one())
