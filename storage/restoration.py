"""Restore mode: after an older backup was put back, nothing goes out by itself that may be out already.

What waited in the backup and has come due since is looked up by its key, where the platform can tell. What is
decided anew has another key than the first time, so `outbox` holds it until somebody has looked.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Executable, func, insert, select, union_all, update

from flows.sends import SendKind

from . import owed, tables
from .everywhere import Everywhere
from .outbox import RESTORED
from .state import OPEN, State, is_in


@dataclass(frozen=True, slots=True)
class Restored:
    """An older backup that was put back, and that nobody has looked after yet."""

    since: datetime
    """the newest moment that the backup knows"""
    at: datetime | None
    """when it was put back, in school time; None in a copy that was only marked as one"""


@dataclass(frozen=True, slots=True)
class Doubts:
    """What was put in doubt."""

    looked_up: int
    """messages that are looked up, or held where the platform cannot tell"""
    held: int
    """replies in threads of posts that are in doubt themselves"""
    aside: int
    """events that may have been acted on already"""


async def find(everywhere: Everywhere) -> Restored | None:
    """Return what was put back, while restore mode is on."""
    table = tables.restored
    row = (await everywhere.connection.execute(select(table.c.since, table.c.at).limit(1))).first()
    return None if row is None else Restored(*row)


async def begin(everywhere: Everywhere) -> Doubts:
    """Turn restore mode on, before anything is sent: put in doubt what the backup would send or do now.

    A copy that was marked when it was made knows its own moment; else it is that of the newest row. What answered
    people then, they have seen.
    """
    marked = await find(everywhere)
    since = marked.since if marked else (await everywhere.connection.execute(_NEWEST)).scalar() or everywhere.now
    await _run(everywhere, tables.restored.delete())
    tenants = (await everywhere.connection.execute(select(tables.tenant.c.tenant))).scalars()
    for tenant in list(tenants):
        await _run(everywhere, insert(tables.restored).values(tenant=tenant, since=since, at=everywhere.school_time))
    await _run(everywhere, update(tables.inbox).where(*owed.IS_OWED).values(payload=None))
    outbox = tables.outbox
    is_late = (outbox.c.kind != SendKind.REFRESH.value, outbox.c.due <= everywhere.school_time)
    free = {"error": RESTORED, "lease_by": "", "lease_until": None, "version": outbox.c.version + 1}
    in_doubt = {"state": State.UNSURE, "looked": 0, "wait_until": everywhere.now}
    left_at = func.coalesce(outbox.c.inflight_at, since)
    return Doubts(
        await _run(
            everywhere,
            update(outbox).where(is_in(outbox, *OPEN), *is_late).values(**free, **in_doubt, inflight_at=left_at),
        ),
        await _run(
            everywhere,
            update(outbox)
            .where(is_in(outbox, State.WAITING), *is_late)
            .values(**free, state=State.HELD, settled_at=everywhere.now),
        ),
        await _run(everywhere, update(tables.inbox).where(_IS_OPEN).values(aside_at=everywhere.now, error=RESTORED)),
    )


async def not_visited(everywhere: Everywhere) -> int:
    """Return for how many teams something came due before the backup was put back and was not decided anew yet."""
    agenda = tables.agenda
    late = select(func.count()).select_from(agenda).where(agenda.c.next_due <= _PUT_BACK)
    return int((await everywhere.connection.execute(late)).scalar_one())


async def end(everywhere: Everywhere) -> None:
    """Turn restore mode off; what is held stays so until somebody releases, confirms or cancels it."""
    await _run(everywhere, tables.restored.delete())


async def _run(everywhere: Everywhere, statement: Executable) -> int:
    return (await everywhere.connection.execute(statement)).rowcount


_IS_OPEN = tables.inbox.c.done_at.is_(None) & tables.inbox.c.aside_at.is_(None)
_MOMENTS = union_all(
    select(func.max(tables.outbox.c.created_at).label("moment")),
    select(func.max(tables.outbox.c.settled_at)),
    select(func.max(tables.inbox.c.received_at)),
    select(func.max(tables.audit.c.at)),
).subquery()
_NEWEST = select(func.max(_MOMENTS.c.moment))
_PUT_BACK = select(func.max(tables.restored.c.at)).scalar_subquery()
