"""Retention: what people answered, and what was decided, is destroyed when its time is over; a legal hold wins."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, exists, func, or_, select

from flows import erasing
from flows.cycle_script import LENGTHS
from flows.decision_records import Amendment, Decision, Stand, Wording
from flows.flow import Conversation
from flows.people import ERASED
from flows.records import Cycle, Doubt, Move
from flows.waves import FLOW, Pulse, Wave

from . import tables
from .legal_holds import EVERYBODY, allows, on
from .plain import made
from .records import discard, keep, load
from .store import Store

BATCH = 100
"""conversations, or decisions, in one transaction"""
LATEST = timedelta(days=120)
"""after its weeks a cycle counts as closed that nobody finished: time for breaks, pauses, holds and extensions"""


async def expired(store: Store, before: datetime) -> Sequence[tuple[str, str]]:
    """Return the team and key of conversations whose answers are over: their cycle closed before this moment.

    One that nobody finished counts as closed some time after its weeks. Those of no cycle are over when nobody has
    answered since; those of a pulse when it closes, which destroys them. Held ones are not among them.
    """
    answer, talk = tables.answer.c, tables.facts[Conversation].c
    last = func.coalesce(talk.answered_at, talk.done_at, talk.declined_at, talk.opened_at)
    is_over = or_(and_(talk.cycle == 0, last <= before), _closed(talk, before), _forgotten(talk, before.date()))
    same = (answer.tenant == talk.tenant, answer.team == talk.team, answer.conversation == talk.key)
    free = (allows(talk.tenant, talk.member), ~talk.phase.startswith(f"{FLOW}.", autoescape=True))
    question = select(talk.team, talk.key).where(talk.tenant == store.tenant, is_over, exists().where(*same), *free)
    return [(row.team, row.key) for row in await store.rows(question.order_by(talk.team, talk.key).limit(BATCH))]


def _closed(talk: Any, before: datetime) -> ColumnElement[bool]:
    """Whether the conversation's cycle was finished by then and not opened again, or another one had begun."""
    move, later, cycle = tables.facts[Move], tables.facts[Move].alias(), tables.facts[Cycle].c
    newer = (later.c.tenant == move.c.tenant, later.c.team == move.c.team, later.c.cycle == move.c.cycle)
    is_last = ~exists().where(*newer, later.c.number > move.c.number)
    of_it = (move.c.tenant == talk.tenant, move.c.team == talk.team, move.c.cycle == talk.cycle)
    finished = exists().where(*of_it, move.c.kind == "finished", move.c.at <= before, is_last)
    following = (cycle.tenant == talk.tenant, cycle.team == talk.team, cycle.number > talk.cycle)
    return or_(finished, exists().where(*following, cycle.started_on <= before.date(), talk.cycle > 0))


def _forgotten(talk: Any, day: date) -> ColumnElement[bool]:
    """Whether the conversation's cycle should have been over long before that day, and is still not finished.

    Each length by itself: the databases do not count days alike.
    """
    cycle = tables.facts[Cycle].c
    of_it = (cycle.tenant == talk.tenant, cycle.team == talk.team, cycle.number == talk.cycle)
    over = (and_(cycle.weeks == each, cycle.started_on <= day - timedelta(weeks=each) - LATEST) for each in LENGTHS)
    return exists().where(*of_it, or_(*over))


async def destroy_answers(store: Store, conversations: Sequence[tuple[str, str]]) -> int:
    """Destroy the answers of these conversations, and what was quoted in them; return how many answers that were."""
    answer, talk, count = tables.answer, tables.facts[Conversation], 0
    for team, key in conversations:
        count += await store.delete(answer, answer.c.team == team, answer.c.conversation == key)
        (row,) = await store.select(talk, talk.c.team == team, talk.c.key == key)
        await keep(store, erasing.emptied(made(Conversation, row), store.school_time))
    return count


async def expire_doubts(store: Store, before: datetime) -> int:
    """Destroy words that somebody was asked about before this moment and never settled; return how many."""
    table = tables.facts[Doubt]
    waits = (table.c.at <= before, cast(table.c.said, Text) != "{}", allows(table.c.tenant, table.c.member))
    return await store.update(table, *waits, said={})


async def expire_comments(store: Store, before: datetime) -> int:
    """Destroy the comments of pulses that closed before this moment, but under a hold of everybody; return how many."""
    if await on(store, EVERYBODY):
        return 0
    over = {
        (each.school, each.number) for each in await load(store, Pulse) if each.closed_at and each.closed_at <= before
    }
    worn = [each for each in await load(store, Wave) if each.comments and (each.school, each.pulse) in over]
    await keep(store, *(replace(each, comments=()) for each in worn))
    return sum(len(each.comments) for each in worn)


async def expire_decisions(store: Store, before: datetime) -> int:
    """Destroy the words of decisions that closed before this moment, and what was said to them; return how many.

    Those stay that somebody on hold owns, posted before another took them over, or decided for the others.
    """
    table = tables.facts[Decision]
    over = func.coalesce(table.c.closed_at, table.c.posted_at) <= before
    wrote = (allows(table.c.tenant, whose) for whose in (table.c.owner, table.c.taken_from, table.c.closed_by))
    closed = (table.c.state != "open", table.c.question != ERASED, over, *wrote)
    rows = await store.select(table, *closed, limit=BATCH)
    for each in [made(Decision, row) for row in rows]:
        await keep(store, erasing.worn(each))
        of_it = {"team": each.team, "decision": each.number}
        await discard(store, *await load(store, Wording, **of_it), *await load(store, Amendment, **of_it))
        await _silence(store, each)
    return len(rows)


async def _silence(store: Store, decision: Decision) -> None:
    """Destroy what people said to a decision; of who is held it stays, also what they said in somebody's place."""
    table = tables.facts[Stand]
    here = (table.c.team == decision.team, table.c.decision == decision.number)
    free = (allows(table.c.tenant, whose) for whose in (table.c.member, table.c.through))
    await store.update(table, *here, *free, reason="", answer="")
