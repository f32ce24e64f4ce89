"""The practice school's cycle report as a page; real schools get theirs behind a sign-in."""

from collections.abc import Collection
from urllib.parse import urlencode

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.webchat.guard import Guard
from adapters.webchat.views import ROOT
from bot import earlier, sample
from bot.reports import html
from flows import report
from flows.loader import Scripts
from flows.room import Room
from storage import rooms
from storage.database import Database
from storage.faults import NoSuchTeam

PATH = "/practice-report"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The report is one file with its style in it and nothing that runs."""


class PracticeReport:
    """Draws the report of a team of the practice school: of its newest cycle, or of an earlier one."""

    def __init__(self, database: Database, scripts: Scripts, hosts: Collection[str] = ()) -> None:
        """Serve it under the same host names as the practice page."""
        self._database = database
        self._scripts = scripts
        self._guard = Middleware(Guard, hosts=hosts)

    def routes(self) -> list[BaseRoute]:
        """Return the routes of the page."""
        paths = (f"{PATH}/{{team}}", f"{PATH}/{{team}}/{{cycle:int}}")
        return [Route(path, self._page, middleware=[self._guard]) for path in paths]

    async def _page(self, request: Request) -> Response:
        try:
            async with self._database.read(sample.TENANT) as store:
                room = await rooms.load(store, request.path_params["team"], self._scripts)
                known = [cycle.number for cycle in room.cycles]
                wanted = request.path_params.get("cycle", known[-1] if known else 0)
                then = await earlier.as_of(store, room, wanted) if wanted in known else None
                now = store.school_time
        except NoSuchTeam:
            return PlainTextResponse("There is no such team in the practice school.\n", 404)
        if then is None:
            return PlainTextResponse("There is no such cycle to report on yet.\n", 404)
        back = _back(request)
        page = html.draw(report.build(then, now), back, _cycles(room, back))
        return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})


def _back(request: Request) -> str:
    """Where the reader came from in the practice chat; its front door, if that is not known."""
    asked = request.query_params.get("back", "")
    return asked if asked.startswith(f"{ROOT}/as/") else ROOT


def _cycles(room: Room, back: str) -> list[tuple[int, str]]:
    """Each cycle of the team with the address of its report."""
    query = urlencode({"back": back})
    return [(cycle.number, f"{PATH}/{room.team.id}/{cycle.number}?{query}") for cycle in room.cycles]
