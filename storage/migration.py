"""Bringing the tables of a database up to this Leadcycle, and refusing those of a newer one."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from .database import Database
from .faults import DatabaseTooNew

_FOLDER = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME = 0x1EADC7C1E
"""The advisory lock that keeps two starting replicas from migrating at once."""


async def migrate(database: Database) -> None:
    """Bring the tables up to this Leadcycle, all of it or nothing; raises `DatabaseTooNew`."""
    async with database.writer.begin() as connection:
        await connection.run_sync(_migrate, database.name)


async def is_current(database: Database) -> bool:
    """Tell whether the tables are those of this Leadcycle; raises `DatabaseTooNew`."""
    async with database.reader.connect() as connection:
        return await connection.run_sync(_revision, database.name) == _scripts().get_current_head()


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
