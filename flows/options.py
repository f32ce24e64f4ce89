"""Finding which option somebody means: by number, by label, by key, by its beginning, or nearly."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher

from .flow import NotAnAnswer
from .messages import Option
from .phrases import Phrases

_NUMBER = re.compile(r"#?(\d{1,3})[.)]?")
_EDGES = " \t\n.,;:!?…\"'“”‘’()[]*_`¡¿"
_TINTS = re.compile("[\U0001f3fb-\U0001f3ff\ufe0f]")
_NEAR = 0.72
"""how alike two words must be for "did you mean" (1: the same)"""
_MOST_PIECES = 13
"""a label may hold so many pieces: six separators and what stands between them"""
_QUOTED = 60
"""at most so many characters of what somebody typed are said back"""


def folded(words: str) -> str:
    """Return the words without what people leave out when they type: case, accents, marks at the ends."""
    if not words.isascii():
        bare = "".join(char for char in unicodedata.normalize("NFKD", words) if not unicodedata.combining(char))
        words = _TINTS.sub("", bare).replace("’", "'")
    return " ".join(words.casefold().split()).strip(_EDGES)


def numbers(options: Sequence[Option]) -> tuple[str, ...]:
    """Return the number that each option is listed under: its own if all keys are numbers, else its place."""
    if all(option.key.isdecimal() for option in options):
        return tuple(option.key for option in options)
    return tuple(str(place) for place in range(1, len(options) + 1))


def number_of(option: Option, options: Sequence[Option]) -> str:
    """Return the number that this option is listed under."""
    return numbers(options)[list(options).index(option)]


def find(options: Sequence[Option], said: str, phrases: Phrases) -> Option:
    """Return the option that is meant; raises NotAnAnswer when it is none, or not clear which."""
    found = _exact(options, said) or _numbered(options, said, phrases) or _begun(options, said)
    match found:
        case [only]:
            return only
        case []:
            raise NotAnAnswer(_did_you_mean(options, said, phrases))
        case _:
            raise NotAnAnswer(which(found, phrases))


def find_several(options: Sequence[Option], said: str, phrases: Phrases) -> list[str]:
    """Return the keys of the options that are meant, in the options' order."""
    if folded(said) in phrases.words("answers.words.all"):
        return [option.key for option in options]
    if folded(said) in phrases.words("answers.words.both") and len(options) == 2:
        return [option.key for option in options]
    chosen = {found.key for found in _each(options, said, phrases)}
    return [option.key for option in options if option.key in chosen]


def find_person(options: Sequence[Option], said: str, phrases: Phrases, me: str = "") -> Option:
    """Return the person who is meant, by first name, full name or number; `me` is the speaker's own key."""
    name = said.strip().lstrip("@")
    if folded(name) in phrases.words("answers.words.me"):
        for option in options:
            if option.key == me:
                return option
    found = _exact(options, name) or _any_name(options, name)
    if found or _NUMBER.fullmatch(folded(name)):
        return find(found or options, name if not found else _only(found, phrases).label, phrases)
    return _near_person(options, name, phrases)


def nearest(options: Sequence[Option], said: str) -> Option | None:
    """Return the option that is spelled most like these words, if any is near."""
    return _nearest(options, said, lambda option: [option.label, option.key, *option.label.split()])


def which(options: Sequence[Option], phrases: Phrases) -> str:
    """Return the question which of these options is meant."""
    left, right = phrases.say("answers.quotes")
    *others, last = [f"{left}{option.label}{right}" for option in options]
    labels = phrases.say("answers.more", first=", ".join(others), second=last) if others else last
    return phrases.say("answers.which", labels=labels)


def quoted(said: str) -> str:
    """Return what somebody typed, short enough to be said back."""
    words = " ".join(said.split())
    return words if len(words) <= _QUOTED else words[: _QUOTED - 1] + "…"


def _only(found: Sequence[Option], phrases: Phrases) -> Option:
    if len(found) > 1:
        raise NotAnAnswer(which(found, phrases))
    return found[0]


def _first(options: Sequence[Option], *tests: Callable[[Option], bool]) -> list[Option]:
    """Return the options that pass the first test which any of them passes."""
    for test in tests:
        if found := [option for option in options if test(option)]:
            return found
    return []


def _exact(options: Sequence[Option], said: str) -> list[Option]:
    words = folded(said)
    return _first(
        options,
        lambda option: option.label == said.strip(),
        lambda option: folded(option.label) == words != "",
    )


def _numbered(options: Sequence[Option], said: str, phrases: Phrases) -> list[Option]:
    number = _NUMBER.fullmatch(folded(said))
    if number is None:
        return []
    by_number = dict(zip(numbers(options), options, strict=True))
    if number[1] not in by_number:
        raise NotAnAnswer(phrases.say("answers.number", number=int(number[1]), known=_listed(list(by_number))))
    return [by_number[number[1]]]


def _listed(known: list[str]) -> str:
    """Return "1 to 5", or the numbers one by one where some are missing."""
    first, last = int(known[0]), int(known[-1])
    is_whole = known == [str(number) for number in range(first, last + 1)]
    return f"{first}–{last}" if is_whole and first != last else ", ".join(known)


def _begun(options: Sequence[Option], said: str) -> list[Option]:
    """Return the options with this key, or that begin so, or in which a word begins so."""
    words = folded(said)
    if not words:
        return []
    return _first(
        options,
        lambda option: folded(option.key) == words,
        lambda option: folded(option.label).startswith(words),
        lambda option: f" {words}" in f" {folded(option.label)}",
    )


def _did_you_mean(options: Sequence[Option], said: str, phrases: Phrases) -> str:
    near = nearest(options, said)
    if near is None:
        return phrases.say("answers.unknown", said=quoted(said))
    return phrases.say("answers.did_you_mean", label=near.label, number=number_of(near, options))


def _any_name(options: Sequence[Option], name: str) -> list[Option]:
    """Return the people with this first or last name, or whose name begins so."""
    words = folded(name)
    if not words:
        return []
    return _first(
        options,
        lambda option: words == folded(option.label).split()[0],
        lambda option: words in folded(option.label).split(),
        lambda option: f" {words}" in f" {folded(option.label)}",
    )


def _near_person(options: Sequence[Option], name: str, phrases: Phrases) -> Option:
    near = _nearest(options, name, lambda option: [option.label, *option.label.split()])
    if near is None:
        raise NotAnAnswer(phrases.say("answers.unknown_person", said=quoted(name)))
    raise NotAnAnswer(phrases.say("answers.near_person", said=quoted(name), label=near.label))


def _nearest(options: Sequence[Option], said: str, names: Callable[[Option], list[str]]) -> Option | None:
    """Return the option of which some name is most like what was said, if any is near."""
    words = folded(said)[:200]
    best = max(options, key=lambda option: _alike(words, names(option)), default=None)
    return best if best and _alike(words, names(best)) >= _NEAR else None


def _alike(words: str, names: list[str]) -> float:
    """Return how alike the words are to the most similar of the names, 0 for those that are not near."""
    matchers = (SequenceMatcher(None, words, folded(name)[:200]) for name in names)
    near = (matcher.ratio() for matcher in matchers if matcher.quick_ratio() >= _NEAR)
    return max(near, default=0)


def _each(options: Sequence[Option], said: str, phrases: Phrases) -> Iterator[Option]:
    """Yield the options in "1, 3" or "teaching and climate"; a label may itself hold a comma or an "and"."""
    pieces = _pieces(said, phrases)
    start = 0
    while start < len(pieces):
        option, start = _longest(options, pieces, start, phrases)
        yield option


def _longest(options: Sequence[Option], pieces: Sequence[str], start: int, phrases: Phrases) -> tuple[Option, int]:
    """Return the option that the longest run of pieces names in full, else what the next piece means."""
    for end in range(min(len(pieces), start + _MOST_PIECES), start, -2):
        if found := _exact(options, "".join(pieces[start:end])):
            return found[0], end + 1
    return find(options, pieces[start], phrases), start + 2


def _pieces(said: str, phrases: Phrases) -> list[str]:
    """Return what stands between the separators, and the separators at the odd places."""
    if re.fullmatch(r"[\d\s]+", said):
        said = ", ".join(said.split())
    ands = "|".join(re.escape(word) for word in phrases.words("answers.words.and"))
    parts = re.split(rf"(\s*[,;\n]+\s*(?:(?:{ands})\s)?\s*|\s+(?:{ands})\s+)", said.strip(" ,;\n"), flags=re.I)
    return [part for part in parts if part is not None]
