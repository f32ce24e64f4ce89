"""A script's sibling in another language: it holds words only, and what it lacks stays as it was written first."""

from collections.abc import Container, Iterator, Mapping
from typing import Any

from . import shapes
from .cycle_script import PHASES
from .script import groups, option_pairs, questions

_TOP_WORDS = ("title", "intro", "thanks")
_WORDS = ("say", "hint", "again", "options", "scale")
_PHASE_WORDS = ("title", "goal")


def judge_translation(base: Mapping[str, Any], table: Mapping[str, Any], original: str) -> Iterator[str]:
    """Complain where a translation is not about the same questions as the `original` file."""
    parts = {**questions(base), **groups(base)}
    yield from _judge(base, table, original, parts, _TOP_WORDS, _WORDS)


def judge_course(base: Mapping[str, Any], table: Mapping[str, Any], original: str) -> Iterator[str]:
    """Complain where the translation of a `cycle.toml` has more than the words of its phases."""
    yield from _judge(base, table, original, _phases(base), ("title",), _PHASE_WORDS)


def missing(base: Mapping[str, Any], table: Mapping[str, Any], original: str) -> Iterator[str]:
    """Note each piece of a script that is not translated."""
    yield from _missing(base, table, original, {**questions(base), **groups(base)}, _TOP_WORDS, _WORDS)


def missing_of_course(base: Mapping[str, Any], table: Mapping[str, Any], original: str) -> Iterator[str]:
    """Note each title and goal of a `cycle.toml` that is not translated."""
    yield from _missing(base, table, original, _phases(base), ("title",), _PHASE_WORDS)


def translated(base: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the script with the words of its translation, and its own where these are missing."""
    return {key: _with_words(entry, table.get(key, entry)) for key, entry in base.items()}


def _phases(base: Mapping[str, Any]) -> dict[str, Any]:
    return {key: base[key] for key in PHASES if isinstance(base.get(key), Mapping)}


def _judge(
    base: Mapping[str, Any],
    table: Mapping[str, Any],
    original: str,
    parts: Mapping[str, Any],
    top: tuple[str, ...],
    words: tuple[str, ...],
) -> Iterator[str]:
    tables = [key for key, entry in table.items() if isinstance(entry, Mapping)]
    yield from (f": {complaint}" for complaint in _differences(base, table, top, original, tables))
    for key in tables:
        if key not in parts:
            yield f" [{key}] is not in {original}. {shapes.near(key, parts)}"
            continue
        yield from (f" [{key}]: {complaint}" for complaint in _differences(parts[key], table[key], words, original))
        yield from (f" [{key}]: {complaint}" for complaint in _options(parts[key], table[key], original))


def _missing(
    base: Mapping[str, Any],
    table: Mapping[str, Any],
    original: str,
    parts: Mapping[str, Any],
    top: tuple[str, ...],
    words: tuple[str, ...],
) -> Iterator[str]:
    yield from (f": {note}" for note in _lacks(base, table, top, original))
    for key, entry in parts.items():
        given = table.get(key, {})
        yield from (f" [{key}]: {note}" for note in _lacks(entry, given, words, original))


def _lacks(base: Mapping[str, Any], table: Mapping[str, Any], words: tuple[str, ...], original: str) -> Iterator[str]:
    for key in words:
        if key in base and key not in table:
            yield f'"{key}" is not translated, so people read it as it is in {original}.'
    ours, theirs = base.get("options"), table.get("options")
    if isinstance(ours, list | Mapping) and isinstance(theirs, Mapping):
        for key, _ in option_pairs(ours):
            if key not in theirs:
                yield f'the option "{key}" is not translated, so people read it as it is in {original}.'


def _with_words(entry: Any, words: Any) -> Any:
    if not isinstance(entry, Mapping) or not isinstance(words, Mapping):
        return words
    merged = {**entry, **words}
    if isinstance(entry.get("options"), list | Mapping) and isinstance(words.get("options"), list | Mapping):
        merged["options"] = _relabelled(option_pairs(entry["options"]), words["options"])
    return merged


def _relabelled(ours: list[tuple[str, Any]], labels: Any) -> dict[str, Any]:
    """Return the labels under the original's keys; a list gives them in the original's order."""
    keys = [key for key, _ in ours]
    given = labels if isinstance(labels, Mapping) else dict(zip(keys, labels, strict=False))
    return {key: given.get(key, label) for key, label in ours}


def _differences(
    base: Mapping[str, Any],
    table: Mapping[str, Any],
    words: tuple[str, ...],
    original: str,
    parts: Container[str] = (),
) -> Iterator[str]:
    """Yield what is neither a word of the original nor the same as there; `parts` are compared by themselves."""
    for key, value in table.items():
        if key in words:
            if key not in base:
                yield f'"{key}" is not in {original}. Take it out here, or add it there.'
        elif key not in parts and base.get(key) != value:
            yield f'"{key}" differs from {original}. Take it out here: a translation has words only.'


def _options(base: Mapping[str, Any], table: Mapping[str, Any], original: str) -> Iterator[str]:
    ours, theirs = base.get("options"), table.get("options")
    if isinstance(theirs, Mapping) and isinstance(ours, list | Mapping):
        keys = {key for key, _ in option_pairs(ours)}
        for key in sorted(set(theirs) - keys):
            yield f'the option "{key}" is not in {original}. {shapes.near(key, keys)}'
    elif isinstance(theirs, list) and isinstance(ours, list | Mapping) and len(theirs) != len(ours):
        yield f'"options" has {len(theirs)} entries; {original} has {len(ours)}.'
    yield from _scale(base.get("scale"), table.get("scale"), original)


def _scale(ours: Any, theirs: Any, original: str) -> Iterator[str]:
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) != len(theirs):
        yield f'"scale" has {len(theirs)} names; {original} has {len(ours)}.'
