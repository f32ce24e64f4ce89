"""Prompts that are due, and what became of them: by the outbox, and by Slack's own record."""

from collections import Counter
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import select

from flows.messages import Message
from flows.sends import Send, SendKind
from storage import lanes, outbox, people, tables
from storage.addresses import Destination
from storage.database import Database
from storage.state import State
from tests.faults.recording_slack import WORKSPACE, RecordingSlack

UNPACED = 100_000
"""messages a second: what is tried here is not the pace"""


async def come_due(database: Database, count: int, since: int = 0) -> None:
    """Enqueue so many prompts, each for a person of its own, in a workspace that takes them at any pace."""
    async with database.begin(people.DISTRICT) as store:
        await lanes.limit(store, "slack", WORKSPACE, UNPACED, UNPACED)
        for number in range(since, since + count):
            send = Send(f"prompt:{number}", "", "", SendKind.ANSWER, store.school_time, Message(f"Prompt {number}"))
            await outbox.enqueue(store, send, Destination("slack", WORKSPACE, "", f"U{number:05}"))


async def more_come_due(database: Database, count: int, since: int) -> None:
    """Let many more come due, as quickly as rows can be written: each is a copy of the first one but for its reason."""
    async with database.begin(people.DISTRICT) as store:
        (first,) = await store.select(tables.outbox, tables.outbox.c.key == "prompt:0")
        anew = dict.fromkeys(("inflight_at", "lease_until", "wait_until", "settled_at"))
        anew |= {"state": State.READY, "message_id": "", "lease_by": "", "error": "", "due": store.school_time}
        rows = [
            {
                **first,
                **anew,
                **{"attempt": 0, "looked": 0, "version": 0, "sequence": store.next_sequence()},
                **{"key": f"prompt:{number}", "delivery": uuid4().hex, "user": f"U{number:05}"},
            }
            for number in range(since, since + count)
        ]
        await store.insert_new(tables.outbox, rows)


@dataclass(frozen=True, slots=True)
class Toll:
    """What became of the prompts; nothing may ever be lost, and nothing may stand there twice."""

    prompts: int
    lost: int
    """settled as sent, or not at all, and not there"""
    twice: int
    """there more than once"""
    states: Counter[State]
    slowest: float
    """seconds from being due to standing there, of the prompt that took longest"""

    @property
    def is_none(self) -> bool:
        """Whether each stands there once, and the outbox knows it."""
        return (self.lost, self.twice, self.states) == (0, 0, Counter({State.SENT: self.prompts}))


async def toll(database: Database, slack: RecordingSlack) -> Toll:
    """Compare the outbox with what stands in Slack."""
    table = tables.outbox
    async with database.read(people.DISTRICT) as store:
        columns = select(table.c.delivery, table.c.state, table.c.due).where(table.c.tenant == store.tenant)
        rows = await store.rows(columns)
    standing = slack.standing()
    due = {row.delivery: row.due.timestamp() for row in rows}
    took = [each.at - due[each.key] for each in slack.effects() if each.kind == "posted" and each.key in due]
    return Toll(
        prompts=len(rows),
        lost=sum(not standing[row.delivery] for row in rows),
        twice=sum(number > 1 for number in standing.values()),
        states=Counter(State(row.state) for row in rows),
        slowest=max(took, default=0.0),
    )
