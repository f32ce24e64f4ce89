"""The database's clock was an hour ahead and is put right: everything goes on at once, and nothing is taken twice."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from flows.events import Event, Said
from flows.sends import SendKind
from storage import claims, inbox, lanes, outbox, recovery, tables
from storage.claims import Claim
from storage.database import Database
from storage.everywhere import Everywhere, unheard
from storage.moments import LONGEST_LEASE, LONGEST_WAIT
from storage.settlements import again, sent, settle, unsure
from storage.state import State

from .samples import a_send, direct

LEASE = timedelta(seconds=60)
RIGHT = datetime(2040, 1, 2, tzinfo=UTC)
"""machine time once it is put right"""
AHEAD, SOON_AFTER = RIGHT + timedelta(hours=1), RIGHT + timedelta(seconds=5)


@asynccontextmanager
async def at(database: Database, moment: datetime) -> AsyncIterator[Everywhere]:
    """Do something when this is machine time, and school time."""
    async with database.everywhere() as everywhere:
        everywhere.now = everywhere.school_time = moment
        yield everywhere


async def owe(database: Database, moment: datetime, *keys: str) -> None:
    async with at(database, moment) as everywhere:
        for number, key in enumerate(keys):
            send = a_send(key, SendKind.ANSWER, due=moment)
            await outbox.enqueue(everywhere.store("d1"), send, direct(f"U{number}", platform="slack"))


async def claimed(database: Database, moment: datetime) -> Claim:
    async with at(database, moment) as everywhere:
        return await claims.claim(everywhere, LEASE) or claims.HELD


async def tended(database: Database, moment: datetime) -> int:
    """Put right what has to be; return how much was taken back."""
    async with at(database, moment) as everywhere:
        if not await recovery.is_called_for(everywhere):
            return 0
        return (await recovery.recover(everywhere, timedelta())).total()


def keys(claim: Claim) -> list[str]:
    return sorted(row.send.key for row in claim.rows)


async def test_a_lane_that_was_served_and_paused_an_hour_ahead_gives_at_once(database: Database) -> None:
    await owe(database, AHEAD, "one", "two")
    taken = await claimed(database, AHEAD)
    assert keys(taken) == ["one", "two"]
    async with at(database, AHEAD) as everywhere:
        store = everywhere.store("d1")
        await settle(store, [again(row, "busy", timedelta(seconds=30)) for row in taken.rows])
        await lanes.pause(store, "slack", "T1", 30)
    await owe(database, AHEAD, "three")
    await tended(database, RIGHT)
    assert keys(await claimed(database, SOON_AFTER)) == ["one", "two"], "and three is for whom one is for"


async def test_a_lane_that_somebody_has_stopped_stays_so(database: Database) -> None:
    await owe(database, AHEAD, "one")
    async with at(database, AHEAD) as everywhere:
        await lanes.close(everywhere.store("d1"), "slack", "T1")
        await everywhere.store("d1").update(tables.lane, served_at=AHEAD, rests_until=AHEAD)
    await tended(database, RIGHT)
    assert keys(await claimed(database, SOON_AFTER)) == []


async def test_a_lease_of_an_hour_ahead_is_over_and_its_holder_sends_nothing(database: Database) -> None:
    await owe(database, AHEAD, "one")
    held = await claimed(database, AHEAD)
    assert await tended(database, RIGHT) == 1
    assert keys(await claimed(database, SOON_AFTER)) == ["one"]
    async with at(database, SOON_AFTER) as everywhere:
        assert await claims.mark_inflight(everywhere.store("d1"), held.rows) == ()


async def test_what_was_in_flight_an_hour_ahead_is_looked_up_at_once(database: Database) -> None:
    await owe(database, AHEAD, "one")
    held = await claimed(database, AHEAD)
    async with at(database, AHEAD) as everywhere:
        going = await claims.mark_inflight(everywhere.store("d1"), held.rows)
    assert await tended(database, RIGHT) == 1
    async with at(database, RIGHT) as everywhere:
        (row,) = await claims.claim_unsure(everywhere, LEASE)
        assert row.left_ago(everywhere.now) is None
        assert await settle(everywhere.store("d1"), [sent(going[0], "p1")]) == (), "its sender is heard all the same"


async def test_what_was_to_be_looked_up_an_hour_ahead_is_looked_up_now(database: Database) -> None:
    await owe(database, AHEAD, "one")
    held = await claimed(database, AHEAD)
    async with at(database, AHEAD) as everywhere:
        await settle(everywhere.store("d1"), [unsure(row, "reset", LEASE) for row in held.rows])
    async with at(database, RIGHT) as everywhere:
        assert await recovery.is_called_for(everywhere)
        assert len(await claims.claim_unsure(everywhere, LEASE)) == 1


async def test_the_pace_of_a_conversation_stands_in_nobodys_way(database: Database) -> None:
    for number in range(3):
        await owe(database, AHEAD, f"before {number}")
        taken = await claimed(database, AHEAD)
        async with at(database, AHEAD) as everywhere:
            await settle(everywhere.store("d1"), [sent(row, row.delivery) for row in taken.rows])
    await owe(database, RIGHT, "after")
    await tended(database, RIGHT)
    assert keys(await claimed(database, SOON_AFTER)) == ["after"]


async def test_an_event_that_was_received_an_hour_ahead_is_heard(database: Database) -> None:
    async with at(database, AHEAD) as everywhere:
        said = Event("e1", "slack", "T1", "U1", "D1", True, RIGHT, Said("hello"))
        await inbox.capture(everywhere.store("d1"), said)
    async with at(database, RIGHT) as everywhere:
        assert [each.key for each in await unheard(everywhere, timedelta(seconds=30))] == ["e1"]


async def test_nothing_is_written_that_would_be_over_before_its_time(database: Database) -> None:
    await owe(database, RIGHT, "one", "two")
    async with at(database, RIGHT) as everywhere:
        taken = await claims.claim(everywhere, timedelta(days=1))
        assert taken
        store = everywhere.store("d1")
        await settle(store, [again(taken.rows[0], "busy", timedelta(days=1))])
        await lanes.pause(store, "slack", "T1", 86_400)
        rows, (lane,) = await store.select(tables.outbox), await store.select(tables.lane)
    assert {row["lease_until"] for row in rows if row["state"] == State.LEASED} == {RIGHT + LONGEST_LEASE}
    assert {row["wait_until"] for row in rows if row["state"] == State.READY} == {RIGHT + LONGEST_WAIT}
    assert lane["paused_until"] == RIGHT + LONGEST_WAIT
