"""An answer reaches the person also when it is late, and when Slack does not take it as it should."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import time
from typing import Any

import pytest

from adapters.slack import app
from bot.sample import CALENDAR, FIRST_DAY
from storage import people, tables
from tests.slack.school import Person, SlackSchool, labels
from tests.slack.sights import Post
from tests.slack.stand_in import Fault
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


async def still_owed(school: SlackSchool) -> list[dict[str, Any]]:
    """The events whose answer nobody is known to have."""
    async with school.application.database.read(people.DISTRICT) as store:
        return await store.select(tables.inbox, tables.inbox.c.payload.is_not(None))


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


UNHEARD: list[dict[str, Any]] = [{"fault": "broken"}, {"fault": "dropped"}, {"fault": "broken", "after": True}]
"""of the response URL: Slack says 500, or nothing, or says 500 and shows it all the same"""


@on_sqlite
@pytest.mark.parametrize("fault", UNHEARD)
async def test_a_note_that_slack_may_not_have_shown_comes_as_a_message(
    school: SlackSchool, caplog: pytest.LogCaptureFixture, fault: dict[str, Any]
) -> None:
    ben, slack = school.people["ben"], school.slack
    await slack.injects("response_url", **fault)
    given = await ben.slash("/leadcycle need Planning time", in_channel=True)
    assert (given.status, given.text) == (200, "")
    (message,) = [each for each in await slack.posts(ben.direct) if "Noted as need 1" in each.text]
    assert message.by_bot
    assert len(await notes(ben)) == fault.get("after", False), "this one stands there twice: nobody can know"
    assert "An answer comes as a message" in caplog.text
    assert await still_owed(school) == []


@on_postgresql
@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("fault", "more"), [("dropped", 0), ("refused", 1)])
async def test_what_takes_the_place_of_a_card_is_drawn_there_later_or_is_a_message_where_that_is_gone(
    school: SlackSchool, fault: Fault, more: int
) -> None:
    ben, slack = school.people["ben"], school.slack
    await school.until(CALENDAR.at(FIRST_DAY, time(8)))
    await ben.presses("Answer")
    before = await slack.posts(ben.direct)
    await slack.injects("chat.update", fault, error="message_not_found", times=1 + 4 * more)
    await slack.injects("views.update", "dropped")
    async with held_up(school):
        await fills(ben, **{"priority.0": "Feedback that helps"})
    posts = await slack.posts(ben.direct)
    assert len(posts) == len(before) + more
    assert "Change my answers" in labels(posts[-1].blocks)


@on_postgresql
async def test_a_form_of_which_slack_shows_neither_itself_nor_its_button_comes_as_a_message(
    school: SlackSchool,
) -> None:
    ben, slack = school.people["ben"], school.slack
    await slack.injects("views.open", "refused", error="expired_trigger_id")
    await slack.injects("response_url", "dropped")
    await ben.slash("/leadcycle need", in_channel=True)
    assert (await slack.views(ben.user), await notes(ben)) == ([], [])

    await ben.presses("Open the form", (await slack.posts(ben.direct))[-1])
    await ben.submits(need="Planning time")
    assert [need.text for need in (await school.room()).needs] == ["Planning time"]


@on_sqlite
async def test_a_form_that_slack_does_not_open_from_the_home_comes_as_a_message(school: SlackSchool) -> None:
    ben, slack = school.people["ben"], school.slack
    await school.after(slack.opens_home(ben.user))
    home = await slack.home(ben.user)
    assert home is not None
    await slack.injects("views.open", "refused", error="expired_trigger_id")
    await ben.presses("A decision", home)
    assert "Open the form" in labels((await slack.posts(ben.direct))[-1].blocks)


@on_postgresql
@pytest.mark.usefixtures("impatient")
async def test_what_came_of_a_form_and_cannot_be_shown_in_its_place_comes_as_a_message(school: SlackSchool) -> None:
    ben, slack = school.people["ben"], school.slack
    await ben.slash("/leadcycle need")
    await slack.injects("views.update", "dropped")
    async with held_up(school):
        await fills(ben, need="Planning time")
    assert "takes longer than usual" in str((await ben.form()).blocks)
    assert "Noted as need 1" in (await slack.posts(ben.direct))[-1].text


@on_sqlite
async def test_what_was_shown_is_not_said_again(school: SlackSchool) -> None:
    ben, slack = school.people["ben"], school.slack
    await ben.slash("/leadcycle need Planning time", in_channel=True)
    await ben.slash("/leadcycle need", in_channel=True)
    await ben.submits(need="Quiet")
    before = await slack.posts(ben.direct)
    assert await still_owed(school) == []
    assert await school.application.conductor.recover() == 0
    await school.settle()
    assert await slack.posts(ben.direct) == before


@on_sqlite
async def test_a_note_in_answer_to_a_press_that_slack_does_not_take_undoes_nothing(school: SlackSchool) -> None:
    ben, slack = school.people["ben"], school.slack
    await school.until(CALENDAR.at(FIRST_DAY, time(8)))
    before = await slack.posts(ben.direct)
    await slack.injects("response_url", "dropped")
    assert (await ben.presses("Not now")).status == 200
    assert any(each.later for each in (await school.room()).conversations.values())
    assert len(await slack.posts(ben.direct)) == len(before) + 1


@on_sqlite
async def test_a_card_that_cannot_be_redrawn_is_shown_in_the_form(school: SlackSchool) -> None:
    ben, slack = school.people["ben"], school.slack
    await school.until(CALENDAR.at(FIRST_DAY, time(8)))
    await ben.presses("Answer")
    await slack.injects("chat.update", "dropped")
    given = await ben.submits(priority="Feedback that helps")
    assert given.json["response_action"] == "update"
    assert "Change my answers" in labels(given.json["view"]["blocks"])
