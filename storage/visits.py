"""Tickets and visits: who may come into the pages by a link, and who is there."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_

from flows.entering import LONGEST, Ticket, Visit

from . import tables
from .store import Store


async def issue(store: Store, ticket: Ticket) -> None:
    """Keep a ticket; what was not used and is over goes."""
    await store.delete(tables.ticket, tables.ticket.c.expires < store.now)
    await store.insert_once(tables.ticket, asdict(ticket))


async def ticket(store: Store, mark: str, *, lock: bool = False) -> Ticket | None:
    """Return the ticket; with `lock` nobody else uses it until the commit."""
    rows = await store.select(tables.ticket, tables.ticket.c.mark == mark, lock=lock)
    return Ticket(**_own(rows[0])) if rows else None


async def use(store: Store, mark: str) -> None:
    """Let nobody else in by this ticket."""
    await store.update(tables.ticket, tables.ticket.c.mark == mark, used_at=store.now)


async def begin(store: Store, mark: str, member: str, days: int | None = None) -> None:
    """Keep a visit that begins now, and lasts so many days if they are given; what came to its end goes."""
    known = tables.visit.c
    is_old = known.until.is_(None) & (known.begun_at <= store.now - LONGEST)
    await store.delete(tables.visit, or_(known.until <= store.now, is_old))
    visit = Visit(mark, member, store.now, store.now, store.now + timedelta(days=days) if days else None)
    await store.insert_once(tables.visit, asdict(visit))


async def find(store: Store, mark: str) -> Visit | None:
    """Return the visit, over or not."""
    rows = await store.select(tables.visit, tables.visit.c.mark == mark)
    return Visit(**_own(rows[0])) if rows else None


async def seen(store: Store, mark: str, at: datetime) -> None:
    """Remember that the visitor took a step."""
    await store.update(tables.visit, tables.visit.c.mark == mark, seen_at=at)


async def end(store: Store, mark: str) -> None:
    """End a visit."""
    await store.delete(tables.visit, tables.visit.c.mark == mark)


async def end_all(store: Store, member: str) -> int:
    """End every visit of a person and let nobody in by their tickets; return how many visits that were."""
    await store.delete(tables.ticket, tables.ticket.c.member == member)
    return await store.delete(tables.visit, tables.visit.c.member == member)


def _own(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "tenant"}
