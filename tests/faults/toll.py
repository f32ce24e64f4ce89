"""What became of messages: by the outbox, and by Slack's own record."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Row, select

from flows.sends import SendKind
from storage import people, tables
from storage.database import Database
from storage.state import State
from tests.faults.recording_slack import Post, RecordingSlack

Rows = Sequence[Row[Any]]
"""of the outbox, in the order in which they were written"""
_COLUMNS = (
    *("delivery", "key", "kind", "priority", "due", "attempt", "state", "error"),
    *("message", "post", "place", "user"),
)


@dataclass(frozen=True, slots=True)
class Toll:
    """What became of the messages; nothing may ever be lost, nothing may stand there twice or in another place."""

    prompts: int
    """messages; a redrawing that gave way to a newer one is none"""
    lost: int
    """settled as sent, or not at all, and not there"""
    twice: int
    """there more than once"""
    misplaced: int
    """before an earlier one of its conversation, or not under its post"""
    stale: int
    """posts that do not say what they were drawn anew for last"""
    states: Counter[State]
    slowest: float
    """seconds from being due to standing there, of the one that took longest"""

    @property
    def is_none(self) -> bool:
        """Whether each stands there once, in its place and with its newest words, and the outbox knows it."""
        wrong = (self.lost, self.twice, self.misplaced, self.stale)
        return (*wrong, self.states) == (0, 0, 0, 0, Counter({State.SENT: self.prompts}))


async def toll(database: Database, slack: RecordingSlack) -> Toll:
    """Compare the outbox with what stands in Slack."""
    rows = [row for row in await _rows(database) if (row.state, row.error) != (State.CANCELLED, "superseded")]
    new = [row for row in rows if row.kind != SendKind.REFRESH]
    posts = slack.there()
    standing, there = Counter(post.key for post in posts), {post.key: post for post in posts}
    due = {row.delivery: row.due.timestamp() for row in new}
    took = [each.at - due[each.key] for each in slack.effects() if each.kind == "posted" and each.key in due]
    return Toll(
        prompts=len(rows),
        lost=sum(not standing[row.delivery] for row in new),
        twice=sum(number > 1 for number in standing.values()),
        misplaced=_astray(new, there) + _overtaken(new, there),
        stale=_stale(rows, there),
        states=Counter(State(row.state) for row in rows),
        slowest=max(took, default=0.0),
    )


async def settled_at(database: Database) -> Mapping[str, datetime]:
    """When each message was settled, by its delivery key."""
    table = tables.outbox
    async with database.read(people.DISTRICT) as store:
        columns = select(table.c.delivery, table.c.settled_at)
        rows = await store.rows(columns.where(table.c.tenant == store.tenant, table.c.settled_at.is_not(None)))
    return {row.delivery: row.settled_at for row in rows}


async def _rows(database: Database) -> Rows:
    table = tables.outbox
    async with database.read(people.DISTRICT) as store:
        columns = select(*(table.c[name] for name in _COLUMNS)).where(table.c.tenant == store.tenant)
        return await store.rows(columns.order_by(table.c.sequence))


def _astray(new: Rows, there: Mapping[str, Post]) -> int:
    """How many replies stand somewhere else than under their post."""
    posts = {row.key: there.get(row.delivery) for row in new}
    replies = ((there[row.delivery], posts[row.post]) for row in new if row.post and row.delivery in there)
    return sum(post is None or (reply.channel, reply.thread) != (post.channel, post.ts) for reply, post in replies)


def _overtaken(new: Rows, there: Mapping[str, Post]) -> int:
    """How many messages stand before one that was due before, or written before, in the same conversation.

    A reply waits for its post, what is more urgent overtakes what is less, and what certainly did not leave goes again
    a moment later and holds up nobody.
    """
    conversations = defaultdict[tuple[Any, ...], list[tuple[datetime, str]]](list)
    for row in new:
        if not row.post and not row.attempt and row.delivery in there:
            conversations[row.place, row.user, row.priority].append((row.due, there[row.delivery].ts))
    in_order = ([ts for _, ts in sorted(each, key=lambda one: one[0])] for each in conversations.values())
    return sum(ts < before for stamps in in_order for before, ts in pairwise(stamps))


def _stale(rows: Rows, there: Mapping[str, Post]) -> int:
    """How many posts stand there with other words than those of their newest redrawing."""
    posts = {row.key: there.get(row.delivery) for row in rows}
    newest = {row.post: row.message["text"] for row in rows if row.kind == SendKind.REFRESH}
    return sum(post is not None and post.text != words for key, words in newest.items() for post in (posts[key],))
