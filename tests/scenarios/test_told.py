"""The told cycle: `leadcycle demo --tell` on both databases, for three seeds, and what it refuses."""

import asyncio
import fcntl
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from random import Random

import pytest

from bot.rehearsal import Player, Rehearsal
from bot.sample import CALENDAR, CHANNEL, TENANT, opening
from bot.told import account, telling
from bot.told.cast import Actor, cast
from flows.records import Line
from flows.sends import SendKind
from storage import outbox, records
from storage.clock import HandClock
from storage.database import Database
from storage.outbox import OutboxRow
from storage.state import State
from tests.databases import Copies
from tests.world import scripts

ROOT = Path(__file__).parent.parent.parent
SEEDS = {"sqlite": 1, "other": 7, "refused": 10}
"""7 is the README's own; with it and 10 several people say no when they are asked to lead"""
MOST = {"principal": 14, "teacher, facilitator": 17, "art teacher": 16}
"""docs: the attention table; everybody else gets 12, and a reminder counts on top up to a silent person's 16"""
BREAKS = ((date(2027, 2, 15), date(2027, 2, 19)), (date(2027, 4, 5), date(2027, 4, 9)))
STARTED = (SendKind.PROMPT, SendKind.NUDGE)

pytestmark = pytest.mark.xdist_group("told")
"""one worker tells, and no other waits for it"""


@dataclass(frozen=True, slots=True)
class Telling:
    """One run of the command: what it printed, wrote and left behind."""

    folder: Path
    code: int
    printed: str
    complained: str

    @property
    def files(self) -> dict[str, bytes]:
        """The report's files by name."""
        return {path.name: path.read_bytes() for path in sorted((self.folder / "report").iterdir())}

    async def rows(self) -> tuple[OutboxRow, ...]:
        """The outbox in the file that the command used."""
        async with (
            Database(f"sqlite:///{self.folder}/told.db", read_only=True) as database,
            database.read(TENANT) as store,
        ):
            return await outbox.listing(store, limit=100_000)


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory, postgresql_copies: Copies) -> dict[str, Telling]:
    """Four tellings at once: each seed on SQLite, the first on PostgreSQL too; once for all test workers."""
    own = tmp_path_factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "told"
    for name in ("postgresql", *SEEDS):
        (shared / name).mkdir(parents=True, exist_ok=True)
    with _locked(shared / "lock"):
        if not (shared / "done").exists():
            with postgresql_copies.one() as address:
                asyncio.run(_tell_all(shared, address))
            (shared / "done").touch()
    return {name: _read(shared / name) for name in ("postgresql", *SEEDS)}


@pytest.mark.timeout(600)
def test_the_told_cycle_ends_well(told: dict[str, Telling]) -> None:
    for telling_ in told.values():
        assert telling_.code == 0, telling_.printed[-2000:]
        assert telling_.printed.startswith("\n===== Monday, February 1, 2027 =====\n")
        assert "Cycle 1 is finished. This is what came of it." in telling_.printed
        assert "===== The cycle report =====" in telling_.printed
        assert "sent; answered\n" in telling_.printed
        assert not re.search(r"^ +\d+  still|^  !", telling_.printed, re.MULTILINE)


@pytest.mark.timeout(600)
def test_one_seed_is_told_byte_for_byte_alike_on_both_databases(told: dict[str, Telling]) -> None:
    sqlite, postgresql = told["sqlite"], told["postgresql"]

    assert sqlite.printed == postgresql.printed
    assert sqlite.files == postgresql.files
    assert {Path(name).suffix for name in sqlite.files} == {".html", ".md", ".csv"}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["sqlite", "other"])
async def test_nothing_is_shared_twice(told: dict[str, Telling], name: str) -> None:
    async with (
        Database(f"sqlite:///{told[name].folder}/told.db", read_only=True) as database,
        database.read(TENANT) as store,
    ):
        lines = [line.text for line in await records.load(store, Line) if line.flow == "reflect" and line.text]

    assert lines
    assert len(lines) == len(set(lines))


@pytest.mark.timeout(600)
def test_another_seed_tells_of_other_people(told: dict[str, Telling]) -> None:
    one, other = (
        {name for actor in cast(Random(seed)) if (name := actor.part.name) in printed}
        for seed, printed in ((1, told["sqlite"].printed), (7, told["other"].printed))
    )

    assert len(one) == len(other) == 6
    assert one != other
    assert told["sqlite"].printed != told["other"].printed


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("name", "seed"), SEEDS.items())
async def test_nobody_gets_more_messages_than_the_table_allows(told: dict[str, Telling], name: str, seed: int) -> None:
    rows = [row for row in await told[name].rows() if row.state is State.SENT]
    posts = [row for row in rows if row.send.kind is SendKind.POST]

    assert 5 <= len(posts) <= 8
    replies = [row for row in rows if row.send.kind is SendKind.REPLY]
    assert {row.send.under.rpartition(":")[2].split()[0] for row in replies} == {"phase", "decision"}
    assert f"{len(replies):4} replies in the threads of those" in told[name].printed
    decided = {row.send.card for row in posts if row.send.card.startswith("decision ")}
    assert len(decided) == 3, "the table is about ten weeks with three decisions"
    for actor in cast(Random(seed)):
        got = [row for row in rows if row.send.to == actor.part.id and row.send.kind in STARTED]
        nudges = [row for row in got if row.send.kind is SendKind.NUDGE]
        weeks = Counter(CALENDAR.local_date(row.send.due).isocalendar()[:2] for row in got)
        assert 8 <= len(got) <= MOST.get(actor.part.job, min(12 + len(nudges), 16)), actor
        assert max(weeks.values()) <= 2, actor
        assert f"{len(got):4} of at most" in _line(told[name].printed, actor)


def test_the_documentation_tells_the_same_numbers() -> None:
    page = " ".join((ROOT / "docs" / "run-a-cycle.md").read_text().split())
    most = (account.MEMBER, account.SILENT, account.ADMINISTRATOR, account.FACILITATOR, account.CHANNEL)

    assert most == (12, 16, 14, 17, 8)
    assert (
        "a member at most {} messages, somebody who never answers at most {}, an administrator {}, "
        "whoever facilitates {}, the channel {}"
    ).format(*most) in page


@pytest.mark.timeout(600)
async def test_nothing_is_started_out_of_hours_in_a_break_or_for_somebody_on_leave(
    told: dict[str, Telling],
) -> None:
    printed, rows = told["sqlite"].printed, await told["sqlite"].rows()

    moments = list(_moments(printed))
    assert {CALENDAR.is_open(moment.date()) for moment in moments} == {True}
    assert not any(first <= moment.date() <= last for moment in moments for first, last in BREAKS)
    assert all(time(7, 30) <= moment.time() <= time(15, 30) for moment in moments)
    cards = {
        (CALENDAR.local(row.send.due).month, f"{CALENDAR.local(row.send.due):%H:%M}")
        for row in rows
        if row.send.kind is SendKind.PROMPT and ".ask0.2027" in row.send.key and row.state is State.SENT
    }
    assert cards == {(3, "14:30"), (3, "11:00"), (4, "14:30")}
    away = next(actor for actor in cast(Random(1)) if actor.habit.goes_on_leave).part.id
    week = [row for row in rows if row.send.to == away and date(2027, 3, 22) <= _day(row) <= date(2027, 3, 26)]
    assert not any(row.state is State.SENT and row.send.kind in STARTED for row in week)


@pytest.mark.timeout(600)
def test_no_card_of_the_channel_names_who_did_not_answer(told: dict[str, Telling]) -> None:
    silent = next(actor.part.name for actor in cast(Random(1)) if actor.habit.name == "silent")
    in_channel = re.findall(r"#riverside-leadership\n((?:       .*\n|\n)+)", told["sqlite"].printed)

    assert len(in_channel) > 20
    assert not any(silent in card for card in in_channel)


@pytest.mark.timeout(600)
async def test_a_database_in_use_is_refused_with_a_sentence(told: dict[str, Telling], tmp_path: Path) -> None:
    told_before = await _run(tmp_path, f"sqlite:///{told['sqlite'].folder}/told.db", 1)
    assert told_before.code == 1
    assert told_before.printed == ""
    assert "is not empty. Name an empty database" in told_before.complained

    async with Database(f"sqlite:///{tmp_path}/open.db"):
        open_elsewhere = await _run(tmp_path, f"sqlite:///{tmp_path}/open.db", 1)
    assert open_elsewhere.code == 1
    assert "is in use by another Leadcycle. Stop that one first" in open_elsewhere.complained
    assert "Traceback" not in told_before.complained + open_elsewhere.complained


async def test_a_cycle_that_does_not_reach_its_end_is_told_as_a_failure(database_url: str) -> None:
    clock = HandClock(opening())
    async with Database(database_url, clock) as database:
        actors = cast(Random(1))
        await telling._found(database, actors)
        rehearsal = Rehearsal(database, clock, scripts())
        guide = actors[1].part
        await Player(rehearsal, guide.id, guide.name, CHANNEL, CALENDAR).starts()
        await rehearsal.until(CALENDAR.at(date(2027, 2, 3), time(12)))

        given = await account.give(rehearsal, actors)

    assert given.problems == ("The cycle did not reach its end.",)
    assert any("sent; expired unanswered" in line for line in given.lines)


# ---------------------------------------------------------------- running and reading


async def _tell_all(folder: Path, postgresql: str) -> None:
    tellings = [(name, "sqlite:///told.db", seed) for name, seed in SEEDS.items()] + [("postgresql", postgresql, 1)]
    await asyncio.gather(*(_run(folder / name, url, seed) for name, url, seed in tellings))


async def _run(folder: Path, url: str, seed: int) -> Telling:
    """Run the command in a folder of its own, as somebody does who types it."""
    command = ("-m", "bot", "demo", "--tell", "--seed", str(seed), "--database", url, "--report", "report")
    settings = {key: value for key, value in os.environ.items() if not key.startswith(("LEADCYCLE", "SLACK"))}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        cwd=folder,
        env={**settings, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, complained = await process.communicate()
    return _kept(folder, printed, complained, process.returncode)


def _kept(folder: Path, printed: bytes, complained: bytes, code: int | None) -> Telling:
    for name, content in (("printed", printed), ("complained", complained)):
        (folder / name).write_bytes(content)
    (folder / "code").write_text(str(code))
    return _read(folder)


def _read(folder: Path) -> Telling:
    code, *texts = ((folder / name).read_text() for name in ("code", "printed", "complained"))
    return Telling(folder, int(code), *texts)


def _line(printed: str, actor: Actor) -> str:
    """The line of the account about this person."""
    return next(line for line in printed.splitlines() if "of at most" in line and actor.part.name in line)


def _day(row: OutboxRow) -> date:
    return CALENDAR.local_date(row.send.due)


def _moments(printed: str) -> Iterator[datetime]:
    """When Leadcycle wrote something, in the school's time, from the transcript."""
    day = ""
    for line in printed.split("===== The cycle report")[0].splitlines():
        if found := re.fullmatch(r"===== \w+, (.+) =====", line):
            day = found[1]
        elif found := re.match(r"(\d\d:\d\d)  Leadcycle (to|updates|replies)", line):
            yield datetime.strptime(f"{day} {found[1]}", "%B %d, %Y %H:%M")


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
