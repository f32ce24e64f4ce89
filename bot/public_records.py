"""What a district hands out on a request for public records: decisions, plans and results, without names."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from flows.audit import EXPORT, Deed
from flows.decisions import is_out
from flows.loader import Scripts
from flows.markup import plain
from flows.people import Team
from flows.room import Room
from storage import records, rooms

from .files import beside, note, tenant_of
from .reports.csv import inert, written

Row = Sequence[object]
ABOUT = """Records of school teams, written by Leadcycle.

decisions.csv  decisions that were posted: question, reason, limits, outcome, and the roles of who took part
plans.csv      actions on the teams' plans, with what was predicted
results.csv    what came of them

People are told by role. Not in here: raw reflections and answers, what single people said to a decision, and messages.
The words are the teams' own. Leadcycle does not know the names of students or staff, so nobody has looked for them:
read everything before you hand it out.
"""
COLUMNS: Mapping[str, Sequence[str]] = {
    "decisions": (
        *("school", "team", "cycle", "number", "mode", "question", "reason", "limits", "state", "outcome"),
        *("posted_by", "asked", "posted_on", "closed_on"),
    ),
    "plans": (
        *("school", "team", "cycle", "number", "action", "owner", "due", "prediction", "measure", "state", "done_on"),
    ),
    "results": ("school", "team", "cycle", "action", "prediction", "result", "verdict"),
}


async def write(url: str, scripts: Scripts, folder: Path) -> list[tuple[Path, int | None]]:
    """Write the tables of all teams, and what they are, into the folder; that goes into the audit log first."""
    await note(url, Deed(EXPORT, "", {"what": "public records"}))
    tables: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    async with beside(url) as database, database.read(await tenant_of(database)) as store:
        for team in await records.load(store, Team):
            room = await rooms.load(store, team.id, scripts)
            tables["decisions"] += _decisions(room, store.school_time)
            tables["plans"] += _plans(room)
            tables["results"] += _results(room)
    return list(_written(tables, folder))


def _written(tables: Mapping[str, Sequence[Row]], folder: Path) -> Iterator[tuple[Path, int | None]]:
    """Write the files; yield each with its rows."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        path = folder / f"{name}.csv"
        path.write_bytes(_table(COLUMNS[name], rows).encode())
        yield path, len(rows)
    about = folder / "README.txt"
    about.write_text(ABOUT, "utf-8")
    yield about, None


def _decisions(room: Room, now: datetime) -> Iterator[Row]:
    for each in room.decisions:
        if each.state not in ("draft", "undone") and is_out(room, each, now):
            took_part = (_roles(room, [each.taken_from or each.owner]), _roles(room, each.asked))
            days = (room.today(each.posted_at), room.today(each.closed_at) if each.closed_at else None)
            words = (each.mode, each.question, each.reason, each.limits, each.state, each.outcome)
            yield (*_whose(room), each.cycle, each.number, *words, *took_part, *days)


def _plans(room: Room) -> Iterator[Row]:
    for each in room.actions:
        if each.state not in ("proposed", "declined"):
            words = (each.what, _roles(room, [each.owner]), each.due, each.prediction, each.measure)
            yield (*_whose(room), each.cycle, each.number, *words, each.state, each.done_on)


def _results(room: Room) -> Iterator[Row]:
    actions = {each.number: each for each in room.actions}
    for each in room.results:
        action = actions.get(each.action)
        words = (action.what, action.prediction) if action else ("", "")
        yield (*_whose(room), each.cycle, *words, each.text, each.verdict)


def _whose(room: Room) -> tuple[str, str]:
    return room.school.name, room.team.name


def _roles(room: Room, members: Iterable[str]) -> str:
    """What these people are, or were, in the team; each role once."""
    wanted = set(members)
    return ", ".join(sorted({role.value for each in room.memberships if each.member in wanted for role in each.roles}))


def _table(columns: Sequence[str], rows: Iterable[Row]) -> str:
    return written((columns, *([_cell(each) for each in row] for row in rows)))


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case date():
            return value.isoformat()
        case _:
            return inert(plain(str(value)))
