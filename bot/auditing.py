"""Writing the audit log: what an event changed, and what the command line did."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from flows import audit as rules
from flows.audit import ROLE, SETTING, Deed
from flows.loader import Scripts
from flows.outcome import Outcome
from flows.people import Hold, Membership, School, Team
from flows.room import Room
from storage import audit, records
from storage.audit import OPERATOR
from storage.people import Person
from storage.store import Store
from storage.tables import KEYS

from .config import Settings

KEPT = ("keep_answers", "keep_decisions", "keep_comments", "keep_messages", "keep_events")
SERVICE = "service"
"""what a setting is about that holds for all schools"""
WATCHED = (School, Team, Membership, Hold)
"""what the command line may change of roles and settings"""


async def heard(store: Store, room: Room, person: Person, outcome: Outcome) -> None:
    """Log what somebody's words or presses changed of roles and settings, and what they show to whom."""
    await audit.write(store, person.member.id, rules.changes(room, (*outcome.shared, *outcome.keep)))
    await shown(store, room, outcome, person.member.id)


async def shown(store: Store, room: Room, outcome: Outcome, me: str = "") -> None:
    """Log who is shown named words of others; `me` is whom a reply answers."""
    for reader, deed in rules.shown(room, outcome, me):
        await audit.write(store, reader, [deed])


async def served(store: Store, settings: Settings, scripts: Scripts) -> None:
    """Log for how long words are kept and how many answers figures take, where that is not what was logged last."""
    conditions = scripts.conditions()
    fewest = {"fewest": conditions.fewest, "comments": conditions.comments}
    now = {**{name: getattr(settings, name) for name in KEPT}, **fewest}
    before = await audit.listing(store, deed=SETTING, about=SERVICE, limit=1)
    if [each.deed.detail for each in before] != [now]:
        await audit.write(store, OPERATOR, [Deed(SETTING, SERVICE, now)])


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
