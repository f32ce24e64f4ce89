"""The conditions that a pulse asks about, how many answers it takes to show them, and what a school may try next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import shapes

NAME = "conditions"
"""of the file"""
LEAST = 3
"""answers of others under which nobody is anonymous, whatever a district wants (domain: privacy)"""
USUAL, USUAL_FOR_COMMENTS = 5, 10
"""answers of others from which figures and comments are shown (domain: privacy)"""
MOST = 100
MOST_WORDS = 300
MOST_MOVES = 6
_NUMBERS = ("fewest", "comments")
_KEYS = ("title", "asks", "moves")


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition; without a move it is told, and never said to be the one to work on."""

    key: str
    title: str
    asks: tuple[str, ...]
    """the questions of pulse.toml that are about it"""
    moves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conditions:
    """All of them, in their order."""

    each: tuple[Condition, ...] = ()
    fewest: int = USUAL
    """so many others at least answered before a figure is shown"""
    comments: int = USUAL_FOR_COMMENTS


def read(table: Mapping[str, Any]) -> Conditions:
    """Return what a judged `conditions.toml` says."""
    each = (
        Condition(key, entry["title"], tuple(entry["asks"]), tuple(entry.get("moves", ())))
        for key, entry in table.items()
        if isinstance(entry, Mapping)
    )
    return Conditions(tuple(each), table.get("fewest", USUAL), table.get("comments", USUAL_FOR_COMMENTS))


def judge(table: Mapping[str, Any], asked: frozenset[str]) -> Iterator[str]:
    """Complain about a parsed `conditions.toml`; `asked` are the questions of the pulse."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from (f" [{key}]: {complaint}" for complaint in (*shapes.name(key), *_condition(value, asked)))
        elif key in _NUMBERS:
            yield from (f": {complaint}" for complaint in shapes.number(key, value, LEAST, MOST))
        else:
            yield f': "{key}" is not known here. {shapes.near(key, _NUMBERS)}'
    figures, comments = table.get("fewest", USUAL), table.get("comments", USUAL_FOR_COMMENTS)
    if isinstance(figures, int) and isinstance(comments, int) and comments < figures:
        yield ': "comments" is less than "fewest". Comments need more answers than figures, not fewer.'


def _condition(entry: Mapping[str, Any], asked: frozenset[str]) -> Iterator[str]:
    for key in entry:
        if key not in _KEYS:
            yield f'"{key}" is not known here. {shapes.near(key, _KEYS)}'
    yield from shapes.text("title", entry.get("title"), MOST_WORDS, ())
    asks = entry.get("asks")
    if not isinstance(asks, list) or not asks:
        yield '"asks" names the questions of pulse.toml, like asks = ["vision_shared", "vision_work"].'
    else:
        yield from (f'"asks" names {step}, which pulse.toml does not ask on a scale.' for step in {*asks} - asked)
    moves = entry.get("moves", [])
    if not isinstance(moves, list) or len(moves) > MOST_MOVES:
        yield f'"moves" is a list of at most {MOST_MOVES} sentences in quotes.'
    else:
        yield from (complaint for move in moves for complaint in shapes.text("moves", move, MOST_WORDS, ()))


def judge_translation(original: Mapping[str, Any], table: Mapping[str, Any], file: str) -> Iterator[str]:
    """Complain where a translation says more than words: numbers and questions stand in the original."""
    for key, entry in table.items():
        if key not in original or not isinstance(entry, Mapping):
            yield f" [{key}] is not in {file}. A translation has only the words of what is there."
        elif wrong := sorted({*entry} - {"title", "moves"}):
            yield f' [{key}]: "{wrong[0]}" stands in {file} alone. A translation has "title" and "moves".'


def translated(original: Mapping[str, Any], table: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the original's table with the words of a translation."""
    return {
        key: {**entry, **table.get(key, {})} if isinstance(entry, Mapping) else entry for key, entry in original.items()
    }
