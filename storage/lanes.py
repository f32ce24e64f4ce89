"""Lanes: one for each workspace, with the platform's limit and whose turn it is in one row."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from sqlalchemy import ColumnElement

from flows.sends import Priority

from . import tables
from .moments import LONGEST_WAIT
from .store import Store, given, question, same

MOST_CLAIMED = 50
"""So many messages are taken from a lane at a time, then it is another lane's turn; platforms take fewer at once."""
RESERVED = 0.2
"""This share of the burst is kept for answers to people, so that they overtake a fan-out."""
SLOWEST = 0.125
"""A platform that keeps saying "too many" slows a lane down to this share of its rate."""
RECOVERY = timedelta(minutes=10)
"""A lane that was slowed down is back at its full rate after so long without another complaint."""
REST = timedelta(seconds=0.5)
"""A lane in which nothing can go right now is looked at again after so long, the others meanwhile."""
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""A lane that somebody has stopped is paused until then."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What a platform takes from one workspace."""

    rate: float
    """messages per second"""
    burst: float
    """messages at once after a pause; in t seconds no more than burst + rate * t"""
    gap: timedelta = timedelta()
    """between two messages to one conversation, once it has had as many as it takes at once"""
    at_once: int = 1
    """messages to one conversation after a pause"""

    def ahead(self) -> timedelta:
        """Return how far a conversation may be ahead of its pace and still get a message."""
        return self.gap * (self.at_once - 1)


LIMITS = {
    "slack": Limit(rate=4, burst=10, gap=timedelta(seconds=1), at_once=3),
    "teams": Limit(rate=25, burst=25, gap=timedelta(seconds=2.02), at_once=7),
}
"""Slack: an unpublished limit for a workspace, planned at 4/s, and 1/s for a conversation that allows short bursts
(docs.slack.dev/apis/web-api/rate-limits). Teams: 50/s for a tenant, of which half are used, and for a conversation 7 in
1 s, 8 in 2 s, 60 in 30 s and 1,800 in an hour, all of which one pace keeps
(learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit)."""
UNLIMITED = Limit(rate=10_000, burst=10_000)


@dataclass(frozen=True, slots=True)
class Lane:
    """The messages of one tenant to one workspace: their tokens and when they were served last."""

    tenant: str
    platform: str
    workspace: str
    rate: float
    burst: float
    tokens: float
    pace: float
    """the share of the rate that is used; less than 1 after the platform complained"""
    refilled_at: datetime
    served_at: datetime
    rests_until: datetime
    """until it has tokens again, or something that can go"""
    paused_until: datetime
    """until the platform takes messages again"""

    @property
    def limit(self) -> Limit:
        """What its platform takes; the lane's own rate may differ."""
        return limit_of(self.platform)

    def refilled(self, now: datetime) -> Self:
        """Return the lane with the tokens that have come in since the last time."""
        passed = max(now - self.refilled_at, timedelta())
        tokens = min(self.burst, self.tokens + self.rate * self.pace * passed.total_seconds())
        return replace(self, tokens=tokens, pace=min(1.0, self.pace + passed / RECOVERY), refilled_at=now)

    def allowance(self, priority: int) -> int:
        """Return how many messages of this priority may go now."""
        kept = 0.0 if priority == Priority.ANSWER else self.burst * RESERVED
        return max(0, min(MOST_CLAIMED, int(self.tokens - kept)))

    def served(self, count: int, now: datetime) -> Self:
        """Return the lane after `count` were taken; it rests without tokens and when nothing can go."""
        left = self.tokens - count
        next_token = timedelta(seconds=max(0.0, 1 - left) / (self.rate * self.pace))
        rest = next_token if count or next_token else REST
        return replace(self, tokens=left, served_at=now, rests_until=now + rest)


def limit_of(platform: str) -> Limit:
    """Return what a platform takes from a workspace of which nothing else is known."""
    return LIMITS.get(platform, UNLIMITED)


async def ensure(store: Store, platform: str, workspace: str) -> None:
    """Open the lane to a workspace unless it is open."""
    if (platform, workspace) in store.opened:
        return
    store.opened.add((platform, workspace))
    limit, long_ago = limit_of(platform), store.now - timedelta(days=1)
    await store.insert_once(
        tables.lane,
        {
            "platform": platform,
            "workspace": workspace,
            "rate": limit.rate,
            "burst": limit.burst,
            "tokens": limit.burst,
            "pace": 1.0,
            "refilled_at": store.now,
            "served_at": long_ago,
            "rests_until": long_ago,
            "paused_until": long_ago,
        },
    )


async def keep(store: Store, lane: Lane) -> None:
    """Keep what became of a lane; whoever claims holds its row."""
    kept = {name: getattr(lane, name) for name in _KEPT}
    await store.change(_KEEP, platform=lane.platform, workspace=lane.workspace, **kept)


async def wake(store: Store, platform: str, workspace: str) -> None:
    """End the rest of a lane: something was settled, and what was held up by it may go."""
    await store.change(_WAKE, platform=platform, workspace=workspace, now=store.now)


async def pause(store: Store, platform: str, workspace: str, seconds: float) -> None:
    """Stop the whole lane for so long and go on more slowly: the platform said "too many".

    What it says of messages that were on their way together slows the lane down once. Nothing is saved up meanwhile.
    Who asks for longer than the longest wait is asked again then.
    """
    table, until = tables.lane, store.now + min(timedelta(seconds=seconds), LONGEST_WAIT)
    here = _is(platform, workspace)
    first = (table.c.paused_until <= store.now, table.c.pace > SLOWEST)
    await store.update(table, *here, *first, pace=table.c.pace / 2)
    await store.update(table, *here, table.c.paused_until < until, paused_until=until, tokens=0.0, refilled_at=until)


async def is_paused(store: Store, platform: str, workspace: str) -> bool:
    """Tell whether the platform, or somebody, has stopped the lane."""
    return bool(await store.ask(_PAUSED, platform=platform, workspace=workspace, now=store.now))


async def rate(store: Store, platform: str, workspace: str) -> float:
    """Return how many messages a second a workspace takes, also before the first."""
    found = await store.select(tables.lane, *_is(platform, workspace))
    return float(found[0]["rate"]) if found else limit_of(platform).rate


async def close(store: Store, platform: str, workspace: str) -> None:
    """Stop the whole lane until somebody resumes it."""
    await ensure(store, platform, workspace)
    await store.update(tables.lane, *_is(platform, workspace), paused_until=NEVER)


async def resume(store: Store, platform: str, workspace: str) -> None:
    """End the pause of a lane: what stood in the way was mended."""
    await store.update(tables.lane, *_is(platform, workspace), paused_until=store.now)


async def limit(store: Store, platform: str, workspace: str, rate: float, burst: float) -> None:
    """Set what a workspace takes, for one that is known to take more or less than its platform promises."""
    await ensure(store, platform, workspace)
    await store.update(tables.lane, *_is(platform, workspace), rate=rate, burst=burst, tokens=burst)


def _is(platform: str, workspace: str) -> tuple[ColumnElement[bool], ...]:
    table: Any = tables.lane.c
    return table.platform == platform, table.workspace == workspace


# ------------------------------------------------------------------ statements of every claim, built once

_KEPT = ("tokens", "pace", "refilled_at", "served_at", "rests_until")
_LANE = tables.lane
_THERE = same(_LANE, "platform", "workspace")
_KEEP = _LANE.update().where(*same(_LANE, "tenant"), *_THERE).values({name: given(name) for name in _KEPT})
_RESTS = (_LANE.c.rests_until > given("now"), _LANE.c.rests_until > _LANE.c.served_at)
_WAKE = _LANE.update().where(*same(_LANE, "tenant"), *_THERE, *_RESTS).values(rests_until=_LANE.c.served_at)
_PAUSED = question(_LANE, *_THERE, _LANE.c.paused_until > given("now"), only=["paused_until"])
