"""A week of a district of five thousand teachers, from Monday morning to Monday morning, with nobody who answers.

All teams meet on the same day, so everything comes due for everybody at the same moments, and then the reminders do.
The clock of the school is moved by hand from one due moment to the next. What is late is measured in machine time: from
the moment at which the clock shows that a message is due to its arrival at the stand-in, which takes everything.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import quantiles
from time import perf_counter, time

from sqlalchemy import exists, select

from benchmarks import district
from benchmarks.postgresql import new_database
from benchmarks.typed import SECRET
from bot import sample
from bot.app import Application
from bot.config import Settings
from flows.loader import Scripts
from storage import everywhere, tables
from storage.clock import HandClock
from storage.database import Database
from storage.migration import migrate
from storage.state import OPEN, is_in
from tests.faults.recording_slack import RecordingSlack, recording

TEAMS = 1_000
DAYS = 7
LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Week:
    """Posts, moments at which something came due, seconds of the whole run, and how late posts were, in seconds."""

    database: str
    posts: int
    moments: int
    seconds: float
    p50: float
    p95: float
    p99: float
    most: float


async def measure(folder: Path, scripts: Scripts, server: str) -> list[Week]:
    """Live through the week on PostgreSQL."""
    with recording(0.002) as slack:
        url = await new_database(server)
        clock = HandClock(sample.opening())
        async with Database(url, clock) as database:
            await migrate(database)
            await district.found(database, clock, scripts, TEAMS, asked=False)
        clock.set(sample.opening())
        settings = Settings(
            database_url=url, SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET=SECRET, SLACK_API_URL=slack.url
        )
        return [await _lived(await Application.prepare(settings, clock), clock, slack)]


async def _lived(application: Application, clock: HandClock, slack: RecordingSlack) -> Week:
    until, begun = clock.now + timedelta(days=DAYS), perf_counter()
    sending = asyncio.create_task(application.dispatcher.run())
    late: list[float] = []
    moments = seen = 0
    while (due := await _next_due(application.database)) is not None and due < until:
        clock.set(max(due, clock.now))
        shown = time()
        is_busy = True
        while is_busy:
            is_busy = bool(await application.conductor.tick()) or await _is_busy(application.database)
            await asyncio.sleep(LOOK_SECONDS if is_busy else 0)
        effects = slack.effects(seen)
        late += [each.at - shown for each in effects if each.kind == "posted"]
        seen, moments = seen + len(effects), moments + 1
    application.dispatcher.stop()
    await sending
    for platform in application.platforms:
        await platform.close()
    await application.database.close()
    cut = quantiles(late, n=100)
    return Week("postgresql", len(late), moments, perf_counter() - begun, cut[49], cut[94], cut[98], max(late))


async def _next_due(database: Database) -> datetime | None:
    async with database.look_everywhere() as looking:
        return await everywhere.next_due(looking)


async def _is_busy(database: Database) -> bool:
    """Whether something is due, or on its way."""
    async with database.look_everywhere() as looking:
        waits = select(exists().where(is_in(tables.outbox, *OPEN), tables.outbox.c.due <= looking.school_time))
        return bool((await looking.connection.execute(waits)).scalar_one())
