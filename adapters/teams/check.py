"""The check of what comes in: that Teams said it, to our bot, in our tenant, and from where we may answer."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import jwt

from .hosts import is_allowed, same

Json = Mapping[str, Any]

SECONDS = 5
"""for each of the two documents that name the keys"""
FRESH = 24 * 3600.0
"""seconds after which the keys are asked for again: Microsoft's own rule, see `Check`"""
BETWEEN = 30.0
"""seconds between two looks for keys that are missing or cannot be had: whoever invents keys costs nothing"""
LEEWAY = 5 * 60
"""seconds by which Microsoft's clock may be apart from ours"""

_log = logging.getLogger(__name__)


class Refused(Exception):
    """Nobody showed that this comes from Teams, for our bot and our tenant; the message is for the log alone."""


@dataclass(frozen=True, slots=True)
class Bot:
    """Who we are in Teams, and whom we believe."""

    app: str
    tenant: str
    """of the only district that speaks with us"""
    issuer: str
    metadata_url: str
    hosts: Collection[str]
    """to which our token may be shown, and hosts below them"""


@dataclass(frozen=True, slots=True)
class Signed:
    """What a good token says, and what its key is good for."""

    service_url: str
    endorsements: Collection[str]


@dataclass(frozen=True, slots=True)
class _Key:
    key: jwt.PyJWK
    endorsements: Collection[str]


class Check:
    """Checks tokens with the keys that Microsoft names, which it keeps for a day.

    The rules: learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication, from the
    service to the bot.
    """

    def __init__(self, bot: Bot, session: Callable[[], aiohttp.ClientSession], clock: Callable[[], float] = monotonic):
        """Bind it to who we are; `session` asks for the keys, `clock` counts seconds."""
        self._bot = bot
        self._session = session
        self._clock = clock
        self._keys: Mapping[str, _Key] = {}
        self._stale_at = self._look_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None

    async def signed(self, header: str) -> Signed:
        """Return what the token says that a request came with; raises Refused."""
        scheme, _, token = header.partition(" ")
        if scheme.casefold() != "bearer" or not token:
            raise Refused("no token")
        try:
            kid = str(jwt.get_unverified_header(token).get("kid") or "")
            known = await self._key(kid)
            claims = jwt.decode(
                token,
                known.key,
                algorithms=["RS256"],
                audience=self._bot.app,
                issuer=self._bot.issuer,
                leeway=LEEWAY,
                options={"require": ["exp", "iss", "aud"], "strict_aud": True},
            )
        except (jwt.PyJWTError, ValueError, TypeError) as fault:
            raise Refused(type(fault).__name__) from fault
        return Signed(str(claims.get("serviceurl") or ""), known.endorsements)

    def require_ours(self, signed: Signed, said: Json) -> None:
        """Raise Refused unless the activity fits its token, and came from Teams and our tenant."""
        channel, url = said.get("channelId"), said.get("serviceUrl")
        if channel != "msteams" or channel not in signed.endorsements:
            raise Refused("not Teams, or its key does not speak for Teams")
        if not isinstance(url, str) or not signed.service_url or not same(url, signed.service_url):
            raise Refused("another service address than its token's")
        if not is_allowed(url, self._bot.hosts):
            raise Refused("its service address is none of TEAMS_ALLOWED_HOSTS")
        if tenant(said) != self._bot.tenant:
            raise Refused("another tenant")

    # ------------------------------------------------------------ keys

    async def _key(self, kid: str) -> _Key:
        """The key of this id. Who has one waits for no news; one that is not known is asked for, now and then."""
        now = self._clock()
        if now >= self._stale_at:
            self._renew()
        elif kid not in self._keys and now >= self._look_at:
            self._look_at = now + BETWEEN
            self._renew()
        if kid not in self._keys and self._fetching:
            await asyncio.shield(self._fetching)
        if kid not in self._keys:
            raise Refused("a key that Microsoft does not name")
        return self._keys[kid]

    def _renew(self) -> None:
        """Ask for the keys, once for all who wait; where that fails, those we have stay good."""
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch())

    async def _fetch(self) -> None:
        try:
            metadata = await self._read(self._bot.metadata_url)
            found = (await self._read(keys_url(self._bot.metadata_url, metadata)))["keys"]
            self._keys = {str(each["kid"]): _key(each) for each in found if each.get("kty") == "RSA"}
            self._stale_at = self._clock() + FRESH
        except (aiohttp.ClientError, TimeoutError, jwt.PyJWTError, LookupError, TypeError, ValueError) as fault:
            self._stale_at = self._clock() + BETWEEN
            _log.warning("The keys that sign what Teams sends cannot be had: %s", type(fault).__name__)
        finally:
            self._fetching = None

    async def _read(self, url: str) -> Any:
        patience = aiohttp.ClientTimeout(total=SECONDS)
        async with self._session().get(url, timeout=patience, allow_redirects=False) as answer:
            answer.raise_for_status()
            return await answer.json(content_type=None)


def keys_url(metadata_url: str, metadata: Json) -> str:
    """Return where the OpenID document says that the keys are; raises ValueError where that is another host's matter.

    In every cloud of Microsoft's both lie on one host. Whoever could write an address into the document would
    otherwise name keys of their own, and speak as Teams.
    """
    url = str(metadata["jwks_uri"])
    if not is_allowed(url, [urlsplit(metadata_url).hostname or ""]):
        raise ValueError("the OpenID document names keys at another host than its own")
    return url


def _key(described: Json) -> _Key:
    return _Key(jwt.PyJWK(dict(described), "RS256"), tuple(described.get("endorsements") or ()))


def is_guest(said: Json, tenant: str) -> bool:
    """Whether it was said by somebody whose account belongs to another tenant, in a channel that is shared with it."""
    sender = said.get("from")
    home = sender.get("tenantId") if isinstance(sender, Mapping) else None
    return bool(home) and str(home).lower() != tenant


def tenant(said: Json) -> str:
    """Return the tenant in which something was said; the conversation's own field is not always there."""
    match said.get("channelData"):
        case {"tenant": {"id": str(id)}}:
            return id.lower()
    return ""
