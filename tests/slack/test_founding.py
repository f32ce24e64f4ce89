"""A new workspace, nobody on record: whoever writes the code to the app founds the first team, all of it in Slack."""

from datetime import time

from bot.doctor import examine
from bot.sample import CALENDAR, FIRST_DAY
from tests.slack.school import Person, SlackSchool, labels, written
from tests.slack.stand_in import StandIn

MEMBERS = "Ana Ruiz, ana@example.org, teacher, facilitator\nBen Carter, ben@example.org, teacher"


async def test_from_the_printed_code_to_the_first_question(slack: StandIn, database_url: str) -> None:
    async with SlackSchool.open(slack, database_url) as school:
        users = {name: await slack.add_person(f"{name} X", f"{name}@example.org") for name in ("lena", "ana", "ben")}
        await school.application.follow()
        lena = Person(school, users["lena"], await slack.direct(users["lena"]))
        assert school.application.code

        await lena.types("start 2222-3333-4444")
        assert "This code is not good" in written(await lena.last())
        await lena.types(f"start {school.application.code}")
        assert labels((await lena.last()).blocks)[0] == "Answer"
        await lena.presses("Answer")
        await lena.submits(
            name="Lena Ortiz",
            school="Riverside",
            zone="eastern",
            hours="7:30 am to 3:30 pm",
            calendar="none",
            members=MEMBERS,
            meeting="2027-02-03",
        )
        preview = await lena.last()
        assert "You would meet on Wednesday, February 3" in written(preview)
        await school.application.follow()
        await school.settle()
        assert await slack.told(users["ben"]) == []

        await lena.presses("Start it like this", preview)
        await school.until(CALENDAR.at(FIRST_DAY, time(8)))
        (first,) = await slack.told(users["ben"])
        assert "I am Leadcycle" in written(first)


async def test_the_doctor_says_that_nobody_has_a_role_until_somebody_has(slack: StandIn, database_url: str) -> None:
    async with SlackSchool.open(slack, database_url) as school:
        lena = await slack.add_person("Lena Ortiz", "lena@example.org")
        await school.application.follow()
        findings = [each.sentence for each in await examine(school.application.settings)]
        assert any("Nobody has a role yet. Whoever writes the code" in each for each in findings)

        person = Person(school, lena, await slack.direct(lena))
        await person.types(school.application.code)
        await school.application.follow()
        findings = [each.sentence for each in await examine(school.application.settings)]
        assert not any("Nobody has a role yet" in each for each in findings)
