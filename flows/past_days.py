"""The days among the words of somebody who looks for something: "bus since Monday", "between 3 March and 10 April"."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import takewhile

from .dates import NoSuchDay, Today, apart, read_day, read_month, read_weekday
from .flow import NotAnAnswer
from .options import folded
from .periods import past_period
from .phrases import Phrases

MOST_WORDS = 100
"""of a search in which days are looked for"""
MOST_IN_A_DAY = 5
"""words, like "Monday the 14th of March" """
_LONG_AGO = timedelta(days=300)
"""Until a day so long past is until its next one."""
_DAY = timedelta(days=1)
_MARKS = {
    "since": "answers.words.since",
    "after": "answers.words.after",
    "until": "answers.words.until_past",
    "before": "answers.words.before",
    "between": "answers.words.between",
    "on": "answers.words.within",
    "about": "answers.words.about",
}
"""what a word before a day makes of it, and the phrase that holds such words"""


@dataclass(frozen=True, slots=True)
class PastDays:
    """What was found of days, and the words that are left."""

    words: str = ""
    subject: str = ""
    """the words from "about" on, without it"""
    since: date | None = None
    until: date | None = None
    no_such: str = ""
    """the first day that no calendar has, like "31 february" """


def past_days(said: str, today: date, phrases: Phrases, *, is_lone_too: bool = False) -> PastDays:
    """Take "since Monday", "before 2/5", "from 2/1 to 2/5", "in February" and "last week" out of the words.

    A day right after "about" is what somebody looks for, and no day; nor is a lone "february", unless wanted so.
    """
    said = apart(said)
    text, found, place = _Said(tuple(said.split()[:MOST_WORDS]), today, phrases), PastDays(), 0
    is_subject = False
    while place < len(text.words):
        marks = text.marks(place)
        first = place + len(marks)
        try:
            stretch = text.stretch(first, "between" in marks)
            named = stretch or text.named(first, bool(marks) or is_lone_too)
        except _NoSuch as error:
            stretch, named, found = None, None, replace(found, no_such=found.no_such or error.said)
        if named and "about" not in marks:
            found = _bounded(found, marks[0] if marks and not stretch else "", named, text)
            place = named.end
            continue
        is_subject = is_subject or "about" in marks
        end = named.end if named else first if marks else place + 1
        found, place = _beside(found, text.between(first if marks else place, end), is_subject), end
    return _beside(found, " ".join(said.split()[MOST_WORDS:]), is_subject)


def without_about(said: str, phrases: Phrases) -> str:
    """The words without "about"."""
    return " ".join(word for word in said.split() if folded(word) not in phrases.words("answers.words.about"))


class _NoSuch(Exception):
    """A day that no calendar has."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


@dataclass(frozen=True, slots=True)
class _Named:
    """The first and the last day that some of the words name, where those begin, and the place after them."""

    first: date
    last: date
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Said:
    """The words, and what their days are counted from."""

    words: tuple[str, ...]
    today: date
    phrases: Phrases

    def between(self, first: int, end: int) -> str:
        return " ".join(self.words[first:end])

    def marks(self, first: int) -> list[str]:
        """What the words from here on make of a day after them, as long as they stand before one."""
        return list(takewhile(bool, map(self._mark, self.words[first:])))

    def _mark(self, word: str) -> str:
        said = folded(word)
        return next((mark for mark, key in _MARKS.items() if said in self.phrases.words(key)), "")

    def named(self, first: int, is_marked: bool) -> _Named | None:
        """The days that the most words from here on name; raises _NoSuch for one that no calendar has."""
        for length in range(min(MOST_IN_A_DAY, len(self.words) - first), 0, -1):
            if not self._may_be_a_day(first, length, is_marked):
                continue
            said = self.between(first, first + length)
            try:
                period = past_period(said, self.today, self.phrases)
            except NoSuchDay:
                raise _NoSuch(said) from None
            if period:
                return _Named(*period, first, first + length)
        return None

    def _may_be_a_day(self, first: int, length: int, is_marked: bool) -> bool:
        """Whether so many words may; a lone name, like "may", "sun" or "2026", does after a mark or as all there is."""
        start, last = self.words[first], self.words[first + length - 1]
        is_name = length == 1 and (
            start.isdecimal()
            or read_month(start, self.phrases) is not None
            or read_weekday(start, self.phrases) is not None
        )
        return not self._mark(start) and not self._mark(last) and (is_marked or not is_name or len(self.words) == 1)

    def stretch(self, first: int, is_between: bool) -> _Named | None:
        """The days of "3 March and 10 April" after "between", and of "3 to 10 March", whose first is a mere number."""
        opening = self.named(first, True) if is_between else None
        number = "" if opening else self.between(first, first + 1)
        end = opening.end if opening else first + 1
        joins = self.phrases.words("answers.words.and" if is_between else "answers.words.until_past")
        if self.between(end, end + 1) not in joins:
            return None
        closing = self.named(end + 1 + len(self.marks(end + 1)), True)
        if opening and closing:
            return replace(closing, first=opening.first, last=self.until(closing, opening.first))
        is_number = number.isdecimal() and len(number) < 3
        return self._in_its_month(int(number), closing) if closing and is_number else None

    def _in_its_month(self, number: int, closing: _Named) -> _Named | None:
        """From the day with this number in the month of the last day, up to that."""
        is_earlier = closing.first == closing.last and 1 <= number <= closing.last.day
        return replace(closing, first=closing.last.replace(day=number)) if is_earlier else None

    def until(self, named: _Named, since: date | None) -> date:
        """The last day of a stretch: one that ends before it begins, or long ago, ends on the next such day instead."""
        if named.last >= (since or self.today - _LONG_AGO):
            return named.last
        try:
            return read_day(self.between(named.start, named.end), Today(since or self.today), self.phrases)
        except NotAnAnswer:
            return named.last


def _beside(found: PastDays, words: str, is_subject: bool) -> PastDays:
    """The days so far, and words that name none."""
    if is_subject:
        return replace(found, subject=f"{found.subject} {words}".strip())
    return replace(found, words=f"{found.words} {words}".strip())


def _bounded(found: PastDays, mark: str, named: _Named, text: _Said) -> PastDays:
    """The days so far, and what these add to them."""
    match mark:
        case "since":
            return replace(found, since=named.first)
        case "after":
            return replace(found, since=named.last + _DAY)
        case "until":
            return replace(found, until=text.until(named, found.since))
        case "before":
            return replace(found, until=named.first - _DAY)
    return replace(found, since=named.first, until=named.last)
