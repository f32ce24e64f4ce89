"""What is on record, and what a roster makes of it."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from flows.people import Member, Membership, School, Team
from storage import tables
from storage.addresses import Identity

KINDS = (School, Team, Member, Membership, Identity)
"""The facts that a roster becomes; each kind refers only to those before it."""
_Kind = TypeVar("_Kind")


def key_of(fact: object) -> tuple[Any, ...]:
    """Return the kind of the fact and its key."""
    return (type(fact), *(getattr(fact, name) for name in tables.KEYS[type(fact)]))


class Book:
    """What is on record, and what it becomes."""

    def __init__(self, found: Iterable[object]) -> None:
        """Begin with these facts."""
        self.before: Mapping[tuple[Any, ...], Any] = {key_of(fact): fact for fact in found}
        self.written: dict[tuple[Any, ...], Any] = {}
        self.notes: dict[str, None] = {}

    def put(self, fact: _Kind) -> _Kind:
        """Let the fact take the place of the one with its key, and return it."""
        self.written[key_of(fact)] = fact
        return fact

    def get(self, kind: type[_Kind], *key: str) -> _Kind | None:
        """Return the fact as it will be."""
        found: _Kind | None = self.written.get((kind, *key)) or self.before.get((kind, *key))
        return found

    def of(self, kind: type[_Kind]) -> list[_Kind]:
        """Return all facts of a kind as they will be."""
        return [fact for key, fact in {**self.before, **self.written}.items() if key[0] is kind]

    def changes(self) -> list[tuple[Any, Any]]:
        """Return (before or None, after) of what differs, a kind after those that it refers to."""
        pairs = [(self.before.get(key), fact) for key, fact in self.written.items()]
        different = [pair for pair in pairs if pair[0] != pair[1]]
        return sorted(different, key=lambda pair: KINDS.index(type(pair[1])))

    def mistyped(self) -> list[Identity]:
        """Return accounts on record from which nobody was heard, whose holders have another one by now."""
        kept = [fact for fact in self.written.values() if isinstance(fact, Identity)]
        holders = {(each.member, each.platform, each.workspace) for each in kept}
        unheard = [fact for fact in self.before.values() if isinstance(fact, Identity) and fact.seen_at is None]
        gone = [each for each in unheard if key_of(each) not in self.written]
        return [each for each in gone if (each.member, each.platform, each.workspace) in holders]
