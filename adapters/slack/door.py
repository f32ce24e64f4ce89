"""The door: how one more workspace comes in, by OAuth and with an invitation that is good once."""

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

import aiohttp
from jinja2 import Environment, PackageLoader, select_autoescape
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.base import Installations

from .api import SECONDS, SlackRefused
from .manifest import OAUTH_PATH, SCOPES

_PAGE = Environment(loader=PackageLoader("adapters.slack"), autoescape=select_autoescape()).get_template("door.html")
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the address holds a code
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}
ANOTHER = "Ask whoever runs Leadcycle for another link."


@dataclass(frozen=True, slots=True)
class Client:
    """Our app, as Slack knows it when somebody installs it."""

    id: str
    secret: str
    api_url: str
    public_url: str
    """where people reach us"""

    @property
    def redirect(self) -> str:
        """Where Slack sends whoever has allowed it."""
        return self.public_url.rstrip("/") + OAUTH_PATH

    def link(self, invitation: str) -> str:
        """Return the address at which somebody lets the app into their workspace."""
        asked = {"client_id": self.id, "scope": ",".join(SCOPES), "redirect_uri": self.redirect, "state": invitation}
        return f"{self.api_url.rstrip('/').removesuffix('/api')}/oauth/v2/authorize?{urlencode(asked)}"


class Door:
    """The page to which Slack sends whoever has let our app into a workspace."""

    def __init__(self, client: Client, installations: Installations) -> None:
        """Bind it to the app, and to where its workspaces are kept."""
        self._client = client
        self._installations = installations

    def routes(self) -> list[BaseRoute]:
        """Return its one route."""
        return [Route(OAUTH_PATH, self._enter, methods=["GET"])]

    async def _enter(self, request: Request) -> Response:
        """Install the workspace whose code this is; without a good invitation nothing is asked of Slack."""
        given = request.query_params
        if not await self._installations.redeem(given.get("state", "")):
            return _told("This link was used already, or it is too old.", ANOTHER, HTTPStatus.FORBIDDEN)
        if "code" not in given:
            return _told("Leadcycle was not installed.", f"Slack was not allowed to. {ANOTHER}", HTTPStatus.OK)
        try:
            workspace, name, token = await self._exchange(given["code"])
        except SlackRefused as fault:
            return _told("Leadcycle was not installed.", f"{fault} {ANOTHER}", HTTPStatus.BAD_GATEWAY)
        if not await self._installations.install(workspace, name, token):
            return _told("Leadcycle was not installed.", f"{name} belongs to another district.", HTTPStatus.CONFLICT)
        return _told(f"Leadcycle is in {name} now.", "You can close this window.", HTTPStatus.OK)

    async def _exchange(self, code: str) -> tuple[str, str, str]:
        """Return id, name and token of the workspace; raises SlackRefused with a sentence."""
        client, timeout = self._client, aiohttp.ClientTimeout(total=SECONDS)
        try:
            async with aiohttp.ClientSession(timeout=timeout) as session:
                api = AsyncWebClient(base_url=client.api_url, timeout=SECONDS, session=session, retry_handlers=[])
                given = await api.oauth_v2_access(
                    client_id=client.id, client_secret=client.secret, code=code, redirect_uri=client.redirect
                )
        except SlackApiError as fault:
            said = getattr(fault.response, "data", None)
            error = said.get("error") if isinstance(said, dict) else "no JSON"
            raise SlackRefused(f"Slack said {error}.") from fault
        except (aiohttp.ClientError, TimeoutError) as fault:
            raise SlackRefused(f"Slack could not be reached ({type(fault).__name__}).") from fault
        if given.get("is_enterprise_install") or not given.get("team"):
            raise SlackRefused("It was for a whole organization: install it in each workspace instead.")
        if given.get("refresh_token"):
            raise SlackRefused("Its tokens would expire: turn token rotation off in the app's settings.")
        team = given["team"]
        return str(team["id"]), str(team.get("name") or team["id"]), str(given["access_token"])


def _told(title: str, more: str, status: HTTPStatus) -> Response:
    return HTMLResponse(_PAGE.render(title=title, more=more), status, headers=_HEADERS)
