"""School time: which days are open, which hours are worked, and which day is five school days from now."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LAST_HOUR = timedelta(hours=1)
"""How long before closing `clamp` puts what was due later: on a half day people need time to answer, too."""
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::00)?", re.ASCII)
_HALF_TIME = re.compile(r"(0?[1-9]|1[0-2])(?::([0-5]\d)(?::00)?)?\s*([ap])\.?\s?m\.?", re.ASCII)


class CalendarError(Exception):
    """A calendar, a weekday or a time that cannot be meant; the message is a sentence to act on."""


class SchoolYearOver(CalendarError):
    """No open day follows in the calendar: the next terms have to be imported."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a term, first and last included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Closure:
    """Days without school, first and last included."""

    first: date
    last: date
    name: str
    announced: bool = False
    """whether somebody said it in the chat; a calendar file does not replace it"""
    said_at: datetime | None = None
    """when they did; what was promised before kept its school days"""


@dataclass(frozen=True, slots=True)
class HalfDay:
    """A day on which school closes early, at this wall time."""

    day: date
    closes: time
    announced: bool = False
    """as of a closure"""


@dataclass(frozen=True, slots=True)
class Hours:
    """Contract hours: the wall times at which the bot may start to write and has to stop."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class SchoolCalendar:
    """When a school is open: days are the school's dates, instants are aware and come back in UTC.

    Raises `CalendarError` for an unknown zone, a term or closure that ends before it starts, and a day
    that closes before it opens. Of two half days on one date the shorter counts, a closure more than both.
    """

    zone: str
    """IANA name, such as America/New_York"""
    terms: tuple[Span, ...]
    closures: tuple[Closure, ...] = ()
    half_days: tuple[HalfDay, ...] = ()
    hours: Hours = Hours(time(7, 30), time(15, 30))
    weekdays: frozenset[int] = frozenset({0, 1, 2, 3, 4})
    """the days of the week with school, Monday = 0"""
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _days: tuple[date, ...] = field(init=False, repr=False, compare=False)
    """every open day in order, so that each question about days is a bisection"""
    _weeks: tuple[date, ...] = field(init=False, repr=False, compare=False)
    """the Monday of each week with an open day"""
    _early: Mapping[date, time] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _require_hours(self)
        longest_first = sorted(self.half_days, key=lambda half: half.closes, reverse=True)
        object.__setattr__(self, "_zone", _zone(self.zone))
        days = _open_days(self.terms, tuple((shut.first, shut.last) for shut in self.closures), self.weekdays)
        object.__setattr__(self, "_days", days)
        object.__setattr__(self, "_weeks", _weeks(days))
        object.__setattr__(self, "_early", {half.day: half.closes for half in longest_first})

    def is_open(self, day: date) -> bool:
        """Tell whether there is school: a weekday of the calendar, in a term and in no closure."""
        index = bisect_left(self._days, day)
        return index < len(self._days) and self._days[index] == day

    @property
    def last_day(self) -> date | None:
        """The last day with school that the calendar knows."""
        return self._days[-1] if self._days else None

    def hours_on(self, day: date) -> tuple[datetime, datetime] | None:
        """Return the instants (UTC) at which contract hours begin and end, or None on a closed day."""
        return self._hours(day) if self.is_open(day) else None

    def local(self, instant: datetime) -> datetime:
        """Return the instant in the school's zone; `CalendarError` when it names no zone itself."""
        if instant.tzinfo is None:
            raise CalendarError(f"{instant} is no instant: it has no time zone.")
        return instant.astimezone(self._zone)

    def local_date(self, instant: datetime) -> date:
        """Return the date at school at that instant."""
        return self.local(instant).date()

    def at(self, day: date, wall: time) -> datetime:
        """Return the instant (UTC) at which clocks at school show `wall` on `day`.

        A time that comes twice means the first, a time that clocks skip moves forward by the gap
        (as in RFC 5545, 3.3.5); only a gap that touches midnight moves it to another date.
        """
        return _instant(day, wall, self._zone)

    def is_working(self, instant: datetime) -> bool:
        """Tell whether the instant is in contract hours: the opening is, the closing is not."""
        hours = self.hours_on(self.local_date(instant))
        return hours is not None and hours[0] <= instant < hours[1]

    def next_working(self, instant: datetime) -> datetime:
        """Return the instant itself in contract hours, else the next opening; or raise `SchoolYearOver`."""
        day = self.add_school_days(self.local_date(instant), 0)
        opens, closes = self._hours(day)
        while max(instant, opens) >= closes:
            day = self.add_school_days(day, 1)
            opens, closes = self._hours(day)
        return max(instant, opens)

    def add_school_days(self, day: date, n: int) -> date:
        """Return the n-th open day after `day` (before it, if negative); 0: itself if open, else the next.

        Raises `SchoolYearOver` after the last open day and `CalendarError` before the first.
        """
        index = bisect_right(self._days, day) + n - 1 if n > 0 else bisect_left(self._days, day) + n
        if index < 0:
            raise CalendarError(f"The calendar has fewer than {-n} school days before {day}.")
        if index >= len(self._days):
            end = f"ends on {self._days[-1]}" if self._days else "has no school day"
            raise SchoolYearOver(f"The calendar {end}; {day} needs later days. Import the next terms.")
        return self._days[index]

    def school_days_between(self, first: date, last: date) -> int:
        """Count the open days after `first` up to and with `last`; negative when `last` is earlier.

        It undoes `add_school_days`: the n-th open day after a day is n school days from it.
        """
        bisect = bisect_left if last < first else bisect_right
        return bisect(self._days, last) - bisect(self._days, first)

    def open_weeks(self, start: date) -> Iterator[date]:
        """Yield the Monday of each week with an open day, from the week of `start` to the end of terms."""
        yield from self._weeks[bisect_left(self._weeks, _monday(start)) :]

    def day_in_week(self, monday: date, weekday: int) -> date | None:
        """Return the weekday of that week if open, else the nearest open day before it, else after it."""
        days = (_monday(monday) + timedelta(days=number) for number in range(7))
        week = [day for day in days if self.is_open(day)]
        before = [day for day in week if day.weekday() <= weekday]
        return before[-1] if before else week[0] if week else None

    def meeting_in(self, monday: date, weekday: int) -> date | None:
        """Return the day of a meeting on that weekday in that week: a closed one moves it to the next open day.

        Only where none is left in the week it is on an earlier day: a storm moves no meeting into the past.
        """
        later = (_monday(monday) + timedelta(days=number) for number in range(weekday, 7))
        return next(filter(self.is_open, later), None) or self.day_in_week(monday, weekday)

    def clamp(self, day: date, wall: time) -> datetime:
        """Return `at`, but not before the day's opening; what would come after its end comes `LAST_HOUR` before it.

        Raises `CalendarError` on a closed day.
        """
        if not self.is_open(day):
            raise CalendarError(f"{WEEKDAYS[day.weekday()]} {day} is not a school day.")
        opens, closes = self._hours(day)
        wanted = self.at(day, wall)
        return max(opens, wanted if wanted < closes else closes - LAST_HOUR)

    def _hours(self, day: date) -> tuple[datetime, datetime]:
        closes = min(self.hours.closes, self._early.get(day, self.hours.closes))
        return self.at(day, self.hours.opens), self.at(day, closes)


def parse_weekday(text: str) -> int:
    """Return 0 for "Monday" to 6 for "Sunday", also for "Mon." or "Mondays"; else `CalendarError`."""
    word = text.strip().casefold().rstrip(".").removesuffix("s")
    for number, name in enumerate(WEEKDAYS):
        if len(word) >= 3 and name.casefold().startswith(word):
            return number
    raise CalendarError(f'"{text}" is not a day of the week. Write it like Friday.')


def parse_time(text: str) -> time:
    """Return the wall time of "14:30", "2:30 pm" or "2 pm"; else `CalendarError`."""
    word = text.strip().casefold()
    if match := _TIME.fullmatch(word):
        return time(int(match[1]), int(match[2]))
    if match := _HALF_TIME.fullmatch(word):
        return time(int(match[1]) % 12 + 12 * (match[3] == "p"), int(match[2] or 0))
    raise CalendarError(f'"{text}" is not a time of day. Write it like 14:30 or 2:30 pm.')


def to_json(calendar: SchoolCalendar) -> dict[str, Any]:
    """Return the calendar as plain JSON values, for storage; days and times are in ISO form."""
    return {
        "zone": calendar.zone,
        "terms": [[str(term.first), str(term.last)] for term in calendar.terms],
        "closures": [_stored(shut) for shut in calendar.closures],
        "half_days": [[str(half.day), str(half.closes), half.announced] for half in calendar.half_days],
        "hours": [str(calendar.hours.opens), str(calendar.hours.closes)],
        "weekdays": sorted(calendar.weekdays),
    }


def from_json(stored: Mapping[str, Any]) -> SchoolCalendar:
    """Return the calendar that `to_json` stored."""
    day, wall = date.fromisoformat, time.fromisoformat
    return SchoolCalendar(
        zone=stored["zone"],
        terms=tuple(Span(day(first), day(last)) for first, last in stored["terms"]),
        closures=tuple(_closure(*each) for each in stored["closures"]),
        half_days=tuple(HalfDay(day(when), wall(closes), *rest) for when, closes, *rest in stored["half_days"]),
        hours=Hours(*map(wall, stored["hours"])),
        weekdays=frozenset(stored["weekdays"]),
    )


def _stored(shut: Closure) -> list[Any]:
    said_at = shut.said_at.isoformat() if shut.said_at else None
    return [str(shut.first), str(shut.last), shut.name, shut.announced, said_at]


def _closure(first: str, last: str, name: str, announced: bool = False, said_at: str | None = None) -> Closure:
    moment = datetime.fromisoformat(said_at) if said_at else None
    return Closure(date.fromisoformat(first), date.fromisoformat(last), name, announced, moment)


def _require_hours(calendar: SchoolCalendar) -> None:
    opens = calendar.hours.opens
    for closes in (calendar.hours.closes, *(half.closes for half in calendar.half_days)):
        if closes <= opens:
            raise CalendarError(f"School cannot close at {closes:%H:%M}: it opens at {opens:%H:%M}.")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as unknown:
        raise CalendarError(f'"{name}" is no time zone. Write it like America/New_York.') from unknown


@lru_cache(4096)
def _instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """An instant of school time: each look at what is due asks for the same few."""
    return datetime.combine(day, wall.replace(fold=0), zone).astimezone(UTC)


@lru_cache(64)
def _open_days(
    terms: tuple[Span, ...], shut: tuple[tuple[date, date], ...], weekdays: frozenset[int]
) -> tuple[date, ...]:
    """Every open day; a school's calendar is read for each room, and asks for the same days again and again."""
    held = {day for term in terms for day in _days(term.first, term.last) if day.weekday() in weekdays}
    return tuple(sorted(held.difference(*(_days(first, last) for first, last in shut))))


@lru_cache(64)
def _weeks(days: tuple[date, ...]) -> tuple[date, ...]:
    """The Monday of each week of these days."""
    return tuple(dict.fromkeys(map(_monday, days)))


def _days(first: date, last: date) -> Iterator[date]:
    if last < first:
        raise CalendarError(f"A term or closure ends on {last}, before it starts on {first}.")
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
