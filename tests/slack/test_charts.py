"""A chart in the team's channel: as Slack draws it, as a picture where Slack does not, always in one post."""

import base64
from datetime import date
from typing import Any

import pytest

from adapters.base import Address, Sent
from adapters.slack import api
from bot import sample
from flows.records import Action
from storage import outbox, people, records
from storage.state import State
from tests.adapters.golden.samples import SHARES
from tests.slack.school import SlackSchool, labels, slack_of
from tests.slack.sights import Call, Post

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TITLE = "How our plan is going"
TOLD = "1 of 2 actions is done or on track."
REFUSED: dict[str, Any] = {"fault": "refused", "error": "invalid_blocks"}
UNKNOWN: dict[str, Any] = {**REFUSED, "holding": "data_visualization", "times": 99}
"""a workspace that does not know the block of charts"""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures are known at once."""
    monkeypatch.setattr(api, "KNOWN_AFTER", (0, 0))


@pytest.fixture
async def school(slack_school: SlackSchool) -> SlackSchool:
    """The school with two actions, one of them done, just before it begins to act."""
    ana = slack_school.people["ana"]
    await ana.starts()
    for _ in range(2):
        await ana.slash("/leadcycle cycle next because we are quick")
    room = await slack_school.room()
    owner, due = room.members[0].id, date(2027, 3, 12)
    done = Action(room.team.id, 1, 1, "Visit two lessons", owner, due, owner, state="done", done_on=sample.FIRST_DAY)
    planned = Action(room.team.id, 2, 1, "Count drafts", owner, due, owner, state="open")
    async with slack_school.application.database.begin(people.DISTRICT) as store:
        await records.keep(store, done, planned)
    return slack_school


async def acts(school: SlackSchool) -> Post:
    """The team begins to act; return the one card of it."""
    before = {post.ts for post in await school.slack.posts(school.channel)}
    await school.people["ana"].slash("/leadcycle cycle next because we are quick")
    await school.until(school.clock.now.replace(hour=18))
    (card,) = [
        post for post in await school.slack.posts(school.channel) if TITLE in str(post.row) and post.ts not in before
    ]
    return card


def block(post: Post, kind: str) -> dict[str, Any]:
    (found,) = [each for each in post.blocks if each["type"] == kind]
    return found


async def tries(school: SlackSchool) -> list[Call]:
    """The calls that would post or draw the card."""
    calls = [*await school.slack.calls("chat.postMessage"), *await school.slack.calls("chat.update")]
    return [call for call in calls if TITLE in str(call.arguments)]


async def require_sent_once(school: SlackSchool, card: Post) -> None:
    """The card stands there once, under the key of its row, and its row is settled."""
    async with school.application.database.read(people.DISTRICT) as store:
        (row,) = [each for each in await outbox.listing(store) if each.message_id == f"{card.channel}/{card.ts}"]
    assert row.state is State.SENT
    assert card.metadata == {"event_type": api.MARK, "event_payload": {"id": row.delivery}}
    assert [call.effect for call in await school.slack.calls("chat.postMessage") if TITLE in str(call.arguments)].count(
        True
    ) == 1


async def test_slack_draws_the_chart_itself(school: SlackSchool) -> None:
    card = await acts(school)
    chart = block(card, "data_visualization")
    assert chart["title"] == TITLE
    assert chart["chart"] == {
        "type": "bar",
        "series": [{"name": "Actions", "data": [{"label": "Done", "value": 1}, {"label": "Planned", "value": 1}]}],
        "axis_config": {"categories": ["Done", "Planned"]},
    }
    assert TOLD in str(card.blocks)
    assert f"{TITLE}\n{TOLD}\n  Done: 1\n  Planned: 1" in card.text
    assert len(await tries(school)) == 1
    assert await school.slack.calls("files.getUploadURLExternal") == []
    await require_sent_once(school, card)


@on_sqlite
async def test_where_slack_does_not_know_charts_a_picture_stands_in_the_same_post(school: SlackSchool) -> None:
    await school.slack.injects("chat.postMessage", **UNKNOWN)
    card = await acts(school)
    picture = block(card, "image")
    assert picture["alt_text"] == f"{TOLD} Done: 1; Planned: 1."
    assert picture["title"]["text"] == TITLE
    (file,) = await school.slack._rows("files", file_id=picture["slack_file"]["id"])
    (upload,) = await school.slack._rows("fileUploadSessions", file_id=file["file_id"])
    assert base64.b64decode(upload["content_base64"]).startswith(b"\x89PNG")
    assert file["channels"] == [], "the picture is no message of its own"
    assert "My actions" in labels(card.blocks)
    assert len(await tries(school)) == 2
    await require_sent_once(school, card)


@on_sqlite
async def test_a_workspace_that_does_not_know_charts_is_not_asked_again(school: SlackSchool) -> None:
    for method in ("chat.postMessage", "chat.update"):
        await school.slack.injects(method, **UNKNOWN)
    card = await acts(school)
    await school.people["ana"].slash("/leadcycle action blocked 2 because the list is missing")
    (drawn,) = [post for post in await school.slack.posts(school.channel) if post.ts == card.ts]
    assert block(drawn, "image")["alt_text"] == f"{TOLD} Done: 1; Blocked: 1."
    *_, update = await tries(school)
    assert len(await tries(school)) == 3
    assert "data_visualization" not in str(update.arguments)


@on_sqlite
async def test_a_picture_that_slack_does_not_know_yet_is_tried_once_more(school: SlackSchool) -> None:
    await school.slack.injects("chat.postMessage", **UNKNOWN)
    await school.slack.injects("chat.postMessage", **REFUSED, holding="slack_file")
    card = await acts(school)
    assert block(card, "image")
    assert len(await school.slack.calls("files.completeUploadExternal")) == 1
    await require_sent_once(school, card)


@on_sqlite
async def test_a_chart_of_shares_is_a_picture_because_slacks_own_prints_counts(school: SlackSchool) -> None:
    slack = slack_of(school.application)
    (workspace,) = await slack.workspaces()
    sent = await slack.send(Address(workspace, school.channel), SHARES, "shares")
    (card,) = [post for post in await school.slack.posts(school.channel) if SHARES.text in str(post.row)]

    assert isinstance(sent, Sent)
    assert "at least 90% (in May 2026: 40%)" in block(card, "image")["alt_text"]
    assert "data_visualization" not in str(card.blocks)
    assert not slack._without_charts, "charts of counts are still Slack's own"


UPLOADS: dict[str, tuple[str, dict[str, Any]]] = {
    "no permission": ("files.getUploadURLExternal", {"fault": "refused", "error": "missing_scope"}),
    "too many": ("files.getUploadURLExternal", {"fault": "limited", "seconds": 0}),
    "broken": ("files.completeUploadExternal", {"fault": "broken", "status": 500}),
    "dropped": ("files.completeUploadExternal", {"fault": "dropped"}),
    "hanging": ("files.completeUploadExternal", {"fault": "hanging"}),
}


@on_sqlite
@pytest.mark.parametrize("name", UPLOADS)
async def test_where_the_picture_cannot_be_uploaded_its_words_stand_in_the_same_post(
    school: SlackSchool, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "PICTURE_SECONDS", 0.5)
    method, fault = UPLOADS[name]
    await school.slack.injects("chat.postMessage", **UNKNOWN)
    await school.slack.injects(method, **fault)
    card = await acts(school)
    assert not {"image", "data_visualization"} & {each["type"] for each in card.blocks}
    for words in (TITLE, TOLD, "Done: 1", "Planned: 1"):
        assert words in str(card.blocks)
    assert "My actions" in labels(card.blocks)
    assert len(await tries(school)) == 2
    await require_sent_once(school, card)


@on_sqlite
async def test_a_card_that_slack_does_not_take_at_all_arrives_as_words_and_says_nothing_of_charts(
    school: SlackSchool,
) -> None:
    await school.slack.injects("chat.postMessage", **REFUSED, holding='"blocks":[{', times=99)
    card = await acts(school)
    assert not card.blocks
    assert TOLD in card.text
    assert len(await tries(school)) == 5
    await require_sent_once(school, card)
    assert not slack_of(school.application)._without_charts


LOST: dict[str, dict[str, Any]] = {
    "500": {"fault": "broken", "status": 500},
    "503 after the effect": {"fault": "broken", "status": 503, "after": True},
    "dropped": {"fault": "dropped"},
    "dropped after the effect": {"fault": "dropped", "after": True},
    "429": {"fault": "limited", "seconds": 0},
}


@on_sqlite
@pytest.mark.parametrize("name", LOST)
async def test_a_fault_on_the_way_of_the_picture_ends_in_one_post(school: SlackSchool, name: str) -> None:
    await school.slack.injects("chat.postMessage", **UNKNOWN)
    await school.slack.injects("chat.postMessage", **LOST[name], holding="slack_file")
    await require_sent_once(school, await acts(school))
