"""The unit of work: one transaction of one tenant, and the few verbs that every repository is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Executable, Row, Select, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def _insert(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return the INSERT that knows about conflicts; both databases have it, each in its own package."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@cache
def _insert_new(dialect: str, table: Table) -> Executable:
    """Return the INSERT that leaves a row alone whose key is taken; built once, its values come later."""
    return _insert(dialect, table).on_conflict_do_nothing()


@cache
def _insert_or_replace(dialect: str, table: Table, names: tuple[str, ...]) -> Executable:
    """Return the INSERT whose values of these columns take the place of those under the same key."""
    insert = _insert(dialect, table)
    key = [column.name for column in table.primary_key]
    changed = {name: insert.excluded[name] for name in names if name not in key}
    return insert.on_conflict_do_update(index_elements=key, set_=changed)


_GIVEN = "given_"
"""before the name of a value that is given later: an UPDATE takes values by the bare names of columns for new ones"""


def given(name: str, *, many: bool = False) -> BindParameter[Any]:
    """Return the place of a value, or of any number of them, that is given whenever the statement is executed."""
    return bindparam(f"{_GIVEN}{name}", expanding=many)


def same(table: Table, *names: str) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that these columns have the values that are given under their names."""
    return tuple(table.c[name] == given(name) for name in names)


def question(
    table: Table,
    *where: ColumnElement[bool],
    only: Sequence[str] = (),
    order: Sequence[ColumnElement[Any]] = (),
    limit: int | None = None,
    lock: bool = False,
    skip_locked: bool = False,
) -> Select[Any]:
    """Return the SELECT of a tenant's rows, of all their columns or of these only.

    Building it costs more than asking it: what is asked for each event is built once, with `given` for its values.
    With `lock` nobody else changes the rows until the commit; with `skip_locked` neither, and rows that somebody else
    holds are left out. SQLite has one writer and needs no such locks.
    """
    columns: Sequence[Any] = [table.c[name] for name in only] or [table]
    statement = select(*columns).where(*same(table, "tenant"), *where).order_by(*order).limit(limit)
    if lock or skip_locked:
        return statement.with_for_update(key_share=True, skip_locked=skip_locked)
    return statement


@dataclass(frozen=True, slots=True)
class Enqueued:
    """A message that a transaction wrote into the outbox."""

    delivery: str
    key: str
    kind: str
    state: str


class Store:
    """One transaction of one tenant; what is written through it always carries the tenant.

    `now` is machine time: the database's clock, read once when the transaction begins. `school_time` is
    what the school's clock said then. Only the one who began the transaction ends it.
    """

    def __init__(
        self,
        connection: AsyncConnection,
        tenant: str,
        now: datetime,
        school_time: datetime,
        count: Callable[[datetime], int],
        is_restored: bool = False,
    ) -> None:
        """Bind the transaction to its tenant; `Database.begin` does it."""
        self.connection = connection
        self.tenant = tenant
        self.now = now
        self.school_time = school_time
        self._count = count
        self.is_restored = is_restored
        """whether an older backup was put back and nobody has looked yet: `restoration`"""
        self.opened: set[tuple[str, str]] = set()
        """the lanes (platform, workspace) that this transaction has made sure of; a savepoint may undo it"""
        self.enqueued: list[Enqueued] = []
        """what this transaction wrote into the outbox, for the log; a savepoint may undo it"""

    def next_sequence(self) -> int:
        """Return a number that grows with every call: the order in which things were written."""
        return self._count(self.now)

    @property
    def dialect(self) -> str:
        """The name of the database: sqlite or postgresql."""
        return self.connection.dialect.name

    async def rows(self, statement: Executable, /, **values: Any) -> Sequence[Row[Any]]:
        """Return all rows of a statement that names the tenant itself; the values are those that are `given`."""
        return (await self.connection.execute(statement, self._given(values))).all()

    async def ask(self, question: Select[Any], /, **values: Any) -> list[dict[str, Any]]:
        """Return the rows that a `question` finds among the tenant's, for the values that it leaves to be given."""
        result = await self.connection.execute(question, self._given(values))
        names = tuple(result.keys())
        return [dict(zip(names, row, strict=True)) for row in result]

    async def select(
        self,
        table: Table,
        *where: ColumnElement[bool],
        order: Sequence[ColumnElement[Any]] = (),
        limit: int | None = None,
        lock: bool = False,
        skip_locked: bool = False,
    ) -> list[dict[str, Any]]:
        """Return the tenant's rows of the table: for what is not asked so often that its `question` is kept."""
        return await self.ask(question(table, *where, order=order, limit=limit, lock=lock, skip_locked=skip_locked))

    async def insert_once(self, table: Table, values: Mapping[str, Any]) -> bool:
        """Insert the row unless its key is taken; tell whether it is new."""
        row = {"tenant": self.tenant, **values}
        return (await self.connection.execute(_insert_new(self.dialect, table), row)).rowcount == 1

    async def upsert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert the rows; where a primary key is taken, the new values take the place of the old."""
        if rows:
            statement = _insert_or_replace(self.dialect, table, tuple(rows[0]))
            await self.connection.execute(statement, [{"tenant": self.tenant, **row} for row in rows])

    async def insert_new(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert those rows whose key is not taken."""
        if rows:
            new = [{"tenant": self.tenant, **row} for row in rows]
            await self.connection.execute(_insert_new(self.dialect, table), new)

    async def change(self, statement: Executable, /, **values: Any) -> int:
        """Execute what names the tenant itself and changes rows; return how many they were."""
        return (await self.connection.execute(statement, self._given(values))).rowcount

    async def update(self, table: Table, *where: ColumnElement[bool], **values: Any) -> int:
        """Change the tenant's rows that match and return how many they were."""
        return await self.change(table.update().where(*same(table, "tenant"), *where).values(**values))

    async def delete(self, table: Table, *where: ColumnElement[bool]) -> int:
        """Delete the tenant's rows that match and return how many they were."""
        return await self.change(table.delete().where(*same(table, "tenant"), *where))

    def _given(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {f"{_GIVEN}tenant": self.tenant} | {f"{_GIVEN}{name}": value for name, value in values.items()}
