"""A new installation: a code, one person, four questions, a first week that is looked at, and a team that begins."""

from datetime import UTC, date, datetime, time

from adapters import text
from adapters.base import Account
from bot import foundings, sample
from bot.conductor import Conductor
from bot.directory import Directory
from bot.rehearsal import Player
from flows.events import Event, Said
from flows.founding import MOST_WRONG
from flows.people import Member
from storage import founding, installations, people, records
from storage.installations import Installation
from tests.world import CHANNEL, School, told

ANSWERS = {
    "name": "Lena Ortiz",
    "school": "Riverside",
    "zone": "eastern",
    "hours": "7:30 am to 3:30 pm",
    "calendar": "none",
    "members": "Ana Ruiz, ana@school.example, teacher, facilitator\nBen Carter, ben@school.example, teacher",
    "meeting": "2027-02-03",
}


async def empty(school: School) -> str:
    """A workspace of a district of which nothing is on record, the day before the first of February; its code."""
    school.clock.set(datetime(2027, 1, 29, 22, 0, tzinfo=UTC))
    async with school.rehearsal.database.begin(sample.TENANT) as store:
        await people.found_tenant(store, "Our district")
        await installations.install(store, sample.PLATFORM, Installation(sample.WORKSPACE))
    return await foundings.offer(school.rehearsal.database)


def somebody(school: School, id: str, name: str) -> Player:
    """Somebody with an account whom nobody knows."""
    return Player(school.rehearsal, id, name, CHANNEL, sample.CALENDAR)


async def members(school: School) -> list[str]:
    async with school.rehearsal.database.read(sample.TENANT) as store:
        return [each.name for each in await records.load(store, Member)]


async def test_from_a_code_to_the_first_question_entirely_in_the_chat(school: School) -> None:
    code = await empty(school)
    lena = somebody(school, "lena", "Lena")

    await lena.types(f"start {code}")
    assert "Welcome. You are the first administrator here." in text.draw(lena.last)
    await lena.presses("Answer")
    await lena.fills(**ANSWERS)
    preview = text.draw(lena.last)
    assert "You would meet on Wednesday, February 3" in preview
    assert "Lena, Ana, Ben: one private question" in preview
    assert "from 7:30" in preview
    assert len(school.stage.posts) == len(lena.posts), "nobody else has heard anything"

    ana, ben = await school.finds("Ana"), await school.finds("Ben")
    await school.rehearsal.until(datetime(2027, 1, 31, 20, 0, tzinfo=UTC))
    assert (ana.posts, ben.posts) == ([], [])
    assert "is set up" in told(await lena.presses("Start it like this"))
    await school.rehearsal.until(sample.CALENDAR.at(date(2027, 2, 1), time(8)))
    assert "Hello Ana. I am Leadcycle" in text.draw(ana.last)
    assert "Hello Ben. I am Leadcycle" in text.draw(ben.last)

    await school.rehearsal.until(sample.CALENDAR.at(date(2027, 2, 3), time(8)))
    assert school.channel.messages == []
    assert "Your team has no channel yet" in text.draw(lena.last)
    await lena._does(Said("@leadcycle channel here"), CHANNEL)
    await school.rehearsal.until(sample.CALENDAR.at(date(2027, 2, 3), time(9)))
    assert "Convene" in school.channel.titles[0]


async def test_the_questions_come_one_by_one_to_whoever_types_and_a_late_answer_is_kept(school: School) -> None:
    code = await empty(school)
    lena = somebody(school, "lena", "Lena")
    await lena.types(code)
    for words in ("Lena Ortiz", "Riverside", "Eastern", "7:30 am to 3:30 pm", "2", ANSWERS["members"]):
        await lena.types(words)
    assert "On which day does the team meet first?" in text.draw(lena.last)
    await school.restart()
    await lena.types("2/3")

    assert "Start it like this" in text.draw(lena.last)


async def test_once_the_account_of_who_was_let_in_is_known_they_are_asked_in_its_language(school: School) -> None:
    code = await empty(school)
    looked: list[str] = []
    school.rehearsal.conductor = Conductor(
        school.rehearsal.database, school.rehearsal.scripts, look_for=lambda: looked.append("now")
    )
    lena = somebody(school, "lena", "Lena")
    await lena.types(code)
    assert looked == ["now"], "the platform is asked at once who that is"
    account = Account("lena", "Lena Ortiz", language="es")
    await Directory(school.rehearsal.database).changed(sample.PLATFORM, sample.WORKSPACE, [account])

    assert "¿Cómo se llama tu escuela?" in told(await lena.presses("Answer"))
    await lena.fills(**ANSWERS)
    assert "Iniciarlo así" in text.draw(lena.last)


async def test_where_the_platform_tells_the_language_of_a_message_the_first_words_are_in_it(school: School) -> None:
    code = await empty(school)
    lena = somebody(school, "lena", "Lena")
    for number, words in enumerate(("start 2222-3333-4444", f"start {code}")):
        event = Event(
            f"lena-es-{number}",
            sample.PLATFORM,
            sample.WORKSPACE,
            "lena",
            lena.place,
            True,
            school.clock.now,
            Said(words),
            language="es-MX",
        )
        await school.rehearsal.happens(event)

    wrong, first = (text.draw(post.message) for post in lena.posts)
    assert "Este código no sirve" in wrong
    assert "Te doy la bienvenida" in first


async def test_whoever_starts_nothing_gets_nothing_for_weeks(school: School) -> None:
    code = await empty(school)
    lena = somebody(school, "lena", "Lena")
    await lena.types(code)
    await lena.presses("Answer")
    await lena.fills(**ANSWERS)
    before = len(school.stage.posts)
    await school.rehearsal.until(datetime(2027, 3, 15, 12, 0, tzinfo=UTC))

    assert len(school.stage.posts) == before


async def test_a_code_lets_in_one_person_once(school: School) -> None:
    code = await empty(school)
    lena, zoe = somebody(school, "lena", "Lena"), somebody(school, "zoe", "Zoe")
    await lena.types(f"start {code}")
    await zoe.types(f"start {code}")
    await lena.types(f"@leadcycle start {code}")

    assert "This code is not good, or not any more." in text.draw(zoe.last)
    assert len(await members(school)) == 1


async def test_wrong_codes_are_refused_in_the_same_words_and_limited(school: School) -> None:
    code = await empty(school)
    zoe = somebody(school, "zoe", "Zoe")
    said = set()
    for number in range(MOST_WRONG):
        await zoe.types(f"start 2222-3333-{4444 + number % 10}")
        said.add(text.draw(zoe.last))
    assert told(await zoe.says("start it")) in said
    await zoe.types(code)
    said.add(text.draw(zoe.last))

    assert len(said) == 1, "also of the right one, after too many wrong ones"
    assert await members(school) == []
    new = await foundings.offer(school.rehearsal.database)
    await zoe.types(new)
    assert len(await members(school)) == 1


async def test_a_new_start_prints_a_new_code_and_the_one_before_is_good_no_more(school: School) -> None:
    old = await empty(school)
    new = await foundings.offer(school.rehearsal.database)
    lena = somebody(school, "lena", "Lena")
    await lena.types(old)
    assert await members(school) == []
    await lena.types(new)

    assert len(await members(school)) == 1
    assert await foundings.offer(school.rehearsal.database) == "", "somebody has a role now"


async def test_a_roster_that_was_imported_meanwhile_makes_the_code_useless(school: School) -> None:
    code = await empty(school)
    async with school.rehearsal.database.begin(sample.TENANT) as store:
        await sample.found_district(store)
        await sample.found_team(store, sample.TEAM, sample.PARTS, CHANNEL)
    zoe = somebody(school, "zoe", "Zoe")
    await zoe.types(code)

    assert "This code is not good" in text.draw(zoe.last)


async def test_in_a_channel_a_code_is_no_code(school: School) -> None:
    code = await empty(school)
    zoe = somebody(school, "zoe", "Zoe")
    await zoe._does(Said(f"@leadcycle start {code}"), CHANNEL)

    assert await members(school) == []
    async with school.rehearsal.database.begin(sample.TENANT) as store:
        assert await founding.find(store)


async def test_a_stranger_who_types_other_words_is_not_answered(school: School) -> None:
    """They may be a bot: two that answer each other do so for good."""
    await empty(school)
    zoe = somebody(school, "zoe", "Zoe")
    await zoe.types("hello")
    await zoe.types("This code is not good, or not any more.")

    assert zoe.posts == []
