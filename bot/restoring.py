"""Backups, and what is to be seen to after one was put back."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from flows.audit import EXPORT, Deed
from flows.calendar import SchoolCalendar
from flows.people import School
from storage import interventions, records, restoration
from storage.backup import back_up
from storage.database import Database
from storage.faults import MovedAway
from storage.interventions import Chosen
from storage.restoration import Doubts
from storage.state import State

from .files import OtherTables, beside, note, tenant_of

ON = "Restore mode is on"
NEXT = (
    "`leadcycle outbox --state held` lists what is held: look in the chat, then `leadcycle outbox release` what is not "
    "there, and `confirm` or `cancel` what is. `leadcycle restore-mode off` lets new messages go again."
)


class NotRestored(Exception):
    """Restore mode is on already, or it is not on; the message says which."""


async def backup(url: str, to: Path) -> str:
    """Copy a SQLite file, also while it is served, and log it, where its tables take that still."""
    size = back_up(url, to)
    with suppress(OtherTables, MovedAway):
        await note(url, Deed(EXPORT, "", {"what": "backup"}))
    return f"wrote {to}: {max(1, round(size / 1024))} KB, checked. Put back and served, it begins in restore mode."


async def begin(url: str) -> str:
    """Turn restore mode on; raises NotRestored where it is on."""
    async with beside(url, writes=True) as database, database.everywhere() as everyone:
        found = await restoration.find(everyone)
        if found and found.at:
            raise NotRestored(f"{ON} already. `leadcycle restore-mode show` says what is left to do.")
        return f"{ON}. {told(await restoration.begin(everyone))}\nStart the service now. A minute later: {NEXT}"


def told(doubts: Doubts) -> str:
    """What was put in doubt, in a sentence."""
    return (
        f"Messages that may be out already and are looked up, or held where the platform cannot tell: "
        f"{doubts.looked_up}; replies that are held: {doubts.held}; events set aside: {doubts.aside}."
    )


async def show(url: str) -> str:
    """Say whether restore mode is on, and what is left to do."""
    async with beside(url) as database:
        async with database.look_everywhere() as looking:
            found = await restoration.find(looking)
            late = await restoration.not_visited(looking)
        if found is None:
            return "Restore mode is off."
        since, put_back = await _moments(database, found)
        if found.at is None:
            return f"This is a backup that knows nothing after {since}. Restore mode begins when it is served."
        async with database.read(await tenant_of(database)) as store:
            held = await interventions.counts(store, Chosen((State.UNSURE, State.HELD)))
    left = ", ".join(f"{count} {state.value}" for state, count in sorted(held.items())) or "none"
    due = f"\nTeams for which the time between is not caught up with yet: {late}." if late else ""
    return (
        f"{ON}: the backup knows nothing after {since}, and was put back {put_back}.{due}\n"
        f"Messages unsure or held: {left}. {NEXT}"
    )


async def _moments(database: Database, found: restoration.Restored) -> tuple[str, str]:
    """When the backup ends and when it was put back: in UTC, and by the schools' clock where all have the same."""
    async with database.read(await tenant_of(database)) as store:
        calendars = {each.calendar.zone: each.calendar for each in await records.load(store, School)}
    calendar = calendars.popitem()[1] if len(calendars) == 1 else None
    return _moment(found.since, calendar), _moment(found.at or found.since, calendar)


def _moment(at: datetime, calendar: SchoolCalendar | None) -> str:
    local = f" ({calendar.local(at):%Y-%m-%d %H:%M} in {calendar.zone})" if calendar else ""
    return f"{at:%Y-%m-%d %H:%M} UTC{local}"


async def left(url: str) -> int:
    """For how many teams the time between is not caught up with yet; raises NotRestored where it is off."""
    async with beside(url) as database, database.look_everywhere() as looking:
        if await restoration.find(looking) is None:
            raise NotRestored("Restore mode is not on.")
        return await restoration.not_visited(looking)


async def end(url: str) -> str:
    """Turn restore mode off; what is held stays held."""
    async with beside(url, writes=True) as database, database.everywhere() as everyone:
        if await restoration.find(everyone) is None:
            raise NotRestored("Restore mode is not on.")
        await restoration.end(everyone)
    return "Restore mode is off: new messages go out again. What is held stays so until you release or cancel it."
