"""The bot's own phrases: looked up by key, filled with words that can mark nothing up."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache, lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_decimal

from .markup import CALL, escape, marked

PLURALS = frozenset({"zero", "one", "two", "few", "many", "other"})
"""How many: a phrase may have one wording for each of these (Unicode CLDR plural categories)."""

PLACEHOLDER = re.compile(r"\{(\w+)\}")
"""`{word}` in a text: filled in when the text is said."""


PEOPLES = frozenset(
    {"answer", "blocker", "label", "labels", "measure", "need", "needs"}
    | {"prediction", "priority", "question", "resource", "said", "text"}
)
"""`{words}` that people wrote: wherever a phrase holds them, notifications leave them out."""

_YEAR = re.compile(r"[,\s]*(?:'[^']*'\s*)?\by+[年년]?(?:\s*'г'\.)?\s*")


class Raw(str):
    """Words that are marked up already: filling a phrase with them does not escape them."""

    __slots__ = ()


EVERYWHERE: Mapping[str, object] = {"leadcycle": Raw(CALL)}
"""`{leadcycle}` in a phrase: what stands before a command, in the way of the platform on which it is read"""


def fill(text: str, words: Mapping[str, object], language: str = "en") -> Raw:
    """Return the text with each `{word}` filled in; raises KeyError for a word that is not given."""
    said = list(_pieces(text))
    for place in range(1, len(said), 2):
        name = said[place]
        is_twice = name not in PEOPLES and said[place + 1].startswith(".")
        word = _filled(name, words[name], language)
        said[place] = word.removesuffix(".") if is_twice else word  # "1:05 p.m." or "Ben C." at the end of a sentence
    return Raw("".join(said))


@lru_cache(4096)
def _pieces(text: str) -> tuple[str, ...]:
    """The text of a script, with the names of its `{words}` at the odd places: the same one is said again and again."""
    return tuple(PLACEHOLDER.split(text))


def _filled(name: str, word: object, language: str) -> str:
    inert = _inert(word, language)
    return marked(inert) if name in PEOPLES else inert


def _inert(word: object, language: str) -> str:
    match word:
        case Raw():
            return word
        case list() | tuple():
            return str(format_list([_inert(each, language) for each in word], locale=locale(language)))
        case int() if not isinstance(word, bool):
            return write_number(word, language)
        case datetime():
            return f"{write_day(word, language)}, {write_time(word, language)}"
        case date():
            return write_day(word, language)
        case time():
            return write_time(word, language)
        case _:
            return escape(str(word))


@lru_cache(1024)
def write_day(day: date, language: str) -> str:
    """Return the day as "Friday, March 12" or "viernes, 12 de marzo"."""
    full = locale(language).date_formats["full"].pattern
    return str(format_date(day, _YEAR.sub("", full).strip(), locale(language)))


@lru_cache(1024)
def write_number(number: int, language: str) -> str:
    """Return the number as "1,024" or "1.024"."""
    return str(format_decimal(number, locale=locale(language)))


def write_time(moment: datetime | time, language: str) -> str:
    """Return the time of the day as "1:05 PM" or "1:05 p.m.", as people who speak the language write it."""
    return str(format_time(moment, "short", locale=locale(language)))


@cache
def locale(language: str) -> Locale:
    """Return how this language ("es", "pt-BR") writes numbers and days; as English when nobody knows it.

    Spanish without a region is that of the United States, where the clock has twelve hours.
    """
    try:
        return Locale.parse("es_US" if language == "es" else language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


@dataclass(frozen=True, slots=True, eq=False)
class Phrases:
    """The phrases of one language; they never change, so what is worked out of them is kept for each."""

    sentences: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """words that people may type for one thing: "later", "not now" """
    language: str = "en"

    @property
    def keys(self) -> frozenset[str]:
        """Every key that `say` and `words` know."""
        counted = {key.rpartition(".")[0] for key in self.sentences if key.endswith(".other")}
        return frozenset(self.sentences) | frozenset(self.lists) | counted

    def say(self, key: str, /, **words: object) -> Raw:
        """Return a phrase with its words filled in; raises KeyError for a missing phrase or word."""
        return fill(self._sentence(key, words.get("count")), {**EVERYWHERE, **words}, self.language)

    def words(self, key: str, /) -> tuple[str, ...]:
        """Return the words that mean this thing, the usual one first."""
        return self.lists[key]

    def weekday(self, day: date) -> str:
        """Return the name of the day of the week: "Wednesday"."""
        return str(format_date(day, "EEEE", locale(self.language)))

    def over(self, other: "Phrases") -> "Phrases":
        """Return these phrases, with the other ones where these have none."""
        return Phrases({**other.sentences, **self.sentences}, {**other.lists, **self.lists}, self.language)

    def _sentence(self, key: str, count: object) -> str:
        if key in self.sentences or not isinstance(count, int):
            return self.sentences[key]
        wanted = f"{key}.{locale(self.language).plural_form(count)}"
        return self.sentences[wanted if wanted in self.sentences else f"{key}.other"]


def read_phrases(table: Mapping[str, Any], language: str = "en") -> Phrases:
    """Return the phrases of a parsed `phrases.toml`; the loader has judged it before."""
    entries = dict(flat(table))
    return Phrases(
        {key: entry for key, entry in entries.items() if isinstance(entry, str)},
        {key: tuple(entry) for key, entry in entries.items() if isinstance(entry, list)},
        language,
    )


def flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what the nested tables hold by dotted key: `[engine] thanks = …` is "engine.thanks"."""
    for key, entry in table.items():
        if isinstance(entry, Mapping):
            yield from flat(entry, f"{above}{key}.")
        else:
            yield f"{above}{key}", entry
