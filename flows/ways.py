"""What somebody's words say to a decision, read by themselves: which word, about which decisions, and why."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache

from .commands import gives_reason
from .modes import MODES
from .options import folded
from .phrases import Phrases

Kinds = tuple[str, ...]
"""words of `stand`, of which one is meant"""
FOR: Kinds = ("good",)
WORRY: Kinds = ("worry",)
HARM: Kinds = ("harm",)
AGAINST: Kinds = (*WORRY, *HARM)
NOTHING: Kinds = ("pass",)
BACK: Kinds = ("withdraw",)
OWN: Kinds = tuple(dict.fromkeys(kind for mode in MODES.values() for kind in mode.says))
"""the words of `stand` that are not the number of an option"""
_LISTS: Mapping[str, Kinds] = {
    "decide.agrees": FOR,
    "decide.worries": WORRY,
    "decide.objects_to": HARM,
    "decide.disagrees": AGAINST,
    "decide.passes": NOTHING,
    "decide.takes_back": BACK,
}
"""The phrases that hold what people say, and what it may be."""
_BARE: Mapping[str, Kinds] = {"answers.words.yes": FOR, "answers.words.no": AGAINST}
"""The same for words that say something only to what still waits for this person."""
MOST_WORDS = 6
"""in one way to say something: "withdraw my objection" """
WORDED: Kinds = ("worry", "harm", "advice")
"""words of `stand` that take a sentence with them"""
_VERSION = re.compile(r"#?(\d{1,9}(?:\.\d{1,9})?)")
_APART = re.compile(r"(\s*[,;\n]\s*(?:(?:and|y)\s+)?|\s+(?:and|y)\s+)", re.IGNORECASE)
_NEAR, _NEARER = 0.8, 0.85
"""how alike one word must be to be taken for a way, and several words"""


@dataclass(frozen=True, slots=True)
class Said:
    """What the words say."""

    kinds: Kinds
    numbers: tuple[str, ...] = ()
    """the decisions that are named: "3", "3.2" """
    is_every: bool = False
    """whether all are meant: "both" """
    reason: str = ""
    is_name: bool = False
    """whether it is the decision's own word, as it stands on its button"""
    is_bare: bool = False
    """a yes or a no, which says nothing by itself"""
    is_whole: bool = True
    """whether nothing else is said; a sentence may only begin so"""


@lru_cache(16)
def known(phrases: Phrases) -> Mapping[str, Kinds]:
    """Each way to say something, and the words of `stand` that it may be."""
    listed = {word: kinds for key, kinds in _LISTS.items() for word in phrases.words(key)}
    return {**listed, **_names(phrases)}


@lru_cache(16)
def _names(phrases: Phrases) -> Mapping[str, Kinds]:
    """A decision's own words, as commands and as its buttons say them."""
    return {**{folded(phrases.say(f"decide.{kind}")): (kind,) for kind in OWN}, **{kind: (kind,) for kind in OWN}}


@lru_cache(16)
def _bare(phrases: Phrases) -> Mapping[str, Kinds]:
    """Each way to say something only to what still waits."""
    return {word: kinds for key, kinds in _BARE.items() for word in phrases.words(key)}


@lru_cache(32)
def _ways(phrases: Phrases, is_command: bool) -> Mapping[str, Kinds]:
    """Each way to say anything; an objection is taken back by its own word only in a command."""
    return {**_bare(phrases), **known(phrases), **({kind: (kind,) for kind in BACK} if is_command else {})}


def read(phrases: Phrases, text: str, is_command: bool = False) -> Said | None:
    """Return what these words say; None where they do not begin with a way to say something.

    What is no command may be followed by a decision and a reason; by other words only where its first words say enough
    by themselves: several of them, one that takes a sentence, or one that a mark sets apart ("No, the buses are late").
    The decision may also stand first: "1 good", "both good enough".
    """
    if said := _begun(phrases, text, is_command):
        return said
    numbers, is_every, rest = named(phrases, text)
    said = _begun(phrases, rest, is_command) if rest and (numbers or is_every) else None
    is_all = said and said.is_whole and not said.numbers and not said.is_every
    return replace(said, numbers=numbers, is_every=is_every) if said and is_all else None


def _begun(phrases: Phrases, text: str, is_command: bool) -> Said | None:
    ways = _ways(phrases, is_command)
    words = text.split(None, MOST_WORDS)
    for length in range(min(MOST_WORDS, len(words)), 0, -1):
        way = folded(" ".join(words[:length]))
        if way not in ways:
            continue
        numbers, is_every, reason = named(phrases, "".join(text.split(None, length)[length:]))
        is_apart, is_bare = words[length - 1][-1] in ".,;:!", way in _bare(phrases) and way not in known(phrases)
        is_whole = not reason or is_command or gives_reason(reason) or words[length - 1].endswith(":")
        if is_whole or is_apart or (not is_bare and (length > 1 or way in WORDED)):
            return Said(ways[way], numbers, is_every, reason, way in _names(phrases), is_bare, is_whole)
    return None


def named(phrases: Phrases, after: str) -> tuple[tuple[str, ...], bool, str]:
    """The decisions that are named first in what follows, whether it is all of them, and what is left to say."""
    every = {*phrases.words("answers.words.both"), *phrases.words("answers.words.all")}
    beside = {*phrases.words("decide.beside"), *phrases.words("answers.words.and")}
    words = after.split()
    counts = {*phrases.words("answers.words.numbers"), *map(str, range(10))}
    numbers, is_every, named = list[str](), False, 0
    for place, word in enumerate(words, 1):
        bare = folded(word)
        found = _VERSION.fullmatch(bare)
        if is_every and bare in counts:
            continue
        if found:
            numbers.append(found[1])
        elif bare in every:
            is_every = True
        elif bare and bare not in beside:
            break
        named = place if found or bare in every else named
    else:
        named = len(words)
    rest = "".join(after.split(None, named)[named:]).strip()
    is_thanks = folded(rest) in (*phrases.words("answers.words.thanks"), *phrases.words("answers.words.polite"))
    return tuple(numbers), is_every, "" if is_thanks else rest


def apart(phrases: Phrases, text: str) -> tuple[Said, ...]:
    """Return what "1 good, 2 worry because it is loud" says to each of several decisions; nothing for other words."""
    pieces = _APART.split(text)
    parts = [pieces[0]]
    for between, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        said = read(phrases, piece)
        if said and said.numbers and said.is_whole:
            parts.append(piece)
        else:
            parts[-1] += between + piece
    found = [read(phrases, part) for part in parts]
    whole = tuple(each for each in found if each and each.numbers and each.is_whole)
    return whole if len(whole) == len(parts) > 1 else ()


def nearest(phrases: Phrases, text: str) -> str:
    """Return the way that these words are nearly: "dissagree", "good enogh"; else empty."""
    said = folded(text)
    one = " " not in said
    if len(said.split()) > MOST_WORDS or (one and not said.isalpha()):
        return ""
    near = get_close_matches(said, known(phrases), 1, _NEAR if one else _NEARER)
    return near[0] if near else ""
