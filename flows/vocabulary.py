"""The words by which the check for students' names knows one: names, and what stands beside them at a school."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from .options import folded
from .phrases import Phrases

_WORDS_TOO = "# names that are words, too"
_KEYS = (
    *("doubt.students", "doubt.this", "doubt.called", "doubt.special", "doubt.plans", "doubt.family"),
    *("doubt.titles", "doubt.before", "doubt.places", "doubt.labels", "doubt.ordinary", "doubt.known"),
)
"""the lists of phrases in the order of the fields below"""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Folded words; those of several languages together, because people of one school write in several."""

    names: frozenset[str]
    """first names that mean nothing else"""
    words_too: frozenset[str]
    """first names that are ordinary words, too: "Hope", "Mason" """
    students: frozenset[str]
    """what one student is called: "student", "boy" """
    this: frozenset[str]
    """what stands before one certain student: "my", "that" """
    called: frozenset[str]
    """what stands before a name: "named" """
    special: frozenset[str]
    """special education and discipline, as one student has to do with it; several words are possible"""
    plans: frozenset[str]
    """the plans that one student has: "iep" """
    family: frozenset[str]
    titles: frozenset[str]
    """what stands before the name of an adult"""
    before: frozenset[str]
    """what stands before the name of a place: "escuela", "Mount" """
    places: frozenset[str]
    """what a school, a street or a programme is, after the name that it has"""
    labels: frozenset[str]
    """what has a letter: "Plan B." """
    ordinary: frozenset[str]
    """what is written large and is nobody: months, subjects, states"""
    known: frozenset[str]
    """names that everybody knows, as of holidays, books and methods"""


@cache
def first_names() -> tuple[frozenset[str], frozenset[str]]:
    """First names, folded: those that mean nothing else, and those that are words, too."""
    text = (files("flows") / "first_names.txt").read_text(encoding="utf-8")
    plain, _, words_too = text.partition(_WORDS_TOO)
    listed = (line for line in plain.splitlines() if not line.startswith("#"))
    return frozenset(" ".join(listed).split()), frozenset(words_too.split())


def vocabulary(languages: Iterable[Phrases]) -> Vocabulary:
    """Return the words of these languages together, with the first names."""
    return _vocabulary(tuple(languages))


@lru_cache(8)
def _vocabulary(languages: tuple[Phrases, ...]) -> Vocabulary:
    plain, words_too = first_names()
    lists = ((word for each in languages for word in each.words(key)) for key in _KEYS)
    return Vocabulary(plain, words_too, *(frozenset(map(folded, words)) for words in lists))
