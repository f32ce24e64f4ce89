"""A district of any size: one team comes into being as teams do, and the database copies all that is known of it."""

from dataclasses import replace
from datetime import datetime, time

from sqlalchemy import CTE, JSON, ColumnElement, Executable, String, Table, cast, func, insert, literal, null, select

from bot import sample
from bot.conductor import Conductor
from flows.events import Event, Said
from flows.loader import Scripts
from flows.people import Channel, Member, Membership, Role, School, Team
from flows.sends import Go, Priority, SendKind
from storage import installations, lanes, outbox, people, records, tables
from storage.addresses import Identity
from storage.clock import HandClock
from storage.columns import Words
from storage.database import Database
from storage.installations import Installation
from storage.plain import to_plain
from storage.store import Store

TENANT = people.DISTRICT
PLATFORM, WORKSPACE = "slack", "T000000001"
FIRST = "q000000"
"""what every id of the first team holds, and what is another number in each copy"""
PEOPLE = 5
"""people of a team, the first of them its administrator and facilitator"""
MORNING = time(8)
"""on the first day of the cycle everybody has been asked the first question by then"""
VISIT = 1000
"""microseconds between the visits of two teams, by the numbers of what they wrote"""
SHUT = lanes.Limit(rate=1e-9, burst=0)
"""the next message goes in thirty years"""
COPIED = (*tables.facts.values(), tables.agenda, tables.outbox)


def asking_time() -> datetime:
    """The moment at which the first prompts go out."""
    return sample.CALENDAR.at(sample.FIRST_DAY, MORNING)


async def found(
    database: Database, clock: HandClock, scripts: Scripts, teams: int, *, asked: bool = True, drawn: bool = False
) -> None:
    """Found so many teams of `PEOPLE`, each in a school of its own, on the morning on which their cycles start.

    When they are asked, a prompt waits for everybody; otherwise the teams wait for the visit that asks. What is drawn
    already goes out as an answer does.
    """
    clock.set(sample.opening())
    async with database.begin(TENANT) as store:
        await _found_first(store)
    conductor = Conductor(database, scripts)
    start = Event(
        "start", PLATFORM, WORKSPACE, user(0), direct(0), True, clock.now, Said(sample.START, True), FIRST, True
    )
    await conductor.capture(start)
    await conductor.hear(start)
    clock.set(asking_time())
    while asked and await conductor.tick():
        pass
    async with database.begin(TENANT) as store:
        if drawn:
            await _draw(store, conductor)
        await open_lane(store, is_open=True)
        await copy(store, teams)


def user(number: int) -> str:
    """The account of a person of the first team."""
    return f"U{FIRST}{number}"


def direct(number: int) -> str:
    """The direct conversation with a person of the first team."""
    return f"D{FIRST}{number}"


def numbered(words: str, team: int) -> str:
    """The same words of another team."""
    return words.replace(FIRST, f"q{team:06}")


async def _found_first(store: Store) -> None:
    await people.found_tenant(store, "Riverside school district")
    await installations.install(store, PLATFORM, Installation(WORKSPACE))
    members = [f"{FIRST}-{number}" for number in range(PEOPLE)]
    roles = [(Role.ADMINISTRATOR, Role.FACILITATOR), *[(Role.TEACHER,)] * (PEOPLE - 1)]
    accounts = [Identity(each, PLATFORM, WORKSPACE, user(n), direct(n)) for n, each in enumerate(members)]
    await records.keep(
        store,
        School(FIRST, f"School {FIRST}", sample.CALENDAR),
        Team(FIRST, FIRST, f"Team {FIRST}", meeting_weekday=2),
        *(Member(each, f"Person {each}") for each in members),
        *(Membership(FIRST, each, roles[n], n) for n, each in enumerate(members)),
        *(replace(each, seen_at=store.now) for each in accounts),
        Channel(FIRST, PLATFORM, WORKSPACE, f"C{FIRST}"),
    )


async def _draw(store: Store, conductor: Conductor) -> None:
    """Let the prompts be answers that were drawn when they were decided."""
    rows, table = await outbox.listing(store), tables.outbox
    for row, verdict in zip(rows, await conductor.judge(store, rows), strict=True):
        assert isinstance(verdict, Go), verdict
        said = {"kind": SendKind.ANSWER.value, "priority": int(Priority.ANSWER), "message": to_plain(verdict.message)}
        await store.update(table, table.c.delivery == row.delivery, **said)


async def open_lane(store: Store, *, is_open: bool) -> None:
    """Lift the limit of the workspace, or let nothing go: a pause would end as soon as a service starts."""
    limit = lanes.UNLIMITED if is_open else SHUT
    await lanes.limit(store, PLATFORM, WORKSPACE, limit.rate, limit.burst)
    await lanes.wake(store, PLATFORM, WORKSPACE)


async def copy(store: Store, teams: int) -> None:
    """Let there be so many teams like the first, in all tables."""
    statements = [copying(table, store.dialect, 1, teams - 1) for table in COPIED]
    await patiently(store, *(statements if teams > 1 else ()))


async def patiently(store: Store, *statements: Executable) -> None:
    """Do what takes longer than any statement of the product may, and let PostgreSQL know what there is now."""
    if store.dialect == "postgresql":
        await store.connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    for statement in statements:
        await store.connection.execute(statement)
    if store.dialect == "postgresql":
        await store.connection.exec_driver_sql("ANALYZE")


def copying(table: Table, dialect: str, first: int, last: int) -> Executable:
    """The statement that copies what the table knows of the first team to all teams from `first` to `last`."""
    copies = numbers(first, last)
    mark = func.lpad(cast(copies.c.n, String), 6, "0") if dialect == "postgresql" else func.printf("%06d", copies.c.n)
    values = {each.name: _copied(each, literal("q") + mark, dialect) for each in table.c}
    if "sequence" in values:  # teams are visited one after the other
        values["sequence"] = table.c.sequence + copies.c.n * VISIT
    rows = select(*values.values()).select_from(table.join(copies, copies.c.n.is_not(null())))
    return insert(table).from_select(list(values), rows)


def numbers(first: int, last: int) -> CTE:
    """The numbers from `first` to `last`, as rows with a column `n`."""
    n = select(literal(first).label("n")).cte("numbers", recursive=True)
    return n.union_all(select(n.c.n + 1).where(n.c.n < last))


def _copied(each: ColumnElement[object], mark: ColumnElement[str], dialect: str) -> ColumnElement[object]:
    if each.name == "delivery":
        return (
            func.md5(cast(func.random(), String))
            if dialect == "postgresql"
            else func.lower(func.hex(func.randomblob(16)))
        )
    if isinstance(each.type, Words):
        return func.replace(each, FIRST, mark)
    if isinstance(each.type, JSON):
        words = func.replace(cast(each, String), FIRST, mark)
        return cast(words, JSON) if dialect == "postgresql" else words
    return each
