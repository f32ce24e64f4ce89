"""How we stand with a workspace: what it granted, what its clock says, and who is there."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.base import Account
from adapters.silence import reason

from .api import SECONDS, Api
from .manifest import SCOPES
from .payloads import account


@dataclass(frozen=True, slots=True)
class Standing:
    """What Slack said when it was asked once."""

    workspace: str
    name: str
    missing: tuple[str, ...]
    """scopes that the app has not been granted; none where Slack does not say"""
    ahead: timedelta
    """by how much our clock is before Slack's"""
    accounts: tuple[Account, ...]
    silence: str = ""
    """why Slack did not say who is there"""


async def standing(token: str, api_url: str) -> Standing:
    """Ask Slack, and change nothing there; raises SlackRefused with a sentence."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as session:
        api = Api(token, api_url, session)
        said = await api.introduced()
        now = datetime.now(UTC)
        missing = _missing(said.headers.get("x-oauth-scopes"))
        accounts, silence = await _people(api, str(said["team_id"]), missing)
    return Standing(
        workspace=str(said["team_id"]),
        name=str(said.get("team") or said["team_id"]),
        missing=missing,
        ahead=now - _date(said.headers.get("Date"), now),
        accounts=accounts,
        silence=silence,
    )


def _missing(granted: str | None) -> tuple[str, ...]:
    """The scopes that we use and that are not in Slack's list of the granted ones."""
    if granted is None:
        return ()
    has = {scope.strip() for scope in granted.split(",")}
    return tuple(scope for scope in SCOPES if scope not in has)


def _date(written: str | None, otherwise: datetime) -> datetime:
    try:
        return parsedate_to_datetime(written or "")
    except ValueError:
        return otherwise


async def _people(api: Api, workspace: str, missing: tuple[str, ...]) -> tuple[tuple[Account, ...], str]:
    """Everybody of the workspace, or nobody and why."""
    if lacking := [scope for scope in ("users:read", "users:read.email") if scope in missing]:
        return (), f"without {' and '.join(lacking)}"
    try:
        known = [account(user, workspace) async for user in api.people()]
        return tuple(each for each in known if each), ""
    except SlackApiError as fault:
        said = getattr(fault.response, "data", None)
        return (), str(said.get("error")) if isinstance(said, dict) else "no JSON"
    except (aiohttp.ClientError, TimeoutError) as fault:
        return (), reason(fault)
