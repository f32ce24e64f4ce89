"""The one code by which the first administrator of an installation comes in."""

from sqlalchemy import exists, select

from flows.founding import Opening
from flows.people import Membership

from . import tables
from .store import Store


async def find(store: Store, *, lock: bool = False) -> Opening | None:
    """Return the opening, if there is one; with `lock` nobody else changes it until the commit."""
    for row in await store.select(tables.founding, lock=lock):
        return Opening(row["mark"], row["expires"], row["wrong"])
    return None


async def keep(store: Store, opening: Opening) -> None:
    """Keep the opening in place of the one before."""
    row = {"mark": opening.mark, "expires": opening.expires, "wrong": opening.wrong}
    await store.upsert(tables.founding, [row])


async def close(store: Store) -> None:
    """Let nobody in any more."""
    await store.delete(tables.founding)


async def is_wanted(store: Store) -> bool:
    """Tell whether nobody has a place on any team yet."""
    table = tables.facts[Membership]
    there = select(exists().where(table.c.tenant == store.tenant))
    return not (await store.connection.execute(there)).scalar()
