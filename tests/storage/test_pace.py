"""No workspace and no conversation gets more than its platform takes, and a backlog delays nobody else."""

import asyncio
from bisect import bisect_right
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from flows.sends import Priority, Send, SendKind
from storage import claims, lanes, outbox, tables
from storage.claims import Claim
from storage.clock import HandClock
from storage.database import Database
from storage.everywhere import Everywhere
from storage.lanes import LIMITS, Lane
from storage.settlements import sent, settle

from .samples import NOON, a_send, direct, pile_up

LEASE = timedelta(seconds=60)
BEGIN = datetime(2040, 1, 2, tzinfo=UTC)
"""machine time, when it is moved by hand"""
WORKERS = 3
OF_A_CONVERSATION = {"slack": [(3, 1), (4, 2), (12, 10)], "teams": [(7, 1), (8, 2), (60, 30), (1_800, 3_600)]}
"""so many messages in so many seconds; for Slack a short burst, and then one in a second"""


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOON)


@asynccontextmanager
async def at(database: Database, seconds: float) -> AsyncIterator[Everywhere]:
    """Do something when machine time is so many seconds after the beginning."""
    async with database.everywhere() as everywhere:
        everywhere.now = BEGIN + timedelta(seconds=seconds)
        yield everywhere


async def claim(database: Database, seconds: float) -> Claim | None:
    async with at(database, seconds) as everywhere:
        return await claims.claim(everywhere, LEASE)


async def arrive(database: Database, seconds: float, taken: Claim | None) -> None:
    """Settle what was claimed as sent."""
    if taken and taken.rows:
        async with at(database, seconds) as everywhere:
            await settle(everywhere.store(taken.tenant), [sent(row, f"p-{row.delivery}") for row in taken.rows])


async def enqueue(database: Database, user: str, *sends: Send, seconds: float = 0, platform: str = "slack") -> None:
    async with at(database, seconds) as everywhere:
        for send in sends:
            await outbox.enqueue(everywhere.store("d1"), send, direct(user, platform=platform))


async def has_backlog(database: Database, tenant: str, count: int, platform: str = "test") -> None:
    async with at(database, 0) as everywhere:
        await pile_up(everywhere.store(tenant), count, platform)


def most_in(times: Sequence[float], seconds: float) -> int:
    """The most of these moments, in their order, that lie in any window of so many seconds."""
    return max((bisect_right(times, first + seconds) - index for index, first in enumerate(times)), default=0)


def assert_within(times: Sequence[float], rate: float, burst: float) -> None:
    """No window, however long, holds more than the burst and what its seconds give."""
    for index, first in enumerate(times):
        for count, last in enumerate(times[index:], 1):
            assert count <= burst + rate * (last - first) + 1e-6


# ---------------------------------------------------------------- a workspace


@given(
    some.sampled_from(["slack", "teams"]),
    some.lists(some.tuples(some.floats(0, 5), some.sampled_from(Priority), some.integers(0, 40)), max_size=60),
)
def test_a_lane_never_gives_more_than_its_burst_and_its_rate(
    platform: str, wants: list[tuple[float, Priority, int]]
) -> None:
    limit, now, times, prompts = LIMITS[platform], 0.0, list[float](), list[float]()
    lane = Lane("d1", platform, "T1", limit.rate, limit.burst, limit.burst, 1.0, BEGIN, BEGIN, BEGIN, BEGIN)
    for passes, priority, wanted in wants:
        now += passes
        lane = lane.refilled(BEGIN + timedelta(seconds=now))
        count = min(wanted, lane.allowance(priority))
        lane = lane.served(count, lane.refilled_at)
        times += [now] * count
        prompts += [] if priority is Priority.ANSWER else [now] * count
    assert_within(times, limit.rate, limit.burst)
    assert_within(prompts, limit.rate, limit.burst * (1 - lanes.RESERVED))


def test_in_any_second_teams_gets_no_more_than_it_takes_from_an_app() -> None:
    assert LIMITS["teams"].burst + LIMITS["teams"].rate <= 50


@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_several_workers_together_stay_within_what_a_workspace_and_a_conversation_take(
    database: Database, platform: str
) -> None:
    """A morning: a backlog of prompts, people who get several answers, and workers who claim at the same moment."""
    await has_backlog(database, "d1", 150, platform)
    chance, now, times, answers = Random(7), 0.0, defaultdict[str, list[float]](list), list[float]()
    for number in range(25):
        now += chance.choice([0.05, 0.3, 1.0])
        people = [f"U{chance.randrange(3)}" for _ in range(4)]
        for each, user in enumerate(people):
            await enqueue(database, user, a_send(f"{number} {each}", SendKind.ANSWER), seconds=now, platform=platform)
        taken = await asyncio.gather(*(claim(database, now) for _ in range(WORKERS)))
        for each in taken:
            await arrive(database, now, each)
            for row in each.rows if each else ():
                times[row.destination.place].append(now)
                answers += [now] if row.send.kind is SendKind.ANSWER else []

    limit = LIMITS[platform]
    everything = sorted(moment for each in times.values() for moment in each)
    assert len(everything) > 0.7 * min(250, limit.burst + limit.rate * now), "nor much less than it takes"
    assert len(answers) > 30
    assert_within(everything, limit.rate, limit.burst)
    for of_one in times.values():
        for most, seconds in OF_A_CONVERSATION[platform]:
            assert most_in(of_one, seconds - 0.001) <= most


# ---------------------------------------------------------------- a conversation


@pytest.mark.parametrize("platform", OF_A_CONVERSATION)
def test_the_pace_of_a_conversation_keeps_all_of_its_limits(platform: str) -> None:
    limit = LIMITS[platform]
    for most, seconds in OF_A_CONVERSATION[platform]:
        assert limit.at_once + timedelta(seconds=seconds - 0.001) // limit.gap <= most


@pytest.mark.parametrize(("platform", "at_once", "gap"), [("slack", 3, 1.0), ("teams", 7, 2.02)])
async def test_answers_come_at_once_and_then_at_the_pace_of_a_conversation(
    database: Database, platform: str, at_once: int, gap: float
) -> None:
    answers = [a_send(f"{number:02}", SendKind.ANSWER) for number in range(at_once + 3)]
    await enqueue(database, "U1", *answers, platform=platform)
    now, times = 0.0, list[float]()
    while len(times) < len(answers):
        taken = await claim(database, now)
        times += [now] if taken and taken.rows else []
        await arrive(database, now, taken)
        now = round(now + (0.0 if taken and taken.rows else 0.5), 2)
    assert times[:at_once] == [0.0] * at_once
    waits = [later - first for first, later in zip([0.0, *times[at_once:]], times[at_once:], strict=False)]
    assert all(gap - 0.5 <= wait <= gap + 0.5 for wait in waits)


async def test_a_busy_conversation_holds_up_no_other(database: Database) -> None:
    await enqueue(database, "U1", *(a_send(f"one {number}", SendKind.ANSWER) for number in range(5)))
    for _ in range(3):
        await arrive(database, 0, await claim(database, 0))
    await enqueue(database, "U2", a_send("another", SendKind.ANSWER))
    taken = await claim(database, 0)
    assert taken is not None
    assert [row.send.key for row in taken.rows] == ["another"]


async def test_a_conversation_that_rested_gets_its_burst_again(database: Database) -> None:
    for begin in (0, 60):
        await enqueue(database, "U1", *(a_send(f"{begin} {n}", SendKind.ANSWER) for n in range(4)), seconds=begin)
        for _ in range(3):
            taken = await claim(database, begin)
            assert taken is not None
            assert len(taken.rows) == 1
            await arrive(database, begin, taken)
        held_up = await claim(database, begin)
        assert held_up is None or held_up.rows == ()
        await arrive(database, begin + 5, await claim(database, begin + 5))


async def test_where_a_platform_has_no_limit_nothing_is_kept_of_conversations(database: Database) -> None:
    await enqueue(database, "U1", *(a_send(f"{number}") for number in range(5)), platform="test")
    for _ in range(5):
        taken = await claim(database, 0)
        assert taken is not None
        assert len(taken.rows) == 1
        await arrive(database, 0, taken)
    async with database.read("d1") as store:
        assert await store.select(tables.pace) == []


# ---------------------------------------------------------------- "too many"


async def paused(database: Database, seconds: float, wait: float, times: int = 1) -> None:
    async with at(database, seconds) as everywhere:
        for _ in range(times):
            await lanes.pause(everywhere.store("d1"), "slack", "T1", wait)


async def taken_until(database: Database, begin: float, end: float) -> int:
    """How many messages workers get who look every half second."""
    count = 0
    for half in range(round((end - begin) * 2)):
        taken = await claim(database, begin + half / 2)
        await arrive(database, begin + half / 2, taken)
        count += len(taken.rows) if taken else 0
    return count


async def test_a_lane_that_was_told_to_wait_gives_nothing_until_then_and_half_as_much_afterwards(
    database: Database,
) -> None:
    await has_backlog(database, "d1", 200, "slack")
    assert await taken_until(database, 0, 1) > 0
    await paused(database, 1, wait=30)
    assert await taken_until(database, 1, 31) == 0
    assert await taken_until(database, 31, 41) in range(16, 24), "two a second, and nothing was saved up"


async def test_what_was_on_its_way_together_slows_a_lane_down_once(database: Database) -> None:
    await has_backlog(database, "d1", 1, "slack")
    await paused(database, 0, wait=30, times=25)
    async with database.read("d1") as store:
        (lane,) = await store.select(tables.lane)
    assert lane["pace"] == 0.5


async def test_the_longest_wait_counts_and_the_pace_comes_back_in_time(database: Database) -> None:
    await has_backlog(database, "d1", 1, "slack")
    await paused(database, 0, wait=60)
    await paused(database, 1, wait=30)
    async with database.read("d1") as store:
        lane = Lane(**(await store.select(tables.lane))[0])
    assert lane.paused_until == BEGIN + timedelta(seconds=60)
    assert lane.refilled(lane.paused_until).tokens == 0
    assert lane.refilled(lane.paused_until + lanes.RECOVERY / 4).pace == 0.75
    assert lane.refilled(lane.paused_until + lanes.RECOVERY).pace == 1.0


async def test_a_lane_that_complains_for_good_keeps_an_eighth_of_its_pace(database: Database) -> None:
    await has_backlog(database, "d1", 1, "slack")
    for number in range(10):
        await paused(database, number * 60, wait=30)
    async with database.read("d1") as store:
        (lane,) = await store.select(tables.lane)
    assert lane["pace"] == lanes.SLOWEST


# ---------------------------------------------------------------- others


async def test_a_backlog_of_one_tenant_delays_a_hundred_others_by_one_turn(database: Database) -> None:
    async with at(database, 0) as everywhere:
        await pile_up(everywhere.store("big"), 5_000)
        for number in range(100):
            await pile_up(everywhere.store(f"small-{number}"), 5)
    turns = [await claim(database, 0) for _ in range(104)]
    served = [each.tenant for each in turns if each]
    assert len(set(served[:101])) == 101, "everybody has a turn before anybody has a second"
    assert served[101:] == ["big"] * 3, "and when the others have nothing left, every turn is its own"
    assert {len(each.rows) for each in turns if each and each.tenant == "big"} == {lanes.MOST_CLAIMED}


async def test_an_answer_in_a_lane_with_a_backlog_is_taken_next(database: Database) -> None:
    await has_backlog(database, "d1", 1_000)
    await claim(database, 0)
    await enqueue(database, "U-late", a_send("answer", SendKind.ANSWER), platform="test")
    taken = await claim(database, 0)
    assert taken is not None
    assert taken.rows[0].send.key == "answer"
