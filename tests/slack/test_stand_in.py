"""The tests' Slack itself: a small Bolt app does what Slack's own clients and servers would make it do."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.stand_in import StandIn
from tests.slack.wire import sign

TOPIC = {"type": "input", "block_id": "topic", "label": {"type": "plain_text", "text": "Topic"}}
BOX = {"type": "plain_text_input", "action_id": "text"}
DAYS = [{"text": {"type": "plain_text", "text": day}, "value": day[:3].lower()} for day in ("Monday", "Friday")]
DAY = {"type": "static_select", "action_id": "one", "options": DAYS, "initial_option": DAYS[0]}


def words(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def form(title: str, *blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    view = {"type": "modal", "callback_id": "form", "title": words(title), "submit": words("Send")}
    return {**view, "blocks": list(blocks) or [{**TOPIC, "element": BOX}], **more}


def button(label: str, action: str) -> dict[str, Any]:
    return {"type": "actions", "elements": [{"type": "button", "text": words(label), "action_id": action}]}


class Heard:
    """An app that does a little of everything, and what it heard."""

    def __init__(self, slack: StandIn) -> None:
        self.client = AsyncWebClient(slack.bot_token, base_url=slack.url, retry_handlers=[])
        self.bolt = AsyncApp(
            client=self.client,
            signing_secret=slack.signing_secret,
            process_before_response=True,
            ignoring_self_events_enabled=False,
        )
        self.events: list[dict[str, Any]] = []
        self.echoes: list[dict[str, Any]] = []
        """what it said itself; it comes at any time"""
        self.bolt.event("message")(self.message)
        for kind in ("app_home_opened", "user_change", "team_join", "app_uninstalled", "tokens_revoked"):
            self.bolt.event(kind)(self.noted)
        self.bolt.event("member_joined_channel")(self.noted)
        self.bolt.command("/decide")(self.command)
        self.bolt.action("vote")(self.vote)
        self.bolt.action("choose")(self.vote)
        self.bolt.view("form")(self.submitted)
        self.bolt.view_closed("form")(self.acknowledged)
        self.bolt.shortcut("remember")(self.acknowledged)

    async def message(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        if event.get("bot_id") or event.get("message", {}).get("bot_id"):
            self.echoes.append(event)
            return
        self.events.append(body)
        if event.get("subtype") is None and event["channel_type"] == "im":
            blocks = [button("Vote", "vote")]
            await self.client.chat_postMessage(
                channel=event["channel"],
                text=f"You said: {event['text']}",
                blocks=blocks,
                metadata={"event_type": "prompt", "event_payload": {"key": event["client_msg_id"]}},
            )

    async def noted(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        self.events.append(body)
        if event["type"] == "app_home_opened":
            home = {"type": "home", "blocks": [{"type": "section", "text": words("Hello")}, button("Vote", "vote")]}
            await self.client.views_publish(user_id=event["user"], view=home)

    async def command(self, ack: Any, command: dict[str, Any], respond: Any) -> None:
        match command["text"]:
            case "aloud":
                await ack(text="Everybody hears", response_type="in_channel")
            case "later":
                await ack()
                await respond("At your service")
            case _:
                await self.client.views_open(
                    trigger_id=command["trigger_id"], view=form("Decide", notify_on_close=True)
                )
                await ack()

    async def vote(self, ack: Any, body: dict[str, Any], respond: Any) -> None:
        self.events.append(body)
        await ack()
        if "response_url" in body:
            await respond(text="Counted", replace_original=True)

    async def submitted(self, ack: Any, body: dict[str, Any], view: dict[str, Any]) -> None:
        self.events.append(body)
        match view["state"]["values"]["topic"]["text"]["value"]:
            case "short":
                await ack(response_action="errors", errors={"topic": "Say more."})
            case "page":
                day = {"type": "input", "block_id": "day", "label": words("Day"), "element": DAY}
                await ack(response_action="update", view=form("Day", {**TOPIC, "element": BOX}, day))
            case "push":
                await ack(response_action="push", view=form("Above"))
            case "clear":
                await ack(response_action="clear")
            case _:
                await ack()

    async def acknowledged(self, ack: Any, body: dict[str, Any]) -> None:
        self.events.append(body)
        await ack()


@pytest.fixture
async def app(slack: StandIn) -> AsyncIterator[Heard]:
    heard = Heard(slack)
    runner = web.AppRunner(heard.bolt.web_app("/slack/events"))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await slack.tells(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    yield heard
    await runner.cleanup()


@pytest.fixture
async def ana(slack: StandIn) -> str:
    return await slack.add_person("Ana A.", "ana@example.org", tz="Europe/Paris", locale="fr-FR")


async def test_who_types_is_answered_and_the_bot_hears_itself(slack, app, ana):
    answer = await slack.types(ana, "Hello & <all>")
    assert answer.status == 200
    assert 0 < answer.seconds < 3
    (post,) = await slack.told(ana)
    assert post.text == "You said: Hello & <all>"
    assert post.metadata["event_payload"]["key"]

    envelope = app.events[0]
    assert envelope["api_app_id"] == slack.app_id
    assert envelope["authorizations"][0]["user_id"] == slack.bot_user
    assert envelope["event"]["channel_type"] == "im"
    assert envelope["event"]["user"] == ana

    await app.client.chat_update(channel=post.channel, ts=post.ts, text="Changed")

    async def echoed():
        return len(app.echoes) == 2

    await slack.until(echoed)
    echo, changed = sorted(app.echoes, key=lambda event: "subtype" in event)
    assert (echo["ts"], echo["bot_id"]) == (post.ts, slack.bot_id)
    assert changed["subtype"] == "message_changed"
    assert (await slack.told(ana))[0].text == "Changed"


async def test_what_is_typed_can_come_late_twice_and_changed(slack, app, ana):
    first = await slack.typed(ana, "first")
    await slack.types(ana, "second", subtype="file_share", files=[])
    answer = await slack.sends(first)
    await slack.repeats(answer)
    assert [body["event"]["text"] for body in app.events] == ["second", "first", "first"]
    assert {body["event_id"] for body in app.events[1:]} == {answer.request.says["event_id"]}

    own = next(post for post in await slack.posts(await slack.direct(ana)) if post.text == "first")
    assert (await slack.edits(ana, own, "mended")).request.says["event"]["subtype"] == "message_changed"
    assert (await slack.deletes(ana, own)).request.says["event"]["subtype"] == "message_deleted"
    assert (await slack.types(ana, "in a thread", thread=own.ts)).request.says["event"]["thread_ts"] == own.ts


async def test_only_what_slack_signed_just_now_is_let_in(slack, app, ana):
    request = await slack.typed(ana, "hello")
    changed = request.altered(event_id="Ev1")
    assert (await slack.sends(request, secret="another")).status == 401
    assert (await slack.sends(request, at=time.time() - 301)).status == 401
    assert (await slack.sends(changed, headers=sign(request.body, slack.signing_secret))).status == 401
    assert app.events == []
    assert (await slack.sends(request)).status == 200
    foreign = await slack.sends(request.altered(team_id="T2"))
    assert foreign.request.says["team_id"] == app.events[-1]["team_id"] == "T2"
    assert (await slack.verifies_url()).json["challenge"]


async def test_commands_open_forms_and_answer_to_one_or_to_all(slack, app, ana):
    channel = await slack.add_channel("leaders", [ana])
    await slack.slash(ana, "/decide", "aloud", channel)
    assert [post.text for post in await slack.posts(channel)] == ["Everybody hears"]
    await slack.slash(ana, "/decide", "later", channel)
    assert [post.text for post in await slack.ephemerals(ana, channel)] == ["At your service"]
    assert [call.arguments["text"] for call in await slack.calls("response_url")] == ["At your service"]

    await slack.slash(ana, "/decide")
    (view,) = await slack.views(ana)
    assert view.title == "Decide"
    assert (await slack.closes(ana, view)).status == 200
    assert app.events[-1]["type"] == "view_closed"
    assert await slack.views(ana) == []


async def test_forms_are_refused_turned_stacked_and_cleared(slack, app, ana):
    await slack.slash(ana, "/decide")
    (view,) = await slack.views(ana)
    with pytest.raises(LookupError, match="without an answer at topic"):
        await slack.submits(ana, view)
    with pytest.raises(LookupError, match="nothing to fill in at colour; there is: topic"):
        await slack.submits(ana, view, {"colour": "red"})

    answer = await slack.submits(ana, view, {"topic": "short"})
    assert answer.json["errors"] == {"topic": "Say more."}
    await slack.submits(ana, view, {"topic": "page"})
    (view,) = await slack.views(ana)
    assert view.title == "Day"

    await slack.submits(ana, view, {"topic": {"text": "push"}, "day": "Friday"})
    assert app.events[-1]["view"]["state"]["values"]["day"]["one"]["selected_option"]["value"] == "fri"
    below, top = await slack.views(ana)
    assert (below.title, top.title) == ("Day", "Above")
    assert top.payload["previous_view_id"] == below.id
    await slack.submits(ana, top, {"topic": "done"})
    assert await slack.views(ana) == [below]
    await slack.submits(ana, below, {"topic": "clear"})
    assert await slack.views(ana) == []


async def test_buttons_menus_home_and_shortcuts(slack, app, ana):
    await slack.types(ana, "hello")
    (post,) = await slack.told(ana)
    with pytest.raises(LookupError, match=r'There are: "Vote" \(vote\)'):
        await slack.presses(ana, post, "Veto")
    await slack.presses(ana, post, "Vote")
    assert app.events[-1]["message"]["ts"] == post.ts
    assert (await slack.told(ana))[0].text == "Counted"

    await slack.opens_home(ana)
    home = await slack.home(ana)
    assert home.blocks[0]["text"]["text"] == "Hello"
    pressed = await slack.presses(ana, home, "vote")
    assert app.events[-1]["view"]["id"] == home.id
    await slack.repeats(pressed)
    assert app.events[-1]["actions"] == app.events[-2]["actions"]

    menu = {"type": "section", "text": words("When?"), "accessory": {**DAY, "action_id": "choose"}}
    await app.client.chat_postEphemeral(channel=post.channel, user=ana, text="When?", blocks=[menu])
    (seen,) = await slack.ephemerals(ana)
    await slack.presses(ana, seen, "choose", "Friday")
    assert app.events[-1]["actions"][0]["selected_option"]["value"] == "fri"
    assert "message" not in app.events[-1]
    assert [each.text for each in await slack.ephemerals(ana)] == ["Counted"]

    await slack.shortcut(ana, post, "remember")
    assert app.events[-1]["type"] == "message_action"
    await slack.shortcut(ana, None, "remember")
    assert app.events[-1]["type"] == "shortcut"


async def test_people_change_and_the_app_comes_and_goes(slack, app, ana):
    user = (await app.client.users_info(user=ana, include_locale=True))["user"]
    assert (user["tz"], user["locale"], user["profile"]["email"]) == ("Europe/Paris", "fr-FR", "ana@example.org")
    await slack.change_user(ana, tz="Asia/Tokyo", name="Ana B.")
    changed = app.events[-1]["event"]["user"]
    assert (changed["tz"], changed["tz_offset"], changed["real_name"]) == ("Asia/Tokyo", 32_400, "Ana B.")
    await slack.deactivates(ana)
    assert app.events[-1]["event"]["user"]["deleted"] is True

    ben = await slack.add_person("Ben B.")
    await slack.joins_workspace(ben)
    channel = await slack.add_channel("leaders", [ben], bot=False)
    await slack.joins(channel)
    assert app.events[-1]["event"]["user"] == slack.bot_user

    gone, revoked = await slack.uninstalls()
    assert (gone.status, revoked.status) == (200, 200)
    with pytest.raises(SlackApiError, match="account_inactive"):
        await app.client.chat_postMessage(channel=channel, text="Anybody?")
    assert await slack.posts(channel) == []
    app.client.token = await slack.installs()
    assert (await app.client.auth_test())["user_id"] == slack.bot_user


async def test_history_is_found_by_time_and_tells_metadata_on_demand(slack, app):
    channel = await slack.add_channel("leaders")
    marked = {"event_type": "prompt", "event_payload": {"key": "1"}}
    before = time.time()
    first = await app.client.chat_postMessage(channel=channel, text="one", metadata=marked)
    between = (await app.client.chat_postMessage(channel=channel, text="two"))["ts"]
    await app.client.chat_postMessage(channel=channel, text="three")

    async def texts(**how):
        found = await app.client.conversations_history(channel=channel, **how)
        return [each["text"] for each in found["messages"]]

    assert await texts(oldest=str(before)) == ["three", "two", "one"]
    assert await texts(oldest=between) == ["three"]
    assert await texts(oldest=between, inclusive=True) == ["three", "two"]
    assert await texts(latest=between) == ["one"]
    page = await app.client.conversations_history(channel=channel, limit=2)
    assert page["has_more"]
    assert await texts(cursor=page["response_metadata"]["next_cursor"], limit=2) == ["one"]
    found = await app.client.conversations_history(channel=channel, include_all_metadata=True)
    assert found["messages"][-1]["metadata"] == marked
    assert found["messages"][-1]["ts"] == first["ts"]
    assert "metadata" not in page["messages"][-1]
    assert found["messages"][-1]["bot_id"] == slack.bot_id


async def test_a_thread_is_listed_apart_from_its_conversation(slack, app, ana):
    channel = await slack.add_channel("leaders", [ana])
    marked = {"event_type": "reply", "event_payload": {"key": "1"}}
    top = (await app.client.chat_postMessage(channel=channel, text="top"))["ts"]
    await app.client.chat_postMessage(channel=channel, text="one", thread_ts=top, metadata=marked)
    await slack.says(ana, channel, "two", thread=top)
    between = (await slack.posts(channel))[1].ts

    async def texts(method, **how):
        return [each["text"] for each in (await method(channel=channel, **how))["messages"]]

    assert await texts(app.client.conversations_history) == ["top"]
    assert await texts(app.client.conversations_replies, ts=top) == ["top", "one", "two"]
    assert await texts(app.client.conversations_replies, ts=top, oldest=between) == ["top", "two"]
    page = await app.client.conversations_replies(channel=channel, ts=top, limit=2)
    assert page["has_more"]
    cursor = page["response_metadata"]["next_cursor"]
    assert await texts(app.client.conversations_replies, ts=top, limit=2, cursor=cursor) == ["two"]
    found = await app.client.conversations_replies(channel=channel, ts=top, include_all_metadata=True)
    assert found["messages"][1]["metadata"] == marked
    assert "metadata" not in page["messages"][1]
    with pytest.raises(SlackApiError, match="thread_not_found"):
        await app.client.conversations_replies(channel=channel, ts="1.000001")


@pytest.mark.parametrize("after", [False, True])
async def test_faults_come_before_or_after_the_effect(slack, app, after):
    channel = await slack.add_channel("leaders")
    post = app.client.chat_postMessage
    await slack.injects("chat.postMessage", "limited", seconds=7, after=after)
    with pytest.raises(SlackApiError) as failed:
        await post(channel=channel, text="limited")
    assert failed.value.response.headers["Retry-After"] == "7"
    await slack.injects("chat.postMessage", "refused", error="channel_not_found", after=after)
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await post(channel=channel, text="refused")
    await slack.injects("chat.postMessage", "broken", status=503, after=after)
    with pytest.raises(SlackApiError):
        await post(channel=channel, text="broken")
    await slack.injects("chat.postMessage", "dropped", after=after)
    with pytest.raises(aiohttp.ClientError):
        await post(channel=channel, text="dropped")
    await slack.injects("chat.postMessage", "hanging", after=after)
    impatient = AsyncWebClient(slack.bot_token, base_url=slack.url, retry_handlers=[], timeout=1)
    with pytest.raises(TimeoutError):
        await impatient.chat_postMessage(channel=channel, text="hanging")
    await slack.injects("chat.postMessage", "slow", seconds=0.1, times=2, where={"text": "slow"})
    await post(channel=channel, text="quick")
    await post(channel=channel, text="slow")
    await slack.heals()

    names = ["limited", "refused", "broken", "dropped", "hanging"]
    seen = [each.text for each in await slack.posts(channel)]
    assert seen == [*(names if after else []), "quick", "slow"]
    calls = await slack.calls("chat.postMessage")
    assert [call.fault for call in calls] == [*names, None, "slow"]
    assert [call.effect for call in calls] == [*[after] * 5, True, True]
    assert calls[0].arguments == {"channel": channel, "text": "limited"}


async def test_waiting_ends_with_the_call_that_was_awaited(slack, app):
    channel = await slack.add_channel("leaders")
    later = asyncio.create_task(app.client.chat_postMessage(channel=channel, text="At last"))
    (post,) = await slack.until(lambda: slack.posts(channel))
    assert post.text == "At last"
    await later
    with pytest.raises(TimeoutError, match=r"Nothing after 0\.1 seconds. The app called: chat\.postMessage\."):
        await slack.until(lambda: slack.views("nobody"), seconds=0.1)


async def test_a_reset_forgets_everything_and_shuts_out_the_old_app(slack, app, ana):
    await slack.types(ana, "hello")
    await slack.reset()
    assert await slack.calls() == []
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await app.client.auth_test()


async def test_a_file_is_uploaded_and_shared(slack, app):
    channel = await slack.add_channel("leaders")
    await app.client.files_upload_v2(channel=channel, content=b"picture", filename="chart.png", alt_txt="A chart")
    (post,) = await slack.posts(channel)
    assert post.row["files"][0]["alt_txt"] == "A chart"
