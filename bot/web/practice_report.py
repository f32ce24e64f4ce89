"""The practice school's cycle report as a page; real schools get theirs behind a sign-in."""

from collections.abc import Collection

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.webchat.guard import Guard
from bot import sample
from bot.reports import html
from flows import report
from flows.loader import Scripts
from storage import rooms
from storage.database import Database
from storage.faults import NoSuchTeam

PATH = "/practice-report"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The report is one file with its style in it and nothing that runs."""


class PracticeReport:
    """Draws the report of a team of the practice school."""

    def __init__(self, database: Database, scripts: Scripts, hosts: Collection[str] = ()) -> None:
        """Serve it under the same host names as the practice page."""
        self._database = database
        self._scripts = scripts
        self._guard = Middleware(Guard, hosts=hosts)

    def routes(self) -> list[BaseRoute]:
        """Return the route of the page."""
        return [Route(f"{PATH}/{{team}}", self._page, middleware=[self._guard])]

    async def _page(self, request: Request) -> Response:
        try:
            async with self._database.read(sample.TENANT) as store:
                room = await rooms.load(store, request.path_params["team"], self._scripts)
        except NoSuchTeam:
            return PlainTextResponse("There is no such team in the practice school.\n", 404)
        if room.cycle is None:
            return PlainTextResponse("There is no cycle to report on yet.\n", 404)
        return HTMLResponse(html.draw(report.build(room)), headers={"Content-Security-Policy": POLICY})
