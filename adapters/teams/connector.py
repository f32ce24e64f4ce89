"""What we ask of Teams' connector, and what its answers mean for a message that is to be sent."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from adapters.base import Failed, Gone, Outcome, Sent, TryLater, Unreached, Unsure

from .hosts import is_allowed
from .token import NoToken, Token

Json = dict[str, Any]

SECONDS = 10
"""of a request: what Teams takes longer for, nobody knows the end of"""
BEFORE_SECONDS = 4.0
"""for what comes before a message: our token, a new conversation, the connection; twice that is less than `SECONDS`

Of what takes longer we know that no message has left, so it may be tried again. Whoever sends waits no longer than
`SECONDS` either, and takes all that is not done by then for a message that may have arrived.
"""
PAGE = 200
"""people of a team that are asked for at once; 500 is the most that Teams gives"""
CLOSED_SECONDS = 300.0
"""until we try again where Microsoft takes nothing from us at all"""

# learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages, November 2026.
GONE: Mapping[int, str] = {
    403: "Teams lets us write there no more: the app is not installed, or it is blocked",
    404: "Teams knows no such conversation or message any more",
}
"""This conversation, or this message, is no more: what the operator reads."""

_log = logging.getLogger(__name__)


class NoAnswer(OSError):
    """Teams did not tell what we asked; the message is for the log."""


class _NotAsked(Exception):
    """Nothing has left; what that means for a message is `outcome`."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(type(outcome).__name__)
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Answer:
    """What the connector answered."""

    status: int
    body: Json = field(default_factory=dict)
    wait: str = ""
    """for how long it asks us to wait"""

    @property
    def is_good(self) -> bool:
        """Whether it did what we asked."""
        return 200 <= self.status < 300


class Connector:
    """Teams' connector for the bot; nothing is tried again here but for a token that has just ended."""

    def __init__(
        self, token: Token, session: Callable[[], aiohttp.ClientSession], hosts: Collection[str], app: str, tenant: str
    ) -> None:
        """Speak as this bot in this tenant, and to these hosts alone."""
        self._token = token
        self._session = session
        self._hosts = hosts
        self._bot = f"28:{app}"
        self._tenant = tenant

    async def post(self, url: str, conversation: str, activity: Json) -> Outcome:
        """Post an activity in a conversation of this service address, or in a thread of it."""
        return await self._sent("POST", url, f"v3/conversations/{_part(conversation)}/activities", activity)

    async def replace(self, url: str, conversation: str, id: str, activity: Json) -> Outcome:
        """Draw an activity over one of ours."""
        path = f"v3/conversations/{_part(conversation)}/activities/{_part(id)}"
        outcome = await self._sent("PUT", url, path, activity)
        return Sent(id) if isinstance(outcome, Sent) else outcome

    async def delete(self, url: str, conversation: str, id: str) -> None:
        """Delete one of our activities, unless it is no more; raises OSError."""
        path = f"v3/conversations/{_part(conversation)}/activities/{_part(id)}"
        outcome = await self._sent("DELETE", url, path)
        if not isinstance(outcome, Sent | Gone):
            raise NoAnswer(f"Teams did not delete it: {type(outcome).__name__}")

    async def create(self, url: str, user: str) -> Outcome:
        """Return the direct conversation with a person, by its id; it is always the same one."""
        wanted = {
            "bot": {"id": self._bot},
            "members": [{"id": user}],
            "isGroup": False,
            "tenantId": self._tenant,
            "channelData": {"tenant": {"id": self._tenant}},
        }
        try:
            async with asyncio.timeout(BEFORE_SECONDS):
                outcome = await self._sent("POST", url, "v3/conversations", wanted)
        except TimeoutError:
            outcome = Unsure("TimeoutError")
        return Failed(outcome.reason) if isinstance(outcome, Unsure) else outcome

    async def member(self, url: str, conversation: str, user: str) -> Json:
        """Return what Teams says of somebody in a conversation; raises OSError."""
        return await self._told(url, f"v3/conversations/{_part(conversation)}/members/{_part(user)}")

    async def members(self, url: str, conversation: str) -> AsyncIterator[Json]:
        """Yield everybody in a conversation, as Teams describes them; raises OSError."""
        path, token = f"v3/conversations/{_part(conversation)}/pagedmembers?pageSize={PAGE}", ""
        while True:
            page = await self._told(url, f"{path}&continuationToken={_part(token)}" if token else path)
            for each in page.get("members") or ():
                yield each
            token = str(page.get("continuationToken") or "")
            if not token:
                return

    # ------------------------------------------------------------ requests

    async def _told(self, url: str, path: str) -> Json:
        try:
            answer = await self._ask("GET", url, path)
        except (aiohttp.ClientError, TimeoutError, _NotAsked) as fault:
            raise NoAnswer(type(fault).__name__) from fault
        if not answer.is_good:
            raise NoAnswer(f"Teams answered {answer.status}")
        return answer.body

    async def _sent(self, verb: str, url: str, path: str, body: Json | None = None) -> Outcome:
        """What came of a request that changes something."""
        try:
            return judged(await self._ask(verb, url, path, body))
        except _NotAsked as fault:
            return fault.outcome
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as fault:
            return Unreached(f"Teams cannot be reached: {type(fault).__name__}")
        except (aiohttp.ClientError, TimeoutError) as fault:
            return Unsure(type(fault).__name__)

    async def _ask(self, verb: str, url: str, path: str, body: Json | None = None) -> Answer:
        """Ask, once more with a new token where the connector does not take the one that we have.

        The host is looked at each time: whoever could write an address into our records would get our token.
        """
        if not is_allowed(url, self._hosts):
            raise _NotAsked(Failed("the service address of the conversation is none of TEAMS_ALLOWED_HOSTS"))
        token = await self._bearer()
        answer = await self._asked(verb, url, path, body, token)
        if answer.status != 401:
            return answer
        self._token.forget(token)
        return await self._asked(verb, url, path, body, await self._bearer())

    async def _bearer(self) -> str:
        try:
            async with asyncio.timeout(BEFORE_SECONDS):
                return await self._token.get()
        except NoToken as fault:
            _log.error("%s Messages wait until that is mended.", fault)
            raise _NotAsked(TryLater(CLOSED_SECONDS)) from fault
        except Exception as fault:  # whatever it is: nothing has left
            raise _NotAsked(Unreached(f"Microsoft gives no token now: {type(fault).__name__}")) from fault

    async def _asked(self, verb: str, url: str, path: str, body: Json | None, token: str) -> Answer:
        async with self._session().request(
            verb,
            URL(f"{url.rstrip('/')}/{path}", encoded=True),
            json=body,
            headers={"Authorization": f"Bearer {token}"},
            timeout=aiohttp.ClientTimeout(total=SECONDS, connect=BEFORE_SECONDS),
            allow_redirects=False,
        ) as answer:
            try:
                said = await answer.json(content_type=None)
            except ValueError:
                said = None
            return Answer(answer.status, said if isinstance(said, dict) else {}, answer.headers.get("Retry-After", ""))


def judged(answer: Answer) -> Outcome:
    """What an answer means for the message; `Sent` carries the id that the connector gave."""
    match answer.status:
        case status if answer.is_good:
            return Sent(str(answer.body.get("id") or ""))
        case 429:
            return TryLater(_seconds(answer.wait, 1.0))
        case 401:
            _log.error("Teams takes no token of ours. Messages wait until the bot's registration is mended.")
            return TryLater(CLOSED_SECONDS)
        case 403 | 404 as status:
            return Gone(f"{GONE[status]} ({_code(answer) or status})")
        case status if status >= 500:
            return Unsure(f"Teams answered {status}")
        case status:
            return Failed(f"Teams answered {status} {_code(answer)}".strip())


def _code(answer: Answer) -> str:
    """Teams' own word for what is wrong."""
    error = answer.body.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    return code[:100] if isinstance(code, str) else ""


def _seconds(asked: str, otherwise: float) -> float:
    """How long Teams asks to wait: in seconds, or until a date."""
    if asked.isdigit():
        return float(asked)
    try:
        return max(otherwise, (parsedate_to_datetime(asked) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return otherwise


def _part(id: str) -> str:
    """An id as one piece of a path."""
    return quote(id, safe="")
