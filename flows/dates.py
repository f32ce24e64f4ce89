"""Reading days as people write them: "Friday", "3/14", "14 March", "in 5 school days", "next PLC"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from babel.dates import format_date

from .calendar import SchoolCalendar, SchoolYearOver
from .flow import NotAnAnswer
from .options import folded
from .phrases import Phrases, Raw, locale, write_day

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:t[\d:.+z-]*)?")
_NUMBERS = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?")
_RANGE = re.compile(r"(\d{4}-\d\d-\d\d|\d+/\d+(?:/\d+)?)[-–](\d)")
_ORDINAL = re.compile(r"(\d)(?:st|nd|rd|th|º|ª)\b")
_JUST_PAST = timedelta(days=60)
"""a day without a year that was so recently is taken as past, an older one as next year's"""
_FAR = timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True)
class Today:
    """What a day that somebody names is counted from; without a calendar there are no school days to name."""

    day: date
    calendar: SchoolCalendar | None = None
    meets_on: int | None = None
    """the weekday of the team's meetings, Monday = 0; None while nobody has told it"""


class NotADay(NotAnAnswer):
    """Words that name no day at all."""


class NoSuchDay(NotAnAnswer):
    """A day that no calendar has, like February 31."""


def read_day(said: str, now: Today, phrases: Phrases) -> date:
    """Return the day that is meant; raises NotAnAnswer with a way to say it when it is past or not clear.

    Raises SchoolYearOver for a school day or a meeting after the last one that the calendar has.
    """
    words, today = bare(said, phrases), now.day
    weekday, rest = _weekday(words, phrases)
    day = (
        _iso(rest, phrases)
        or _near(rest, today, phrases)
        or _of_school(rest, now, phrases)
        or _numeric(rest, today, phrases)
        or _named(rest, today, phrases)
        or _of_month(said, rest, today)
    )
    if day is None:
        day = _next(weekday, rest, today, phrases)
    elif weekday is not None and day.weekday() != weekday:
        name = Raw(format_date(day, "EEEE", locale=locale(phrases.language)))
        raise NotAnAnswer(phrases.say("answers.date_weekday", day=_in_numbers(day, phrases), weekday=name))
    return expected(day, today, phrases)


def read_past_day(said: str, today: date, phrases: Phrases) -> date | None:
    """Return the latest such day that is past, today included: "Monday", "yesterday", "2/1"; None for no day.

    Raises NoSuchDay for "31 February".
    """
    last = phrases.words("answers.words.last")
    words = [word for word in bare(said, phrases) if word not in last]
    weekday, rest = _weekday(words, phrases)
    if weekday is not None and not rest:
        return today - timedelta(days=(today.weekday() - weekday) % 7)
    if len(words) == 1 and words[0] in phrases.words("answers.words.yesterday"):
        return today - timedelta(days=1)
    if len(words) == 1 and words[0] in phrases.words("answers.words.today"):
        return today
    day = _iso(rest, phrases) or _latest(rest, today, phrases)
    is_count = any(word in last for word in bare(said, phrases))  # "last 3" is so many, and no day
    return day if day or is_count else _of_month(said, rest, today, -1)


def _latest(words: list[str], today: date, phrases: Phrases) -> date | None:
    """Read "2/1", "14 March" and "March", whose first day it is; without a year the latest that is no day to come."""
    if len(words) == 1 and _lookup(words[0], _names(phrases.language, "months")) is not None:
        words = [*words, "1"]
    numeric = _NUMBERS.fullmatch(words[0]) if len(words) == 1 else None
    day = _numeric(words, today, phrases) or _named(words, today, phrases)
    has_year = (numeric and numeric[3]) or any(len(word) == 4 and word.isdecimal() for word in words)
    if day is None or has_year or day <= today:
        return day
    return day.replace(year=next(year for year in range(today.year, 0, -1) if _was(day, year, today)))


def _was(day: date, year: int, today: date) -> bool:
    """Whether the year has this day, and it is past."""
    try:
        return day.replace(year=year) <= today
    except ValueError:
        return False


def expected(day: date, today: date, phrases: Phrases) -> date:
    """Return the day if it is still to come, today included; raises NotAnAnswer otherwise."""
    if day < today:
        raise NotAnAnswer(phrases.say("answers.date_past", day=with_year(day, phrases)))
    if day > today + _FAR:
        raise NotAnAnswer(phrases.say("answers.date_far", day=with_year(day, phrases)))
    return day


def is_written_out(words: str) -> bool:
    """Whether it is a day as buttons and forms write it, which nobody can mistake: "2027-03-14"."""
    try:
        return date.fromisoformat(words.strip()).isoformat() == words.strip()
    except ValueError:
        return False


def first_and_last(said: str, phrases: Phrases) -> tuple[str, str]:
    """Split "3/14 to 3/20" or "from Monday until Friday" into the words for two days; one day is both."""
    words = apart(said).split()
    ends = [number for number, word in enumerate(words) if folded(word) in phrases.words("answers.words.until")]
    cut = next((number for number in ends if 0 < number < len(words) - 1), len(words))
    starts = int(bool(words) and folded(words[0]) in phrases.words("answers.words.from"))
    first = " ".join(words[starts:cut])
    return first, " ".join(words[cut + 1 :]) or first


def apart(said: str) -> str:
    """Return "3/14-3/20" with its two days apart."""
    return _RANGE.sub(r"\1 - \2", said)


def read_weekday(said: str, phrases: Phrases) -> int | None:
    """Return 0 for "Monday" or "Mondays" to 6 for "Sunday"; None for anything else."""
    match bare(said, phrases):
        case [word]:
            weekday, rest = _weekday([word], phrases)
            return weekday if not rest and weekday is not None else _weekday([word.removesuffix("s")], phrases)[0]
    return None


def weekday_name(weekday: int, phrases: Phrases) -> str:
    """Return "Wednesday" for 2."""
    return str(locale(phrases.language).days["stand-alone"]["wide"][weekday])


def show_day(day: date, phrases: Phrases) -> str:
    """Return the day as "Friday, March 12"."""
    return write_day(day, phrases.language)


def read_month(word: str, phrases: Phrases) -> int | None:
    """Return 1 for "January" or "Jan" to 12 for "December"; None for anything else."""
    return _lookup(folded(word), _names(phrases.language, "months"))


def bare(said: str, phrases: Phrases) -> list[str]:
    """Return the words that matter: without "on", "the" and the letters of "14th"."""
    idle = phrases.words("answers.words.idle")
    words = _ORDINAL.sub(r"\1", folded(said)).replace(",", " ").split()
    return [matters for word in words if (matters := word.strip(".")) and matters not in idle]


def with_year(day: date, phrases: Phrases) -> str:
    """Return the day as "March 12, 2027"."""
    return format_date(day, "long", locale=locale(phrases.language))


def _in_numbers(day: date, phrases: Phrases) -> str:
    return f"{day.month}/{day.day}" if _month_first(phrases) else f"{day.day}/{day.month}"


def _month_first(phrases: Phrases) -> bool:
    pattern = locale(phrases.language).date_formats["short"].pattern
    return bool(pattern.find("M") < pattern.find("d"))


@cache
def _names(language: str, kind: str) -> Mapping[str, int]:
    """Return the number of each name, wide and abbreviated, of "months" or "days" of the week."""
    names = getattr(locale(language), kind)
    return {
        folded(name): number
        for form in ("stand-alone", "format")
        for width in ("abbreviated", "wide")
        for number, name in names[form][width].items()
    }


def _lookup(word: str, names: Mapping[str, int]) -> int | None:
    """Return the number of the name that the word is, or begins ("sept", "thurs")."""
    if word in names:
        return names[word]
    begun = {number for name, number in names.items() if len(word) > 2 and name.startswith(word)}
    return begun.pop() if len(begun) == 1 else None


def _weekday(words: list[str], phrases: Phrases) -> tuple[int | None, list[str]]:
    """Take a weekday (Monday = 0) out of the words."""
    names = _names(phrases.language, "days")
    months = _names(phrases.language, "months")
    for word in words:
        if (found := _lookup(word, names)) is not None and word not in months:
            return found, [other for other in words if other is not word]
    return None, words


def _iso(words: list[str], phrases: Phrases) -> date | None:
    match [_ISO.fullmatch(word) for word in words]:
        case [re.Match() as found]:
            return _day(int(found[1]), int(found[2]), int(found[3]), phrases)
    return None


def _near(words: list[str], today: date, phrases: Phrases) -> date | None:
    """Read "today", "tomorrow", "yesterday", "in 5 days", "in two weeks"."""
    if len(words) == 1 and words[0] in phrases.words("answers.words.today"):
        return today
    if len(words) == 1 and words[0] in phrases.words("answers.words.tomorrow"):
        return today + timedelta(days=1)
    if len(words) == 1 and words[0] in phrases.words("answers.words.yesterday"):
        return today - timedelta(days=1)
    if words and words[0] in phrases.words("answers.words.in"):
        words = words[1:]
    match words:
        case [number, unit] if (count := count_of(number, phrases)) is not None:
            return _after(count, unit, today, phrases)
    return None


def _after(count: int, unit: str, today: date, phrases: Phrases) -> date | None:
    if unit in phrases.words("answers.words.days"):
        return today + timedelta(days=count)
    if unit in phrases.words("answers.words.weeks"):
        return today + timedelta(weeks=count)
    return None


def _of_school(words: list[str], now: Today, phrases: Phrases) -> date | None:
    """Read "in 5 school days", "next school day", "next PLC" and "our meeting"."""
    if now.calendar is None or not words:
        return None
    is_next = words[0] in phrases.words("answers.words.next")
    rest = words[1:] if is_next or words[0] in phrases.words("answers.words.in") else words
    if " ".join(rest) in phrases.words("answers.words.meeting"):
        if now.meets_on is None:
            example = _in_numbers(now.day + timedelta(days=7), phrases)
            raise NotAnAnswer(phrases.say("answers.date_no_meeting", example=example))
        return _next_meeting(now.day + timedelta(days=is_next), now.calendar, now.meets_on)
    count = 1 if is_next else count_of(rest[0], phrases) if rest else None
    counted = rest if is_next else rest[1:]
    if count is not None and " ".join(counted) in phrases.words("answers.words.school_days"):
        return now.calendar.add_school_days(now.day, count)
    return None


def _next_meeting(first: date, calendar: SchoolCalendar, weekday: int) -> date:
    """The team's first meeting day from this one on; raises SchoolYearOver where there is none."""
    met = (calendar.meeting_in(monday, weekday) for monday in calendar.open_weeks(first))
    if day := next((day for day in met if day and day >= first), None):
        return day
    raise SchoolYearOver("The calendar ends before the next meeting. Import the next terms.")


def count_of(word: str, phrases: Phrases) -> int | None:
    """Return 3 for "3" or "three", 1 for "a"; None for anything else."""
    numbers = phrases.words("answers.words.numbers")
    if word in phrases.words("answers.words.one"):
        return 1
    if word in numbers:
        return numbers.index(word) + 1
    return int(word) if word.isdecimal() and len(word) < 4 else None


def _numeric(words: list[str], today: date, phrases: Phrases) -> date | None:
    """Read "3/14" or "3/14/27"; the language says whether the month comes first."""
    match [_NUMBERS.fullmatch(word) for word in words]:
        case [re.Match() as found]:
            month, day = int(found[1]), int(found[2])
            if (not _month_first(phrases) and day <= 12) or month > 12 >= day:
                month, day = day, month
            return _in_year(found[3], month, day, today, phrases)
    return None


def _named(words: list[str], today: date, phrases: Phrases) -> date | None:
    """Read "14 March" or "March 14 2027"."""
    names = _names(phrases.language, "months")
    months = [found for word in words if (found := _lookup(word, names)) is not None]
    numbers = [word for word in words if word.isdecimal()]
    if len(months) != 1 or len(months) + len(numbers) != len(words):
        return None
    match sorted(numbers, key=len):
        case [day]:
            return _in_year(None, months[0], int(day), today, phrases)
        case [day, year] if len(year) == 4:
            return _in_year(year, months[0], int(day), today, phrases)
    return None


def _of_month(said: str, words: list[str], today: date, way: int = 1) -> date | None:
    """Read "the 14th": the next day with this number, or the latest one (`way` = -1); a bare number is none."""
    match words:
        case [number] if number.isdecimal() and len(number) < 3 and folded(said) != number and 1 <= int(number) <= 31:
            months = (today.replace(day=15) + timedelta(days=30 * way * later) for later in range(4))
            days = (_same_month(month, int(number)) for month in months)
            return next((day for day in days if day and (day - today).days * way >= 0), None)
    return None


def _same_month(month: date, day: int) -> date | None:
    try:
        return month.replace(day=day)
    except ValueError:
        return None


def _in_year(year: str | None, month: int, day: int, today: date, phrases: Phrases) -> date:
    """Return the day; without a year the next one, unless it has only just passed."""
    if year:
        return _day(int(year) % 100 + 2000 if len(year) == 2 else int(year), month, day, phrases)
    if (month, day) == (2, 29):
        return next(date(later, 2, 29) for later in range(today.year, today.year + 9) if _has(later, today))
    this_year = _day(today.year, month, day, phrases)
    return this_year if this_year >= today - _JUST_PAST else this_year.replace(year=today.year + 1)


def _has(year: int, today: date) -> bool:
    """Whether the year has a February 29 that is not long past."""
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return is_leap and date(year, 2, 29) >= today - _JUST_PAST


def _day(year: int, month: int, day: int, phrases: Phrases) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NoSuchDay(phrases.say("answers.date_no_such")) from None


def _next(weekday: int | None, rest: list[str], today: date, phrases: Phrases) -> date:
    """Read "Friday"; asks which one if today is a Friday, or if somebody says "next Friday"."""
    is_next = len(rest) == 1 and rest[0] in phrases.words("answers.words.next")
    if weekday is None or (rest and not is_next):
        example = _in_numbers(today + timedelta(days=7), phrases)
        raise NotADay(phrases.say("answers.date_unknown", example=example))
    first = today + timedelta(days=(weekday - today.weekday()) % 7)
    if is_next or first == today:
        both = [show_day(first + timedelta(days=7 * weeks), phrases) for weeks in (0, 1)]
        raise NotAnAnswer(phrases.say("answers.date_which", first=both[0], second=both[1]))
    return first
