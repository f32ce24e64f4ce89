"""Deleting posts on their platforms: those to people who were erased."""

from collections.abc import Mapping

import structlog

from adapters.base import Adapter, Address
from storage import retractions
from storage.database import Database
from storage.retractions import Retraction

from .copies import Retracts

log = structlog.get_logger()


async def retract(database: Database, adapters: Mapping[str, Adapter]) -> int:
    """Delete what is to be deleted now, and return how many posts that were; what fails is tried again later."""
    async with database.look_everywhere() as looking:
        found = await retractions.waiting(looking)
    count = 0
    for each in found:
        is_gone = await _is_gone(each, adapters.get(each.platform))
        async with database.everywhere() as everyone:
            await (retractions.done if is_gone else retractions.failed)(everyone, each)
        count += is_gone
    return count


async def _is_gone(each: Retraction, adapter: object) -> bool:
    if not isinstance(adapter, Retracts):
        return False
    try:
        await adapter.retract(Address(each.workspace, ""), each.post)
    except Exception as fault:
        log.warning("retraction failed", platform=each.platform, error=type(fault).__name__)
        return False
    return True
