"""Signing in with the account that people have anyway: a provider proves which one, and it is one of ours or not."""

from collections.abc import Mapping
from secrets import token_urlsafe

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sign_ins import BACK, PATH
from flows import entering
from storage import everywhere, people, visits
from storage.database import Database
from storage.people import Person

from . import landing
from .cookies import Cookies
from .draw import Drawing
from .openid import NotProven, Proven, Provider, Silent, is_from
from .patience import Patience

log = structlog.get_logger()

POCKET = "leadcycle_pocket"
"""ties the way back to the browser that was sent: state, nonce and the proof of PKCE come from it"""
SECONDS = 600
"""in which somebody has to be back"""
MOST_CODE = 4_000
"""characters of what a provider sends back; Entra's codes are about 1,200"""


class SignIn:
    """Sends people to their provider, and takes in who comes back."""

    def __init__(
        self,
        database: Database,
        drawing: Drawing,
        cookies: Cookies,
        patience: Patience,
        providers: Mapping[str, Provider],
    ) -> None:
        """`providers` by the name of the platform whose accounts they know."""
        self._database = database
        self._drawing = drawing
        self._cookies = cookies
        self._patience = patience
        self._providers = providers

    def routes(self) -> list[BaseRoute]:
        """Return the routes of signing in."""
        return [
            Route(f"{PATH}/{{platform}}", self._go, methods=["GET"]),
            Route(f"{PATH}/{{platform}}/{BACK}", self._back, methods=["GET"]),
        ]

    async def _go(self, request: Request) -> Response:
        """Send the browser to the provider, with a pocket whose secrets nobody else has."""
        provider = self._providers.get(request.path_params["platform"])
        if provider is None:
            return self._drawing.sentence(request, "page.not_found", 404)
        pocket = token_urlsafe(32)
        try:
            response = RedirectResponse(await provider.address(pocket), 303)
        except Silent as fault:
            return self._silent(request, provider, fault)
        self._cookies.give(response, POCKET, pocket, PATH, SECONDS)
        return response

    async def _back(self, request: Request) -> Response:
        """Begin a visit for whoever the provider proves to be, if that is somebody of ours."""
        if self._patience.seconds(request):
            return self._drawing.wait(request, self._patience.seconds(request))
        provider = self._providers.get(request.path_params["platform"])
        pocket, told = request.cookies.get(POCKET, ""), request.query_params
        code = told.get("code", "")
        if provider is None or not code or len(code) > MOST_CODE or not is_from(pocket, told.get("state", "")):
            return self._refused(request, "page.sign_in_again")
        try:
            proven = await provider.who(pocket, code)
        except NotProven as fault:
            log.warning("a sign-in was refused", platform=provider.client.platform, reason=str(fault))
            return self._refused(request, "page.sign_in_again")
        except Silent as fault:
            return self._silent(request, provider, fault)
        return await self._welcome(request, provider.client.platform, proven)

    async def _welcome(self, request: Request, platform: str, proven: Proven) -> Response:
        async with self._database.look_everywhere() as looking:
            tenant = await everywhere.tenant_of(looking, platform, proven.workspace)
            store = looking.store(tenant) if tenant else None
            person = await people.who(store, platform, proven.workspace, proven.user) if store else None
        if tenant is None or person is None or not _is_here(person):
            log.info("nobody of ours signed in", platform=platform)
            return self._refused(request, "page.sign_in_stranger", 403)
        token = token_urlsafe(32)
        async with self._database.begin(tenant) as writing:
            await visits.begin(writing, entering.mark(token), person.member.id)
        response = RedirectResponse(landing.remembered(request), 303)
        self._cookies.welcome(response, token)
        response.delete_cookie(POCKET, PATH)
        return response

    def _refused(self, request: Request, phrase: str, status: int = 400) -> Response:
        self._patience.wrong(request)
        response = self._drawing.sentence(request, phrase, status)
        response.delete_cookie(POCKET, PATH)
        return response

    def _silent(self, request: Request, provider: Provider, fault: Silent) -> Response:
        log.error("a provider cannot be asked", platform=provider.client.platform, reason=str(fault))
        return self._drawing.sentence(request, "page.sign_in_silent", 502)


def _is_here(person: Person) -> bool:
    """Whether somebody has not left, and has a role."""
    return person.member.left_on is None and bool(person.memberships)
