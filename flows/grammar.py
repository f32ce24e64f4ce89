"""Short messages that are made of known words: what they are about is seen whatever the order of the words."""

from collections.abc import Sequence
from functools import lru_cache

from .options import folded
from .phrases import Phrases

_MOST_WORDS = 7
"""in one thing that is said: "will not be in" """
_EDGES = " ,.;:!-–—"


def left(text: str, phrases: Phrases, known: str, beside: Sequence[str] = ()) -> str | None:
    """Return what is left of a message besides what it says and what may stand beside that; None if it does not say it.

    `known` and `beside` are the phrases that hold the words, each of one or several: of "Sorry, I'm out sick Friday"
    "Friday" is left.
    """
    says = _ways(phrases, known)
    others = {way for key in beside for way in _ways(phrases, key)}
    known_ways, words = says | others, text.split()
    bare = _bare(words)
    kept, is_said, at = list[str](), False, 0
    while at < len(words):
        length = next((each for each in _lengths(bare[at:]) if _way(bare[at : at + each]) in known_ways), 0)
        is_said = is_said or (length > 0 and _way(bare[at : at + length]) in says)
        kept += words[at : at + 1] if not length else ()
        at += length or 1
    return " ".join(kept).strip(_EDGES) if is_said else None


def contains(text: str, phrases: Phrases, known: str) -> bool:
    """Whether a message says, wherever in it, what these phrases hold."""
    says, words = _ways(phrases, known), _bare(text.split())
    return any(_way(words[at : at + each]) in says for at in range(len(words)) for each in _lengths(words[at:]))


def _lengths(words: Sequence[str]) -> range:
    return range(min(len(words), _MOST_WORDS), 0, -1)


def _ways(phrases: Phrases, key: str) -> frozenset[str]:
    return _folded(tuple(phrases.words(key)))


@lru_cache(1000)
def _folded(words: tuple[str, ...]) -> frozenset[str]:
    """The words of a script, folded; scripts never change, so the same words are asked for again and again."""
    return frozenset(map(folded, words))


def _bare(words: Sequence[str]) -> list[str]:
    """Each word as it is looked up; nothing where it is marks alone."""
    return [folded(each.strip(_EDGES)) for each in words]


def _way(words: Sequence[str]) -> str:
    return " ".join(filter(None, words))
