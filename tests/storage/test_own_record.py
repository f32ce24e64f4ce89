"""A person's own record holds what names them, and nothing that somebody else has not posted yet."""

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.decision_records import Amendment, Ask, Decision
from flows.own_record import Rows
from flows.records import Doubt
from storage import own_record, records
from storage.clock import HandClock
from storage.database import Database
from storage.store import Store

from . import samples


@pytest.fixture
def clock() -> HandClock:
    """A Saturday of the term: what was posted on Monday is out."""
    return HandClock(samples.NOON + timedelta(days=5))


def _words(held: Rows) -> set[str]:
    return {str(row.get("question") or row.get("what") or row.get("said")) for row in held}


async def _of(store: Store, member: str) -> set[str]:
    held = await own_record.of(store, member)
    return set().union(*(_words(held.get(table, ())) for table in ("decision", "amendment", "ask", "doubt")))


async def test_only_their_author_holds_drafts_and_what_can_still_be_undone(database: Database) -> None:
    async with database.begin("lincoln") as store:
        await samples.found(store)
        posted = Decision("grade-4", 1, 1, "consent", "Posted", "", "ana", samples.NOON, ("ben",))
        await records.keep(
            store,
            posted,
            replace(posted, number=2, question="Draft", state="draft"),
            replace(posted, number=3, question="Undone", state="undone"),
            replace(posted, number=4, question="Just posted", posted_at=store.school_time),
            Amendment("grade-4", 1, "Amended draft", "", samples.NOON, asked=("ben",)),
            Amendment("grade-4", 4, "Amended and out", "", samples.NOON, "out", asked=("ben",)),
            Ask("grade-4", 1, 1, "Just asked", "time", "", "ana", "ben", samples.DAY, store.school_time),
            Ask("grade-4", 2, 1, "Asked", "time", "", "ana", "ben", samples.DAY, samples.NOON),
            Doubt("grade-4", 1, "ana", samples.NOON, {"owner": "ben"}),
        )
        out = {"Posted", "Amended and out", "Asked"}

        assert await _of(store, "ben") == out
        authored = {"Draft", "Undone", "Just posted", "Amended draft", "Just asked", "{'owner': 'ben'}"}
        assert await _of(store, "ana") == out | authored
