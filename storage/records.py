"""Facts that are kept whole under their key: records, people, places and the rows of conversations."""

from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from itertools import groupby
from typing import Any, TypeVar, cast

from sqlalchemy import Select, Table

from .plain import made, to_plain
from .store import Store, question, same
from .tables import KEYS, facts

Fact = TypeVar("Fact")


async def keep(store: Store, *kept: object) -> None:
    """Keep these facts; the newest takes the place of the one with the same key.

    Takes every kind in `storage.tables.KEYS`. Of a conversation only its own row is kept; its answers
    are kept by `conversations`.
    """
    for kind, each in groupby(kept, type):
        rows = [_row(facts[kind], fact) for fact in _newest(kind, each)]
        await store.upsert(facts[kind], rows)


async def load(store: Store, kind: type[Fact], **equal: Any) -> tuple[Fact, ...]:
    """Return the tenant's facts of this kind that have these values, in the order of their keys."""
    rows = await store.ask(_having(cast(Any, kind), *equal), **equal)
    return ordered(kind, (made(kind, row) for row in rows))


async def discard(store: Store, *discarded: object) -> None:
    """Delete these facts, by their keys."""
    for fact in discarded:
        table = facts[type(fact)]
        await store.delete(table, *(table.c[name] == getattr(fact, name) for name in KEYS[type(fact)]))


def ordered(kind: type[Fact], found: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return the facts in the order of their keys, which is the same on every database."""
    return tuple(sorted(found, key=lambda fact: tuple(getattr(fact, name) for name in KEYS[kind])))


@cache
def _having(kind: type, *names: str) -> Select[Any]:
    """Return the question for the facts of a kind by the values of these columns; there are few such questions."""
    return question(facts[kind], *same(facts[kind], *names))


def _newest(kind: type, kept: Iterable[object]) -> Iterable[object]:
    """Of several facts with one key in one go, take the last: a statement may touch a row once."""
    return {tuple(getattr(fact, name) for name in KEYS[kind]): fact for fact in kept}.values()


def _row(table: Table, fact: object) -> dict[str, Any]:
    return {each.name: _value(getattr(fact, each.name)) for each in fields(cast(Any, fact)) if each.name in table.c}


def _value(value: Any) -> Any:
    """Return what the column takes: days and moments as they are, everything compound as plain JSON."""
    return value if hasattr(value, "isoformat") else to_plain(value)
