"""What the service holds and uses while nobody writes and nothing is due."""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks import district
from benchmarks.postgresql import new_database
from benchmarks.posts import prepare
from benchmarks.serving import serving
from flows.loader import Scripts
from tests.faults.recording_slack import recording

TEAMS = 1_000
SETTLED_SECONDS, SECONDS = 10, 30
"""after the start; measured"""


@dataclass(frozen=True, slots=True)
class Idle:
    """Resident megabytes, and the share of one core in percent."""

    database: str
    megabytes: float
    cpu: float


async def measure(folder: Path, scripts: Scripts, server: str) -> list[Idle]:
    """Measure `serve` in Slack, for a district of five thousand whose next prompts are due in some weeks."""
    found = []
    with recording(people=TEAMS * district.PEOPLE) as slack:
        for kind in ("sqlite", "postgresql"):
            url = f"sqlite:///{folder}/idle.db" if kind == "sqlite" else await new_database(server)
            await prepare(url, scripts, TEAMS)
            settings = {
                "LEADCYCLE_DATABASE_URL": url,
                "SLACK_BOT_TOKEN": "xoxb-1",
                "SLACK_SIGNING_SECRET": "0" * 32,
                "SLACK_API_URL": slack.url,
                "LEADCYCLE_LOG_FORMAT": "json",
            }
            command = [
                "env",
                "-u",
                "LEADCYCLE_BENCH_PEERS",
                "LEADCYCLE_PORT={port}",
                sys.executable,
                "-m",
                "bot",
                "serve",
            ]
            async with serving(command, settings) as served:
                await asyncio.sleep(SETTLED_SECONDS)
                before = served.cpu
                await asyncio.sleep(SECONDS)
                found.append(Idle(kind, served.megabytes, (served.cpu - before) / SECONDS * 100))
    return found
