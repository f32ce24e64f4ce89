"""The answers of a pulse: they are there until it closes, and nothing that names a person outlives that."""

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, or_

from flows.flow import Conversation
from flows.room import Room
from flows.sends import SendKind
from flows.waves import FLOW, Invited, Wave, occasion

from . import conversations, owed, tables
from .plain import made
from .records import load
from .state import CLOSED, WAITS, State, is_in
from .store import Store


async def beside(store: Store, room: Room) -> Room:
    """Return the room with what is left of the pulses of its school."""
    school = room.school.id
    return replace(
        room,
        is_whole=True,
        invited=await load(store, Invited, school=school),
        waves=await load(store, Wave, school=school),
    )


async def answers(store: Store, team: str, number: int) -> tuple[Conversation, ...]:
    """Return what the people who were asked in this team have answered so far."""
    table = tables.facts[Conversation]
    rows = await store.select(table, table.c.team == team, table.c.phase == occasion(number))
    found = [made(Conversation, row) for row in rows]
    given = await conversations.answers_of(store, team, [each.key for each in found])
    return tuple(replace(each, answers=given.get(each.key, {})) for each in found)


async def destroy(store: Store, team: str, number: int, school: str) -> None:
    """Delete everything that tells who of a team answered, when and what.

    That is each conversation with all revisions of its answers; each message in which it is spoken of, but the one that
    asked, which went to everybody; what came in and was not worked through; and who sent anything when.
    """
    table, answer = tables.facts[Conversation], tables.answer
    of_pulse = f"{occasion(number)}/{FLOW}/"
    await store.delete(answer, answer.c.team == team, answer.c.conversation.startswith(of_pulse, autoescape=True))
    await store.delete(table, table.c.team == team, table.c.phase == occasion(number))
    asked = f"{school}.{occasion(number)}.{SendKind.PROMPT.value}."
    outbox = tables.outbox
    is_asking = outbox.c.key.startswith(asked, autoescape=True)
    spoken = or_(
        outbox.c.conversation.startswith(of_pulse, autoescape=True),
        _holds(outbox.c.message, of_pulse),
        _holds(outbox.c.message, f"answer {FLOW}"),
    )
    answered = and_(outbox.c.team == "", is_in(outbox, *CLOSED))  # at once, to whoever did something
    ours = (or_(outbox.c.team == team, answered), outbox.c.to != "")
    never_went = is_in(outbox, State.CANCELLED)  # mostly because the person had answered by then
    await store.delete(outbox, *ours, spoken, or_(~is_asking, never_went))
    await store.update(outbox, *ours, is_asking, ~is_in(outbox, *WAITS), message=None, error="")
    inbox = tables.inbox
    await store.delete(inbox, _holds(inbox.c.payload, of_pulse))
    await store.update(inbox, *owed.IS_OWED, _holds(inbox.c.payload, f"answer {FLOW}"), payload=None)
    await store.update(inbox, inbox.c.done_at.is_not(None), user="")


def _holds(column: ColumnElement[Any], words: str) -> ColumnElement[bool]:
    return cast(column, Text).contains(words, autoescape=True)
