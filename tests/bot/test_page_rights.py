"""Every page for every role: what is another district's, another school's or another team's is not there for them.

The pages come from the table of routes, so a new one is tried as soon as it is there; one whose address has a part that
nobody here can fill in fails.
"""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import httpx
import pytest
from starlette.routing import BaseRoute, Mount, Route

from bot import sample
from bot.app import Application
from bot.config import Settings
from bot.sample import Part
from flows import entering, ordering, sight
from flows.commands import Call
from flows.decision_records import Decision
from flows.outcome import Refused
from flows.people import BESIDE, Member, Role, School, Team
from flows.records import Charter, Cycle, Line, Move, Need
from storage import people, records, rooms, visits
from storage.store import Store

HOST = "http://127.0.0.1:8080"
OURS, THEIRS = sample.TENANT, "elsewhere"
MARK = "Foxglove"
"""stands in every word of the other district"""
REASON, SHARED = "Wes was out sick", "The bell is too loud"
"""why a phase was closed early, and a line that its author shared with the team"""
TRIED = {
    "team": ("riverside", "grade4", "hilltop", "foxglove", "nowhere"),
    "school": ("riverside", "hilltop", "foxglove", "nowhere"),
    "cycle": ("1",),
    "number": ("1",),
    "elsewhere": ("foxglove", "favicon.ico"),
}
"""with what each part of an address is filled in"""
OPEN = ("/static", "/sign-in", entering.PATH, "/leave", "/health", "/ready", "/metrics", "/practice")
"""The doors and probes, which are not one person's pages: each has its own tests."""
OWN = {
    "teacher": {"team": {"riverside"}, "school": set[str]()},
    "administrator": {"team": {"riverside", "grade4"}, "school": {"riverside"}},
    "facilitator": {"team": {"riverside"}, "school": set[str]()},
    "coach": {"team": {"riverside"}, "school": set[str]()},
    "district leader": {"team": {"riverside"}, "school": set[str]()},
    "observer": {"team": {"riverside"}, "school": set[str]()},
    "staff": {"team": {"riverside"}, "school": set[str]()},
    "hybrid": {"team": {"riverside"}, "school": set[str]()},
    "support staff": {"team": {"riverside"}, "school": set[str]()},
    "beside": {"team": {"grade4"}, "school": set[str]()},
}
"""What is a role's own: an administrator's is all of the school; whoever is "beside" is on its other team."""


OF_THE_STAFF = ("/school/{school}/pulse",)
"""What everybody on a team of the school reads: all of the roles here are at Riverside."""


@dataclass(frozen=True, slots=True)
class Address:
    """One address, with what was filled in."""

    route: str
    path: str
    parts: dict[str, str]

    def is_own(self, role: str) -> bool:
        """Whether all that it names is the role's own."""
        if self.route in OF_THE_STAFF:
            return self.parts["school"] == "riverside"
        return all(self.parts[part] in own for part, own in OWN[role].items() if part in self.parts)


def routes_of(routes: list[BaseRoute], under: str = "") -> Iterator[str]:
    """Yield the path of everything that can be read, as it stands in the table of routes."""
    for route in routes:
        if isinstance(route, Mount):
            yield from routes_of(list(route.routes), under + route.path)
        elif isinstance(route, Route) and "GET" in (route.methods or {"GET"}):
            yield under + route.path


def addresses(application: Application) -> list[Address]:
    """Every page with every filling."""
    found = []
    for path in dict.fromkeys(routes_of(list(application.web().routes))):
        if path.startswith(OPEN):
            continue
        names = re.findall(r"{(\w+)(?::\w+)?}", path)
        for values in product(*(TRIED[name] for name in names)):
            filled = path
            for name, value in zip(names, values, strict=True):
                filled = re.sub(rf"{{{name}(:\w+)?}}", value, filled)
            found.append(Address(path, filled, dict(zip(names, values, strict=True))))
    return found


@pytest.fixture
async def application(tmp_path: Path) -> AsyncIterator[Application]:
    """Two schools of one district, and another district in the same database whose ids somebody guesses."""
    prepared = await Application.prepare(Settings(database_url=f"sqlite:///{tmp_path}/leadcycle.db"))
    async with prepared.database as database:
        async with database.begin(OURS) as store:
            await _found(store)
        async with database.begin(THEIRS) as store:
            await people.found_tenant(store, MARK, practice=True)
            await records.keep(store, School("foxglove", f"{MARK} School", sample.TWO_YEARS))
            await _team(store, "foxglove", MARK, Part("fay", f"Fay {MARK}", (Role.ADMINISTRATOR,), ""))
            await records.keep(store, School("riverside", f"{MARK} Riverside", sample.TWO_YEARS))
            await _team(store, "riverside", MARK, Part("ana", f"Ana {MARK}", (Role.ADMINISTRATOR,), ""))
    prepared = await Application.prepare(Settings(database_url=f"sqlite:///{tmp_path}/leadcycle.db"))
    async with prepared.database:
        yield prepared


async def _found(store: Store) -> None:
    await records.keep(store, School("hilltop", "Hilltop Elementary", sample.TWO_YEARS))
    await _team(store, "hilltop", "Hilltop", Part("hal", "Hal Stone", (Role.ADMINISTRATOR,), ""))
    await _team(store, "grade4", "Grade 4", Part("beside", "Bea Side", (Role.TEACHER,), ""), school="riverside")
    parts = tuple(Part(role.value, f"Pat {role.value.title()}", (role,), "") for role in Role)
    assert {each.id for each in parts} == OWN.keys() - {"beside"}, "every role has its line"
    await sample.found_team(store, sample.TEAM, parts, "riverside-leadership")
    decision = Decision(
        "riverside", 1, 1, "tell", "The bus leaves at 3:10.", "So it is.", "teacher", sample.opening(), state="decided"
    )
    await records.keep(store, decision, *_course("riverside"))
    line = Line("riverside", 1, 1, "reflect", "learned", "", "teacher", True, SHARED, sample.opening().date())
    await records.keep(store, line)


def _course(team: str) -> tuple[Cycle | Move, ...]:
    """A cycle whose first phase was closed early, for a reason."""
    at = sample.opening()
    opened = (Move(team, 1, 1, "opened", "convene", at), Move(team, 1, 2, "opened", "needs", at, "teacher", REASON))
    return Cycle(team, 1, at.date(), 10), *opened


async def _team(store: Store, name: str, words: str, part: Part, school: str = "") -> None:
    """A team with a cycle, a need and a decision, all of them in these words."""
    await sample.found_team(
        store, Team(name, school or name, f"{words} team"), (part,), f"channel-{name}-{store.tenant}"
    )
    at = sample.opening()
    await records.keep(store, *_course(name))
    await records.keep(store, Need(name, 1, 1, part.id, "", f"{words} need", chosen_in=1))
    await records.keep(
        store, Decision(name, 1, 1, "tell", f"{words} question", f"{words} reason", part.id, at, state="decided")
    )


async def _inside(application: Application, member: str, tenant: str = OURS) -> httpx.AsyncClient:
    """A browser with a visit of this person."""
    async with application.database.begin(tenant) as store:
        await visits.begin(store, entering.mark(f"token-{tenant}-{member}"), member)
    browser = httpx.AsyncClient(transport=httpx.ASGITransport(application.web()), base_url=HOST)
    browser.cookies.set("leadcycle_visit", f"token-{tenant}-{member}")
    return browser


async def test_no_page_shows_anybody_what_is_not_theirs(application: Application) -> None:
    tried = addresses(application)
    assert {"/team/foxglove", "/team/riverside/report/1", "/school/hilltop", "/"} <= {each.path for each in tried}
    for role in OWN:
        browser = await _inside(application, role)
        for address in tried:
            answer = await browser.get(address.path)
            if not address.is_own(role):
                assert answer.status_code == 404, (role, address.path)
            assert answer.status_code in (200, 404), (role, address.path)
            assert MARK not in answer.text, (role, address.path)


async def test_each_role_reads_its_own_pages(application: Application) -> None:
    for role, own in OWN.items():
        browser = await _inside(application, role)
        pages = ["/", "/record", *(f"/team/{team}" for team in own["team"]), *(f"/school/{id}" for id in own["school"])]
        assert [(await browser.get(page)).status_code for page in pages] == [200] * len(pages), role


async def _chat_answers(application: Application, member: str, words: str) -> bool:
    """Whether the chat answers this person's command in the team at Riverside, and does not refuse it."""
    async with application.database.read(OURS) as store:
        room = await rooms.load(store, "riverside", application.scripts)
        seen, me = sight.seen(room, member), room.member(member)
        try:
            ordering.ordered(Call(seen.told_to(member), me, store.school_time), words)
        except Refused:
            return False
        return True


@pytest.mark.parametrize("shown", sight.LEVELS)
async def test_a_page_tells_each_role_what_the_chat_command_of_the_same_name_tells_it(
    application: Application, shown: str
) -> None:
    async with application.database.begin(OURS) as store:
        await records.keep(store, Charter("riverside", 1, "", "", "Feedback", "teacher", shown))
    for role in [each.value for each in Role]:
        browser = await _inside(application, role)
        page = (await browser.get("/team/riverside")).text
        report = await browser.get("/team/riverside/report")

        has_report = await _chat_answers(application, role, "report")
        assert (report.status_code, "/team/riverside/report" in page) == (200 if has_report else 404, has_report), role
        assert ('class="stages"' in page) is await _chat_answers(application, role, "cycle status"), role
        is_of_team = role not in {each.value for each in BESIDE}
        for words in (REASON, SHARED):
            assert (words in report.text) is is_of_team, (role, words)


async def test_a_coach_reads_of_earlier_cycles_no_more_than_the_team_shows_them_now(application: Application) -> None:
    long_ago, bus = sample.opening() - timedelta(days=400), "The bus leaves at noon."
    decision = Decision("riverside", 2, 1, "tell", bus, "So it is.", "teacher", long_ago, state="decided")
    shown = Charter("riverside", 1, "", "", "Feedback", "teacher", "decisions")
    async with application.database.begin(OURS) as store:
        await records.keep(store, decision, shown, Cycle("riverside", 2, sample.opening().date(), 10))
    coach, teacher = await _inside(application, "coach"), await _inside(application, "teacher")
    assert bus in (await coach.get("/team/riverside/report/1")).text

    async with application.database.begin(OURS) as store:
        await records.keep(store, Charter("riverside", 2, "", "", "Feedback", "teacher", "work"))
    assert not await _chat_answers(application, "coach", "decisions")
    assert bus not in (await coach.get("/team/riverside/report/1")).text
    assert bus in (await teacher.get("/team/riverside/report/1")).text


async def test_colleagues_beyond_the_team_read_nothing_of_it(application: Application) -> None:
    staff = await _inside(application, "staff")

    assert (await staff.get("/team/riverside/report/1")).status_code == 404
    assert "asks you for your word on some of its decisions" in (await staff.get("/team/riverside")).text
    for page in ("/", "/team/riverside", "/team/riverside/decisions"):
        assert "Cycle 1" not in (await staff.get(page)).text, page
        assert "The bus leaves" not in (await staff.get(page)).text, page


async def test_an_administrator_of_another_team_reads_no_reasons(application: Application) -> None:
    async with application.database.begin(OURS) as store:
        (member,) = await records.load(store, Member, id="administrator")
        await records.keep(store, replace(member, language="es"))
    head = await _inside(application, "administrator")

    report = await head.get("/team/grade4/report")

    assert report.status_code == 200
    assert REASON not in report.text
    assert "Encuentro inicial" in report.text, "phases are named in the reader's language"


async def test_nobody_without_a_visit_learns_which_pages_there_are(application: Application) -> None:
    stranger = httpx.AsyncClient(transport=httpx.ASGITransport(application.web()), base_url=HOST)
    for address in addresses(application):
        answer = await stranger.get(address.path)
        expected = "/practice" if address.path == "/" else "/"
        assert (answer.status_code, answer.headers["location"]) == (303, expected), address.path


async def test_the_same_id_in_another_district_is_another_person(application: Application) -> None:
    async with application.database.begin(OURS) as store:
        await records.keep(store, Member("fay", "Fay of ours"))
    fay = await _inside(application, "fay", THEIRS)

    assert MARK in (await fay.get("/team/foxglove")).text
    assert (await fay.get("/team/riverside")).status_code == 404
    assert (await (await _inside(application, "fay")).get("/")).headers["location"] == "/practice"
