"""Retention: every hour, in small pieces, what is kept no longer is destroyed."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from flows import doubts
from flows.audit import RETENTION, Deed
from storage import audit, everywhere, retention
from storage.database import Database
from storage.store import Store

from .config import Settings

KEPT_ROWS = timedelta(days=400)
"""How long the reason of a message stays, so that nothing is sent twice: more than a school year."""
MOST_BATCHES = 50
"""in one hour; what is left comes in the next"""
BOT = ""
"""who did what nobody asked for"""

Batch = Callable[[Store], Awaitable[tuple[bool, int]]]
"""what destroys some in one transaction, and tells whether there may be more, and how many it were"""


async def expire(database: Database, settings: Settings) -> None:
    """Destroy what the settings keep no longer; what a legal hold covers stays."""
    async with database.everywhere() as everyone:
        await everywhere.destroy_words(everyone, timedelta(days=settings.keep_messages))
    async with database.everywhere() as everyone:
        await everywhere.prune_inbox(everyone, timedelta(days=settings.keep_events))
    async with database.everywhere() as everyone:
        await everywhere.prune_outbox(everyone, KEPT_ROWS)
    async with database.look_everywhere() as looking:
        tenants = await everywhere.tenants(looking)
    for tenant in tenants:
        await _in_batches(database, tenant, "answers", _answers(timedelta(days=settings.keep_answers)))
        await _in_batches(database, tenant, "doubts", _doubts)
        await _in_batches(database, tenant, "comments", _comments(timedelta(days=settings.keep_comments)))
        if settings.keep_decisions is not None:
            await _in_batches(database, tenant, "decisions", _decisions(timedelta(days=settings.keep_decisions)))


async def _in_batches(database: Database, tenant: str, what: str, batch: Batch) -> None:
    """Destroy them, each batch in one transaction with its line in the audit log."""
    for _ in range(MOST_BATCHES):
        async with database.begin(tenant) as store:
            is_more, count = await batch(store)
            if count:
                await audit.write(store, BOT, [Deed(RETENTION, "", {what: count})])
        if not is_more:
            break


def _answers(kept: timedelta) -> Batch:
    async def destroy(store: Store) -> tuple[bool, int]:
        found = await retention.expired(store, store.school_time - kept)
        return len(found) == retention.BATCH, await retention.destroy_answers(store, found)

    return destroy


async def _doubts(store: Store) -> tuple[bool, int]:
    return False, await retention.expire_doubts(store, store.school_time - doubts.KEPT_FOR)


def _comments(kept: timedelta) -> Batch:
    async def destroy(store: Store) -> tuple[bool, int]:
        return False, await retention.expire_comments(store, store.school_time - kept)

    return destroy


def _decisions(kept: timedelta) -> Batch:
    async def destroy(store: Store) -> tuple[bool, int]:
        count = await retention.expire_decisions(store, store.school_time - kept)
        return count == retention.BATCH, count

    return destroy
