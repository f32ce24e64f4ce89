"""The commands that read or write files beside the service: imports, reports and exports."""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import fields, replace
from operator import itemgetter
from pathlib import Path
from random import SystemRandom
from tempfile import TemporaryDirectory
from typing import Any

from flows import report
from flows.audit import EXPORT, READ, Deed
from flows.calendar import CalendarError
from flows.flow import Conversation
from flows.loader import Scripts
from flows.people import BY_INVITATION, Member, Membership, Role, School, Team
from flows.records import Doubt
from flows.waves import FLOW, is_of_pulse
from storage import agenda, audit, everywhere, people, records, rooms, tables
from storage.database import Database
from storage.engines import address_of
from storage.migration import is_current
from storage.migration import migrate as bring_up
from storage.plain import to_plain
from storage.store import Store

from . import auditing, earlier, oneroster, oneroster_store, reports, roster_import, roster_store
from .calendar_import import CalendarImportError, Reading, read_calendar
from .roster_import import RosterError
from .time_zones import parse_zone

MOST_NOTES = 10
"""closures that close nothing, as many as anybody reads"""


class PracticeOnly(Exception):
    """Real people or a real calendar were to go into the practice school; the message says where else."""


LONG = 500
"""lines of a roster; a shorter one is imported before anybody wonders"""


class OtherTables(Exception):
    """The tables are not those of this version, and reading does not change them; the message says what does."""


class NothingToReport(Exception):
    """There is no such team, or no cycle yet; the message says what there is."""


async def migrate(url: str) -> str:
    """Bring the tables up to this version."""
    async with Database(url) as database:
        await bring_up(database)
        return f"{database.name} has the tables of this version."


async def import_roster(
    url: str, content: bytes, check: bool, tell: Callable[[str], None] = roster_store.unheard
) -> str:
    """Import a roster, or only say what it would change; of a long one `tell` hears how far it is."""
    roster = roster_import.read(content, await _known_schools(url), await _led_teams(url))
    tell = tell if len(roster.entries) >= LONG else roster_store.unheard
    tell(f"{len(roster.entries):,} lines read")
    if check:
        async with compared(url) as database, database.read(await district(database)) as store:
            return _told(await roster_store.compare(store, roster), "Nothing was changed.")
    async with Database(url) as database:
        await bring_up(database)
        async with database.begin(await district(database)) as store:
            await people.found_tenant(store, "Our district")
            async with auditing.watched(store):
                changes = await roster_store.keep(store, roster, _new_id, tell=tell)
            for team in changes.touched:
                await agenda.plan(store, team, store.school_time, store.school_time)
    return _told(changes)


async def import_oneroster(url: str, path: Path, zone: str, check: bool, school: str = "", team: str = "") -> str:
    """Put the staff of a OneRoster export, or of one of its schools, on record, or only say who would be new."""
    try:
        export = oneroster.read(path)
        export = export.of_school(school) if school else export
    except RosterError as fault:
        is_export = any(each.startswith(tuple(oneroster.COLUMNS)) for each in fault.problems)
        raise RosterError(*fault.problems, *(await _zone_problems(url, zone) if is_export else ())) from fault
    if check:
        async with compared(url) as database, database.read(await district(database)) as store:
            return f"{await oneroster_store.compare(store, export, zone, _new_id, team)}\nNothing was changed."
    async with Database(url) as database:
        await bring_up(database)
        async with database.begin(await district(database)) as store:
            await people.found_tenant(store, "Our district")
            async with auditing.watched(store):
                return str(await oneroster_store.keep(store, export, zone, _new_id, team))


async def _zone_problems(url: str, zone: str) -> tuple[str, ...]:
    """What is wrong with the time zone for new schools; where no school is on record one has to be given."""
    try:
        if zone:
            parse_zone(zone)
        elif await _known_schools(url) == frozenset():
            return (oneroster_store.ADD_ZONE,)
    except CalendarError as fault:
        return (f"--time-zone: {fault}",)
    return ()


async def _known_schools(url: str) -> frozenset[str] | None:
    """The keys of the schools on record, or None where older tables do not tell."""
    if _is_new_file(url):
        return frozenset()
    async with Database(url, read_only=True) as database:
        if not await is_current(database):
            return None
        async with database.read(await district(database)) as store:
            return frozenset(each.name.casefold() for each in await records.load(store, School))


async def _led_teams(url: str) -> frozenset[tuple[str, str]]:
    """The keys of the teams on record that have an administrator; none where older tables do not tell."""
    if not await _known_schools(url):
        return frozenset()
    async with beside(url) as database, database.read(await district(database)) as store:
        schools = {each.id: each.name.casefold() for each in await records.load(store, School)}
        there = {each.id for each in await records.load(store, Member) if not each.left_on}
        places = [each for each in await records.load(store, Membership) if each.member in there and not each.left_on]
        led = {each.team for each in places if Role.ADMINISTRATOR in each.roles}
        teams = await records.load(store, Team)
    return frozenset((schools[each.school], each.name.casefold()) for each in teams if each.id in led)


def _told(changes: roster_store.Changes, end: str = "") -> str:
    """The counts, every new or changed school and team, and what was left alone on purpose."""
    return "\n".join(filter(None, (str(changes), *changes.news, *changes.notes, end)))


def _new_id() -> str:
    return f"{SystemRandom().getrandbits(64):016x}"


async def import_calendar(url: str, content: bytes, school: str, check: bool) -> str:
    """Put the terms, closures and half days of a file in place of those of one school, or of every school."""
    if check:
        async with compared(url) as database, database.read(await district(database)) as store:
            changed, readings = await _with_calendar(store, content, school)
            told = f"The calendar is good for {names_of(changed)}: {readings[0]}. Nothing was changed."
            return "\n".join((told, *_notes(readings)))
    async with Database(url) as database:
        await bring_up(database)
        async with database.begin(await district(database)) as store:
            changed, readings = await _with_calendar(store, content, school, lock=True)
            async with auditing.watched(store):
                await records.keep(store, *changed)
            await look_again(store, {each.id for each in changed})
    whose = (
        f"The calendar of {names_of(changed)} is" if len(changed) == 1 else f"The calendars of {names_of(changed)} are"
    )
    return "\n".join((f"{whose} in place: {readings[0]}.", *_notes(readings)))


def _notes(readings: Sequence[Reading]) -> Iterator[str]:
    """Yield a line for each closure that closes nothing in some school."""
    notes = list(dict.fromkeys(note for each in readings for note in each.notes))
    yield from (f"note  {note} Is the date right?" for note in notes[:MOST_NOTES])
    if len(notes) > MOST_NOTES:
        yield f"note  {len(notes) - MOST_NOTES} more closures are on days without school."
    if opens := list(dict.fromkeys(each for reading in readings for each in reading.opens)):
        more = f" and {len(opens) - MOST_NOTES} more" if len(opens) > MOST_NOTES else ""
        yield (
            f"note  Open again, because the file does not close it: {', '.join(opens[:MOST_NOTES])}{more}. "
            "`leadcycle calendar holidays` closes public holidays once more."
        )


async def _with_calendar(
    store: Store, content: bytes, name: str, *, lock: bool = False
) -> tuple[list[School], list[Reading]]:
    """The school of this name, or every school, with the calendar of the file; and what the file says for each."""
    found = await schools_called(store, name, lock=lock)
    now = store.school_time
    readings = [read_calendar(content, each.calendar, today=each.calendar.local_date(now)) for each in found]
    changed = [replace(school, calendar=reading.calendar) for school, reading in zip(found, readings, strict=True)]
    return changed, readings


async def schools_called(store: Store, name: str = "", *, lock: bool = False) -> list[School]:
    """The school of this name, or every school; with `lock` nobody else changes them until the commit.

    Raises CalendarImportError where there is none.
    """
    known = await records.load(store, School)
    if not known:
        raise CalendarImportError("There is no school on record yet. Import the roster first.")
    if not any(name in ("", each.name) for each in known):
        raise CalendarImportError(f"No school is called {name}. On record: {names_of(known)}.")
    for school in known if lock else ():
        await people.lock_school(store, school.id)
    found = (each for each in await records.load(store, School) if name in ("", each.name))
    return sorted(found, key=lambda each: each.name.casefold())


def names_of(named: Iterable[School]) -> str:
    """The names of these schools, for people."""
    return ", ".join(sorted((each.name for each in named), key=str.casefold))


async def look_again(store: Store, schools: set[str]) -> None:
    """Visit every team of these schools soon: with another calendar, other moments are due."""
    for team in await records.load(store, Team):
        if team.school in schools:
            await people.lock_team(store, team.id)
            await agenda.plan(store, team.id, store.school_time, store.school_time)


async def write_report(url: str, scripts: Scripts, name: str, folder: Path, cycle: int = 0) -> list[Path]:
    """Write the files of a team's cycle report: of the cycle with this number, or of the newest.

    That goes into the audit log first: a report has the names of who shared a line.
    """
    async with beside(url) as database, database.read(await tenant_of(database)) as store:
        schools = {each.id: each.name for each in await records.load(store, School)}
        teams = {f"{each.name} ({schools[each.school]})": each for each in await records.load(store, Team)}
        found = [team for full, team in teams.items() if name in ("", team.name, full)]
        if len(found) != 1:
            raise NothingToReport(_which_team(name, sorted(teams, key=str.casefold), is_known=bool(found)))
        room = await rooms.load(store, found[0].id, scripts)
        known = [each.number for each in room.cycles]
        if not known:
            raise NothingToReport(f"{room.team.name} has not started a cycle yet.")
        if cycle and cycle not in known:
            numbers = ", ".join(map(str, known))
            raise NothingToReport(f"{room.team.name} has no cycle {cycle}. On record: {numbers}.")
        built = report.build(await earlier.as_of(store, room, cycle or known[-1]), store.school_time)
    await note(url, Deed(READ, room.team.id, {"what": "report", "cycle": cycle or known[-1]}))
    return reports.write(built, folder)


def _which_team(name: str, teams: Sequence[str], *, is_known: bool) -> str:
    """That a team has to be named, or that there is none of this name, with those that there are."""
    wanted = "Name the team whose report you want." if is_known or not name else f"No team is called {name}."
    listed = "".join(f"\n  {each}" for each in teams) or " none yet."
    return f"{wanted} On record:{listed}" + (f'\nType it like this: leadcycle report "{teams[0]}"' if teams else "")


def write_skills(scripts: Scripts, folder: Path) -> Iterator[Path]:
    """Write each protocol as one page to print, in each language in which there is one: norms.html, norms.es.html."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, siblings in sorted(scripts.skills_by_name.items()):
        for language, skill in sorted(siblings.items()):
            path = folder / (f"{name}.{language}.html" if language else f"{name}.html")
            path.write_text(reports.html.draw_skill(skill, scripts.phrases(language)), "utf-8")
            yield path


async def export(url: str) -> dict[str, list[str]]:
    """Return every fact and every answer of the tenant as lines of JSON, by kind; no ledger, no tokens.

    That goes into the audit log first. What somebody answers to a pulse is shown to nobody while it is open, and so is
    that they did.
    """
    await note(url, Deed(EXPORT, "", {"what": "everything"}))
    async with beside(url) as database, database.read(await tenant_of(database)) as store:
        kinds = (kind for kind in tables.KEYS if kind is not Doubt)  # what waits for its author is nobody else's yet
        exported = {kind.__name__.lower(): [_fact(row) for row in await _all(store, kind)] for kind in kinds}
        return {**exported, "answer": [_line(row) for row in await _answers(store)]}


async def _all(store: Store, kind: type) -> tuple[Any, ...]:
    found: Sequence[Any] = await records.load(store, kind)
    return tuple(each for each in found if not (isinstance(each, Conversation) and is_of_pulse(each)))


async def _answers(store: Store) -> list[dict[str, Any]]:
    """Every revision of every answer, as it was given."""
    of_pulse = tables.answer.c.conversation.startswith(f"{FLOW}.", autoescape=True)
    rows = await store.select(tables.answer, ~of_pulse)
    return sorted(rows, key=itemgetter("team", "conversation", "sequence"))


def _fact(row: Any) -> str:
    return _line({each.name: getattr(row, each.name) for each in fields(row) if each.name != "answers"})


def _line(row: Mapping[str, Any]) -> str:
    told = {name: to_plain(value) for name, value in row.items() if name != "tenant"}
    return json.dumps(told, ensure_ascii=False, sort_keys=True) + "\n"


async def note(url: str, *deeds: Deed) -> None:
    """Log what the command line is about to do; what cannot be logged is not done."""
    async with beside(url, writes=True) as database, database.begin(await tenant_of(database)) as store:
        await audit.write(store, audit.OPERATOR, deeds)


@asynccontextmanager
async def beside(url: str, *, writes: bool = False) -> AsyncIterator[Database]:
    """The database for reading, or for one short change, also beside a running service; raises OtherTables."""
    async with Database(url, read_only=not writes, beside=writes) as database:
        if not await is_current(database):
            raise OtherTables(f"{database.name} lacks tables of this version. Run `leadcycle migrate` first.")
        yield database


@asynccontextmanager
async def compared(url: str) -> AsyncIterator[Database]:
    """What a file is compared with: the database as it is, or an empty one where there is no file yet."""
    if not _is_new_file(url):
        async with beside(url) as database:
            yield database
        return
    with TemporaryDirectory() as folder:
        async with Database(f"sqlite:///{folder}/empty.db") as database:
            await bring_up(database)
            yield database


def _is_new_file(url: str) -> bool:
    address = address_of(url)
    return address.get_backend_name() == "sqlite" and not Path(str(address.database)).exists()


async def district(database: Database) -> str:
    """The tenant that real data goes to; raises PracticeOnly for the database of the practice school."""
    async with database.look_everywhere() as looking:
        if await everywhere.practice(looking):
            raise PracticeOnly(
                f"{database.name} belongs to the practice school, and real people do not mix with it. "
                f"Name another database in LEADCYCLE_DATABASE_URL{_or_delete(database)}."
            )
    return await tenant_of(database)


def _or_delete(database: Database) -> str:
    """The other way out of a practice school: a SQLite file is soon deleted."""
    file = database.name.removeprefix("sqlite:///")
    return "" if database.is_shared else f" or, if you only practiced, stop the service and delete {file}"


async def tenant_of(database: Database) -> str:
    """The tenant of a database that belongs to one district, which is the rule for the command line."""
    async with database.look_everywhere() as looking:
        found: Sequence[str] = await everywhere.tenants(looking)
    return found[0] if found else people.DISTRICT


async def unreachable(store: Store) -> list[str]:
    """The names of people who have no account on any platform, but for those who come in by invitation."""
    found = []
    for member in await records.load(store, Member):
        memberships = await people.memberships_of(store, member.id)
        if not {role for each in memberships for role in each.roles} - BY_INVITATION:
            continue
        if await people.destination_of(store, memberships[0].team, member.id) is None:
            found.append(member.name)
    return sorted(found, key=str.casefold)
