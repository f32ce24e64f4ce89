"""The audit log as an operator reads it: ids, and the names of those who are still on record."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from flows.people import ERASED, Member, School, Team
from storage import audit, records
from storage.audit import OPERATOR, Entry
from storage.store import Store

from .files import beside, tenant_of


async def listing(url: str, since: datetime | None, limit: int, as_json: bool) -> Iterator[str]:
    """Return a line for each of the newest entries, oldest first."""
    async with beside(url) as database, database.read(await tenant_of(database)) as store:
        entries = await audit.listing(store, since=since, limit=limit)
        names = {} if as_json else await _names(store)
    if as_json:
        return (json.dumps(_plain(each)) for each in entries)
    return (_told(each, names) for each in entries) if entries else iter(["Nothing is in the log yet."])


async def _names(store: Store) -> Mapping[str, str]:
    kinds: tuple[type[Any], ...] = (Member, Team, School)
    known = [each for kind in kinds for each in await records.load(store, kind)]
    return {each.id: each.name for each in known if each.name != ERASED}


def _told(entry: Entry, names: Mapping[str, str]) -> str:
    by = {OPERATOR: "the operator", "": "Leadcycle"}.get(entry.by) or names.get(entry.by, entry.by)
    about = names.get(entry.deed.about, entry.deed.about)
    detail = "; ".join(f"{name} {_value(value, names)}" for name, value in entry.deed.detail.items())
    told = "  ".join(filter(None, (entry.deed.kind, about, detail)))
    return f"{entry.at:%Y-%m-%d %H:%M} UTC  {by}: {told}"


def _value(value: Any, names: Mapping[str, str]) -> str:
    match value:
        case list():
            return ", ".join(map(str, value)) or "none"
        case dict():
            return ", ".join(f"{name} {each}" for name, each in value.items())
        case _:
            return names.get(str(value), str(value))


def _plain(entry: Entry) -> Mapping[str, Any]:
    deed = entry.deed
    moment = entry.at.isoformat()
    return {"at": moment, "by": entry.by, "deed": deed.kind, "about": deed.about, "detail": deed.detail}
