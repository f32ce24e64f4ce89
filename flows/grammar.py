"""Short messages that are made of known words: what they are about is seen whatever the order of the words."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from .options import folded
from .phrases import Phrases

_MOST_WORDS = 7
"""in one thing that is said: "will not be in" """
_EDGES = " ,.;:!-–—"


@dataclass(frozen=True, slots=True)
class _Ways:
    """The ways to say something, folded."""

    whole: frozenset[str]
    first: frozenset[str]
    """the word with which each begins: most words of a message begin none, and nothing is looked up for them"""


def left(text: str, phrases: Phrases, known: str, beside: Sequence[str] = ()) -> str | None:
    """Return what is left of a message besides what it says and what may stand beside that; None if it does not say it.

    `known` and `beside` are the phrases that hold the words, each of one or several: of "Sorry, I'm out sick Friday"
    "Friday" is left.
    """
    says, known_ways, words = _ways(phrases, known), _ways(phrases, known, *beside), text.split()
    bare = _bare(words)
    if not _are_said(bare, says):
        return None
    kept, is_said, at = list[str](), False, 0
    while at < len(words):
        length = _longest(bare[at : at + _MOST_WORDS], known_ways)
        is_said = is_said or (length > 0 and _way(bare[at : at + length]) in says.whole)
        kept += words[at : at + 1] if not length else ()
        at += length or 1
    return " ".join(kept).strip(_EDGES) if is_said else None


def contains(text: str, phrases: Phrases, *known: str) -> bool:
    """Whether a message says, wherever in it, what these phrases hold."""
    return _are_said(_bare(text.split()), _ways(phrases, *known))


def _are_said(bare: Sequence[str], ways: _Ways) -> bool:
    starts = (at for at, word in enumerate(bare) if _begins(word, ways))
    return any(_longest(bare[at : at + _MOST_WORDS], ways) for at in starts)


def _longest(bare: Sequence[str], ways: _Ways) -> int:
    """How many of these words are one of the ways, marks alone before it among them; 0 where they begin none."""
    if bare[0] and not _begins(bare[0], ways):
        return 0
    return next((each for each in range(len(bare), 0, -1) if _way(bare[:each]) in ways.whole), 0)


def _begins(word: str, ways: _Ways) -> bool:
    return word.partition(" ")[0] in ways.first


@lru_cache(128)
def _ways(phrases: Phrases, *keys: str) -> _Ways:
    whole = frozenset(folded(way) for key in keys for way in phrases.words(key))
    return _Ways(whole, frozenset(way.partition(" ")[0] for way in whole))


def _bare(words: Sequence[str]) -> list[str]:
    """Each word as it is looked up; nothing where it is marks alone."""
    return [folded(each.strip(_EDGES)) for each in words]


def _way(words: Sequence[str]) -> str:
    return " ".join(filter(None, words))
