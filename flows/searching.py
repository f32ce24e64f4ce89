"""What somebody looks for in the log of decisions, read from their own words."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise

from .cycle import number
from .dates import count_of
from .decision_log import STATES, Search
from .options import folded
from .past_days import PastDays, past_days, without_about
from .phrases import Phrases
from .room import Room

_ABOUT = re.compile(r"\b(need|action) #?(\d{1,9})\b")
_CLOSED = ("decided", "withdrawn")
_PENDING = ("open", "returned")


def readings(room: Room, me: str, said: str, today: date) -> Iterator[tuple[Search, ...]]:
    """Yield what "bus open need 3 since Monday" may look for, the likeliest first; all that a tuple finds is meant.

    "Open" beside other words may be a state or a word of the question, so both are; alone it is a state, and in what
    follows "about" a word.
    """
    phrases = room.phrases()
    rest, need, action = _about(room, said.casefold())
    days = past_days(rest, today, phrases)
    yield from _read(room, me, days, need, action)
    yield (Search(words=_that_matter(without_about(rest, phrases), phrases), need=need, action=action),)
    lone = past_days(rest, today, phrases, is_lone_too=True)
    if lone != days:
        yield from _read(room, me, lone, need, action)


def _read(room: Room, me: str, days: PastDays, need: int, action: int) -> Iterator[tuple[Search, ...]]:
    """What the words beside the days may look for."""
    phrases, subject = room.phrases(), _that_matter(days.subject, room.phrases())
    dated = Search(subject=subject, since=days.since, until=days.until, need=need, action=action)
    words, most = _newest(days.words, phrases)
    words, is_objected = _taken(words, phrases.words("decide.with_objections"))
    words, is_of_cycle = _taken(words, phrases.words("decide.this_cycle"))
    words, states = _state(room, words)
    anybodys = _without(words, phrases.words("decide.mine"))
    others = _that_matter(_without(anybodys, phrases.words("decide.any")), phrases)
    narrowed = replace(dated, most=most, is_objected=is_objected, cycle=number(room) if is_of_cycle else 0)
    as_told = replace(narrowed, words=others, states=states, owner="" if anybodys == words else me)
    as_words = replace(dated, words=_that_matter(days.words, phrases))
    yield (as_told, as_words) if others else (as_told,)
    yield (as_words,)


def numbers(said: str) -> tuple[int, int]:
    """The number of the need and that of the action in "need 3", as a form says it; 0 for none."""
    abouts = {kind: int(number) for kind, number in _ABOUT.findall(said)}
    return abouts.get("need", 0), abouts.get("action", 0)


def _about(room: Room, said: str) -> tuple[str, int, int]:
    """The words without "need 3" or "action 2", in either language, and the two numbers."""
    for kind in ("need", "action"):
        label = room.say(f"{kind}.label", number=1).removesuffix("1").strip().casefold()
        said = re.sub(rf"\b{re.escape(label)} (#?\d)", rf"{kind} \1", said)
    return _ABOUT.sub(" ", said), *numbers(said)


def _state(room: Room, said: str) -> tuple[str, tuple[str, ...]]:
    """The words without a state, as it is shown or by its own name, and the states that are meant."""
    words = f" {folded(said)} "
    known: dict[str, tuple[str, ...]] = dict.fromkeys(room.phrases().words("decide.closed"), _CLOSED)
    known |= dict.fromkeys(room.phrases().words("decide.pending"), _PENDING)
    known |= {folded(room.say(f"decide.state_{state}")): (state,) for state in STATES}
    known |= {state: (state,) for state in STATES}
    known |= {f"{shown}s": states for shown, states in known.items()}
    for shown in sorted(known, key=len, reverse=True):
        if f" {shown} " in words:
            return words.replace(f" {shown} ", " ", 1).strip(), known[shown]
    return words.strip(), ()


def _taken(said: str, names: tuple[str, ...]) -> tuple[str, bool]:
    """The words without the longest of these names, and whether one of them was there."""
    words = f" {folded(said)} "
    found = next((name for name in sorted(names, key=len, reverse=True) if f" {name} " in words), "")
    return (words.replace(f" {found} ", " ", 1).strip(), True) if found else (said, False)


def _newest(said: str, phrases: Phrases) -> tuple[str, int]:
    """The words without "last 3", and that number; 0 where there is none."""
    words, last = said.split(), phrases.words("answers.words.last")
    for place, (before, count) in enumerate(pairwise(words)):
        if folded(before) in last and (read := count_of(folded(count), phrases)):
            return " ".join((*words[:place], *words[place + 2 :])), read
    return said, 0


def _without(said: str, idle: tuple[str, ...]) -> str:
    return " ".join(word for word in said.split() if folded(word) not in idle)


def _that_matter(said: str, phrases: Phrases) -> str:
    """The words without "the" and the like, unless there are no others."""
    idle = (*phrases.words("answers.words.idle"), *phrases.words("answers.words.one"))
    return _without(said, idle) or said.strip()
