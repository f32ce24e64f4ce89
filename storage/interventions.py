"""Interventions: what an operator sees of the ledger, and what they decide where the program may not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, not_, null, or_, select

from . import tables
from .outbox import OutboxRow, row_of
from .state import DOUBTFUL, WAITS, State, is_in
from .store import Store

UNSETTLED = (
    *(State.WAITING, State.READY, State.LEASED, State.INFLIGHT),
    *(State.UNSURE, State.HELD, State.DEAD),
)
"""What an operator may have to know of: everything but what was sent or cancelled."""


class Deed(StrEnum):
    """What an operator does with messages."""

    RETRY = "retry"
    """send what could not be delivered once more: what stood in the way was mended"""
    RELEASE = "release"
    """it did not arrive: send it"""
    CONFIRM = "confirm"
    """it did arrive"""
    CANCEL = "cancel"
    """nobody wants it any more"""


ALLOWED: Mapping[Deed, tuple[State, ...]] = {
    Deed.RETRY: (State.DEAD,),
    Deed.RELEASE: DOUBTFUL,
    Deed.CONFIRM: DOUBTFUL,
    Deed.CANCEL: (*WAITS, *DOUBTFUL, State.DEAD),
}
"""In which states a message is nobody's but the operator's; none of them is on its way to the platform right now."""
SENDS = (Deed.RETRY, Deed.RELEASE)
"""After these it is sent: what has no words any more is left alone."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which messages are meant; what is empty says nothing."""

    states: Collection[State] = UNSETTLED
    team: str = ""
    platform: str = ""
    delivery: str = ""
    """the beginning of the delivery key"""
    wordless: bool | None = None
    """only those whose words were destroyed, or only the others"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One message as an operator sees it."""

    row: OutboxRow
    created_at: datetime
    wait_until: datetime | None
    """until it is tried or looked up again"""
    settled_at: datetime | None
    """since when nothing more is done about it by itself"""


@dataclass(frozen=True, slots=True)
class Waits:
    """One event that was not processed yet, or was set aside."""

    platform: str
    key: str
    at: datetime
    received_at: datetime
    attempts: int
    error: str
    is_aside: bool


async def entries(store: Store, chosen: Chosen, limit: int) -> tuple[Entry, ...]:
    """Return the messages that are meant, the longest due first."""
    table = tables.outbox
    order = (table.c.due, table.c.sequence)
    found = await store.select(table, *_where(chosen), order=order, limit=limit)
    return tuple(Entry(row_of(row), *(row[name] for name in _WHEN)) for row in found)


async def counts(store: Store, chosen: Chosen) -> dict[State, int]:
    """Return how many of the messages that are meant are in which state."""
    table = tables.outbox
    where = (table.c.tenant == store.tenant, *_where(chosen))
    rows = await store.rows(select(table.c.state, func.count().label("rows")).where(*where).group_by(table.c.state))
    return {State(row.state): row.rows for row in rows}


async def intervene(store: Store, deed: Deed, chosen: Chosen) -> int:
    """Do it to those of the messages that are meant with which it may be done; return how many they were.

    The state is asked in the statement that changes it: what a worker has taken meanwhile is left alone, and whoever
    looks a message up right now loses it by its version.
    """
    table = tables.outbox
    free = or_(table.c.lease_by == "", table.c.wait_until <= store.now)
    allowed = and_(is_in(table, *ALLOWED[deed]), free)
    if deed in SENDS:
        chosen = replace(chosen, wordless=False)
    values = {**_FREE, **_BECOMES[deed], "version": table.c.version + 1}
    if deed in (Deed.CONFIRM, Deed.CANCEL):
        values["settled_at"] = store.now
    return await store.update(table, *_where(chosen), allowed, **values)


async def waits(store: Store, limit: int) -> tuple[Waits, ...]:
    """Return the events that are not processed yet or were set aside, by the platform's time."""
    table = tables.inbox
    order = (table.c.at, table.c.platform, table.c.key)
    found = await store.select(table, table.c.done_at.is_(None), order=order, limit=limit)
    return tuple(Waits(**{name: row[name] for name in _TOLD}, is_aside=row["aside_at"] is not None) for row in found)


async def hear_again(store: Store, key: str = "") -> int:
    """Bring events back that were set aside: the one with this key, or all; return how many they were."""
    table = tables.inbox
    where = (table.c.aside_at.is_not(None), *([table.c.key == key] if key else []))
    return await store.update(table, *where, aside_at=None, attempts=0)


def _where(chosen: Chosen) -> Sequence[ColumnElement[bool]]:
    table = tables.outbox
    named = {"team": chosen.team, "platform": chosen.platform}
    conditions = [table.c[name] == value for name, value in named.items() if value]
    if chosen.delivery:
        conditions.append(table.c.delivery.startswith(chosen.delivery, autoescape=True))
    if chosen.wordless is not None:
        conditions.append(_WORDLESS if chosen.wordless else not_(_WORDLESS))
    return (is_in(table, *chosen.states), *conditions)


_WHEN = ("created_at", "wait_until", "settled_at")
_WORDLESS = and_(tables.outbox.c.message.is_(null()), tables.outbox.c.card == "")
"""`Send.is_wordless`, as the database asks it"""
_TOLD = ("platform", "key", "at", "received_at", "attempts", "error")
_FREE: dict[str, Any] = {"lease_by": "", "lease_until": None, "wait_until": None}
_AFRESH: dict[str, Any] = {"inflight_at": None, "looked": 0, "attempt": 0, "settled_at": None}
_NEEDS_ITS_POST = and_(tables.outbox.c.post != "", tables.outbox.c.replaces == "")
_GOES = case((_NEEDS_ITS_POST, State.WAITING.value), else_=State.READY.value)
"""A reply without the platform's id of its post waits for that."""
_BECOMES: Mapping[Deed, dict[str, Any]] = {
    Deed.RETRY: {**_AFRESH, "state": _GOES, "error": "sent again by the operator"},
    Deed.RELEASE: {**_AFRESH, "state": _GOES, "error": "released by the operator"},
    Deed.CONFIRM: {"state": State.SENT, "error": "confirmed by the operator"},
    Deed.CANCEL: {"state": State.CANCELLED, "error": "cancelled by the operator"},
}
