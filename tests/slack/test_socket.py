"""Socket Mode: the application opens the connection itself, and opens it anew when it is lost."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import WSMsgType, web

from adapters.slack.app import Slack
from bot.config import Settings, SettingsError
from bot.platforms import slack_is_set_up
from flows.events import Event
from flows.messages import Message, Note, Reply


class Ears:
    """Hears events and answers each with a note."""

    def __init__(self) -> None:
        self.heard: list[Event] = []

    async def capture(self, event: Event) -> bool:
        self.heard.append(event)
        return True

    async def hear(self, event: Event) -> Reply | None:
        return Note(Message("Heard."))

    async def changed(self, platform: str, workspace: str, accounts: Any) -> None:
        raise AssertionError("nobody changes here")


class Server:
    """What Slack does in Socket Mode: it gives an address, takes one connection, and wants every envelope back."""

    def __init__(self) -> None:
        self.url = ""
        self.connections: asyncio.Queue[web.WebSocketResponse] = asyncio.Queue()
        self.acknowledged: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def opens(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer xapp-1"
        return web.json_response({"ok": True, "url": f"{self.url.replace('http', 'ws')}link"})

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        await self.connections.put(connection)
        async for message in connection:
            if message.type is WSMsgType.TEXT:
                await self.acknowledged.put(json.loads(message.data))
        return connection


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server, app = Server(), web.Application()
    app.add_routes([web.post("/api/apps.connections.open", server.opens), web.get("/api/link", server.link)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    yield server
    await runner.cleanup()


def typed(words: str) -> dict[str, Any]:
    event = {"type": "message", "channel_type": "im", "user": "U1", "channel": "D1", "ts": "17.5", "text": words}
    payload = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": event}
    return {"envelope_id": f"envelope of {words}", "type": "events_api", "payload": payload}


async def test_events_come_over_our_own_connection_and_over_the_next_one(server: Server) -> None:
    ears = Ears()
    slack = Slack(ears, ears, ears, "secret", server.url, "xapp-1")
    await slack.watch()
    first = await server.connections.get()

    await first.send_json(typed("one"))
    assert (await server.acknowledged.get())["envelope_id"] == "envelope of one"
    await first.close()
    second = await server.connections.get()
    await second.send_json(typed("two"))
    assert (await server.acknowledged.get())["envelope_id"] == "envelope of two"

    assert [event.what.text for event in ears.heard] == ["one", "two"]  # type: ignore[union-attr]
    await slack.close()


async def test_an_event_that_cannot_be_kept_is_not_acknowledged(server: Server) -> None:
    class Deaf(Ears):
        async def capture(self, event: Event) -> bool:
            await super().capture(event)
            if len(self.heard) == 1:
                raise OSError("the database is away")
            return True

    ears = Deaf()
    slack = Slack(ears, ears, "xoxb-1", "secret", server.url, "xapp-1")
    await slack.watch()
    connection = await server.connections.get()

    await connection.send_json(typed("lost"))
    await connection.send_json(typed("kept"))
    assert (await server.acknowledged.get())["envelope_id"] == "envelope of kept"
    await slack.close()


def test_without_a_signing_secret_nobody_is_heard_over_http() -> None:
    ears = Ears()
    assert not Slack(ears, ears, "xoxb-1", "", "https://slack.com/api/", "xapp-1").routes()
    assert Slack(ears, ears, "xoxb-1", "secret", "https://slack.com/api/").routes()


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET is missing"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN is missing"),
        ({"SLACK_SIGNING_SECRET": "s"}, "SLACK_BOT_TOKEN is missing"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}, ""),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}, ""),
    ],
)
def test_half_of_slack_is_refused_with_what_is_missing(given: dict[str, Any], missing: str) -> None:
    settings = Settings(**given)
    if not missing:
        assert slack_is_set_up(settings)
        return
    with pytest.raises(SettingsError, match=missing):
        slack_is_set_up(settings)


def test_a_token_in_the_environment_is_no_warning_and_others_are_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "secret")
    ears = Ears()
    slack = Slack(ears, ears, ears, "secret", "https://slack.com/api/")
    assert caplog.messages == []

    slack.bolt.logger.warning("something else")
    assert caplog.messages == ["something else"]
