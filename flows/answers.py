"""Answers of every kind: read from words, checked from a form, drawn in words again.

What is stored: text as it was written, an option's or a person's key, a list of keys, a number on a scale,
a day as "2027-03-14", true or false, dots as {key: number}; None means that an optional question was skipped.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from .dates import Today, expected, is_written_out, read_day, show_day
from .flow import NotAnAnswer
from .messages import Kind, Option, Value
from .options import find, find_person, find_several, folded, number_of
from .phrases import Phrases

__all__ = ["LIMITS", "NotAnAnswer", "Question", "check", "fits", "read", "show", "tidy"]

LIMITS = {Kind.TEXT: 2_000, Kind.LONG: 4_000}
"""characters that an answer in words may have"""
_CHOICE_LIMIT = 1_000
"""characters in which one may name options, a day or dots"""

_UNSEEN = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
"""characters that show nothing by themselves: controls, joiners, marks of direction, selectors, fillers"""
_UNSEEN_WORD = re.compile(rf"(?<!\S)[{_UNSEEN}]+(?!\S)")
_DOTS_LAST = re.compile(r"(?P<name>.*?\S)\s*[:=\s]\s*[x×]?\s*(?P<dots>\d{1,4})")


class Question(Protocol):
    """What an answer is held against: a step of a flow, or a question as it was asked."""

    @property
    def kind(self) -> Kind: ...  # noqa: D102
    @property
    def options(self) -> tuple[Option, ...]: ...  # noqa: D102
    @property
    def optional(self) -> bool: ...  # noqa: D102
    @property
    def budget(self) -> int: ...  # noqa: D102
    @property
    def most(self) -> int: ...  # noqa: D102


def tidy(words: str) -> str:
    """Return the words without space at the ends, without what no database keeps (NUL, half characters), and
    without words in which nothing can be seen: of a text that shows nothing, nothing is left.
    """
    kept = words.replace("\x00", "").encode("utf-8", "ignore").decode()
    return _UNSEEN_WORD.sub("", kept).strip()


def read(asked: Question, said: str, today: Today, phrases: Phrases, me: str = "") -> Value:
    """Return the value that typed words mean; raises NotAnAnswer with a sentence that says what is missing.

    `me` is the speaker's own key among the options, for who answers "me" when a person is asked for.
    """
    words = tidy(said)
    if not words:
        raise NotAnAnswer(phrases.say("answers.missing"))
    words = _short(words, LIMITS.get(asked.kind, _CHOICE_LIMIT), phrases)
    match asked.kind:
        case Kind.TEXT | Kind.LONG:
            return words
        case Kind.OPTIONS:
            return find(asked.options, words, phrases).key
        case Kind.PERSON:
            return find_person(asked.options, words, phrases, me).key
        case Kind.SEVERAL:
            return find_several(asked.options, words, phrases)
        case Kind.SCALE:
            return int(find(asked.options, words, phrases).key)
        case Kind.DATE:
            return read_day(words, today, phrases).isoformat()
        case Kind.YES_NO:
            return _yes_no(words, phrases)
        case Kind.DOTS:
            return _affordable(asked, _dots(asked.options, words, phrases), phrases)


def check(asked: Question, value: Value, today: Today, phrases: Phrases, me: str = "") -> Value:
    """Return the value to store for what a form's field holds; raises NotAnAnswer as `read` does.

    Besides the stored values themselves it takes what platforms make of them: "true", "3", "a,b", labels.
    """
    match asked.kind, value:
        case _, None:
            return _skipped(asked, phrases)
        case _, list() | tuple() | Mapping() if not value:
            return _skipped(asked, phrases)
        case _, str() if not tidy(value):
            return _skipped(asked, phrases)
        case Kind.DATE, str():
            return _day(value, today, phrases)
        case Kind.DOTS, Mapping():
            return _given(asked, value, phrases)
        case Kind.SEVERAL, list() | tuple():
            keys = {_chosen(asked, entry, phrases) for entry in value}
            return [option.key for option in asked.options if option.key in keys]
        case ((Kind.OPTIONS | Kind.PERSON), str()) if value in _keys(asked):
            return value
        case Kind.SCALE, str() | int() if str(value) in _keys(asked):
            return int(value)
        case Kind.YES_NO, bool():
            return value
        case Kind.YES_NO, "yes" | "no" | "true" | "false":
            return value in ("yes", "true")
        case _, str():
            return read(asked, value, today, phrases, me)
        case _:
            raise NotAnAnswer(phrases.say("answers.unknown", said=str(value)[:60]))


def fits(asked: Question, value: Value) -> bool:
    """Whether the question, as it is now, would take this stored value."""
    match asked.kind, value:
        case _, None:
            return asked.optional
        case ((Kind.TEXT | Kind.LONG), str()):
            return bool(tidy(value))
        case ((Kind.OPTIONS | Kind.PERSON), str()):
            return value in _keys(asked)
        case Kind.SEVERAL, [_, *_]:
            return set(map(str, value)) <= _keys(asked)
        case Kind.SCALE, int():
            return not isinstance(value, bool) and str(value) in _keys(asked)
        case Kind.DATE, str():
            return is_written_out(value)
        case Kind.YES_NO, bool():
            return True
        case Kind.DOTS, Mapping():
            return set(value) <= _keys(asked) and _dots_fit(asked, value)
        case _:
            return False


def show(asked: Question, value: Value, phrases: Phrases) -> str:
    """Return a stored value in plain words: labels for keys, "Friday, March 12" for a day."""
    labels = {option.key: option.label for option in asked.options}
    match asked.kind, value:
        case _, None:
            return phrases.say("answers.skipped")
        case _, bool():
            return phrases.say("answers.yes" if value else "answers.no")
        case Kind.DATE, str() if is_written_out(value):
            return show_day(date.fromisoformat(value), phrases)
        case _, Mapping():
            return ", ".join(f"{labels.get(key, key)} {dots}" for key, dots in value.items())
        case _, list() | tuple():
            return ", ".join(labels.get(key, str(key)) for key in value)
        case _:
            return labels.get(str(value), str(value))


def _keys(asked: Question) -> set[str]:
    return {option.key for option in asked.options}


def _skipped(asked: Question, phrases: Phrases) -> None:
    if asked.optional:
        return
    match asked.kind:
        case Kind.OPTIONS | Kind.PERSON | Kind.SCALE | Kind.YES_NO:
            raise NotAnAnswer(phrases.say("answers.choose"))
        case Kind.SEVERAL:
            raise NotAnAnswer(phrases.say("answers.choose_any"))
        case Kind.DOTS:
            raise NotAnAnswer(phrases.say("answers.dots_none"))
        case _:
            raise NotAnAnswer(phrases.say("answers.missing"))


def _short(words: str, limit: int, phrases: Phrases) -> str:
    if len(words) > limit:
        raise NotAnAnswer(phrases.say("answers.too_long", length=len(words), limit=limit))
    return words


def _yes_no(said: str, phrases: Phrases) -> bool:
    """Read "yes", "Nope!" or "yes, one more"."""
    for words in (folded(said), folded(re.split(r"[,.;!–—-]", said)[0])):
        if words in phrases.words("answers.words.yes"):
            return True
        if words in phrases.words("answers.words.no"):
            return False
    raise NotAnAnswer(phrases.say("answers.yes_no"))


def _day(value: str, today: Today, phrases: Phrases) -> str:
    if is_written_out(value):
        return expected(date.fromisoformat(value), today.day, phrases).isoformat()
    return read_day(value, today, phrases).isoformat()


def _chosen(asked: Question, entry: Any, phrases: Phrases) -> str:
    return str(entry) if str(entry) in _keys(asked) else find(asked.options, str(entry), phrases).key


def _given(asked: Question, value: Mapping[str, Any], phrases: Phrases) -> Value:
    """Return the dots of a form: fields left at zero or empty are not there."""
    dots: dict[str, int] = {}
    for key, entry in value.items():
        number = str(entry if entry is not None else "").strip() or "0"
        if not re.fullmatch(r"\d{1,4}", number, re.ASCII):
            raise NotAnAnswer(phrases.say("answers.dots_whole"))
        if int(number):
            dots[_chosen(asked, key, phrases)] = int(number)
    return _affordable(asked, dots, phrases) if dots else _skipped(asked, phrases)


def _dots(options: Sequence[Option], said: str, phrases: Phrases) -> dict[str, int]:
    """Read "1: 3, 2: 2", "Planning time 3 and Reading groups 2" or "3 on planning time"."""
    dots: dict[str, int] = {}
    for name, number in _dot_entries(options, said, phrases):
        option = find(options, name, phrases)
        dots[option.key] = dots.get(option.key, 0) + number
    return {key: number for key, number in dots.items() if number}


def _dot_entries(options: Sequence[Option], said: str, phrases: Phrases) -> Iterator[tuple[str, int]]:
    """Yield each name with its dots; a name may itself hold a comma or an "and"."""
    ands = "|".join(re.escape(word) for word in phrases.words("answers.words.and"))
    waiting = ""
    for part in re.split(rf"[,;\n]|(?<=\d)\s+(?:{ands})\s+|(?<=\d)\s+(?={ands})", said, flags=re.IGNORECASE):
        waiting = f"{waiting}, {part.strip()}".strip(", ") if waiting else part.strip()
        if entry := _dot_entry(waiting, phrases):
            yield entry
            waiting = ""
    if waiting:
        option = find(options, waiting, phrases)
        raise NotAnAnswer(_how_many(option, options, phrases))


def _how_many(option: Option, options: Sequence[Option], phrases: Phrases) -> str:
    number = number_of(option, options)
    return phrases.say("answers.dots_how_many", label=option.label, number=number, most=2)


def _dot_entry(part: str, phrases: Phrases) -> tuple[str, int] | None:
    unit = "|".join(re.escape(word) for word in phrases.words("answers.words.dots"))
    to = "|".join(re.escape(word) for word in phrases.words("answers.words.to"))
    bare = re.sub(rf"(?<=\d) ?(?:{unit})\b", "", " ".join(part.split()), flags=re.IGNORECASE).strip()
    if found := re.fullmatch(rf"(\d{{1,4}})\s+(?:{to})\s+(.+)", bare, re.IGNORECASE | re.DOTALL):
        return found[2], int(found[1])
    if found := _DOTS_LAST.fullmatch(bare):
        return found["name"].rstrip(" :=-–"), int(found["dots"])
    return None


def _dots_fit(asked: Question, dots: Mapping[str, Any]) -> bool:
    numbers = list(dots.values())
    return bool(numbers) and (
        all(type(number) is int and 0 < number <= (asked.most or number) for number in numbers)
        and sum(numbers) <= (asked.budget or sum(numbers))
    )


def _affordable(asked: Question, dots: dict[str, int], phrases: Phrases) -> dict[str, int]:
    """Return the dots if the budget holds for all and the cap for each."""
    if not dots:
        raise NotAnAnswer(phrases.say("answers.dots_none"))
    labels = {option.key: option.label for option in asked.options}
    for key, number in dots.items():
        if asked.most and number > asked.most:
            words = {"count": asked.most, "label": labels[key], "given": number}
            raise NotAnAnswer(phrases.say("answers.dots_most", **words))
    if asked.budget and sum(dots.values()) > asked.budget:
        raise NotAnAnswer(phrases.say("answers.dots_budget", count=asked.budget, given=sum(dots.values())))
    return dots
