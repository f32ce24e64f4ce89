"""How we stand with Microsoft: whether it gives us a token, names its keys, and what its clock says."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp

from adapters.silence import reason

from .check import keys_url
from .token import NoToken, Token

SECONDS = 8


@dataclass(frozen=True, slots=True)
class Standing:
    """What Microsoft said when it was asked once."""

    refused: str = ""
    """why no token can be had: a sentence"""
    silence: str = ""
    """why the keys cannot be had, in a few words"""
    ahead: timedelta | None = None
    """by how much our clock is before Microsoft's, where it told"""


async def standing(token: Token, login: str, metadata_url: str) -> Standing:
    """Ask for a token at this login and for the keys, and change nothing there."""
    refused = await _refused(token, login)
    try:
        return Standing(refused, ahead=await _keys(metadata_url))
    except (aiohttp.ClientError, TimeoutError, LookupError, TypeError, ValueError) as fault:
        return Standing(refused, reason(fault))


async def _refused(token: Token, login: str) -> str:
    try:
        await token.get()
    except NoToken as fault:
        return str(fault)
    except Exception as fault:  # whatever it is: MSAL passes on what its own web library raises
        return f"Microsoft's login cannot be reached at {login} ({reason(fault)})."
    return ""


async def _keys(metadata_url: str) -> timedelta | None:
    """Look for the keys, and return by how much our clock is before that of who names them; raises what is wrong."""
    trusted = aiohttp.TCPConnector(ssl=ssl.create_default_context())
    async with aiohttp.ClientSession(
        connector=trusted, timeout=aiohttp.ClientTimeout(total=SECONDS), raise_for_status=True
    ) as session:
        async with session.get(metadata_url, allow_redirects=False) as answer:
            now, date = datetime.now(UTC), answer.headers.get("Date", "")
            keys = keys_url(metadata_url, await answer.json(content_type=None))
        async with session.get(keys, allow_redirects=False) as answer:
            if not (await answer.json(content_type=None))["keys"]:
                raise LookupError(keys)
    return now - parsedate_to_datetime(date) if date else None
