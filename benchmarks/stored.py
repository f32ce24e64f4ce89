"""What a typed answer costs in a district that has stored a thousand answers, and one that has stored a million."""

from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy import insert, literal, literal_column, null, select

from benchmarks import district
from benchmarks.postgresql import new_database
from bot.conductor import Conductor
from flows.events import Event, Said
from flows.flow import Conversation
from flows.loader import Scripts
from storage import tables
from storage.clock import HandClock
from storage.database import Database
from storage.migration import migrate
from storage.store import Store

STORED = (1_000, 1_000_000)
TEAMS = 4_000
TURNS = 60
WARM = 5
"""turns before, so that everything is compiled"""


@dataclass(frozen=True, slots=True)
class Turn:
    """Milliseconds of a turn, from the event to its commit: the median."""

    database: str
    stored: int
    milliseconds: float


async def measure(folder: Path, scripts: Scripts, server: str) -> list[Turn]:
    """Measure one district with few answers, then with many; the same people do not answer twice."""
    found = []
    for kind in ("sqlite", "postgresql"):
        url = f"sqlite:///{folder}/stored.db" if kind == "sqlite" else await new_database(server)
        clock = HandClock(district.asking_time())
        async with Database(url, clock) as database:
            await migrate(database)
            await district.found(database, clock, scripts, TEAMS)
            conductor, before = Conductor(database, scripts), 0
            for number, stored in enumerate(STORED):
                async with database.begin(district.TENANT) as store:
                    await _store(store, before, stored)
                before = stored
                seconds = [await _turn(conductor, clock, team, number) for team in range(WARM + TURNS)]
                found.append(Turn(kind, stored, median(seconds[WARM:]) * 1000))
    return found


async def _store(store: Store, before: int, until: int) -> None:
    """Let there be so many answers of teams that take no turn, as many in each conversation as it takes."""
    answers, asked = tables.answer, tables.facts[Conversation]
    others = asked.c.team >= district.numbered(district.FIRST, WARM + TURNS)
    each = -(-until // ((TEAMS - WARM - TURNS) * district.PEOPLE))
    items = district.numbers(0, each - 1)
    values = {
        **{name: asked.c[name] for name in ("tenant", "team")},
        "conversation": asked.c.key,
        "step": literal(f"stored{until}"),
        "item": items.c.n,
        "revision": literal(1),
        "value": literal_column("'\"The late start\"'"),
        "words": literal("The late start"),
        "sequence": items.c.n,
        "given_at": asked.c.opened_at,
    }
    rows = select(*values.values()).select_from(asked.join(items, items.c.n.is_not(null()))).where(others)
    await district.patiently(store, insert(answers).from_select(list(values), rows.limit(until - before)))


async def _turn(conductor: Conductor, clock: HandClock, team: int, person: int) -> float:
    user, place = (district.numbered(each(person), team) for each in (district.user, district.direct))
    said = Said(f"The late start, for the {team}th time")
    event = Event(f"{team}-{person}", district.PLATFORM, district.WORKSPACE, user, place, True, clock.now, said)
    begun = perf_counter()
    await conductor.capture(event)
    await conductor.hear(event)
    return perf_counter() - begun
