"""Every page for every role: what is another district's, another school's or another team's is not there for them.

The pages come from the table of routes, so a new one is tried as soon as it is there; one whose address has a part that
nobody here can fill in fails.
"""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import httpx
import pytest
from starlette.routing import BaseRoute, Mount, Route

from bot import sample
from bot.app import Application
from bot.config import Settings
from bot.sample import Part
from flows import entering
from flows.decision_records import Decision
from flows.people import Member, Role, School, Team
from flows.records import Need
from storage import people, records, visits
from storage.store import Store

HOST = "http://127.0.0.1:8080"
OURS, THEIRS = sample.TENANT, "elsewhere"
MARK = "Foxglove"
"""stands in every word of the other district"""
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
    await records.keep(store, decision)


async def _team(store: Store, name: str, words: str, part: Part, school: str = "") -> None:
    """A team with a cycle, a need and a decision, all of them in these words."""
    await sample.found_team(
        store, Team(name, school or name, f"{words} team"), (part,), f"channel-{name}-{store.tenant}"
    )
    at = sample.opening()
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
