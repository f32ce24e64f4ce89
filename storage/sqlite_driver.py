"""SQLite connections on which a statement is one errand for the connection's thread.

aiosqlite does all work in a thread of its own. SQLAlchemy makes four errands of a statement (open a cursor,
execute, fetch, close), and an errand costs more than most of our statements do.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Self

import aiosqlite


def connect(database: str, **arguments: Any) -> aiosqlite.Connection:
    """Return a connection that is not open yet: what SQLAlchemy asks `async_creator_fn` for."""
    return _Connection(lambda: sqlite3.connect(database, **arguments), iter_chunk_size=64)


class _Connection(aiosqlite.Connection):
    def cursor(self) -> Any:
        return _Cursor(self)

    async def run(self, statement: str, parameters: Any, *, many: bool) -> tuple[sqlite3.Cursor, Sequence[Any]]:
        """Return the cursor, closed and with its description, and all rows."""
        return await self._execute(self._run, statement, parameters, many)  # type: ignore[no-untyped-call, no-any-return]

    def _run(self, statement: str, parameters: Any, many: bool) -> tuple[sqlite3.Cursor, Sequence[Any]]:
        cursor = self._conn.cursor()
        try:
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
