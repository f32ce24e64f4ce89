"""Machine time, moved: the database's clock for a test, as when somebody sets that of its machine."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.everywhere import Everywhere


def put_ahead(database: Database, ahead: timedelta) -> None:
    """From now on the database's clock is so far ahead of ours; school time goes along with it."""
    unit = Database._unit

    async def moved(connection: AsyncConnection) -> Everywhere:
        there = await unit(database, connection)
        there.now += ahead
        there.school_time = database.clock.school_time(there.now, timedelta())
        return there

    database._unit = moved  # type: ignore[method-assign]
