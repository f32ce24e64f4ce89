"""Bringing the tables of a database up to this Leadcycle, and refusing those of a newer one."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from .database import Database
from .faults import DatabaseDoesNotAnswer, DatabaseTooNew

_FOLDER = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME = 0x1EADC7C1E
"""The advisory lock that keeps two starting replicas from migrating at once."""


async def migrate(database: Database) -> None:
    """Bring the tables up to this Leadcycle, all of it or nothing.

    Raises `DatabaseDoesNotAnswer` and `DatabaseTooNew`.
    """
    async with _changing(database) as connection:
        await connection.run_sync(_migrate, database.name)


async def is_current(database: Database) -> bool:
    """Tell whether the tables are those of this Leadcycle; raises the same as `migrate`."""
    async with _connected(database.reader, database.name) as connection:
        return await connection.run_sync(_revision, database.name) == _scripts().get_current_head()


@asynccontextmanager
async def _changing(database: Database) -> AsyncIterator[AsyncConnection]:
    """One transaction in which tables change.

    SQLite changes a table by making another in its place, and would look upon the old one's end as the loss of
    everything that others refer to; it can be told otherwise only before the transaction begins.
    """
    async with _connected(database.writer, database.name) as connection:
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
async def _connected(engine: AsyncEngine, name: str) -> AsyncIterator[AsyncConnection]:
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
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
    _revision(connection, name)
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection, name: str) -> str | None:
    """Return the revision of the database, None when it is empty."""
    present = MigrationContext.configure(connection).get_current_revision()
    if present is not None and present not in {each.revision for each in _scripts().walk_revisions()}:
        raise DatabaseTooNew(
            f"{name} was used by a newer Leadcycle (its tables are at {present}). "
            "Start that version again, or restore the backup from before the upgrade."
        )
    return present


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
