"""Puts the staff of a OneRoster export on record: people without a team, and their schools."""

from collections.abc import Callable
from dataclasses import dataclass

from flows.calendar import SchoolCalendar
from flows.founding import school_year
from flows.people import Member, School
from storage import records
from storage.store import Store

from .oneroster import Export
from .roster_import import RosterError
from .time_zones import parse_zone


@dataclass(frozen=True, slots=True)
class Added:
    """What an import put on record, or would."""

    members: tuple[Member, ...]
    schools: tuple[School, ...]
    export: Export

    def __str__(self) -> str:
        people = len(self.export.staff)
        lines = [
            f"{people:,} of the staff at {len(self.export.schools):,} schools: {len(self.members):,} new.",
            *(f"{school.name} is new." for school in self.schools),
            f"{self.export.left_out:,} others (students, guardians, who has left) were left out.",
            "They are on no team yet: an administrator puts them on one in the chat, with: team add NAME ROLE",
        ]
        return "\n".join(lines)


async def compare(store: Store, export: Export, zone: str, ids: Callable[[], str]) -> Added:
    """Return what is new; raises RosterError where a new school has no time zone.

    Who is on record, by e-mail, stays as they are: their account tells their name, and their team what they do.
    """
    emails = {each.email.casefold() for each in await records.load(store, Member)}
    names = {each.name.casefold() for each in await records.load(store, School)}
    fresh = [name for name in export.schools if name.casefold() not in names]
    if fresh and not zone:
        raise RosterError(
            f"New schools need a time zone, which OneRoster does not tell: {', '.join(fresh)}. "
            "Add one, like: --time-zone America/New_York"
        )
    zone = parse_zone(zone) if fresh else ""
    term = school_year(store.school_time.date())
    schools = tuple(School(ids(), name, SchoolCalendar(zone, (term,))) for name in fresh)
    members = tuple(Member(ids(), each.name, each.email) for each in export.staff if each.email not in emails)
    return Added(members, schools, export)


async def keep(store: Store, export: Export, zone: str, ids: Callable[[], str]) -> Added:
    """Put what is new on record and return it."""
    added = await compare(store, export, zone, ids)
    await records.keep(store, *added.schools, *added.members)
    return added
