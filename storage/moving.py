"""Moving everything that one database holds into another one, of either kind, all of it or nothing.

The old one keeps its rows, and a mark by which it is refused from then on.
"""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, func, inspect, literal, select, text, tuple_
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from . import engines, revisions
from .database import Database
from .disk import require_local
from .faults import DatabaseInUse, NotMoved
from .lock import FileLock
from .migration import ONE_AT_A_TIME, alone, changing, connected, take_time, upgrade
from .tables import metadata

BATCH = 500
"""Rows that are held in memory at once."""
_BITS = 128


@dataclass(frozen=True, slots=True)
class Contents:
    """The rows of a table, whatever their order: how many, and a checksum that is the same on every database."""

    rows: int = 0
    checksum: int = 0

    def __add__(self, rows: Iterable[Row[Any]]) -> "Contents":
        """Return the contents with these rows, too."""
        prints = [_fingerprint(row) for row in rows]
        return Contents(self.rows + len(prints), (self.checksum + sum(prints)) % 2**_BITS)


Told = Callable[[str, int, int, Contents | None], None]
"""Hears the name of a table, how many rows of how many were copied, and in the end what was found in the new one."""


def _nothing() -> None:
    """Nothing else goes along."""


async def move(source: str, target: str, told: Told, beside: Callable[[], object] = _nothing) -> int:
    """Copy every row from one address to the other, read it there again and compare; return how many there are.

    The rows of the source are only read, and it is marked at the end. The target is marked first, and nothing can
    serve it until everything is in it; if this ends early, however it ends, none of it is, and it can be run again.
    `beside` takes along what lies beside the database, before anything counts: if it raises, nothing was moved.
    Raises `NotMoved`, `DatabaseInUse`, and what opening and migrating a database raises.
    """
    _require_two(source, target)
    async with _left_behind(source) as leaving, Database(target) as database:
        async with changing(database) as arriving:
            await arriving.run_sync(_begin, database.name)
        async with changing(database) as arriving:
            await arriving.run_sync(_make_room, database.name)
            rows = sum([await _copy(table, leaving, arriving, told) for table in metadata.sorted_tables])
            beside()
            return rows


def _require_two(source: str, target: str) -> None:
    one, other = engines.address_of(source), engines.address_of(target)
    if _place(one) == _place(other):
        raise NotMoved("Both addresses are those of the same database. Name another one to move into.")


def _place(address: Any) -> tuple[Any, ...]:
    if address.get_backend_name() == "sqlite":
        return (Path(address.database).resolve(),)
    return (address.host or "localhost", address.port or 5432, address.database, address.query.get("host"))


# ------------------------------------------------------------------ where it comes from


@asynccontextmanager
async def _left_behind(url: str) -> AsyncIterator[AsyncConnection]:
    """One state of a database of this version that nobody serves, nor begins to serve: at the end it is marked.

    A replica that is there without a connection cannot be seen. What it begins on PostgreSQL waits meanwhile, and is
    refused in the end.
    """
    async with Database(url, read_only=True) as database:
        reader = database.patient() if database.is_shared else nullcontext(database.reader)
        with _locked(url):
            async with reader as engine, connected(engine, database.name) as connection:
                if database.is_shared:
                    await connection.run_sync(_require_unserved, database.name)
                await connection.run_sync(_require_ours, database.name)
                await connection.commit()
                if database.is_shared:
                    await connection.execution_options(isolation_level="REPEATABLE READ")
                async with connection.begin():
                    if database.is_shared:
                        await connection.run_sync(_keep_out, database.name)
                    yield connection
                    if database.is_shared:
                        await connection.run_sync(revisions.mark_moved)
                if not database.is_shared:
                    await _mark(url)


async def _mark(url: str) -> None:
    async with Database(url, beside=True) as database, changing(database) as connection:
        await connection.run_sync(revisions.mark_moved)


@contextmanager
def _locked(url: str) -> Iterator[None]:
    """Hold the lock of a SQLite file; PostgreSQL has one of its own."""
    address = engines.address_of(url)
    if address.get_backend_name() != "sqlite":
        yield
        return
    file = Path(str(address.database))
    require_local(file)
    lock = FileLock(file)
    try:
        yield
    finally:
        lock.release()


def _require_unserved(connection: Connection, name: str) -> None:
    """Keep whoever starts waiting, as long as this connection lasts; who works already is connected."""
    if connection.execute(text(f"SELECT pg_try_advisory_lock({ONE_AT_A_TIME})")).scalar():
        others = text(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'leadcycle' "
            "AND datname = current_database() AND pid <> pg_backend_pid()"
        )
        if not connection.execute(others).scalar():
            return
    raise _in_use(name)


def _in_use(name: str) -> DatabaseInUse:
    return DatabaseInUse(f"{name} is in use by another Leadcycle. Stop every one of them first, then run this again.")


def _keep_out(connection: Connection, name: str) -> None:
    """Let no transaction begin until this one ends: each reads first what the database says of itself.

    The lock comes first, so that this transaction sees everything that was committed before.
    """
    try:
        connection.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
    except DBAPIError as fault:
        raise _in_use(name) from fault
    take_time(connection)


def _require_ours(connection: Connection, name: str) -> None:
    was = (revisions.stored(connection) or "").removeprefix(revisions.MOVED)
    if was != revisions.newest():
        revisions.present(connection, name)
        raise NotMoved(
            f"{name} does not have the tables of this version. Run `leadcycle migrate` with the newest version that "
            "you have, then this."
        )


# ------------------------------------------------------------------ where it goes


def _begin(connection: Connection, name: str) -> None:
    """Mark the database as one that is being moved into; raises `NotMoved` where there is something in it."""
    alone(connection)
    found = revisions.stored(connection)
    if found is None or not found.startswith(revisions.MOVING):
        revisions.present(connection, name)
    _require_empty(connection, name)
    revisions.mark_moving(connection)


def _require_empty(connection: Connection, name: str) -> None:
    there = set(inspect(connection).get_table_names())
    for table in metadata.sorted_tables:
        if table.name in there and connection.execute(select(literal(1)).select_from(table).limit(1)).first():
            raise NotMoved(f"{name} holds other data already (in “{table.name}”). Name an empty database.")


def _make_room(connection: Connection, name: str) -> None:
    """Make the tables of this version, and take the mark away: both count when everything is there."""
    alone(connection)
    _require_empty(connection, name)
    revisions.unmark_moving(connection)
    if revisions.is_known(revisions.present(connection, name)):
        upgrade(connection)


# ------------------------------------------------------------------ the way


async def _copy(table: Table, leaving: AsyncConnection, arriving: AsyncConnection, told: Told) -> int:
    """Copy a table and compare what has arrived; return how many rows it has."""
    try:
        count = (await leaving.execute(select(func.count()).select_from(table))).scalar_one()
        left = Contents()
        async for rows in _batches(table, leaving):
            await arriving.execute(table.insert(), [dict(row._mapping) for row in rows])
            left += rows
            told(table.name, left.rows, count, None)
        if arriving.dialect.name == "postgresql":
            await arriving.execute(text(f'ANALYZE "{table.name}"'))  # the next questions are planned for these rows
        arrived = Contents()
        async for rows in _batches(table, arriving):
            arrived += rows
    except DBAPIError as fault:
        kind = type(fault.orig).__name__
        raise NotMoved(f"“{table.name}” could not be moved ({kind}). Nothing was; run this again.") from fault
    if arrived != left or arrived.rows != count:
        raise NotMoved(f"“{table.name}” did not arrive as it was: {arrived.rows} rows of {count}. Nothing was moved.")
    told(table.name, arrived.rows, count, arrived)
    return arrived.rows


async def _batches(table: Table, connection: AsyncConnection) -> AsyncIterator[list[Row[Any]]]:
    """Yield all rows in the order of their keys, as the database itself orders them."""
    keys = list(table.primary_key)
    question: Select[Any] = select(table).order_by(*keys).limit(BATCH)
    rows = list(await connection.execute(question))
    while rows:
        yield rows
        last = tuple_(*(literal(rows[-1]._mapping[key], key.type) for key in keys))
        rows = list(await connection.execute(question.where(tuple_(*keys) > last))) if len(rows) == BATCH else []


def _fingerprint(row: Row[Any]) -> int:
    written = json.dumps(tuple(row), default=_written, sort_keys=True)
    return int.from_bytes(blake2b(written.encode(), digest_size=_BITS // 8).digest())


def _written(value: date) -> str:
    return value.isoformat()
