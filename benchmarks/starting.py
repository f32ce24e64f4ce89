"""How long the whole service takes until it answers, and how much memory, beside bare imports of the SDKs.

Each is a process of its own. The service opens a database that is up to date, and reads all scripts.
"""

import asyncio
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from socket import create_server
from statistics import median
from time import perf_counter, sleep
from urllib.request import urlopen

from benchmarks.microsoft import APP, TENANT
from bot import files

TIMES = 5
PATIENCE = 60.0
IMPORTS = {
    "bare Python": "pass",
    "import slack_bolt": "import slack_bolt.async_app",
    "import botbuilder.core": "import botbuilder.core.teams",
}
"""in the environment of Leadcycle"""
PEERS = {
    "import botbuilder and its web server": "import botbuilder.core.teams, botbuilder.integration.aiohttp",
    "import botbuilder.dialogs": "import botbuilder.dialogs",
    "import microsoft_teams.apps": "import microsoft_teams.apps",
}
"""in the environment of the peers"""
SETTINGS = {
    "TEAMS_APP_ID": APP,
    "TEAMS_APP_PASSWORD": "secret",
    "TEAMS_TENANT_ID": TENANT,
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "secret",
    "SLACK_SIGNING_SECRET": "0" * 32,
    "LEADCYCLE_SECRET_KEYS": "k" * 32,
    "LEADCYCLE_PUBLIC_URL": "https://leadcycle.school.example",
    "LEADCYCLE_LOG_FORMAT": "json",
}
"""with both platforms, of which neither is asked anything at the start"""
THEN = "print(1, flush=True); input()"
"""done: it waits to be looked at"""


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds until it answers, or until everything is imported, and the most memory in MB: medians."""

    what: str
    seconds: float
    megabytes: float


def measure(folder: Path, peers: Path) -> list[Start]:
    """Measure the service in Slack and Teams, and the imports, in turn so that all see the same machine."""
    url = f"sqlite:///{folder}/starting.db"
    asyncio.run(files.migrate(url))
    own = {"the whole service": [sys.executable, "-m", "bot", "serve", "--database", url]}
    own |= {what: [sys.executable, "-c", f"{words}; {THEN}"] for what, words in IMPORTS.items()}
    own |= {what: [str(peers), "-W", "ignore", "-c", f"{words}; {THEN}"] for what, words in PEERS.items()}
    found: dict[str, list[tuple[float, float]]] = {what: [] for what in own}
    for _ in range(TIMES):
        for what, command in own.items():
            found[what].append(_started(command, folder))
    return [Start(what, *map(median, zip(*times, strict=True))) for what, times in found.items()]


def _started(command: list[str], folder: Path) -> tuple[float, float]:
    """Seconds until a process answers or has imported everything, and megabytes then; it is ended after that."""
    with create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    given = {**os.environ, **SETTINGS, "LEADCYCLE_PORT": str(port)}
    begun = perf_counter()
    pipe, silent = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, cwd=folder, env=given, stdin=pipe, stdout=pipe, stderr=silent) as process:
        if "serve" in command:
            _until_it_answers(f"http://127.0.0.1:{port}/ready", process)
        elif process.stdout and not process.stdout.readline():
            raise RuntimeError(f"{command} failed.")
        seconds = perf_counter() - begun
        megabytes = _most(process.pid)
        process.terminate()
    return seconds, megabytes


def _most(process: int) -> float:
    """The most memory that a process has held so far, in MB: `VmHWM` of man 5 proc_pid_status, on Linux."""
    told = Path(f"/proc/{process}/status").read_text("ascii")
    return int(told.partition("VmHWM:")[2].split()[0]) / 1024


def _until_it_answers(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = perf_counter() + PATIENCE
    while perf_counter() < until and process.poll() is None:
        try:
            with urlopen(url, timeout=1):
                return
        except OSError:  # nobody listens there yet
            sleep(0.01)
    raise RuntimeError("The service did not answer.")
