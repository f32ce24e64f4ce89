"""The practice web chat as an adapter: the same port as Slack and Teams, drawn on a page of our own."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from adapters.base import Address, Ears, Gone, Outcome, Sent
from flows.messages import Message

from . import draw
from .acts import PLATFORM, Acts
from .board import PracticeBoard
from .clock import Clock
from .guard import Guard
from .looks import look
from .stream import Stream
from .unread import Unread
from .views import ROOT, first_view, view_of

WELCOMED = "leadcycle_practice_welcomed"
_YEAR = 365 * 24 * 3600


class WebChat:
    """The practice school's page, for one person at one computer who plays everybody."""

    platform = PLATFORM
    finds = True

    def __init__(
        self, ears: Ears, board: PracticeBoard, workspace: str = "practice", hosts: Collection[str] = ()
    ) -> None:
        """Serve the board under the loopback names and under `hosts`, each "name" or "name:port"."""
        self._board = board
        self._unread = Unread(board)
        self._acts = Acts(ears, board, workspace)
        self._clock = Clock(board, self._unread)
        self._stream = Stream(board, self._unread)
        self._guard = Middleware(Guard, hosts=hosts)

    def routes(self) -> Sequence[BaseRoute]:
        """Return the page, what it posts, its stream and its files, all behind the guard."""
        seen = "/as/{person}/{place}"
        inside: list[BaseRoute] = [
            Route(seen, self._page),
            Route(f"{seen}/stream", self._stream.open),
            Route(f"{seen}/say", self._acts.say, methods=["POST"]),
            Route(f"{seen}/press", self._acts.press, methods=["POST"]),
            Route(f"{seen}/fill", self._acts.fill, methods=["POST"]),
            Route(f"{seen}/clock", self._clock.move, methods=["POST"]),
            Route(f"{seen}/welcomed", self._welcomed, methods=["POST"]),
            Mount("/static", draw.FILES),
        ]
        return [
            Route(ROOT, self._door, middleware=[self._guard]),
            Mount(ROOT, routes=inside, middleware=[self._guard]),
        ]

    async def send(
        self, address: Address, message: Message, delivery: str, replaces: str = "", under: str = ""
    ) -> Outcome:
        """Write the message on the board; the same delivery again writes nothing new. There are no threads."""
        if replaces:
            is_there = replaces.isdigit() and await self._board.redraw(int(replaces), message)
            return Sent(replaces) if is_there else Gone(f"The practice school has no message {replaces} to replace.")
        if address.place not in await self._places():
            return Gone(f"The practice school has no conversation {address.place}.")
        return Sent(str(await self._board.post(address.place, message, delivery)))

    async def find(self, address: Address, delivery: str, ago: timedelta | None, under: str = "") -> str | None:
        """Return the number of the line that carries the delivery key."""
        number = await self._board.find(address.place, delivery)
        return None if number is None else str(number)

    def stop(self) -> None:
        """End the open streams: call it when the server is asked to stop, or it waits for every open page."""
        self._stream.stop()

    async def _places(self) -> frozenset[str]:
        teams = await self._board.teams()
        return frozenset({team.place for team in teams} | {person.place for team in teams for person in team.people})

    async def _door(self, request: Request) -> Response:
        view = await first_view(self._board)
        return RedirectResponse(view.path, 303)

    async def _page(self, request: Request) -> Response:
        view = await view_of(self._board, request)
        # The version comes first: what is written while the page is drawn reaches it by the stream.
        version = await self._board.changed(-1)
        shown = await look(self._board, self._unread, view)
        welcome = WELCOMED not in request.cookies or "welcome" in request.query_params
        return HTMLResponse(draw.page(view, shown, version, welcome))

    async def _welcomed(self, request: Request) -> Response:
        response = HTMLResponse("")
        response.set_cookie(WELCOMED, "yes", max_age=_YEAR, path=ROOT, httponly=True, samesite="strict")
        return response
