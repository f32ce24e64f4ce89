"""A school in Slack and a school in Teams in one district: each is asked and answered where it lives."""

from collections.abc import AsyncIterator

import pytest

from flows.people import Channel, Team
from storage import people, records, rooms
from tests.slack.school import NAMES, ROSTER, SlackSchool, labels, morning
from tests.slack.stand_in import StandIn
from tests.teams.school import TeamsSchool
from tests.teams.stand_in import Microsoft

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LAKE = {"mia": "Mia Chen", "omar": "Omar Haddad", "ruth": "Ruth Weiss", "kay": "Kay Boone"}
LAKESIDE = """school,team,name,email,roles,meeting_day,time_zone
Lakeside,Leads,Mia Chen,mia@example.org,principal,Wednesday,America/New_York
Lakeside,Leads,Omar Haddad,omar@example.org,teacher; facilitator,,
Lakeside,Leads,Ruth Weiss,ruth@example.org,teacher,,
Lakeside,Leads,Kay Boone,kay@example.org,coach,,
Riverside,Leadership,Kay Boone,kay@example.org,coach,,
"""


@pytest.fixture
async def district(
    slack: StandIn, microsoft: Microsoft, database_url: str
) -> AsyncIterator[tuple[SlackSchool, TeamsSchool]]:
    """One application that speaks with both."""
    async with SlackSchool.open(slack, database_url, **microsoft.settings()) as river:
        lake = TeamsSchool(microsoft, database_url)
        lake.application, lake.clock = river.application, river.clock
        lake.address = slack.events_url.replace("/slack/events", "/api/messages")
        await river.founds()
        async with lake._http:
            await lake.founds(ROSTER + LAKESIDE.partition("\n")[2], LAKE, facilitator="omar")
            yield river, lake


@on_sqlite
async def test_a_school_in_slack_and_a_school_in_teams_go_through_their_cycles_in_one_district_with_one_coach(
    district: tuple[SlackSchool, TeamsSchool],
) -> None:
    river, lake = district
    ana, ben = river.people["ana"], river.people["ben"]
    omar, ruth = lake.people["omar"], lake.people["ruth"]
    await ana.starts()
    await omar.starts()
    await river.until(morning("2027-02-01"))

    assert "Answer" in labels((await ben.last()).blocks)
    assert "What should we work on?" in ruth.sees()[-1]
    await ben.types("Feedback that helps")
    await ruth.answers(priority="Reading in every subject")
    await river.until(morning("2027-02-03", "14:00"))

    async with river.application.database.read(people.DISTRICT) as store:
        channels = {each.platform: each.team for each in await records.load(store, Channel)}
        names = {each.id: each.name for each in await records.load(store, Team)}
        said = {
            names[team]: list((await rooms.load(store, team, river.application.scripts)).conversations)
            for team in names
        }
    assert {names[team]: platform for platform, team in channels.items()} == {"Leadership": "slack", "Leads": "teams"}
    assert all(said.values())
    in_slack, in_teams = await river.channel_text(), lake.channel_text()
    assert "Feedback that helps" in in_slack
    assert "Reading in every subject" not in in_slack
    assert "Reading in every subject" in in_teams
    assert "Feedback that helps" not in in_teams
    assert NAMES["ben"] not in in_teams

    # One coach reads of both in one message, where she lives; both cycles go to their end and are equal on record.
    await ben.slash("/leadcycle need More time to plan")
    await ben.slash("/leadcycle resource A small grant")
    await ruth.types("/need Quiet rooms")
    await ruth.types("/leadcycle resource The library")
    await river.until(morning("2027-04-16", "14:00"))
    (digest,) = lake.people["kay"].sees()
    assert "Leadership: In Plan. The phase waits beyond its time." in digest
    assert "Leads: In Plan. The phase waits beyond its time." in digest

    for say, fill in ((ana.slash, ana.submits), (omar.types, omar.fills)):
        await say("/leadcycle action Try one thing")
        await fill(due="2027-04-30", need="1", resource="1", prediction="Calm", measure="A list")
        await say("/leadcycle cycle next because we planned in the room")
        await say("/leadcycle action done 1")
        await say("/leadcycle cycle next because the work is done")
        await say("/leadcycle record")
        await fill(**{"result.0": "It helped", "verdict.0": "adopt", "learned.0": "Small steps"})
    async with river.application.database.read(people.DISTRICT) as store:
        both = [await rooms.load(store, team, river.application.scripts) for team in sorted(names)]
    found = [
        (
            [(each.kind, each.phase, each.at) for each in room.moves],
            [(each.what, each.state, each.prediction, each.review_on) for each in room.actions],
        )
        for room in both
    ]
    assert found[0] == found[1]
    assert found[0][0][-1][:2] == ("finished", "reflect")
    for team_text in (await river.channel_text(), lake.channel_text()):
        assert "Adopt · It helped" in team_text
