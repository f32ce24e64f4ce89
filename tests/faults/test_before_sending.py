"""What changes between the moment at which a message was written and the one at which it would go."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.sample import CALENDAR, FIRST_DAY
from flows.calendar import Closure, SchoolCalendar
from flows.people import Leave, Member, Membership, Role
from flows.people import School as SchoolOnRecord
from flows.sends import SendKind
from storage.outbox import OutboxRow
from tests.world import School

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PROMPTED = CALENDAR.at(FIRST_DAY, time(7, 45))
ZONES = ("America/Los_Angeles", "Pacific/Honolulu", "Pacific/Guam")


async def written(school: School) -> None:
    """The first question is in the outbox, and nobody has sent it yet."""
    await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    school.clock.set(PROMPTED)
    await school.rehearsal.conductor.tick()
    assert await prompts(school)
    assert not school.stage.posts


async def prompts(school: School) -> list[OutboxRow]:
    """The questions that the bot means to start, or has started."""
    return [row for row in await school.rows() if row.send.kind is SendKind.PROMPT]


async def keeps(school: School, calendar: SchoolCalendar) -> None:
    """Import another calendar."""
    await school.keep(SchoolOnRecord("riverside", "Riverside Middle School", calendar))
    school.calendar = calendar


# ---------------------------------------------------------------- people


async def leave(school: School) -> None:
    await school.keep(Leave("ben", FIRST_DAY, FIRST_DAY + timedelta(days=30)))


async def deactivated(school: School) -> None:
    await school.keep(Member("ben", "Ben B.", left_on=FIRST_DAY))


async def left(school: School) -> None:
    await school.keep(Membership("team", "ben", (Role.TEACHER,), 1, left_on=FIRST_DAY))


async def moved(school: School) -> None:
    await school.another_team("science", "Ben", administrator="Dan", channel="science")
    await left(school)


@pytest.mark.parametrize("change", [leave, deactivated, left, moved])
async def test_whoever_is_not_to_be_asked_any_more_is_not_asked_though_the_question_was_written(
    school: School, change: Callable[[School], Awaitable[None]]
) -> None:
    await written(school)
    await change(school)
    await school.rehearsal.dispatcher.drain()
    await school.until("2027-02-12 17:00")

    assert [post for post in school.stage.posts if post.place == "direct-ben"] == []
    (row,) = [row for row in await prompts(school) if row.send.to == "ben"]
    assert row.error, "the reason is on record"
    asked = {post.place for post in school.stage.posts if post.message.title == "What should we work on?"}
    assert asked == {"direct-ana", "direct-lena"}, "all others are"


# ---------------------------------------------------------------- days and clocks


async def test_a_holiday_that_is_inserted_the_same_morning_stops_what_was_written(school: School) -> None:
    await written(school)
    await keeps(school, replace(CALENDAR, closures=(*CALENDAR.closures, Closure(FIRST_DAY, FIRST_DAY, "Snow"))))
    await school.rehearsal.dispatcher.drain()
    await school.until("2027-02-02 07:29")
    assert school.stage.posts == []

    await school.until("2027-02-02 17:00")
    assert {CALENDAR.local_date(post.at) for post in school.stage.posts} == {date(2027, 2, 2)}
    assert await once_a_day(school)


@on_sqlite
@pytest.mark.parametrize("zone", ZONES)
async def test_a_zone_that_changes_over_a_written_question_makes_no_second_one_and_none_out_of_hours(
    school: School, zone: str
) -> None:
    await written(school)
    await keeps(school, replace(CALENDAR, zone=zone))
    await school.rehearsal.dispatcher.drain()
    for day in range(1, 6):
        await school.until(f"2027-02-{day:02} 17:00")

    assert school.stage.posts
    assert all(school.calendar.is_working(post.at) for post in school.stage.posts)
    assert await once_a_day(school)


@on_sqlite
@pytest.mark.parametrize("jumps", [(-180, 60), (-1440, 30), (240, -240, 15), (45, -90, 45, -60, 120)], ids=str)
async def test_however_the_clock_jumps_over_a_written_question_nobody_is_asked_twice_or_out_of_hours(
    school: School, jumps: tuple[int, ...]
) -> None:
    """By so many minutes, one after the other."""
    await written(school)
    for minutes in jumps:
        school.clock.set(school.clock.now + timedelta(minutes=minutes))
        await school.rehearsal.settle()
    school.clock.set(max(school.clock.now, PROMPTED))
    await school.until("2027-02-05 17:00")

    assert all(CALENDAR.is_working(post.at) for post in school.stage.posts)
    asked = Counter(post.place for post in school.stage.posts if post.message.title == "What should we work on?")
    assert asked == {"direct-ana": 1, "direct-ben": 1, "direct-lena": 1}
    assert await once_a_day(school)


async def once_a_day(school: School) -> bool:
    """Whether nobody has got one question two times on a date."""
    told = Counter(
        (post.place, post.message.title, school.calendar.local_date(post.at))
        for post in school.stage.posts
        if post.place.startswith("direct-")
    )
    return bool(told) and max(told.values()) == 1
