"""A process that dies, or stands still, at each moment that has a name: nothing is lost, nothing comes twice."""

import signal
from collections.abc import Callable

import pytest

from storage import people, tables
from tests.faults.fleet import RESPONSE, Fleet, filled, ordered, pressed, typed, until
from tests.faults.mortal import ANSWERING, HEARING, SENDING
from tests.faults.recording_slack import RecordingSlack
from tests.slack.wire import Request

PROMPTS = 100
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@on_sqlite
@pytest.mark.parametrize("moment", SENDING)
async def test_whenever_a_process_dies_that_sends_each_prompt_stands_there_once(fleet: Fleet, moment: str) -> None:
    await fleet.owes(PROMPTS)
    assert fleet.starts(at=moment).life.ended()
    fleet.starts()
    await fleet.has_settled()
    toll = await fleet.toll()
    assert toll.is_none, toll


@on_postgresql
async def test_when_a_process_dies_at_each_of_these_moments_the_others_send_what_it_held(fleet: Fleet) -> None:
    await fleet.owes(PROMPTS * len(SENDING))
    for moment in SENDING:
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


@pytest.mark.parametrize("moment", [*HEARING, *ANSWERING])
@pytest.mark.parametrize("does", [ordered, pressed, filled])
async def test_whenever_a_process_dies_that_answers_at_once_the_answer_comes_at_least_once(
    fleet: Fleet, does: Callable[[RecordingSlack], Request], moment: str
) -> None:
    """It is shown, or comes as a message; both only where the process died before it could note what it had shown."""
    await fleet.founds()
    request, before = does(fleet.slack), fleet.slack.calls()[RESPONSE]
    first = fleet.starts(at=moment)
    assert first.hears(request) == (0 if moment.startswith("captur") else 200)
    if moment in ANSWERING:
        await fleet.has_acted()
    if moment == "answered" and does is not filled:
        await until(lambda: fleet.slack.calls()[RESPONSE] > before)
    first.life.dies()

    second = fleet.starts()
    assert second.hears(request) == 200
    await fleet.has_heard()
    await fleet.has_settled()
    toll = await fleet.toll()
    assert toll.is_none, toll
    if moment != "capturing":
        assert toll.prompts == 1
    elif does is not filled:
        await until(lambda: fleet.slack.calls()[RESPONSE] > before)
    is_shown = moment in ("capturing", "answered") and does is not filled
    assert fleet.slack.calls()[RESPONSE] - before == is_shown


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
    assert "deleted" in {each.kind for each in fleet.slack.effects()}, "who was leaving has posted, and taken it back"
