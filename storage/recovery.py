"""Recovery: what is put right every few seconds, whoever left it behind."""

from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import Executable, and_, bindparam, exists, or_, select, true, update

from . import tables
from .columns import Instant
from .everywhere import Everywhere
from .state import CLOSED, WAITS, State, is_in


async def recover(everywhere: Everywhere, look_after: timedelta, *, everyones: bool = False) -> Counter[str]:
    """Take back what workers held when their leases ran out; return how many messages that were of each platform.

    Nothing of a leased message has left: it is ready again. One in flight may have arrived: it is unsure
    and is looked up after `look_after`. With `everyones` no lease counts: for the start of an only process.
    """
    times, taken = {"now": everywhere.now, "look_at": everywhere.now + look_after}, Counter[str]()
    for each in _RECOVER_EVERYONES if everyones else _RECOVER:
        taken.update((await everywhere.connection.execute(each, times)).scalars())
    return taken


async def expire(everywhere: Everywhere) -> int:
    """Cancel what is stale; return how many messages that were."""
    return await _count(everywhere, _EXPIRE)


async def free_refreshes(everywhere: Everywhere) -> int:
    """Let refreshes and replies go whose post is posted; cancel them if it never will be. Return how many."""
    return await _count(everywhere, *_FREE_REFRESHES)


async def is_called_for(everywhere: Everywhere) -> bool:
    """Tell whether there is anything to take back, to expire, to let go or to look up; nothing is written."""
    times = {"now": everywhere.now, "school_time": everywhere.school_time}
    return bool((await everywhere.connection.execute(_CALLED_FOR, times)).scalar())


async def _count(everywhere: Everywhere, *changes: Executable) -> int:
    times = {"now": everywhere.now, "school_time": everywhere.school_time}
    return sum([(await everywhere.connection.execute(each, times)).rowcount for each in changes])


# ------------------------------------------------------------------ statements, built once

_OUTBOX = tables.outbox
_NOW, _SCHOOL_TIME = bindparam("now", type_=Instant), bindparam("school_time", type_=Instant)
_NEXT_VERSION = _OUTBOX.c.version + 1


def _cancelled(reason: str) -> dict[str, Any]:
    return {"state": State.CANCELLED, "error": reason, "settled_at": _NOW, "version": _NEXT_VERSION}


def _recover(*, everyones: bool) -> tuple[Executable, ...]:
    over = true() if everyones else _OVER
    free = {"lease_by": "", "lease_until": None, "version": _NEXT_VERSION}
    unsure = {"state": State.UNSURE, "looked": 0, "wait_until": bindparam("look_at", type_=Instant)}
    changes = (
        update(_OUTBOX).where(is_in(_OUTBOX, State.LEASED), over).values(state=State.READY, **free),
        update(_OUTBOX).where(is_in(_OUTBOX, State.INFLIGHT), over).values(**unsure, **free),
    )
    return tuple(each.returning(_OUTBOX.c.platform) for each in changes)


_OVER = _OUTBOX.c.lease_until <= _NOW
_STALE = and_(is_in(_OUTBOX, *WAITS), _OUTBOX.c.expires <= _SCHOOL_TIME)
_DOUBTFUL = and_(is_in(_OUTBOX, State.UNSURE), _OUTBOX.c.wait_until <= _NOW)
_POST = _OUTBOX.alias()
_ITS_POST = and_(_POST.c.tenant == _OUTBOX.c.tenant, _POST.c.key == _OUTBOX.c.post)
_POST_ID = select(_POST.c.message_id).where(_ITS_POST).scalar_subquery()
_WAITS_IN_VAIN, _WAITED = (
    and_(is_in(_OUTBOX, State.WAITING), exists().where(_ITS_POST, *conditions))
    for conditions in ((is_in(_POST, *CLOSED), _POST.c.message_id == ""), (_POST.c.message_id != "",))
)

_RECOVER, _RECOVER_EVERYONES = _recover(everyones=False), _recover(everyones=True)
_EXPIRE = update(_OUTBOX).where(_STALE).values(**_cancelled("expired"))
_FREE_REFRESHES = (
    update(_OUTBOX).where(_WAITED).values(state=State.READY, replaces=_POST_ID, version=_NEXT_VERSION),
    update(_OUTBOX).where(_WAITS_IN_VAIN).values(**_cancelled("its post was never posted")),
)
_CALLED_FOR = select(
    or_(
        *(
            exists().where(condition)
            for condition in (
                and_(is_in(_OUTBOX, State.LEASED), _OVER),
                and_(is_in(_OUTBOX, State.INFLIGHT), _OVER),
                _STALE,
                _DOUBTFUL,
                _WAITED,
                _WAITS_IN_VAIN,
            )
        )
    )
)
