"""What can still be undone, or was never posted: it is nobody's but its author's, whomever it is going to ask."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from flows.decision_records import Decision
from flows.decisions import is_seen
from flows.own_record import Row
from flows.people import DISTRICT, Hold, School, Team

from .records import load
from .store import Store


async def is_known(store: Store, table: str, row: Row, member: str) -> bool:
    """Tell whether this person knows of a row that names them: of a draft, and of what is not out, its author does."""
    known = _KNOWN.get(table)
    return known is None or await known(store, row, member)


async def _decision(store: Store, row: Row, member: str) -> bool:
    is_posted = row["state"] not in ("draft", "undone")
    return row["owner"] == member or (is_posted and await _is_out(store, row["team"], row["posted_at"]))


async def _amendment(store: Store, row: Row, member: str) -> bool:
    if row["state"] == "out":
        return True
    return any(each.owner == member for each in await load(store, Decision, team=row["team"], number=row["decision"]))


async def _ask(store: Store, row: Row, member: str) -> bool:
    is_posted = row["state"] != "undone"
    return row["asker"] == member or (is_posted and await _is_out(store, row["team"], row["asked_at"]))


async def _doubt(store: Store, row: Row, member: str) -> bool:
    return bool(row["member"] == member)


async def _is_out(store: Store, team: str, posted: datetime) -> bool:
    (of,) = await load(store, Team, id=team)
    (school,) = await load(store, School, id=of.school)
    held = [each for scope in (DISTRICT, school.id) for each in await load(store, Hold, scope=scope)]
    return is_seen(school.calendar, held, posted, store.school_time)


_KNOWN: Mapping[str, Callable[[Store, Row, str], Awaitable[bool]]] = {
    "decision": _decision,
    "amendment": _amendment,
    "ask": _ask,
    "doubt": _doubt,
}
