"""Prompts that are due, and what became of them: by the outbox, and by Slack's own record."""

from collections import Counter
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Toll:
    """What became of the prompts; nothing may ever be lost, and nothing may stand there twice."""

    prompts: int
    lost: int
    """settled as sent, or not at all, and not there"""
    twice: int
    """there more than once"""
    states: Counter[State]

    @property
    def is_none(self) -> bool:
        """Whether each stands there once, and the outbox knows it."""
        return (self.lost, self.twice, self.states) == (0, 0, Counter({State.SENT: self.prompts}))


async def toll(database: Database, slack: RecordingSlack) -> Toll:
    """Compare the outbox with what stands in Slack."""
    async with database.read(people.DISTRICT) as store:
        rows = {row["delivery"]: State(row["state"]) for row in await store.select(tables.outbox)}
    standing = slack.standing()
    lost = sum(not standing[delivery] for delivery in rows)
    twice = sum(number > 1 for number in standing.values())
    return Toll(len(rows), lost, twice, Counter(rows.values()))
