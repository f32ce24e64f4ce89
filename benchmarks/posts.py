"""Prompts a second, from due to settled: our dispatcher and Slack adapter beside three job queues.

Everything is in the queue before the clock starts, and the workers stand ready: what is timed is claiming, posting to a
stand-in that takes 2 ms for each post, and writing down durably that it is done. Ours asks the rules about each prompt
and draws it then; the peers find it drawn in their job. Lost and twice are counted by the stand-in.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from adapters.slack import render
from benchmarks import district
from benchmarks.ledger import PATIENCE, until_none
from benchmarks.postgresql import new_database
from benchmarks.serving import cpu_of
from bot.conductor import Conductor
from flows.loader import Scripts
from flows.sends import Go
from storage import outbox
from storage.clock import HandClock
from storage.database import Database
from storage.migration import migrate
from tests.faults.recording_slack import RecordingSlack, recording

PROMPTS = 3000
POST_SECONDS = 0.002
ROUNDS = 3
QUEUES: Mapping[str, str] = {
    "procrastinate": "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')",
    "pgqueuer": "SELECT count(*) FROM pgqueuer",
    "dbos": "SELECT count(*) FROM dbos.workflow_status WHERE status IN ('ENQUEUED', 'PENDING')",
}
"""each peer, with what it has not settled yet"""
OURS = {"leadcycle": False, "leadcycle, drawn before": True}
"""ours, and whether the posts were drawn before, as those of the peers are"""
UNSETTLED = "SELECT count(*) FROM outbox WHERE state <> 'sent'"
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Posted:
    """One run: prompts a second, milliseconds of the workers' CPU for each, and what the stand-in saw."""

    app: str
    database: str
    workers: int
    rate: float
    cpu: float
    lost: int
    twice: int


async def measure(folder: Path, scripts: Scripts, server: str, peers: Path, only: str = "") -> list[Posted]:
    """Run all of them in turn, so that they see the same machine; each figure is the median of the rounds."""
    found: dict[tuple[str, str, int], list[Posted]] = {}
    with recording(POST_SECONDS) as slack:
        jobs = await _drawn(folder, scripts)
        for number in range(ROUNDS):
            for run in _runs(only):
                file = f"sqlite:///{folder}/posts-{run[0]}{number}.db"
                url = file if run[1] == "sqlite" else await new_database(server)
                slack.forget()
                posted = await _run(run, url, slack, scripts, peers, jobs)
                found.setdefault(run, []).append(posted)
    return [_middle(each) for each in found.values()]


def _runs(only: str) -> Iterator[tuple[str, str, int]]:
    apps = [(app, "sqlite", 1) for app in OURS]
    for workers in (1, 2):
        apps += [(app, "postgresql", workers) for app in (*OURS, *QUEUES)]
    yield from (each for each in apps if only in each[0])


def _middle(runs: list[Posted]) -> Posted:
    one = runs[0]
    rate, cpu = median(each.rate for each in runs), median(each.cpu for each in runs)
    lost, twice = sum(each.lost for each in runs), sum(each.twice for each in runs)
    return Posted(one.app, one.database, one.workers, rate, cpu, lost, twice)


async def _run(
    run: tuple[str, str, int], url: str, slack: RecordingSlack, scripts: Scripts, peers: Path, jobs: Path
) -> Posted:
    app, kind, workers = run
    if app in OURS:
        await prepare(url, scripts, PROMPTS // district.PEOPLE, drawn=OURS[app])
        command = [sys.executable, "-m", "benchmarks.poster", url, slack.url]
        left = UNSETTLED
    else:
        script = [str(peers), "-W", "ignore", str(HERE / "queues" / f"{app}_queue.py")]
        preparing = await asyncio.create_subprocess_exec(*script, "prepare", url, slack.url, str(jobs))
        if await preparing.wait():
            raise RuntimeError(f"{app} could not be prepared.")
        command, left = [*script, "work", url, slack.url, str(jobs)], QUEUES[app]
    with _working(command, workers) as processes:
        begun, used = perf_counter(), sum(cpu_of(each.pid) for each in processes)
        for each in processes:
            _tell(each)
        slack.wait(PROMPTS, PATIENCE)
        await until_none(url, left)
        seconds = perf_counter() - begun
        used = sum(cpu_of(each.pid) for each in processes) - used
    seen = slack.posted()
    twice = seen.total() - len(seen)
    return Posted(app, kind, workers, PROMPTS / seconds, used / PROMPTS * 1000, PROMPTS - len(seen), twice)


async def prepare(url: str, scripts: Scripts, teams: int, *, drawn: bool = False) -> None:
    """Fill our outbox."""
    clock = HandClock(district.asking_time())
    async with Database(url, clock) as database:
        await migrate(database)
        await district.found(database, clock, scripts, teams, drawn=drawn)


async def _drawn(folder: Path, scripts: Scripts) -> Path:
    """Write the same posts as jobs for the peers, as our rules and our adapter draw them."""
    clock, jobs = HandClock(district.asking_time()), []
    async with Database(f"sqlite:///{folder}/drawn.db", clock) as database:
        await migrate(database)
        await district.found(database, clock, scripts, PROMPTS // district.PEOPLE)
        conductor = Conductor(database, scripts)
        async with database.read(district.TENANT) as store:
            rows = await outbox.listing(store, limit=PROMPTS)
            for row, verdict in zip(rows, await conductor.judge(store, rows), strict=True):
                assert isinstance(verdict, Go), verdict
                drawn = render.message(verdict.message)
                jobs.append({"key": row.delivery, "channel": row.destination.place, "drawn": drawn})
    file = folder / "jobs.json"
    file.write_text(json.dumps(jobs), "utf-8")
    return file


@contextmanager
def _working(command: list[str], workers: int) -> "Iterator[list[subprocess.Popen[str]]]":
    """Run so many workers that are ready and wait for the word."""
    pipe = subprocess.PIPE
    with ExitStack() as stack:
        processes = [
            stack.enter_context(subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)) for _ in range(workers)
        ]
        for each in processes:
            assert each.stdout is not None
            if not each.stdout.readline():
                raise RuntimeError(f"{command} failed.")
        try:
            yield processes
        finally:
            for each in processes:
                _end(each)


def _tell(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def _end(process: "subprocess.Popen[str]") -> None:
    process.kill()
