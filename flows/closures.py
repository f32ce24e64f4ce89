"""Closures that somebody announces: the school is closed, closes early, or is open after all."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from .calendar import Closure, HalfDay, SchoolCalendar
from .dates import with_year
from .outcome import Refused
from .people import Member, School
from .room import Room

LONGEST = timedelta(days=120)
"""What lasts longer is a term that is missing, or a mistyped year."""
MOST_SHOWN = 8
_DAY = timedelta(days=1)


def close(room: Room, first: date, last: date, name: str, now: datetime) -> School:
    """The school without these days, as is said now; raises Refused where it has none of them anyway."""
    if last < first:
        raise Refused(room.say("closure.ends_before"), "last")
    if last - first > LONGEST:
        raise Refused(room.say("closure.too_long"), "last")
    _require_school(room, first, last)
    closures = (*room.calendar.closures, Closure(first, last, name, announced=True, said_at=now))
    return _with(room, replace(room.calendar, closures=closures))


def early(room: Room, day: date, closes: time) -> School:
    """The school that closes at this time on that day; raises Refused on a closed day or outside its hours."""
    hours = room.calendar.hours
    _require_school(room, day, day)
    if not hours.opens < closes < hours.closes:
        raise Refused(room.say("closure.early_in_hours", opens=hours.opens, closes=hours.closes), "early")
    others = tuple(half for half in room.calendar.half_days if half.day != day)
    half_days = (*others, HalfDay(day, closes, announced=True))
    return _with(room, replace(room.calendar, half_days=half_days))


def given_back(calendar: SchoolCalendar, at: datetime, set_at: datetime) -> datetime:
    """A deadline that was set then, with as many school days as have been closed since before it was over.

    Raises SchoolYearOver where so many do not follow.
    """
    first, last = calendar.local_date(set_at), calendar.local_date(at)
    if set_at >= calendar.at(first, calendar.hours.closes):
        first += _DAY
    since = [each for each in calendar.closures if each.said_at and set_at < each.said_at < at]
    taken = {day for each in since for day in _days(max(each.first, first), min(each.last, last))}
    if not taken:
        return at
    before = replace(calendar, closures=tuple(each for each in calendar.closures if each not in since))
    count = sum(map(before.is_open, taken))
    hours = calendar.hours_on(calendar.add_school_days(last, count))
    return hours[1] if count and hours else at


def reopen(room: Room, first: date, last: date) -> School:
    """The school that is open on these days, all day; raises Refused where that changes nothing."""
    closures = tuple(part for each in room.calendar.closures for part in _without(each, first, last))
    half_days = tuple(half for half in room.calendar.half_days if not first <= half.day <= last)
    changed = _with(room, replace(room.calendar, closures=closures, half_days=half_days))
    days = list(_days(first, last))
    if all(room.calendar.hours_on(day) == changed.calendar.hours_on(day) for day in days):
        said = "closure.open_anyway" if all(map(room.calendar.is_open, days)) else "closure.no_term"
        raise Refused(room.say(said, days=spell(room, first, last)))
    return changed


def coming(calendar: SchoolCalendar, today: date) -> tuple[Closure | HalfDay, ...]:
    """The next closures and half days that are not over, in their order."""
    found: list[Closure | HalfDay] = [each for each in calendar.closures if each.last >= today]
    found += [half for half in calendar.half_days if half.day >= today and calendar.is_open(half.day)]
    return tuple(sorted(found, key=_first)[:MOST_SHOWN])


def spell(room: Room, first: date, last: date, member: Member | None = None) -> str:
    """The days for people: one, or the first and the last."""
    if first == last:
        return room.say("closure.on_day", member, day=first)
    return room.say("closure.on_days", member, first=first, last=last)


def _require_school(room: Room, first: date, last: date) -> None:
    """Raise Refused where there is no school on any of these days, or where the calendar does not reach them."""
    if any(map(room.calendar.is_open, _days(first, last))):
        return
    end, phrases = room.calendar.last_day, room.phrases()
    if end and first > end:
        told = room.say("closure.calendar_ends", day=with_year(first, phrases), last=with_year(end, phrases))
        raise Refused(told, "first")
    raise Refused(room.say("closure.closed_anyway", days=spell(room, first, last)), "first")


def _first(each: Closure | HalfDay) -> date:
    return each.first if isinstance(each, Closure) else each.day


def _with(room: Room, calendar: SchoolCalendar) -> School:
    return replace(room.school, calendar=calendar)


def _without(closure: Closure, first: date, last: date) -> Iterator[Closure]:
    """What is left of a closure on both sides of these days."""
    if closure.first < first:
        yield replace(closure, last=min(closure.last, first - _DAY))
    if closure.last > last:
        yield replace(closure, first=max(closure.first, last + _DAY))


def _days(first: date, last: date) -> Iterator[date]:
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))
