"""An app that is measured, as a process of its own, from the moment at which it answers."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_server

import aiohttp

OURS = (sys.executable, "-m", "benchmarks.served")
HEALTH_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Served:
    """Where it answers, and what it uses of the machine."""

    url: str
    process: int

    @property
    def cpu(self) -> float:
        """Seconds of CPU so far."""
        return cpu_of(self.process)

    @property
    def megabytes(self) -> float:
        """Resident memory now: `VmRSS` of man 5 proc_pid_status, on Linux."""
        told = Path(f"/proc/{self.process}/status").read_text("ascii")
        return int(told.partition("VmRSS:")[2].split()[0]) / 1024


def cpu_of(process: int) -> float:
    """Seconds of CPU that a process has used so far: `utime` and `stime` of man 5 proc_pid_stat, on Linux."""
    told = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def serving(command: Sequence[str], settings: Mapping[str, str] | None = None) -> AsyncIterator[Served]:
    """Run the command, with a free port in place of {port}, until the block is left."""
    with create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    words = [each.format(port=port) for each in command]
    process = await asyncio.create_subprocess_exec(
        *words, env={**os.environ, **(settings or {})}, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        url = f"http://127.0.0.1:{port}"
        await _until_it_answers(url, process)
        yield Served(url, process.pid)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _until_it_answers(url: str, process: asyncio.subprocess.Process) -> None:
    async with aiohttp.ClientSession() as session:
        while process.returncode is None:
            try:
                async with session.get(f"{url}/health"):
                    return
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(HEALTH_SECONDS)
    raise RuntimeError(f"The app ended with code {process.returncode} before it answered.")
