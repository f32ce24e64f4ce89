"""Processes that die at any moment, one by one or all at once, and a database that does: all stands there once."""

import asyncio
import random

import pytest

from tests.faults import prompts
from tests.faults.cluster import MortalCluster
from tests.faults.fleet import PATIENCE, Fleet, typed
from tests.faults.nursery import Birth
from tests.faults.recording_slack import RecordingSlack

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
KILLS = 6
PROMPTS = 300
POSTS = PROMPTS * (prompts.EACH - 1) // prompts.EACH


async def test_processes_that_die_at_random_lose_no_prompt_and_no_answer(fleet: Fleet) -> None:
    """Each is killed somewhere on its way; whoever takes its place also hears what somebody typed."""
    chance = random.Random(7)
    await fleet.founds()
    await fleet.owes(PROMPTS)
    alive = [fleet.starts() for _ in range(2 if fleet.database.is_shared else 1)]
    for number in range(KILLS):
        fleet.slack.wait(number * POSTS // KILLS + chance.randrange(POSTS // KILLS), PATIENCE)
        place = chance.randrange(len(alive))
        alive[place].life.dies()
        alive[place] = fleet.starts()
        assert alive[place].hears(typed("help", number)) == 200
    await fleet.has_heard()
    await fleet.has_settled()
    toll = await fleet.toll()
    assert (toll.prompts, toll.is_none) == (PROMPTS + KILLS, True), toll


async def test_when_all_processes_die_at_once_the_next_ones_finish_what_they_began(fleet: Fleet) -> None:
    await fleet.owes(PROMPTS)
    for wave in range(1, 3):
        alive = [fleet.starts() for _ in range(3 if fleet.database.is_shared else 1)]
        fleet.slack.wait(wave * POSTS // 5, PATIENCE)
        for each in alive:
            each.life.dies()
    fleet.starts()
    await fleet.has_settled()
    toll = await fleet.toll()
    assert toll.is_none, toll


@on_postgresql
async def test_processes_that_stand_still_at_random_beyond_their_leases_leave_nothing_twice(fleet: Fleet) -> None:
    chance = random.Random(11)
    await fleet.owes(PROMPTS)
    asleep = []
    for number in range(1, 4):
        asleep.append(fleet.starts().life)
        fleet.slack.wait(number * POSTS // 8 + chance.randrange(20), PATIENCE)
        asleep[-1].stands_still()
    fleet.starts()
    await fleet.has_settled()
    for each in asleep:
        each.goes_on()
        each.leaves()
    toll = await fleet.toll()
    assert toll.is_none, toll


async def test_a_database_that_dies_under_load_has_forgotten_nothing(
    mortal_cluster: MortalCluster, recording_slack: RecordingSlack, born: Birth
) -> None:
    async with Fleet.open(mortal_cluster.url, recording_slack, born) as fleet:
        await fleet.owes(PROMPTS)
        for _ in range(2):
            fleet.starts()
        for number in (1, 2, 3):
            recording_slack.wait(number * POSTS // 4, PATIENCE)
            await asyncio.to_thread(mortal_cluster.dies)
        await fleet.has_settled()
        toll = await fleet.toll()
        assert toll.is_none, toll
        assert not any(each.life.ended(0) for each in fleet.replicas), "they outlive it"
