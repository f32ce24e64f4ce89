"""What was acknowledged is there once, until it is processed."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from flows.events import Event, Filled, Said
from storage import everywhere, inbox, tables
from storage.database import Database

from . import samples
from .samples import NOON

SAID = Event("Ev1", "slack", "T1", "U1", "D1", True, NOON, Said(samples.HOSTILE + "\0", pressed=True), "grade-4")
FILLED = replace(SAID, key="V1", what=Filled("needs", {"need": samples.HOSTILE, "dots": {"1": 3}}), answerable=True)


async def _capture(database: Database, event: Event, tenant: str = "d1") -> bool:
    async with database.begin(tenant) as store:
        return await inbox.capture(store, event)


async def test_an_event_is_captured_once_however_often_and_at_once_it_comes(database: Database) -> None:
    came = await asyncio.gather(*(_capture(database, SAID) for _ in range(4)))
    assert sorted(came) == [False, False, False, True]
    assert await _capture(database, replace(SAID, platform="teams"))


async def test_an_event_comes_back_as_it_was_captured_until_it_is_done(database: Database) -> None:
    for event in (SAID, FILLED):
        await _capture(database, event)
        async with database.begin("d1") as store:
            assert await inbox.take(store, "slack", event.key) == event
            await inbox.done(store, "slack", event.key)
        async with database.begin("d1") as store:
            assert await inbox.take(store, "slack", event.key) is None


async def test_the_words_of_a_processed_event_are_deleted_and_its_key_stays(database: Database) -> None:
    await _capture(database, SAID)
    async with database.begin("d1") as store:
        await inbox.done(store, "slack", "Ev1")
        (row,) = await store.select(tables.inbox)
    assert row["payload"] is None
    assert not await _capture(database, SAID)


async def test_an_event_that_is_being_processed_is_left_to_the_one_who_does_it(database: Database) -> None:
    if not database.is_shared:
        return
    await _capture(database, SAID)
    async with database.begin("d1") as one, database.begin("d1") as other:
        assert await inbox.take(one, "slack", "Ev1") == SAID
        assert await inbox.take(other, "slack", "Ev1") is None


async def test_what_nobody_processed_is_found_by_the_platforms_time(database: Database) -> None:
    await _capture(database, replace(SAID, key="late", at=NOON + timedelta(seconds=1)))
    await _capture(database, replace(SAID, key="early"), tenant="d2")
    await _capture(database, replace(SAID, key="done"))
    async with database.begin("d1") as store:
        await inbox.done(store, "slack", "done")
    async with database.look_everywhere() as looking:
        found = await everywhere.unheard(looking, timedelta())
        assert [(each.tenant, each.key) for each in found] == [("d2", "early"), ("d1", "late")]
        assert await everywhere.unheard(looking, timedelta(minutes=1)) == ()


async def test_an_event_that_always_fails_is_set_aside_without_its_words(database: Database) -> None:
    await _capture(database, SAID)
    async with database.begin("d1") as store:
        failed = [await inbox.failed(store, "slack", "Ev1", "ZeroDivisionError") for _ in range(inbox.MOST_ATTEMPTS)]
    assert failed == [False] * (inbox.MOST_ATTEMPTS - 1) + [True]
    async with database.begin("d1") as store:
        assert await inbox.take(store, "slack", "Ev1") is None
        (row,) = await store.select(tables.inbox)
        assert row["error"] == "ZeroDivisionError"
    async with database.everywhere() as looking:
        assert await everywhere.unheard(looking, timedelta()) == ()
        assert await everywhere.inbox_counts(looking) == (0, 1)

    async with database.begin("d1") as store:
        assert await inbox.try_again(store, "slack", "Ev1")
        assert await inbox.take(store, "slack", "Ev1") == SAID


async def test_keys_are_kept_for_a_day_at_least(database: Database) -> None:
    table = tables.inbox
    for key, hours in (("old", 25), ("young", 23), ("not done", 0)):
        await _capture(database, replace(SAID, key=key))
        async with database.begin("d1") as store:
            if hours:
                await store.update(table, table.c.key == key, done_at=store.now - timedelta(hours=hours))
    async with database.everywhere() as all_of_them:
        assert await everywhere.prune_inbox(all_of_them, timedelta(days=14)) == 1
    async with database.read("d1") as store:
        assert {row["key"] for row in await store.select(table)} == {"young", "not done"}


async def test_what_was_set_aside_outlasts_a_holiday_and_is_then_forgotten(database: Database) -> None:
    table = tables.inbox
    for key, days in (("a week ago", 7), ("long ago", 15)):
        await _capture(database, replace(SAID, key=key))
        async with database.begin("d1") as store:
            await store.update(table, table.c.key == key, aside_at=store.now - timedelta(days=days))
    async with database.everywhere() as all_of_them:
        assert await everywhere.prune_inbox(all_of_them, timedelta(days=14)) == 1
    async with database.begin("d1") as store:
        assert await inbox.try_again(store, "slack", "a week ago")
        assert await inbox.take(store, "slack", "a week ago") == replace(SAID, key="a week ago")
