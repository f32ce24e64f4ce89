"""Recovery: what is put right every few seconds, whoever left it behind."""

from datetime import timedelta

from sqlalchemy import Executable, and_, exists, select, update

from . import tables
from .everywhere import Everywhere
from .state import CLOSED, WAITS, State, is_in


async def recover(everywhere: Everywhere, look_after: timedelta, *, everyones: bool = False) -> int:
    """Take back what workers held when their leases ran out; return how many messages that were.

    Nothing of a leased message has left: it is ready again. One in flight may have arrived: it is unsure
    and is looked up after `look_after`. With `everyones` no lease counts: for the start of an only process.
    """
    table, now = tables.outbox, everywhere.now
    over = table.c.lease_until.is_not(None) if everyones else table.c.lease_until <= now
    free = {"lease_by": "", "lease_until": None, "version": table.c.version + 1}
    leased = update(table).where(is_in(table, State.LEASED), over)
    inflight = update(table).where(is_in(table, State.INFLIGHT), over)
    return await _count(
        everywhere,
        leased.values(state=State.READY, **free),
        inflight.values(state=State.UNSURE, looked=0, wait_until=now + look_after, **free),
    )


async def expire(everywhere: Everywhere) -> int:
    """Cancel what is stale; return how many messages that were."""
    table = tables.outbox
    stale = update(table).where(is_in(table, *WAITS), table.c.expires <= everywhere.school_time)
    return await _count(everywhere, stale.values(**_cancelled(everywhere, "expired")))


async def free_refreshes(everywhere: Everywhere) -> int:
    """Let refreshes go whose post is posted, and cancel those whose post never will be; return how many."""
    table = tables.outbox
    post = table.alias()
    its_post = and_(post.c.tenant == table.c.tenant, post.c.key == table.c.post)
    waiting = update(table).where(is_in(table, State.WAITING))
    posted = waiting.where(exists().where(its_post, post.c.message_id != ""))
    lost = waiting.where(exists().where(its_post, is_in(post, *CLOSED), post.c.message_id == ""))
    id = select(post.c.message_id).where(its_post).scalar_subquery()
    return await _count(
        everywhere,
        posted.values(state=State.READY, replaces=id, version=table.c.version + 1),
        lost.values(**_cancelled(everywhere, "its post was never posted")),
    )


async def _count(everywhere: Everywhere, *changes: Executable) -> int:
    return sum([(await everywhere.connection.execute(each)).rowcount for each in changes])


def _cancelled(everywhere: Everywhere, reason: str) -> dict[str, object]:
    version = tables.outbox.c.version + 1
    return {"state": State.CANCELLED, "error": reason, "settled_at": everywhere.now, "version": version}
