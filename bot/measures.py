"""What this process counts of its own work, for Prometheus; over replicas it is added up there.

Labels are few and bounded: a platform, a kind of message, an outcome. No tenant, no team and nobody's id is one.
"""

from collections.abc import Mapping
from datetime import datetime
from importlib import metadata
from platform import python_version

from prometheus_client import CollectorRegistry, Counter, Histogram, Info, ProcessCollector

from adapters.base import Outcome, Sent, TryLater
from storage.outbox import OutboxRow
from storage.settlements import Settlement
from storage.state import State

SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14400)
"""Upper bounds of lateness, from at once to half a school day."""


class Measures:
    """The counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        build = Info("leadcycle_build", "Which Leadcycle this is.", registry=self.registry)
        build.info({"version": metadata.version("leadcycle"), "python": python_version()})
        self.lateness = Histogram(
            "leadcycle_lateness_seconds",
            "From the moment at which a message was due until it was known to have arrived.",
            ["platform", "kind"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.outcomes = self._counter("leadcycle_sends", "Requests to a platform by what came of them.", "outcome")
        self.found = self._counter("leadcycle_lookups", "Look-ups of unsure messages by what came of them.", "state")
        self.claimed = self._counter("leadcycle_claimed", "Messages taken to be sent.")
        self.too_many = self._counter("leadcycle_lane_pauses", "Times that a platform asked a workspace to wait.")
        self.lost = self._counter("leadcycle_leases_lost", "Messages whose lease was lost before they were settled.")
        self.taken_over = self._counter("leadcycle_leases_taken_over", "Messages that a process had taken and left.")
        self.retracted = self._counter("leadcycle_retracted", "Own posts taken back: somebody else had sent them.")

    def _counter(self, name: str, told: str, *labels: str) -> Counter:
        return Counter(name, told, ["platform", *labels], registry=self.registry)

    def begin(self, platform: str) -> None:
        """Count from zero on this platform: what was never told has no growth when it happens for the first time."""
        for counter in (self.claimed, self.too_many, self.lost, self.taken_over, self.retracted):
            counter.labels(platform)

    def took_over(self, by_platform: Mapping[str, int]) -> None:
        """Count what was taken back of others, who died or hung."""
        for platform, count in by_platform.items():
            self.taken_over.labels(platform).inc(count)

    def came_to(self, row: OutboxRow, outcome: Outcome, now: datetime) -> None:
        """Count what became of one request; `now` is school time, as due is."""
        platform = row.destination.platform
        self.outcomes.labels(platform, type(outcome).__name__.lower()).inc()
        if isinstance(outcome, Sent):
            self._arrived(row, now)
        if isinstance(outcome, TryLater):
            self.too_many.labels(platform).inc()

    def looked_up(self, settlement: Settlement, now: datetime) -> None:
        """Count what became of one look-up."""
        self.found.labels(settlement.row.destination.platform, settlement.state.value).inc()
        if settlement.state is State.SENT:
            self._arrived(settlement.row, now)

    def _arrived(self, row: OutboxRow, now: datetime) -> None:
        late = max((now - row.send.due).total_seconds(), 0.0)
        self.lateness.labels(row.destination.platform, row.send.kind.value).observe(late)
