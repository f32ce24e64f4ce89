"""Claims: a worker takes due messages under a lease and marks them before their bytes leave."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)

from flows.sends import Priority

from . import lanes, tables
from .columns import Instant, Words
from .everywhere import Everywhere
from .lanes import Lane
from .moments import LONGEST_LEASE, LONGEST_WAIT, NOW, SCHOOL_TIME, WAIT_ENDS, is_over, times
from .outbox import OutboxRow, row_of
from .state import OPEN, State, is_in
from .store import Store, given, same


@dataclass(frozen=True, slots=True)
class Claim:
    """Messages of one lane that this worker may send until the lease is over; there may be none."""

    tenant: str
    platform: str
    rows: tuple[OutboxRow, ...]


HELD = Claim("", "", ())
"""Something is due, and other workers hold each lane in which it is: they are done in a moment."""


async def claim(everywhere: Everywhere, lease: timedelta) -> Claim | None:
    """Take messages from the lane that was served least recently; None when no lane has anything to do, or `HELD`.

    Answers go first, then what was due first; of each conversation one message at a time, no faster than it takes them.
    """
    lane = await _next_lane(everywhere)
    if not isinstance(lane, Lane):
        return lane
    store = everywhere.store(lane.tenant)
    lane = lane.refilled(everywhere.now)
    taken = await _affordable(store, lane)
    if taken or await _has_due(store, lane):
        await lanes.keep(store, lane.served(len(taken), everywhere.now))
    await _keep_pace(store, lane, taken)
    return Claim(lane.tenant, lane.platform, await _take(store, taken, State.LEASED, lease))


async def claim_first(everywhere: Everywhere, lease: timedelta) -> Claim | None:
    """Take the one message that was due first, whatever its lane can afford: for a clock moved by hand."""
    first = (await everywhere.connection.execute(_FIRST, times(everywhere))).mappings().first()
    if first is None:
        return None
    rows = await _take(everywhere.store(first["tenant"]), [dict(first)], State.LEASED, lease)
    return Claim(first["tenant"], first["platform"], rows)


async def claim_unsure(
    everywhere: Everywhere, lease: timedelta, allowed: Callable[[str, str], int] = lambda *workspace: lanes.MOST_CLAIMED
) -> tuple[OutboxRow, ...]:
    """Take the messages, of whichever tenant, that are to be looked up now.

    Of each workspace they are as many as are `allowed` for it, given its platform and its id.
    """
    taken: list[OutboxRow] = []
    for lane in (await everywhere.connection.execute(_UNSURE_LANES, times(everywhere))).mappings().all():
        most = min(allowed(lane["platform"], lane["workspace"]), lanes.MOST_CLAIMED)
        wanted = {**lane, **times(everywhere), "most": most}
        rows = (await everywhere.connection.execute(_UNSURE, wanted)).mappings()
        store = everywhere.store(lane["tenant"])
        taken += await _take(store, [dict(row) for row in rows], State.UNSURE, lease)
    return tuple(taken)


async def put_off(store: Store, platform: str, workspace: str, wait: timedelta) -> None:
    """Look nothing up in the workspace for so long: its platform asked to wait. What somebody holds is left out."""
    until = store.now + min(wait, LONGEST_WAIT)
    soon = {"tenant": store.tenant, "platform": platform, "workspace": workspace, "until": until}
    found = (await store.connection.execute(_TOO_SOON, soon)).scalars().all()
    await store.change(_PUT_OFF, deliveries=found, until=until)


async def mark_inflight(store: Store, rows: Sequence[OutboxRow]) -> tuple[OutboxRow, ...]:
    """Mark messages whose bytes leave after the commit; return those that are still this worker's."""
    if not rows:
        return ()
    these = [row.delivery for row in rows]
    marked = await store.rows(_MARK, lease_by=rows[0].lease_by, deliveries=these, now=store.now)
    mine = {delivery for (delivery,) in marked}
    return tuple(
        replace(row, state=State.INFLIGHT, inflight_at=store.now, version=row.version + 1)
        for row in rows
        if row.delivery in mine
    )


async def _next_lane(everywhere: Everywhere) -> Lane | Claim | None:
    """Return the lane whose turn it is, held until the commit; other workers pass it by. Else as `claim` does.

    With nothing due one look is enough. Where little is due it is known whose that is, and idle lanes are not asked.
    """
    now = times(everywhere)
    tenants = (await everywhere.connection.execute(_FIRST_DUE, now)).scalars().all()
    if not tenants:
        return None
    whose = {"tenants": sorted(set(tenants))} if len(tenants) < _LOOKED_AT else {}
    free, turn = (_FREE_OF_THESE, _TURN_OF_THESE) if whose else (_FREE_TURN, _NEXT_TURN)
    found = (await everywhere.connection.execute(free, now | whose)).mappings().first()
    if found is not None:
        return Lane(**found)
    held = (await everywhere.connection.execute(turn, now | whose)).first()
    return None if held is None else HELD


async def _affordable(store: Store, lane: Lane) -> list[dict[str, Any]]:
    """Return the first messages for which the lane has tokens; some tokens are for answers only."""
    taken: list[dict[str, Any]] = []
    for priority in Priority:
        most = lane.allowance(priority) - len(taken)
        if most > 0:
            taken += await _candidates(store, lane, priority, most)
    return taken


async def _has_due(store: Store, lane: Lane) -> bool:
    """Whether anything is due in the lane still: others may have taken it while we were about to."""
    return (await store.connection.execute(_DUE_HERE, _is_here(lane) | times(store))).first() is not None


async def _candidates(store: Store, lane: Lane, priority: Priority, most: int) -> list[dict[str, Any]]:
    """Return messages of the lane that neither their conversation's pace nor anything before them holds up."""
    wanted = {"priority": int(priority), "most": most, "clear_by": store.now + lane.limit.ahead()}
    result = await store.connection.execute(_CANDIDATES, _is_here(lane) | times(store) | wanted)
    return [dict(row) for row in result.mappings()]


async def _keep_pace(store: Store, lane: Lane, rows: Sequence[dict[str, Any]]) -> None:
    """Note when each conversation will have caught up with its pace; nobody else claims from its lane meanwhile."""
    if lane.limit.gap:
        caught_up = ((row, max(row["clear_at"] or store.now, store.now)) for row in rows)
        kept = [{**{name: row[name] for name in _PLACE}, "clear_at": at + lane.limit.gap} for row, at in caught_up]
        await store.upsert(tables.pace, kept)


async def _take(store: Store, rows: Sequence[dict[str, Any]], state: State, lease: timedelta) -> tuple[OutboxRow, ...]:
    """Put a new name on the rows: whoever held them before can settle them no more."""
    if not rows:
        return ()
    name, these = uuid4().hex, [row["delivery"] for row in rows]
    until = store.now + min(lease, LONGEST_LEASE)
    await store.change(_TAKE[state], deliveries=these, lease_by=name, until=until)
    mine = {"state": state, "lease_by": name}
    return tuple(row_of({**row, **mine, "version": row["version"] + 1}) for row in rows)


def _is_here(lane: Lane) -> dict[str, str]:
    return {name: getattr(lane, name) for name in _LANE}


# ------------------------------------------------------------------ statements, built once

_LANE = ("tenant", "platform", "workspace")
_PLACE = (*_LANE, "place", "user")
_OUTBOX, _BEFORE = tables.outbox, tables.outbox.alias("before")
_TURN, _PACE = tables.lane, tables.pace


def _named(name: str, type: Any) -> ColumnElement[Any]:
    return bindparam(name, type_=type)


def _same(one: FromClause, other: FromClause, names: Sequence[str]) -> ColumnElement[bool]:
    return and_(*(one.c[name] == other.c[name] for name in names))


def _is_due(table: FromClause) -> ColumnElement[bool]:
    return and_(
        is_in(table, State.READY),
        table.c.due <= SCHOOL_TIME,
        or_(table.c.expires.is_(None), table.c.expires > SCHOOL_TIME),
        or_(table.c.wait_until.is_(None), is_over(table.c.wait_until, WAIT_ENDS)),
    )


def _order(table: FromClause) -> ColumnElement[Any]:
    return tuple_(table.c.priority, table.c.due, table.c.sequence, table.c.delivery)


def _nothing(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return that there is no such row before.

    Written as a number so that PostgreSQL looks it up row by row, in the order of the turns, and stops at
    the limit; as NOT EXISTS it joins the whole backlog.
    """
    one: ColumnElement[int] = literal_column("1")
    before = select(one).where(_same(_BEFORE, _OUTBOX, _PLACE), *conditions).limit(one)
    return func.coalesce(before.correlate(_OUTBOX).scalar_subquery(), literal_column("0")) != one


_IS_FREE = _nothing(is_in(_BEFORE, *OPEN), _BEFORE.c.state != State.READY)
_IS_NEXT = _nothing(
    is_in(_BEFORE, *OPEN),
    or_(_BEFORE.c.state != State.READY, and_(_is_due(_BEFORE), _order(_BEFORE) < _order(_OUTBOX))),
)

_LOOKED_AT = 30
"""So many messages that are due, and there may be others behind them: each lane is asked in its turn."""
_FIRST_DUE = (
    select(_OUTBOX.c.tenant)
    .where(is_in(_OUTBOX, State.READY), _OUTBOX.c.due <= SCHOOL_TIME)
    .order_by(_OUTBOX.c.due)
    .limit(_LOOKED_AT)
)

_IN_LANE = and_(*(_OUTBOX.c[name] == _named(name, Words) for name in _LANE))
_DUE_HERE = select(_OUTBOX.c.delivery).where(_IN_LANE, _is_due(_OUTBOX)).limit(1)

_NEXT_TURN = (
    select(_TURN)
    .where(_TURN.c.paused_until <= NOW, _TURN.c.rests_until <= NOW)
    .where(
        select(func.min(_OUTBOX.c.due))
        .where(_same(_TURN, _OUTBOX, _LANE), is_in(_OUTBOX, State.READY))
        .correlate(_TURN)
        .scalar_subquery()
        <= SCHOOL_TIME
    )
    .order_by(_TURN.c.served_at, *(_TURN.c[name] for name in _LANE))
    .limit(1)
)
_TURN_OF_THESE = _NEXT_TURN.where(_TURN.c.tenant.in_(bindparam("tenants", expanding=True)))
_FREE_TURN, _FREE_OF_THESE = (each.with_for_update(of=_TURN, skip_locked=True) for each in (_NEXT_TURN, _TURN_OF_THESE))

_CLEAR_AT = select(_PACE.c.clear_at).where(_same(_PACE, _OUTBOX, _PLACE)).correlate(_OUTBOX).scalar_subquery()

_CANDIDATES = (
    select(_OUTBOX, _CLEAR_AT.label("clear_at"))
    .where(_IN_LANE, _OUTBOX.c.priority == _named("priority", Integer), _is_due(_OUTBOX), _IS_NEXT)
    .where(func.coalesce(_CLEAR_AT, NOW) <= _named("clear_by", Instant))
    .order_by(_OUTBOX.c.due, _OUTBOX.c.sequence)
    .limit(_named("most", Integer))
    .with_for_update(of=_OUTBOX, key_share=True, skip_locked=True)
)

_FIRST = (
    select(_OUTBOX)
    .join(_TURN, _same(_TURN, _OUTBOX, _LANE))
    .where(_is_due(_OUTBOX), _TURN.c.paused_until <= NOW, _IS_FREE)
    .order_by(_OUTBOX.c.due, _OUTBOX.c.sequence)
    .limit(1)
    .with_for_update(of=[_OUTBOX, _TURN], skip_locked=True)
)

_IN_DOUBT = (is_in(_OUTBOX, State.UNSURE), is_over(_OUTBOX.c.wait_until, WAIT_ENDS))
_UNSURE_LANES = select(*(_OUTBOX.c[name] for name in _LANE)).where(*_IN_DOUBT).distinct()
_UNSURE = (
    select(_OUTBOX)
    .where(_IN_LANE, *_IN_DOUBT)
    .order_by(_OUTBOX.c.wait_until, _OUTBOX.c.sequence)
    .limit(_named("most", Integer))
    .with_for_update(skip_locked=True)
)
_TOO_SOON = (
    select(_OUTBOX.c.delivery)
    .where(_IN_LANE, is_in(_OUTBOX, State.UNSURE), _OUTBOX.c.wait_until < _named("until", Instant))
    .with_for_update(skip_locked=True)
)
_THESE = and_(*same(_OUTBOX, "tenant"), _OUTBOX.c.delivery.in_(given("deliveries", many=True)))
_PUT_OFF = update(_OUTBOX).where(_THESE).values(wait_until=given("until"))
_TAKE = {
    state: update(_OUTBOX)
    .where(_THESE)
    .values({"state": state, "lease_by": given("lease_by"), until: given("until")})
    .values(version=_OUTBOX.c.version + 1)
    for state, until in ((State.LEASED, "lease_until"), (State.UNSURE, "wait_until"))
}

_MARK = (
    update(_OUTBOX)
    .where(_THESE, *same(_OUTBOX, "lease_by"), is_in(_OUTBOX, State.LEASED), _OUTBOX.c.lease_until > given("now"))
    .values(state=State.INFLIGHT, inflight_at=given("now"), version=_OUTBOX.c.version + 1)
    .returning(_OUTBOX.c.delivery)
)
