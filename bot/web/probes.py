"""What an operator's monitoring asks: is the process alive, can it work, how is the ledger doing?"""

from collections.abc import Callable, Sequence
from operator import attrgetter

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from storage import everywhere
from storage.database import Database


class Probes:
    """/health, /ready and /metrics."""

    def __init__(self, database: Database, platforms: Sequence[str], trouble: Callable[[], str] = lambda: "") -> None:
        """Watch this database; `platforms` are the names of the adapters that were set up.

        `trouble` tells why events cannot be kept just now, if they cannot.
        """
        self._database = database
        self._platforms = platforms
        self._trouble = trouble

    def routes(self) -> list[BaseRoute]:
        """Return the routes of the probes."""
        return [
            Route("/health", self._health),
            Route("/ready", self._ready),
            Route("/metrics", self._metrics),
        ]

    async def _health(self, request: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def _ready(self, request: Request) -> Response:
        """Ready means that the database answers, a platform is set up, and what it says can be kept."""
        try:
            async with self._database.look_everywhere() as looking:
                await everywhere.tenants(looking)
        except Exception as error:
            return _silent(error)
        if not self._platforms:
            return PlainTextResponse("No chat platform is set up.\n", 503)
        if trouble := self._trouble():
            return PlainTextResponse(f"Events cannot be kept: {trouble}.\n", 503)
        return PlainTextResponse(f"ready: {', '.join(self._platforms)}\n")

    async def _metrics(self, request: Request) -> Response:
        registry = CollectorRegistry()
        rows = Gauge(
            "leadcycle_outbox_rows",
            "Messages by platform and state.",
            ["platform", "state"],
            registry=registry,
        )
        late = Gauge(
            "leadcycle_outbox_oldest_due_seconds",
            "How long the oldest due message waits.",
            ["platform", "state"],
            registry=registry,
        )
        inbox = Gauge("leadcycle_inbox_events", "Events by state.", ["state"], registry=registry)
        try:
            async with self._database.look_everywhere() as looking:
                found, now = await everywhere.backlog(looking), looking.school_time
                waiting, aside = await everywhere.inbox_counts(looking)
        except Exception as error:
            return _silent(error)
        for each in found:
            rows.labels(each.platform, each.state).inc(each.rows)
        ready = [each for each in found if each.state == "ready"]
        for each in sorted(ready, key=attrgetter("oldest_due"), reverse=True):
            waited = (now - each.oldest_due).total_seconds()
            late.labels(each.platform, each.state).set(max(waited, 0.0))
        inbox.labels("waiting").set(waiting)
        inbox.labels("set_aside").set(aside)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _silent(error: Exception) -> Response:
    return PlainTextResponse(f"The database does not answer ({type(error).__name__}).\n", 503)
