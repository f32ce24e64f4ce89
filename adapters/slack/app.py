"""Slack as an adapter: it commits what it hears, answers at once, and sends what it is given."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from time import monotonic
from typing import Any

import aiohttp
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltError
from slack_bolt.logger import get_bolt_logger
from slack_bolt.logger.messages import warning_token_skipped
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from adapters import text
from adapters.background import Background
from adapters.base import Account, Address, Ears, Gone, Installations, Outcome, Register, TryLater, Unreached
from flows.messages import Message, Reply

from . import budget
from .answers import Answers, card_of, meanwhile, sent_before
from .api import Api, SlackRefused
from .door import Door
from .payloads import PATH, PLATFORM, Heard, LetGo, News, account, mentioned, news, read
from .socket import Socket

PATIENCE = 2.0
"""seconds that Slack waits with us for what came of a form; it gives up after three"""
MOST_BYTES = 4_000_000
"""of a request: a form of forty long answers, with the view that it was typed into, has less"""

_log = logging.getLogger(__name__)


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a warning of Bolt's says anything: that it leaves our token alone, found where it looks too, does not."""
    return record.getMessage() != warning_token_skipped()


get_bolt_logger(AsyncApp).addFilter(_is_news)

Next = Callable[[], Awaitable[BoltResponse]]
Given = tuple[Reply | None, Any]
"""what answered an event, and the body of its acknowledgement"""
Take = Callable[[AsyncBoltRequest, Next], Awaitable[BoltResponse | None]]


class _Before(AsyncMiddleware):
    """What Bolt asks first. For a plain function it would read the request itself, and fail at odd ones."""

    def __init__(self, take: Take) -> None:
        self._take = take

    async def async_process(self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Next) -> BoltResponse | None:
        return await self._take(req, next)


class Slack:
    """Slack, in the workspaces where our app is installed."""

    platform = PLATFORM
    finds = True

    def __init__(
        self,
        ears: Ears,
        register: Register,
        installations: Installations,
        signing_secret: str,
        api_url: str,
        app_token: str = "",
        door: Door | None = None,
    ) -> None:
        """Bind the adapter to who hears its events, and to the workspaces that it may speak in.

        With an app token its events come by Socket Mode; by HTTP they come only with a signing secret. Through the
        door more workspaces come in.
        """
        self._ears = ears
        self._register = register
        self._installations = installations
        self._api_url = api_url
        self._verifier = SignatureVerifier(signing_secret) if signing_secret else None
        self._door = door
        self._session: aiohttp.ClientSession | None = None
        self._apis: dict[str, Api] = {}
        """by token"""
        self._without_charts: set[str] = set()
        self._background = Background("Slack")
        self.bolt = AsyncApp(
            signing_secret=signing_secret or token_hex(),
            request_verification_enabled=False,
            before_authorize=_Before(self._take),
            authorize=_nobody,
            process_before_response=True,
            attaching_conversation_kwargs_enabled=False,
        )
        self._socket = Socket(self.bolt, app_token, api_url) if app_token else None

    async def api(self, workspace: str) -> Api:
        """The Web API of a workspace; raises what keeps us from its token."""
        return self._with(await self._installations.token(workspace))

    def _with(self, token: str) -> Api:
        if self._session is None or self._session.closed:
            self._session = _session()
            self._apis.clear()
        if token not in self._apis:
            self._apis[token] = Api(token, self._api_url, self._session, self._without_charts)
        return self._apis[token]

    def routes(self) -> Sequence[BaseRoute]:
        """Return the route that Slack is told of, for events, commands and what is pressed or filled, and the door.

        Without a signing secret nobody could be told from Slack, so there is no such route.
        """
        heard = [Route(PATH, self._receive, methods=["POST"])] if self._verifier else []
        return [*heard, *(self._door.routes() if self._door else [])]

    async def send(
        self, address: Address, message: Message, delivery: str, replaces: str = "", under: str = ""
    ) -> Outcome:
        """Post the message, in the thread of the post `under` if that is given, or draw it over `replaces`.

        Where that post is gone, an update is not missed; an answer comes by itself.
        """
        try:
            api = await self.api(address.workspace)
        except Exception as fault:  # whatever it is: nothing has left
            return Unreached(f"the token of the workspace cannot be had: {type(fault).__name__}")
        if replaces:
            outcome = await api.replace(replaces, message)
            if address.rings or not isinstance(outcome, Gone):
                return outcome
        return await api.post(address, message, delivery, under)

    async def find(
        self, address: Address, delivery: str, ago: timedelta | None, under: str = ""
    ) -> str | Gone | TryLater | None:
        """Look the delivery key up in the one conversation, or thread, where the post would be."""
        return await (await self.api(address.workspace)).find(address, delivery, ago, under)

    async def find_copy(self, address: Address, delivery: str, ago: timedelta | None, of: str, under: str = "") -> str:
        """Look for another post than `of` with this delivery key."""
        found = await (await self.api(address.workspace)).find(address, delivery, ago, under, besides=of)
        if isinstance(found, TryLater):
            raise OSError(f"Slack asks to wait for {found.seconds:g} seconds")
        return found if isinstance(found, str) else ""

    async def retract(self, address: Address, id: str) -> None:
        """Delete a post that was made twice."""
        await (await self.api(address.workspace)).delete(id)

    async def whose(self, token: str) -> tuple[str, str]:
        """Ask in which workspace a token is good, and return its id and name; raises SlackRefused with a sentence."""
        return await self._with(token).workspace()

    async def workspaces(self) -> Sequence[str]:
        """Return the workspaces where our app is installed."""
        return await self._installations.workspaces()

    async def accounts(self, workspace: str) -> AsyncIterator[Account]:
        """Yield everybody of a workspace; raises what the Web API raises."""
        async for user in (await self.api(workspace)).people():
            if known := account(user, workspace):
                yield known

    async def watch(self) -> None:
        """See to it that events can reach us: by HTTP they come by themselves."""
        if self._socket:
            await self._socket.watch()

    async def finish(self) -> None:
        """Wait until everything that was acknowledged is done."""
        await self._background.finish()

    async def close(self) -> None:
        """Finish what was acknowledged and let go of the connections."""
        if self._socket:
            await self._socket.close()
        await self.finish()
        if self._session:
            await self._session.close()

    # ------------------------------------------------------------ hearing

    async def _receive(self, request: Request) -> Response:
        """Take one request: too large, not signed or unreadable, it is refused before anything looks at it."""
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > MOST_BYTES:
                return PlainTextResponse("too large", 413)
        try:
            words = body.decode()
        except UnicodeDecodeError:
            return PlainTextResponse("unreadable", 400)
        if not self._is_signed(words, request):
            _log.warning("A request was not signed with SLACK_SIGNING_SECRET within the last five minutes.")
            return PlainTextResponse("not signed by Slack", 401)
        try:
            asked = to_async_bolt_request(request, body)
        except Exception:  # Bolt reads the body here, and says in many ways that it cannot
            return PlainTextResponse("unreadable", 400)
        return to_starlette_response(await self.bolt.async_dispatch(asked))

    def _is_signed(self, body: str, request: Request) -> bool:
        """Whether Slack signed this body within the last five minutes.

        Bolt would ask the same after reading the body, and fail where a header is no number or no ASCII.
        """
        try:
            return self._verifier is not None and self._verifier.is_valid_request(body, request.headers)
        except (ValueError, TypeError):
            return False

    async def _take(self, req: AsyncBoltRequest, next: Next) -> BoltResponse | None:
        """Commit what Slack says, then acknowledge it; what cannot be kept is answered 500, and Slack says it again.

        Only a form waits for its answer, which its acknowledgement has to carry; everything else is answered after it.
        Only the question whether this address is ours is left to Bolt.
        """
        began, now = monotonic(), datetime.now(UTC)
        if req.body.get("type") == "url_verification":
            await next()
            return None
        try:
            heard, people = read(req.body, now), mentioned(req.body)
            changed, recounted = news(req.body), budget.counted(req.body)
        except Exception as fault:
            _log.warning("A request of Slack's has another shape than its documentation says: %s", type(fault).__name__)
            return _ok()
        await self._follow(changed)
        if recounted:
            self._background.later(self._recount(*recounted))
        if heard and people:
            names = await self._register.names(PLATFORM, heard.event.workspace, people)
            heard = read(req.body, now, names)
        return await self._heard(heard, began + PATIENCE) if heard else _ok()

    async def _follow(self, changed: News) -> None:
        """Take down what Slack tells of a workspace and its people."""
        match changed:
            case LetGo(workspace, reason, at):
                await self._installations.let_go(workspace, reason, at)
            case (workspace, person):
                await self._register.changed(PLATFORM, workspace, [person])

    async def _heard(self, heard: Heard, until: float) -> BoltResponse:
        """Commit the event and acknowledge it; what came before is not acted on again."""
        is_new = await self._ears.capture(heard.event)
        if heard.is_submission:
            return _ok(await self._answered(heard, until) if is_new else sent_before(heard))
        if is_new:
            self._background.later(self._reply(heard) if heard.event.answerable else self._ears.hear(heard.event))
        return _ok()

    async def _recount(self, workspace: str, view: dict[str, Any]) -> None:
        """Tell the voter how many dots are left."""
        await (await self.api(workspace)).redraw(view)

    async def _answered(self, heard: Heard, until: float) -> Any:
        """What came of a form, if it is there in time; else the form says so, and it comes by the way without hurry.

        From here on nothing is a reason for Slack to say it again: what was heard is kept.
        """
        answering = self._background.later(self._reply(heard))
        done, _ = await asyncio.wait({answering}, timeout=max(0.0, until - monotonic()))
        if done and not answering.exception():
            reply, body = answering.result()
            self._background.later(self._shown(heard, reply))
            return body
        if not done:
            self._background.later(self._late(heard, answering))
        return meanwhile(heard)

    async def _reply(self, heard: Heard) -> Given:
        """Act on what was heard and answer it: a form by what is returned, everything else at once."""
        reply = await self._ears.hear(heard.event)
        body = await self._give(heard, reply, lambda answers: answers.give(reply))
        if not heard.is_submission:
            await self._shown(heard, reply)
        if heard.is_at_home:
            self._background.later(self._redraw_home(heard.home()))
        return reply, body

    async def _give(self, heard: Heard, reply: Reply | None, give: Callable[[Answers], Awaitable[Any]]) -> Any:
        """Show an answer; what Slack does not take, or may not have taken, comes as a message.

        So a note may stand there twice, of which we only did not hear that it arrived.
        """
        try:
            return await give(Answers(await self.api(heard.event.workspace), heard))
        except Exception as fault:
            if reply is None or not heard.event.owed:
                raise
            why = str(fault) if isinstance(fault, SlackRefused) else type(fault).__name__
            _log.warning("An answer comes as a message, because Slack may not have shown it: %s", why)
            await self._ears.owe(heard.event, reply, card_of(heard, reply))
            return meanwhile(heard) if heard.is_submission else ""

    async def _shown(self, heard: Heard, reply: Reply | None) -> None:
        """Note that the person has the answer, or gets it as a message."""
        if reply:
            await self._ears.shown(heard.event)

    async def _redraw_home(self, heard: Heard) -> None:
        if await self._ears.capture(heard.event):
            await self._reply(heard)

    async def _late(self, heard: Heard, answering: asyncio.Task[Given]) -> None:
        reply, body = await answering
        await self._give(heard, reply, lambda answers: answers.late(body))
        await self._shown(heard, reply)


def _session() -> aiohttp.ClientSession:
    """The connections to Slack, which sets no cookies; as many as requests, so that none waits for another's answer."""
    many, patience = aiohttp.TCPConnector(limit=0), aiohttp.ClientTimeout(total=8)
    cookies = aiohttp.DummyCookieJar()
    return aiohttp.ClientSession(connector=many, timeout=patience, cookie_jar=cookies, json_serialize=text.compact)


def _ok(body: Any = "") -> BoltResponse:
    return BoltResponse(status=200, body=body)


async def _nobody(**asked: Any) -> AuthorizeResult:
    """Bolt wants to know who asks; nothing that has to be authorised ever reaches it."""
    raise BoltError("Leadcycle leaves only the check of its address to Bolt.")
