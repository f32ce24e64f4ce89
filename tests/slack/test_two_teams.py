"""Who is on two teams, as principals and coaches are, says with a press which one is meant."""

from dataclasses import replace

import pytest

from flows.people import Channel, Membership, Team
from flows.room import Room
from storage import people, records, rooms
from tests.slack.school import Person, SlackSchool, labels
from tests.slack.sights import View

WHICH = "You are on several teams. Which one do you mean?"
TEAMS = ["Grade four", "Leadership"]


@pytest.fixture
async def lena(slack_school: SlackSchool) -> Person:
    """The principal, who is on a second team too, with the same colleagues."""
    async with slack_school.application.database.begin(people.DISTRICT) as store:
        (first,) = await records.load(store, Team)
        members = await records.load(store, Membership)
        await records.keep(store, Team("four", first.school, "Grade four"))
        await records.keep(store, *(replace(each, team="four") for each in members))
    return slack_school.people["lena"]


async def four(school: SlackSchool) -> Room:
    async with school.application.database.read(people.DISTRICT) as store:
        return await rooms.load(store, "four", school.application.scripts)


async def home(person: Person) -> View:
    found = await person.school.slack.home(person.user)
    assert found is not None
    return found


async def test_home_asks_which_team_and_becomes_the_home_of_that_one(slack_school: SlackSchool, lena: Person) -> None:
    await slack_school.after(slack_school.slack.opens_home(lena.user))
    asked = await home(lena)
    assert WHICH in str(asked.blocks)
    assert labels(asked.blocks) == TEAMS

    await lena.presses("Grade four", asked)
    chosen = await home(lena)
    assert "What I know of you" in str(chosen.blocks)
    assert chosen.blocks[0]["text"]["text"] == "Grade four"
    assert await slack_school.slack.views(lena.user) == [], "it is drawn in place"
    published = [call for call in await slack_school.slack.calls() if call.method == "views.publish"]
    assert len(published) == 2, "and once"

    await lena.presses("Who sees what", chosen)
    assert (await home(lena)).blocks[0]["text"]["text"] == "Grade four", "what is done there leaves it at the team"


async def test_a_command_in_the_direct_conversation_is_done_for_the_chosen_team(
    slack_school: SlackSchool, lena: Person
) -> None:
    await lena.slash("/decide Shall we start at eight?")
    asked = await lena.last()
    assert WHICH in str(asked.blocks)
    assert labels(asked.blocks) == TEAMS

    await lena.presses("Grade four", asked)
    await lena.submits(mode="consent")
    assert [each.question for each in (await four(slack_school)).decisions] == ["Shall we start at eight?"]


async def test_a_channel_that_is_nobodys_yet_becomes_that_of_the_chosen_team(
    slack_school: SlackSchool, lena: Person
) -> None:
    slack = slack_school.slack
    new = await slack.add_channel("grade-four", [lena.user])
    await slack_school.after(slack.slash(lena.user, "/leadcycle", "channel here", new))
    (asked,) = await slack.ephemerals(lena.user, new)
    assert labels(asked.blocks) == TEAMS

    await lena.presses("Grade four", asked)
    assert (await four(slack_school)).channels == (Channel("four", "slack", slack.team_id, new),)


async def test_who_invites_the_bot_is_told_what_to_say_in_the_channel(slack_school: SlackSchool, lena: Person) -> None:
    slack = slack_school.slack
    new = await slack.add_channel("grade-four", [lena.user], bot=False)
    joined = {"type": "member_joined_channel", "user": slack.bot_user, "inviter": lena.user, "channel_type": "C"}
    await slack_school.after(slack.happens(joined, new))

    assert (await four(slack_school)).channels == ()
    (told,) = await slack.told(lena.user)
    assert told.text.endswith("Say this in the channel that your team reads: /leadcycle channel here")
