"""What can be wrong with a school's own phrases or with their translation."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from . import shapes
from .phrases import EVERYWHERE, PLACEHOLDER, PLURALS, Phrases, flat


def judge_phrases(table: Mapping[str, Any], shipped: Mapping[str, Any] | None = None) -> Iterator[str]:
    """Complain about phrases; those of a school or a translation must be among the shipped ones."""
    known = None if shipped is None else dict(flat(shipped))
    for key, phrase in flat(table):
        complaints = (*_shape(phrase), *(_known(key, phrase, known) if known is not None else ()))
        yield from (f" {_place(key)}: {complaint}" for complaint in complaints)


def untranslated(original: Phrases, tables: Iterable[Mapping[str, Any]], file: str = "phrases.toml") -> Iterator[str]:
    """Note each of the original phrases that none of a language's files has, in any of its plural forms."""
    there = {_counted(key) for table in tables for key, _ in flat(table)}
    for key in dict.fromkeys(map(_counted, (*original.sentences, *original.lists))):
        if key not in there:
            yield f" {_place(key)}: not translated, so people read it as in {file}."


def _counted(key: str) -> str:
    """Return the phrase's key without the plural form."""
    above, _, plural = key.rpartition(".")
    return above if plural in PLURALS else key


def _place(key: str) -> str:
    section, _, name = key.partition(".")
    return f"[{section}] {name}".rstrip()


def _shape(phrase: Any) -> Iterator[str]:
    match phrase:
        case str() if phrase.strip():
            if "**" in phrase:
                yield "two stars in a row. One star on each side makes bold: *like this*."
        case [*words] if words and all(isinstance(word, str) and word.strip() for word in words):
            return
        case _:
            yield 'a phrase must be a text in quotes, or a list of words like ["later", "not now"].'


def _known(key: str, phrase: Any, known: Mapping[str, Any]) -> Iterator[str]:
    """Complain about a phrase that Leadcycle never says, or about a {word} in it that is never filled in."""
    shipped = known.get(key, _one_of_several(key, known))
    if shipped is None:
        yield f"this phrase is not known here. {_meant(key, known)}".rstrip()
    elif isinstance(shipped, list) != isinstance(phrase, list):
        yield "it must be a list of words." if isinstance(shipped, list) else "it must be one text in quotes."
    elif isinstance(phrase, str):
        words = {*PLACEHOLDER.findall(shipped), *EVERYWHERE}
        for word in sorted(set(PLACEHOLDER.findall(phrase)) - words):
            listed = " ".join(f"{{{each}}}" for each in sorted(words)) or "none"
            yield f"it has {{{word}}}, which is never filled in. Known here: {listed}."


def _meant(key: str, known: Mapping[str, Any]) -> str:
    """Return "Did you mean …?", but not the long list of all phrases."""
    words = shapes.near(key, known)
    return words if words.startswith("Did you mean") else ""


def _one_of_several(key: str, known: Mapping[str, Any]) -> Any:
    """Return the shipped wording for "many" where this is one of a phrase's plural forms."""
    above, _, plural = key.rpartition(".")
    if plural in PLURALS and f"{above}.other" in known:
        return known[f"{above}.other"]
    return known.get(f"{key}.other")
