"""What an operator's monitoring asks: is the process alive, can it work, how is the ledger doing?"""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from storage import everywhere
from storage.database import Database


class Probes:
    """/health, /ready and /metrics."""

    def __init__(self, database: Database, platforms: Sequence[str]) -> None:
        """Watch this database; `platforms` are the names of the adapters that were set up."""
        self._database = database
        self._platforms = platforms

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
        """Ready means that the database answers and a platform is set up."""
        try:
            async with self._database.look_everywhere() as looking:
                await everywhere.tenants(looking)
        except Exception as error:
            return PlainTextResponse(f"The database does not answer ({type(error).__name__}).\n", 503)
        if not self._platforms:
            return PlainTextResponse("No chat platform is set up.\n", 503)
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
        async with self._database.look_everywhere() as looking:
            for each in await everywhere.backlog(looking):
                rows.labels(each.platform, each.state).inc(each.rows)
                waited = (looking.school_time - each.oldest_due).total_seconds()
                if each.state == "ready":
                    late.labels(each.platform, each.state).set(max(waited, 0.0))
            waiting, aside = await everywhere.inbox_counts(looking)
        inbox.labels("waiting").set(waiting)
        inbox.labels("set_aside").set(aside)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
