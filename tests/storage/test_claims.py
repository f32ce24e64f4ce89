"""Workers take turns with lanes, never share a message, and lose what they hold too long."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from flows.sends import Send, SendKind
from storage import claims, lanes, outbox, recovery, tables
from storage.claims import Claim
from storage.clock import HandClock
from storage.database import Database
from storage.everywhere import backlog
from storage.outbox import OutboxRow
from storage.settlements import again, moved, sent, settle, unsure
from storage.state import State
from storage.store import Store

from .samples import NOON, a_send, direct

LEASE, AT_ONCE, LONG = timedelta(seconds=60), timedelta(), timedelta(hours=1)


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOON)


async def enqueue(database: Database, user: str, *sends: Send, tenant: str = "d1", platform: str = "test") -> None:
    async with database.begin(tenant) as store:
        for send in sends:
            await outbox.enqueue(store, send, direct(user, platform=platform))


async def claim(database: Database) -> Claim | None:
    async with database.everywhere() as everywhere:
        return await claims.claim(everywhere, LEASE)


async def claimed(database: Database) -> list[str]:
    taken = await claim(database)
    return [row.send.key for row in taken.rows] if taken else []


async def one(database: Database) -> OutboxRow:
    taken = await claim(database)
    assert taken is not None
    (row,) = taken.rows
    return row


async def recover(database: Database, *, everyones: bool = True) -> int:
    async with database.everywhere() as everywhere:
        return (await recovery.recover(everywhere, AT_ONCE, everyones=everyones)).total()


async def state(database: Database, key: str = "one", tenant: str = "d1") -> State:
    async with database.read(tenant) as store:
        row = await outbox.by_key(store, key)
        assert row is not None
        return row.state


async def test_only_what_is_due_is_taken_and_only_once(database: Database) -> None:
    await enqueue(database, "U1", a_send("due"))
    await enqueue(database, "U2", a_send("later", due=NOON + timedelta(seconds=1)))
    await enqueue(database, "U3", a_send("stale", expires=NOON))
    assert await claimed(database) == ["due"]
    assert await claimed(database) == []


async def test_answers_go_before_prompts_and_prompts_before_summaries(database: Database) -> None:
    kinds = {"summary": SendKind.POST, "prompt": SendKind.PROMPT, "answer": SendKind.ANSWER}
    for key, kind in kinds.items():
        await enqueue(database, key, a_send(key, kind))
    await enqueue(database, "early", a_send("early prompt", due=NOON - timedelta(hours=1)))
    assert await claimed(database) == ["answer", "early prompt", "prompt", "summary"]


async def test_of_each_conversation_one_message_at_a_time_is_taken_in_order(database: Database) -> None:
    await enqueue(database, "U1", a_send("one"), a_send("two"))
    await enqueue(database, "U2", a_send("other"))
    assert await claimed(database) == ["one", "other"]
    assert await claimed(database) == []

    async with database.begin("d1") as store:
        row = await outbox.by_key(store, "one")
        assert row is not None
        await settle(store, [sent(row, "p1")])
    assert await claimed(database) == ["two"]


async def test_an_unsure_message_holds_up_its_conversation_and_a_held_one_does_not(
    database: Database,
) -> None:
    await enqueue(database, "U1", a_send("one"), a_send("two"))
    row = await one(database)
    async with database.begin("d1") as store:
        await settle(store, [unsure(row, "timeout", LONG)])
    assert await claimed(database) == []

    table = tables.outbox
    async with database.begin("d1") as store:
        await store.update(table, table.c.key == "one", state=State.HELD)
        await lanes.wake(store, "test", "T1")
    assert await claimed(database) == ["two"]


async def test_a_message_that_waits_to_be_tried_again_does_not_hold_up_the_next(database: Database) -> None:
    await enqueue(database, "U1", a_send("one"), a_send("two"))
    row = await one(database)
    async with database.begin("d1") as store:
        await settle(store, [again(row, "no route", LONG)])
    assert await claimed(database) == ["two"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_message_that_may_go_again_at_once_is_not_overtaken_by_the_next(database: Database) -> None:
    """A transaction has the time of its beginning: this worker's begins before the first message is ready again."""
    await enqueue(database, "U1", a_send("one"), a_send("two"))
    row = await one(database)
    async with database.everywhere() as everywhere:
        async with database.begin("d1") as store:
            await settle(store, [again(row, "it never arrived", AT_ONCE)])
        taken = await claims.claim(everywhere, LEASE)

    assert taken is not None
    assert [row.send.key for row in taken.rows] == ["one"]


async def test_lanes_take_turns_so_that_a_backlog_delays_nobody_else(database: Database) -> None:
    most = lanes.MOST_CLAIMED
    for person in range(4 * most):
        await enqueue(database, f"U{person}", a_send(f"big {person}"), tenant="big")
    for tenant in ("small", "tiny"):
        await enqueue(database, "U1", a_send(tenant), tenant=tenant)

    order = []
    for _ in range(6):
        taken = await claim(database)
        order += [(taken.tenant, len(taken.rows))] if taken else []
    assert order == [("big", most), ("small", 1), ("tiny", 1), *[("big", most)] * 3]


async def test_a_lane_gives_what_it_has_tokens_for_and_then_rests(database: Database) -> None:
    async with database.begin("d1") as store:
        await lanes.limit(store, "test", "T1", rate=0.01, burst=5)
    for person in range(10):
        await enqueue(database, f"U{person}", a_send(f"prompt {person}"))
    assert len(await claimed(database)) == 4
    assert await claimed(database) == []


async def test_a_lane_that_others_emptied_while_its_turn_came_does_not_rest(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    affordable = claims._affordable

    async def emptied(store: Store, lane: lanes.Lane) -> list[dict[str, Any]]:
        assert await outbox.cancel_key(store, "one", "others were faster")
        return await affordable(store, lane)

    await enqueue(database, "U1", a_send("one"))
    with monkeypatch.context() as patch:
        patch.setattr(claims, "_affordable", emptied)
        assert await claimed(database) == []
    await enqueue(database, "U2", a_send("two"))
    assert await claimed(database) == ["two"]


async def test_some_tokens_are_for_answers_only(database: Database) -> None:
    async with database.begin("d1") as store:
        await lanes.limit(store, "test", "T1", rate=0.01, burst=5)
    for person in range(10):
        await enqueue(database, f"U{person}", a_send(f"prompt {person}"))
    assert len(await claimed(database)) == 4
    await enqueue(database, "U99", a_send("answer", SendKind.ANSWER))
    async with database.begin("d1") as store:
        await lanes.wake(store, "test", "T1")
    assert await claimed(database) == ["answer"]


async def test_tokens_come_back_with_time(database: Database) -> None:
    async with database.begin("d1") as store:
        await lanes.limit(store, "test", "T1", rate=2, burst=5)
    for person in range(30):
        await enqueue(database, f"U{person}", a_send(f"prompt {person}"))
    await claimed(database)
    table = tables.lane
    async with database.begin("d1") as store:
        an_age_ago = store.now - timedelta(hours=1)
        await store.update(table, refilled_at=an_age_ago, rests_until=an_age_ago)
    assert len(await claimed(database)) == 4


async def test_slack_and_teams_begin_with_what_their_platforms_take(database: Database) -> None:
    for platform in ("slack", "teams"):
        await enqueue(database, "U1", a_send(platform), platform=platform)
    async with database.read("d1") as store:
        rows = await store.select(tables.lane, order=[tables.lane.c.platform])
    assert [(row["platform"], row["rate"]) for row in rows] == [("slack", 4), ("teams", 25)]


async def test_workers_never_share_a_message(database: Database) -> None:
    async def work() -> list[str]:
        keys: list[str] = []
        for _ in range(12):
            keys += await claimed(database)
        return keys

    for tenant in ("d1", "d2", "d3"):
        for person in range(60):
            await enqueue(database, f"U{person}", a_send(f"{tenant} {person}"), tenant=tenant)
    taken = await asyncio.gather(*(work() for _ in range(4)))
    keys = [key for each in taken for key in each]
    assert len(keys) == len(set(keys)) == 180


async def test_an_expired_lease_is_taken_back_and_its_worker_can_settle_nothing(database: Database) -> None:
    await enqueue(database, "U1", a_send("one"))
    first = await one(database)
    assert await recover(database, everyones=False) == 0
    assert await recover(database) == 1
    second = await one(database)

    async with database.begin("d1") as store:
        assert await claims.mark_inflight(store, [first]) == ()
        assert [each.row for each in await settle(store, [moved(first, NOON + LONG, "late")])] == [first]
        assert [row.delivery for row in await claims.mark_inflight(store, [second])] == [second.delivery]
    assert await state(database) is State.INFLIGHT


async def test_a_version_fences_a_worker_even_under_its_own_name(database: Database) -> None:
    await enqueue(database, "U1", a_send("one"))
    row = await one(database)
    async with database.begin("d1") as store:
        (marked,) = await claims.mark_inflight(store, [row])
        assert len(await settle(store, [moved(row, NOON + LONG, "late")])) == 1
        assert await settle(store, [moved(marked, NOON + LONG, "late")]) == ()


async def test_a_lease_that_is_over_cannot_be_marked(database: Database) -> None:
    await enqueue(database, "U1", a_send("one"))
    async with database.everywhere() as everywhere:
        taken = await claims.claim(everywhere, -LEASE)
    assert taken is not None
    async with database.begin("d1") as store:
        assert await claims.mark_inflight(store, taken.rows) == ()


async def test_what_was_in_flight_when_its_worker_died_is_unsure_and_looked_up_by_one(
    database: Database,
) -> None:
    await enqueue(database, "U1", a_send("one"))
    row = await one(database)
    async with database.begin("d1") as store:
        await claims.mark_inflight(store, [row])
    assert await recover(database) == 1
    assert await state(database) is State.UNSURE

    async with database.everywhere() as everywhere:
        (looking,) = await claims.claim_unsure(everywhere, LEASE)
        assert await claims.claim_unsure(everywhere, LEASE) == ()
    async with database.begin("d1") as store:
        assert await settle(store, [sent(looking, "p1")]) == ()
    assert await state(database) is State.SENT


async def test_a_message_known_to_be_sent_settles_the_doubt_of_others(database: Database) -> None:
    await enqueue(database, "U1", a_send("one"))
    row = await one(database)
    async with database.begin("d1") as store:
        (marked,) = await claims.mark_inflight(store, [row])
    await recover(database)
    async with database.everywhere() as everywhere:
        (looking,) = await claims.claim_unsure(everywhere, LEASE)
    async with database.begin("d1") as store:
        assert await settle(store, [sent(marked, "p1")]) == ()
        assert await settle(store, [again(looking, "it never arrived", AT_ONCE)]) != ()
    assert await state(database) is State.SENT


async def test_a_stale_message_is_cancelled_with_the_reason(database: Database, clock: HandClock) -> None:
    await enqueue(database, "U1", a_send("one", expires=NOON + LONG), a_send("two"))
    clock.set(NOON + LONG)
    async with database.everywhere() as everywhere:
        assert await recovery.expire(everywhere) == 1
        assert await recovery.expire(everywhere) == 0
    assert await state(database) is State.CANCELLED


async def test_refreshes_of_a_post_that_died_are_cancelled(database: Database) -> None:
    refresh = a_send("card", SendKind.REFRESH, message=None, card="votes")
    await enqueue(database, "U1", a_send("card", SendKind.POST), refresh)
    async with database.everywhere() as everywhere:
        assert await recovery.free_refreshes(everywhere) == 0
    async with database.begin("d1") as store:
        await outbox.cancel_key(store, "card", "closed")
    async with database.everywhere() as everywhere:
        assert await recovery.free_refreshes(everywhere) == 1
    async with database.read("d1") as store:
        assert await outbox.listing(store, (State.WAITING, State.READY)) == ()


async def test_a_refresh_on_which_an_uncommitted_change_counts_is_drawn_after_it(database: Database) -> None:
    refresh = a_send("card", SendKind.REFRESH, message=None, card="votes")
    await enqueue(database, "U1", a_send("card", SendKind.POST))
    row = await one(database)
    async with database.begin("d1") as store:
        await settle(store, [sent(row, "p1")])
        await outbox.enqueue(store, refresh, direct())
    async with database.begin("d1") as store:
        assert not await outbox.enqueue(store, refresh, direct())
        meanwhile = asyncio.create_task(claimed(database))
        await asyncio.wait([meanwhile], timeout=0.2)
        assert not meanwhile.done() or await meanwhile == []
    drawn = await meanwhile
    async with asyncio.timeout(10):
        while not drawn:
            drawn = await claimed(database)
    assert drawn == ["card"]


async def test_a_refresh_that_has_to_go_again_gives_way_to_a_newer_one(database: Database) -> None:
    refresh = a_send("card", SendKind.REFRESH, message=None, card="votes")
    await enqueue(database, "U1", a_send("card", SendKind.POST))
    async with database.begin("d1") as store:
        row = await outbox.by_key(store, "card")
        assert row is not None
        await settle(store, [sent(row, "p1")])
        await outbox.enqueue(store, refresh, direct())
    first = await one(database)
    await enqueue(database, "U1", refresh)
    async with database.begin("d1") as store:
        await settle(store, [again(first, "reset", AT_ONCE)])
        found = await outbox.listing(store, (State.READY, State.CANCELLED))
    assert sorted(row.state for row in found) == [State.CANCELLED, State.READY]


async def test_the_last_error_stays_on_record(database: Database) -> None:
    await enqueue(database, "U1", a_send("one"))
    row = await one(database)
    async with database.begin("d1") as store:
        await settle(store, [moved(row, NOON, "after hours")])
    async with database.begin("d1") as store:
        (row,) = await outbox.listing(store)
        await settle(store, [sent(row, "p1")])
        (row,) = await outbox.listing(store)
    assert row.error == "after hours"


async def test_claiming_reads_open_rows_only(database: Database) -> None:
    """On SQLite the plan can be asked for; without the partial indexes it would scan the outbox."""
    if database.is_shared:
        return
    plans: list[str] = []

    @event.listens_for(database.writer.sync_engine, "before_cursor_execute")
    def explain(
        connection: object, cursor: object, statement: str, parameters: tuple[object, ...], *rest: object
    ) -> None:
        if "FROM outbox" in statement or statement.startswith("UPDATE outbox"):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[attr-defined]
            plans.extend(row[3] for row in cursor.fetchall())  # type: ignore[attr-defined]

    await enqueue(database, "U1", a_send("one"), a_send("two"))
    row = await one(database)
    async with database.begin("d1") as store:
        await claims.mark_inflight(store, [row])
        await settle(store, [sent(row, "p1")])
    async with database.everywhere() as everywhere:
        await claims.claim_unsure(everywhere, LEASE)
        await recovery.recover(everywhere, AT_ONCE)
        await recovery.expire(everywhere)
        await recovery.free_refreshes(everywhere)
        await backlog(everywhere)
    assert plans
    assert [each for each in plans if each.startswith("SCAN") and "INDEX" not in each] == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_lane_that_another_worker_holds_is_told_from_one_with_nothing_to_do(database: Database) -> None:
    """SQLite lets one worker claim at a time, so nobody meets another there."""
    await enqueue(database, "U1", a_send("one"))
    async with database.everywhere() as busy:
        taken = await claims.claim(busy, LEASE)
        assert taken is not None
        assert await claim(database) is claims.HELD

    assert [row.send.key for row in taken.rows] == ["one"]
    assert await claim(database) is None
