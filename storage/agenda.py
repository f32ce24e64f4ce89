"""The agenda: for each team, until when it was visited and when something comes due next."""

from datetime import datetime

from . import tables
from .store import Store


async def visited(store: Store, team: str) -> datetime | None:
    """Return the moment (school time) up to which everything due was handled; None for a new team."""
    table = tables.agenda
    return next((row["visited_at"] for row in await store.select(table, table.c.team == team)), None)


async def plan(store: Store, team: str, visited_at: datetime, next_due: datetime | None) -> None:
    """Keep up to when the team was visited and when to come again; None: never by itself."""
    await store.upsert(tables.agenda, [{"team": team, "visited_at": visited_at, "next_due": next_due}])
