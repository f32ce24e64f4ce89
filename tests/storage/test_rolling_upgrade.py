"""During an upgrade the old and the new version work side by side on one database."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text

from storage import migration, people, records, revisions
from storage.database import Database
from storage.faults import DatabaseTooNew
from storage.migration import is_current, migrate
from tests.storage import next_release
from tests.storage.samples import BEN, found
from tests.storage.test_migrations import alembic
from tests.storage.working import MANY, post_all, write

BEFORE_THERE_WERE_KINDS = "0010"
"""the last revision that says nothing of itself; versions before it did not run beside others"""
ROOT = Path(__file__).parents[2]


@pytest.fixture
def postgresql_url(postgresql_template: str, postgresql_copies: Any) -> Any:
    with postgresql_copies.one(postgresql_template) as address:
        yield address


async def test_two_releases_write_claim_and_settle_side_by_side(postgresql_url: str, tmp_path: Path) -> None:
    """The tables grow while the present release works, with statements that it prepared before."""
    migrations = next_release.write_migrations(tmp_path / "migrations", revisions.EXPAND)
    async with Database(postgresql_url) as database:
        async with database.begin(people.DISTRICT) as store:
            await found(store)
        ours: list[str] = []
        await write(database, "before")
        async with _running(migrations, postgresql_url) as other:
            await asyncio.gather(write(database, "old"), _reads(other, "ready"))
            await post_all(database, ours.append)
            output, _ = await other.communicate()
        theirs = output.decode().split("\n")[:-1]
        await post_all(database, ours.append)

        assert other.returncode == 0
        assert sorted(ours + theirs) == sorted(
            f"{who} {each}" for who in ("before", "old", "new") for each in range(MANY)
        )
        await _require_kept(database)


@asynccontextmanager
async def _running(migrations: Path, url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.storage.next_release", str(migrations), url),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()


async def _reads(process: asyncio.subprocess.Process, line: str) -> None:
    assert process.stdout is not None
    assert (await process.stdout.readline()).decode().strip() == line


async def _require_kept(database: Database) -> None:
    """What only the next release knows stays as it is, whoever touched the row; an older row has what is usual."""
    async with database.begin(people.DISTRICT) as store:
        await store.connection.execute(text("UPDATE member SET shirt = 'large' WHERE id = 'ben'"))
        await records.keep(store, BEN)
        shirt = await store.connection.execute(text("SELECT shirt FROM member WHERE id = 'ben'"))
        weights = await store.connection.execute(
            text("SELECT split_part(key, ' ', 1), weight, mood, count(*) FROM outbox GROUP BY 1, 2, 3 ORDER BY 1")
        )
        assert shirt.scalar() == "large"
        assert [tuple(row) for row in weights] == [
            ("before", 7, None, MANY),
            ("new", 9, "calm", MANY),
            ("old", 7, None, MANY),
        ]


async def test_a_version_starts_on_tables_to_which_a_newer_one_only_added(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _goes_through(database, tmp_path, monkeypatch, revisions.EXPAND)
    assert await is_current(database)
    await migrate(database)
    async with database.begin(people.DISTRICT) as store:
        await found(store)
    async with database.writer.connect() as connection:
        assert (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar() == "9999"
        assert set((await connection.execute(text("SELECT shirt FROM member"))).scalars()) == {"medium"}


async def test_a_version_refuses_tables_from_which_a_newer_one_took_something(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _goes_through(database, tmp_path, monkeypatch, revisions.CONTRACT)
    with pytest.raises(DatabaseTooNew, match=r"newer Leadcycle.*at 9999.*backup"):
        await is_current(database)
    with pytest.raises(DatabaseTooNew):
        await migrate(database)


async def _goes_through(database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    """Let the next release migrate; then the present one looks at it."""
    migrations = next_release.write_migrations(folder / "migrations", change)
    with monkeypatch.context() as next_one:
        next_one.setattr(revisions, "FOLDER", migrations)
        revisions._scripts.cache_clear()
        await migrate(database)
    revisions._scripts.cache_clear()


async def test_a_database_from_before_there_were_kinds_says_from_its_next_start_on_who_may_use_it(
    database: Database,
) -> None:
    async with database.writer.begin() as connection:
        await connection.execute(text("ALTER TABLE alembic_version DROP COLUMN oldest"))
    await migrate(database)
    async with database.writer.connect() as connection:
        oldest = (await connection.execute(text("SELECT oldest FROM alembic_version"))).scalar()
    assert revisions.is_known(oldest)


def test_every_revision_says_whether_it_expands_or_contracts() -> None:
    for each in _declared():
        assert getattr(each.module, "change", "") in (revisions.EXPAND, revisions.CONTRACT), each.path


async def test_a_revision_that_expands_takes_nothing_from_the_version_before_it(
    empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of ours, and the pretended one."""
    monkeypatch.setattr(revisions, "FOLDER", next_release.write_migrations(tmp_path / "all", revisions.EXPAND))
    revisions._scripts.cache_clear()

    def require(connection: Connection) -> None:
        config = alembic(connection)
        command.upgrade(config, BEFORE_THERE_WERE_KINDS)
        for each in _declared():
            before = _shape(connection)
            command.upgrade(config, each.revision)
            if revisions.change_of(each) == revisions.EXPAND:
                _require_only_more(before, _shape(connection), each.path)

    async with Database(empty_url) as database, migration.changing(database) as connection:
        await connection.run_sync(require)
    revisions._scripts.cache_clear()


def _declared() -> list[Any]:
    """The revisions of which something is known, oldest first."""
    return [*revisions._scripts().iterate_revisions("head", BEFORE_THERE_WERE_KINDS)][::-1]


def _shape(connection: Connection) -> dict[str, dict[str, Any]]:
    """Of each table its columns, and what its rows must obey."""
    looked = inspect(connection)
    return {
        table: {
            "columns": {
                each["name"]: (str(each["type"]), each["nullable"], each["default"])
                for each in looked.get_columns(table)
            },
            "key": looked.get_pk_constraint(table)["constrained_columns"],
            "unique": sorted(each["column_names"] for each in looked.get_unique_constraints(table)),
            "refers": sorted(each["constrained_columns"] for each in looked.get_foreign_keys(table)),
            "checks": sorted(each["sqltext"] for each in looked.get_check_constraints(table)),
            "unique indexes": sorted(each["name"] for each in looked.get_indexes(table) if each["unique"]),
        }
        for table in looked.get_table_names()
        if table != "alembic_version"
    }


def _require_only_more(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]], path: str) -> None:
    for table, was in before.items():
        columns = after[table].pop("columns")
        for name, kind in was.pop("columns").items():
            assert columns.pop(name) == kind, (path, table, name)
        for name, (_, is_nullable, default) in columns.items():
            assert is_nullable or default is not None, (path, table, name, "an older version does not write it")
        assert after[table] == was, (path, table)
