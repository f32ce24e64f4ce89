"""Teams as an adapter: it commits what it hears, answers at once, and sends what it is given."""

import asyncio
import json
import logging
import ssl
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TypeVar

import aiohttp
from botbuilder.schema import Activity
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from adapters import text
from adapters.background import Background
from adapters.base import Account, Address, Ears, Gone, Installations, Outcome, Register
from flows.events import Said
from flows.messages import CANCEL, Card, Message, Reply

from . import answers, news
from .check import Bot, Check, Refused, is_guest
from .connector import Connector, NoAnswer
from .payloads import PATH, PLATFORM, Heard, read, reference
from .people import People
from .protocol import Json, Protocol
from .references import Reference, References
from .sending import Sending
from .token import Token

PATIENCE = 4.5
"""seconds that a pressed card waits with us for what came of it; Teams gives up a while later"""
MOST_BYTES = 1_000_000
"""of a request: a card of forty long answers has less"""

Answered = TypeVar("Answered")

_log = logging.getLogger(__name__)


class NotKept(Exception):
    """What Teams said could not be committed: it has to be said again."""


class Teams:
    """Teams, in the one tenant whose bot we are."""

    platform = PLATFORM
    finds = False

    def __init__(
        self,
        ears: Ears,
        register: Register,
        installations: Installations,
        references: References,
        bot: Bot,
        token: Token,
        service_url: str,
    ) -> None:
        """Bind the adapter to who hears its events, and to the conversations that it knows.

        At `service_url` Teams takes messages until it has told us an address itself.
        """
        self._ears = ears
        self._register = register
        self._installations = installations
        self._references = references
        self._tenant = bot.tenant
        self._web: aiohttp.ClientSession | None = None
        self._background = Background("Teams")
        self._check = Check(bot, self._session)
        connector = Connector(token, self._session, bot.hosts, bot.app, bot.tenant)
        self._sending = Sending(connector, references, register, service_url)
        self._people = People(connector, register, references, bot.tenant)
        self._protocol = Protocol(self._on_message, self._on_invoke, self._on_news, connector)

    def _session(self) -> aiohttp.ClientSession:
        if self._web is None or self._web.closed:
            many = aiohttp.TCPConnector(ssl=ssl.create_default_context(), limit=0)
            self._web = aiohttp.ClientSession(connector=many, json_serialize=text.compact)
        return self._web

    # ------------------------------------------------------------ the port

    def routes(self) -> Sequence[BaseRoute]:
        """Return the route that the bot's registration is told of."""
        return [Route(PATH, self._receive, methods=["POST"])]

    async def send(
        self, address: Address, message: Message, delivery: str, replaces: str = "", under: str = ""
    ) -> Outcome:
        """Post the message, in the thread of the post `under` if that is given, or draw it over `replaces`."""
        return await self._sending.send(address, message, delivery, replaces, under)

    async def find(self, address: Address, delivery: str, ago: timedelta | None, under: str = "") -> str | Gone | None:
        """Raise OSError: Teams cannot be asked which messages are there."""
        raise NoAnswer("Teams does not say which messages it has")

    async def retract(self, address: Address, id: str) -> None:
        """Delete a post that was made twice."""
        await self._sending.retract(address.workspace, id)

    async def workspaces(self) -> Sequence[str]:
        """Return our tenant."""
        return await self._installations.workspaces()

    async def accounts(self, workspace: str) -> AsyncIterator[Account]:
        """Yield everybody of the teams that we are in, and who wrote to us; who cannot be asked about is left out."""
        teams: set[str] = set()
        for known in await self._references.of(workspace):
            is_new = known.user or (known.team or known.place) not in teams
            if known.closed or not is_new:
                continue
            teams.add(known.team or known.place)
            for account in await self._people.of(known):
                yield account

    async def watch(self) -> None:
        """Do nothing: what Teams has to say comes by itself."""

    async def finish(self) -> None:
        """Wait until everything that was acknowledged is done."""
        await self._background.finish()

    async def close(self) -> None:
        """Finish what was acknowledged and let go of the connections."""
        await self.finish()
        if self._web:
            await self._web.close()

    # ------------------------------------------------------------ hearing

    async def _receive(self, request: Request) -> Response:
        """Take one request: whoever shows no good token learns nothing, and nothing that follows one is ever a 5xx.

        But for what could not be kept: Teams says that again.
        """
        try:
            signed = await self._check.signed(request.headers.get("authorization", ""))
            said = await _read(request)
            if isinstance(said, Response):
                return said
            self._check.require_ours(signed, said)
            if is_guest(said, self._tenant):
                return Response()
        except Refused as fault:
            _log.warning("A request did not show that it comes from Teams for our bot: %s", fault)
            return PlainTextResponse("not from Teams", 401)
        try:
            body = await self._protocol.take(said)
        except NotKept as fault:
            _log.error("What Teams said could not be kept: %s", fault)
            return PlainTextResponse("not kept", 500)
        except Exception as fault:
            _log.warning("A request of Teams has another shape than its documentation says: %s", type(fault).__name__)
            body = None
        return Response(text.compact(body), media_type="application/json") if body else Response()

    async def _on_message(self, activity: Activity) -> None:
        heard = read(activity, datetime.now(UTC))
        if heard and await self._kept(heard, reference(activity)):
            self._background.later(self._act(heard))

    async def _on_invoke(self, activity: Activity) -> Json | None:
        """Answer a pressed card with what came of it, or that it takes longer."""
        until = monotonic() + PATIENCE
        heard = read(activity, datetime.now(UTC))
        if heard is None:
            return answers.looked_at(answers.language(str(activity.locale or "")))
        language = answers.language(heard.account.language)
        if heard.event.what == Said(CANCEL, pressed=True):
            before = await self._ears.standing(PLATFORM, heard.event.workspace, heard.delivery, heard.post)
            return answers.answer(Card(before) if before else None, language, heard.delivery)
        if not await self._kept(heard, reference(activity)):
            return answers.done(language)
        answering = self._background.later(self._act(heard))
        done, _ = await asyncio.wait({answering}, timeout=max(0.0, until - monotonic()))
        if done and not answering.exception():
            reply = answering.result()
            if not _goes_out(heard, reply):
                self._background.later(self._ears.shown(heard.event))
            stays = not heard.event.private and isinstance(heard.event.what, Said)
            return (answers.beneath if stays else answers.answer)(reply, language, heard.delivery)
        if not done:
            self._background.later(self._late(heard, answering))
        return answers.meanwhile(language)

    async def _on_news(self, activity: Activity) -> None:
        """Follow what becomes of a conversation."""
        told = news.told(activity, self._tenant, datetime.now(UTC))
        if told is None:
            return
        try:
            await self._follow(told)
            is_new = told.event is not None and await self._ears.capture(told.event)
        except Exception as fault:
            raise NotKept(type(fault).__name__) from fault
        self._background.later(self._met(told, is_new))

    async def _follow(self, told: news.News) -> None:
        known = await self._references.find(self._tenant, told.now.place) or told.now
        await self._references.keep(self._tenant, replace(told.now, closed=told.of(known)))
        team = told.now.team if told.of_team else ""
        for each in await self._references.of(self._tenant) if team else ():
            if each.team == team:
                await self._references.keep(self._tenant, replace(each, closed=told.of(each)))

    async def _met(self, told: news.News, is_new: bool) -> None:
        """Look who has come, and do what whoever installed us is taken to want."""
        if told.meets:
            await self._register.changed(PLATFORM, self._tenant, await self._people.of(told.now))
        if told.event and is_new:
            await self._ears.hear(told.event)

    async def _kept(self, heard: Heard, there: Reference) -> bool:
        """Commit the event and how it is answered; False when it was there already."""
        try:
            await self._references.keep(self._tenant, there)
            return await self._ears.capture(heard.event)
        except Exception as fault:
            raise NotKept(type(fault).__name__) from fault

    # ------------------------------------------------------------ acting

    async def _act(self, heard: Heard) -> Reply | None:
        """Act on what was heard, and see to it that what the response does not show, or not for long, is shown.

        Only the line in a channel may be lost, which says where an answer is, or whom a stranger has to ask: the answer
        itself is not.
        """
        event = heard.event
        await self._people.met(heard.account, event.place, heard.told_as)
        if heard.delivery:
            await self._ears.arrived(PLATFORM, event.workspace, heard.delivery, heard.post)
        reply = await self._ears.hear(event)
        if heard.thread:
            self._background.later(self._say_in_thread(heard, reply))
        if _goes_out(heard, reply):
            self._owe(heard, reply)
        return reply

    async def _say_in_thread(self, heard: Heard, reply: Reply | None) -> None:
        """Say where somebody named us what answers them there, or that the answer is in their own chat."""
        event = heard.event
        told = answers.in_words(reply)
        if told is None and await self._register.names(PLATFORM, event.workspace, [event.user]):
            told = answers.elsewhere(answers.language(heard.account.language))
        if told:
            await self._sending.reply(event.workspace, event.place, heard.thread, told)

    async def _late(self, heard: Heard, answering: "asyncio.Task[Reply | None]") -> None:
        """Give by way of the outbox what came too late to be the response, unless it goes that way anyhow."""
        reply = await answering
        if not _goes_out(heard, reply):
            self._owe(heard, reply)

    def _owe(self, heard: Heard, reply: Reply | None) -> None:
        """Let the reply stand in place of the card that was pressed; in a channel that is everybody's, and stays."""
        if reply:
            post = heard.post if heard.event.private else ""
            self._background.later(self._ears.owe(heard.event, reply, post))


def _goes_out(heard: Heard, reply: Reply | None) -> bool:
    """Whether the reply goes by way of the outbox in any case: no response takes it, or it takes a card's place.

    A response is seen once, and only where somebody pressed.
    """
    is_card = isinstance(reply, Card) and bool(heard.post)
    return heard.event.private and (is_card or not heard.is_invoke)


async def _read(request: Request) -> Json | Response:
    """Return what a request says; or what refuses it, too large or unreadable as it is."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return PlainTextResponse("too large", 413)
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return PlainTextResponse("unreadable", 400)
    return said if isinstance(said, dict) else PlainTextResponse("unreadable", 400)
