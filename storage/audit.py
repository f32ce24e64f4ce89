"""The audit log: who changed, read, took away or destroyed what; it is only ever added to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from flows.audit import Deed

from . import tables
from .plain import to_plain
from .store import Store

OPERATOR = "operator"
"""who did what was done by the command line"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log."""

    at: datetime
    by: str
    """a member's id, or OPERATOR"""
    deed: Deed


async def write(store: Store, by: str, deeds: Iterable[Deed]) -> None:
    """Add what this person did, in the transaction in which it is done."""
    rows = [
        {
            "id": uuid4().hex,
            "sequence": store.next_sequence(),
            "at": store.now,
            "by": by,
            "deed": each.kind,
            "about": each.about,
            "detail": to_plain(each.detail),
        }
        for each in deeds
    ]
    await store.insert_new(tables.audit, rows)


async def listing(
    store: Store, *, since: datetime | None = None, deed: str = "", about: str = "", limit: int | None = None
) -> tuple[Entry, ...]:
    """Return the newest entries since a moment (machine time), oldest first."""
    table = tables.audit
    equal = [column == value for column, value in ((table.c.deed, deed), (table.c.about, about)) if value]
    where = [*([table.c.at >= since] if since else []), *equal]
    order = (table.c.at.desc(), table.c.sequence.desc())
    return tuple(_entry(row) for row in reversed(await store.select(table, *where, order=order, limit=limit)))


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(row["at"], row["by"], Deed(row["deed"], row["about"], row["detail"]))
