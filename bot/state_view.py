"""Roll-up files: a deployment's figures for its state, and those of several put together."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from flows import rollup
from flows.audit import EXPORT, Deed
from flows.loader import Scripts
from flows.phrases import Phrases
from flows.rollup import Row
from storage import rollups, tables
from storage.store import Store

from .files import beside, note, tenant_of
from .reports import figures
from .reports.csv import inert, written

VERSION = 1
"""of the file; one of another version is refused"""
MARK = "leadcycle_rollup"


class NoRollup(Exception):
    """A file is none of ours, or there is nothing that may be told; the message says what to do."""


async def total_of(url: str, name: str) -> tuple[Row, date]:
    """Return this deployment's figures by its name, or the one on record, and the day; nobody and no school in them.

    That goes into the audit log first.
    """
    await note(url, Deed(EXPORT, "", {"what": "rollup"}))
    async with beside(url) as database, database.read(await tenant_of(database)) as store:
        total = rollup.rolled_up(await rollups.rows(store)).total
        named = name or await _name(store)
        return replace(total, key=named, name=named), store.school_time.date()


def write(total: Row, day: date, to: Path) -> str:
    """Write the figures into the file, and say what is in it."""
    held = {MARK: VERSION, "district": total.name, "on": day.isoformat(), "people": total.people}
    to.write_text(json.dumps({**held, "figures": dict(total.figures)}, indent=1, ensure_ascii=False) + "\n", "utf-8")
    if total.is_told:
        return f"wrote {to}: {total.name}, {len(total.figures)} figures for {total.people} members"
    return f"wrote {to}: {total.name}, without figures, because they would be those of too few people"


def merge(scripts: Scripts, paths: Sequence[Path], to: Path) -> list[Path]:
    """Write the state's view of these files as a page and a table; raises NoRollup, and then writes nothing."""
    rows = sorted((read(path) for path in paths), key=lambda each: each[0].name.casefold())
    names = [row.name.casefold() for row, _ in rows]
    if twice := next((row.name for row, _ in rows if names.count(row.name.casefold()) > 1), None):
        raise NoRollup(f"Two of these files are of {twice}. Take the newer one only, or name them apart by --name.")
    to.mkdir(parents=True, exist_ok=True)
    total = _total([row for row, _ in rows])
    phrases = scripts.phrases()
    written = {
        "state.html": figures.draw(phrases, scripts.aims(), rows, total),
        "state.csv": _table(phrases, rows, total),
    }
    for file, text in written.items():
        (to / file).write_bytes(text.encode("utf-8"))
    return [to / file for file in written]


def read(path: Path) -> tuple[Row, date]:
    """Return the figures of a file and their day; raises NoRollup for any other file."""
    try:
        held: dict[str, Any] = json.loads(path.read_bytes())
        version = held[MARK]
        if version != VERSION:
            raise NoRollup(f"{path} is of version {version}, and this Leadcycle reads version {VERSION}. Update it.")
        known = {each.key for each in rollup.FIGURES}
        counted = {key: int(number) for key, number in held["figures"].items() if key in known}
        people, day = int(held["people"]), date.fromisoformat(held["on"])
        is_good = min((people, *counted.values())) >= 0 and (people >= rollup.FEWEST or not counted)
        name = str(held["district"]).strip()
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise NoRollup(f"{path} is not a roll-up file. Write one by: leadcycle rollup --to FILE") from fault
    if not (is_good and name):
        raise NoRollup(f"{path} holds figures that no Leadcycle wrote. Ask for the file once more.")
    return Row(name, name, people, counted), day


def _total(rows: Sequence[Row]) -> Row:
    """All that was told together: what a file leaves out is in no total, so nothing follows for it."""
    told = dict.fromkeys(key for row in rows for key in row.figures)
    counted = {key: sum(row.figures.get(key, 0) for row in rows) for key in told}
    return Row("", "", sum(row.people for row in rows), counted)


def _table(phrases: Phrases, rows: Sequence[tuple[Row, date]], total: Row) -> str:
    """Return the table, a district a line; a cell that is left out is empty."""
    keys = [each.key for each in rollup.FIGURES]
    words = ("district", "on", "people", *keys)
    heads = [inert(phrases.say(f"rollup.{word}")) for word in words]
    everybody = replace(total, name=phrases.say("rollup.all_districts"))
    lines = [(row, day.isoformat()) for row, day in rows] + [(everybody, "")]
    counted = (
        (inert(row.name), on, str(row.people or ""), *(str(row.figures.get(key, "")) for key in keys))
        for row, on in lines
    )
    return written((heads, *counted))


async def _name(store: Store) -> str:
    """The name of the district as it is on record."""
    (row,) = await store.select(tables.tenant)
    return str(row["name"])
