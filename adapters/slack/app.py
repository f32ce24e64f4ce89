"""Slack as an adapter: it commits what it hears, answers at once, and sends what it is given."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from datetime import UTC, datetime
from secrets import token_hex
from time import monotonic
from typing import Any

import aiohttp
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltError
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.base import Account, Address, Ears, Outcome, Register
from flows.messages import Message

from .answers import Answers
from .api import Api
from .payloads import PATH, PLATFORM, Heard, account, news, read
from .socket import Socket

PATIENCE = 2.0
"""seconds that Slack waits with us for what came of a form; it gives up after three"""
MOST_BYTES = 4_000_000
"""of a request: a form of forty long answers, with the view that it was typed into, has less"""

_log = logging.getLogger(__name__)


Next = Callable[[], Awaitable[BoltResponse]]
Take = Callable[[AsyncBoltRequest, Next], Awaitable[BoltResponse | None]]


class _Before(AsyncMiddleware):
    """What Bolt asks first. For a plain function it would read the request itself, and fail at odd ones."""

    def __init__(self, take: Take) -> None:
        self._take = take

    async def async_process(self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Next) -> BoltResponse | None:
        return await self._take(req, next)


class Slack:
    """One workspace of Slack."""

    platform = PLATFORM
    finds = True

    def __init__(
        self, ears: Ears, register: Register, token: str, signing_secret: str, api_url: str, app_token: str = ""
    ) -> None:
        """Bind the adapter to who hears its events, and to one workspace by its bot token.

        With an app token its events come by Socket Mode; by HTTP they come only with a signing secret.
        """
        self._ears = ears
        self._register = register
        self._token = token
        self._api_url = api_url
        self._verifier = SignatureVerifier(signing_secret) if signing_secret else None
        self._session: aiohttp.ClientSession | None = None
        self._running: set[asyncio.Task[Any]] = set()
        self.bolt = AsyncApp(
            signing_secret=signing_secret or token_hex(),
            request_verification_enabled=False,
            before_authorize=_Before(self._take),
            authorize=_nobody,
            process_before_response=True,
            attaching_conversation_kwargs_enabled=False,
        )

        self.workspace = ""
        """the workspace that the token belongs to, once `introduce` has asked"""
        self._socket = Socket(self.bolt, app_token, api_url) if app_token else None

    @property
    def api(self) -> Api:
        """The Web API of the workspace."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=8))
        return Api(self._token, self._api_url, self._session)

    def routes(self) -> Sequence[BaseRoute]:
        """Return the one route that Slack is told of: events, commands and what is pressed or filled.

        Without a signing secret nobody could be told from Slack, so there is none.
        """
        if self._verifier is None:
            return []
        return [Route(PATH, self._receive, methods=["POST"])]

    async def send(self, address: Address, message: Message, delivery: str, replaces: str = "") -> Outcome:
        """Post the message, or draw it over the post `replaces`."""
        if replaces:
            return await self.api.replace(replaces, message)
        return await self.api.post(address, message, delivery)

    async def find(self, address: Address, delivery: str, since: datetime) -> str | None:
        """Look the delivery key up in the one conversation where the post would be."""
        return await self.api.find(address, delivery, since)

    async def retract(self, address: Address, id: str) -> None:
        """Delete a post that was made twice."""
        await self.api.delete(id)

    async def introduce(self) -> str:
        """Ask whose token it is, and return the workspace; raises SlackRefused with a sentence."""
        self.workspace = await self.api.workspace()
        return self.workspace

    async def accounts(self) -> AsyncIterator[Account]:
        """Yield everybody of the workspace; raises what the Web API raises."""
        async for user in self.api.people():
            if known := account(user, self.workspace):
                yield known

    async def watch(self) -> None:
        """See to it that events can reach us: by HTTP they come by themselves."""
        if self._socket:
            await self._socket.watch()

    async def finish(self) -> None:
        """Wait until everything that was acknowledged is done."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

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
        began = monotonic()
        if req.body.get("type") == "url_verification":
            await next()
            return None
        try:
            heard, changed = read(req.body, datetime.now(UTC)), news(req.body)
        except Exception as fault:
            _log.warning("A request of Slack's has another shape than its documentation says: %s", type(fault).__name__)
            return _ok()
        if changed and changed.closed:
            _log.error("Slack has let go of workspace %s: %s", changed.workspace, changed.closed)
        elif changed and changed.account:
            await self._register.changed(PLATFORM, changed.workspace, [changed.account])
        if heard is None or not await self._ears.capture(heard.event):
            return _ok()
        answers = Answers(self.api, heard)
        if heard.is_submission:
            return _ok(await self._answered(answers, began + PATIENCE))
        self._later(self._reply(answers))
        return _ok()

    async def _answered(self, answers: Answers, until: float) -> Any:
        """What came of a form, if it is there in time; else the form says so, and it comes by the way without hurry.

        From here on nothing is a reason for Slack to say it again: what was heard is kept.
        """
        answering = self._later(self._reply(answers))
        done, _ = await asyncio.wait({answering}, timeout=max(0.0, until - monotonic()))
        if done and not answering.exception():
            return answering.result()
        if not done:
            self._later(self._late(answers, answering))
        return answers.meanwhile()

    async def _reply(self, answers: Answers) -> Any:
        given = await answers.give(await self._ears.hear(answers.heard.event))
        if answers.heard.is_at_home:
            self._later(self._redraw_home(answers.heard.home()))
        return given

    async def _redraw_home(self, heard: Heard) -> None:
        if await self._ears.capture(heard.event):
            await Answers(self.api, heard).give(await self._ears.hear(heard.event))

    async def _late(self, answers: Answers, answering: asyncio.Task[Any]) -> None:
        await answers.late(await answering)

    def _later(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Go on after the acknowledgement; an event that fails stays in the inbox and is tried again."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (fault := task.exception()):
            _log.error("An answer to Slack could not be given: %s", type(fault).__name__)


def _ok(body: Any = "") -> BoltResponse:
    return BoltResponse(status=200, body=body)


async def _nobody(**asked: Any) -> AuthorizeResult:
    """Bolt wants to know who asks; nothing that has to be authorised ever reaches it."""
    raise BoltError("Leadcycle leaves only the check of its address to Bolt.")
