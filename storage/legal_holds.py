"""Legal holds: while one stands, nothing of a person, or of anybody, is destroyed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, literal

from . import tables
from .store import Store

EVERYBODY = ""
"""the hold of a whole district"""


@dataclass(frozen=True, slots=True)
class LegalHold:
    """A hold that stands."""

    member: str
    """a member's id, or EVERYBODY"""
    since: datetime
    because: str


async def standing(store: Store) -> tuple[LegalHold, ...]:
    """Return the holds that stand, the oldest first."""
    table = tables.legal_hold
    rows = await store.select(table, table.c.ended_at.is_(None), order=(table.c.since, table.c.member))
    return tuple(LegalHold(row["member"], row["since"], row["because"]) for row in rows)


async def on(store: Store, member: str) -> LegalHold | None:
    """Return what keeps this person's words from being destroyed: a hold of theirs, or of everybody."""
    return next((each for each in await standing(store) if each.member in (member, EVERYBODY)), None)


async def begin(store: Store, member: str, because: str, since: datetime) -> bool:
    """Hold what is on record of this person, or of everybody; False where such a hold stands already.

    `since` is machine time: a hold that is put back with a backup stands since its own day.
    """
    if any(each.member == member for each in await standing(store)):
        return False
    return await store.insert_once(
        tables.legal_hold, {"member": member, "since": since, "because": because, "ended_at": None}
    )


async def end(store: Store, member: str) -> bool:
    """End the hold of this person, or of everybody; False where none stands."""
    table = tables.legal_hold
    stands = (table.c.member == member, table.c.ended_at.is_(None))
    return await store.update(table, *stands, ended_at=store.now) > 0


def allows(tenant: ColumnElement[str], member: ColumnElement[str] | None = None) -> ColumnElement[bool]:
    """The condition of a query that no hold keeps what is this member's; without one, none of everybody."""
    table = tables.legal_hold.c
    whose = table.member.in_([literal(EVERYBODY), *([member] if member is not None else [])])
    return ~exists().where(table.tenant == tenant, whose, table.ended_at.is_(None))
