"""What somebody looks for in the log of decisions, read from their own words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import takewhile

from .dates import Today, read_day, read_month, read_weekday
from .decision_log import STATES, Search
from .flow import NotAnAnswer
from .options import folded
from .periods import past_period
from .phrases import Phrases
from .room import Room

MOST_IN_A_DAY = 5
"""words, like "Monday the 14th of March" """
_ABOUT = re.compile(r"\b(need|action) #?(\d{1,9})\b")
_CLOSED = ("decided", "withdrawn")
_LONG_AGO = timedelta(days=300)
"""Until a day so long past is until its next one."""
_DAY = timedelta(days=1)


def readings(room: Room, said: str, today: date) -> Iterator[Search]:
    """Yield what "bus open need 3 since Monday" may look for, the likeliest first.

    "Open" may be a state or a word of the question, and "Monday" a day or a word of it.
    """
    rest, need, action = _about(room, said.casefold())
    phrases = room.phrases()
    days = _days(rest, today, phrases)
    words, states = _state(room, days.words)
    dated = Search(since=days.since, until=days.until, need=need, action=action)
    yield replace(dated, words=_that_matter(words, phrases), states=states)
    yield replace(dated, words=_that_matter(days.words, phrases))
    yield Search(words=_that_matter(rest, phrases), need=need, action=action)


def subject(said: str) -> tuple[int, int]:
    """The number of the need and that of the action in "need 3", as a form says it; 0 for none."""
    abouts = {kind: int(number) for kind, number in _ABOUT.findall(said)}
    return abouts.get("need", 0), abouts.get("action", 0)


def _about(room: Room, said: str) -> tuple[str, int, int]:
    """The words without "need 3" or "action 2", in either language, and the two numbers."""
    for kind in ("need", "action"):
        label = room.say(f"{kind}.label", number=1).removesuffix("1").strip().casefold()
        said = re.sub(rf"\b{re.escape(label)} (#?\d)", rf"{kind} \1", said)
    return _ABOUT.sub(" ", said), *subject(said)


def _state(room: Room, said: str) -> tuple[str, tuple[str, ...]]:
    """The words without a state, as it is shown or by its own name, and the states that are meant."""
    words = f" {folded(said)} "
    known: dict[str, tuple[str, ...]] = {folded(room.say(f"decide.state_{state}")): (state,) for state in STATES}
    known |= {state: (state,) for state in STATES}
    known |= dict.fromkeys(room.phrases().words("decide.closed"), _CLOSED)
    for shown, states in known.items():
        if f" {shown} " in words:
            return words.replace(f" {shown} ", " ", 1).strip(), states
    return said, ()


def _that_matter(said: str, phrases: Phrases) -> str:
    """The words without "the" and the like, unless there are no others."""
    idle = {*phrases.words("answers.words.idle"), *phrases.words("answers.words.one")}
    return " ".join(word for word in said.split() if folded(word) not in idle) or said


# ---------------------------------------------------------------- the days among the words


@dataclass(frozen=True, slots=True)
class _Days:
    """What was found of days, and the words that are left."""

    words: str = ""
    since: date | None = None
    until: date | None = None


def _days(said: str, today: date, phrases: Phrases) -> _Days:
    """Take "since Monday", "before 2/5", "from 2/1 to 2/5", "in February" and "last week" out of the words."""
    words, found, place = said.split(), _Days(), 0
    while place < len(words):
        marks = list(takewhile(bool, (_mark(word, phrases) for word in words[place:])))
        first = place + len(marks)
        length = next((each for each in range(MOST_IN_A_DAY, 0, -1) if _is_day(words, first, each, today, phrases)), 0)
        if length and "about" not in marks:
            day = " ".join(words[first : first + length])
            found, place = _bounded(found, marks[0] if marks else "", day, today, phrases), first + length
        elif marks:
            place = first
        else:
            found, place = replace(found, words=f"{found.words} {words[place]}".strip()), place + 1
    return found


def _mark(word: str, phrases: Phrases) -> str:
    """What a word before a day makes of it; empty for one that stands before none."""
    known = {
        "since": phrases.words("answers.words.since"),
        "after": phrases.words("answers.words.after"),
        "until": phrases.words("answers.words.until_past"),
        "before": phrases.words("answers.words.before"),
        "on": phrases.words("answers.words.within"),
        "about": phrases.words("answers.words.about"),
    }
    return next((mark for mark, words in known.items() if folded(word) in words), "")


def _is_day(words: list[str], first: int, length: int, today: date, phrases: Phrases) -> bool:
    """Whether just these words name days; a lone name, like "may" or "sun", only after a mark or as all there is."""
    said = words[first : first + length]
    if len(said) < length or _mark(said[0], phrases) or _mark(said[-1], phrases):
        return False
    is_name = length == 1 and (read_month(said[0], phrases) is not None or read_weekday(said[0], phrases) is not None)
    is_marked = first > 0 and bool(_mark(words[first - 1], phrases))
    return (is_marked or not is_name or len(words) == 1) and past_period(" ".join(said), today, phrases) is not None


def _bounded(found: _Days, mark: str, day: str, today: date, phrases: Phrases) -> _Days:
    """The days so far, and what these words add to them."""
    first, last = past_period(day, today, phrases) or (today, today)
    match mark:
        case "since":
            return replace(found, since=first)
        case "after":
            return replace(found, since=last + _DAY)
        case "until":
            return replace(found, until=_until(day, last, found.since, today, phrases))
        case "before":
            return replace(found, until=first - _DAY)
    return replace(found, since=first, until=last)


def _until(day: str, last: date, since: date | None, today: date, phrases: Phrases) -> date:
    """The last day of a stretch: one that ends before it begins, or long ago, ends on the next such day instead."""
    if last >= (since or today - _LONG_AGO):
        return last
    try:
        return read_day(day, Today(since or today), phrases)
    except NotAnAnswer:
        return last
