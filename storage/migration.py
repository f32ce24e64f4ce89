"""Bringing the tables of a database up to this Leadcycle, and refusing those of a newer one."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from alembic import command
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from . import revisions
from .database import Database
from .faults import DatabaseDoesNotAnswer

ONE_AT_A_TIME = 0x1EADC7C1E
"""The advisory lock that keeps two starting replicas from migrating at once."""
_NO_LIMITS = """
    SELECT set_config(name, '0', true) FROM pg_settings
    WHERE name IN ('statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout')
"""


async def migrate(database: Database) -> None:
    """Bring the tables up to this Leadcycle, all of it or nothing.

    Tables that a newer one has only added to stay as they are. Raises `DatabaseDoesNotAnswer`, `DatabaseTooNew` and
    `HalfMoved`.
    """
    async with changing(database) as connection:
        await connection.run_sync(_migrate, database.name)


async def is_current(database: Database) -> bool:
    """Tell whether this Leadcycle can work with the tables; raises the same as `migrate`."""
    async with connected(database.reader, database.name) as connection:
        present = await connection.run_sync(revisions.present, database.name)
    return present == revisions.newest() or not revisions.is_known(present)


@asynccontextmanager
async def changing(database: Database) -> AsyncIterator[AsyncConnection]:
    """One transaction in which tables change.

    SQLite changes a table by making another in its place, and would look upon the old one's end as the loss of
    everything that others refer to; it can be told otherwise only before the transaction begins.
    """
    async with database.patient() as engine, connected(engine, database.name) as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        if not database.is_shared:
            await driver.execute("PRAGMA foreign_keys = OFF")
        try:
            async with connection.begin():
                yield connection
        finally:
            if not database.is_shared:
                await driver.execute("PRAGMA foreign_keys = ON")


@asynccontextmanager
async def connected(engine: AsyncEngine, name: str) -> AsyncIterator[AsyncConnection]:
    """Connect for the first time, where a wrong address or a wrong file comes to light."""
    async with AsyncExitStack() as stack:
        try:
            connection = await stack.enter_async_context(engine.connect())
            await connection.run_sync(lambda each: inspect(each).has_table("alembic_version"))
            await connection.rollback()
        except Exception as fault:
            reason = str(getattr(fault, "orig", None) or fault).rstrip(".")
            runs = "" if engine.dialect.name == "sqlite" else ", and whether the database runs"
            raise DatabaseDoesNotAnswer(
                f"{name} cannot be used: {reason}. Look at LEADCYCLE_DATABASE_URL{runs}."
            ) from fault
        yield connection


def _migrate(connection: Connection, name: str) -> None:
    alone(connection)
    if revisions.is_known(revisions.present(connection, name)):
        upgrade(connection)


def alone(connection: Connection) -> None:
    """Wait until nobody else changes the tables, and keep others waiting until this transaction ends."""
    if connection.dialect.name == "postgresql":
        take_time(connection)
        connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))


def take_time(connection: Connection) -> None:
    """Let this transaction on PostgreSQL take as long as it needs, and wait as long as it has to."""
    connection.execute(text(_NO_LIMITS))


def upgrade(connection: Connection) -> None:
    """Go through the migrations that the database has not seen."""
    config = revisions.config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
