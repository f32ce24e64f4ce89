"""Slack as the tests see it: people with verbs who use a real app over HTTP, and what they have before their eyes.

`launcher.mjs` plays the server and says what was found out about the emulator that it builds on.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from email.utils import format_datetime
from itertools import count
from typing import Any, Literal, TypeVar
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest

from adapters.slack.manifest import SCOPES
from tests.slack import elements, payloads, rows, sights, wire
from tests.slack.payloads import Person, Place, Scene
from tests.slack.sights import Call, Post, View
from tests.slack.wire import Answer, Json, Request

Fault = Literal["limited", "refused", "broken", "dropped", "hanging", "slow"]
Found = TypeVar("Found")

PATIENCE = 30.0
"""seconds; Slack's own is 3, and a test asserts it on `Answer.seconds`"""
_NUMBERS = count(1)


class StandIn:
    """A workspace with our app in it. `events_url` is the app's address; a test may change it at any time."""

    def __init__(self, launcher: str) -> None:
        self._launcher = launcher
        self._http = httpx.AsyncClient(trust_env=False, verify=False, timeout=PATIENCE)  # noqa: S501 (loopback)
        self._people: dict[str, Person] = {}
        self._typed: dict[str, Json] = {}
        self.events_url = ""
        self.url = self.bot_token = self.signing_secret = self.team_id = self.app_id = self.bot_id = self.bot_user = ""

    @classmethod
    @asynccontextmanager
    async def fresh(cls, launcher: str) -> AsyncIterator["StandIn"]:
        """A workspace in which nothing has happened; whoever called for an older one is refused from now on."""
        stand_in = cls(launcher)
        try:
            await stand_in.reset()
            yield stand_in
        finally:
            await stand_in._http.aclose()

    async def reset(self) -> None:
        """Forget people, messages, forms, faults and calls, and give the bot another token."""
        self._people.clear()
        self._typed.clear()
        headers = {"x-oauth-scopes": ",".join(SCOPES)}
        given = await self._control("reset", events_url=self.events_url or None, headers=headers)
        self.url, self.signing_secret, self.bot_token = given["url"], given["signing_secret"], given["bot_token"]
        self.team_id, self.app_id, self.bot_id = given["team_id"], given["app_id"], given["bot_id"]
        self.bot_user = given["bot_user_id"]

    async def tells(self, events_url: str) -> None:
        """From now on the app is at this address, like http://127.0.0.1:8080/slack/events."""
        self.events_url = events_url
        await self._control("subscribe", events_url=events_url)

    async def grants(self, *scopes: str) -> None:
        """From now on the app has these scopes only; nothing else is refused for it."""
        await self._control("headers", headers={"x-oauth-scopes": ",".join(scopes)})

    async def lives_at(self, moment: datetime) -> None:
        """From now on Slack's clock stands at this moment, in what it answers."""
        await self._control("headers", headers={"date": format_datetime(moment, usegmt=True)})

    # ------------------------------------------------------------ who and what there is

    async def add_person(
        self, name: str, email: str = "", tz: str = "America/New_York", locale: str = "en-US", **row: Any
    ) -> str:
        """Add a person to the workspace and return the user id; nobody is told."""
        number = next(_NUMBERS)
        handle = f"{name.split()[0].lower()}{number}"
        team = row.get("team_id", self.team_id)
        person = Person(f"UP{number:07}", handle, f"xoxp-{number}-{uuid4().hex}", team)
        usual = rows.person(person, name, email or f"{handle}@example.org", tz, locale)
        await self._control("insert", table="users", row={**usual, **row})
        await self._control("insert", table="tokens", row=rows.token(person))
        self._people[person.id] = person
        return person.id

    async def add_channel(
        self, name: str, members: Sequence[str] = (), *, bot: bool = True, private: bool = False
    ) -> str:
        """Add a channel with these people, and with the bot unless told otherwise; return its id."""
        id = f"CH{next(_NUMBERS):07}"
        inside = [*members, *([self.bot_user] if bot else [])]
        await self._control("insert", table="channels", row=rows.channel(id, self.team_id, name, inside, private))
        return id

    async def direct(self, user: str) -> str:
        """Return the id of this person's direct conversation with the bot."""
        answer, _ = await self._call("conversations.open", user, users=self.bot_user)
        return str(answer["channel"]["id"])

    # ------------------------------------------------------------ what people do

    async def types(self, user: str, text: str, thread: str | None = None, **extra: Any) -> Answer:
        """Write to the bot in the direct conversation; `extra` goes into the event as it is."""
        return await self.sends(await self.typed(user, text, thread=thread, **extra))

    async def says(self, user: str, channel: str, text: str, thread: str | None = None, **extra: Any) -> Answer:
        """Write into a channel."""
        return await self.sends(await self.typed(user, text, channel, thread, **extra))

    async def typed(
        self, user: str, text: str, channel: str | None = None, thread: str | None = None, **extra: Any
    ) -> Request:
        """Write, and return the event unsent: for what comes late, out of order, twice, or to another replica."""
        place = channel or await self.direct(user)
        more = {"thread_ts": thread} if thread else {}
        given = {"channel": place, "text": text, "client_msg_id": str(uuid4()), **more}
        _, (told, *_) = await self._call("chat.postMessage", user, **given)
        return wire.event({**told, "event": {**told["event"], **extra}})

    async def edits(self, user: str, post: Post, text: str) -> Answer:
        """Change one's own message."""
        _, (told, *_) = await self._call("chat.update", user, channel=post.channel, ts=post.ts, text=text)
        return await self.sends(wire.event(told))

    async def deletes(self, user: str, post: Post) -> Answer:
        """Delete one's own message."""
        _, (told, *_) = await self._call("chat.delete", user, channel=post.channel, ts=post.ts)
        return await self.sends(wire.event(told))

    async def slash(self, user: str, command: str, text: str = "", channel: str | None = None, **extra: str) -> Answer:
        """Give a slash command, like "/decide", in a channel or in the direct conversation."""
        place, responder = await self._place(user, channel or await self.direct(user))
        fields = payloads.command(await self._scene(user), place, command, text)
        answer = await self.sends(wire.command({**fields, **extra}))
        if answer.status == 200 and answer.text:
            shown = answer.json if isinstance(answer.json, dict) else {"text": answer.text}
            await self._control("respond", id=responder, arguments=shown)
        return answer

    async def presses(self, user: str, where: Post | View, what: str, value: Any = None, **extra: Any) -> Answer:
        """Press the button with this label or action id; with `value`, choose that from a menu or date picker."""
        block, element = elements.find(where.blocks, what)
        action = elements.action(block, element, value, await self._control("stamp"))
        if isinstance(where, Post):
            place, _ = await self._place(user, where.channel, where)
            payload = payloads.pressed_in_message(await self._scene(user), place, where, action)
        else:
            modal = where if where.payload["type"] == "modal" else None
            payload = payloads.pressed_in_view(await self._scene(user, modal), self._shown(where), action)
        return await self.sends(wire.interaction({**payload, **extra}))

    async def submits(self, user: str, view: View, values: Mapping[str, Any] | None = None, **extra: Any) -> Answer:
        """Fill in and send a modal, and show what the app answers: errors, another page, or nothing more.

        `values` has an entry for a block id: the value, or values by action id; options by value or by words.
        What was typed before, and refused, is still there. A LookupError says what nobody could have filled in or
        left empty.
        """
        answer = await self.sends(await self.filled(user, view, values, **extra))
        if answer.status == 200:
            await self._answered(user, view, answer.json or {})
        return answer

    async def chooses(self, user: str, view: View, block_id: str, value: Any) -> Answer:
        """Choose from a menu of an open modal that tells the app of every choice."""
        block = next(each for each in view.blocks if each["block_id"] == block_id)
        if not block["dispatch_action"]:
            raise LookupError("Slack tells nobody what is chosen here.")
        self._typed[view.id] = {**self._typed.get(view.id, {}), block_id: value}
        action = elements.action(block, block["element"], value, await self._control("stamp"))
        return await self.sends(
            wire.interaction(payloads.pressed_in_view(await self._scene(user, view), self._shown(view), action))
        )

    async def filled(self, user: str, view: View, values: Mapping[str, Any] | None = None, **extra: Any) -> Request:
        """Fill in a modal, and return what Slack sends of it unsent."""
        elements.state(view.blocks, values or {})
        self._typed[view.id] = {**self._typed.get(view.id, {}), **(values or {})}
        shown = self._shown(view)
        if missing := elements.empty(view.blocks, shown["state"]["values"]):
            raise LookupError(f"Slack does not send a form without an answer at {', '.join(missing)}.")
        payload = payloads.submitted(await self._scene(user, view), shown)
        return wire.interaction({**payload, **extra})

    async def closes(self, user: str, view: View, *, all: bool = False) -> Answer | None:
        """Close a modal, or with `all` everything under it too; returns None if the app did not ask to be told."""
        for one in await self.views(user) if all else [view]:
            await self._control("remove", table="views", where={"view_id": one.id})
        if not view.payload["notify_on_close"]:
            return None
        return await self.sends(wire.interaction(payloads.closed(await self._scene(user), view, all)))

    async def opens_home(self, user: str, tab: Literal["home", "messages"] = "home") -> Answer:
        """Open the app's Home, or its messages tab."""
        home = await self.home(user)
        seen = {"view": home.payload} if home and tab == "home" else {}
        return await self.happens(
            {"type": "app_home_opened", "user": user, "tab": tab, **seen}, await self.direct(user)
        )

    async def shortcut(self, user: str, message: Post | None, callback: str, **extra: Any) -> Answer:
        """Use a shortcut, on a message or, with None, anywhere."""
        scene, at = await self._scene(user), await self._control("stamp")
        if message is None:
            payload = payloads.shortcut(scene, callback, at)
        else:
            place, _ = await self._place(user, message.channel, message)
            payload = payloads.shortcut_on_message(scene, place, message, callback, at)
        return await self.sends(wire.interaction({**payload, **extra}))

    async def change_user(
        self, user: str, *, name: str = "", email: str = "", tz: str = "", locale: str = "", **row: Any
    ) -> Answer:
        """Change a person's name, address, time zone or language, and tell the app."""
        (old,) = await self._rows("users", user_id=user)
        new = {**rows.changed(old, name, email, tz, locale), **row}
        await self._control("change", table="users", where={"user_id": user}, row=new)
        return await self.happens({"type": "user_change", "user": await self._profile(user)})

    async def deactivates(self, user: str) -> Answer:
        """Deactivate a person's account."""
        return await self.change_user(user, deleted=True)

    async def joins(self, channel: str, user: str | None = None) -> Answer:
        """The bot, or a person, comes into a channel."""
        _, told = await self._call("conversations.join", user, channel=channel)
        (joined,) = (each for each in told if each["event"]["type"] == "member_joined_channel")
        return await self.sends(wire.event(joined))

    async def joins_workspace(self, user: str) -> Answer:
        """Tell the app that a person has come into the workspace."""
        return await self.happens({"type": "team_join", "user": await self._profile(user)})

    async def uninstalls(self) -> tuple[Answer, Answer]:
        """Remove the app; what it says from now on is `account_inactive`."""
        revoked = await self.revokes_tokens("account_inactive")
        return await self.happens({"type": "app_uninstalled"}), revoked

    async def revokes_tokens(self, error: str = "token_revoked") -> Answer:
        """Revoke the bot's token, and tell the app."""
        await self.loses_its_token(error)
        return await self.happens({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.bot_user]}})

    async def loses_its_token(self, error: str = "account_inactive") -> None:
        """Revoke the bot's token, and tell nobody: no call with it has an effect any more."""
        await self._control("revoke", token=self.bot_token, error=error)

    async def installs(self) -> str:
        """Install the app again: the bot has another token, which is returned."""
        self.bot_token = (await self._control("install"))["bot_token"]
        return self.bot_token

    async def allows(self, user: str, link: str) -> str:
        """Open the link by which an app is installed and allow it; return where the browser is sent then."""
        page = urlsplit(link)
        asked = {key: values[0] for key, values in parse_qs(page.query).items()}
        shown = await self._http.get(self._launcher + page.path, params=asked)
        if shown.status_code != 200:
            raise RuntimeError(f"Slack does not ask for it: {shown.text}")
        allowed = await self._http.post(f"{self._launcher}{page.path}/callback", data={**asked, "user_id": user})
        return str(allowed.headers["location"])

    async def happens(self, event: Json, channel: str | None = None, **extra: Any) -> Answer:
        """Tell the app of any event; `extra` goes into its envelope."""
        place = {"channel": channel} if channel else {}
        return await self.sends(wire.event({**await self._control("envelope", event={**event, **place}), **extra}))

    async def verifies_url(self) -> Answer:
        """Ask for the challenge, as when the address is entered in the app's settings."""
        challenge = {"type": "url_verification", "token": payloads.TOKEN, "challenge": uuid4().hex}
        return await self.sends(wire.event(challenge))

    # ------------------------------------------------------------ how it gets there

    async def sends(
        self,
        request: Request,
        *,
        to: str | None = None,
        at: float | None = None,
        secret: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Sign and post to the app, or to another address; `headers` come last and may undo the signature."""
        address = to or self.events_url
        if not address:
            raise RuntimeError("Nobody has said where the app is:  await slack.tells(…)")
        signature = wire.sign(request.body, secret or self.signing_secret, at)
        sent = {"Content-Type": request.content_type, "User-Agent": "Slackbot 1.0", **signature, **(headers or {})}
        began = time.monotonic()
        answer = await self._http.post(address, content=request.body, headers=sent)
        took = time.monotonic() - began
        return Answer(answer.status_code, dict(answer.headers), answer.text, took, request, sent)

    async def repeats(self, answer: Answer, number: int = 1, reason: str = "http_timeout") -> Answer:
        """Send an event once more, as Slack does after an answer that was late or not a success."""
        again = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}
        return await self.sends(answer.request, headers=again)

    # ------------------------------------------------------------ what people see

    async def posts(self, channel: str) -> list[Post]:
        """Return the messages that all in this conversation see, in their order."""
        return [sights.post(row) for row in await self._rows("messages", channel_id=channel)]

    async def told(self, user: str) -> list[Post]:
        """Return what the bot wrote in this person's direct conversation."""
        return [post for post in await self.posts(await self.direct(user)) if post.by_bot]

    async def ephemerals(self, user: str, channel: str | None = None) -> list[Post]:
        """Return the messages that this person alone sees, in one channel or anywhere."""
        found = await self._rows("ephemeralMessages", target_user=user)
        return [sights.post(row) for row in found if channel in (None, row["channel_id"])]

    async def views(self, user: str) -> list[View]:
        """Return the open modals of a person; the last one is on top."""
        return [sights.view(row) for row in await self._rows("views", user_id=user, type="modal")]

    async def home(self, user: str) -> View | None:
        """Return what a person's Home shows."""
        found = await self._rows("views", user_id=user, type="home")
        return sights.view(found[-1]) if found else None

    async def calls(self, method: str | None = None) -> list[Call]:
        """Return the app's calls of the Web API, in the order in which they came."""
        return [Call(**call) for call in await self._control("calls", method=method)]

    async def until(self, look: Callable[[], Awaitable[Found]], seconds: float = 5.0) -> Found:
        """Return what `look` returns as soon as that is something; it looks again after each call of the Web API."""
        deadline = time.monotonic() + seconds
        seen = -1
        while (left := deadline - time.monotonic()) > 0:
            seen = await self._control("changes", since=seen, seconds=left)
            if found := await look():
                return found
        names = ", ".join(f"{call.method}{'' if call.effect else ' (no effect)'}" for call in await self.calls())
        raise TimeoutError(f"Nothing after {seconds:g} seconds. The app called: {names or 'nothing'}.")

    # ------------------------------------------------------------ faults

    async def injects(
        self,
        method: str,
        fault: Fault,
        *,
        times: int = 1,
        after: bool = False,
        where: Mapping[str, str] | None = None,
        holding: str = "",
        seconds: float = 1,
        error: str = "fatal_error",
        status: int = 500,
    ) -> None:
        """Let the next calls of a method fail, all of them or those with these arguments, or that hold these words.

        limited: 429 with Retry-After · refused: not ok, with this error · broken: this status · dropped: the
        connection is reset · hanging: no answer until `heals` · slow: an answer after so many seconds.
        With `after` the call has had its effect by then.
        """
        how = {"kind": fault, "times": times, "after": after, "where": dict(where or {}), "holding": holding}
        await self._control("fault", method=method, seconds=seconds, error=error, status=status, **how)

    async def heals(self) -> None:
        """Forget the faults that wait, and cut the calls that hang."""
        await self._control("heal")

    # ------------------------------------------------------------ within

    async def _control(self, what: str, /, **given: Any) -> Any:
        answer = await self._http.post(f"{self._launcher}/control/{what}", json=given, timeout=PATIENCE * 2)
        if answer.status_code != 200:
            raise RuntimeError(f"The stand-in could not {what}: {answer.text}")
        return answer.json()

    async def _rows(self, table: str, **where: Any) -> list[Json]:
        found: list[Json] = await self._control("rows", table=table, where=where)
        return sorted(found, key=lambda row: int(row["id"]))

    async def _call(self, method: str, user: str | None, /, **given: Any) -> tuple[Json, list[Json]]:
        """Call the Web API as a person, or as the bot; return the answer and the events that it caused."""
        token = self._people[user].token if user else self.bot_token
        done = await self._control("call", method=method, arguments=given, token=token)
        if not done["answer"]["ok"]:
            raise RuntimeError(f"{method} as {user or 'the bot'}: {done['answer']['error']}")
        return done["answer"], done["events"]

    async def _profile(self, user: str) -> Json:
        answer, _ = await self._call("users.info", user, user=user, include_locale=True)
        return dict(answer["user"])

    async def _scene(self, user: str, view: View | None = None) -> Scene:
        """Who acts, and with which trigger id: one from a modal can put another one above it."""
        given = {"user_id": user, **({"view_id": view.id} if view else {})}
        answer, _ = await self._call("views.generateTriggerId", None, **given)
        return Scene(self._people[user], self.team_id, self.app_id, str(answer["trigger_id"]))

    async def _place(self, user: str, channel: str, post: Post | None = None) -> tuple[Place, str]:
        """Where something happens, and the id of the address for answers to it."""
        (row,) = await self._rows("channels", channel_id=channel)
        name = "directmessage" if row.get("is_im") else str(row["name"])
        about = {"ts": post.ts, "ephemeral": post.only_for is not None} if post else {}
        responder = await self._control("responder", channel=channel, user=user, **about)
        return Place(channel, name, responder["response_url"]), str(responder["id"])

    def _shown(self, view: View) -> Json:
        """The view with what the person has typed so far."""
        there = {block.get("block_id") for block in view.blocks}
        typed = {block: value for block, value in self._typed.get(view.id, {}).items() if block in there}
        return {**view.payload, "state": {"values": elements.state(view.blocks, typed)}}

    async def _answered(self, user: str, view: View, answer: Json) -> None:
        """Do what the app answered to a submitted modal."""
        match answer.get("response_action"):
            case "errors":
                return
            case "update":
                await self._call("views.update", None, view_id=view.id, view=answer["view"])
            case "push":
                scene = await self._scene(user, view)
                await self._call("views.push", None, trigger_id=scene.trigger, view=answer["view"])
            case "clear":
                for one in await self.views(user):
                    await self._control("remove", table="views", where={"view_id": one.id})
            case _:
                await self._control("remove", table="views", where={"view_id": view.id})


@pytest.fixture
async def slack(slack_process: str) -> AsyncIterator[StandIn]:
    """A workspace for this test alone; tell it where the app is:  await slack.tells(…)"""
    async with StandIn.fresh(slack_process) as stand_in:
        yield stand_in
