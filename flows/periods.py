"""Stretches of days as people say them, like "last week" or "February"."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from .dates import NotADay, Today, bare, count_of, read_day, read_month, read_past_day
from .flow import NotAnAnswer
from .options import folded
from .phrases import Phrases

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


def past_period(said: str, today: date, phrases: Phrases) -> tuple[date, date] | None:
    """Return the first and the last day of "last week", "this month", "February", "yesterday"; None for no days.

    A month or a day without a year is the latest that has begun; a week is Monday to Sunday.
    """
    words = bare(said, phrases)
    last = phrases.words("answers.words.last")
    units = [word for word in words if word not in last]
    if len(units) == 1 and units[0] in phrases.words("answers.words.weeks"):
        first = today - timedelta(days=today.weekday()) - _WEEK * (len(words) - 1)
        return first, first + _WEEK - _DAY
    if len(units) == 1 and units[0] in phrases.words("answers.words.months"):
        return _month((today.replace(day=1) - _DAY) if len(words) > 1 else today)
    if units and read_month(units[0], phrases) and all(_is_year(word) for word in units[1:]):
        first_day = read_past_day(" ".join((units[0], "1", *units[1:])), today, phrases)
        return _month(first_day) if first_day else None
    day = read_past_day(said, today, phrases)
    return (day, day) if day else None


def _is_year(word: str) -> bool:
    return word.isdecimal() and len(word) == 4


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
    return _week(bare(said, phrases), now.day, phrases) or _one_by_one(said, now, phrases)


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


def _one_by_one(said: str, now: Today, phrases: Phrases) -> tuple[date, date] | None:
    """Read "Monday and Tuesday" or "2/8, 2/9 and 2/10"."""
    days = list(_each(said, now, phrases))
    if len(days) < 2 or None in days:
        return None
    read = [day for day in days if day]
    if any(after - before != _DAY for before, after in pairwise(read)):
        raise NotAnAnswer(phrases.say("answers.days_apart"))
    return read[0], read[-1]


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
