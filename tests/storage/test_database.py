"""Pieces of work are kept whole, none is lost, and a file has one owner."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from flows.people import Member
from storage import engines, lock, revisions, sqlite_driver, tables
from storage.clock import HandClock
from storage.database import Database
from storage.engines import address_of
from storage.faults import (
    DatabaseDoesNotAnswer,
    DatabaseInUse,
    DatabaseTooNew,
    HalfMoved,
    MovedAway,
    NotADatabase,
    ReadOnly,
    StorageError,
)
from storage.lock import FileLock
from storage.migration import is_current, migrate
from storage.people import lock_team
from storage.records import keep, load
from storage.store import Store
from tests.databases import DURABLE, LIMITS

from . import samples


async def _count_one_more(store: Store) -> None:
    """Read, think, write: the way in which updates get lost."""
    await lock_team(store, "grade-4")
    rows = await store.select(tables.clock)
    await asyncio.sleep(0)
    await store.upsert(tables.clock, [{"seconds": (rows[0]["seconds"] if rows else 0) + 1}])


async def test_none_of_400_concurrent_updates_is_lost(database: Database) -> None:
    async def once() -> None:
        async with database.begin("d1") as store:
            await _count_one_more(store)

    async with database.begin("d1") as store:
        await samples.found(store)
    for _ in range(20):
        await asyncio.gather(*(once() for _ in range(20)))

    async with database.read("d1") as store:
        assert (await store.select(tables.clock))[0]["seconds"] == 400


async def test_a_piece_of_work_that_fails_leaves_nothing_behind(database: Database) -> None:
    async def fail() -> None:
        async with database.begin("d1") as store:
            await keep(store, samples.ANA)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with database.read("d1") as store:
        assert await load(store, Member) == ()


async def test_reading_sees_one_state(database: Database) -> None:
    async with database.read("d1") as reading:
        assert await load(reading, Member) == ()
        async with database.begin("d1") as store:
            await keep(store, samples.ANA)
        assert await load(reading, Member) == ()


async def test_reading_cannot_write(database: Database) -> None:
    async with database.read("d1") as reading:
        with pytest.raises(DBAPIError, match=r"readonly|read-only"):
            await keep(reading, samples.ANA)


async def test_the_database_tells_machine_time_once_for_each_piece_of_work(database: Database) -> None:
    async with database.begin("d1") as store:
        assert abs(store.now - datetime.now(UTC)) < timedelta(seconds=5)
        assert store.now == store.school_time


async def test_school_time_is_moved_by_the_stored_offset_and_machine_time_is_not(database: Database) -> None:
    async with database.begin("d1") as store:
        await store.upsert(tables.clock, [{"seconds": 86_400.0}])
    async with database.begin("d1") as store:
        assert store.school_time - store.now == timedelta(days=1)


async def test_a_clock_can_be_moved_by_hand(database_url: str) -> None:
    clock = HandClock(samples.NOON)
    async with Database(database_url, clock) as database:
        clock.set(samples.NOON + timedelta(hours=1))
        async with database.begin("d1") as store:
            assert store.school_time == samples.NOON + timedelta(hours=1)
            assert store.now > samples.NOON + timedelta(hours=1)


async def test_sequence_numbers_grow_also_from_one_opening_to_the_next(database_url: str) -> None:
    numbers = []
    for _ in range(3):
        async with Database(database_url) as database, database.begin("d1") as store:
            numbers += [store.next_sequence() for _ in range(3)]
    assert numbers == sorted(set(numbers))


SECOND = """
import asyncio, sys
from storage.database import Database
from storage.faults import StorageError
try:
    Database(sys.argv[1])
except StorageError as fault:
    sys.exit(f"{type(fault).__name__}: {fault}")
"""


def _open_in_another_process(url: str) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", SECOND, url]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


async def test_a_second_process_on_one_file_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/leadcycle.db"
    async with Database(url):
        refused = _open_in_another_process(url)
        assert refused.returncode == 1
        assert "DatabaseInUse" in refused.stderr
        assert "Stop that one first" in refused.stderr
        with pytest.raises(DatabaseInUse):
            Database(url)
    assert _open_in_another_process(url).returncode == 0


async def test_a_link_to_a_file_is_another_name_of_it_and_takes_the_same_lock(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "link.db").symlink_to(tmp_path / "data" / "leadcycle.db")
    (tmp_path / "folder").symlink_to(tmp_path / "data")
    names = [f"{tmp_path}/{each}" for each in ("link.db", "folder/leadcycle.db", "data/leadcycle.db")]
    for served in names:
        async with Database(f"sqlite:///{served}") as database:
            await migrate(database)
            for name in names:
                with pytest.raises(DatabaseInUse):
                    Database(f"sqlite:///{name}")
                with pytest.raises(DatabaseInUse):
                    FileLock(Path(name))
    assert sorted(os.listdir(tmp_path)) == ["data", "folder", "link.db"]


def test_a_lock_whose_file_was_deleted_while_it_was_taken_is_taken_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever held it deletes it between our opening it and our locking it: the next one would find another file."""
    file, take, taken = tmp_path / "leadcycle.db", lock._take, []

    def late(handle: int) -> None:
        if not taken:
            (tmp_path / "leadcycle.db.lock").unlink()
        taken.append(handle)
        take(handle)

    monkeypatch.setattr(lock, "_take", late)
    held = FileLock(file)
    with pytest.raises(DatabaseInUse):
        FileLock(file)
    held.release()
    FileLock(file).release()
    assert len(taken) == 4


def test_a_file_is_named_by_its_path_and_not_by_an_address_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(NotADatabase, match="is not a database that Leadcycle can use"):
        address_of(f"sqlite:///file:{tmp_path}/leadcycle.db?uri=true")


async def test_a_file_can_be_read_beside_the_process_that_serves_it(database_url: str) -> None:
    async with Database(database_url) as database, Database(database_url, read_only=True) as beside:
        async with database.begin("d1") as store:
            await keep(store, samples.ANA)
        async with beside.read("d1") as store:
            assert await load(store, Member) == (samples.ANA,)
        with pytest.raises(ReadOnly):
            async with beside.begin("d1"):
                pass


async def test_who_writes_beside_the_process_that_serves_waits_their_turn_and_nothing_is_lost(
    database_url: str,
) -> None:
    async with Database(database_url) as serving, Database(database_url, beside=True) as beside:

        async def writes(database: Database, number: int) -> None:
            async with database.begin("d1") as store:
                await keep(store, replace(samples.ANA, id=f"m{number}", email=""))

        turns = [(database, number) for number, database in enumerate((serving, beside) * 10)]
        await asyncio.gather(*(writes(*turn) for turn in turns))
        async with serving.read("d1") as store:
            assert len(await load(store, Member)) == 20


async def test_a_file_can_be_read_when_nobody_serves_it(database_url: str) -> None:
    async with Database(database_url) as database, database.begin("d1") as store:
        await keep(store, samples.ANA)
    async with Database(database_url, read_only=True) as beside, beside.read("d1") as store:
        assert await load(store, Member) == (samples.ANA,)


async def test_a_folder_may_have_any_name(tmp_path: Path, sqlite_template: Path) -> None:
    folder = tmp_path / "Lincoln School #1 (50%)"
    folder.mkdir()
    shutil.copy(sqlite_template, folder / "leadcycle.db")
    url = f"sqlite:///{folder}/leadcycle.db"
    async with Database(url) as database, Database(url, read_only=True) as beside:
        assert await is_current(database)
        assert await is_current(beside)


def test_reading_a_file_that_is_not_there_makes_none(tmp_path: Path) -> None:
    with pytest.raises(NotADatabase, match="There is no database file"):
        Database(f"sqlite:///{tmp_path}/none.db", read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "leadcycle.db.lock").mkdir()
    with pytest.raises(NotADatabase, match=r"cannot be written here.*Choose another folder"):
        Database(f"sqlite:///{tmp_path}/leadcycle.db")


def test_a_folder_that_is_not_there_is_named_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(NotADatabase, match=r"There is no folder .*/mistyped/dir\. Create it, or correct"):
        Database(f"sqlite:///{tmp_path}/mistyped/dir/leadcycle.db")
    assert list(tmp_path.iterdir()) == []


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear parents, " * 1000)
    async with Database(f"sqlite:///{file}") as database:
        with pytest.raises(DatabaseDoesNotAnswer, match=r"letter\.txt cannot be used: file is not a database"):
            await migrate(database)
        with pytest.raises(DatabaseDoesNotAnswer):
            await is_current(database)


async def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    async with Database("postgresql://u:secret@127.0.0.1:1/d") as database:
        with pytest.raises(DatabaseDoesNotAnswer, match="whether the database runs") as refused:
            await migrate(database)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url", ["", "leadcycle.db", "sqlite://", "sqlite:///:memory:", "mysql://u:secret@h/d"])
def test_an_address_that_cannot_be_meant_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(NotADatabase, match=r"sqlite:///leadcycle\.db") as refused:
        address_of(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:///a.db", "sqlite+aiosqlite"),
        ("postgresql://u:p@h/d", "postgresql+asyncpg"),
        ("postgres://u:p@h/d", "postgresql+asyncpg"),
    ],
)
def test_the_driver_is_added_by_us(url: str, driver: str) -> None:
    assert address_of(url).drivername == driver


def test_sslmode_is_understood_as_other_programs_write_it() -> None:
    assert dict(address_of("postgresql://u@h/d?sslmode=require").query) == {"ssl": "require"}


async def test_a_password_is_never_shown() -> None:
    assert "secret" not in Database("postgresql://u:secret@localhost/d").name


async def test_sqlite_is_opened_so_that_nothing_committed_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "SYNCHRONOUS", DURABLE)
    async with Database(f"sqlite:///{tmp_path}/a.db") as database, database.writer.begin() as connection:
        pragmas = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        for name, value in pragmas.items():
            assert (await connection.execute(text(f"PRAGMA {name}"))).scalar() == value


async def test_on_sqlite_a_piece_of_work_is_an_errand_for_each_question_and_one_for_its_end(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    errands: list[str] = []
    execute = sqlite_driver._Connection._execute

    async def noted(self: object, errand: Callable[..., object], *rest: object) -> object:
        errands.append(errand.__name__)
        return await execute(self, errand, *rest)

    file = shutil.copy(sqlite_template, tmp_path)
    async with Database(f"sqlite:///{file}") as database:
        for work in (database.begin, database.read):
            async with work("d1"):
                pass
        monkeypatch.setattr(sqlite_driver._Connection, "_execute", noted)
        async with database.begin("d1") as store:
            await keep(store, samples.ANA)
        async with database.read("d1") as store:
            await load(store, Member)
        with pytest.raises(ZeroDivisionError):
            async with database.begin("d1"):
                raise ZeroDivisionError
    times, question = "_run", "_run"
    assert errands[:8] == [times, question, "commit", times, question, "commit", times, "rollback"]


async def test_a_connection_that_the_server_has_closed_is_replaced(
    request: pytest.FixtureRequest, postgresql_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for is_known in (True, False):
        monkeypatch.setattr(engines, "REST_SECONDS", 60 if is_known else -1)
        async with Database(postgresql_server) as database, Database(postgresql_server) as other:
            async with database.writer.begin() as connection:
                raw = (await connection.get_raw_connection()).driver_connection
                process = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar()
            assert raw is not None
            closed = asyncio.Event()
            raw.add_termination_listener(lambda _, closed=closed: closed.set())
            if not is_known:
                raw._transport.pause_reading()
            async with other.writer.begin() as connection:
                await connection.execute(text(f"SELECT pg_terminate_backend({process}, 10000)"))
            if is_known:
                await asyncio.wait_for(closed.wait(), 10)
            else:
                raw._transport.resume_reading()
            async with database.writer.begin() as connection:
                assert (await connection.execute(text("SELECT pg_backend_pid()"))).scalar() != process


async def test_postgresql_stops_what_hangs(postgresql_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in LIMITS.items():
        monkeypatch.setattr(engines, name, seconds)
    async with Database(postgresql_server) as database, database.writer.begin() as connection:
        limits = {"statement": "15s", "idle_in_transaction_session": "5s", "transaction": "1min"}
        for name, value in limits.items():
            assert (await connection.execute(text(f"SHOW {name}_timeout"))).scalar() == value


async def _says(database: Database, found: str, oldest: str) -> None:
    async with database.writer.begin() as connection:
        await connection.execute(update(revisions.SAYS).values(version_num=found, oldest=oldest))


@pytest.mark.parametrize(
    ("found", "oldest", "fault"),
    [
        (f"{revisions.MOVED}{revisions.newest()}", "0001", MovedAway),
        (f"{revisions.MOVING}{revisions.newest()}", "0001", HalfMoved),
        ("9999", "9999", DatabaseTooNew),
    ],
)
async def test_a_database_that_is_not_ours_any_more_is_refused_by_every_transaction(
    database: Database, found: str, oldest: str, fault: type[StorageError]
) -> None:
    async with database.begin("d1") as store:
        await samples.found(store)
    await _says(database, found, oldest)
    for work in (database.begin("d1"), database.read("d1"), database.everywhere(), database.look_everywhere()):
        with pytest.raises(fault, match=r"LEADCYCLE_DATABASE_URL|newer Leadcycle"):
            await work.__aenter__()
    await _says(database, str(revisions.newest()), "0001")
    async with database.begin("d1") as store:
        assert await load(store, Member) != ()


async def test_a_database_to_which_a_newer_version_only_added_is_worked_with(database: Database) -> None:
    await _says(database, "9999", "0001")
    async with database.begin("d1") as store:
        await samples.found(store)
