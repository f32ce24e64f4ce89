"""The tables of a database are those of the program, or the program says what to do."""

import asyncio
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from storage import migration
from storage.database import Database
from storage.faults import DatabaseTooNew
from storage.migration import is_current, migrate
from storage.tables import metadata


async def test_an_empty_database_is_not_current_and_a_migrated_one_is(empty_url: str) -> None:
    async with Database(empty_url) as database:
        assert not await is_current(database)
        await migrate(database)
        assert await is_current(database)
        await migrate(database)
        assert await is_current(database)


async def test_the_migrations_make_exactly_the_tables_that_the_program_uses(database: Database) -> None:
    def differences(connection: Connection) -> Any:
        options = {"compare_type": True, "compare_server_default": True}
        return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)

    async with database.writer.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_the_conditions_of_partial_indexes_are_those_that_the_program_uses(database: Database) -> None:
    """Alembic does not compare them, and a query that differs from them reads the whole table."""
    dialect = database.writer.dialect.name

    def conditions(connection: Connection) -> dict[str, str]:
        found = inspect(connection).get_indexes("outbox")
        return {each["name"]: str(each["dialect_options"].get(f"{dialect}_where", "")) for each in found}

    async with database.writer.connect() as connection:
        present = await connection.run_sync(conditions)
    for index in metadata.tables["outbox"].indexes:
        condition = index.dialect_options[dialect]["where"]
        wanted = "" if condition is None else str(condition.compile(compile_kwargs={"literal_binds": True}))
        assert _states(present[str(index.name)]) == _states(wanted), index.name


async def test_migrations_go_down_to_nothing_and_up_again(database: Database) -> None:
    def down_and_up(connection: Connection) -> list[str]:
        config = Config()
        config.set_main_option("script_location", str(migration._FOLDER))
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        left = inspect(connection).get_table_names()
        command.upgrade(config, "head")
        return left

    async with database.writer.begin() as connection:
        assert await connection.run_sync(down_and_up) == ["alembic_version"]
    assert await is_current(database)


async def test_a_database_of_a_newer_program_is_refused_with_a_sentence(database: Database) -> None:
    async with database.writer.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseTooNew, match=r"newer Leadcycle.*at 9999.*backup"):
        await is_current(database)
    with pytest.raises(DatabaseTooNew):
        await migrate(database)


async def test_replicas_that_start_together_migrate_once(empty_url: str) -> None:
    async with Database(empty_url) as database:
        await asyncio.gather(*(migrate(database) for _ in range(3)))
        assert await is_current(database)


async def test_every_key_begins_with_the_tenant(database: Database) -> None:
    for table in metadata.tables.values():
        assert next(iter(table.primary_key)).name == "tenant", table.name


def _states(condition: str) -> set[str]:
    """Return the quoted words and column names of a condition, however the database writes it."""
    cleaned = "".join(each if each.isalnum() or each in "'_" else " " for each in condition)
    skipped = {"outbox", "in", "any", "array", "text", "and", "is", "not", "null", ""}
    return {each.lower() for each in cleaned.split()} - skipped
