"""What a word, a number or a list in a script may look like, and how to say that one does not."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from .phrases import PLACEHOLDER

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""what a question or a group is called"""
OPTION_KEY = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")


def near(word: str, known: Iterable[str]) -> str:
    """Return "Did you mean …?", or what is known if nothing is near."""
    listed = sorted(known)
    if found := get_close_matches(word.casefold(), listed, n=1, cutoff=0.6):
        return f'Did you mean "{found[0]}"?'
    return f"Known here: {', '.join(listed)}."


def text(key: str, value: Any, limit: int, words: Iterable[str] = ("name",)) -> Iterator[str]:
    """Complain about a text that is none, is empty or too long, or names a {word} that nobody fills in."""
    if not isinstance(value, str):
        yield f'"{key}" must be a text in quotes, like {key} = "…".'
        return
    if not value.strip():
        yield f'"{key}" is empty. Write the words between the quotes, or take the line out.'
    if len(value) > limit:
        yield f'"{key}" has {len(value):,} characters; there is room for {limit:,}. Please shorten it.'
    if "**" in value:
        yield f'"{key}" has two stars in a row. One star on each side makes bold: *like this*.'
    for word in PLACEHOLDER.findall(value):
        if word not in words:
            yield f'"{key}" has {{{word}}}, which is never filled in. {_words(words)}'


def _words(words: Iterable[str]) -> str:
    known = " and ".join(f"{{{word}}}" for word in words)
    return f"Known here: {known}." if known else "No {word} is filled in here."


def number(key: str, value: Any, least: int, most: int) -> Iterator[str]:
    """Complain about a number that is none or out of bounds."""
    if isinstance(value, bool) or not isinstance(value, int):
        yield f'"{key}" must be a whole number without quotes, like {key} = 2.'
    elif not least <= value <= most:
        yield f'"{key}" must be from {least} to {most}; it is {value}.'


def flag(key: str, value: Any) -> Iterator[str]:
    """Complain about a switch that is neither true nor false."""
    if not isinstance(value, bool):
        yield f'"{key}" must be true or false, without quotes.'


def one_of(key: str, value: Any, known: Iterable[str]) -> Iterator[str]:
    """Complain about a word that is not one of these."""
    listed = tuple(known)
    if value not in listed:
        yield f'"{key}" cannot be {value!r}. {near(str(value), listed)}'.replace("'", '"')


def days(key: str, value: Any) -> Iterator[str]:
    """Complain about a number of days that is not written like "3 days"."""
    if read_days(value) == 0:
        yield f'"{key}" is written like {key} = "3 days". They are school days.'


def read_days(value: Any) -> int:
    """Return the days in "3 days", or 0 if it is something else."""
    found = re.fullmatch(r"(\d{1,2}) (school )?days?", value.strip()) if isinstance(value, str) else None
    return int(found[1]) if found else 0


def name(value: str) -> Iterator[str]:
    """Complain about the name of a question or group that cannot be one."""
    if not NAME.fullmatch(value):
        yield "a name has small letters, digits and _ only, and starts with a letter, like [area_other]."
