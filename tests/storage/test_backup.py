"""A backup is one sound state of the file, taken while it is served, and never written over another."""

import asyncio
import os
import shutil
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from storage import records, restoration
from storage.backup import back_up
from storage.database import Database
from storage.faults import CannotBackUp
from storage.migration import is_current
from tests.storage import samples


@pytest.fixture
async def served(tmp_path: Path, sqlite_template: Path) -> str:
    url = f"sqlite:///{tmp_path}/leadcycle.db"
    shutil.copy(sqlite_template, tmp_path / "leadcycle.db")
    async with Database(url) as database, database.begin("d1") as store:
        await samples.found(store)
    return url


async def test_a_copy_is_taken_while_others_write_and_knows_that_it_is_one(served: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    async with Database(served) as database:

        async def writes() -> None:
            for number in range(50):
                async with database.begin("d1") as store:
                    await records.keep(store, replace(samples.SCHOOL, id=f"school-{number}"))

        await asyncio.gather(writes(), asyncio.to_thread(back_up, served, copy))
        async with database.look_everywhere() as looking:
            assert await restoration.find(looking) is None

    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [each for each in os.listdir(tmp_path) if each.startswith("copy.db")] == ["copy.db"]
    async with Database(f"sqlite:///{copy}") as database:
        assert await is_current(database)
        async with database.look_everywhere() as looking:
            found = await restoration.find(looking)
            assert found is not None
            assert found.at is None


async def test_no_file_is_written_over(served: str, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("last week's")
    with pytest.raises(CannotBackUp, match="is there already"):
        back_up(served, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "last week's"


def test_what_is_no_database_leaves_no_copy(tmp_path: Path) -> None:
    (tmp_path / "leadcycle.db").write_bytes(b"This was a database once. " * 100)
    for name in ("leadcycle.db", "nothing.db"):
        with pytest.raises(CannotBackUp):
            back_up(f"sqlite:///{tmp_path}/{name}", tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


async def test_a_copy_that_is_not_sound_is_refused(served: str, tmp_path: Path) -> None:
    file = tmp_path / "leadcycle.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET rootpage = 3 WHERE name = 'ix_outbox_due'")
        connection.commit()
    with pytest.raises(CannotBackUp, match=r"not sound|cannot be copied"):
        back_up(served, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_for_postgresql_the_command_is_told_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(CannotBackUp) as told:
        back_up("postgresql://leadcycle:open-sesame@db.example/leadcycle?sslmode=require", tmp_path / "copy.dump")
    assert f"pg_dump --format=custom --file={tmp_path}/copy.dump 'postgresql://leadcycle@db.example/" in str(told.value)
    assert "leadcycle?sslmode=require'" in str(told.value)
    assert (
        "  docker compose exec -T database pg_dump --format=custom --username=leadcycle --dbname=leadcycle > "
        in str(told.value)
    )
    assert "open-sesame" not in str(told.value)
