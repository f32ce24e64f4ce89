"""Stretches of days as people say them, like "last week" or "February"."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from .dates import NotADay, Today, bare, count_of, first_and_last, read_day, read_month, read_past_day
from .flow import NotAnAnswer
from .options import folded
from .phrases import Phrases

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
SCHOOL_YEAR_BEGINS = 7
"""the month; in most of the United States a school year is counted from July 1 to June 30"""


def past_period(said: str, today: date, phrases: Phrases) -> tuple[date, date] | None:
    """Return the first and the last day of "last week", "week of 2/1", "2 weeks ago", "2026"; None for no days.

    "Next week" is to come, so that nobody takes it for this one.

    A month or a day without a year is the latest that has begun; a week is Monday to Sunday; a year without its number
    is a school year, July to June. Raises NoSuchDay for "31 February".
    """
    words, following = bare(said, phrases), phrases.words("answers.words.next")
    if any(word in following for word in words):
        return _whole(" ".join(word for word in words if word not in following), -1, today, phrases)
    last, ago = phrases.words("answers.words.last"), phrases.words("answers.words.ago")
    units = [word for word in words if word not in (*last, *ago)]
    is_ago = any(word in ago for word in words)
    match units:
        case [number, unit] if (count := count_of(number, phrases)) and len(words) == 3:
            return _whole(unit, count, today, phrases) if is_ago else _lately(unit, count, today, phrases)
        case [year] if _is_year(year) and len(words) == 1:
            return date(int(year), 1, 1), date(int(year), 12, 31)
        case [month, *years] if read_month(month, phrases) and all(map(_is_year, years)):
            first_day = read_past_day(" ".join((month, "1", *years)), today, phrases)
            return _month(first_day) if first_day else None
        case [unit, *rest] if rest and unit in phrases.words("answers.words.weeks"):
            day = read_past_day(" ".join(rest), today, phrases)
            return _whole(unit, 0, day, phrases) if day else None
    unit, count = " ".join(units), len(words) - len(units)
    is_whole = not is_ago and unit not in phrases.words("answers.words.days")
    if is_whole and (whole := _whole(unit, count, today, phrases)):
        return whole
    day = read_past_day(said, today, phrases)
    return (day, day) if day else None


def _whole(unit: str, count: int, today: date, phrases: Phrases) -> tuple[date, date] | None:
    """The day, week, month or school year so many of them ago; None for another unit."""
    if unit in phrases.words("answers.words.days"):
        return today - _DAY * count, today - _DAY * count
    if unit in phrases.words("answers.words.weeks"):
        first = today - timedelta(days=today.weekday()) - _WEEK * count
        return first, first + _WEEK - _DAY
    if unit in phrases.words("answers.words.months"):
        return _month(_months_ago(today, count))
    if unit in phrases.words("answers.words.years"):
        begins = today.year - (today.month < SCHOOL_YEAR_BEGINS) - count
        return date(begins, SCHOOL_YEAR_BEGINS, 1), date(begins + 1, SCHOOL_YEAR_BEGINS, 1) - _DAY
    return None


def _lately(unit: str, count: int, today: date, phrases: Phrases) -> tuple[date, date] | None:
    """The last so many days, weeks or months, up to today."""
    if unit in phrases.words("answers.words.days"):
        return today - _DAY * count, today
    if unit in phrases.words("answers.words.weeks"):
        return today - _WEEK * count, today
    if unit in phrases.words("answers.words.months"):
        month = _months_ago(today, count)
        return min(month.replace(day=min(today.day, _month(month)[1].day)), today), today
    return None


def _months_ago(today: date, count: int) -> date:
    """The first day of the month so many months ago."""
    months = today.year * 12 + today.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def _is_year(word: str) -> bool:
    return word.isdecimal() and len(word) == 4 and word[:2] in ("19", "20")


def _month(day: date) -> tuple[date, date]:
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return day.replace(day=1), following - _DAY


# ---------------------------------------------------------------- to come


def coming_days(said: str, now: Today, phrases: Phrases) -> tuple[date, date] | None:
    """Return the first and the last day of "next week", "for 3 days", "Monday and Tuesday"; None for anything else.

    A week is its five days from Monday on, from today on if it has begun. Raises NotAnAnswer for days that do not
    follow each other, and what `read_day` raises for a first day that is past or not clear.
    """
    if _is_one(said, now, phrases):
        return None
    words, lasts = said.split(), phrases.words("answers.words.for")
    length = next((place for place, word in enumerate(words) if folded(word) in lasts), None)
    if length is not None:
        first = read_day(" ".join(words[:length]), now, phrases) if length else now.day
        return _lasting(first, bare(" ".join(words[length + 1 :]), phrases), now, phrases)
    of_a_week = _week(bare(said, phrases), now.day, phrases)
    return of_a_week or _of_a_month(said, now, phrases) or _one_by_one(said, now, phrases)


def _is_one(said: str, now: Today, phrases: Phrases) -> bool:
    """Whether these words name one day, clear or not: "Friday, March 12"."""
    try:
        read_day(said, now, phrases)
    except NotAnAnswer as error:
        return not isinstance(error, NotADay)
    return True


def _lasting(first: date, words: list[str], now: Today, phrases: Phrases) -> tuple[date, date] | None:
    """Read "3 days", "a week", "2 school days" as so many days from this one on."""
    count = count_of(words[0], phrases) if words else None
    match " ".join(words[1:]):
        case _ if not count:
            return None
        case unit if unit in phrases.words("answers.words.days"):
            return first, first + _DAY * (count - 1)
        case unit if unit in phrases.words("answers.words.weeks"):
            return first, first + _WEEK * count - _DAY
        case unit if unit in phrases.words("answers.words.school_days") and now.calendar:
            return first, now.calendar.add_school_days(first - _DAY, count)
    return None


def _week(words: list[str], today: date, phrases: Phrases) -> tuple[date, date] | None:
    """Read "next week" and "this week" (whose "this" is no word that matters)."""
    following = phrases.words("answers.words.next")
    units = [word for word in words if word not in following]
    if len(units) != 1 or units[0] not in phrases.words("answers.words.weeks"):
        return None
    monday = today - _DAY * today.weekday() + (_WEEK if len(words) > 1 else timedelta())
    friday = monday + _DAY * 4
    return (max(monday, today), friday) if today <= friday else None


def _of_a_month(said: str, now: Today, phrases: Phrases) -> tuple[date, date] | None:
    """Read "8 to 10 March" and "March 8 to 10", where the month stands with one of two days only."""
    ends = first_and_last(said, phrases)
    words = [bare(end, phrases) for end in ends]
    named = [word for word in (*words[0], *words[1]) if read_month(word, phrases)]
    if len(named) != 1 or not any(len(each) == 1 and each[0].isdecimal() for each in words):
        return None
    first, last = (read_day(f"{' '.join(set(each) - {*named})} {named[0]}", now, phrases) for each in words)
    return first, last


def _one_by_one(said: str, now: Today, phrases: Phrases) -> tuple[date, date] | None:
    """Read "Monday and Tuesday" or "2/8, 2/9 and 2/10"."""
    days = list(_each(said, now, phrases))
    if len(days) < 2 or None in days:
        return None
    read = [day for day in days if day]
    if not all(_follows(before, after, now) for before, after in pairwise(read)):
        raise NotAnAnswer(phrases.say("answers.days_apart"))
    return read[0], read[-1]


def _follows(before: date, after: date, now: Today) -> bool:
    """Whether no day stands between these two on which there is school: a Monday follows the Friday before it."""
    if now.calendar is None or after <= before:
        return after - before == _DAY
    between = map(date.fromordinal, range(before.toordinal() + 1, after.toordinal()))
    return not any(map(now.calendar.is_open, between))


def _each(said: str, now: Today, phrases: Phrases) -> Iterator[date | None]:
    """Each day that is named, the later ones counted from the one before; None for what is no day."""
    ands = "|".join(map(re.escape, phrases.words("answers.words.and")))
    for piece in re.split(rf",?\s+(?:{ands})\s+|,\s+", said):
        try:
            day = read_day(piece, now, phrases)
        except NotADay:
            yield None
            return
        yield day
        now = Today(day, now.calendar, now.meets_on)
