"""What we ask of Slack's Web API, and what its answers mean for a message that is to be sent."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters import chart, text
from adapters.base import Address, Failed, Gone, Outcome, Sent, TryLater, Unfindable, Unreached, Unsure
from adapters.silence import reason
from flows.messages import Chart, Message

from . import charts, render
from .clock import SlackClock

Json = dict[str, Any]

MARK = "leadcycle_delivery"
"""the event_type of the metadata that every post carries: the whole workspace can read it, so it says nothing"""
SECONDS = 8
"""of a request, below the dispatcher's own limit"""
MOST_PAGES = 5
"""of a conversation's history that a look-up reads: a thousand messages since the one in question"""
MOST_TRIES = 2
"""of a look-up: the answer to the first may tell that our clock is wrong"""
TOO_MANY = "nobody knows whether it arrived: Slack has more than 1,000 messages there since, so look there and decide"

# Slack's errors, docs.slack.dev/reference/methods/chat.postMessage, November 2026.
GONE: Mapping[str, str] = {
    "channel_not_found": "Slack knows no such conversation, or Leadcycle is not in it",
    "not_in_channel": "Leadcycle is not in this channel: invite it with /invite",
    "is_archived": "the channel is archived",
    "user_not_found": "Slack knows no such person",
    "user_disabled": "the account is deactivated",
    "cannot_dm_bot": "the account is a bot",
    "messages_tab_disabled": "the app's Messages tab is off: turn it on in the app's settings",
    "restricted_action": "the workspace does not let Leadcycle write here",
    "restricted_action_read_only_channel": "the channel is read-only",
    "message_not_found": "the message was deleted",
    "cant_update_message": "the message is not ours",
    "edit_window_closed": "the workspace does not allow changes any more",
}
"""This address, or this message, is no more: what the operator reads."""
CLOSED: Mapping[str, str] = {
    "invalid_auth": "the token is not valid: copy SLACK_BOT_TOKEN from the app's page",
    "not_authed": "the token is missing: copy SLACK_BOT_TOKEN from the app's page",
    "token_revoked": "the token was revoked: install the app again and copy the new SLACK_BOT_TOKEN",
    "token_expired": "the token has expired: turn token rotation off and install the app again",
    "account_inactive": "the app was removed: install it again and copy the new SLACK_BOT_TOKEN",
    "app_uninstalled": "the app was removed: install it again and copy the new SLACK_BOT_TOKEN",
    "missing_scope": "the app lacks a permission: update it from our manifest and install it again",
    "team_disabled": "the workspace is disabled",
}
"""Nothing can be sent to the workspace at all, until somebody mends that: what the operator reads.

`account_inactive` is said of the account that the token belongs to, our own, not of the one written to.
"""
CLOSED_SECONDS = 300.0
UNSURE = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"})
BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
PICTURE_SECONDS = 4
"""to draw and upload the picture of a chart, so that time is left to send the message without it"""
KNOWN_AFTER = (0, 1)
"""seconds between the tries to post an uploaded picture: Slack takes a moment until it knows it as one"""

_log = logging.getLogger(__name__)
_sdk_log = logging.getLogger("slack_sdk")
_sdk_log.setLevel(logging.INFO)  # without a level the SDK writes out every request for nobody to read


class SlackRefused(Exception):
    """Slack cannot be used as it is set up; the message says why and what to do, `error` is Slack's own word for it."""

    def __init__(self, sentence: str, error: str = "") -> None:
        """Say this."""
        super().__init__(sentence)
        self.error = error


class SlackUnreachable(SlackRefused):
    """Nobody at Slack could be asked just now."""


class Api:
    """Slack's Web API for one workspace; nothing is ever tried again here, that is the dispatcher's business."""

    def __init__(
        self, token: str, url: str, session: aiohttp.ClientSession, without_charts: set[str] | None = None
    ) -> None:
        """Speak with this bot token to the API at `url` (of GovSlack, or Slack's own).

        In `without_charts` it notes tokens of workspaces that do not know the block of charts: it is not tried again.
        """
        self.client = AsyncWebClient(token, url, timeout=SECONDS, session=session, retry_handlers=[], logger=_sdk_log)
        self.clock = SlackClock()
        self._token = token
        self._without_charts = set() if without_charts is None else without_charts
        self._session = session

    async def post(self, address: Address, message: Message, delivery: str, under: str = "") -> Outcome:
        """Post a message, marked with its delivery key; with `under` in the thread of the post with this id."""
        mark = {"event_type": MARK, "event_payload": {"id": delivery}}
        channel, _, thread = under.partition("/") if under else (address.place or address.user, "", None)

        async def send(drawn: Json) -> AsyncSlackResponse:
            return await self.client.chat_postMessage(channel=channel, thread_ts=thread, metadata=mark, **drawn)

        return await self._sent(send, message)

    async def replace(self, post: str, message: Message) -> Outcome:
        """Draw a message over the post with this id."""
        channel, stamp = post.split("/")

        async def send(drawn: Json) -> AsyncSlackResponse:
            kept = {key: drawn[key] for key in ("text", "blocks")}
            return await self.client.chat_update(channel=channel, ts=stamp, **kept)

        return await self._sent(send, message)

    async def _sent(self, send: Callable[[Json], Awaitable[AsyncSlackResponse]], message: Message) -> Outcome:
        """What came of sending it; a drawing that Slack refuses has no effect, and gives way to a plainer one."""
        outcome: Outcome = Failed("Slack takes no drawing of it")
        asks_for_own = self._asks_for_own(message)
        is_first = True
        async with aclosing(self._drawings(message)) as drawings:
            async for drawn in drawings:
                try:
                    sent = _taken(await send(drawn))
                except SlackApiError as fault:
                    outcome = refused(fault.response)
                    if _error(fault.response) not in BLOCKS:
                        return outcome
                except aiohttp.ClientConnectorError as fault:
                    return Unreached(f"Slack cannot be reached: {type(fault).__name__}")
                else:
                    if drawn["blocks"] and asks_for_own and not is_first:
                        self._without_charts.add(self._token)
                    return sent
                is_first = False
        return outcome

    async def _drawings(self, message: Message) -> AsyncGenerator[Json, None]:
        """The message as Slack shows it best, then ever plainer, at last its words alone."""
        if not message.chart or self._asks_for_own(message):
            yield render.message(message)
        if message.chart:
            if file := await self._uploaded(message.chart):
                for seconds in KNOWN_AFTER:
                    await asyncio.sleep(seconds)
                    yield render.message(message, partial(charts.picture, file=file))
            yield render.message(message, render.in_words)
        yield render.plainest(message)

    def _asks_for_own(self, message: Message) -> bool:
        """Whether Slack is to draw the chart itself: it has bars of counts, and neither words nor a scale for them."""
        return bool(message.chart and message.chart.is_plain) and self._token not in self._without_charts

    async def _uploaded(self, shown: Chart) -> str:
        """The id of the picture of a chart, now among our own files; nothing where there can be none."""
        try:
            async with asyncio.timeout(PICTURE_SECONDS):
                done = await self.client.files_upload_v2(
                    filename="chart.png",
                    content=chart.png(shown),
                    title=text.one_line(shown.title),
                    alt_txt=text.told(shown),
                    highlight_type="png",
                )
            return str(done["file"]["id"])
        except Exception as fault:  # whatever it is, the message goes out without a picture
            _log.warning("The picture of a chart could not be made or uploaded: %s", type(fault).__name__)
            return ""

    async def find(
        self, address: Address, delivery: str, ago: timedelta | None, under: str = "", besides: str = ""
    ) -> str | Gone | TryLater | None:
        """Return the id of the post that carries the key, or that there is no such conversation any more.

        It left so long ago, at most; with None nobody knows when. The post `besides` is passed by. Slack lists the
        posts of a thread apart from those of its conversation: with `under` it is looked for there.
        Raises OSError when that cannot be told, and `Unfindable` when it never can.
        """
        try:
            channel, _, thread = under.partition("/")
            channel = channel or address.place or await self.direct(address.user)
            return await self._found(channel, thread, ago, lambda post: _is_it(post, delivery, channel, besides))
        except SlackApiError as fault:
            error = _error(fault.response)
            if error == "thread_not_found":  # the post is gone, and nobody replied to it
                return None
            if error in GONE:
                return Gone(f"{GONE[error]} ({error})")
            if _is_too_many(fault.response):
                return TryLater(_seconds(fault.response))
            raise OSError(f"Slack could not look it up: {error}") from fault

    async def _found(
        self, channel: str, thread: str, ago: timedelta | None, is_it: Callable[[Json], bool]
    ) -> str | None:
        """Look through the posts since then, and once more where their answer tells that our clock was wrong."""
        for _ in range(MOST_TRIES):
            oldest = self.clock.oldest(ago)
            found, is_all = await self._searched(channel, thread, oldest, is_it)
            if found:
                return f"{channel}/{found}"
            if self.clock.agrees(oldest, ago):
                if is_all:
                    return None
                raise Unfindable(TOO_MANY)
        raise OSError("Slack's answers do not agree about the time")

    async def _searched(
        self, channel: str, thread: str, oldest: datetime, is_it: Callable[[Json], bool]
    ) -> tuple[str, bool]:
        """Return the stamp of the post, or "" and whether these were all posts of the thread or conversation."""
        wanted: Json = {"channel": channel, "oldest": f"{oldest.timestamp():.6f}", "include_all_metadata": True}
        cursor = ""
        for _ in range(MOST_PAGES):
            if thread:
                page = await self.client.conversations_replies(ts=thread, limit=200, cursor=cursor, **wanted)
            else:
                page = await self.client.conversations_history(limit=200, cursor=cursor, **wanted)
            self.clock.hears(page.headers)
            if found := next(filter(is_it, page.get("messages") or ()), None):
                return str(found["ts"]), True
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return "", True
        return "", False

    async def answer(self, url: str, body: Json) -> None:
        """Answer what somebody did by its response URL; raises SlackRefused, or what kept us from asking."""
        webhook = AsyncWebhookClient(url, timeout=SECONDS, session=self._session, retry_handlers=[])
        answered = await webhook.send_dict(body)
        if answered.status_code != 200:
            raise SlackRefused(f"Slack did not take an answer by its response URL: status {answered.status_code}")

    async def workspace(self) -> tuple[str, str]:
        """Return the id and the name of the workspace that the token is for; raises SlackRefused with a sentence."""
        said = await self.introduced()
        return str(said["team_id"]), str(said.get("team") or said["team_id"])

    async def introduced(self) -> AsyncSlackResponse:
        """Return what Slack says of the token; raises SlackRefused with a sentence."""
        try:
            return await self.client.auth_test()
        except SlackApiError as fault:
            status, error = _status(fault.response), _error(fault.response)
            if status >= 500 or status == 429:
                raise SlackUnreachable(f"Slack cannot be asked now: it answers {status}.") from fault
            sentence = f"Slack does not take SLACK_BOT_TOKEN ({error}). Copy it from the app's page."
            raise SlackRefused(sentence, error) from fault
        except (aiohttp.ClientError, TimeoutError) as fault:
            where, why = self.client.base_url, reason(fault)
            raise SlackUnreachable(f"Slack cannot be reached at {where} ({why}).") from fault

    async def redraw(self, view: Json) -> None:
        """Update a view unless it was changed or closed meanwhile: then something newer stands there."""
        try:
            await self.client.views_update(**view)
        except SlackApiError as fault:
            if _error(fault.response) not in ("hash_conflict", "not_found"):
                raise

    async def people(self) -> AsyncIterator[Json]:
        """Yield every person of the workspace, as Slack describes them."""
        cursor = ""
        while True:
            page = await self.client.users_list(limit=200, include_locale=True, cursor=cursor)
            for user in page.get("members") or ():
                yield user
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    async def direct(self, user: str) -> str:
        """Return the direct conversation with a person."""
        opened = await self.client.conversations_open(users=user)
        return str(opened["channel"]["id"])

    async def delete(self, post: str) -> None:
        """Delete our own post with this id; one that is no more is well. Raises what the Web API raises."""
        channel, stamp = post.split("/")
        try:
            await self.client.chat_delete(channel=channel, ts=stamp)
        except SlackApiError as fault:
            if _error(fault.response) not in ("message_not_found", "channel_not_found"):
                raise


def _is_it(post: Json, delivery: str, channel: str, besides: str) -> bool:
    """Whether the post carries this delivery key and is not the one to be passed by."""
    return _key_of(post) == delivery and f"{channel}/{post['ts']}" != besides


def _key_of(post: Mapping[str, Any]) -> str:
    metadata = post.get("metadata") or {}
    return str(metadata.get("event_payload", {}).get("id", "")) if metadata.get("event_type") == MARK else ""


def _taken(response: AsyncSlackResponse) -> Outcome:
    return Sent(f"{response['channel']}/{response['ts']}")


def refused(response: Any) -> Outcome:
    """What it means for a message that Slack did not say ok."""
    status, error = _status(response), _error(response)
    if _is_too_many(response):
        return TryLater(_seconds(response))
    if error in CLOSED:
        _log.error("Slack takes nothing from us: %s (%s). Messages wait until that is mended.", CLOSED[error], error)
        return TryLater(CLOSED_SECONDS)
    if error in GONE:
        return Gone(f"{GONE[error]} ({error})")
    if status >= 500 or error in UNSURE or not error:
        return Unsure(f"Slack answered {status} {error}".strip())
    return Failed(f"Slack answered {error}")


def _is_too_many(response: Any) -> bool:
    return _status(response) == 429 or _error(response) in ("ratelimited", "rate_limited")


def _status(response: Any) -> int:
    """The HTTP status, of the SDK's response or of aiohttp's where the body was no JSON."""
    return int(getattr(response, "status_code", 0) or getattr(response, "status", 0))


def _error(response: Any) -> str:
    data = getattr(response, "data", None)
    return str(data.get("error") or "") if isinstance(data, Mapping) else ""


def _seconds(response: Any) -> float:
    """How long Slack asks to wait; a second where it does not say."""
    asked = response.headers.get("Retry-After", "")
    return float(asked) if str(asked).isdigit() else 1.0
