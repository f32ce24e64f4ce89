"""Which workspaces belong to whom, and what comes of one that lets go of us."""

from datetime import timedelta

from sqlalchemy import select

from storage import everywhere, installations, outbox, tables
from storage.claims import claim
from storage.database import Database
from storage.installations import Installation
from tests.storage.samples import NOON, a_send, direct

LEASE = timedelta(seconds=60)


async def test_a_workspace_belongs_to_the_tenant_that_installed_it_first(database: Database) -> None:
    async with database.begin("d1") as store:
        assert await installations.install(store, "slack", Installation("T1", "Lincoln", "sealed"))
    async with database.begin("d2") as store:
        assert not await installations.install(store, "slack", Installation("T1", "Lincoln", "theirs"))
        assert await installations.of(store, "slack") == ()
        assert not await installations.close(store, "slack", "T1", "gone", NOON + timedelta(days=9999))
    async with database.read("d1") as store:
        (kept,) = await installations.of(store, "slack")
        assert (kept.workspace, kept.name, kept.token) == ("T1", "Lincoln", "sealed")
    async with database.look_everywhere() as looking:
        assert await everywhere.tenant_of(looking, "slack", "T1") == "d1"
        assert await everywhere.tenant_of(looking, "teams", "T1") is None


async def test_a_workspace_that_lets_go_keeps_no_token_and_its_lane_stands_still_until_it_comes_back(
    database: Database,
) -> None:
    async with database.begin("d1") as store:
        await installations.install(store, "slack", Installation("T1", "Lincoln", "sealed"))
        await outbox.enqueue(store, a_send("one"), direct(platform="slack"))
    async with database.begin("d1") as store:
        assert await installations.close(store, "slack", "T1", "the app was removed", store.now + LEASE)
    async with database.read("d1") as store:
        (kept,) = await installations.of(store, "slack")
        assert (kept.name, kept.token, kept.closed) == ("Lincoln", "", "the app was removed")
    async with database.everywhere() as unit:
        assert await claim(unit, LEASE) is None
        stored = (await unit.connection.execute(select(tables.installation.c.details))).scalars()
        assert "sealed" not in str(list(stored))

    async with database.begin("d1") as store:
        await installations.install(store, "slack", Installation("T1", "Lincoln", "another"))
    async with database.everywhere() as unit:
        claimed = await claim(unit, LEASE)
    assert claimed
    assert [row.send.key for row in claimed.rows] == ["one"]


async def test_what_was_said_before_a_workspace_came_back_lets_go_of_nothing(database: Database) -> None:
    async with database.begin("d1") as store:
        await installations.install(store, "slack", Installation("T1", "Lincoln", "sealed"))
    async with database.begin("d1") as store:
        assert not await installations.close(store, "slack", "T1", "late news", store.now - timedelta(hours=1))
        assert not await installations.close(store, "slack", "T2", "nobody's", store.now)
        kept = await installations.find(store, "slack", "T1")
        assert kept
        assert kept.token == "sealed"
