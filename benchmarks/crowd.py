"""How long people wait who answer while a fan-out goes to everybody: fifty at once, again and again."""

import asyncio
from dataclasses import dataclass
from itertools import count as numbers
from pathlib import Path
from statistics import quantiles
from time import perf_counter

import aiohttp

from benchmarks import district
from benchmarks.ledger import count
from benchmarks.postgresql import new_database
from benchmarks.serving import OURS, serving
from benchmarks.typed import type_into
from flows.loader import Scripts
from storage.clock import HandClock
from storage.database import Database
from storage.migration import migrate
from tests.faults.recording_slack import recording

PROMPTS = 5_000
AT_ONCE = 50
WARM = 2
"""rounds before the fan-out"""
PAUSE = 0.25
"""seconds between two rounds"""
PROMPTS_LEFT = "SELECT count(*) FROM outbox WHERE state NOT IN ('sent', 'cancelled') AND kind = 'prompt'"
"""who has answered is not asked any more"""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Milliseconds until an answer is durable and acknowledged; answers; seconds of the fan-out."""

    database: str
    p50: float
    p99: float
    answers: int
    fan_out: float


async def measure(folder: Path, scripts: Scripts, server: str) -> list[Crowd]:
    """Measure on both databases; the platform's limit is lifted, so that the fan-out is as quick as we are."""
    found = []
    with recording(0.002) as slack:
        for kind in ("sqlite", "postgresql"):
            url = f"sqlite:///{folder}/crowd.db" if kind == "sqlite" else await new_database(server)
            async with Database(url, HandClock(district.asking_time())) as database:
                await migrate(database)
                await district.found(database, HandClock(district.asking_time()), scripts, PROMPTS // district.PEOPLE)
            await _lane(url, is_open=False)
            async with serving([*OURS, "district", "{port}", slack.url, url]) as served:
                found.append(await _measured(kind, url, served.url))
    return found


async def _measured(kind: str, url: str, service: str) -> Crowd:
    people, waits = numbers(), list[float]()
    async with aiohttp.ClientSession() as session:

        async def types() -> float:
            team, person = divmod(next(people) % PROMPTS, district.PEOPLE)
            begun = perf_counter()
            await type_into(session, service, team, person, "The late start")
            return perf_counter() - begun

        for _ in range(WARM):
            await asyncio.gather(*(types() for _ in range(AT_ONCE)))
        await _lane(url, is_open=True)
        begun = perf_counter()
        while await count(url, PROMPTS_LEFT):
            waits += await asyncio.gather(*(types() for _ in range(AT_ONCE)))
            await asyncio.sleep(PAUSE)
    cut = quantiles(waits, n=100)
    return Crowd(kind, cut[49] * 1000, cut[98] * 1000, len(waits), perf_counter() - begun)


async def _lane(url: str, *, is_open: bool) -> None:
    """Hold the fan-out back, or let it go, beside the service."""
    async with Database(url, beside=True) as database, database.begin(district.TENANT) as store:
        await district.open_lane(store, is_open=is_open)
