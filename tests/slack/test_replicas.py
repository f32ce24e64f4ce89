"""Replicas behind any load balancer need nothing but the same database."""

from datetime import time
from itertools import cycle

import pytest

from bot.sample import CALENDAR, FIRST_DAY
from storage import conversations, people
from tests.slack.school import SlackSchool


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_each_step_of_a_conversation_may_come_to_another_replica(slack_school: SlackSchool) -> None:
    school, slack = slack_school, slack_school.slack
    ana, ben, lena = (school.people[name] for name in ("ana", "ben", "lena"))
    here = school.application, slack.events_url
    async with school.replica() as there:
        turns = cycle([there, here])

        def next_replica() -> None:
            school.application, slack.events_url = next(turns)

        next_replica()
        await ana.slash("/leadcycle cycle start")
        next_replica()
        await ana.presses("Start it like this")
        next_replica()
        await school.until(CALENDAR.at(FIRST_DAY, time(8)))
        next_replica()
        await ben.presses("Answer")
        next_replica()
        await ben.submits(priority="Feedback that helps")
        next_replica()
        await lena.types("Reading in every subject")
        next_replica()
        await ben.presses("Change my answers")
    school.application, slack.events_url = here  # the other one has gone in the middle
    await ben.submits(priority="Feedback that is kind")

    assert await _priorities(school) == {
        "Ben Carter": "Feedback that is kind",
        "Lena Ortiz": "Reading in every subject",
    }
    posted = [call.arguments["metadata"]["event_payload"]["id"] for call in await slack.calls("chat.postMessage")]
    assert posted
    assert len(posted) == len({*posted})


async def _priorities(school: SlackSchool) -> dict[str, object]:
    """What each person answered last."""
    room = await school.room()
    asked = {key: room.member(each.member).name for key, each in room.conversations.items() if each.done_at}
    async with school.application.database.read(people.DISTRICT) as store:
        found = await conversations.answers_of(store, room.team.id, [*asked])
    return {asked[key]: answer.value for key, each in found.items() for answer in each.values()}
