"""Writing the audit log: what an event changed, and what the command line did."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from flows import audit as rules
from flows import own_record
from flows.audit import READ, ROLE, Deed
from flows.outcome import Outcome
from flows.people import Hold, Membership, School, Team
from flows.room import Room
from storage import audit, records
from storage.audit import OPERATOR
from storage.people import Person
from storage.store import Store
from storage.tables import KEYS

WATCHED = (School, Team, Membership, Hold)
"""what the command line may change of roles and settings"""


async def heard(store: Store, room: Room, person: Person, outcome: Outcome) -> None:
    """Log what somebody's words or presses changed of roles and settings, and that they asked for their record."""
    own = [Deed(READ, each.to, {"what": "record"}) for each in outcome.sends if each.card == own_record.CARD]
    await audit.write(store, person.member.id, [*rules.changes(room, (*outcome.shared, *outcome.keep)), *own])


async def admitted(store: Store, person: Person) -> None:
    """Log that somebody came in by the code, with the roles that it gives."""
    deeds = [
        Deed(ROLE, person.member.id, {"team": each.team, "was": [], "is": [role.value for role in each.roles]})
        for each in person.memberships
    ]
    await audit.write(store, person.member.id, deeds)


@asynccontextmanager
async def watched(store: Store) -> AsyncIterator[None]:
    """Log what the command line changes of roles and settings meanwhile."""
    before = await _facts(store)
    yield
    after = await _facts(store)
    deeds = [rules.change(before.get(key), fact) for key, fact in after.items()]
    await audit.write(store, OPERATOR, [each for each in deeds if each])


async def _facts(store: Store) -> dict[Any, Any]:
    return {
        (kind, *(getattr(fact, name) for name in KEYS[kind])): fact
        for kind in WATCHED
        for fact in await records.load(store, kind)
    }
