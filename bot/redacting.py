"""Redacting: what somebody takes back or changes in the chat is destroyed in every copy; a legal hold keeps answers."""

from collections.abc import Iterable
from typing import Any

from flows import erasing
from flows.outcome import Outcome
from flows.records import Need, Resource
from flows.room import Room
from storage import conversations, legal_holds, outbox
from storage.erasing import unquote
from storage.store import Store


async def after(store: Store, room: Room, outcome: Outcome) -> None:
    """Destroy the words that these facts and answers take the place of."""
    for key, answer in outcome.answers:
        if answer.revision > 1 and not await _is_held(store, room, key):
            await conversations.destroy_replaced(store, room.team.id, key, answer)
            await outbox.destroy_bodies(store, room.team.id, key)
    if gone := tuple(erasing.taken_back(room, outcome.keep)):
        await outbox.destroy_settled(store, room.team.id)
        await unquote(store, room.team.id, {source: _numbers(gone, kind) for source, kind in _CHOSEN_FROM.items()})


_CHOSEN_FROM = {"needs": Need, "resources": Resource}
"""what others may have been asked to choose from, by the name of the source"""


def _numbers(facts: Iterable[Any], kind: type[Any]) -> list[str]:
    return [str(each.number) for each in facts if isinstance(each, kind)]


async def _is_held(store: Store, room: Room, key: str) -> bool:
    talk = room.conversations.get(key)
    return talk is not None and await legal_holds.on(store, talk.member) is not None
