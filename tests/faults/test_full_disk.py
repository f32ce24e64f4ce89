"""The service itself, as `leadcycle serve`, on a disk that takes nothing any more."""

import asyncio
import json
import os
import resource
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.slack.school import SlackSchool
from tests.slack.stand_in import StandIn

ROOT = Path(__file__).parents[2]
PATIENCE = 30
NOTHING = 4096
"""bytes that a file may have: every write of a database is beyond"""


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
    settings = {
        "LEADCYCLE_DATABASE_URL": database_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.url,
    }

    async def told(times: int) -> bool:
        return len(await slack.told(ben.user)) >= times

    async with serving(settings) as service:
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
