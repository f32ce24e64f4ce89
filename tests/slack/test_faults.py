"""What people do is taken once, and what they are told arrives once, whatever breaks in between."""

import asyncio
import sqlite3
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.dispatcher import Dispatcher
from storage import engines, lanes, outbox, people, tables
from storage.database import Database
from storage.outbox import OutboxRow
from storage.state import State
from tests.slack.school import AT_ONCE, Person, SlackSchool, slack_of
from tests.slack.sights import Post

NEED = "@leadcycle need Planning time"
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A locked file is not waited for: nothing of ours holds it."""
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0)


@pytest.fixture
async def school(slack_school: SlackSchool) -> SlackSchool:
    """The school, whose team has begun its cycle."""
    await slack_school.people["ana"].starts()
    return slack_school


async def inbox_keys(database: Database) -> list[str]:
    async with database.read(people.DISTRICT) as store:
        return [row["key"] for row in await store.select(tables.inbox)]


async def rows(school: SlackSchool) -> list[OutboxRow]:
    async with school.application.database.read(people.DISTRICT) as store:
        return list(await outbox.listing(store))


async def last_row(school: SlackSchool) -> OutboxRow:
    """The newest answer to something that was typed."""
    answers = [row for row in await rows(school) if row.send.key.startswith("reply:")]
    return max(answers, key=lambda row: row.sequence)


async def wordings(school: SlackSchool) -> list[str]:
    return [need.text for need in (await school.room()).needs]


async def told(person: Person) -> list[Post]:
    return await person.school.slack.told(person.user)


def dispatches(school: SlackSchool, **how: Any) -> Dispatcher:
    """Another process begins to send, in the place of the one before."""
    application, delays = school.application, replace(AT_ONCE, **how.pop("delays", {}))
    platforms = {"slack": slack_of(application)}
    application.dispatcher = Dispatcher(application.database, platforms, application.conductor.judge, delays, **how)
    return application.dispatcher


# ---------------------------------------------------------------- acknowledged after the commit


async def test_an_answer_that_cannot_be_kept_is_not_acknowledged_and_is_taken_when_slack_repeats_it(
    school: SlackSchool,
) -> None:
    ana, database = school.people["ana"], school.application.database
    before = await inbox_keys(database)
    async with database.begin(people.DISTRICT) as store:
        await store.connection.execute(text("ALTER TABLE inbox RENAME TO inbox_elsewhere"))

    typed = await ana.types(NEED)
    commanded = await ana.slash("/leadcycle need Quiet rooms")
    assert (typed.status, commanded.status) == (500, 500)
    assert await wordings(school) == []

    async with database.begin(people.DISTRICT) as store:
        await store.connection.execute(text("ALTER TABLE inbox_elsewhere RENAME TO inbox"))
    assert await inbox_keys(database) == before
    for number in (1, 2):
        assert (await school.after(school.slack.repeats(typed, number))).status == 200
    assert await wordings(school) == ["Planning time"]


@on_sqlite
async def test_while_the_file_is_locked_slack_is_asked_to_come_again(school: SlackSchool) -> None:
    ana, slack = school.people["ana"], school.slack
    request = await slack.typed(ana.user, NEED)
    other = sqlite3.connect(school.url.removeprefix("sqlite:///"))
    other.execute("BEGIN IMMEDIATE")
    refused = await slack.sends(request)
    other.close()
    assert refused.status == 500

    assert (await school.after(slack.repeats(refused))).status == 200
    assert await wordings(school) == ["Planning time"]


@on_sqlite
async def test_a_change_of_a_person_that_cannot_be_kept_is_not_acknowledged(school: SlackSchool) -> None:
    ana, slack = school.people["ana"], school.slack
    other = sqlite3.connect(school.url.removeprefix("sqlite:///"))
    other.execute("BEGIN IMMEDIATE")
    refused = await slack.change_user(ana.user, name="Ana Gomez")
    other.close()
    assert refused.status == 500
    assert (await slack.repeats(refused)).status == 200
    assert "Ana Gomez" in [each.name for each in (await school.room()).members]


@on_sqlite
async def test_what_was_acknowledged_and_could_not_be_acted_on_is_acted_on_later(
    school: SlackSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, application = school.people["ana"], school.application

    async def broken(*given: Any) -> None:
        raise ConnectionError("the database went away")

    monkeypatch.setattr(application.conductor, "hear", broken)
    assert (await ana.slash("/leadcycle need Planning time")).status == 200
    assert await wordings(school) == []

    monkeypatch.undo()
    monkeypatch.setattr("bot.conductor.UNHEARD_AFTER", timedelta())
    assert await application.conductor.recover() == 1
    assert await wordings(school) == ["Planning time"]


# ---------------------------------------------------------------- the same thing several times


async def test_what_slack_repeats_is_taken_once(school: SlackSchool) -> None:
    ana, slack = school.people["ana"], school.slack
    first = await ana.types(NEED)
    for number in (1, 2, 3):
        assert (await school.after(slack.repeats(first, number))).status == 200
    replayed = await slack.sends(first.request, headers=first.sent)
    assert replayed.status == 200
    await school.settle()
    assert await wordings(school) == ["Planning time"]
    assert len([post for post in await told(ana) if "need 1" in post.text]) == 1


@on_postgresql
async def test_what_comes_to_two_replicas_at_once_is_taken_once(school: SlackSchool) -> None:
    ana, slack = school.people["ana"], school.slack
    await ana.slash("/leadcycle need")
    form = await ana.form()
    typed = await slack.typed(ana.user, NEED)
    async with school.replica() as (other, elsewhere):
        for request in (typed, await slack.filled(ana.user, form, {"need": "Quiet rooms"})):
            addresses = [slack.events_url, elsewhere] * 2
            answers = await asyncio.gather(*(slack.sends(request, to=each) for each in addresses))
            assert [each.status for each in answers] == [200] * 4
        await slack_of(other).finish()
        await school.settle()
        await asyncio.gather(other.dispatcher.drain(), school.application.dispatcher.drain())
    assert sorted(await wordings(school)) == ["Planning time", "Quiet rooms"]
    assert len([post for post in await told(ana) if "Noted as need" in post.text]) == 1


@on_sqlite
async def test_a_form_that_was_refused_is_taken_once_it_is_corrected(school: SlackSchool) -> None:
    """Slack gives the view the same hash again: the person only mended a field."""
    ana = school.people["ana"]
    await ana.slash("/leadcycle need")
    form = await ana.form()
    for _ in range(2):
        refused = await school.after(school.slack.submits(ana.user, form, {"need": "x" * 2_001}))
        assert list(refused.json["errors"]) == ["need"]
    taken = await school.after(school.slack.submits(ana.user, form, {"need": "Planning time"}))
    assert taken.status == 200
    await school.after(school.slack.repeats(taken))
    assert await wordings(school) == ["Planning time"]


# ---------------------------------------------------------------- one post under each fault

FAULTS: dict[str, dict[str, Any]] = {
    "429": {"fault": "limited", "seconds": 0},
    "500": {"fault": "broken", "status": 500},
    "503 after the effect": {"fault": "broken", "status": 503, "after": True},
    "dropped": {"fault": "dropped"},
    "dropped after the effect": {"fault": "dropped", "after": True},
    "internal error": {"fault": "refused", "error": "internal_error"},
    "fatal error after the effect": {"fault": "refused", "error": "fatal_error", "after": True},
    "unknown error": {"fault": "refused", "error": "something_new"},
    "hanging": {"fault": "hanging"},
    "hanging after the effect": {"fault": "hanging", "after": True},
}


@on_sqlite
async def test_each_fault_of_a_post_ends_in_exactly_one_post(school: SlackSchool) -> None:
    ben = school.people["ben"]
    dispatches(school, delays={"request": 1.0})
    arrived: dict[str, int] = {}
    for name, fault in FAULTS.items():
        before = len(await told(ben))
        await school.slack.injects("chat.postMessage", **fault)
        await ben.types("@leadcycle help")
        arrived[name] = len(await told(ben)) - before
        await school.slack.heals()

    assert arrived == dict.fromkeys(FAULTS, 1)
    assert {row.state for row in await rows(school)} == {State.SENT}
    calls = await school.slack.calls("chat.postMessage")
    assert [call.fault for call in calls if call.fault] == [fault["fault"] for fault in FAULTS.values()]
    keys = [call.arguments["metadata"]["event_payload"]["id"] for call in calls if call.effect]
    assert len(keys) == len(set(keys))


@on_sqlite
async def test_while_the_look_up_fails_nothing_is_posted_again(school: SlackSchool) -> None:
    ben, slack = school.people["ben"], school.slack
    await slack.injects("chat.postMessage", "dropped", after=True)
    await slack.injects("conversations.history", "refused", error="missing_scope")
    await slack.injects("conversations.history", "broken", status=503)
    await slack.injects("conversations.history", "limited", seconds=0)
    dispatches(school, delays={"trouble": 600})
    await ben.types("@leadcycle help")
    assert (await last_row(school)).state is State.UNSURE

    async with school.application.database.begin(people.DISTRICT) as store:
        await store.update(tables.outbox, wait_until=store.now)
    await dispatches(school).drain()
    assert (await last_row(school)).state is State.SENT
    assert len(await told(ben)) == len(await slack.calls("chat.postMessage")) == 1
    assert len(await slack.calls("conversations.history")) == 4


@on_sqlite
async def test_too_many_requests_stop_the_workspace_and_count_as_no_attempt(school: SlackSchool) -> None:
    ben, sam, slack = school.people["ben"], school.people["sam"], school.slack
    await slack.injects("chat.postMessage", "limited", seconds=60)
    await ben.types("@leadcycle help")
    await sam.types("@leadcycle help")
    assert len(await slack.calls("chat.postMessage")) == 1
    assert [(row.state, row.attempt) for row in await rows(school)][-2:] == [(State.READY, 0)] * 2

    await resumes(school)
    assert (len(await told(ben)), len(await told(sam))) == (1, 1)


async def resumes(school: SlackSchool) -> None:
    """The pause of the workspace is over."""
    async with school.application.database.begin(people.DISTRICT) as store:
        await lanes.resume(store, "slack", school.slack.team_id)
    await school.settle()


@pytest.mark.parametrize("point", ["leased", "in flight", "posted", "settled"])
@on_sqlite
async def test_whenever_the_process_dies_one_post_stands_there(school: SlackSchool, point: str) -> None:
    class Died(BaseException):
        """As if by SIGKILL."""

    def dies(name: str) -> None:
        if name == point:
            raise Died

    ben, slack = school.people["ben"], school.slack
    dispatches(school, crash_point=dies)
    with pytest.raises(Died):
        await ben.types("@leadcycle help")
    await dispatches(school).drain()

    assert (await last_row(school)).state is State.SENT
    assert len(await told(ben)) == 1
    assert len(await slack.calls("chat.postMessage")) == 1
    looked = {"leased": 0, "in flight": 2, "posted": 1, "settled": 0}
    assert len(await slack.calls("conversations.history")) == looked[point]


# ---------------------------------------------------------------- what Slack does not take


@on_sqlite
@pytest.mark.parametrize("how", ["revoked", "uninstalled", "unannounced"])
async def test_a_workspace_that_let_go_of_us_waits_and_goes_on_without_what_has_expired(
    school: SlackSchool, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    ben, sam, slack = school.people["ben"], school.people["sam"], school.slack
    before = len(await slack.calls("chat.postMessage"))
    with capture_logs() as logged:
        await {"revoked": slack.revokes_tokens, "uninstalled": slack.uninstalls, "unannounced": slack.loses_its_token}[
            how
        ]()
        await ben.types("@leadcycle help")
        await sam.types("@leadcycle help")
    told_by_slack = [each for each in logged if "has let go of Leadcycle: install it again" in each["event"]]
    found_out = "install it again" in caplog.text and "Messages wait until that is mended." in caplog.text
    assert (bool(told_by_slack), found_out) == (how != "unannounced", how == "unannounced")
    assert len(await slack.calls("chat.postMessage")) == before + (how == "unannounced")
    waiting = [row for row in await rows(school) if row.state is State.READY]
    assert [row.attempt for row in waiting] == [0, 0]
    async with school.application.database.begin(people.DISTRICT) as store:
        stale = tables.outbox.c.delivery == waiting[0].delivery
        await store.update(tables.outbox, stale, expires=store.school_time)

    await slack.installs()
    await school.starts()
    await school.settle()
    assert (len(await told(ben)), len(await told(sam))) == (0, 1)
    (expired,) = [row for row in await rows(school) if row.delivery == waiting[0].delivery]
    assert (expired.state, expired.error) == (State.CANCELLED, "expired")


@on_sqlite
async def test_an_address_that_is_no_more_buries_the_message_with_a_sentence(school: SlackSchool) -> None:
    ben, slack = school.people["ben"], school.slack
    for error in ("channel_not_found", "is_archived", "user_disabled", "messages_tab_disabled"):
        await slack.injects("chat.postMessage", "refused", error=error)
        await ben.types("@leadcycle help")
        buried = await last_row(school)
        assert buried.state is State.DEAD
        assert buried.error.endswith(f"({error})")
        assert len(buried.error.split()) > 3
    assert await told(ben) == []
    await ben.types("@leadcycle help")
    assert len(await told(ben)) == 1


@on_sqlite
async def test_a_drawing_that_slack_refuses_arrives_as_words(school: SlackSchool) -> None:
    ben, slack = school.people["ben"], school.slack
    await slack.injects("chat.postMessage", "refused", error="invalid_blocks")
    await ben.types("@leadcycle help")
    (post,) = await told(ben)
    assert "who sees what:" in post.text, "all of its words"
    assert not post.blocks
    drawn, plain = await slack.calls("chat.postMessage")
    assert drawn.arguments["metadata"] == plain.arguments["metadata"]
    assert (await last_row(school)).state is State.SENT
