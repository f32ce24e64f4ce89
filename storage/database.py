"""The database: opened once for the process, every piece of work in a transaction of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import ColumnElement, Select, exists, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from . import engines, revisions, tables
from .clock import Clock, DatabaseClock
from .columns import Instant, aware
from .disk import require_local
from .everywhere import Everywhere
from .faults import ReadOnly
from .lock import FileLock
from .store import Store


class Database:
    """A SQLite file or a PostgreSQL database.

    Raises `NotADatabase` for an address that cannot be meant, `DatabaseInUse` when another process serves the SQLite
    file, and `OnANetwork` when that lies on another machine and is written to. With `read_only` it may be opened beside
    that process and refuses to write; with `beside` it writes, too, and each waits for the other's transaction, so
    these are to be few and short, and none of them may change tables.
    """

    def __init__(self, url: str, clock: Clock | None = None, *, read_only: bool = False, beside: bool = False) -> None:
        """Open the database; connections are made when they are needed."""
        address = engines.address_of(url)
        self.name = address.set(drivername=address.get_backend_name()).render_as_string()
        """the address without its password"""
        self._address = address
        self.clock = clock or DatabaseClock()
        self.is_shared = address.get_backend_name() != "sqlite"
        """whether other processes may work on it at the same time"""
        self.file = None if self.is_shared else Path(str(address.database))
        """the SQLite file; None for PostgreSQL"""
        self._lock: FileLock | None = None
        self._writer: AsyncEngine | None = None
        self._sequence = 0
        self._known: tuple[str | None, str | None] | None = None
        """what the database said of itself when it was last found to be ours"""
        if self.is_shared:
            self.reader = engines.postgresql(address, writes=not read_only)
            self._writer = None if read_only else self.reader
        elif read_only:
            self.reader = engines.sqlite_bystander(address)
        elif beside:
            require_local(Path(str(address.database)))
            self.reader, self._writer = engines.sqlite_bystander(address), engines.sqlite_writer(address)
        else:
            require_local(Path(str(address.database)))
            self._lock = FileLock(Path(str(address.database)))
            self._writer, self.reader = engines.sqlite_writer(address), engines.sqlite_reader(address)

    @property
    def writer(self) -> AsyncEngine:
        """The engine that writes; `ReadOnly` when there is none."""
        if self._writer is None:
            raise ReadOnly(f"{self.name} was opened for reading only.")
        return self._writer

    @asynccontextmanager
    async def patient(self) -> AsyncIterator[AsyncEngine]:
        """Give the engine for what may take long, like a change of tables; on SQLite that is the one that writes."""
        engine = engines.postgresql(self._address, patient=True) if self.is_shared else self.writer
        try:
            yield engine
        finally:
            if self.is_shared:
                await engine.dispose()

    @asynccontextmanager
    async def begin(self, tenant: str) -> AsyncIterator[Store]:
        """Do one piece of work of a tenant: it is kept whole, or not at all when an exception comes out."""
        async with self.everywhere() as everywhere:
            yield everywhere.store(tenant)

    @asynccontextmanager
    async def read(self, tenant: str) -> AsyncIterator[Store]:
        """Look at one state of a tenant's data; the database refuses to write."""
        async with self.look_everywhere() as everywhere:
            yield everywhere.store(tenant)

    @asynccontextmanager
    async def everywhere(self) -> AsyncIterator[Everywhere]:
        """Do one of the few things that concern no single tenant; they are named in `storage.everywhere`."""
        async with self.writer.begin() as connection:
            yield await self._unit(connection)

    @asynccontextmanager
    async def look_everywhere(self) -> AsyncIterator[Everywhere]:
        """Look at one state of everybody's data: whose workspace it is, what is due, the metrics."""
        async with self.reader.connect() as connection:
            if self.is_shared:
                await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            async with connection.begin():
                yield await self._unit(connection)

    def connections(self) -> dict[str, tuple[int, int]]:
        """Return for each pool how many connections are in use, and how many there may be without waiting."""
        engines = {"reader": self.reader, **({"writer": self._writer} if self._writer is not None else {})}
        pools: dict[str, Any] = {name: each.pool for name, each in engines.items()}
        return {name: (pool.checkedout(), pool.size() + max(pool._max_overflow, 0)) for name, pool in pools.items()}

    async def close(self) -> None:
        """Close the connections and let the next process have the file."""
        await self.reader.dispose()
        if self._writer is not None:
            await self._writer.dispose()
        if self._lock is not None:
            self._lock.release()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _unit(self, connection: AsyncConnection) -> Everywhere:
        """Read machine time, the offset of school time and whether a backup was put back in one question.

        It also asks whether the database is still ours: meanwhile it may have been moved into another one, or changed
        by a newer version. Raises what `revisions.require_ours` raises, before anything is written.
        """
        moment, seconds, is_restored, *said = (await connection.execute(_TIMES[connection.dialect.name])).one()
        found, oldest = said
        if (found, oldest) != self._known:
            revisions.require_ours(found, oldest, self.name)
            self._known = found, oldest
        now = aware(moment)
        school_time = self.clock.school_time(now, timedelta(seconds=seconds or 0.0))
        return Everywhere(connection, now, school_time, self._next_sequence, bool(is_restored))

    def _next_sequence(self, now: datetime) -> int:
        """Count in microseconds, so that numbers also grow from one process to the next."""
        self._sequence = max(self._sequence + 1, int(now.timestamp() * 1_000_000))
        return self._sequence


def _times(machine_time: ColumnElement[datetime]) -> Select[datetime, float | None, bool, str | None, str | None]:
    offset = select(tables.clock.c.seconds).order_by(tables.clock.c.tenant).limit(1).scalar_subquery()
    says = (select(each).limit(1).scalar_subquery() for each in revisions.SAYS.c)
    return select(machine_time, offset, exists(select(tables.restored.c.tenant)), *says)


_TIMES = {
    "sqlite": _times(literal_column("strftime('%Y-%m-%d %H:%M:%f', 'now')", Instant)),
    "postgresql": _times(func.clock_timestamp(type_=Instant)),
}
