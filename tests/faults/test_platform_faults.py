"""A platform that fails at random: its own record says that nothing is lost and nothing stands there twice."""

import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.teams.marks import KEY
from storage.addresses import Destination
from storage.state import State
from tests.faults.fan_out import BRISK, EACH, owed, rows, working
from tests.faults.proxy import OUTWARD, Fault, Proxy, between
from tests.slack.school import SlackSchool, morning
from tests.slack.stand_in import StandIn
from tests.teams import cards
from tests.teams.school import TeamsSchool
from tests.teams.stand_in import TENANT, Microsoft, Post

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SEEDS = (1, 2)
PEOPLE = 12
LATE = 1.7
"""seconds after which a request arrives whose sender gave up: between our first look for it and our second"""
PATIENT = replace(BRISK, request=3.0)
"""for Teams, where nobody can ask whether what took too long has arrived"""
PROMPT = "What should we work on?"


@pytest.fixture
async def slack_school(slack: StandIn, database_url: str) -> AsyncIterator[tuple[SlackSchool, Proxy]]:
    """A school in Slack, with a proxy between it and the Web API."""
    async with (
        between(slack.url.removesuffix("/api/")) as proxy,
        SlackSchool.open(slack, database_url, SLACK_API_URL=f"{proxy.url}/api/") as school,
    ):
        await school.founds()
        yield school, proxy


@pytest.fixture
async def teams_school(
    microsoft: Microsoft, certificate: Path, database_url: str
) -> AsyncIterator[tuple[TeamsSchool, Proxy]]:
    """A school in Teams, with a proxy between it and everything that Microsoft runs."""
    async with between(microsoft.url, certificate=str(certificate)) as proxy:
        microsoft.url = proxy.url
        async with TeamsSchool.open(microsoft, database_url) as school:
            await school.founds()
            yield school, proxy


@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_befalls_what_we_ask_of_slack_each_message_stands_there_once(
    slack_school: tuple[SlackSchool, Proxy], seed: int
) -> None:
    school, proxy = slack_school
    slack = school.slack
    users = [await slack.add_person(f"Person {number}") for number in range(PEOPLE)]
    places = {user: await slack.direct(user) for user in users}
    await owed(school, {user: Destination("slack", slack.team_id, place, user) for user, place in places.items()})
    proxy.breaks(seed, 0.4, OUTWARD, on="/api/", late=LATE)
    async with working(school):
        pass

    mine = {row.delivery: row for row in await rows(school)}
    there = [each["metadata"] for each in await slack._rows("messages") if each.get("metadata")]
    posted = Counter(each["event_payload"]["id"] for each in there)
    assert {row.state for row in mine.values()} == {State.SENT}
    assert {key: posted[key] for key in mine} == dict.fromkeys(mine, 1), "none is lost, and none is there twice"
    for user, place in places.items():
        told = [re.findall(r"Number (\d)", post.text) for post in await slack.posts(place)]
        assert told == [[str(number)] for number in range(EACH)], f"{user} reads them in their order"
    assert set(proxy.faults) == set(OUTWARD), "each fault has happened"


@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_befalls_what_we_ask_of_teams_nothing_stands_there_twice_and_what_may_be_there_is_held(
    teams_school: tuple[TeamsSchool, Proxy], seed: int
) -> None:
    school, proxy = teams_school
    it = school.microsoft
    humans = [it.add(f"Person {number}", f"person{number}@example.org") for number in range(PEOPLE)]
    await owed(school, {each.user: Destination("teams", TENANT, each.direct, each.user) for each in humans})
    proxy.breaks(seed, 0.4, OUTWARD, on="/v3/conversations/", late=PATIENT.request + 0.5)
    async with working(school, PATIENT):
        pass

    mine = {row.delivery: row for row in await rows(school)}
    posted = Counter(key_of(post) for post in it.posts)
    assert {row.state for row in mine.values()} == {State.SENT, State.HELD}
    for key, row in mine.items():
        assert posted[key] == 1 if row.state is State.SENT else posted[key] <= 1, row.send.key
    held = [key for key, row in mine.items() if row.state is State.HELD]
    assert {posted[key] for key in held} == {0, 1}, "some of what is held arrived, and some did not"
    assert set(proxy.faults) == set(OUTWARD), "each fault has happened"


@on_sqlite
@pytest.mark.parametrize("seed", SEEDS)
async def test_what_teams_may_have_lost_is_covered_by_the_reminder(
    teams_school: tuple[TeamsSchool, Proxy], seed: int
) -> None:
    school, proxy = teams_school
    await school.people["ana"].starts()
    proxy.breaks(seed, 1.0, (Fault.LOST, Fault.UNANSWERED, Fault.OUT, Fault.OUT_AFTER), on="/v3/conversations/")
    await school.until(morning("2027-02-01"))
    proxy.heals()
    prompts = {key: titles(school, key).count(PROMPT) for key in school.people}
    assert set(prompts.values()) == {0, 1}, "one has it and does not know that we do not know"

    await school.until(morning("2027-02-03", "07:45"))
    for key, before in prompts.items():
        assert titles(school, key).count(PROMPT) == before, "never the same prompt again"
        assert titles(school, key).count(f"Still open: {PROMPT}") == 1


def key_of(post: Post) -> str:
    """The delivery key that a card sends back."""
    return next((each["data"][KEY] for each in cards.actions(post.card) if KEY in each.get("data", {})), "")


def titles(school: TeamsSchool, key: str) -> list[str]:
    """What stands on top of each message that somebody has."""
    return [words.partition("\n")[0] for words in school.people[key].sees()]
