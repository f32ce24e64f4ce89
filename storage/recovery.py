"""Recovery: what is put right every few seconds, whoever left it behind."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Executable, and_, bindparam, exists, select, true, update

from . import tables
from .columns import Instant
from .everywhere import Everywhere
from .state import CLOSED, WAITS, State, is_in


async def recover(everywhere: Everywhere, look_after: timedelta, *, everyones: bool = False) -> int:
    """Take back what workers held when their leases ran out; return how many messages that were.

    Nothing of a leased message has left: it is ready again. One in flight may have arrived: it is unsure
    and is looked up after `look_after`. With `everyones` no lease counts: for the start of an only process.
    """
    look_at = everywhere.now + look_after
    return await _count(everywhere, *(_RECOVER_EVERYONES if everyones else _RECOVER), look_at=look_at)


async def expire(everywhere: Everywhere) -> int:
    """Cancel what is stale; return how many messages that were."""
    return await _count(everywhere, _EXPIRE)


async def free_refreshes(everywhere: Everywhere) -> int:
    """Let refreshes and replies go whose post is posted; cancel them if it never will be. Return how many."""
    return await _count(everywhere, *_FREE_REFRESHES)


async def _count(everywhere: Everywhere, *changes: Executable, **more: Any) -> int:
    times = {"now": everywhere.now, "school_time": everywhere.school_time, **more}
    return sum([(await everywhere.connection.execute(each, times)).rowcount for each in changes])


# ------------------------------------------------------------------ statements, built once

_OUTBOX = tables.outbox
_NOW, _SCHOOL_TIME = bindparam("now", type_=Instant), bindparam("school_time", type_=Instant)
_NEXT_VERSION = _OUTBOX.c.version + 1


def _cancelled(reason: str) -> dict[str, Any]:
    return {"state": State.CANCELLED, "error": reason, "settled_at": _NOW, "version": _NEXT_VERSION}


def _recover(*, everyones: bool) -> tuple[Executable, ...]:
    over = true() if everyones else _OUTBOX.c.lease_until <= _NOW
    free = {"lease_by": "", "lease_until": None, "version": _NEXT_VERSION}
    unsure = {"state": State.UNSURE, "looked": 0, "wait_until": bindparam("look_at", type_=Instant)}
    return (
        update(_OUTBOX).where(is_in(_OUTBOX, State.LEASED), over).values(state=State.READY, **free),
        update(_OUTBOX).where(is_in(_OUTBOX, State.INFLIGHT), over).values(**unsure, **free),
    )


def _free_refreshes() -> tuple[Executable, ...]:
    post = _OUTBOX.alias()
    its_post = and_(post.c.tenant == _OUTBOX.c.tenant, post.c.key == _OUTBOX.c.post)
    waiting = update(_OUTBOX).where(is_in(_OUTBOX, State.WAITING))
    posted = waiting.where(exists().where(its_post, post.c.message_id != ""))
    lost = waiting.where(exists().where(its_post, is_in(post, *CLOSED), post.c.message_id == ""))
    id = select(post.c.message_id).where(its_post).scalar_subquery()
    return (
        posted.values(state=State.READY, replaces=id, version=_NEXT_VERSION),
        lost.values(**_cancelled("its post was never posted")),
    )


_RECOVER, _RECOVER_EVERYONES = _recover(everyones=False), _recover(everyones=True)
_EXPIRE = (
    update(_OUTBOX).where(is_in(_OUTBOX, *WAITS), _OUTBOX.c.expires <= _SCHOOL_TIME).values(**_cancelled("expired"))
)
_FREE_REFRESHES = _free_refreshes()
