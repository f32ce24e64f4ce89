"""Posts that are to be deleted on their platform, because the person to whom they went was erased."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, select, update

from . import tables
from .everywhere import Everywhere

MOST_ATTEMPTS = 12
"""So often a post is tried; with the longest waits that is about two days."""
LONGEST = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Retraction:
    """One post."""

    tenant: str
    platform: str
    workspace: str
    post: str
    """the platform's id"""
    attempts: int


async def waiting(everywhere: Everywhere, limit: int = 40) -> tuple[Retraction, ...]:
    """Return posts that are to be deleted now: fewer than platforms let us delete in a minute."""
    table = tables.retraction
    due = (table.c.wait_until <= everywhere.now, table.c.attempts < MOST_ATTEMPTS)
    names = (table.c.tenant, table.c.platform, table.c.workspace, table.c.post, table.c.attempts)
    statement = select(*names).where(*due).order_by(table.c.wait_until).limit(limit)
    return tuple(Retraction(*row) for row in await everywhere.connection.execute(statement))


async def done(everywhere: Everywhere, retraction: Retraction) -> None:
    """The post is gone."""
    await everywhere.connection.execute(delete(tables.retraction).where(*_same(retraction)))


async def failed(everywhere: Everywhere, retraction: Retraction) -> None:
    """Try again later, twice as late each time."""
    wait = min(timedelta(minutes=1) * 2**retraction.attempts, LONGEST)
    values = {"attempts": retraction.attempts + 1, "wait_until": everywhere.now + wait}
    await everywhere.connection.execute(update(tables.retraction).where(*_same(retraction)).values(**values))


async def left(everywhere: Everywhere) -> tuple[int, int]:
    """Return how many posts are still to be deleted, and how many were tried so often that somebody has to look."""
    given_up = func.count().filter(tables.retraction.c.attempts >= MOST_ATTEMPTS)
    waits = func.count().filter(tables.retraction.c.attempts < MOST_ATTEMPTS)
    row = (await everywhere.connection.execute(select(waits, given_up))).one()
    return row[0], row[1]


def _same(each: Retraction) -> tuple[ColumnElement[bool], ...]:
    table = tables.retraction.c
    return (
        table.tenant == each.tenant,
        table.platform == each.platform,
        table.workspace == each.workspace,
        table.post == each.post,
    )
