"""When a platform says "too many", nobody sends there, whichever process was told."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest

from adapters.base import TryLater
from bot.dispatcher import Dispatcher
from flows.messages import Message
from storage import lanes, tables
from storage.clock import HandClock
from storage.database import Database
from storage.outbox import OutboxRow
from storage.state import State
from tests.bot.test_dispatcher import AT_ONCE, Platform, end_pauses, enqueue, row, said, states, yes
from tests.storage.samples import NOON


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOON)


@pytest.fixture
async def elsewhere(database: Database, database_url: str, clock: HandClock) -> AsyncIterator[Database]:
    """The database as another replica has it open; a SQLite file has one process."""
    if not database.is_shared:
        yield database
        return
    async with Database(database_url, clock) as opened:
        yield opened


async def test_what_one_replica_is_told_stops_the_lane_on_all(database: Database, elsewhere: Database) -> None:
    told, other = Platform(before=[TryLater(60)]), Platform()
    await enqueue(database, said("one"))
    await enqueue(database, said("two"), user="U2")
    assert await delivers_once(Dispatcher(database, {"test": told}, yes, AT_ONCE))
    replica = Dispatcher(elsewhere, {"test": other}, yes, AT_ONCE)
    assert not await delivers_once(replica)
    assert await replica.drain() == 0

    assert (other.posts, len(told.posts)) == ([], 1)
    async with database.read("d1") as store:
        (lane,) = await store.select(tables.lane)
        assert 50 < (lane["paused_until"] - store.now).total_seconds() <= 60
    await end_pauses(database)
    assert await replica.drain() == 1
    assert (len(told.posts), len(other.posts)) == (1, 1)


async def test_what_another_replica_has_claimed_by_then_does_not_leave_and_no_attempt_counts(
    database: Database, elsewhere: Database
) -> None:
    told, other = Platform(before=[TryLater(60)] * 5), Platform()
    everything = range(lanes.MOST_CLAIMED + 5)
    for number in everything:
        await enqueue(database, said(f"{number}"), user=f"U{number}")
    first = Dispatcher(database, {"test": told}, yes, AT_ONCE)
    replica = Dispatcher(elsewhere, {"test": other}, yes, AT_ONCE)
    await claims_and_then(replica, lambda: delivers_once(first))

    assert (told.posts, other.posts) == ([], [])
    assert set((await states(database)).values()) == {State.READY}
    assert {(await row(database, f"{number}")).attempt for number in everything} == {0}

    await end_pauses(database)
    await replica.drain()
    await first.drain()
    assert (told.by_delivery + other.by_delivery).total() == len(everything)
    assert set((told.by_delivery + other.by_delivery).values()) == {1}


async def delivers_once(dispatcher: Dispatcher) -> bool:
    """Let it claim once and send what it took; tell whether there was anything to claim."""
    taken = await dispatcher._claimed()
    if taken:
        await dispatcher._deliver(taken)
    return taken is not None


async def claims_and_then(dispatcher: Dispatcher, meanwhile: Callable[[], Awaitable[object]]) -> None:
    """Handle one claim, and let something else happen before it is marked."""
    mark = dispatcher._mark

    async def late(tenant: str, rows: Sequence[OutboxRow]) -> list[tuple[OutboxRow, Message]]:
        await meanwhile()
        return await mark(tenant, rows)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(dispatcher, "_mark", late)
        assert await delivers_once(dispatcher)
