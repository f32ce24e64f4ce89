"""Clocks that are hours apart: what is in doubt is found by Slack's own time, and nothing is posted twice."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from adapters.base import Address, Outcome, Sent, Unsure
from adapters.slack import api
from adapters.slack.app import Slack
from bot.dispatcher import Dispatcher
from flows.messages import Message
from storage import outbox
from storage.clock import HandClock
from storage.database import Database
from storage.state import State
from tests.bot.test_dispatcher import AT_ONCE, row, states, yes
from tests.faults.recording_slack import PAGE, TOKEN, RecordingSlack
from tests.machine_time import put_ahead
from tests.storage.samples import NOON, a_send, direct

HOUR = 3600.0
APART = (-6 * HOUR, -HOUR, 0.0, HOUR)


class Installed:
    """The one workspace, and its token."""

    async def token(self, workspace: str) -> str:
        return TOKEN


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOON)


@asynccontextmanager
async def sending(
    database: Database, slack: RecordingSlack, *hears: Outcome
) -> AsyncIterator[tuple[Dispatcher, Slack]]:
    """Somebody who sends by our adapter, and hears this of the first posts whatever came of them."""
    anybody: Any = None
    adapter, heard = Slack(anybody, anybody, Installed(), "", slack.url), list(hears)  # type: ignore[arg-type]
    send = adapter.send

    async def hard_of_hearing(*given: Any) -> Outcome:
        outcome = await send(*given)
        return heard.pop(0) if heard else outcome

    adapter.send = hard_of_hearing  # type: ignore[method-assign]
    try:
        yield Dispatcher(database, {"slack": adapter}, yes, AT_ONCE), adapter
    finally:
        await adapter.close()


async def owe(database: Database, *keys: str) -> None:
    async with database.begin("d1") as store:
        for key in keys:
            await outbox.enqueue(store, a_send(key, message=Message(key)), direct("U1", platform="slack"))


def is_posted_once(slack: RecordingSlack, keys: Sequence[str]) -> bool:
    posted = slack.posted()
    return len(posted) == len(keys) and set(posted.values()) == {1}


@pytest.mark.parametrize("ahead", [0, 24], ids=lambda hours: f"database +{hours} h")
@pytest.mark.parametrize("apart", APART, ids=lambda seconds: f"slack {seconds / HOUR:+g} h")
async def test_however_far_slacks_clock_and_ours_are_apart_what_arrived_is_found(
    database: Database, recording_slack: RecordingSlack, apart: float, ahead: int
) -> None:
    recording_slack.forget()
    recording_slack.clock(apart)
    put_ahead(database, timedelta(hours=ahead))
    looked = recording_slack.calls()["conversations.history"]
    await owe(database, "one", "two")
    async with sending(database, recording_slack, Unsure("reset"), Unsure("reset")) as (dispatcher, slack):
        await dispatcher.drain()
        there = (await slack.api("T1")).clock.ahead.total_seconds()

    assert is_posted_once(recording_slack, ["one", "two"])
    assert await states(database) == {"one": State.SENT, "two": State.SENT}
    assert there == pytest.approx(apart, abs=5)
    looks = recording_slack.calls()["conversations.history"] - looked
    assert looks == (3 if apart < 0 else 2), "the time is learned once"


async def test_where_slack_does_not_tell_the_time_it_is_ours(
    database: Database, recording_slack: RecordingSlack
) -> None:
    recording_slack.forget()
    recording_slack.clock(0, is_told=False)
    put_ahead(database, timedelta(hours=24))
    await owe(database, "one")
    async with sending(database, recording_slack, Unsure("reset")) as (dispatcher, _):
        await dispatcher.drain()
    assert is_posted_once(recording_slack, ["one"])


async def test_where_there_is_too_much_to_look_through_an_operator_hears_of_it(
    database: Database, recording_slack: RecordingSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "MOST_PAGES", 1)
    recording_slack.forget()
    await owe(database, "one", "two")
    async with sending(database, recording_slack, Unsure("reset")) as (dispatcher, slack):
        taken = await dispatcher._claimed()
        assert taken
        await dispatcher._deliver(taken)
        (first,) = recording_slack.effects()
        client = (await slack.api("T1")).client
        for number in range(PAGE):
            await client.chat_postMessage(channel=first.channel, text=f"and {number}")
        await dispatcher.drain()
    assert await states(database) == {"one": State.HELD, "two": State.SENT}
    assert (await row(database, "one")).error == api.TOO_MANY


async def test_a_copy_is_found_by_slacks_own_time(database: Database, recording_slack: RecordingSlack) -> None:
    """Who stood still while sending finds its own post and deletes it, though Slack's clock is behind."""
    recording_slack.forget()
    recording_slack.clock(-6 * HOUR)
    await owe(database, "one")
    async with sending(database, recording_slack, Unsure("reset")) as (late, slack):
        taken = await late._claimed()
        assert taken
        going = await late._mark(taken.claim.tenant, taken.claim.rows)
        sent = [await late._send(row, message, taken.began) for row, message in going]
        (first,) = recording_slack.effects()
        address = first.channel
        await _somebody_else_posts(database, slack, sent[0][0], address)
        await late._settle_surely("d1", sent)
    (key,) = recording_slack.posted()
    assert (recording_slack.posted()[key], recording_slack.standing()[key]) == (2, 1)


async def _somebody_else_posts(database: Database, slack: Slack, row: outbox.OutboxRow, place: str) -> None:
    """Another process has taken the message over, and sent it."""
    posted = await (await slack.api("T1")).post(Address("T1", place, "U1"), Message("one"), row.delivery)
    assert isinstance(posted, Sent)
    async with database.begin("d1") as store:
        table = outbox.tables.outbox
        await store.update(table, state=State.SENT, message_id=posted.id, lease_by="", version=table.c.version + 1)
