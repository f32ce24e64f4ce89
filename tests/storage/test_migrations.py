"""The tables of a database are those of the program, or the program says what to do."""

import asyncio
from datetime import date
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import JSON, Column, Connection, DateTime, MetaData, Table, inspect, select, text

from storage import engines, migration, revisions
from storage.database import Database
from storage.faults import DatabaseTooNew
from storage.migration import is_current, migrate
from storage.tables import metadata
from tests.storage.samples import NOON


async def test_an_empty_database_is_not_current_and_a_migrated_one_is(empty_url: str) -> None:
    async with Database(empty_url) as database:
        assert not await is_current(database)
        await migrate(database)
        assert await is_current(database)
        await migrate(database)
        assert await is_current(database)


async def test_the_migrations_make_exactly_the_tables_that_the_program_uses(database: Database) -> None:
    def differences(connection: Connection) -> Any:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)

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
        config = alembic(connection)
        command.downgrade(config, "base")
        left = inspect(connection).get_table_names()
        command.upgrade(config, "head")
        return left

    async with database.writer.begin() as connection:
        assert await connection.run_sync(down_and_up) == ["alembic_version"]
    assert await is_current(database)


async def test_every_migration_takes_along_what_is_on_record(empty_url: str) -> None:
    def step_by_step(connection: Connection) -> None:
        config, steps = alembic(connection), [each.revision for each in revisions._scripts().walk_revisions()][::-1]
        command.upgrade(config, steps[0])
        fill(connection)
        first = on_record(connection)
        for revision in steps[1:]:
            command.upgrade(config, revision)
            fill(connection)
        assert {len(rows) for rows in on_record(connection).values()} == {1}
        for revision in steps[-2::-1]:
            command.downgrade(config, revision)
        assert on_record(connection) == first

    async with Database(empty_url) as database:
        async with migration.changing(database) as connection:
            await connection.run_sync(step_by_step)
            if not database.is_shared:
                assert (await connection.execute(text("PRAGMA foreign_key_check"))).all() == []
        async with database.writer.connect() as connection:
            if not database.is_shared:
                assert (await connection.execute(text("PRAGMA foreign_keys"))).scalar() == 1


def alembic(connection: Connection) -> Config:
    config = revisions.config()
    config.attributes["connection"] = connection
    return config


def reflected(connection: Connection) -> list[Table]:
    """The tables as they are in the database, each after those that it refers to."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def fill(connection: Connection) -> None:
    """Put one row into each table without any; the same word everywhere makes what refers and what is referred to."""
    for table in reflected(connection):
        if connection.execute(select(table)).first() is None:
            connection.execute(table.insert().values({each.name: sample(each) for each in table.columns}))


def sample(column: Column[Any]) -> Any:
    match column.type:
        case JSON():
            return []
        case DateTime():
            return NOON
        case kind:
            return {bool: True, int: 1, float: 1.5, date: NOON.date()}.get(kind.python_type, "word")


def on_record(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    return {
        table.name: [dict(row._mapping) for row in connection.execute(select(table))] for table in reflected(connection)
    }


async def test_a_database_of_a_newer_program_is_refused_with_a_sentence(database: Database) -> None:
    async with database.writer.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999', oldest = '9998'"))

    with pytest.raises(DatabaseTooNew, match=r"newer Leadcycle.*at 9999.*backup"):
        await is_current(database)
    with pytest.raises(DatabaseTooNew):
        await migrate(database)


async def test_replicas_that_start_together_migrate_once(empty_url: str) -> None:
    async with Database(empty_url) as database:
        await asyncio.gather(*(migrate(database) for _ in range(3)))
        assert await is_current(database)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_migration_waits_for_another_one_for_as_long_as_that_takes(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "SILENT_SECONDS", 0.1)
    async with Database(database_url) as other, database.writer.begin() as connection:
        await connection.execute(text(f"SELECT pg_advisory_xact_lock({migration.ONE_AT_A_TIME})"))
        migrating = asyncio.create_task(migrate(other))
        finished, _ = await asyncio.wait([migrating], timeout=0.5)
        assert not finished, "nor has it given up"
        await connection.rollback()
        await migrating


async def test_every_key_begins_with_the_tenant(database: Database) -> None:
    for table in metadata.tables.values():
        assert next(iter(table.primary_key)).name == "tenant", table.name


def _states(condition: str) -> set[str]:
    """Return the quoted words and column names of a condition, however the database writes it."""
    cleaned = "".join(each if each.isalnum() or each in "'_" else " " for each in condition)
    skipped = {"outbox", "in", "any", "array", "text", "and", "is", "not", "null", ""}
    return {each.lower() for each in cleaned.split()} - skipped
