"""The sample school: what the practice school, the told demo and many tests start from."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from flows.calendar import Closure, HalfDay, Hours, SchoolCalendar, Span
from flows.people import Channel, Member, Membership, Role, School, Team
from storage import installations, people, records
from storage.addresses import Identity
from storage.installations import Installation
from storage.store import Store

PLATFORM = "practice"
WORKSPACE = "practice"
TENANT = "practice"

CALENDAR = SchoolCalendar(
    zone="America/New_York",
    terms=(Span(date(2026, 8, 17), date(2027, 1, 15)), Span(date(2027, 1, 19), date(2027, 6, 11))),
    closures=(
        Closure(date(2026, 9, 7), date(2026, 9, 7), "Labor Day"),
        Closure(date(2026, 11, 25), date(2026, 11, 27), "Thanksgiving break"),
        Closure(date(2026, 12, 21), date(2027, 1, 1), "Winter break"),
        Closure(date(2027, 2, 15), date(2027, 2, 19), "February break"),
        Closure(date(2027, 4, 5), date(2027, 4, 9), "Spring break"),
        Closure(date(2027, 5, 31), date(2027, 5, 31), "Memorial Day"),
    ),
    half_days=(HalfDay(date(2027, 3, 26), time(12, 0)),),
    hours=Hours(time(7, 30), time(15, 30)),
)
"""Two terms with breaks; ten open weeks from February 1, 2027 cross two breaks and a change of the clock."""

TWO_YEARS = replace(
    CALENDAR,
    terms=(*CALENDAR.terms, Span(date(2027, 8, 16), date(2028, 6, 9))),
    closures=(
        *CALENDAR.closures,
        Closure(date(2027, 9, 6), date(2027, 9, 6), "Labor Day"),
        Closure(date(2027, 11, 24), date(2027, 11, 26), "Thanksgiving break"),
        Closure(date(2027, 12, 20), date(2027, 12, 31), "Winter break"),
    ),
)
"""The practice school's calendar goes on after the summer, so that a second cycle has its weeks."""

FIRST_DAY = date(2027, 2, 1)
"""The Monday on which the sample cycle starts."""
START = f"cycle start {FIRST_DAY} 10 weeks confirmed"
"""What the facilitator says who has seen its first week and starts it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the sample people."""

    id: str
    name: str
    roles: tuple[Role, ...]
    job: str


PARTS = (
    Part("lena", "Lena Ortiz", (Role.ADMINISTRATOR,), "principal"),
    Part("ana", "Ana Ruiz", (Role.TEACHER, Role.HYBRID, Role.FACILITATOR), "teacher, facilitator"),
    Part("ben", "Ben Carter", (Role.TEACHER,), "science teacher"),
    Part("sam", "Sam Lee", (Role.SUPPORT,), "school counselor"),
)
TEAM = Team("riverside", "riverside", "Riverside leadership team", meeting_weekday=2)
CHANNEL = "riverside-leadership"


def opening(now_date: date = FIRST_DAY) -> datetime:
    """The moment at which the sample school's day begins."""
    hours = CALENDAR.hours_on(now_date)
    assert hours is not None
    return hours[0]


async def found_school(store: Store) -> None:
    """Put the sample school, its team and its practice accounts on record."""
    await found_district(store, TWO_YEARS)
    await found_team(store, TEAM, PARTS, CHANNEL)


async def found_district(store: Store, calendar: SchoolCalendar = CALENDAR) -> None:
    """Put the sample district and its school on record, without anybody in it."""
    await people.found_tenant(store, "Riverside school district", practice=True)
    await installations.install(store, PLATFORM, Installation(WORKSPACE))
    await records.keep(store, School("riverside", "Riverside Middle School", calendar))


async def found_team(store: Store, team: Team, parts: tuple[Part, ...], channel: str) -> None:
    """Put one team with its people, their practice accounts and its channel on record."""
    await records.keep(store, team)
    await records.keep(store, *(Member(part.id, part.name) for part in parts))
    await records.keep(store, *(Membership(team.id, part.id, part.roles, place) for place, part in enumerate(parts)))
    await records.keep(store, *(Identity(part.id, PLATFORM, WORKSPACE, part.id, f"direct-{part.id}") for part in parts))
    await records.keep(store, Channel(team.id, PLATFORM, WORKSPACE, channel))
