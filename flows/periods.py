"""Stretches of days as people say them, like "last week" or "February"."""

from datetime import date, timedelta

from .dates import bare, read_month, read_past_day
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
