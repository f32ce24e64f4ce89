"""In a large district each person has an own time for what is due for all."""

from datetime import datetime, timedelta

from bot import sample
from bot.config import Settings
from bot.doctor import examine
from flows.sends import SendKind
from storage import lanes, records
from storage.addresses import Identity
from storage.database import Database
from tests.storage import samples
from tests.world import School

WINDOW = timedelta(minutes=7)


async def is_large(school: School) -> None:
    """Let its workspace take four people as slowly as a large one takes thousands."""
    async with school.rehearsal.database.begin(sample.TENANT) as store:
        await lanes.limit(store, sample.PLATFORM, sample.WORKSPACE, rate=4 / WINDOW.total_seconds(), burst=10)


async def offsets(school: School, due: datetime) -> dict[str, timedelta]:
    """How long after this moment each person got what the bot started."""
    kinds = (SendKind.PROMPT, SendKind.NUDGE)
    sends = [row.send for row in await school.rows() if row.send.kind in kinds]
    return {each.to: each.due - due for each in sends if due <= each.due < due + timedelta(hours=1)}


async def test_each_person_has_the_same_time_for_every_prompt_and_reminder(school: School) -> None:
    await school.team("Ana", "Ben", "Chloé", administrator="Lena")
    await is_large(school)
    await school.begins()
    monday, tuesday = school.moment("2027-02-01 07:45"), school.moment("2027-02-02 07:45")
    next_monday = school.moment("2027-02-08 07:30")
    await school.until("2027-02-08 08:00")

    asked = await offsets(school, monday)
    assert set(asked) == {"ana", "ben", "chloé", "lena"}
    assert len(set(asked.values())) == 4
    assert all(timedelta() <= offset < WINDOW for offset in asked.values())
    assert await offsets(school, tuesday) == asked, "the reminder"
    assert await offsets(school, next_monday) == {"ana": asked["ana"]}, "what waited for the opening of a new week"
    told = {post.place: post.at - monday for post in school.stage.posts if monday <= post.at < monday + WINDOW}
    assert told == {school.people[name].place: offset for name, offset in asked.items()}


async def test_what_people_start_is_not_spread(school: School) -> None:
    _, _, _, lena = await school.team("Ana", "Ben", "Chloé", administrator="Lena")
    await is_large(school)
    ten = school.moment("2027-02-01 10:00")
    await school.until("2027-02-01 10:00")
    await lena.says("/decide Shall we start at eight?")
    await lena.submits({"question": "Shall we start at eight?", "mode": "consent"})
    await lena.presses("Post it")
    await school.until("2027-02-01 11:00")
    at_once = timedelta(minutes=5)
    assert await offsets(school, ten) == {"ana": at_once, "ben": at_once, "chloé": at_once}


async def test_a_small_team_is_told_at_the_very_moment(school: School) -> None:
    await school.team("Ana", "Ben", "Chloé", administrator="Lena")
    await school.begins()
    await school.until("2027-02-01 10:00")
    assert set((await offsets(school, school.moment("2027-02-01 07:45"))).values()) == {timedelta()}


async def test_the_doctor_says_how_long_everybody_takes(database_url: str) -> None:
    async with Database(database_url) as database, database.begin("district") as store:
        await samples.found(store)
        await records.keep(store, Identity("ben", "teams", "T2", "29:ben"))
        crowd = [Identity("ana", "slack", "T1", f"U{number}") for number in range(2, 1_001)]
        await records.keep(store, *crowd)
    told = [finding.sentence for finding in await examine(Settings(database_url=database_url)) if finding.is_good]
    assert (
        "Prompts to 1,000 people on Slack go out within 5 minutes from the moment they are due, "
        "to each person at the same time every week." in told
    )
    assert "Prompts to 1 person on Teams go out at the moment they are due." in told
