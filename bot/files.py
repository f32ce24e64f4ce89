"""The commands that read or write files beside the service: imports, reports and exports."""

import json
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from random import SystemRandom
from typing import Any

from flows import report
from flows.loader import Scripts
from flows.people import Member, School, Team
from storage import agenda, everywhere, people, records, rooms
from storage.database import Database
from storage.migration import migrate as bring_up
from storage.plain import to_plain
from storage.store import Store
from storage.tables import KEYS

from . import reports, roster_import, roster_store
from .calendar_import import CalendarImportError, read_calendar


class PracticeOnly(Exception):
    """Real people or a real calendar were to go into the practice school; the message says where else."""


class NothingToReport(Exception):
    """There is no such team, or no cycle yet; the message says what there is."""


async def migrate(url: str) -> str:
    """Bring the tables up to this version."""
    async with Database(url) as database:
        await bring_up(database)
        return f"{database.name} has the tables of this version."


async def import_roster(url: str, content: bytes, check: bool) -> str:
    """Import a roster, or only say what it would change."""
    roster = roster_import.read(content)
    async with Database(url) as database:
        await bring_up(database)
        async with database.begin(await _district(database)) as store:
            if check:
                return _told(await roster_store.compare(store, roster), "Nothing was changed.")
            await people.found_tenant(store, "Our district")
            changes = await roster_store.keep(store, roster, _new_id)
            for team in changes.touched:
                await agenda.plan(store, team, store.school_time, store.school_time)
    return _told(changes)


def _told(changes: roster_store.Changes, end: str = "") -> str:
    """The counts, every new or changed school and team, and what was left alone on purpose."""
    return "\n".join(filter(None, (str(changes), *changes.news, *changes.notes, end)))


def _new_id() -> str:
    return f"{SystemRandom().getrandbits(64):016x}"


async def import_calendar(url: str, content: bytes, school: str, check: bool) -> str:
    """Put the terms, closures and half days of a file in place of those of one school, or of every school."""
    async with Database(url) as database:
        await bring_up(database)
        async with database.begin(await _district(database)) as store:
            schools = [each for each in await records.load(store, School) if school in ("", each.name)]
            if not schools:
                known = ", ".join(each.name for each in await records.load(store, School)) or "none"
                raise CalendarImportError(f"No school is called {school or 'anything yet'}. On record: {known}.")
            changed = [replace(each, calendar=read_calendar(content, each.calendar)) for each in schools]
            names = ", ".join(each.name for each in changed)
            if check:
                return f"The calendar is good for {names}. Nothing was changed."
            await records.keep(store, *changed)
            await _look_again(store, {each.id for each in changed})
    return f"The calendar of {names} is in place."


async def _look_again(store: Store, schools: set[str]) -> None:
    """Visit every team of these schools soon: with another calendar, other moments are due."""
    for team in await records.load(store, Team):
        if team.school in schools:
            await agenda.plan(store, team.id, store.school_time, store.school_time)


async def write_report(url: str, scripts: Scripts, name: str, folder: Path) -> list[Path]:
    """Write the files of a team's newest cycle report."""
    async with Database(url, read_only=True) as database, database.read(await _tenant(database)) as store:
        teams = await records.load(store, Team)
        found = [team for team in teams if name in ("", team.name, team.id)]
        if len(found) != 1:
            known = ", ".join(team.name for team in teams) or "none yet"
            raise NothingToReport(f"Name the team whose report you want. On record: {known}.")
        room = await rooms.load(store, found[0].id, scripts)
    if room.cycle is None:
        raise NothingToReport(f"{room.team.name} has not started a cycle yet.")
    return reports.write(report.build(room), folder)


async def export(url: str) -> dict[str, list[str]]:
    """Return every fact of the tenant as lines of JSON, by kind; nothing of the ledger, no tokens."""
    async with Database(url, read_only=True) as database, database.read(await _tenant(database)) as store:
        return {kind.__name__.lower(): [_line(row) for row in await _all(store, kind)] for kind in KEYS}


async def _all(store: Store, kind: type) -> tuple[Any, ...]:
    return await records.load(store, kind)


def _line(row: Any) -> str:
    values = {each.name: to_plain(getattr(row, each.name)) for each in fields(row) if each.name != "answers"}
    return json.dumps(values, ensure_ascii=False, sort_keys=True) + "\n"


async def _district(database: Database) -> str:
    """The tenant that real data goes to; raises PracticeOnly for the database of the practice school."""
    async with database.look_everywhere() as looking:
        if await everywhere.practice(looking):
            raise PracticeOnly(
                f"{database.name} belongs to the practice school, and real people do not mix with it. "
                "Name another database with --database or LEADCYCLE_DATABASE_URL."
            )
    return await _tenant(database)


async def _tenant(database: Database) -> str:
    """The tenant of a database that belongs to one district, which is the rule for the command line."""
    async with database.look_everywhere() as looking:
        found: Sequence[str] = await everywhere.tenants(looking)
    return found[0] if found else "district"


async def unreachable(store: Store) -> list[str]:
    """The names of people who have no account on any platform."""
    found = []
    for member in await records.load(store, Member):
        memberships = await people.memberships_of(store, member.id)
        if memberships and await people.destination_of(store, memberships[0].team, member.id) is None:
            found.append(member.name)
    return found
