"""The dashboard: a teacher's own page, a team's, a school's and the district's; each for those whose it is to see."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot import beside, earlier
from bot.reports import html
from flows import cohort, overview, own_pages, own_record, pages, pulse_results, report, rollup, sight, team_page
from flows import shown as what_is_shown
from flows.audit import EXPORT, READ, Deed
from flows.charts import STANDINGS
from flows.loader import Scripts
from flows.options import folded
from flows.people import Role, School, Team
from flows.phrases import Phrases
from flows.room import Room
from storage import audit, records, rooms, waves
from storage import own_record as held_of
from storage.database import Database
from storage.store import Store

from . import landing
from .chats import Chats
from .cookies import Cookies
from .draw import Drawing
from .visitors import Visitor, visitor_of

REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
"""A report is one file with its style in it."""
MOST_ASKED = 200
"""characters of a search"""
FEW = 12
"""schools that are read at one look: the lists of more are folded"""


class NotTheirs(Exception):
    """There is no such page, or it is not for this person: nobody is told which."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One person reading, in one state of the data."""

    store: Store
    visitor: Visitor
    phrases: Phrases

    def today(self, room: Room) -> date:
        """The day at the team's school."""
        return room.today(self.store.school_time)


Page = Callable[[Request, Reading], Awaitable[Response]]


class Dashboard:
    """Draws the pages of whoever signed in."""

    def __init__(
        self, database: Database, scripts: Scripts, drawing: Drawing, cookies: Cookies, chats: Chats, practice: str = ""
    ) -> None:
        """`practice` is where strangers are led whose service is the practice school."""
        self._database = database
        self._scripts = scripts
        self._drawing = drawing
        self._cookies = cookies
        self._chats = chats
        self._practice = practice

    def routes(self) -> list[BaseRoute]:
        """Return the routes of the pages."""
        shown: Mapping[str, Page] = {
            "/": self._mine,
            own_record.PATH: self._record,
            f"{own_record.PATH}.json": self._record_as_json,
            "/team/{team}": self._team,
            "/team/{team}/decisions": self._decisions,
            "/team/{team}/decisions/{number:int}": self._decision,
            "/team/{team}/report": self._report,
            "/team/{team}/report/{cycle:int}": self._report,
            "/school/{school}": self._school,
            cohort.PATH: self._coach,
            rollup.PATH: self._district,
            what_is_shown.PATH: self._others_see,
            "/school/{school}/pulse": self._pulse,
            "/{elsewhere:path}": self._nowhere,
        }
        return [Route(path, self._for_visitors(page)) for path, page in shown.items()]

    def _for_visitors(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def shown(request: Request) -> Response:
            visitor = await visitor_of(self._database, request)
            if visitor is None:
                return self._door(request)
            async with self._database.read(visitor.tenant) as store:
                reading = Reading(store, visitor, self._scripts.phrases(visitor.member.language))
                try:
                    return await page(request, reading)
                except NotTheirs:
                    return self._drawing.sentence(request, "page.not_found", 404)

        return shown

    def _door(self, request: Request) -> Response:
        if request.url.path != "/":
            return self._to_the_door(request)
        if self._practice:
            return RedirectResponse(self._practice, 303)
        return self._drawing.page("door.html", self._drawing.strangers(request))

    def _to_the_door(self, request: Request) -> Response:
        """Send a stranger to the door, and remember the page that was wanted; nobody is told whether there is one."""
        if request.headers.get("HX-Request"):  # only a part of a page is wanted: the whole page goes to the door
            return Response(headers={"HX-Redirect": "/"})
        response = RedirectResponse("/", 303)
        if path := landing.wanted(request):
            self._cookies.give(response, landing.COOKIE, path, "/", landing.SECONDS)
        return response

    # -------------------------------------------------------------- pages

    async def _mine(self, request: Request, reading: Reading) -> Response:
        rooms = [await self._room(reading, team) for team in reading.visitor.teams()]
        found = list(own_pages.mine(rooms, reading.visitor.member, reading.store.school_time))
        return await self._draw("mine.html", reading, found=found, title="page.mine", here="/")

    async def _record(self, request: Request, reading: Reading) -> Response:
        await self._note(reading, READ, reading.visitor.member.id, what="record")
        held = await held_of.of(reading.store, reading.visitor.member.id)
        return await self._draw("record.html", reading, kinds=own_record.parts(reading.phrases, held))

    async def _record_as_json(self, request: Request, reading: Reading) -> Response:
        await self._note(reading, EXPORT, reading.visitor.member.id, what="record")
        held = await held_of.of(reading.store, reading.visitor.member.id)
        return JSONResponse(held, headers={"Content-Disposition": 'attachment; filename="leadcycle-record.json"'})

    async def _team(self, request: Request, reading: Reading) -> Response:
        room = await self._room(reading, request.path_params["team"])
        me = reading.visitor.member
        told = list(pages.of_team(room, me, reading.store.school_time))
        stages, charts = team_page.stages(room, me), team_page.charts(room, me, reading.today(room))
        seen = {"stages": stages, "charts": charts, "told": team_page.beside_stages(told) if stages else told}
        has_report = bool(room.cycles) and sight.may_read(room, me.id, "report")
        marks = pages.marks(room, me, reading.store.school_time)
        return await self._draw("team.html", reading, team=room.team, has_report=has_report, marks=marks, **seen)

    async def _decisions(self, request: Request, reading: Reading) -> Response:
        room = await self._room(reading, request.path_params["team"])
        asked = request.query_params.get("q", "")[:MOST_ASKED]
        words = f"{pages.DECISIONS} {asked}".strip()
        told = pages.told(room, reading.visitor.member, reading.store.school_time, words)
        found = pages.ways_to_decisions(room, reading.visitor.member, reading.store.school_time)
        return await self._draw("decisions.html", reading, team=room.team, asked=asked, told=told, found=found)

    async def _decision(self, request: Request, reading: Reading) -> Response:
        room = await self._room(reading, request.path_params["team"])
        number, me, now = request.path_params["number"], reading.visitor.member, reading.store.school_time
        if pages.way_to_decision(room, number) not in pages.ways_to_decisions(room, me, now).values():
            raise NotTheirs
        told = pages.told(room, me, now, f"{pages.DECISIONS} show {number}")
        return await self._draw("decision.html", reading, team=room.team, told=told)

    async def _report(self, request: Request, reading: Reading) -> Response:
        room = await self._room(reading, request.path_params["team"])
        me, known = reading.visitor.member, _cycles(room)
        cycle = request.path_params.get("cycle", known[-1] if known else 0)
        if cycle not in known or not sight.may_read(room, me.id, "report"):
            raise NotTheirs
        await self._note(reading, READ, room.team.id, what="report", cycle=cycle)
        then = sight.as_agreed(await earlier.as_of(reading.store, room, cycle), room)
        then = sight.seen(then, me.id).told_to(me.id)
        root = f"/team/{room.team.id}"
        addresses = [(number, f"{root}/report/{number}") for number in known]
        page = html.draw(report.build(then, reading.store.school_time, me), root, addresses)
        return HTMLResponse(page, headers={"Content-Security-Policy": REPORT_POLICY})

    async def _school(self, request: Request, reading: Reading) -> Response:
        school = await self._school_of(reading, request.path_params["school"])
        me, now = reading.visitor.member, reading.store.school_time
        found = [
            await self._room(reading, team.id) for team in await records.load(reading.store, Team, school=school.id)
        ]
        glances = [overview.glance(room, me, now) for room in found]
        return await self._draw("school.html", reading, school=school, glances=glances, standings=STANDINGS)

    async def _coach(self, request: Request, reading: Reading) -> Response:
        if not reading.visitor.teams(Role.COACH):
            raise NotTheirs
        entries = await beside.teams(reading.store, reading.visitor.member, self._scripts)
        return await self._draw("coach.html", reading, entries=entries)

    async def _district(self, request: Request, reading: Reading) -> Response:
        if not reading.visitor.teams(Role.DISTRICT_LEADER):
            raise NotTheirs
        found = await beside.district(reading.store, reading.visitor.member)
        asked = request.query_params.get("q", "")[:MOST_ASKED]
        values = {
            "asked": asked,
            "schools": [row for row in found.rows if folded(asked) in folded(row.name)],
            "few": FEW,
            "told": rollup.counted(found.total),
            "outcomes": list(rollup.by_outcome(self._scripts.aims(reading.visitor.member.language))),
            "fewest": rollup.FEWEST,
        }
        return await self._draw("district.html", reading, found=found, **values)

    async def _others_see(self, request: Request, reading: Reading) -> Response:
        rooms = [await self._room(reading, team) for team in reading.visitor.teams()]
        found = list(own_pages.others_see(rooms, reading.visitor.member))
        return await self._draw("mine.html", reading, found=found, title="shown.title", here=what_is_shown.PATH)

    async def _pulse(self, request: Request, reading: Reading) -> Response:
        school = request.path_params["school"]
        teams = await records.load(reading.store, Team, school=school)
        mine = next((each.id for each in teams if each.id in reading.visitor.teams()), None)
        if mine is None:
            raise NotTheirs
        me = reading.visitor.member
        room = await waves.beside(reading.store, await self._room(reading, mine))
        beside = [await rooms.load(reading.store, each.id, self._scripts) for each in teams if each.id != mine]
        room = replace(room, others=tuple(beside))
        grids = {
            "pulse.conditions": pulse_results.by_group(room, me),
            "pulse.over_time": pulse_results.over_time(room, me),
        }
        told = pulse_results.draw(room, me, in_tables=True)
        return await self._draw("pulse.html", reading, school=room.school, told=told, grids=grids)

    async def _nowhere(self, request: Request, reading: Reading) -> Response:
        raise NotTheirs

    async def _note(self, reading: Reading, deed: str, about: str, **detail: Any) -> None:
        """Log that somebody reads what has names in it, before they do."""
        async with self._database.begin(reading.visitor.tenant) as store:
            await audit.write(store, reading.visitor.member.id, [Deed(deed, about, detail)])

    # -------------------------------------------------------------- whose it is to see

    async def _room(self, reading: Reading, team: str) -> Room:
        """The team's room for whoever belongs to it, or leads its school; raises NotTheirs for others."""
        me = reading.visitor.member
        schools = {each.id: each.school for each in await records.load(reading.store, Team, id=team)}
        if team not in schools:
            raise NotTheirs
        if team not in reading.visitor.teams() and schools[team] not in await self._led(reading):
            raise NotTheirs
        room = pages.reading_along(await rooms.load(reading.store, team, self._scripts), me)
        own = [key for key, each in room.conversations.items() if each.member == me.id]
        return await rooms.with_answers(reading.store, room, own)

    async def _school_of(self, reading: Reading, school: str) -> School:
        """The school, for whoever leads it; raises NotTheirs for others."""
        if school not in await self._led(reading):
            raise NotTheirs
        (found,) = await records.load(reading.store, School, id=school)
        return found

    async def _led(self, reading: Reading) -> dict[str, str]:
        """The names of the schools in which the person is an administrator, by their ids."""
        teams = reading.visitor.teams(Role.ADMINISTRATOR)
        ids = {team.school for each in teams for team in await records.load(reading.store, Team, id=each)}
        found = [school for each in sorted(ids) for school in await records.load(reading.store, School, id=each)]
        return {school.id: school.name for school in found}

    async def _draw(self, template: str, reading: Reading, **values: Any) -> Response:
        """Draw a page with the ways to all others that are the person's; a coach's teams stand on one page."""
        own = [each.team for each in reading.visitor.memberships if each.roles != (Role.COACH,)]
        names = {each: (await records.load(reading.store, Team, id=each))[0].name for each in own}
        ways = [(f"/team/{team}", name) for team, name in names.items()]
        ways += [(f"/school/{school}", name) for school, name in (await self._led(reading)).items()]
        beside_teams = ((Role.COACH, cohort.PATH, "cohort.title"), (Role.DISTRICT_LEADER, rollup.PATH, "rollup.title"))
        ways += [(path, reading.phrases.say(key)) for role, path, key in beside_teams if reading.visitor.teams(role)]
        ways.append((what_is_shown.PATH, reading.phrases.say("shown.title")))
        me = reading.visitor.member
        team = values["team"].id if "team" in values else ""
        chat = await self._chats.way(reading.store, me.id, team if team in reading.visitor.teams() else "")
        return self._drawing.page(template, reading.phrases, me=me, ways=ways, chat=chat, **values)


def _cycles(room: Room) -> list[int]:
    return [cycle.number for cycle in room.cycles]
