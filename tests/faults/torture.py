"""Torture: real processes die by SIGKILL or stand still by SIGSTOP, again and again, while messages come due.

make torture SECONDS=60                      a slice on each database, which is added to the record
python -m tests.faults.torture --seed 7      with the same choices as another one
python -m tests.faults.torture --totals      what all slices add up to
"""

import argparse
import asyncio
import json
import random
import secrets
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from sqlalchemy import make_url

from bot import event_loop
from storage.database import Database
from storage.migration import migrate
from storage.state import State
from tests import databases
from tests.faults import prompts, torture_record
from tests.faults.fleet import PATIENCE, Fleet
from tests.faults.mortal import QUICK
from tests.faults.nursery import Birth, Life, nursery
from tests.faults.recording_slack import RecordingSlack, recording
from tests.faults.toll import settled_at
from tests.faults.torture_record import WANTED, Slice

REPLICAS = {"postgresql": 3, "sqlite": 1}
BLOW_EVERY = {"postgresql": 0.25, "sqlite": 0.5}
"""seconds, on average"""
ALL_AT_ONCE = 25
"""one blow in so many kills all replicas"""
STOP_ONE_IN = 20
"""one of so many blows stops a replica"""
STILL = QUICK.lease + QUICK.look_after
"""seconds for which it stands still: others have taken over what it held, and look for it"""
SPARED = 2.0
"""seconds for which it is not hit once it goes on: who dies before taking back what came twice leaves that"""
BACKLOG = {"postgresql": 3_000, "sqlite": 800}
"""prompts that are due at a time, more than the dead hold until their leases end: fewer, and half as many come anew"""
LOOKS = 0.1
"""seconds between two looks at the backlog"""


class Torture:
    """One slice on one database."""

    def __init__(self, fleet: Fleet, kind: str, seconds: float, seed: int) -> None:
        self._fleet = fleet
        self._kind = kind
        self._until = time.monotonic() + seconds
        self._seed = seed
        self._chance = random.Random(seed)
        self._rounds = 1
        self._alive: list[Life] = []
        self._spared: set[Life] = set()
        self._held: list[tuple[datetime, list[str]]] = []
        """when each blow fell, and what anybody held then"""
        self._kills = 0
        self._stops = 0
        self._fell = 0
        self._posts = 0

    async def run(self) -> Slice:
        """Hit until the time is over; then let the survivors come to an end, and count."""
        began = time.monotonic()
        await self._fleet.owes(prompts.EACH)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._owe())
            tasks.create_task(self._hit(tasks))
        await self._come_to_an_end()
        return await self._counted(time.monotonic() - began)

    async def _counted(self, seconds: float) -> Slice:
        slack, toll = self._fleet.slack, await self._fleet.toll()
        calls = slack.calls()
        return Slice(
            date=datetime.now(UTC).isoformat(timespec="seconds"),
            commit=torture_record.commit(),
            database=self._kind,
            seconds=round(seconds, 1),
            kills=self._kills,
            fell=self._fell,
            prompts=toll.prompts,
            lost=toll.lost,
            twice=toll.twice,
            unsettled=toll.prompts - toll.states[State.SENT],
            looked_up=calls["conversations.history"] + calls["conversations.replies"],
            taken_back=sum(each.kind == "deleted" for each in slack.effects()),
            slowest=round(toll.slowest, 1),
            misplaced=toll.misplaced,
            stale=toll.stale,
            stops=self._stops,
            seed=self._seed,
            recovered=await self._recovered(),
        )

    async def _recovered(self) -> tuple[float, float] | None:
        """Seconds from a blow until all that was held then was settled: of the median blow, and the longest."""
        ends = await settled_at(self._fleet.database)
        lasts = ((at, [ends[each] for each in held if each in ends]) for at, held in self._held)
        took = [(max(settled) - at).total_seconds() for at, settled in lasts if settled]
        return (round(statistics.median(took), 1), round(max(took), 1)) if took else None

    async def _owe(self) -> None:
        """Keep prompts coming due."""
        more = BACKLOG[self._kind] // 2 // prompts.EACH
        while time.monotonic() < self._until:
            if await self._fleet.owing() < BACKLOG[self._kind]:
                await prompts.more_come_due(self._fleet.database, more, self._rounds)
                self._rounds += more
            await asyncio.sleep(LOOKS)

    async def _hit(self, tasks: asyncio.TaskGroup) -> None:
        """Hit one replica after the other, now and then all of them, and start others in the places of the dead."""
        self._alive = [self._fleet.starts().life for _ in range(REPLICAS[self._kind])]
        while time.monotonic() < self._until:
            await asyncio.sleep(BLOW_EVERY[self._kind] * self._chance.uniform(0.2, 1.8))
            await self._posts_again()
            self._fell += sum(each.ended(0) for each in self._alive)
            if awake := [each for each in self._alive if each not in self._spared]:
                if self._chance.randrange(STOP_ONE_IN) == 0:
                    tasks.create_task(self._stands_still(self._chance.choice(awake)))
                else:
                    self._kill(awake if self._chance.randrange(ALL_AT_ONCE) == 0 else [self._chance.choice(awake)])
                self._held.append(await self._fleet.held())
            self._posts = self._fleet.slack.wait(0)
            self._alive = [self._fleet.starts().life if each.ended(0) else each for each in self._alive]

    def _kill(self, victims: list[Life]) -> None:
        for each in victims:
            each.dies()
        self._kills += len(victims)

    async def _stands_still(self, victim: Life) -> None:
        """Stop it for longer than its lease; when it goes on, it is left alone until it has seen what came of that."""
        self._spared.add(victim)
        self._stops += 1
        victim.stands_still()
        await asyncio.sleep(STILL)
        victim.goes_on()
        await asyncio.sleep(SPARED)
        self._spared.remove(victim)

    async def _come_to_an_end(self) -> None:
        """Wait until nothing is on its way any more, or nothing has moved for a long time: then it is counted so."""
        left, deadline = -1, time.monotonic() + PATIENCE
        while (now := await self._fleet.owing()) and time.monotonic() < deadline:
            if now != left:
                left, deadline = now, time.monotonic() + PATIENCE
            await asyncio.sleep(LOOKS)
        for each in self._alive:
            await asyncio.to_thread(each.leaves)

    async def _posts_again(self) -> None:
        """Wait until something was posted since the last blow: who does nothing yet has nothing to lose."""
        left = max(0.0, self._until - time.monotonic())
        await asyncio.to_thread(self._fleet.slack.wait, self._posts + 1, left)


async def _tortured(torture: tuple[str, float, int], url: str, slack: RecordingSlack, born: Birth) -> Slice:
    async with Database(url) as database:
        await migrate(database)
    async with Fleet.open(url, slack, born) as fleet:
        return await Torture(fleet, *torture).run()


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


def _run(kind: str, seconds: float, seed: int) -> Slice:
    """A slice on one database, with a Slack and a nursery of its own."""
    with (
        tempfile.TemporaryDirectory() as name,
        _two(kind, folder := Path(name)) as (practice, torture),
        recording() as slack,
        nursery(folder, slack.settings, practice) as born,
    ):
        slack.wait(1)
        return event_loop.run(_tortured((kind, seconds, seed), torture, slack, born))


def main() -> None:
    """Run a slice on each database, add it to the record, and print what all add up to."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seconds", type=float, default=60.0, help="how long a slice takes, on each database")
    asked.add_argument("--database", choices=tuple(WANTED), action="append", help="only on this one")
    asked.add_argument("--seed", type=int, help="of the chance that chooses when and whom; otherwise drawn")
    asked.add_argument("--totals", action="store_true", help="run nothing")
    given = asked.parse_args()
    for kind in () if given.totals else given.database or tuple(WANTED):
        seed = secrets.randbelow(2**32) if given.seed is None else given.seed
        print(f"{torture_record.NAMES[kind]}, seed {seed}", flush=True)
        done = _run(kind, given.seconds, seed)
        print(json.dumps(asdict(done)))
        torture_record.append(done)
    torture_record.write_down()
    print(torture_record.totals())


if __name__ == "__main__":
    main()
