"""Claims: a worker takes due messages under a lease and marks them before their bytes leave."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, FromClause, and_, exists, func, or_, select, tuple_, update

from flows.sends import Priority

from . import lanes, tables
from .everywhere import Everywhere
from .lanes import Lane
from .outbox import OutboxRow, row_of
from .state import OPEN, State, is_in
from .store import Store


@dataclass(frozen=True, slots=True)
class Claim:
    """Messages of one lane that this worker may send until the lease is over; there may be none."""

    tenant: str
    platform: str
    rows: tuple[OutboxRow, ...]


async def claim(everywhere: Everywhere, lease: timedelta) -> Claim | None:
    """Take messages from the lane that was served least recently; None when no lane has anything to do.

    Answers go first, then what was due first; of each conversation only one message at a time.
    """
    lane = await _next_lane(everywhere)
    if lane is None:
        return None
    store = everywhere.store(lane.tenant)
    lane = lane.refilled(everywhere.now)
    taken = _affordable(lane, await _candidates(store, lane))
    await lanes.keep(store, lane.served(len(taken), everywhere.now))
    return Claim(lane.tenant, lane.platform, await _lease(store, taken, lease))


async def claim_first(everywhere: Everywhere, lease: timedelta) -> Claim | None:
    """Take the one message that was due first, whatever its lane can afford: for a clock moved by hand."""
    table, lane = tables.outbox, tables.lane
    busy = table.alias()
    blocked = exists().where(_same_place(busy, table), is_in(busy, *OPEN), busy.c.state != State.READY)
    statement = (
        select(table)
        .join(lane, _same_lane(lane, table))
        .where(_is_due(table, everywhere), lane.c.paused_until <= everywhere.now, ~blocked)
        .order_by(table.c.due, table.c.sequence, table.c.delivery)
        .limit(1)
        .with_for_update(of=[table, lane], skip_locked=True)
    )
    first = (await everywhere.connection.execute(statement)).mappings().first()
    if first is None:
        return None
    rows = await _lease(everywhere.store(first["tenant"]), [dict(first)], lease)
    return Claim(first["tenant"], first["platform"], rows)


async def claim_unsure(everywhere: Everywhere, lease: timedelta) -> tuple[OutboxRow, ...]:
    """Take the messages, of whichever tenant, that are to be looked up now."""
    table = tables.outbox
    statement = (
        select(table)
        .where(is_in(table, State.UNSURE), table.c.wait_until <= everywhere.now)
        .order_by(table.c.wait_until, table.c.sequence)
        .limit(lanes.MOST_CLAIMED)
        .with_for_update(skip_locked=True)
    )
    found = [dict(row) for row in (await everywhere.connection.execute(statement)).mappings()]
    taken: list[OutboxRow] = []
    for tenant, rows in groupby(sorted(found, key=itemgetter("tenant")), itemgetter("tenant")):
        until = everywhere.now + lease
        taken += await _take(everywhere.store(tenant), list(rows), State.UNSURE, wait_until=until)
    return tuple(taken)


async def mark_inflight(store: Store, rows: Sequence[OutboxRow]) -> tuple[OutboxRow, ...]:
    """Mark messages whose bytes leave after the commit; return those that are still this worker's."""
    if not rows:
        return ()
    table = tables.outbox
    statement = (
        update(table)
        .where(table.c.tenant == store.tenant, table.c.delivery.in_([row.delivery for row in rows]))
        .where(table.c.lease_by == rows[0].lease_by, is_in(table, State.LEASED))
        .where(table.c.lease_until > store.now)
        .values(state=State.INFLIGHT, inflight_at=store.now, version=table.c.version + 1)
        .returning(table.c.delivery)
    )
    mine = {row.delivery for row in await store.rows(statement)}
    return tuple(
        replace(row, state=State.INFLIGHT, inflight_at=store.now, version=row.version + 1)
        for row in rows
        if row.delivery in mine
    )


_LANE = ("tenant", "platform", "workspace")


async def _next_lane(everywhere: Everywhere) -> Lane | None:
    """Return the lane whose turn it is, held until the commit; other workers pass it by."""
    table, lane = tables.outbox, tables.lane
    earliest = select(func.min(table.c.due)).where(_same_lane(lane, table), is_in(table, State.READY))
    statement = (
        select(lane)
        .where(lane.c.paused_until <= everywhere.now, lane.c.rests_until <= everywhere.now)
        .where(earliest.correlate(lane).scalar_subquery() <= everywhere.school_time)
        .order_by(lane.c.served_at, *(lane.c[name] for name in _LANE))
        .limit(1)
        .with_for_update(of=lane, skip_locked=True)
    )
    found = (await everywhere.connection.execute(statement)).mappings().first()
    return None if found is None else Lane(**found)


async def _candidates(store: Store, lane: Lane) -> list[dict[str, Any]]:
    """Return the first messages of the lane that nothing before them in their conversation holds up."""
    table = tables.outbox
    before = table.alias()
    held_up = exists().where(
        _same_place(before, table),
        is_in(before, *OPEN),
        or_(before.c.state != State.READY, and_(_is_due(before, store), _order(before) < _order(table))),
    )
    conditions = [table.c.platform == lane.platform, table.c.workspace == lane.workspace]
    if not lane.allowance(Priority.PROMPT):
        conditions.append(table.c.priority == Priority.ANSWER)
    order = (table.c.priority, table.c.due, table.c.sequence, table.c.delivery)
    limit = lane.allowance(Priority.ANSWER)
    return await store.select(
        table, *conditions, _is_due(table, store), ~held_up, order=order, limit=limit, skip_locked=True
    )


def _affordable(lane: Lane, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Take as many as the lane has tokens for; some tokens are for answers only."""
    taken: list[dict[str, Any]] = []
    for row in rows:
        if len(taken) < lane.allowance(row["priority"]):
            taken.append(row)
    return taken


async def _lease(store: Store, rows: Sequence[dict[str, Any]], lease: timedelta) -> tuple[OutboxRow, ...]:
    return await _take(store, rows, State.LEASED, lease_until=store.now + lease)


async def _take(
    store: Store, rows: Sequence[dict[str, Any]], state: State, **until: Any
) -> tuple[OutboxRow, ...]:
    """Put a new name on the rows: whoever held them before can settle them no more."""
    if not rows:
        return ()
    table, name = tables.outbox, uuid4().hex
    these = table.c.delivery.in_([row["delivery"] for row in rows])
    await store.update(table, these, state=state, lease_by=name, version=table.c.version + 1, **until)
    mine = {"state": state, "lease_by": name}
    return tuple(row_of({**row, **mine, "version": row["version"] + 1}) for row in rows)


def _is_due(table: FromClause, times: Everywhere | Store) -> ColumnElement[bool]:
    return and_(
        is_in(table, State.READY),
        table.c.due <= times.school_time,
        or_(table.c.expires.is_(None), table.c.expires > times.school_time),
        or_(table.c.wait_until.is_(None), table.c.wait_until <= times.now),
    )


def _order(table: FromClause) -> ColumnElement[Any]:
    return tuple_(table.c.priority, table.c.due, table.c.sequence, table.c.delivery)


def _same_lane(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    return and_(*(one.c[name] == other.c[name] for name in _LANE))


def _same_place(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    return and_(_same_lane(one, other), one.c.place == other.c.place, one.c.user == other.c.user)
