"""Conversations: their rows, and every revision of every answer."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, or_, select

from flows.flow import Answer, Conversation, Place
from flows.records import Cycle

from . import tables
from .plain import made
from .records import keep, ordered
from .store import Store, given, question, same

_ANSWER = tables.answer
_ANSWERS = question(
    _ANSWER,
    *same(_ANSWER, "team"),
    _ANSWER.c.conversation.in_(given("conversations", many=True)),
    order=(_ANSWER.c.revision, _ANSWER.c.sequence),
)


async def save(store: Store, conversation: Conversation) -> None:
    """Keep the conversation with its answers; revisions that are there already stay."""
    await keep(store, conversation)
    await answered(store, conversation.team, [(conversation.key, each) for each in conversation.answers.values()])


async def answered(store: Store, team: str, answers: Sequence[tuple[str, Answer]]) -> None:
    """Keep revisions of answers, each with the key of its conversation; the conversation is kept before."""
    rows = [
        {
            "team": team,
            "conversation": key,
            "step": each.step,
            "item": each.item,
            "revision": each.revision,
            "value": each.value,
            "words": each.words,
            "sequence": store.next_sequence(),
            "given_at": store.school_time,
        }
        for key, each in answers
    ]
    await store.insert_new(tables.answer, rows)


async def load(store: Store, team: str, key: str) -> Conversation | None:
    """Return the conversation with the newest revision of each answer."""
    table = tables.facts[Conversation]
    rows = await store.select(table, table.c.team == team, table.c.key == key)
    return next(iter(await _with_answers(store, rows)), None)


async def open_of(store: Store, member: str) -> tuple[Conversation, ...]:
    """Return what the person can still answer, in all teams, the oldest first.

    That is what is neither done nor declined nor closed, of each team's newest cycle or of none.
    """
    table, cycle = tables.facts[Conversation], tables.facts[Cycle]
    newest = select(func.max(cycle.c.number)).where(cycle.c.tenant == table.c.tenant, cycle.c.team == table.c.team)
    rows = await store.select(
        table,
        table.c.member == member,
        table.c.done_at.is_(None),
        table.c.declined_at.is_(None),
        or_(table.c.closes_at.is_(None), table.c.closes_at > store.school_time),
        or_(table.c.cycle == 0, table.c.cycle == newest.correlate(table).scalar_subquery()),
    )
    return oldest_first(await _with_answers(store, rows))


async def answers_of(store: Store, team: str, keys: Collection[str]) -> Mapping[str, Mapping[Place, Answer]]:
    """Return the newest answers of each of these conversations of a team, in the order first given."""
    return newest_answers(await store.ask(_ANSWERS, team=team, conversations=list(keys))) if keys else {}


async def revisions(store: Store, team: str, key: str) -> tuple[Answer, ...]:
    """Return every revision of every answer of a conversation, in the order in which they were given."""
    table = tables.answer
    rows = await store.select(table, table.c.team == team, table.c.conversation == key, order=(table.c.sequence,))
    return tuple(made(Answer, row) for row in rows)


async def destroy_answers(store: Store, team: str, key: str) -> int:
    """Delete all revisions of all answers of a conversation, for redaction and erasure; return how many."""
    table = tables.answer
    return await store.delete(table, table.c.team == team, table.c.conversation == key)


async def destroy_replaced(store: Store, team: str, key: str, newest: Answer) -> int:
    """Delete the revisions before this one of the same answer; return how many."""
    table = tables.answer
    here = (table.c.team == team, table.c.conversation == key, table.c.step == newest.step, table.c.item == newest.item)
    return await store.delete(table, *here, table.c.revision < newest.revision)


async def destroy_item(store: Store, team: str, key: str, steps: Collection[str], item: int) -> int:
    """Delete all revisions of the answers to these steps in one item of a group; return how many."""
    table = tables.answer
    here = (table.c.team == team, table.c.conversation == key, table.c.step.in_(steps), table.c.item == item)
    return await store.delete(table, *here)


def newest_answers(rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[Place, Answer]]:
    """Return answers by conversation and place; the rows come by revision, and the later one wins."""
    found: dict[str, dict[Place, Answer]] = {}
    for row in rows:
        answer = made(Answer, row)
        found.setdefault(row["conversation"], {})[answer.step, answer.item] = answer
    return found


def oldest_first(conversations: Iterable[Conversation]) -> tuple[Conversation, ...]:
    """Return the conversations in the order in which they were opened."""
    return tuple(sorted(ordered(Conversation, conversations), key=lambda each: each.opened_at))


async def _with_answers(store: Store, rows: Sequence[Mapping[str, Any]]) -> list[Conversation]:
    found = [made(Conversation, row) for row in rows]
    answers = {
        team: await answers_of(store, team, [each.key for each in found if each.team == team])
        for team in sorted({each.team for each in found})
    }
    return [replace(each, answers=answers[each.team].get(each.key, {})) for each in found]
