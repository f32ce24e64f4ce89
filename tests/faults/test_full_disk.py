"""The service itself, as `leadcycle serve`, on a disk that takes nothing any more."""

import asyncio
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from secrets import token_hex

import httpx
import pytest
from sqlalchemy import func, make_url, select

from storage import tables
from storage.database import Database
from tests.databases import Copies
from tests.slack.school import SlackSchool
from tests.slack.stand_in import StandIn

ROOT = Path(__file__).parents[2]
PATIENCE = 30
NOTHING = 4096
"""bytes that a file may have: every write of a database is beyond"""
SMALL = "64m"
"""room for the database of a small school, and little more"""
MOST_WORDS = 100
"""messages of a kilobyte, after which a disk without room has refused one"""


class Service:
    """The running process."""

    def __init__(self, process: Process, address: str) -> None:
        self.process = process
        self.address = address
        self.log: list[dict[str, object]] = []

    async def listens(self) -> None:
        """Take down what it logs."""
        assert self.process.stderr
        async for line in self.process.stderr:
            self.log.append(json.loads(line))

    async def ready(self, status: int = 200) -> str:
        """Wait until it is as ready as that; return what it says then."""
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient(trust_env=False) as monitoring:
            while True:
                try:
                    answer = await monitoring.get(f"{self.address}/ready")
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
                    continue
                if answer.status_code == status:
                    return answer.text
                await asyncio.sleep(0.05)

    def may_write(self, size: int) -> None:
        """No file of this process may be larger than so many bytes from now on."""
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@asynccontextmanager
async def serving(settings: Mapping[str, str]) -> AsyncIterator[Service]:
    """`leadcycle serve` in a process of its own, until it is told to stop."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    there = {**os.environ, **settings, "LEADCYCLE_PORT": str(port), "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "serve", cwd=ROOT, env=there, stdout=PIPE, stderr=PIPE
    )
    service = Service(process, f"http://127.0.0.1:{port}")
    listening = asyncio.create_task(service.listens())
    try:
        await service.ready()
        yield service
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
    finally:
        if process.returncode is None:
            process.kill()
        await listening


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="Only Linux can take room from a running process.")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_full_disk_is_told_acknowledges_nothing_and_needs_no_restart(slack: StandIn, database_url: str) -> None:
    async with SlackSchool.open(slack, database_url) as school:
        await school.founds()
        ben = school.people["ben"]

    async def told(times: int) -> bool:
        return len(await slack.told(ben.user)) >= times

    async with serving(settings_of(slack, database_url)) as service:
        await slack.tells(f"{service.address}/slack/events")
        assert (await slack.types(ben.user, "help")).status == 200
        await slack.until(lambda: told(1), PATIENCE)

        service.may_write(NOTHING)
        refused = [await slack.types(ben.user, "help") for _ in range(2)]
        assert [each.status for each in refused] == [500, 500]
        assert "Events cannot be kept: OperationalError (SQLITE_IOERR_WRITE)" in await service.ready(503)

        service.may_write(resource.RLIM_INFINITY)
        for each in refused:
            assert (await slack.repeats(each)).status == 200
        await slack.until(lambda: told(3), PATIENCE)
        assert await service.ready()
    kept = [each for each in service.log if str(each["event"]).startswith("an event could not be kept")]
    assert {(each["level"], each["error"]) for each in kept} == {("error", "OperationalError (SQLITE_IOERR_WRITE)")}
    assert len(await slack.told(ben.user)) == 3


def settings_of(slack: StandIn, database: str) -> Mapping[str, str]:
    """What tells the service of its Slack and its database."""
    return {
        "LEADCYCLE_DATABASE_URL": database,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.url,
    }


class SmallDisk:
    """A file system of its own, in which there soon is no room."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def is_full(self) -> None:
        """Fill it to the last byte."""
        with self._ballast.open("wb", buffering=0) as ballast, suppress(OSError):
            while True:
                ballast.write(bytes(4096))

    def has_room(self) -> None:
        """Somebody has cleared it up."""
        self._ballast.unlink()


@pytest.fixture
def small_disk() -> Iterator[SmallDisk]:
    """A disk of 64 MB in memory; only root may have one."""
    folder = Path(tempfile.mkdtemp(prefix="leadcycle-disk-", dir="/tmp"))
    mounting = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SMALL},mode=0755", "leadcycle-test", folder], capture_output=True
    )
    if mounting.returncode:
        folder.rmdir()
        pytest.skip(f"No small disk can be had here: {mounting.stderr.decode().strip()}")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", folder], check=True)
        folder.rmdir()


@pytest.fixture(params=["sqlite", "postgresql"])
def small_database(request: pytest.FixtureRequest, small_disk: SmallDisk) -> Iterator[str]:
    """A migrated database whose every row lies on the small disk."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), small_disk.folder / "leadcycle.db")
        yield f"sqlite:///{small_disk.folder}/leadcycle.db"
    else:
        template = request.getfixturevalue("postgresql_template")
        with _on(small_disk, request.getfixturevalue("postgresql_copies"), template) as url:
            yield url


@contextmanager
def _on(disk: SmallDisk, copies: Copies, template: str) -> Iterator[str]:
    folder, name = disk.folder / "tablespace", f"small_{token_hex(4)}"
    folder.mkdir()
    shutil.chown(folder, "pgserver")  # as whom the server runs where root starts it
    copies.execute(f"CREATE TABLESPACE {name} LOCATION '{folder}'")
    try:
        copies.execute(f'CREATE DATABASE {name} TEMPLATE "{template}" TABLESPACE {name} STRATEGY FILE_COPY')
        yield make_url(copies.server).set(database=name).render_as_string(hide_password=False)
        copies.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        copies.execute(f"DROP TABLESPACE {name}")


async def test_on_a_small_disk_that_fills_up_nothing_is_acknowledged_that_is_not_kept(
    slack: StandIn, small_disk: SmallDisk, small_database: str
) -> None:
    async with SlackSchool.open(slack, small_database) as school:
        await school.founds()
        ben = school.people["ben"]

    async with serving(settings_of(slack, small_database)) as service:
        await slack.tells(f"{service.address}/slack/events")
        already = await _kept(small_database)
        small_disk.is_full()
        answers = [await slack.types(ben.user, f"A late start {token_hex(500)}")]
        while answers[-1].status == 200 and len(answers) < MOST_WORDS:
            answers.append(await slack.types(ben.user, f"A late start {token_hex(500)}"))
        refused = answers[-1]
        assert refused.status == 500
        assert "Events cannot be kept: the disk is full (" in await service.ready(503)
        assert await _kept(small_database) == already + len(answers) - 1

        small_disk.has_room()
        assert (await slack.repeats(refused)).status == 200
        assert await service.ready()
        before = len(await slack.told(ben.user))
        assert (await slack.types(ben.user, "help")).status == 200

        async def told() -> bool:
            return len(await slack.told(ben.user)) > before

        await slack.until(told, PATIENCE)
    assert await _kept(small_database) == already + len(answers) + 1


async def _kept(url: str) -> int:
    """How much of what people typed is on record."""
    async with Database(url, read_only=True) as database, database.look_everywhere() as everywhere:
        kept = await everywhere.connection.execute(select(func.count()).select_from(tables.inbox))
        return int(kept.scalar_one())
