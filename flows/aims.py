"""Aims: the outcomes that the work is for, as a district words them in `outcomes.toml`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import shapes
from .toml_files import File

FILE = "outcomes"
_WORDS = ("say", "hint")


@dataclass(frozen=True, slots=True)
class Aim:
    """One outcome: its key is stored with the evidence for it, its words are shown."""

    key: str
    say: str
    hint: str = ""
    """what one could look at"""


Aims = Mapping[str, tuple[Aim, ...]]
"""those of each language; "" is the original"""


def load(files: tuple[File, ...], complaints: list[str], notes: list[str]) -> Aims:
    """Return the aims by language; a school's own file takes the place of ours, with its own translations."""
    own = [file for file in files if file.name == FILE]
    original = next((file for file in reversed(own) if not file.language), None)
    if original is None:
        return {}
    complaints += (f"{original.file}{complaint}" for complaint in _judge(original.table))
    aims = {"": _read(original.table, {})}
    for file in own:
        if file.language and file.folder >= original.folder:
            complaints += (f"{file.file}{complaint}" for complaint in _judge_translation(original, file.table))
            notes += (f"{file.file}{note}" for note in _missing(original, file.table))
            aims[file.language] = _read(original.table, file.table)
    return aims


def _read(table: Mapping[str, Any], translation: Mapping[str, Any]) -> tuple[Aim, ...]:
    def words(key: str, entry: Any) -> Aim:
        given = translation.get(key)
        told = {**_texts(entry), **_texts(given)}
        return Aim(key, told.get("say", ""), told.get("hint", ""))

    return tuple(words(key, entry) for key, entry in table.items())


def _texts(entry: Any) -> dict[str, str]:
    return {key: str(entry[key]) for key in _WORDS if key in entry} if isinstance(entry, Mapping) else {}


def _judge(table: Mapping[str, Any]) -> Iterator[str]:
    if not table:
        yield ": there is no outcome in it."
    for key, entry in table.items():
        if not isinstance(entry, Mapping):
            yield f' "{key}" stands outside of any outcome. Begin one with [{key}].'
            continue
        if not isinstance(entry.get("say"), str) or not entry["say"].strip():
            yield f' [{key}]: "say" is missing: what the outcome is called.'
        yield from _strangers(key, entry)


def _judge_translation(original: File, table: Mapping[str, Any]) -> Iterator[str]:
    for key, entry in table.items():
        if key not in original.table:
            yield f" [{key}] is not in {original.file}. {shapes.near(key, original.table)}"
        elif isinstance(entry, Mapping):
            yield from _strangers(key, entry)


def _strangers(key: str, entry: Mapping[str, Any]) -> Iterator[str]:
    for name, words in entry.items():
        if name not in _WORDS:
            yield f' [{key}]: "{name}" is not known here. {shapes.near(name, _WORDS)}'
        elif not isinstance(words, str):
            yield f' [{key}]: "{name}" wants words in quotes.'


def _missing(original: File, table: Mapping[str, Any]) -> Iterator[str]:
    for key in original.table:
        if key not in table:
            yield f" [{key}] is not translated, so people read it as it is in {original.file}."
