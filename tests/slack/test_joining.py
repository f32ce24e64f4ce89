"""Somebody joins a team from the chat, and is found in Slack by their e-mail."""

from flows.people import Role
from tests.slack.school import SlackSchool, morning, written


async def test_who_is_added_in_the_chat_is_found_by_e_mail_and_hears_from_us_with_the_next_question(
    slack_school: SlackSchool,
) -> None:
    dee = await slack_school.slack.add_person("Dee Park", "dee@example.org")
    ana = slack_school.people["ana"]
    await ana.slash("/leadcycle team add Dee dee@example.org teacher")
    assert "I look for the account with dee@example.org in your chat" in written(await ana.last())
    await slack_school.application.follow()
    await slack_school.settle()
    assert await slack_school.slack.told(dee) == [], "they are greeted with the first question, in school hours"

    await ana.starts()
    await slack_school.until(morning("2027-02-01"))
    (first,) = await slack_school.slack.told(dee)
    assert "Hello Dee. I am Leadcycle" in written(first)


async def test_a_form_of_the_team_is_a_view_of_slack(slack_school: SlackSchool) -> None:
    ana = slack_school.people["ana"]
    await ana.slash("/leadcycle team add Dee")
    await ana.submits(email="dee at home", role="teacher")
    assert (await ana.form()).title == "Somebody joins the team"
    await ana.submits(email="dee@example.org", role="teacher", also="facilitator")

    room = await slack_school.room()
    (dee,) = (each for each in room.members if each.email == "dee@example.org")
    assert room.roles(dee.id) == {Role.TEACHER, Role.FACILITATOR}
