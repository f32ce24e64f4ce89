"""What a claim costs: neither a backlog, nor what is due later, nor idle lanes make it dearer."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from flows.sends import SendKind
from storage import claims, lanes, outbox, tables
from storage.clock import HandClock
from storage.database import Database

from .samples import NOON, a_send, direct, pile_up

LEASE = timedelta(seconds=60)
MORE = 400
"""So much dearer a claim may be: larger indexes are deeper, and of a few lanes PostgreSQL asks each. What grows with
the rows or lanes of these tests is dearer by thousands."""


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOON)


@contextmanager
def counted(database: Database, work: list[int]) -> Iterator[None]:
    """Count the pages that PostgreSQL looks at for each question."""

    def explain(connection: object, cursor: Any, statement: str, parameters: tuple[object, ...], *rest: object) -> None:
        if (statement.startswith("SELECT") and "FOR " in statement) or "FROM outbox" in statement:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", parameters)
            (found,) = cursor.fetchone()
            plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
            work.append(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])

    event.listen(database.writer.sync_engine, "before_cursor_execute", explain)
    yield
    event.remove(database.writer.sync_engine, "before_cursor_execute", explain)


async def cost(database: Database, taken: int) -> int:
    """What a claim costs that takes so many messages: pages of PostgreSQL, steps of SQLite's machine."""
    work: list[int] = []
    if database.is_shared:
        async with database.writer.connect() as connection:
            settled = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await settled.execute(text("VACUUM ANALYZE outbox, lane, pace"))
    async with database.everywhere() as everywhere:
        raw: Any = (await everywhere.connection.get_raw_connection()).driver_connection
        if database.is_shared:
            with counted(database, work):
                claim = await claims.claim(everywhere, LEASE)
        else:
            await raw.set_progress_handler(lambda: work.append(1), 1)
            claim = await claims.claim(everywhere, LEASE)
            await raw.set_progress_handler(None, 1)
        assert len(claim.rows if claim else ()) == taken
        await everywhere.connection.rollback()
    return sum(work)


async def grow(database: Database, tenant: str, count: int, **changes: Any) -> None:
    async with database.begin(tenant) as store:
        await pile_up(store, count, **changes)


async def open_idle_lanes(database: Database, count: int) -> None:
    async with database.begin("d1") as store:
        await lanes.ensure(store, "test", "T1")
        (lane,) = await store.select(tables.lane)
        served = lane["served_at"] - timedelta(days=1)
        idle = [{**lane, "tenant": f"idle-{number}", "served_at": served} for number in range(count)]
        await store.insert_new(tables.lane, idle)


async def test_a_backlog_in_one_lane(database: Database) -> None:
    await grow(database, "d1", 200)
    before = await cost(database, taken=lanes.MOST_CLAIMED)
    await grow(database, "d1", 3_000, due=NOON - timedelta(minutes=1))
    assert await cost(database, taken=lanes.MOST_CLAIMED) <= before + MORE


async def test_a_backlog_in_many_lanes(database: Database) -> None:
    for number in range(10):
        await grow(database, f"d{number}", 80)
    before = await cost(database, taken=lanes.MOST_CLAIMED)
    for number in range(10, 60):
        await grow(database, f"d{number}", 80)
    assert await cost(database, taken=lanes.MOST_CLAIMED) <= before + MORE


async def test_prompts_whose_time_comes_later(database: Database) -> None:
    await grow(database, "d1", 100, due=NOON + timedelta(minutes=1))
    async with database.begin("d1") as store:
        await outbox.enqueue(store, a_send("summary", SendKind.POST), direct())
    before = await cost(database, taken=1)
    await grow(database, "d1", 3_000, due=NOON + timedelta(minutes=2))
    assert await cost(database, taken=1) <= before + MORE


@pytest.mark.parametrize("due", [0, 1, 20])
async def test_idle_lanes(database: Database, due: int) -> None:
    await grow(database, "d1", due)
    before = await cost(database, taken=due)
    await open_idle_lanes(database, 3_000)
    assert await cost(database, taken=due) <= before + MORE
