"""The doctor: looks at everything that could stand in the way, and says each finding in a sentence."""

import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

from flows.loader import ScriptError
from flows.people import School
from storage import everywhere, records
from storage.database import Database
from storage.faults import StorageError
from storage.migration import is_current

from .app import LOOPBACK, scripts_of
from .config import Settings
from .files import unreachable


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    is_good: bool
    sentence: str


async def examine(settings: Settings) -> list[Finding]:
    """Return all findings, the good ones too."""
    return [finding async for finding in _examine(settings)]


async def _examine(settings: Settings) -> AsyncIterator[Finding]:
    version = sys.version_info
    yield Finding(version >= (3, 11), f"Python {version.major}.{version.minor} (3.11 or newer is needed).")
    yield _scripts(settings)
    yield _address(settings)
    try:
        async with Database(settings.database_url, read_only=True) as database:
            async for finding in _database(database):
                yield finding
    except (StorageError, OSError) as fault:
        yield Finding(False, f"{fault} Start `leadcycle serve` or `leadcycle migrate` once to create it.")
    except Exception as fault:
        yield Finding(False, f"The database does not answer ({type(fault).__name__}). Check LEADCYCLE_DATABASE_URL.")


def _scripts(settings: Settings) -> Finding:
    try:
        return Finding(True, f"All {len(scripts_of(settings).flows)} scripts are good.")
    except ScriptError as fault:
        return Finding(False, f"Scripts need a look: {fault}")


def _address(settings: Settings) -> Finding:
    if settings.host in LOOPBACK:
        return Finding(True, f"The service listens on this computer only ({settings.address}).")
    reached = settings.public_url or "no known address: set LEADCYCLE_PUBLIC_URL"
    return Finding(bool(settings.public_url), f"The service listens on {settings.host}; people reach it at {reached}.")


async def _database(database: Database) -> AsyncIterator[Finding]:
    current = await is_current(database)
    has = "has the tables of this version" if current else "has other tables: run leadcycle migrate"
    yield Finding(current, f"{database.name} {has}.")
    if not current:
        return
    async with database.look_everywhere() as looking:
        tenants = await everywhere.tenants(looking)
        for each in await everywhere.backlog(looking):
            if each.state in ("dead", "unsure", "held"):
                yield Finding(False, f"{each.rows} messages on {each.platform} are {each.state}.")
    for tenant in tenants:
        async with database.read(tenant) as store:
            for school in await records.load(store, School):
                today = school.calendar.local_date(store.school_time)
                ahead = any(term.last > today for term in school.calendar.terms)
                yield Finding(
                    ahead,
                    f"The calendar of {school.name} {'reaches past' if ahead else 'ends before'} {today}.",
                )
            lost = await unreachable(store)
            yield Finding(
                not lost,
                f"Nobody can be told anything: {', '.join(lost)} have no account on a platform."
                if lost
                else "Everybody on a team can be reached.",
            )
