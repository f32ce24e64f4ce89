"""A process that dies, or stands still, at each moment that has a name: nothing is lost, nothing comes twice."""

import signal

import pytest

from storage import people, tables
from tests.faults.fleet import Fleet, typed, until
from tests.faults.mortal import HEARING, SENDING

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
