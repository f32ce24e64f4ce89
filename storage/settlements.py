"""Settlements: what became of a message, written only by the worker that still holds it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update

from flows.sends import SendKind

from . import lanes, tables
from .moments import LONGEST_WAIT
from .outbox import OutboxRow
from .state import CLOSED, WAITS, State, is_in
from .store import Store, given, question


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of one message; `wait` is machine time, `due` is school time."""

    row: OutboxRow
    state: State
    error: str = ""
    """a reason of ours or the kind of a failure; never words that somebody typed"""
    message_id: str = ""
    due: datetime | None = None
    wait: timedelta = timedelta()
    attempt: int = 0
    """1 when this counts as a failed attempt"""
    looked: int = 0


def sent(row: OutboxRow, message_id: str) -> Settlement:
    """It arrived, and this is the platform's id of the post."""
    return Settlement(row, State.SENT, message_id=message_id)


def moved(row: OutboxRow, due: datetime, reason: str, wait: timedelta = timedelta()) -> Settlement:
    """It is wanted later."""
    return Settlement(row, State.READY, reason, due=due, wait=wait)


def cancelled(row: OutboxRow, reason: str) -> Settlement:
    """It is not wanted any more."""
    return Settlement(row, State.CANCELLED, reason)


def dead(row: OutboxRow, reason: str) -> Settlement:
    """It cannot arrive."""
    return Settlement(row, State.DEAD, reason, attempt=1)


def again(row: OutboxRow, reason: str, wait: timedelta, *, counts: bool = True) -> Settlement:
    """It certainly did not arrive and is sent again after a while."""
    return Settlement(row, State.READY, reason, wait=wait, attempt=int(counts))


def unsure(row: OutboxRow, reason: str, wait: timedelta, *, looked: int = 0) -> Settlement:
    """Nobody knows whether it arrived; it is looked up after a while."""
    return Settlement(row, State.UNSURE, reason, wait=wait, looked=looked)


def held(row: OutboxRow, reason: str) -> Settlement:
    """Nobody knows whether it arrived, and nobody can find out."""
    return Settlement(row, State.HELD, reason)


async def settle(store: Store, settlements: Sequence[Settlement]) -> tuple[Settlement, ...]:
    """Write what became of messages of one tenant; return those that this worker had lost.

    A message that is known to be sent settles every doubt, also for a worker that lost it. What is
    returned as lost and sent is on the platform twice.
    """
    if not settlements:
        return ()
    present = await _present(store, settlements)
    mine = {each.row.delivery: each for each in settlements if _may_settle(each, present)}
    values = [_values(store, each, present[delivery]) for delivery, each in mine.items()]
    if values:
        await store.connection.execute(_SETTLE, values)
    await _free_refreshes(store, mine.values())
    await _drop_superseded(store, mine.values())
    for platform, workspace in sorted({_lane(each.row) for each in mine.values()}):
        await lanes.wake(store, platform, workspace)
    lost = (each for each in settlements if each.row.delivery not in mine)
    return tuple(each for each in lost if not _is_same(each, present))


_SETTLE = (
    update(tables.outbox)
    .where(tables.outbox.c.tenant == bindparam("its_tenant"))
    .where(tables.outbox.c.delivery == bindparam("its_delivery"))
    .where(tables.outbox.c.version == bindparam("its_version"))
)


_LOOKED_AT = ("delivery", "state", "lease_by", "version", "error", "message_id", "due", "attempt")
"""What settling asks of a row; its words are long and stay where they are."""
_THESE = tables.outbox.c.delivery.in_(given("deliveries", many=True))
_PRESENT = question(tables.outbox, _THESE, only=_LOOKED_AT, order=[tables.outbox.c.delivery], lock=True)


def _lane(row: OutboxRow) -> tuple[str, str]:
    return row.destination.platform, row.destination.workspace


async def _present(store: Store, settlements: Sequence[Settlement]) -> dict[str, dict[str, Any]]:
    """Return the rows as they are now, held until the commit, in an order that no two workers cross."""
    rows = await store.ask(_PRESENT, deliveries=[each.row.delivery for each in settlements])
    return {row["delivery"]: row for row in rows}


def _may_settle(settlement: Settlement, present: dict[str, dict[str, Any]]) -> bool:
    """Tell whether the worker still holds the row, or knows that a doubtful message arrived."""
    row, now = settlement.row, present.get(settlement.row.delivery)
    if now is None:
        return False
    is_mine = (now["lease_by"], now["version"]) == (row.lease_by, row.version)
    is_lost_sight_of = now["state"] in (State.UNSURE, State.HELD, State.READY)
    return is_mine or (settlement.state is State.SENT and is_lost_sight_of)


def _is_same(settlement: Settlement, present: dict[str, dict[str, Any]]) -> bool:
    """Tell whether somebody else has settled it with the same post."""
    row = present.get(settlement.row.delivery)
    return row is not None and row["message_id"] == settlement.message_id != ""


def _values(store: Store, settlement: Settlement, present: dict[str, Any]) -> dict[str, Any]:
    """Return every column that settling touches, so that one statement settles all."""
    return {
        "its_tenant": store.tenant,
        "its_delivery": settlement.row.delivery,
        "its_version": present["version"],
        "state": settlement.state,
        "error": settlement.error or present["error"],
        "message_id": settlement.message_id or present["message_id"],
        "due": settlement.due or present["due"],
        "wait_until": _wait_until(store, settlement),
        "attempt": present["attempt"] + settlement.attempt,
        "looked": settlement.looked,
        "settled_at": store.now if settlement.state in (*CLOSED, State.HELD) else None,
        "lease_by": "",
        "lease_until": None,
        "version": present["version"] + 1,
    }


def _wait_until(store: Store, settlement: Settlement) -> datetime | None:
    """Return when it may go again, or is looked up; None for at once.

    Our own moment would not do: it is later than that of a worker whose transaction has begun already, who would find
    it not due and take the next of its conversation.
    """
    is_at_once = settlement.state is State.READY and not settlement.wait
    return None if is_at_once else store.now + min(settlement.wait, LONGEST_WAIT)


async def _free_refreshes(store: Store, settlements: Collection[Settlement]) -> None:
    """Let redrawings and replies go whose posts have just got their platform's id; `recovery` lets others go."""
    table = tables.outbox
    sent = [each.row.send for each in settlements if each.state is State.SENT]
    posts = [each.key for each in sent if each.kind is SendKind.POST]
    if posts:
        post = table.alias()
        its_post = (post.c.tenant == table.c.tenant, post.c.key == table.c.post)
        id = select(post.c.message_id).where(*its_post).scalar_subquery()
        waits = (is_in(table, State.WAITING), table.c.post.in_(posts))
        await store.update(table, *waits, state=State.READY, replaces=id)


async def _drop_superseded(store: Store, settlements: Collection[Settlement]) -> None:
    """Cancel a redrawing that would have to go again when a newer one waits already."""
    table = tables.outbox
    newer = table.alias()
    for each in settlements:
        if each.state is State.READY and each.row.send.kind is SendKind.REFRESH:
            of_it = (newer.c.post == each.row.send.key, newer.c.kind == SendKind.REFRESH.value)
            waits = select(newer.c.delivery).where(newer.c.tenant == store.tenant, *of_it)
            another = waits.where(is_in(newer, *WAITS), newer.c.delivery != each.row.delivery).exists()
            reason = {"state": State.CANCELLED, "error": "superseded", "settled_at": store.now}
            await store.update(table, table.c.delivery == each.row.delivery, another, **reason)
