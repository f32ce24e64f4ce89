"""Whether anything is left to put right is one question, and it is asked of the same rows that are put right."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from flows.sends import Send, SendKind
from storage import claims, outbox, recovery, tables
from storage.clock import HandClock
from storage.database import Database
from storage.outbox import OutboxRow
from storage.settlements import settle, unsure
from storage.state import State
from storage.store import Store

from .samples import NOON, a_send, direct

LEASE, AT_ONCE = timedelta(seconds=60), timedelta()


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOON)


async def is_called_for(database: Database) -> bool:
    async with database.look_everywhere() as looking:
        return await recovery.is_called_for(looking)


async def enqueue(store: Store, *sends: Send) -> None:
    for send in sends:
        await outbox.enqueue(store, send, direct("U1"))


async def change(store: Store, key: str, **values: Any) -> None:
    await store.update(tables.outbox, tables.outbox.c.key == key, **values)


async def leased(database: Database) -> tuple[OutboxRow, ...]:
    async with database.begin("d1") as store:
        await enqueue(store, a_send("one"))
    async with database.everywhere() as everywhere:
        taken = await claims.claim(everywhere, LEASE)
    assert taken is not None
    return taken.rows


async def in_flight(database: Database) -> tuple[OutboxRow, ...]:
    rows = await leased(database)
    async with database.begin("d1") as store:
        return await claims.mark_inflight(store, rows)


async def in_doubt(database: Database) -> None:
    rows = await in_flight(database)
    async with database.begin("d1") as store:
        await settle(store, [unsure(row, "timeout", LEASE) for row in rows])


async def waiting(database: Database) -> None:
    """A card that is not posted yet, and its redrawing."""
    async with database.begin("d1") as store:
        post = a_send("card", SendKind.POST, due=NOON + LEASE)
        await enqueue(store, post, a_send("card", SendKind.REFRESH, message=None, card="votes"))


async def expiring(database: Database) -> None:
    async with database.begin("d1") as store:
        await enqueue(store, a_send("one", due=NOON + LEASE, expires=NOON + LEASE))


async def time_passes(store: Store) -> None:
    await change(store, "one", lease_until=store.now)


async def it_is_to_be_looked_up(store: Store) -> None:
    await change(store, "one", wait_until=store.now)


async def it_expires(store: Store) -> None:
    await change(store, "one", expires=NOON)


async def the_post_stands(store: Store) -> None:
    await change(store, "card", state=State.SENT, message_id="p1")


async def the_post_is_dead(store: Store) -> None:
    await change(store, "card", state=State.DEAD)


@pytest.mark.parametrize(
    ("held", "then"),
    [
        (leased, time_passes),
        (in_flight, time_passes),
        (in_doubt, it_is_to_be_looked_up),
        (expiring, it_expires),
        (waiting, the_post_stands),
        (waiting, the_post_is_dead),
    ],
)
async def test_recovery_is_called_for_when_there_is_something_to_do_and_not_before_or_after(
    database: Database, held: Callable[[Database], Awaitable[object]], then: Callable[[Store], Awaitable[None]]
) -> None:
    assert not await is_called_for(database)
    await held(database)
    assert not await is_called_for(database)
    async with database.begin("d1") as store:
        await then(store)
    assert await is_called_for(database)

    async with database.everywhere() as everywhere:
        count = (await recovery.recover(everywhere, LEASE)).total()
        count += await recovery.expire(everywhere)
        count += await recovery.free_refreshes(everywhere)
        assert count + len(await claims.claim_unsure(everywhere, LEASE)) == 1
    assert not await is_called_for(database)
