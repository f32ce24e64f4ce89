"""A team of a school in Slack goes through its cycle: by commands, forms, buttons and typed words."""

from datetime import time

from bot.sample import CALENDAR, FIRST_DAY
from tests.slack.school import SlackSchool, labels


async def test_the_first_question_arrives_and_is_answered_by_form_and_by_typing(slack_school: SlackSchool) -> None:
    ana, ben, lena = (slack_school.people[name] for name in ("ana", "ben", "lena"))
    started = await ana.slash("/leadcycle cycle start")
    assert started.status == 200
    await slack_school.until(CALENDAR.at(FIRST_DAY, time(8)))

    first = await ben.last()
    assert labels(first.blocks) == ["Answer", "Not now", "My best time", "Who sees what"]
    await ben.presses("Answer")
    assert (await ben.form()).title == "What should we work on?"
    await ben.submits(priority="Feedback that helps")
    await lena.types("Reading in every subject")

    answers = [each for each in (await slack_school.room()).conversations.values() if each.done_at]
    assert len(answers) == 2
    assert "Change my answers" in labels((await ben.last()).blocks)


async def test_home_shows_what_waits_and_where_the_team_is(slack_school: SlackSchool) -> None:
    ana, ben = slack_school.people["ana"], slack_school.people["ben"]
    await ana.slash("/leadcycle cycle start")
    await slack_school.until(CALENDAR.at(FIRST_DAY, time(8)))

    assert (await slack_school.slack.opens_home(ben.user)).status == 200
    await slack_school.settle()
    home = await slack_school.slack.home(ben.user)
    assert home is not None
    drawn = str(home.blocks)
    assert "Cycle 1 is in its phase" in drawn
    assert "Ben Carter, ben@example.org, on this team as teacher." in drawn
    assert labels(home.blocks) == ["Answer", "A decision", "Who sees what", "What you can do now"]

    await ben.presses("Answer", home)
    assert (await ben.form()).title == "What should we work on?"
    await ben.presses("Who sees what", home)
    assert (await ben.form()).callback_id == "note"
