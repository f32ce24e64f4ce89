"""A team of a school in Teams goes through its cycle: by cards, typed words and mentions in its channel."""

from datetime import time

from bot.sample import CALENDAR, FIRST_DAY
from tests.teams.school import TeamsSchool


async def test_the_first_question_arrives_and_is_answered_on_its_card_and_by_typing(teams_school: TeamsSchool) -> None:
    ana, ben, lena = (teams_school.people[name] for name in ("ana", "ben", "lena"))
    await ana.starts()
    await teams_school.until(CALENDAR.at(FIRST_DAY, time(8)))

    assert "What should we work on?" in ben.sees()[-1]
    await ben.answers(priority="Feedback that helps")
    await lena.types("Reading in every subject")

    answers = [each for each in (await teams_school.room()).conversations.values() if each.done_at]
    assert len(answers) == 2
    assert "Change my answers" in ben.labels()
