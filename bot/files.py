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


class NothingToReport(Exception):
    """There is no such team, or no cycle yet; the message says what there is."""


async def migrate(url: str) -> str:
    """Bring the tables up to this version."""
    async with Database(url) as database:
        await bring_up(database)
        return f"{database.name} has the tables of this version."


async def import_roster(url: str, file: Path, check: bool) -> str:
    """Import a roster, or only say what it holds."""
    roster = roster_import.read(file.read_bytes())
    if check:
        return f"{file} is good. Nothing was changed."
    async with Database(url) as database:
        await bring_up(database)
        async with database.begin(await _tenant(database)) as store:
            await people.found_tenant(store, "Our district")
            changes = await roster_store.keep(store, roster, _new_id)
    return str(changes)


def _new_id() -> str:
    return f"{SystemRandom().getrandbits(64):016x}"


async def import_calendar(url: str, file: Path, school: str, check: bool) -> str:
    """Put the terms, closures and half days of a file in place of those of one school, or of every school."""
    content = file.read_bytes()
    async with Database(url) as database:
        await bring_up(database)
        async with database.begin(await _tenant(database)) as store:
            schools = [each for each in await records.load(store, School) if school in ("", each.name)]
            if not schools:
                known = ", ".join(each.name for each in await records.load(store, School)) or "none"
                raise CalendarImportError(f"No school is called {school or 'anything yet'}. On record: {known}.")
            changed = [replace(each, calendar=read_calendar(content, each.calendar)) for each in schools]
            names = ", ".join(each.name for each in changed)
            if check:
                return f"{file} is good for {names}. Nothing was changed."
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


async def export(url: str, folder: Path) -> list[tuple[Path, int]]:
    """Write every fact of the tenant as JSON Lines; nothing of the ledger, no tokens."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    async with Database(url, read_only=True) as database, database.read(await _tenant(database)) as store:
        for kind in KEYS:
            rows = await records.load(store, kind)
            path = folder / f"{kind.__name__.lower()}.jsonl"
            path.write_text("".join(_line(row) for row in rows), "utf-8")
            written.append((path, len(rows)))
    return written


def _line(row: Any) -> str:
    values = {each.name: to_plain(getattr(row, each.name)) for each in fields(row) if each.name != "answers"}
    return json.dumps(values, ensure_ascii=False, sort_keys=True) + "\n"


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
