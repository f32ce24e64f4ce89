"""The door of the pages: a link lets one person in once, after they have said that it is theirs."""

from hmac import compare_digest
from secrets import token_urlsafe
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from flows import entering
from flows.entering import Ticket
from flows.loader import Scripts
from flows.people import Member
from storage import everywhere, records, tables, visits
from storage.database import Database
from storage.store import Store

from . import landing
from .cookies import Cookies
from .draw import Drawing
from .patience import Patience
from .visitors import COOKIE

KNOCK = "leadcycle_knock"
"""ties the press on *Continue* to the browser in which the link was opened"""
KNOCK_SECONDS = 3600
"""How long the page with *Continue* may stand open."""
LEAVE = "/leave"
MOST_BYTES = 2_000
"""of what the door takes"""


class Door:
    """Lets people in by their links, and out again."""

    def __init__(
        self, database: Database, scripts: Scripts, drawing: Drawing, cookies: Cookies, patience: Patience
    ) -> None:
        """Whoever loses the patience of the door is not looked at for a while."""
        self._database = database
        self._scripts = scripts
        self._drawing = drawing
        self._cookies = cookies
        self._patience = patience

    def routes(self) -> list[BaseRoute]:
        """Return the routes of the door."""
        path = f"{entering.PATH}/{{token}}"
        return [
            Route(path, self._look, methods=["GET"]),
            Route(path, self._enter, methods=["POST"]),
            Route(LEAVE, self._leave, methods=["POST"]),
        ]

    async def _look(self, request: Request) -> Response:
        """Show whose link it is. Nothing is used up: programs open links, too, to show what stands behind them."""
        if seconds := self._patience.seconds(request):
            return self._drawing.wait(request, seconds)
        mark = entering.mark(request.path_params["token"])
        async with self._database.look_everywhere() as looking:
            tenant = await everywhere.whose(looking, tables.ticket, mark)
            admitted = await _admitted(looking.store(tenant), mark) if tenant else None
        if admitted is None:
            return self._refused(request)
        member, ticket = admitted
        knock = token_urlsafe(16)
        response = self._drawing.page(
            "enter.html", self._scripts.phrases(member.language), name=member.name, knock=knock, days=ticket.days
        )
        self._cookies.give(response, KNOCK, knock, request.url.path, KNOCK_SECONDS)
        return response

    async def _enter(self, request: Request) -> Response:
        """Use the ticket up and begin a visit, in the browser that was shown whose it is."""
        if seconds := self._patience.seconds(request):
            return self._drawing.wait(request, seconds)
        mark = entering.mark(request.path_params["token"])
        shown, pressed = request.cookies.get(KNOCK, ""), await _field(request, "knock")
        if not shown or not compare_digest(shown, pressed):
            return self._refused(request)
        async with self._database.look_everywhere() as looking:
            tenant = await everywhere.whose(looking, tables.ticket, mark)
        if tenant is None:
            return self._refused(request)
        token = token_urlsafe(32)
        async with self._database.begin(tenant) as store:
            admitted = await _admitted(store, mark, lock=True)
            if admitted is None:
                return self._refused(request)
            member, ticket = admitted
            await visits.use(store, mark)
            await visits.begin(store, entering.mark(token), member.id, ticket.days)
        response = RedirectResponse(landing.remembered(request), 303)
        self._cookies.welcome(response, token, ticket.days)
        response.delete_cookie(KNOCK, request.url.path)
        return response

    async def _leave(self, request: Request) -> Response:
        mark = entering.mark(request.cookies.get(COOKIE, ""))
        async with self._database.look_everywhere() as looking:
            tenant = await everywhere.whose(looking, tables.visit, mark)
        if tenant:
            async with self._database.begin(tenant) as store:
                await visits.end(store, mark)
        response = RedirectResponse("/", 303)
        response.delete_cookie(COOKIE, "/")
        return response

    def _refused(self, request: Request) -> Response:
        self._patience.wrong(request)
        return self._drawing.sentence(request, "page.used", 410)


async def _admitted(store: Store, mark: str, *, lock: bool = False) -> tuple[Member, Ticket] | None:
    """Whom the ticket lets in now, if anybody, and the ticket."""
    ticket = await visits.ticket(store, mark, lock=lock)
    if ticket is None or not ticket.is_good(store.now):
        return None
    (member,) = await records.load(store, Member, id=ticket.member)
    return None if member.left_on else (member, ticket)


async def _field(request: Request, name: str) -> str:
    """One field of a short form; empty where there is none, or the form is no form."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return ""
    return parse_qs(body.decode("ascii", "replace")).get(name, [""])[0]
