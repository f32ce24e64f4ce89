"""The commands about a school's time: hours, public holidays, what is in force, and holding everything up."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence, Set
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, time

from flows import closures, holds
from flows.calendar import (
    WEEKDAYS,
    CalendarError,
    Closure,
    HalfDay,
    Hours,
    SchoolCalendar,
    parse_time,
    parse_weekday,
)
from flows.people import DISTRICT, Hold, School
from flows.public_holidays import public_holidays
from storage import records
from storage.database import Database
from storage.migration import migrate
from storage.store import Store

from . import auditing
from .calendar_import import CalendarImportError
from .files import beside, district, look_again, names_of, schools_called, tenant_of

NOON = time(12)
_HELD = "Nothing is started and no deadline passes until `leadcycle resume`; whoever writes is answered, alone."


class NotHeld(Exception):
    """What is to be held is on hold, or what is to go on is not; the message says which."""


async def hours(url: str, opens: str, closes: str, weekdays: str, school: str) -> str:
    """Set the contract hours, and the days of the week with school where they are given."""
    times = _times(opens, closes)
    days = _weekdays(weekdays) if weekdays else None
    async with _changing(url) as store:
        found = await schools_called(store, school, lock=True)
        changed = [
            replace(each, calendar=replace(each.calendar, hours=times, weekdays=days or each.calendar.weekdays))
            for each in found
        ]
        await records.keep(store, *changed)
        await look_again(store, {each.id for each in changed})
    return f"{names_of(changed)}: {_hours(changed[0].calendar)}."


def _times(opens: str, closes: str) -> Hours:
    """The hours; raises CalendarError, with a question where an afternoon was written like a morning."""
    times = Hours(parse_time(opens), parse_time(closes))
    if times.closes <= times.opens < NOON:
        meant = time(times.closes.hour + 12, times.closes.minute)
        raise CalendarError(
            f"School cannot close at {times.closes:%H:%M}: it opens at {times.opens:%H:%M}. Did you mean {meant:%H:%M}?"
        )
    return times


def _weekdays(words: str) -> frozenset[int]:
    """The days of "Mon-Fri" or "Mon, Tue, Thu"; raises CalendarError."""
    days: set[int] = set()
    for part in words.split(","):
        first, dash, last = part.partition("-")
        begin = parse_weekday(first)
        end = parse_weekday(last) if dash else begin
        if end < begin:
            raise CalendarError(f'"{part.strip()}" ends before it begins. Write it like Mon-Fri or Mon, Tue, Thu.')
        days.update(range(begin, end + 1))
    return frozenset(days)


async def holidays(url: str, country: str, state: str, school: str, check: bool) -> str:
    """Close the public holidays to come that fall on a school day of the terms on record, beside what is closed."""
    async with _looking(url) if check else _changing(url) as store:
        found = await schools_called(store, school, lock=not check)
        today = store.school_time
        changed = [_with_holidays(each, country, state, each.calendar.local_date(today)) for each in found]
        if not check:
            await records.keep(store, *changed)
            await look_again(store, {each.id for each in changed})
    lines = [line for before, after in zip(found, changed, strict=True) for line in _added(before, after, check)]
    return "\n".join([*lines, "Nothing was changed."] if check else lines)


def _with_holidays(school: School, country: str, state: str, today: date) -> School:
    calendar = school.calendar
    if not calendar.terms:
        raise CalendarImportError(f"{school.name} has no terms yet, so no holiday falls into one. Import them first.")
    years = range(min(each.first for each in calendar.terms).year, max(each.last for each in calendar.terms).year + 1)
    found = public_holidays(years, country, state)
    closed = [each for each in found if each.first >= today and calendar.is_open(each.first)]
    return replace(school, calendar=replace(calendar, closures=(*calendar.closures, *closed)))


def _added(before: School, after: School, check: bool) -> Iterator[str]:
    new = after.calendar.closures[len(before.calendar.closures) :]
    would = "would be closed" if check else "is closed now"
    yield f"{before.name}: {len(new)} public holidays on school days." if new else f"{before.name}: nothing to add."
    yield from (f"  {each.first} {WEEKDAYS[each.first.weekday()]}: {each.name} ({would})" for each in new)


async def show(url: str, school: str) -> str:
    """What is in force: zone, hours, terms, what is closed next, and whether anything is on hold."""
    async with _looking(url) as store:
        held = [each for each in await records.load(store, Hold) if each.ended_at is None]
        return "\n\n".join(
            "\n".join(_shown(each, each.calendar.local_date(store.school_time), held))
            for each in await schools_called(store, school)
        )


def _shown(school: School, today: date, held: Iterable[Hold]) -> Iterator[str]:
    calendar = school.calendar
    yield school.name
    yield f"  today         {today} {WEEKDAYS[today.weekday()]}, school is {_open(calendar, today)}"
    yield f"  time zone     {calendar.zone}"
    yield f"  hours         {_hours(calendar)}"
    yield from (f"  term          {term.first} to {term.last}" for term in calendar.terms)
    for each in closures.coming(calendar, today):
        match each:
            case Closure(first, last, name):
                yield f"  closed        {first}{f' to {last}' if last != first else ''}: {name}"
            case HalfDay(day, closes):
                yield f"  half day      {day}: closes at {closes:%H:%M}"
    for hold in held:
        if hold.scope in (DISTRICT, school.id):
            why = f": {hold.reason}" if hold.reason else ""
            yield f"  on hold       since {calendar.local(hold.since):%Y-%m-%d %H:%M}{why}"


def _open(calendar: SchoolCalendar, today: date) -> str:
    return "open" if calendar.is_open(today) else "closed"


def _hours(calendar: SchoolCalendar) -> str:
    days = ", ".join(WEEKDAYS[number][:3] for number in sorted(calendar.weekdays))
    return f"{calendar.hours.opens:%H:%M} to {calendar.hours.closes:%H:%M} on {days}"


async def require_not_held(url: str, school: str) -> None:
    """Raise CalendarImportError where there is no such school, and NotHeld where it is on hold already."""
    async with _looking(url) as store:
        await _to_hold(store, school, await schools_called(store, school))


async def hold(url: str, school: str, reason: str) -> str:
    """Hold up everything of one school, or without a name of the whole district; raises NotHeld if it is already."""
    async with _at_once(url) as store:
        found = await schools_called(store, school, lock=True)
        scope = await _to_hold(store, school, found)
        await records.keep(store, Hold(scope, store.school_time, "", reason))
        await look_again(store, {each.id for each in found})
    return f"{school or 'The whole district'} is on hold. {_HELD}"


async def _to_hold(store: Store, school: str, found: Sequence[School]) -> str:
    """The scope of a hold of this school, or without a name of the district; raises NotHeld where one stands."""
    scope = found[0].id if school else DISTRICT
    if any(each.ended_at is None for each in await records.load(store, Hold, scope=scope)):
        raise NotHeld(f"{school or 'The whole district'} is on hold already. {end_of_hold(school)} ends it.")
    return scope


def end_of_hold(school: str = "") -> str:
    """The command that ends this school's own hold, or the district's, as it is typed."""
    name = f'"{school}"' if " " in school else school
    return f"`leadcycle resume --school {name}`" if school else "`leadcycle resume`"


async def resume(url: str, school: str) -> str:
    """End a school's own hold, or without a name the district's; raises NotHeld where there is no such hold."""
    async with _at_once(url) as store:
        found = await schools_called(store, school, lock=True)
        standing = [each for each in await records.load(store, Hold) if each.ended_at is None]
        scope = found[0].id if school else DISTRICT
        wanted = [each for each in standing if each.scope == scope]
        if not wanted:
            raise NotHeld(_not_held(found, school, {each.scope for each in standing}))
        await records.keep(store, *(holds.ended(each, "", store.school_time) for each in wanted))
        await look_again(store, {each.id for each in await schools_called(store)})
    ended = {each.scope for each in wanted}
    return "\n".join(_resumed(found, ended, {each.scope for each in standing} - ended))


def _resumed(schools: Sequence[School], ended: Set[str], held: Set[str]) -> Iterator[str]:
    """What goes on, and what stays on hold: schools by a hold of their own, or all with the district."""
    over = [each for each in schools if {each.id, DISTRICT} & ended]
    if DISTRICT in held:
        yield f"The hold of {names_of(over)} is over. The whole district is on hold until `leadcycle resume`."
        return
    if on := [each for each in over if each.id not in held]:
        yield f"{names_of(on)}: it goes on. Nothing stale is sent, and the weeks on hold do not count."
    if stay := [each for each in over if each.id in held]:
        yield _on_their_own(stay)


def _on_their_own(held: Sequence[School]) -> str:
    """Which schools are on hold by holds of their own, and what ends each."""
    ends = "\n".join(f"  {end_of_hold(each.name)}" for each in held)
    return f"Still on hold on their own: {names_of(held)}. This ends it:\n{ends}"


def _not_held(schools: Sequence[School], school: str, held: Set[str]) -> str:
    """What stands instead of the hold that was to end."""
    if school:
        with_all = f"on hold with the whole district. {end_of_hold()} without --school ends that."
        return f"{school} is {with_all if DISTRICT in held else 'not on hold.'}"
    own = [each for each in schools if each.id in held]
    return f"The whole district is not on hold. {_on_their_own(own)}" if own else "Nothing is on hold."


@asynccontextmanager
async def _changing(url: str) -> AsyncIterator[Store]:
    """One transaction in the tables of this version."""
    async with Database(url) as database:
        await migrate(database)
        async with database.begin(await district(database)) as store, auditing.watched(store):
            yield store


@asynccontextmanager
async def _at_once(url: str) -> AsyncIterator[Store]:
    """One transaction in the tables as they are, also beside a running service: a hold cannot wait for a stop."""
    async with (
        beside(url, writes=True) as database,
        database.begin(await district(database)) as store,
        auditing.watched(store),
    ):
        yield store


@asynccontextmanager
async def _looking(url: str) -> AsyncIterator[Store]:
    """The database as it is, also beside a running service."""
    async with beside(url) as database, database.read(await tenant_of(database)) as store:
        yield store
