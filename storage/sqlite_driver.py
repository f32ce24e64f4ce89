"""SQLite connections on which a statement is one errand for the connection's thread.

aiosqlite does all work in a thread of its own. SQLAlchemy makes four errands of a statement (open a cursor,
execute, fetch, close), one of a transaction's beginning, and one of rolling back what was committed; and an
errand costs more than most of our statements do.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Self

import aiosqlite


def connect(database: str, **arguments: Any) -> aiosqlite.Connection:
    """Return a connection that is not open yet: what SQLAlchemy asks `async_creator_fn` for."""
    return _Connection(lambda: sqlite3.connect(database, **arguments), iter_chunk_size=64)


class _Connection(aiosqlite.Connection):
    _beginning = ""
    """how a transaction begins that has no statement yet; it goes with the first one"""
    _may_be_open = False
    """whether there may be something to commit or to roll back"""

    def begin(self, statement: str) -> None:
        """Begin a transaction in this way, as soon as there is something to do in it."""
        self._beginning = statement

    def cursor(self) -> Any:
        return _Cursor(self)

    async def run(self, statement: str, parameters: Any, *, many: bool) -> tuple[sqlite3.Cursor, Sequence[Any]]:
        """Return the cursor, closed and with its description, and all rows."""
        beginning, self._beginning = self._beginning, ""
        self._may_be_open = self._may_be_open or bool(beginning)
        return await self._execute(self._run, beginning, statement, parameters, many)  # type: ignore[no-untyped-call, no-any-return]

    async def commit(self) -> None:
        await self._end(super().commit)

    async def rollback(self) -> None:
        await self._end(super().rollback)

    async def _end(self, how: Callable[[], Awaitable[None]]) -> None:
        self._beginning = ""
        if self._may_be_open:
            await how()
            self._may_be_open = False

    def _run(self, beginning: str, statement: str, parameters: Any, many: bool) -> tuple[sqlite3.Cursor, Sequence[Any]]:
        cursor = self._conn.cursor()
        try:
            if beginning:
                cursor.execute(beginning)
            (cursor.executemany if many else cursor.execute)(statement, parameters)
            return cursor, cursor.fetchall()
        finally:
            cursor.close()


class _Cursor:
    """As much of a cursor as SQLAlchemy uses of one that reads all rows at once."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._rows: Sequence[Any] = ()
        self._done: sqlite3.Cursor

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Iterable[Any] = ()) -> None:
        self._done, self._rows = await self._connection.run(statement, parameters, many=False)

    async def executemany(self, statement: str, parameters: Iterable[Iterable[Any]]) -> None:
        self._done, self._rows = await self._connection.run(statement, parameters, many=True)

    async def fetchall(self) -> Sequence[Any]:
        return self._rows

    async def close(self) -> None:
        self._rows = ()

    @property
    def description(self) -> Any:
        return self._done.description

    @property
    def rowcount(self) -> int:
        return self._done.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._done.lastrowid
