"""A database is moved into another one whole, or it is not moved."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.events import Event, Said
from storage import conversations, engines, inbox, moving, outbox, people, records
from storage.database import Database
from storage.faults import DatabaseInUse, HalfMoved, MovedAway, NotMoved
from storage.migration import alone, changing, is_current, migrate
from storage.moving import BATCH, Contents, move
from storage.tables import metadata
from tests.storage.samples import CONVERSATION, HOSTILE, NOON, RECORDS, a_send, direct, found
from tests.storage.test_migrations import fill
from tests.world import School

ROOT = Path(__file__).parents[2]


@pytest.fixture
def other_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[str]:
    """The address of a database without a table, of the other kind than the test's own."""
    if database_url.startswith("postgresql"):
        yield f"sqlite:///{tmp_path}/other.db"
    else:
        with request.getfixturevalue("postgresql_copies").one() as address:
            yield address


@pytest.fixture
def postgresql_url(postgresql_template: str, postgresql_copies: Any) -> Iterator[str]:
    with postgresql_copies.one(postgresql_template) as address:
        yield address


@pytest.fixture
def file(sqlite_template: Path, tmp_path: Path) -> Path:
    """A migrated SQLite file."""
    return Path(shutil.copy(sqlite_template, tmp_path / "from.db"))


def heard(*what: Any) -> None:
    """Let the progress pass."""


async def write(url: str, many: int = 3) -> None:
    """Put something into every table, and so many messages into the outbox."""
    async with Database(url) as database:
        async with database.writer.begin() as connection:
            await connection.run_sync(fill)
        async with database.begin(people.DISTRICT) as store:
            await found(store)
            await records.keep(store, *RECORDS)
            await conversations.save(store, CONVERSATION)
            answers = [(CONVERSATION.key, each) for each in CONVERSATION.answers.values()]
            await conversations.answered(store, CONVERSATION.team, answers)
            for number in range(many):
                await outbox.enqueue(store, a_send(f"{number} {HOSTILE}"), direct())
            said = Event("e1", "slack", "T1", "U1", "D1", True, NOON, Said(f"\0 \ud800 {HOSTILE}", True), "", True)
            await inbox.capture(store, said)


async def everything(url: str) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables, as the program reads them."""
    async with Database(url, read_only=True) as database, database.reader.connect() as connection:
        result = {}
        for table in metadata.sorted_tables:
            rows = (await connection.execute(table.select())).mappings()
            result[table.name] = sorted((dict(row) for row in rows), key=repr)
        return result


async def test_every_row_of_every_table_arrives_and_can_be_worked_with(database_url: str, other_url: str) -> None:
    await write(database_url, many=BATCH)
    told: list[tuple[str, int, int, Contents | None]] = []

    count = await move(database_url, other_url, lambda *what: told.append(what))

    there = await everything(other_url)
    assert there == await everything(database_url)
    assert all(there.values())
    assert count == sum(map(len, there.values()))
    assert [(name, done, of) for name, done, of, _ in told if name == "outbox"] == [
        ("outbox", BATCH, BATCH + 1),
        ("outbox", BATCH + 1, BATCH + 1),
        ("outbox", BATCH + 1, BATCH + 1),
    ]
    async with Database(other_url) as database:
        assert await is_current(database)
        async with database.begin(people.DISTRICT) as store:
            assert not await outbox.enqueue(store, a_send(f"0 {HOSTILE}"), direct())
            assert await outbox.enqueue(store, a_send("one more"), direct())


async def test_a_move_there_and_back_has_the_same_checksums(database_url: str, other_url: str, tmp_path: Path) -> None:
    await write(database_url)
    there: dict[str, Contents | None] = {}
    back: dict[str, Contents | None] = {}

    await move(database_url, other_url, lambda name, done, of, contents: there.update({name: contents}))
    home = f"sqlite:///{tmp_path}/home.db"
    await move(other_url, home, lambda name, done, of, contents: back.update({name: contents}))

    assert there == back
    assert [*there] == [table.name for table in metadata.sorted_tables]
    assert None not in there.values()
    assert await everything(home) == await everything(database_url)


@pytest.fixture
def new_server_url(postgresql_copies: Any) -> Iterator[str]:
    with postgresql_copies.one() as address:
        yield address


async def test_a_database_moves_to_another_server(postgresql_url: str, new_server_url: str) -> None:
    await write(postgresql_url)
    await move(postgresql_url, new_server_url, heard)
    assert await everything(new_server_url) == await everything(postgresql_url)


async def test_neither_server_ends_a_move_because_a_table_is_large(postgresql_url: str, new_server_url: str) -> None:
    """One waits while the rows of a table are read again in the other, for minutes where there are millions."""
    async with moving._left_behind(postgresql_url) as leaving:
        assert await _limits(leaving) == {"0"}
    async with Database(new_server_url) as database, changing(database) as arriving:
        await arriving.run_sync(alone)
        assert await _limits(arriving) == {"0"}


async def _limits(connection: AsyncConnection) -> set[str]:
    names = ("statement_timeout", "transaction_timeout", "idle_in_transaction_session_timeout")
    return {str((await connection.execute(text(f"SHOW {name}"))).scalar()) for name in names}


async def test_what_was_moved_keeps_its_rows_and_is_only_there_to_be_moved_once_more(
    database_url: str, other_url: str, tmp_path: Path
) -> None:
    await write(database_url)
    before = await everything(database_url)

    await move(database_url, other_url, heard)

    assert await everything(database_url) == before
    async with Database(database_url) as database:
        for refuses in (migrate, is_current):
            with pytest.raises(MovedAway, match=r"moved into another database.*LEADCYCLE_DATABASE_URL"):
                await refuses(database)
    once_more = f"sqlite:///{tmp_path}/more.db"
    await move(database_url, once_more, heard)
    assert await everything(once_more) == before
    async with Database(once_more) as database:
        assert await is_current(database)


async def test_a_move_goes_into_tables_without_rows_too(database_url: str, other_url: str) -> None:
    await write(database_url)
    async with Database(other_url) as database:
        await migrate(database)
    await move(database_url, other_url, heard)
    assert await everything(other_url) == await everything(database_url)


async def test_nothing_is_moved_over_other_data(database_url: str, other_url: str) -> None:
    await write(database_url)
    async with Database(other_url) as database:
        await migrate(database)
        async with database.begin("d2") as store:
            await people.found_tenant(store, "Somebody else")
    before = await everything(other_url)

    with pytest.raises(NotMoved, match=r"holds other data already .*tenant"):
        await move(database_url, other_url, heard)

    assert await everything(other_url) == before


async def test_nothing_is_moved_where_what_lies_beside_it_cannot_go_along(database_url: str, other_url: str) -> None:
    def full() -> None:
        raise OSError("no space left")

    await write(database_url)
    with pytest.raises(OSError, match="no space left"):
        await move(database_url, other_url, heard, full)
    with pytest.raises(HalfMoved):
        async with Database(other_url) as database:
            await migrate(database)
    assert await move(database_url, other_url, heard) > 0, "it is run again, and the old one was not left behind"


async def test_a_database_is_not_moved_into_itself(database_url: str) -> None:
    with pytest.raises(NotMoved, match="the same database"):
        await move(database_url, database_url, heard)


async def test_a_database_with_older_tables_is_migrated_first(empty_url: str, other_url: str) -> None:
    async with Database(empty_url) as database, database.writer.begin() as connection:
        await connection.execute(text("CREATE TABLE something (id INTEGER)"))
    with pytest.raises(NotMoved, match="leadcycle migrate"):
        await move(empty_url, other_url, heard)


async def test_a_file_that_is_served_is_not_moved(file: Path, tmp_path: Path) -> None:
    async with Database(f"sqlite:///{file}"):
        with pytest.raises(DatabaseInUse, match="Stop that one first"):
            await move(f"sqlite:///{file}", f"sqlite:///{tmp_path}/to.db", heard)


async def test_a_file_that_is_served_is_not_moved_by_another_name(file: Path, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(file)
    async with Database(f"sqlite:///{file}") as serving:
        with pytest.raises(DatabaseInUse):
            await move(f"sqlite:///{tmp_path}/link.db", f"sqlite:///{tmp_path}/to.db", heard)
        assert await is_current(serving)
    with pytest.raises(NotMoved, match="the same database"):
        await move(f"sqlite:///{tmp_path}/link.db", f"sqlite:///{file}", heard)


async def test_a_server_database_that_is_served_is_not_moved(postgresql_url: str, tmp_path: Path) -> None:
    async with Database(postgresql_url) as serving:
        async with serving.look_everywhere():
            pass
        with pytest.raises(DatabaseInUse, match="Stop every one of them first"):
            await move(postgresql_url, f"sqlite:///{tmp_path}/to.db", heard)


async def test_who_starts_while_a_server_database_is_moved_waits_for_the_end(
    postgresql_url: str, tmp_path: Path
) -> None:
    await write(postgresql_url)
    ended: list[str] = []
    starting: list[asyncio.Task[None]] = []

    async def start() -> None:
        async with Database(postgresql_url) as database:
            with pytest.raises(MovedAway):
                await migrate(database)
        ended.append("refused")

    def begun(*what: Any) -> None:
        if not starting:
            starting.append(asyncio.ensure_future(start()))
        assert not ended

    await move(postgresql_url, f"sqlite:///{tmp_path}/to.db", begun)
    await starting[0]
    assert ended == ["refused"]


async def test_a_replica_without_a_connection_meanwhile_waits_for_the_end_and_writes_nothing(
    postgresql_url: str, tmp_path: Path
) -> None:
    """It is there all the time, and cannot be seen until it does something."""
    await write(postgresql_url)
    before = await everything(postgresql_url)
    replica = Database(postgresql_url)
    ended: list[str] = []
    working: list[asyncio.Task[None]] = []

    async def work() -> None:
        with pytest.raises(MovedAway, match=r"moved into another database.*LEADCYCLE_DATABASE_URL"):
            await _one_more(replica)
        ended.append("refused")

    def begun(*what: Any) -> None:
        if not working:
            working.append(asyncio.ensure_future(work()))
        assert not ended

    async with replica:
        await move(postgresql_url, f"sqlite:///{tmp_path}/to.db", begun)
        await working[0]
        with pytest.raises(MovedAway):
            await _one_more(replica)
    assert await everything(postgresql_url) == before
    assert await everything(f"sqlite:///{tmp_path}/to.db") == before


async def _one_more(database: Database) -> None:
    async with database.begin(people.DISTRICT) as store:
        await outbox.enqueue(store, a_send("one more"), direct())


async def test_a_move_waits_for_no_end_of_a_transaction_that_began_before(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process connected after it was looked who is there."""
    monkeypatch.setattr(moving, "_require_unserved", lambda connection, name: None)
    monkeypatch.setattr(engines, "STATEMENT_SECONDS", 1)
    async with Database(postgresql_url) as serving:
        async with serving.everywhere():
            with pytest.raises(DatabaseInUse, match="Stop every one of them first"):
                await move(postgresql_url, f"sqlite:///{tmp_path}/to.db", heard)
        assert await is_current(serving)


KILLED = """
import asyncio, os, signal, sys
from storage.moving import move

def told(name, *what):
    if name == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(move(sys.argv[1], sys.argv[2], told))
"""


@pytest.mark.parametrize("place", [0, -1], ids=["at the first table", "at the last table"])
async def test_a_move_that_is_killed_leaves_nothing_to_serve_and_is_run_again(
    database_url: str, other_url: str, place: int
) -> None:
    await write(database_url)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", KILLED, database_url, other_url, metadata.sorted_tables[place].name),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert await process.wait() == -signal.SIGKILL

    async with Database(other_url) as database:
        with pytest.raises(HalfMoved, match=r"not whole.*move-database"):
            await migrate(database)
        with pytest.raises(HalfMoved):
            await is_current(database)
    await move(database_url, other_url, heard)
    assert await everything(other_url) == await everything(database_url)


async def test_a_school_that_is_moved_in_the_middle_of_a_cycle_hears_what_it_would_have_heard(
    database_url: str, other_url: str, tmp_path: Path
) -> None:
    stayed = await _a_cycle(f"sqlite:///{tmp_path}/stayed.db")
    moved = await _a_cycle(database_url, other_url)

    assert moved == stayed
    assert len(moved) > 20


async def _a_cycle(url: str, elsewhere: str = "") -> list[tuple[str, str]]:
    """Go through some weeks of a cycle, and move on the way; return who was told what, in order."""
    async with Database(url) as database:
        await migrate(database)
    school = School(url)
    ana, ben = (await school.team("Ana", "Ben", administrator="Lena"))[:2]
    await school.begins()
    await school.until("2027-02-04 09:00")
    await ana.says("need More time to plan together")
    if elsewhere:
        await school.rehearsal.database.close()
        await move(url, elsewhere, heard)
        school.rehearsal.works_on(Database(elsewhere, school.clock))
    await ben.says("need Fewer interruptions")
    await school.until("2027-03-05 16:00")
    posts = [(post.place, post.message.title + post.message.text) for post in school.stage.posts]
    await school.close()
    return posts
