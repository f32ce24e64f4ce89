"""A message has a reason, and for one reason there is one message."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from flows.messages import Button
from flows.sends import SendKind
from storage import everywhere, outbox, tables
from storage.database import Database
from storage.outbox import OutboxRow
from storage.plain import to_plain
from storage.settlements import dead, held, sent, settle
from storage.state import State
from storage.store import Store

from .samples import MESSAGE, NOON, a_send, direct

REFRESH = a_send("card", SendKind.REFRESH, message=None, card="votes")


async def _the_only(store: Store) -> OutboxRow:
    (row,) = await outbox.listing(store)
    return row


async def test_a_message_comes_back_as_it_was_enqueued(database: Database) -> None:
    send = a_send("one", expires=NOON + timedelta(hours=4), card="plan", conversation="c1")
    async with database.begin("d1") as store:
        assert await outbox.enqueue(store, send, direct())
        row = await _the_only(store)
    assert (row.send, row.destination, row.state, row.attempt) == (send, direct(), State.READY, 0)


async def test_a_message_that_was_kept_before_there_were_charts_is_read_without_one(database: Database) -> None:
    send = a_send("one")
    async with database.begin("d1") as store:
        await outbox.enqueue(store, send, direct())
        kept = {key: value for key, value in to_plain(send.message).items() if key != "chart"}
        await store.update(tables.outbox, message=kept)
        row = await _the_only(store)
    assert send.message
    assert row.send.message == replace(send.message, chart=None)


async def test_a_message_that_was_kept_before_buttons_had_teams_is_read_as_its_own_teams(database: Database) -> None:
    send = a_send("one")
    async with database.begin("d1") as store:
        await outbox.enqueue(store, send, direct())
        kept = to_plain(send.message)
        kept["buttons"] = [{"label": "Answer", "says": "answer", "style": "plain"}]
        await store.update(tables.outbox, message=kept)
        row = await _the_only(store)
    assert row.send.message
    assert row.send.message.buttons == (Button("Answer", "answer"),)


async def test_for_one_reason_there_is_one_message(database: Database) -> None:
    async def once() -> bool:
        async with database.begin("d1") as store:
            return await outbox.enqueue(store, a_send("one"), direct())

    assert sorted(await asyncio.gather(*(once() for _ in range(4)))) == [False, False, False, True]


async def test_a_post_that_died_is_posted_where_the_team_reads_now_and_one_that_stands_is_not(
    database: Database,
) -> None:
    post, new = a_send("card", SendKind.POST, to=""), replace(direct(), place="new")
    async with database.begin("d1") as store:
        await outbox.enqueue(store, post, direct())
        await settle(store, [dead(await _the_only(store), "the channel was deleted")])
        assert await outbox.enqueue(store, post, new)
        row = await _the_only(store)
        assert (row.destination, row.state, row.attempt, row.error) == (new, State.READY, 0, "")
        await settle(store, [sent(row, "17.1")])
        assert not await outbox.enqueue(store, post, direct())
        assert (await _the_only(store)).message_id == "17.1"


async def test_a_message_is_written_with_the_decision_or_not_at_all(database: Database) -> None:
    async def fail() -> None:
        async with database.begin("d1") as store:
            await outbox.enqueue(store, a_send("one"), direct())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with database.read("d1") as store:
        assert await outbox.listing(store) == ()


async def test_every_message_has_an_opaque_key_of_its_own(database: Database) -> None:
    async with database.begin("d1") as store:
        for key in ("one", "two"):
            await outbox.enqueue(store, a_send(key), direct())
        one, two = await outbox.listing(store)
    assert len({one.delivery, two.delivery}) == 2
    assert len(one.delivery) == 32
    assert int(one.delivery, 16)


async def test_what_waits_for_a_conversation_is_cancelled_with_the_reason(database: Database) -> None:
    async with database.begin("d1") as store:
        for key, conversation in (("one", "c1"), ("two", "c1"), ("three", "c2")):
            await outbox.enqueue(store, a_send(key, conversation=conversation), direct())
        assert await outbox.cancel(store, "grade-5", "c1", "done") == 0
        assert await outbox.cancel(store, "grade-4", "c1", "done") == 2
        assert await outbox.cancel_key(store, "three", "closed")
        assert not await outbox.cancel_key(store, "three", "closed")
        found = {row.send.key: (row.state, row.error) for row in await outbox.listing(store)}
    cancelled = State.CANCELLED
    assert found == {"one": (cancelled, "done"), "two": (cancelled, "done"), "three": (cancelled, "closed")}


async def test_only_what_waits_can_be_cancelled(database: Database) -> None:
    async with database.begin("d1") as store:
        await outbox.enqueue(store, a_send("one", conversation="c1"), direct())
        await settle(store, [sent(await _the_only(store), "p1")])
        assert await outbox.cancel(store, "grade-4", "c1", "done") == 0
        assert (await _the_only(store)).state is State.SENT


async def test_of_thirty_refreshes_one_waits(database: Database) -> None:
    async with database.begin("d1") as store:
        await outbox.enqueue(store, a_send("card", SendKind.POST), direct())
        assert [await outbox.enqueue(store, REFRESH, direct()) for _ in range(30)] == [True] + [False] * 29
        assert {row.state for row in await outbox.listing(store, (State.WAITING,))} == {State.WAITING}
        assert len(await outbox.listing(store)) == 2


async def test_refreshes_that_are_decided_together_wait_once_for_each_post_that_stands(database: Database) -> None:
    async with database.begin("d1") as store:
        posts = [a_send(key, SendKind.POST) for key in ("plan", "card", "gone")]
        await outbox.enqueue_all(store, [(each, direct()) for each in posts])
        await outbox.cancel_key(store, "gone", "closed")
        drawn = [replace(REFRESH, key=key) for key in ("plan", "card", "gone", "unknown", "plan")]
        await outbox.enqueue_all(store, [(each, direct()) for each in drawn])
        waiting = await outbox.listing(store, (State.WAITING,))
        assert [row.send.key for row in waiting] == ["plan", "card"]
        await outbox.enqueue_all(store, [(each, direct()) for each in drawn])
        assert await outbox.listing(store, (State.WAITING,)) == waiting


async def test_a_refresh_goes_where_its_post_went_and_draws_over_it(database: Database) -> None:
    async with database.begin("d1") as store:
        await outbox.enqueue(store, a_send("card", SendKind.POST), direct("U7"))
        await settle(store, [sent(await _the_only(store), "p1")])
        await outbox.enqueue(store, REFRESH, direct("somewhere else"))
        (refresh,) = await outbox.listing(store, (State.READY,))
    assert (refresh.destination, refresh.replaces, refresh.send) == (direct("U7"), "p1", REFRESH)


async def test_a_refresh_that_waits_for_its_post_is_ready_when_the_post_is_sent(database: Database) -> None:
    async with database.begin("d1") as store:
        await outbox.enqueue(store, a_send("card", SendKind.POST), direct())
        await outbox.enqueue(store, REFRESH, direct())
        (post,) = await outbox.listing(store, (State.READY,))
        await settle(store, [sent(post, "p1")])
        (refresh,) = await outbox.listing(store, (State.READY,))
    assert (refresh.send.kind, refresh.replaces) == (SendKind.REFRESH, "p1")


async def test_a_post_that_nobody_has_sent_is_not_refreshed(database: Database) -> None:
    async with database.begin("d1") as store:
        assert not await outbox.enqueue(store, REFRESH, direct())
        await outbox.enqueue(store, a_send("card", SendKind.POST), direct())
        await outbox.cancel_key(store, "card", "closed")
        assert not await outbox.enqueue(store, REFRESH, direct())


async def test_a_press_proves_that_a_held_message_arrived_and_only_that(database: Database) -> None:
    async with database.begin("d1") as store:
        await outbox.enqueue(store, a_send("one"), direct())
        row = await _the_only(store)
        assert not await outbox.confirm(store, row.delivery)
        await settle(store, [held(row, "timeout")])
        assert await outbox.confirm(store, row.delivery, "p1")
        assert not await outbox.confirm(store, row.delivery, "p2")
        assert await outbox.confirm(store, "no such key") is False
        assert (await _the_only(store)).message_id == "p1"


async def test_words_are_deleted_some_time_after_a_message_was_settled_and_its_key_much_later(
    database: Database,
) -> None:
    day = timedelta(days=1)
    table = tables.outbox
    async with database.begin("d1") as store:
        for key, days in (("new", 0), ("old", 3), ("very old", 400), ("open", 0)):
            await outbox.enqueue(store, a_send(key), direct())
            if key != "open":
                await store.update(table, table.c.key == key, settled_at=store.now - days * day)
    async with database.everywhere() as all_of_them:
        assert await everywhere.destroy_words(all_of_them, 2 * day) == 2
        assert await everywhere.prune_outbox(all_of_them, 365 * day) == 1
    async with database.read("d1") as store:
        left = {row.send.key: row.send.message for row in await outbox.listing(store)}
    assert left == {"new": MESSAGE, "old": None, "open": MESSAGE}


async def test_words_are_destroyed_on_request_but_what_waits_still_goes(database: Database) -> None:
    async with database.begin("d1") as store:
        await outbox.enqueue(store, a_send("one", conversation="c1"), direct())
        await settle(store, [sent(await _the_only(store), "p1")])
        await outbox.enqueue(store, a_send("two", conversation="c1"), direct())
        assert await outbox.destroy_bodies(store, "grade-4", "c1") == 1
        assert [row.send.message for row in await outbox.listing(store)] == [None, MESSAGE]


async def test_what_is_on_its_way_is_counted_by_tenant_and_state(database: Database) -> None:
    for tenant in ("d1", "d2"):
        async with database.begin(tenant) as store:
            await outbox.enqueue(store, a_send("one"), direct())
            await outbox.enqueue(store, a_send("two", due=NOON + timedelta(hours=1)), direct())
    async with database.begin("d2") as store:
        await outbox.cancel_key(store, "one", "done")
    async with database.look_everywhere() as looking:
        found = [(each.tenant, each.state, each.rows) for each in await everywhere.backlog(looking)]
        assert found == [("d1", "ready", 2), ("d2", "ready", 1)]
        assert await everywhere.next_due(looking) == NOON
