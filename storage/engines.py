"""How SQLite and PostgreSQL are opened; everything that differs between them while connecting is here."""

from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.exc import ArgumentError, InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from . import sqlite_driver
from .faults import NotADatabase

STATEMENT_SECONDS = 15
"""No statement of ours takes longer; one that does is stopped by PostgreSQL."""
IDLE_SECONDS = 5
"""A transaction that does nothing for so long belongs to a process that hangs.

Less than a statement may take: who waits for what it holds has it before that is stopped.
"""
TRANSACTION_SECONDS = 60
"""No transaction that writes takes longer: what a process holds that stands still in the middle of a question is freed.

PostgreSQL 17 and later know this limit; to earlier ones such a process is not idle, and is waited for.
"""
REST_SECONDS = 1
"""A connection to PostgreSQL that was used since then is taken to work; asking costs as much as a small transaction."""
SYNCHRONOUS = "FULL"
"""What SQLite has committed survives a power failure."""
SILENT_SECONDS = 20
"""After so long without a word from PostgreSQL its machine is taken to be gone: nobody would tell us."""
CONNECT_SECONDS = 10
STATEMENTS = 500
"""that a connection to PostgreSQL keeps prepared: all that a service asks, so that none is planned anew each time"""
BUSY_SECONDS = 5
"""How long SQLite waits for a backup that holds the file."""
PATIENCE_SECONDS = 60
"""How long a transaction waits for its turn with the one writing connection of SQLite."""
HIDES_PARAMETERS = True
"""What somebody wrote is a parameter of a statement, and stays out of the errors that are logged."""


def address_of(url: str) -> URL:
    """Return the address with the driver that we use; `NotADatabase` when it cannot be meant.

    A symbolic link to a SQLite file is another name of it: the address is that of the file itself, so that whoever
    opens it finds the same lock and the same files beside it.
    """
    try:
        address = make_url(url)
    except ArgumentError as fault:
        raise NotADatabase(_hint("That is not the address of a database")) from fault
    match address.get_backend_name():
        case "sqlite" if address.database and not address.database.startswith((":memory:", "file:")):
            return address.set(drivername="sqlite+aiosqlite", database=_itself(address.database))
        case "postgresql" | "postgres":
            return _tls(address.set(drivername="postgresql+asyncpg"))
        case _:
            raise NotADatabase(_hint(f"{address.render_as_string()} is not a database that Leadcycle can use"))


def sqlite_writer(address: URL) -> AsyncEngine:
    """Return the engine with the one connection that writes; its transactions begin with the write lock."""
    engine = _sqlite(address, pool_size=1, max_overflow=0, pool_timeout=PATIENCE_SECONDS)
    _on_connect(engine, "PRAGMA journal_mode = WAL", f"PRAGMA synchronous = {SYNCHRONOUS}", "PRAGMA secure_delete = ON")
    _on_begin(engine, "BEGIN IMMEDIATE")
    return engine


def sqlite_reader(address: URL) -> AsyncEngine:
    """Return the engine whose transactions see one state of the file and cannot change it."""
    engine = _sqlite(address, pool_size=4, max_overflow=4)
    _on_connect(engine, "PRAGMA query_only = ON")
    _on_begin(engine, "BEGIN")
    return engine


def sqlite_bystander(address: URL) -> AsyncEngine:
    """Return a reading engine for a file that another process may be serving; it must exist."""
    if not Path(str(address.database)).exists():
        raise NotADatabase(
            f"There is no database file {address.database} yet. Import the roster first: leadcycle roster import FILE "
            "makes one. If it lies elsewhere, name it in LEADCYCLE_DATABASE_URL."
        )
    there = address.set(database=Path(str(address.database)).absolute().as_uri())
    return sqlite_reader(there.update_query_dict({"mode": "ro", "uri": "true"}))


def postgresql(address: URL, *, patient: bool = False, writes: bool = True) -> AsyncEngine:
    """Return the engine for PostgreSQL, with limits on what may hang.

    What only reads may take its time, and a patient one waits for as long as it takes.
    """
    settings = {
        "application_name": "leadcycle",
        "timezone": "UTC",
        "statement_timeout": f"{STATEMENT_SECONDS}s",
        "idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s",
    }
    arguments: dict[str, Any] = {
        "server_settings": settings,
        "timeout": CONNECT_SECONDS,
        "prepared_statement_cache_size": STATEMENTS,
    }
    arguments |= {} if patient else {"command_timeout": SILENT_SECONDS}
    engine = create_async_engine(
        address,
        connect_args=arguments,
        pool_size=10,
        max_overflow=10,
        pool_timeout=10,
        hide_parameters=HIDES_PARAMETERS,
    )
    _replace_dead_connections(engine.sync_engine)
    if writes and not patient:
        _limit_transactions(engine.sync_engine)
    return engine


def _limit_transactions(engine: Engine) -> None:
    name, limit = "transaction_timeout", f"{TRANSACTION_SECONDS}s"

    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("SELECT set_config(name, $1, false) FROM pg_settings WHERE name = $2", (limit, name))
        cursor.close()
        connection.commit()


def _sqlite(address: URL, **pool: int) -> AsyncEngine:
    arguments: dict[str, Any] = {"isolation_level": None, "async_creator_fn": sqlite_driver.connect}
    engine = create_async_engine(address, connect_args=arguments, hide_parameters=HIDES_PARAMETERS, **pool)
    _on_connect(engine, f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}", "PRAGMA foreign_keys = ON")
    return engine


def _on_connect(engine: AsyncEngine, *statements: str) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connected(connection: Any, record: object) -> None:
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        cursor.close()


def _on_begin(engine: AsyncEngine, statement: str) -> None:
    @event.listens_for(engine.sync_engine, "begin")
    def begun(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        driver.begin(statement)


def _replace_dead_connections(engine: Engine) -> None:
    """Ask a connection whether it works only after a rest: what the server has closed is known without a question."""

    @event.listens_for(engine, "checkin")
    def rests(connection: object, record: ConnectionPoolEntry) -> None:
        record.info["rests_since"] = monotonic()

    @event.listens_for(engine, "checkout")
    def works(connection: Any, record: ConnectionPoolEntry, proxy: object) -> None:
        rested = monotonic() - record.info.get("rests_since", monotonic())
        if connection.driver_connection.is_closed() or (rested > REST_SECONDS and not _answers(engine, connection)):
            raise InvalidatePoolError


def _answers(engine: Engine, connection: Any) -> bool:
    try:
        return engine.dialect.do_ping(connection)
    except (engine.dialect.loaded_dbapi.Error, TimeoutError):
        return False


def _itself(file: str) -> str:
    return str(Path(file).resolve()) if Path(file).is_symlink() else file


def _tls(address: URL) -> URL:
    """Take `sslmode`, as other programs write it, for what our driver calls `ssl`."""
    mode = address.query.get("sslmode")
    return address.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode}) if mode else address


def _hint(fault: str) -> str:
    return f"{fault}. Write LEADCYCLE_DATABASE_URL like sqlite:///leadcycle.db or postgresql://user:password@host/name."
