"""How much later everybody else's prompts come because of one tenant's backlog."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from uuid import uuid4

from sqlalchemy import delete
from starlette.routing import BaseRoute

from adapters.base import Address, Outcome, Sent
from benchmarks.postgresql import new_database
from bot.dispatcher import Dispatcher
from flows.messages import Message
from flows.sends import Go, Send, SendKind, Verdict
from storage import lanes, outbox, tables
from storage.addresses import Destination
from storage.database import Database
from storage.migration import migrate
from storage.outbox import OutboxRow
from storage.state import State
from storage.store import Store

BACKLOG, OTHERS, EACH = 50_000, 499, 20
"""prompts of one tenant, other tenants, and prompts of each of them"""
POST_SECONDS = 0.002
PLATFORM, BIG = "bench", "big"
AT_ONCE = 1_000
"""rows written in one transaction"""


@dataclass(frozen=True, slots=True)
class Fairness:
    """Seconds until half, all but one in a hundred and all prompts of the others had arrived."""

    database: str
    backlog: int
    """prompts of another tenant that were due before them"""
    p50: float
    p99: float
    last: float


class StandIn:
    """A platform that takes each post in two milliseconds, and knows when those of the others came."""

    platform = PLATFORM
    finds = True

    def __init__(self, expected: int) -> None:
        self.arrived: list[float] = []
        self.all_arrived = asyncio.Event()
        self._expected = expected

    def routes(self) -> Sequence[BaseRoute]:
        """It is not reached from outside."""
        return ()

    async def send(
        self, address: Address, message: Message, delivery: str, replaces: str = "", under: str = ""
    ) -> Outcome:
        """Take a post."""
        await asyncio.sleep(POST_SECONDS)
        if not address.user.startswith(BIG):
            self.arrived.append(perf_counter())
            if len(self.arrived) == self._expected:
                self.all_arrived.set()
        return Sent(delivery)

    async def find(self, address: Address, delivery: str, since: datetime, under: str = "") -> str | None:
        """Nothing is ever in doubt."""
        return None


async def measure(server: str) -> list[Fairness]:
    """Measure on an empty PostgreSQL: the others alone, and the same beside the backlog."""
    async with Database(await new_database(server)) as database:
        await migrate(database)
        return [await _measured(database, count) for count in (0, BACKLOG)]


async def _measured(database: Database, backlog: int) -> Fairness:
    await _clear(database)
    await _write(database, BIG, backlog)
    for number in range(OTHERS):
        await _write(database, f"tenant-{number}", EACH)
    platform = StandIn(OTHERS * EACH)
    dispatcher = Dispatcher(database, {PLATFORM: platform}, _go)
    begun = perf_counter()
    running = asyncio.create_task(dispatcher.run())
    await platform.all_arrived.wait()
    dispatcher.stop()
    await running
    late = [at - begun for at in platform.arrived]
    name = "postgresql" if database.is_shared else "sqlite"
    return Fairness(name, backlog, late[len(late) // 2], late[len(late) * 99 // 100], late[-1])


async def _clear(database: Database) -> None:
    async with database.everywhere() as everywhere:
        for table in (tables.outbox, tables.lane):
            await everywhere.connection.execute(delete(table))


async def _write(database: Database, tenant: str, count: int) -> None:
    """Write so many prompts that are due, each to another person."""
    for first in range(0, count, AT_ONCE):
        async with database.begin(tenant) as store:
            await lanes.ensure(store, PLATFORM, tenant)
            send = Send("", "team", "member", SendKind.PROMPT, store.school_time, Message("Good morning"))
            row = outbox._values(store, send, Destination(PLATFORM, tenant, "")) | {"state": State.READY}
            rows = [_person(row, tenant, number) for number in range(first, min(first + AT_ONCE, count))]
            await store.insert_new(tables.outbox, rows)


def _person(row: dict[str, object], tenant: str, number: int) -> dict[str, object]:
    user = f"{tenant}-{number}"
    return row | {"delivery": uuid4().hex, "key": user, "user": user, "sequence": number}


async def _go(store: Store, rows: Sequence[OutboxRow]) -> Sequence[Verdict]:
    return [Go(row.send.message or Message("")) for row in rows]
