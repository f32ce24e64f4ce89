"""How fast each page is in a district of two hundred schools and a million answers."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

import httpx
from starlette.applications import Starlette

from benchmarks import district
from benchmarks.postgresql import new_database
from bot import sample
from bot.config import Settings
from bot.web.chats import Chats
from bot.web.cookies import Cookies
from bot.web.dashboard import Dashboard
from bot.web.draw import Drawing
from bot.web.visitors import COOKIE
from flows import cohort, entering, rollup, shown
from flows.decision_records import Ask, Decision
from flows.flow import Answer, Conversation
from flows.loader import Scripts
from flows.people import Member, Membership, Role
from flows.records import Action, Charter, Cycle, Evidence, Lead, Move, Need, Occurrence, Result
from flows.waves import ANSWERED, MORE, SCHOOL, Pulse, Wave
from storage import conversations, records, tables, visits
from storage.clock import HandClock
from storage.database import Database
from storage.migration import migrate
from storage.store import Store

SCHOOLS, MEMBERS = 200, 8
"""schools, each with a team of so many members"""
CONVERSATIONS, ANSWERS = 1_250, 4
"""of each team, and of each conversation: a million answers in all"""
CYCLES = 5
ACTIONS, DECISIONS, NEEDS = 16, 30, 40
PULSES = 4
COACHED = 12
WARM, TIMES = 3, 30
BASE = "http://127.0.0.1:8080"


@dataclass(frozen=True, slots=True)
class Page:
    """Milliseconds of a page: of half of the times it took less, of all but five percent it did."""

    database: str
    page: str
    reader: str
    median: float
    most: float


async def measure(folder: Path, scripts: Scripts, server: str) -> list[Page]:
    """Measure each page on both databases."""
    found = []
    for kind in ("sqlite", "postgresql"):
        url = f"sqlite:///{folder}/pages.db" if kind == "sqlite" else await new_database(server)
        async with Database(url, HandClock(district.asking_time() + timedelta(days=30))) as database:
            await migrate(database)
            await _found(database, scripts)
            found += [await _measured(database, scripts, kind, *each) for each in _pages()]
    return found


def _pages() -> list[tuple[str, str]]:
    """Each page with who reads it."""
    team, school = f"/team/{district.FIRST}", f"/school/{district.FIRST}"
    teacher, administrator = f"{district.FIRST}-1", f"{district.FIRST}-0"
    decisions = (f"{team}/decisions", f"{team}/decisions/{DECISIONS - 1}")
    of_a_teacher = ("/", "/record", team, *decisions, f"{team}/report", f"{school}/pulse", shown.PATH)
    own = [(path, teacher) for path in of_a_teacher]
    return [*own, (school, administrator), (cohort.PATH, "coach"), (rollup.PATH, "leader")]


async def _measured(database: Database, scripts: Scripts, kind: str, path: str, reader: str) -> Page:
    dashboard = Dashboard(database, scripts, Drawing(scripts), Cookies(is_secure=False), Chats(Settings()))
    web = Starlette(routes=dashboard.routes())
    async with database.begin(district.TENANT) as store:
        await visits.begin(store, entering.mark(reader), reader)
    took = []
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(web), base_url=BASE, cookies={COOKIE: reader}
    ) as browser:
        for _ in range(WARM + TIMES):
            begun = perf_counter()
            found = await browser.get(path)
            took.append((perf_counter() - begun) * 1000)
            assert found.status_code == 200, (path, found.status_code)
    took = sorted(took[WARM:])
    named = path.replace(district.FIRST, "…")
    return Page(kind, named, reader.replace(f"{district.FIRST}-", "member "), median(took), took[int(TIMES * 0.95)])


async def _found(database: Database, scripts: Scripts) -> None:
    clock = HandClock(sample.opening())
    await district.found(database, clock, scripts, 1, asked=False)
    async with database.begin(district.TENANT) as store:
        await _fill(store, scripts)
        copied = (*district.COPIED, tables.answer)
        await district.patiently(store, *(district.copying(each, store.dialect, 1, SCHOOLS - 1) for each in copied))
        teams = [district.numbered(district.FIRST, number) for number in range(COACHED)]
        await records.keep(store, Member("coach", "Kay Lund"), Member("leader", "Dot Reyes"))
        await records.keep(store, *(Membership(team, "coach", (Role.COACH,), 50) for team in teams))
        await records.keep(store, Membership(teams[0], "leader", (Role.DISTRICT_LEADER,), 51))


def _pulses(scripts: Scripts) -> Iterator[Pulse | Wave]:
    """Two years of the school's pulses, closed, each with the figures of the school and of a team."""
    team, conditions = district.FIRST, scripts.conditions().each
    for number in range(1, PULSES + 1):
        opened = sample.opening() - timedelta(days=180 * (PULSES + 1 - number))
        closed = opened + timedelta(days=9)
        figures = {ANSWERED: 40, **{each.key: 1 + number % MORE for each in conditions}}
        yield Pulse(team, number, team, f"{team}-0", opened, closed, 5, 10, closed_at=closed)
        yield Wave(team, number, {SCHOOL: figures, f"team {team}": figures}, ("More time to plan",) * 20)


async def _fill(store: Store, scripts: Scripts) -> None:
    """Let the first team have worked for some years."""
    team, begun = district.FIRST, sample.opening()
    people = [f"{team}-{number}" for number in range(MEMBERS)]
    day, more = begun.date(), people[district.PEOPLE :]
    await records.keep(store, *(Member(each, f"Person {each}") for each in more))
    places = range(district.PEOPLE, MEMBERS)
    await records.keep(store, *(Membership(team, people[place], (Role.TEACHER,), place) for place in places))
    decided = Decision(
        team, 0, 1, "consent", "Do we keep the late start?", "It helped.", people[0], begun, tuple(people)
    )
    await records.keep(
        store,
        *(Cycle(team, number, day, 10) for number in range(1, CYCLES + 1)),
        *(Move(team, CYCLES, number, "opened", phase, begun) for number, phase in enumerate(("convene", "act"), 1)),
        Charter(team, CYCLES, "We begin on time.", "To learn.", "Feedback", people[0], "decisions"),
        *(Occurrence(team, CYCLES, f"2.ask0.{day + timedelta(days=n)}", begun) for n in range(40)),
        *(Lead(team, CYCLES, f"{n}.act", people[n], "accepted") for n in range(MEMBERS)),
        *(Need(team, n, 1, people[n % MEMBERS], "", f"Need number {n}", chosen_in=n == 1) for n in range(1, NEEDS)),
        *(
            Action(team, n, 1, f"Action {n}", people[n % MEMBERS], day, people[0], state="open")
            for n in range(1, ACTIONS)
        ),
        *(Evidence(team, n, 1, n, people[0], "Ten of twelve planned ahead", day) for n in range(1, ACTIONS)),
        *(Result(team, n, 1, "It went well", "adopt") for n in range(1, ACTIONS // 2)),
        *(replace(decided, number=n, state="decided", outcome="Yes.", closed_at=begun) for n in range(1, DECISIONS)),
        *_pulses(scripts),
        *(Ask(team, n, 1, "Two subs", "time", "", people[1], people[0], day, begun) for n in range(1, 6)),
    )
    talks = [
        Conversation(f"1.{n}/reflect/{people[n % MEMBERS]}", "reflect", people[n % MEMBERS], begun, team=team)
        for n in range(CONVERSATIONS)
    ]
    in_turn = (replace(each, cycle=1 + place * CYCLES // CONVERSATIONS) for place, each in enumerate(talks))
    await records.keep(store, *in_turn)
    given = [
        (each.key, Answer(f"step{n}", 0, "Words of some length", "What?")) for each in talks for n in range(ANSWERS)
    ]
    await conversations.answered(store, team, given)
