"""Puts the staff of a OneRoster export on record: people without a team, and their schools."""

from collections.abc import Callable
from dataclasses import dataclass

from flows.calendar import SchoolCalendar
from flows.founding import school_year
from flows.people import Member, Membership, Role, School, Team
from storage import people, records
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
    team: Team | None = None
    """the team that was named"""
    places: tuple[Membership, ...] = ()
    """of those who are new on it"""

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
        elsewhere = ", staff of other schools" if export.only else ""
        lines.append(f"{others} left out: students, guardians, those who have left{elsewhere}.")
        lines.append(self._team())
        return "\n".join(lines)

    def _team(self) -> str:
        """Where they are now, or how they come onto a team."""
        if self.team is None:
            return "They are on no team yet: an administrator adds them in the chat, with: team add NAME ROLE"
        beyond = "asked its decisions for the whole staff, and nothing else"
        return f"{self.team.name}: {len(self.places):,} new as staff beyond the team, {beyond}. Who was on it stays."


def _new_school(school: School) -> str:
    (term,) = school.calendar.terms
    until = f"its calendar is a placeholder, {term.first} to {term.last} without a holiday"
    return f'{school.name} is new; {until}, until you import its own: calendar import FILE --school "{school.name}"'


async def compare(store: Store, export: Export, zone: str, ids: Callable[[], str], team: str = "") -> Added:
    """Return what is new; raises RosterError where a new school has no time zone, or no team has that name.

    With `team` they come onto it as staff beyond the team: a leadership team is a few of them, whom people choose.
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
    if not team:
        return Added(members, schools, export)
    onto = await _team_called(store, team, export.only)
    return Added(members, schools, export, onto, await _places(store, onto, export, members))


async def keep(store: Store, export: Export, zone: str, ids: Callable[[], str], team: str = "") -> Added:
    """Put what is new on record and return it."""
    for each in await records.load(store, Team) if team else ():
        await people.lock_team(store, each.id)
    added = await compare(store, export, zone, ids, team)
    await records.keep(store, *added.schools, *added.members, *added.places)
    return added


async def _team_called(store: Store, name: str, school: str) -> Team:
    """The one team with this name, in this school if one is given; raises RosterError with those that there are."""
    schools = {each.id: each.name for each in await records.load(store, School)}
    known = await records.load(store, Team)
    teams = [each for each in known if school.casefold() in ("", schools[each.school].casefold())]
    named = [each for each in teams if each.name.casefold() == name.strip().casefold()]
    if len(named) != 1:
        there = ", ".join(sorted(f"{each.name} ({schools[each.school]})" for each in teams)) or "none"
        if named:
            raise RosterError(f"More than one team is called {name}: {there}. Say which with --school NAME.")
        raise RosterError(f"No team is called {name}. On record: {there}. A roster file or the chat founds one first.")
    return named[0]


async def _places(store: Store, team: Team, export: Export, new: tuple[Member, ...]) -> tuple[Membership, ...]:
    """The places of those who were never on the team, after everybody else."""
    ids = {each.email.casefold(): each.id for each in (*await records.load(store, Member), *new) if each.email}
    known = [each for each in await records.load(store, Membership) if each.team == team.id]
    fresh = [id for each in export.staff if (id := ids[each.email]) not in {place.member for place in known}]
    last = max((each.position for each in known), default=-1)
    return tuple(Membership(team.id, id, (Role.STAFF,), last + number) for number, id in enumerate(fresh, 1))
