"""Recovery: what is put right every few seconds, whoever left it behind."""

from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import Executable, and_, bindparam, exists, or_, select, true, update

from flows.sends import Priority

from . import lanes, tables
from .columns import Instant
from .everywhere import Everywhere
from .moments import LEASE_ENDS, NOW, SCHOOL_TIME, SOON, WAIT_ENDS, is_over, times
from .state import CLOSED, OPEN, WAITS, State, is_in


async def recover(everywhere: Everywhere, look_after: timedelta, *, everyones: bool = False) -> Counter[str]:
    """Take back what workers held when their leases ran out; return how many messages that were of each platform.

    Nothing of a leased message has left: it is ready again. One in flight may have arrived: it is unsure
    and is looked up after `look_after`. With `everyones` no lease counts: for the start of an only process.
    """
    await _set_right(everywhere)
    values, taken = {**times(everywhere), "look_at": everywhere.now + look_after}, Counter[str]()
    for each in _RECOVER_EVERYONES if everyones else _RECOVER:
        taken.update((await everywhere.connection.execute(each, values)).scalars())
    return taken


async def expire(everywhere: Everywhere) -> int:
    """Cancel what is stale; return how many messages that were."""
    return await _count(everywhere, _EXPIRE)


async def free_refreshes(everywhere: Everywhere) -> int:
    """Let refreshes and replies go whose post is posted; cancel them if it never will be. Return how many."""
    return await _count(everywhere, *_FREE_REFRESHES)


async def is_called_for(everywhere: Everywhere) -> bool:
    """Tell whether there is anything to take back, to expire, to let go or to look up; nothing is written."""
    return bool((await everywhere.connection.execute(_CALLED_FOR, times(everywhere))).scalar())


async def _set_right(everywhere: Everywhere) -> None:
    """Let everything go on whose time was written by a clock that has been set back since.

    A lane that was served in times to come tells of it. The order is that of settling and claiming: no two wait for
    each other.
    """
    values = times(everywhere)
    if (await everywhere.connection.execute(_WAS_SET_BACK, values)).scalar():
        for each in _SET_RIGHT:
            await everywhere.connection.execute(each, values)


async def _count(everywhere: Everywhere, *changes: Executable) -> int:
    values = times(everywhere)
    return sum([(await everywhere.connection.execute(each, values)).rowcount for each in changes])


# ------------------------------------------------------------------ statements, built once

_OUTBOX = tables.outbox
_NEXT_VERSION = _OUTBOX.c.version + 1


def _cancelled(reason: str) -> dict[str, Any]:
    return {"state": State.CANCELLED, "error": reason, "settled_at": NOW, "version": _NEXT_VERSION}


def _recover(*, everyones: bool) -> tuple[Executable, ...]:
    over = true() if everyones else _OVER
    free = {"lease_by": "", "lease_until": None, "version": _NEXT_VERSION}
    unsure = {"state": State.UNSURE, "looked": 0, "wait_until": bindparam("look_at", type_=Instant)}
    changes = (
        update(_OUTBOX).where(is_in(_OUTBOX, State.LEASED), over).values(state=State.READY, **free),
        update(_OUTBOX).where(is_in(_OUTBOX, State.INFLIGHT), over).values(**unsure, **free),
    )
    return tuple(each.returning(_OUTBOX.c.platform) for each in changes)


_OVER = is_over(_OUTBOX.c.lease_until, LEASE_ENDS)
_STALE = and_(is_in(_OUTBOX, *WAITS), _OUTBOX.c.expires <= SCHOOL_TIME)
_DOUBTFUL = and_(is_in(_OUTBOX, State.UNSURE), is_over(_OUTBOX.c.wait_until, WAIT_ENDS))
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
_LANE, _PACE = tables.lane, tables.pace
_SERVED_TO_COME = _LANE.c.served_at > SOON
_WAS_SET_BACK = select(exists().where(_SERVED_TO_COME))
_ANSWERED_TO_COME = (_OUTBOX.c.priority == int(Priority.ANSWER), _OUTBOX.c.created_at > SOON)
_PAUSED_TOO_LONG = and_(_LANE.c.paused_until > WAIT_ENDS, _LANE.c.paused_until < lanes.NEVER)
_SET_RIGHT = (
    update(_OUTBOX)
    .where(is_in(_OUTBOX, *OPEN), _OUTBOX.c.due > SCHOOL_TIME, *_ANSWERED_TO_COME)
    .values(due=SCHOOL_TIME),
    update(_LANE).where(_PAUSED_TOO_LONG).values(paused_until=NOW),
    update(_LANE).where(_SERVED_TO_COME).values(served_at=NOW, rests_until=NOW, refilled_at=NOW),
    update(_PACE).where(_PACE.c.clear_at > SOON).values(clear_at=NOW),
)
_CALLED_FOR = select(
    or_(
        *(
            exists().where(condition)
            for condition in (
                and_(is_in(_OUTBOX, State.LEASED), _OVER),
                and_(is_in(_OUTBOX, State.INFLIGHT), _OVER),
                _SERVED_TO_COME,
                _STALE,
                _DOUBTFUL,
                _WAITED,
                _WAITS_IN_VAIN,
            )
        )
    )
)
