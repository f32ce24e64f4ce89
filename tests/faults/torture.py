"""Torture: real processes die by SIGKILL, again and again, while prompts come due; the record adds up over many runs.

make torture SECONDS=60                      a slice on each database
python -m tests.faults.torture --totals      what all slices add up to
"""

import argparse
import asyncio
import json
import random
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from sqlalchemy import make_url

from bot import event_loop
from storage.database import Database
from storage.migration import migrate
from tests import databases
from tests.faults import prompts
from tests.faults.fleet import PATIENCE, Fleet
from tests.faults.nursery import Birth, nursery
from tests.faults.recording_slack import RecordingSlack, recording

RECORD = Path(__file__).with_name("torture.jsonl")
WANTED = {"postgresql": (10_000, 1_000_000), "sqlite": (2_000, 100_000)}
"""kills and prompts that all slices together are to reach"""
NAMES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}
PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
COUNTED = ("lost", "twice", "unsettled", "fell", "looked up", "taken back")
COLUMNS = ("", "kills", "prompts", *COUNTED, "slowest", "when", "commits")
HEAD = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}\n"
"""of the table of totals in the page, whose rows are written anew"""
REPLICAS = {"postgresql": 3, "sqlite": 1}
KILL_EVERY = {"postgresql": 0.25, "sqlite": 0.5}
"""seconds, on average"""
ALL_AT_ONCE = 25
"""one kill in so many takes all replicas"""
BACKLOG = {"postgresql": 3_000, "sqlite": 800}
"""prompts that are due at a time, more than the dead hold until their leases end: fewer, and half as many come anew"""
LOOKS = 0.1
"""seconds between two looks at the backlog"""


@dataclass(frozen=True, slots=True)
class Slice:
    """What one run did on one database, and what came of it."""

    date: str
    commit: str
    database: str
    seconds: float
    kills: int
    fell: int
    """replicas that ended without being killed"""
    prompts: int
    lost: int
    twice: int
    unsettled: int
    """prompts of which the outbox does not say in the end that they were sent"""
    looked_up: int
    """look-ups of prompts whose process died before it knew whether they were posted"""
    taken_back: int
    """posts that a process deleted because another had posted the same"""
    slowest: float
    """seconds from being due to standing there, of the prompt that took longest"""


class Torture:
    """One slice on one database."""

    def __init__(self, fleet: Fleet, kind: str, seconds: float) -> None:
        self._fleet = fleet
        self._kind = kind
        self._until = time.monotonic() + seconds
        self._chance = random.Random()
        self._prompts = 1
        self._kills = 0
        self._fell = 0
        self._posts = 0

    async def run(self) -> Slice:
        """Kill until the time is over; then let the survivors come to an end, and count."""
        began = time.monotonic()
        await self._fleet.owes(1)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._owe())
            tasks.create_task(self._kill())
        await self._come_to_an_end()
        seconds, slack = time.monotonic() - began, self._fleet.slack
        toll = await self._fleet.toll()
        return Slice(
            date=datetime.now(UTC).isoformat(timespec="seconds"),
            commit=_commit(),
            database=self._kind,
            seconds=round(seconds, 1),
            kills=self._kills,
            fell=self._fell,
            prompts=toll.prompts,
            lost=toll.lost,
            twice=toll.twice,
            unsettled=toll.prompts - toll.states[prompts.State.SENT],
            looked_up=slack.calls()["conversations.history"],
            taken_back=sum(each.kind == "deleted" for each in slack.effects()),
            slowest=round(toll.slowest, 1),
        )

    async def _owe(self) -> None:
        """Keep prompts coming due."""
        more = BACKLOG[self._kind] // 2
        while time.monotonic() < self._until:
            if await self._fleet.owing() < BACKLOG[self._kind]:
                await prompts.more_come_due(self._fleet.database, more, self._prompts)
                self._prompts += more
            await asyncio.sleep(LOOKS)

    async def _kill(self) -> None:
        """Kill one replica after the other, now and then all of them, and start others in their places."""
        alive = [self._fleet.starts().life for _ in range(REPLICAS[self._kind])]
        while time.monotonic() < self._until:
            await asyncio.sleep(KILL_EVERY[self._kind] * self._chance.uniform(0.2, 1.8))
            await self._posts_again()
            victims = alive if self._chance.randrange(ALL_AT_ONCE) == 0 else [self._chance.choice(alive)]
            self._fell += sum(each.ended(0) for each in alive)
            for each in victims:
                each.dies()
            self._kills += len(victims)
            self._posts = self._fleet.slack.wait(0)
            alive = [self._fleet.starts().life if each.ended(0) else each for each in alive]

    async def _come_to_an_end(self) -> None:
        """Wait until nothing is on its way any more, or nothing has moved for a long time: then it is counted so."""
        left, deadline = -1, time.monotonic() + PATIENCE
        while (now := await self._fleet.owing()) and time.monotonic() < deadline:
            if now != left:
                left, deadline = now, time.monotonic() + PATIENCE
            await asyncio.sleep(LOOKS)

    async def _posts_again(self) -> None:
        """Wait until something was posted since the last kill: who does nothing yet has nothing to lose."""
        left = max(0.0, self._until - time.monotonic())
        await asyncio.to_thread(self._fleet.slack.wait, self._posts + 1, left)


async def _tortured(url: str, kind: str, seconds: float, slack: RecordingSlack, born: Birth) -> Slice:
    async with Database(url) as database:
        await migrate(database)
    async with Fleet.open(url, slack, born) as fleet:
        return await Torture(fleet, kind, seconds).run()


@contextmanager
def _two(kind: str, folder: Path) -> Iterator[tuple[str, str]]:
    """The addresses of two empty databases: one to practise on, one for the slice."""
    names = ("practice", "torture")
    if kind == "sqlite":
        practice, torture = (f"sqlite:///{folder}/{name}.db" for name in names)
        yield practice, torture
        return
    with databases.cluster(folder) as server:
        asyncio.run(_create(server, *names))
        practice, torture = (
            make_url(server).set(database=name).render_as_string(hide_password=False) for name in names
        )
        yield practice, torture


async def _create(server: str, *names: str) -> None:
    connection = await asyncpg.connect(server)
    for name in names:
        await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()


def _commit() -> str:
    asked = ("git", "rev-parse", "--short", "HEAD")
    return subprocess.run(asked, cwd=Path(__file__).parent, capture_output=True, text=True, check=True).stdout.strip()


# ------------------------------------------------------------------ the record


def _recorded() -> list[Slice]:
    return [Slice(**json.loads(line)) for line in RECORD.read_text().splitlines()] if RECORD.exists() else []


def _totals(kind: str) -> str:
    """What all slices on one database add up to, as a row of the table in the page."""
    slices = [each for each in _recorded() if each.database == kind]

    def total(name: str) -> str:
        return f"{sum(getattr(each, name) for each in slices):,}"

    when = f"{slices[0].date[:10]} to {slices[-1].date[:10]}" if slices else ""
    commits = ", ".join(dict.fromkeys(each.commit for each in slices))
    slowest = f"{max((each.slowest for each in slices), default=0.0):.1f} s"
    kills, wanted = WANTED[kind]
    counted = [total(name.replace(" ", "_")) for name in COUNTED]
    cells = [NAMES[kind], f"{total('kills')} of {kills:,}", f"{total('prompts')} of {wanted:,}", *counted, slowest]
    return f"| {' | '.join([*cells, when, commits])} |"


def _write_down() -> None:
    """Put the totals into the page."""
    before, mark, rest = PAGE.read_text().partition(HEAD)
    _, _, after = rest.partition("\n\n")
    rows = "\n".join(_totals(kind) for kind in WANTED)
    PAGE.write_text(f"{before}{mark}{rows}\n\n{after}")


def main() -> None:
    """Run a slice on each database, add it to the record, and print what all add up to."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seconds", type=float, default=60.0, help="how long a slice takes, on each database")
    asked.add_argument("--database", choices=tuple(WANTED), action="append", help="only on this one")
    asked.add_argument("--totals", action="store_true", help="run nothing")
    given = asked.parse_args()
    for kind in () if given.totals else given.database or tuple(WANTED):
        with (
            tempfile.TemporaryDirectory() as name,
            _two(kind, folder := Path(name)) as (practice, torture),
            recording() as slack,
            nursery(folder, slack.settings, practice) as born,
        ):
            slack.wait(1)
            done = event_loop.run(_tortured(torture, kind, given.seconds, slack, born))
        print(json.dumps(asdict(done)))
        with RECORD.open("a") as record:
            print(json.dumps(asdict(done)), file=record)
    _write_down()
    print(HEAD + "\n".join(map(_totals, WANTED)))


if __name__ == "__main__":
    main()
