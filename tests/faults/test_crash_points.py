"""A process that dies, or stands still, at each moment that has a name: nothing is lost, nothing comes twice."""

import signal
from uuid import uuid4

import pytest

from storage import people, tables
from tests.faults.fleet import ANA, Fleet, until
from tests.faults.mortal import HEARING, SENDING
from tests.faults.recording_slack import WORKSPACE
from tests.slack import wire

PROMPTS = 100
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def typed(words: str) -> wire.Request:
    """What Slack says when Ana writes in her direct conversation."""
    said = {"type": "message", "channel": f"D{ANA[1:]}", "channel_type": "im", "user": ANA, "text": words}
    stamp = {"ts": "1795384781.000100", "event_ts": "1795384781.000100", "client_msg_id": str(uuid4())}
    envelope = {"type": "event_callback", "event_id": f"Ev{uuid4().hex}", "event_time": 1795384781}
    return wire.event({**envelope, "team_id": WORKSPACE, "event": {**said, **stamp}})


@pytest.mark.parametrize("moment", SENDING)
async def test_whenever_a_process_dies_that_sends_each_prompt_stands_there_once(fleet: Fleet, moment: str) -> None:
    await fleet.owes(PROMPTS)
    assert fleet.starts(at=moment).life.ended()
    fleet.starts()
    await fleet.has_settled()
    toll = await fleet.toll()
    assert toll.is_none, toll


@pytest.mark.parametrize("moment", HEARING)
async def test_whenever_a_process_dies_that_hears_somebody_they_get_one_answer(fleet: Fleet, moment: str) -> None:
    await fleet.founds()
    request = typed("help")
    first = fleet.starts(at=moment)
    status = first.hears(request)
    assert status == (0 if moment.startswith("captur") else 200)
    first.life.dies()
    async with fleet.database.read(people.DISTRICT) as store:
        kept = await store.select(tables.inbox)
    assert len(kept) == (moment != "capturing")
    assert [row["done_at"] for row in kept] == [None] * len(kept)

    second = fleet.starts()
    assert second.hears(request) == 200, "Slack says it again when it was not acknowledged, and sometimes when it was"
    await fleet.has_heard()
    await fleet.has_settled()
    toll = await fleet.toll()
    assert (toll.prompts, toll.is_none) == (1, True), toll


@on_postgresql
async def test_whenever_processes_stand_still_beyond_their_leases_nothing_stands_there_twice(fleet: Fleet) -> None:
    await fleet.owes(PROMPTS * len(SENDING))
    asleep = []
    for moment in SENDING:
        asleep.append(fleet.starts(at=moment, how=signal.SIGSTOP).life)
        await until(asleep[-1].is_still)
    fleet.starts()
    await fleet.has_settled()
    for each in asleep:
        each.goes_on()
        each.leaves()
    toll = await fleet.toll()
    assert toll.is_none, toll
