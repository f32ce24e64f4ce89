"""A script's sibling in another language: it holds words only, and all of them."""

from collections.abc import Iterator, Mapping
from typing import Any

from . import shapes
from .script import groups, option_pairs, questions

_TOP_WORDS = ("title", "intro", "thanks")
_WORDS = ("say", "hint", "again", "options", "scale")


def judge_translation(base: Mapping[str, Any], table: Mapping[str, Any], original: str) -> Iterator[str]:
    """Complain where a translation is not about the same questions as the `original` file."""
    yield from (f": {complaint}" for complaint in _differences(base, table, _TOP_WORDS, original))
    parts = {**questions(base), **groups(base)}
    for key, entry in parts.items():
        translated = table.get(key)
        if not isinstance(translated, Mapping):
            if set(entry) & set(_WORDS):
                yield f" [{key}] is not translated. Copy it from {original} and translate its words."
            continue
        yield from (f" [{key}]: {complaint}" for complaint in _differences(entry, translated, _WORDS, original))
        yield from (f" [{key}]: {complaint}" for complaint in _options(entry, translated, original))
    for key, entry in table.items():
        if isinstance(entry, Mapping) and key not in parts:
            yield f" [{key}] is not in {original}. {shapes.near(key, parts)}"


def translated(base: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the script with the words of its translation."""
    return {key: _with_words(entry, table.get(key, entry)) for key, entry in base.items()}


def _with_words(entry: Any, words: Any) -> Any:
    if not isinstance(entry, Mapping) or not isinstance(words, Mapping):
        return words
    merged = {**entry, **words}
    if isinstance(entry.get("options"), list | Mapping) and isinstance(words.get("options"), list | Mapping):
        keys = [key for key, _ in option_pairs(entry["options"])]
        merged["options"] = _relabelled(keys, words["options"])
    return merged


def _relabelled(keys: list[str], labels: Any) -> dict[str, Any]:
    """Return the labels under the original's keys; a list gives them in the original's order."""
    given = labels if isinstance(labels, Mapping) else dict(zip(keys, labels, strict=False))
    return {key: given[key] for key in keys if key in given}


def _differences(
    base: Mapping[str, Any], table: Mapping[str, Any], words: tuple[str, ...], original: str
) -> Iterator[str]:
    """Yield the words that are missing, and whatever else differs."""
    for key in words:
        if key in base and key not in table:
            yield f'"{key}" is not translated. Copy it from {original} and translate it.'
    for key, value in table.items():
        if key in words:
            if key not in base:
                yield f'"{key}" is not in {original}. Take it out here, or add it there.'
        elif not _is_part(base, key, value) and base.get(key) != value:
            yield f'"{key}" differs from {original}. Take it out here: a translation has words only.'


def _is_part(base: Mapping[str, Any], key: str, value: Any) -> bool:
    """Whether this is a question or group, which is compared by itself."""
    return isinstance(value, Mapping) and "title" in base


def _options(base: Mapping[str, Any], table: Mapping[str, Any], original: str) -> Iterator[str]:
    ours, theirs = base.get("options"), table.get("options")
    if isinstance(theirs, Mapping) and isinstance(ours, list | Mapping):
        keys = {key for key, _ in option_pairs(ours)}
        for key in sorted(keys - set(theirs)):
            yield f'the option "{key}" is missing; {original} has it.'
        for key in sorted(set(theirs) - keys):
            yield f'the option "{key}" is not in {original}. {shapes.near(key, keys)}'
    elif isinstance(theirs, list) and isinstance(ours, list | Mapping) and len(theirs) != len(ours):
        yield f'"options" has {len(theirs)} entries; {original} has {len(ours)}.'
    yield from _scale(base.get("scale"), table.get("scale"), original)


def _scale(ours: Any, theirs: Any, original: str) -> Iterator[str]:
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) != len(theirs):
        yield f'"scale" has {len(theirs)} names; {original} has {len(ours)}.'
