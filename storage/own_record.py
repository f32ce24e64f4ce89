"""Everything that is held of one person, as the tables themselves say: whatever fact comes later is in it, too."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, Table, Text, cast, exists, or_

from flows.decision_records import Amendment, Decision
from flows.flow import Conversation
from flows.own_record import Held, Row, Rows

from . import tables, unposted
from .addresses import Identity
from .columns import Words
from .records import load
from .store import Store

UNTOLD = frozenset({"tenant", "mark", "lease_by"})
"""Whose database it is, what lets somebody in, and which process holds a message: nobody's to read."""


async def of(store: Store, member: str) -> Held:
    """Return every row that names the person, by table: facts, own answers, what was sent, what waits, visits.

    What somebody else has not posted yet, or can still undo, is left out. Values are as JSON has them: days and
    moments in ISO form. What is empty is left out.
    """
    accounts = await load(store, Identity, member=member)
    found = {table.name: await store.select(table, _of(table.c, member)) for table in tables.facts.values()}
    for name, rows in found.items():
        found[name] = [row for row in rows if await unposted.is_known(store, name, row, member)]
    found["answer"] = await _answers(store, found["conversation"])
    for table, theirs in _elsewhere(member, accounts):
        found[table.name] = await store.select(table, theirs)
    return {name: [_plain(row) for row in rows] for name, rows in sorted(found.items()) if rows}


def _elsewhere(member: str, accounts: Sequence[Identity]) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Which rows of the tables that hold no facts are the person's; what is held for everybody is theirs, too."""
    users, places = [each.user for each in accounts], [each.place for each in accounts if each.place]
    inbox, line, pace = tables.inbox.c, tables.practice_line.c, tables.pace.c
    yield tables.outbox, tables.outbox.c.to == member
    yield tables.inbox, or_(inbox.user.in_(users), inbox.payload["user"].as_string().in_(users))
    yield tables.place, tables.place.c.place.in_(places)
    yield tables.ticket, tables.ticket.c.member == member
    yield tables.visit, tables.visit.c.member == member
    yield tables.pace, or_(pace.user.in_(users), pace.place.in_(places))
    yield tables.practice_line, or_(line.place.in_(places), line.author.in_([member, *users]))
    yield tables.audit, or_(*named(tables.audit.c, member))
    yield tables.legal_hold, tables.legal_hold.c.member == member


OF_NOBODY = frozenset({"tenant", "installation", "founding", "agenda", "clock", "restored", "lane", "retraction"})
"""Tables in which nobody is named: a table is told of above, or stands here."""


def _of(columns: Any, member: str) -> ColumnElement[bool]:
    """What is held of the person in a table; a conversation is theirs alone, and there are very many."""
    if columns is tables.facts[Conversation].c:
        its: ColumnElement[bool] = columns.member == member
        return its
    if columns is tables.facts[Amendment].c:
        return or_(_amends_own(columns, member), *named(columns, member))
    return or_(*named(columns, member))


def _amends_own(columns: Any, member: str) -> ColumnElement[bool]:
    """Whether it amends a decision of the person's; the amendment itself does not say whose it is."""
    decision = tables.facts[Decision].c
    same = (decision.tenant == columns.tenant, decision.team == columns.team, decision.number == columns.decision)
    return exists().where(*same, decision.owner == member)


def named(columns: Any, member: str) -> Iterator[ColumnElement[bool]]:
    """Yield that one of the columns is this id, or JSON in which it stands as a text of its own."""
    for column in columns:
        if isinstance(column.type, Words) and column.name != "tenant":
            yield column == member
        elif isinstance(column.type, JSON):
            yield cast(column, Text).contains(f'"{member}"', autoescape=True)


async def _answers(store: Store, conversations: Rows) -> list[dict[str, Any]]:
    """Every revision of the answers in one's own conversations."""
    table, own = tables.answer, defaultdict[str, list[str]](list)
    for row in conversations:
        own[row["team"]].append(row["key"])
    asked = [store.select(table, table.c.team == team, table.c.conversation.in_(keys)) for team, keys in own.items()]
    return [row for each in asked for row in await each]


def _plain(row: Row) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in UNTOLD}
    return {name: _written(value) for name, value in kept.items() if value not in (None, "", [], {})}


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
