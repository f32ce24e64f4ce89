"""What an operator's monitoring asks: is the process alive, can it work, how is the ledger doing?"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.measures import Measures
from bot.pulse import HANGS_SECONDS, QUIET_SECONDS, Pulse
from storage import everywhere, restoration
from storage.database import Database
from storage.disk import is_writeable
from storage.everywhere import Everywhere
from storage.faults import StorageError

AT_ONCE_SECONDS = 3.0
"""Less than whoever asks for /health waits."""


class Probes:
    """/health, /ready and /metrics."""

    def __init__(
        self,
        database: Database,
        platforms: Sequence[str],
        trouble: Callable[[], str] = lambda: "",
        pulse: Pulse | None = None,
        measures: Measures | None = None,
    ) -> None:
        """Watch this database; `platforms` are the names of the adapters that were set up.

        `trouble` tells why events cannot be kept just now, if they cannot, `pulse` whether what runs by itself is
        alive, and `measures` what this process has counted.
        """
        self._database = database
        self._platforms = platforms
        self._trouble = trouble
        self._pulse = pulse or Pulse()
        self._measures = measures or Measures()

    def routes(self) -> list[BaseRoute]:
        """Return the routes of the probes."""
        return [
            Route("/health", self._health),
            Route("/ready", self._ready),
            Route("/metrics", self._metrics),
        ]

    async def _health(self, request: Request) -> Response:
        """Alive is also who waits for the database; who stands still beside one that answers is to be started anew."""
        hanging = self._pulse.hanging()
        if hanging and await self._could_work():
            return PlainTextResponse("".join(_still(part, HANGS_SECONDS) for part in hanging), 503)
        return PlainTextResponse("alive\n")

    async def _could_work(self) -> bool:
        """Whether the database answers at once and has room: without it the parts stand still and do not hang."""
        try:
            async with asyncio.timeout(AT_ONCE_SECONDS), self._database.look_everywhere() as looking:
                await everywhere.tenants(looking)
        except Exception:
            return False
        return self._database.file is None or is_writeable(self._database.file)

    async def _ready(self, request: Request) -> Response:
        """Ready means that the database answers, what a platform says can be kept, and what runs by itself runs."""
        try:
            async with self._database.look_everywhere() as looking:
                await everywhere.tenants(looking)
        except Exception as error:
            return _silent(error)
        reasons = list(self._reasons())
        if reasons:
            return PlainTextResponse("".join(f"{reason}\n" for reason in reasons), 503)
        return PlainTextResponse(f"ready: {', '.join(self._platforms)}\n")

    def _reasons(self) -> Iterator[str]:
        """Yield what keeps it from working although the database answers."""
        if not self._platforms:
            yield "No chat platform is set up."
        if trouble := self._trouble():
            yield f"Events cannot be kept: {trouble}."
        if self._database.file is not None and not is_writeable(self._database.file):
            yield "The disk is full, or the database file cannot be written to."
        for part in self._pulse.silent():
            yield _still(part, QUIET_SECONDS).rstrip()

    async def _metrics(self, request: Request) -> Response:
        registry = CollectorRegistry()
        try:
            async with self._database.look_everywhere() as looking:
                await _ledger(looking, registry)
                await _standing(looking, registry)
        except Exception as error:
            return _silent(error)
        pool = _gauge(registry, "database_connections", "Connections to the database.", "pool", "state")
        for name, (used, most) in self._database.connections().items():
            pool.labels(name, "in_use").set(used)
            pool.labels(name, "most").set(most)
        told = generate_latest(self._measures.registry) + generate_latest(registry)
        return Response(told, media_type=CONTENT_TYPE_LATEST)


async def _ledger(looking: Everywhere, registry: CollectorRegistry) -> None:
    """Measure what is in the outboxes and inboxes of all tenants; each replica tells the same."""
    rows = _gauge(registry, "outbox_rows", "Messages by platform and state.", "platform", "state")
    late = _gauge(registry, "outbox_oldest_due_seconds", "How long the oldest due message waits.", "platform", "state")
    inbox = _gauge(registry, "inbox_events", "Events by state.", "state")
    oldest = _gauge(registry, "inbox_oldest_seconds", "How long the oldest event waits to be acted on.")
    found = await everywhere.backlog(looking)
    for each in found:
        rows.labels(each.platform, each.state).inc(each.rows)
    ready = [each for each in found if each.state == "ready"]
    for each in sorted(ready, key=attrgetter("oldest_due"), reverse=True):
        waited = (looking.school_time - each.oldest_due).total_seconds()
        late.labels(each.platform, each.state).set(max(waited, 0.0))
    waiting, aside = await everywhere.inbox_counts(looking)
    inbox.labels("waiting").set(waiting)
    inbox.labels("set_aside").set(aside)
    since = await everywhere.inbox_oldest(looking)
    oldest.set((looking.now - since).total_seconds() if since else 0.0)


async def _standing(looking: Everywhere, registry: CollectorRegistry) -> None:
    """Measure what keeps messages from going out."""
    paused = _gauge(registry, "lanes_paused", "Workspaces to which nothing is sent right now.", "platform")
    for platform, count in (await everywhere.paused_lanes(looking)).items():
        paused.labels(platform).set(count)
    is_on = await restoration.find(looking) is not None
    _gauge(registry, "restore_mode", "1 while an older backup was put back and nobody has looked yet.").set(is_on)


def _gauge(registry: CollectorRegistry, name: str, told: str, *labels: str) -> Gauge:
    return Gauge(f"leadcycle_{name}", told, labels, registry=registry)


def _still(part: str, seconds: float) -> str:
    return f"{part[:1].upper()}{part[1:]} has not stirred for {seconds:.0f} seconds.\n"


def _silent(error: Exception) -> Response:
    if isinstance(error, StorageError):
        return PlainTextResponse(f"{error}\n", 503)
    return PlainTextResponse(f"The database does not answer ({type(error).__name__}).\n", 503)
