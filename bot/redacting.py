"""Redacting: what somebody takes back or changes is destroyed in every copy, and logged; a legal hold keeps answers."""

from collections.abc import Iterable, Mapping
from typing import Any

from flows import erasing
from flows.outcome import Outcome
from flows.records import Need, Resource
from flows.room import Room
from storage import conversations, legal_holds, outbox
from storage.erasing import unquote
from storage.people import Person
from storage.store import Store

from . import auditing


async def after(store: Store, room: Room, person: Person, outcome: Outcome) -> None:
    """Destroy the words that these facts and answers take the place of, and log what they change."""
    await auditing.heard(store, room, person, outcome)
    for key, answer in outcome.answers:
        if answer.revision > 1 and not await _is_held(store, room, key):
            await conversations.destroy_replaced(store, room.team.id, key, answer)
            await outbox.destroy_bodies(store, room.team.id, key)
    if gone := tuple(erasing.taken_back(room, outcome.keep)):
        await outbox.destroy_settled(store, room.team.id)
        for fact in gone:
            if isinstance(fact, Need | Resource) and fact.state == "withdrawn":
                await _destroy_origin(store, room, fact.origin)
        await unquote(store, room.team.id, {source: _said_now(gone, kind) for source, kind in _CHOSEN_FROM.items()})


async def _destroy_origin(store: Store, room: Room, origin: str) -> None:
    """Destroy the answers of which a need or a resource was made: conversation, step and item name them."""
    key, _, place = origin.partition("#")
    step, _, item = place.rpartition(".")
    talk = room.conversations.get(key)
    if talk is not None and not await _is_held(store, room, key):
        groups = room.scripts.flow(talk.flow).groups
        steps = {each for group in groups if step in group.steps for each in group.steps}
        await conversations.destroy_item(store, room.team.id, key, steps, int(item))


_CHOSEN_FROM = {"needs": Need, "resources": Resource}
"""what others may have been asked to choose from, by the name of the source"""


def _said_now(facts: Iterable[Any], kind: type[Any]) -> Mapping[str, str]:
    return {str(each.number): each.text for each in facts if isinstance(each, kind)}


async def _is_held(store: Store, room: Room, key: str) -> bool:
    talk = room.conversations.get(key)
    return talk is not None and await legal_holds.on(store, talk.member) is not None
