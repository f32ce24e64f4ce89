"""Typed answers a second, from a signed request to the commit of all that comes of them, beside SQL written by hand."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import aiohttp

from benchmarks import district
from benchmarks.ledger import until_none
from benchmarks.postgresql import new_database
from benchmarks.serving import OURS, serving
from benchmarks.typed import type_into
from flows.loader import Scripts
from storage.clock import HandClock
from storage.database import Database
from storage.migration import migrate
from tests.faults.recording_slack import recording

APPS = ("leadcycle", "by hand")
ROUNDS = 3
ANSWERS = 300
"""in each round, each by somebody else"""
AT_ONCE = 16
UNDONE = "SELECT count(*) FROM inbox WHERE done_at IS NULL"


@dataclass(frozen=True, slots=True)
class Pace:
    """Answers a second of an app on a database: the median of the rounds."""

    app: str
    database: str
    rate: float
    cpu: float
    """milliseconds of the service's CPU for each"""


async def measure(folder: Path, scripts: Scripts, server: str) -> list[Pace]:
    """Measure both on both databases, each on a district of its own; nothing is sent meanwhile."""
    found = []
    with recording() as slack:
        for kind in ("sqlite", "postgresql"):
            for app in APPS:
                file = f"sqlite:///{folder}/answers-{app.replace(' ', '-')}.db"
                url = file if kind == "sqlite" else await new_database(server)
                await _prepare(url, scripts)
                command = [*OURS, "district" if app == "leadcycle" else app, "{port}", slack.url, url]
                async with serving(command) as served, aiohttp.ClientSession() as session:
                    await _pace(session, served.url, url, _people(0))  # so that everything is compiled
                    before = served.cpu
                    rates = [await _pace(session, served.url, url, _people(each + 1)) for each in range(ROUNDS)]
                    cpu = (served.cpu - before) / ROUNDS / ANSWERS * 1000
                found.append(Pace(app, kind, median(rates), cpu))
    return found


async def _prepare(url: str, scripts: Scripts) -> None:
    """Everybody was asked; nothing may be sent, so that what is answered waits and costs nothing here."""
    clock = HandClock(district.asking_time())
    async with Database(url, clock) as database:
        await migrate(database)
        await district.found(database, clock, scripts, (ROUNDS + 1) * ANSWERS // district.PEOPLE)
        async with database.begin(district.TENANT) as store:
            await district.open_lane(store, is_open=False)


def _people(number: int) -> range:
    """The numbers of those who answer in a round: nobody has answered before."""
    return range(number * ANSWERS, (number + 1) * ANSWERS)


async def _pace(session: aiohttp.ClientSession, service: str, database: str, people: range) -> float:
    waiting = iter(people)

    async def types() -> None:
        for each in waiting:
            team, person = divmod(each, district.PEOPLE)
            await type_into(session, service, team, person, f"The late start, for the {each}th time")

    begun = perf_counter()
    await asyncio.gather(*(types() for _ in range(AT_ONCE)))
    await until_none(database, UNDONE)
    return len(people) / (perf_counter() - begun)
