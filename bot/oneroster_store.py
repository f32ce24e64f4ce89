"""Puts the staff of a OneRoster export on record: people without a team, and their schools."""

from collections.abc import Callable
from dataclasses import dataclass

from flows.calendar import SchoolCalendar
from flows.founding import school_year
from flows.people import Member, School
from storage import records
from storage.store import Store

from .oneroster import USERS, Export
from .roster_import import RosterError
from .time_zones import parse_zone

_LIKE = "Add one, like: --time-zone America/New_York"
ADD_ZONE = f"New schools need a time zone, which OneRoster does not tell. {_LIKE}"


@dataclass(frozen=True, slots=True)
class Added:
    """What an import put on record, or would."""

    members: tuple[Member, ...]
    schools: tuple[School, ...]
    export: Export

    def __str__(self) -> str:
        export = self.export
        where = f"{len(export.schools):,} school{'' if len(export.schools) == 1 else 's'}"
        named = f" ({', '.join(export.schools)})" if export.schools else ""
        lines = [f"{len(export.staff):,} of the staff at {where}{named}: {len(self.members):,} new."]
        lines += map(_new_school, self.schools)
        if export.without_email:
            count, listed = len(export.without_email), ", ".join(map(str, export.without_email))
            lines.append(f"{count:,} of the staff without an e-mail left out: email is empty in {USERS} line {listed}.")
        others = "1 other was" if export.left_out == 1 else f"{export.left_out:,} others were"
        lines.append(f"{others} left out: students, guardians, those who have left.")
        lines.append("They are on no team yet: an administrator adds them in the chat, with: team add NAME ROLE")
        return "\n".join(lines)


def _new_school(school: School) -> str:
    (term,) = school.calendar.terms
    until = f"its calendar is a placeholder, {term.first} to {term.last} without a holiday"
    return f'{school.name} is new; {until}, until you import its own: calendar import FILE --school "{school.name}"'


async def compare(store: Store, export: Export, zone: str, ids: Callable[[], str]) -> Added:
    """Return what is new; raises RosterError where a new school has no time zone.

    Who is on record, by e-mail, stays as they are: their account tells their name, and their team what they do.
    """
    emails = {each.email.casefold() for each in await records.load(store, Member)}
    names = {each.name.casefold() for each in await records.load(store, School)}
    fresh = [name for name in export.schools if name.casefold() not in names]
    if fresh and not zone:
        raise RosterError(f"New schools need a time zone, which OneRoster does not tell: {', '.join(fresh)}. {_LIKE}")
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
