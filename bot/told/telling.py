"""Telling a cycle: play it on a database, print it by day, write its report, and say whether all is well."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from babel.dates import format_date

from bot import sample
from bot.rehearsal import Entry, Rehearsal
from bot.reports import markdown, write
from flows import report
from flows.loader import Scripts
from storage import everywhere, rooms
from storage.clock import HandClock
from storage.database import Database
from storage.migration import migrate

from . import account
from .cast import Actor, cast
from .play import Story

Print = Callable[[str], None]


class NotEmpty(Exception):
    """The database already holds somebody's data; the told cycle wants an empty one."""


async def tell(url: str, seed: int, scripts: Scripts, out: Print, folder: Path | None = None) -> bool:
    """Live through one cycle and print it; True when it ended well. Raises NotEmpty for a database that is not."""
    clock = HandClock(sample.opening())
    async with Database(url, clock) as database:
        await migrate(database)
        await _require_empty(database)
        random = Random(seed)
        actors = cast(random)
        await _found(database, actors)
        rehearsal = Rehearsal(database, clock, scripts)
        transcript = Transcript(rehearsal.stage.journal, names(actors))
        async for _ in Story(rehearsal, actors, random).play():
            for line in transcript.news():
                out(line)
        await _report(rehearsal, out, folder)
        given = await account.give(rehearsal, actors)
        for line in given.lines:
            out(line)
        for problem in given.problems:
            out(f"  !  {problem}")
        return not given.problems


async def _require_empty(database: Database) -> None:
    async with database.look_everywhere() as looking:
        if await everywhere.practice(looking) is not None:
            raise NotEmpty(f"{database.name} is not empty. Name an empty database, or leave the choice to me.")


async def _found(database: Database, actors: tuple[Actor, ...]) -> None:
    """The sample school with the cast in place of its usual people."""
    async with database.begin(sample.TENANT) as store:
        await sample.found_district(store)
        await sample.found_team(store, sample.TEAM, tuple(actor.part for actor in actors), sample.CHANNEL)


def names(actors: tuple[Actor, ...]) -> dict[str, str]:
    """What the places of the stage are called in the transcript."""
    people = {f"direct-{actor.part.id}": actor.part.name for actor in actors}
    return {**people, sample.CHANNEL: f"#{sample.CHANNEL}"}


@dataclass(slots=True)
class Transcript:
    """The journal by day, in the school's time, told while it grows."""

    journal: list[Entry]
    called: dict[str, str]
    _told: int = 0
    _day: date | None = None

    def news(self) -> Iterator[str]:
        """Yield the lines of what has happened since the last time."""
        for entry in self.journal[self._told :]:
            self._told += 1
            local = sample.CALENDAR.local(entry.at)
            if local.date() != self._day:
                self._day = local.date()
                yield f"\n===== {format_date(self._day, 'EEEE, MMMM d, y', 'en_US')} ====="
            who = entry.who
            for place, name in self.called.items():
                who = who.replace(place, name)
            yield f"\n{local:%H:%M}  {who}"
            yield from (f"       {line}".rstrip() for line in entry.words.splitlines())


async def _report(rehearsal: Rehearsal, out: Print, folder: Path | None) -> None:
    async with rehearsal.database.read(sample.TENANT) as store:
        built = report.build(await rooms.load(store, sample.TEAM.id, rehearsal.scripts), store.school_time)
    out("\n===== The cycle report =====\n")
    out(markdown.draw(built))
    if folder:
        for path in write(built, folder):
            out(f"wrote {path}")
