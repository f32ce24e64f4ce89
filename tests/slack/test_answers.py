"""An answer reaches the person also when it is late, and when Slack does not take it as it should."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import time
from typing import Any

import pytest

from adapters.slack import app
from bot.sample import CALENDAR, FIRST_DAY
from storage import people
from tests.slack.school import Person, SlackSchool, labels
from tests.slack.sights import Post
from tests.slack.wire import Answer

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
TOO_LONG = "x" * 2_001


@pytest.fixture
async def school(slack_school: SlackSchool) -> SlackSchool:
    """The school, whose team has begun its cycle."""
    await slack_school.people["ana"].starts()
    return slack_school


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack waits for nothing."""
    monkeypatch.setattr(app, "PATIENCE", 0.0)


@asynccontextmanager
async def held_up(school: SlackSchool) -> AsyncIterator[None]:
    """Somebody else works on the team: whatever is done there waits; then all of it happens."""
    team = (await school.room()).team.id
    async with school.application.database.begin(people.DISTRICT) as store:
        await people.lock_team(store, team)
        yield
    await school.settle()


async def notes(person: Person) -> list[Post]:
    return await person.school.slack.ephemerals(person.user)


async def fills(person: Person, **values: Any) -> Answer:
    """Send the open form; nobody waits for what comes of it."""
    return await person.school.slack.submits(person.user, await person.form(), values)


# ---------------------------------------------------------------- late


@on_postgresql
async def test_a_command_is_acknowledged_at_once_and_its_note_comes_by_the_response_url(school: SlackSchool) -> None:
    ben, slack = school.people["ben"], school.slack
    async with held_up(school):
        given = await slack.slash(ben.user, "/leadcycle", "need Planning time")
        assert (given.status, given.text, await notes(ben)) == (200, "", [])
    (note,) = await notes(ben)
    assert "Noted as need 1" in note.text


@on_postgresql
async def test_a_form_that_is_too_late_to_open_comes_as_a_button_that_opens_it(school: SlackSchool) -> None:
    ben, slack = school.people["ben"], school.slack
    await slack.injects("views.open", "refused", error="expired_trigger_id")
    async with held_up(school):
        assert (await slack.slash(ben.user, "/leadcycle", "need")).status == 200
    assert await slack.views(ben.user) == []
    (note,) = await notes(ben)

    await ben.presses(labels(note.blocks)[0], note)
    await ben.submits(need="Planning time")
    assert [need.text for need in (await school.room()).needs] == ["Planning time"]


@on_postgresql
@pytest.mark.usefixtures("impatient")
async def test_a_form_that_was_sent_says_that_it_takes_longer_and_then_what_came_of_it(school: SlackSchool) -> None:
    ben = school.people["ben"]
    await ben.slash("/leadcycle need")
    async with held_up(school):
        given = await fills(ben, need="Planning time")
        assert (given.status, given.json["response_action"]) == (200, "update")
        assert "takes longer than usual" in str((await ben.form()).blocks)
    assert "Noted as need 1" in str((await ben.form()).blocks)


@on_postgresql
@pytest.mark.usefixtures("impatient")
async def test_a_form_that_is_refused_late_comes_back_with_what_was_typed(school: SlackSchool) -> None:
    ben = school.people["ben"]
    await ben.slash("/leadcycle need")
    async with held_up(school):
        await fills(ben, need=TOO_LONG, evidence="We met twice")
    form = await ben.form()
    inputs = {block["block_id"]: block["element"] for block in form.blocks if block["type"] == "input"}
    assert inputs["need"]["initial_value"] == TOO_LONG
    assert inputs["evidence"]["initial_value"] == "We met twice"
    assert "That is 2,001 characters" in str(form.blocks)

    async with held_up(school):
        await fills(ben, need="Planning time")
    assert "Noted as need 1" in str((await ben.form()).blocks)
    (need,) = (await school.room()).needs
    assert (need.text, need.evidence) == ("Planning time", "We met twice")


# ---------------------------------------------------------------- not taken


@on_sqlite
async def test_a_form_that_slack_does_not_open_comes_as_a_button_that_opens_it(school: SlackSchool) -> None:
    ben, slack = school.people["ben"], school.slack
    for number, fault in enumerate(({"fault": "broken"}, {"fault": "dropped"}, {"fault": "limited"}), 1):
        await slack.injects("views.open", **fault)
        assert (await ben.slash("/leadcycle need")).status == 200
        assert len(await notes(ben)) == number
    await ben.presses(labels((await notes(ben))[-1].blocks)[0], (await notes(ben))[-1])
    assert (await ben.form()).title


@on_sqlite
async def test_an_answer_that_slack_does_not_take_undoes_nothing(
    school: SlackSchool, caplog: pytest.LogCaptureFixture
) -> None:
    ben, slack = school.people["ben"], school.slack
    await school.until(CALENDAR.at(FIRST_DAY, time(8)))
    for fault in ({"fault": "broken"}, {"fault": "dropped"}):
        await slack.injects("response_url", **fault)
        assert (await ben.presses("Not now")).status == 200
    assert any(each.later for each in (await school.room()).conversations.values())
    assert "did not take an answer by its response URL: status 500" in caplog.text
    assert "An answer to Slack could not be given" in caplog.text


@on_sqlite
async def test_a_card_that_cannot_be_redrawn_is_shown_in_the_form(school: SlackSchool) -> None:
    ben, slack = school.people["ben"], school.slack
    await school.until(CALENDAR.at(FIRST_DAY, time(8)))
    await ben.presses("Answer")
    await slack.injects("chat.update", "dropped")
    given = await ben.submits(priority="Feedback that helps")
    assert given.json["response_action"] == "update"
    assert "Change my answers" in labels(given.json["view"]["blocks"])
