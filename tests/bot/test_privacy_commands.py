"""What an operator does about people's words: erasing, holding, exporting, and looking who did what."""

import asyncio
import csv
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import sample
from bot.app import Application
from bot.config import Settings
from flows.decision_records import Decision
from flows.events import Event, Said
from flows.loader import SHIPPED
from flows.messages import Message
from flows.people import ERASED, Member
from flows.records import Action, Need, Result
from flows.waves import Pulse, Wave
from storage import audit, inbox, legal_holds, people, practice, records, retention
from storage.database import Database
from tests.bot.test_cli import done, leadcycle, place, refused
from tests.bot.test_files import ROSTER
from tests.scenarios.test_erasing import tables_with
from tests.storage import samples

__all__ = ["place"]
SECRET = "a quieter hallway by room nineteen"


@pytest.fixture
def where(database_url: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """A school with facts of every kind; the journal of its database has a name."""
    monkeypatch.setenv("LEADCYCLE_ERASURES", "erasures")
    asyncio.run(_fill(database_url))
    return "--database", database_url


async def _fill(url: str) -> None:
    async with Database(url) as database, database.begin("d1") as store:
        await samples.found(store)
        await records.keep(store, *samples.RECORDS, Need("grade-4", 7, 1, "ana", "", SECRET))
        await inbox.capture(store, Event("1", "slack", "T1", "U1", "D1", True, samples.NOON, Said(SECRET)))
        await practice.write(store, "C1", "2", samples.NOON, author="U1", words=SECRET)
        await practice.write(store, "D1", "3", samples.NOON, message=Message(SECRET))
        reference = {"user": SECRET, "service_url": "https://teams.example"}
        await people.remember_place(store, "slack", "T1", "D1", reference)


async def _with(url: str, words: str) -> list[str]:
    async with Database(url, read_only=True) as database:
        return await tables_with(database, words)


def test_the_log_names_what_changed_and_not_what_follows_from_it(database_url: str) -> None:
    where = ("--database", database_url)
    asyncio.run(_fill(database_url))
    done("calendar", "hours", "8:00", "15:00", "--weekdays", "Mon-Thu", *where)
    assert "changed calendar.hours, calendar.weekdays" in done("audit", *where)


def member(url: str, id: str) -> Member:
    async def ask() -> Any:
        async with Database(url, read_only=True) as database, database.read("d1") as store:
            return (await records.load(store, Member, id=id))[0]

    found: Member = asyncio.run(ask())
    return found


def test_erasing_says_its_limits_and_asks_before_anything_is_destroyed(where: tuple[str, str]) -> None:
    refusing = leadcycle("erase", "Ana Díaz", *where, typed="n\n")
    assert refusing.exit_code == 1
    for limit in ("This cannot be undone", "district's record, without the name", "what the person typed there"):
        assert limit in refusing.stdout
    assert member(where[1], "ana").name == "Ana Díaz"

    told = done("erase", "ana@lincoln.example", *where, typed="y\n")

    assert "Ana Díaz is erased" in told
    assert (member(where[1], "ana").name, member(where[1], "ana").email) == (ERASED, "")
    for words in (SECRET, "Ana Díaz", "ana@lincoln.example", "'U1'"):
        assert asyncio.run(_with(where[1], words)) == [], words
    assert "Nobody on record is called Ana Díaz" in refused("erase", "Ana Díaz", *where)
    assert "Everybody in the journal is erased." in done("erase", "--again", *where)
    assert leadcycle("erase", *where).exit_code == 2
    assert leadcycle("erase", "Ben", "--again", *where).exit_code == 2


def test_a_legal_hold_refuses_to_erase_until_it_is_off(where: tuple[str, str]) -> None:
    assert "No legal hold stands." in done("legal-hold", "show", *where)
    done("legal-hold", "on", "Ana Díaz", "--because", "case 26-114", *where)

    assert "(case 26-114), so nothing is erased" in refused("erase", "Ana Díaz", "--yes", *where)
    assert "is on legal hold already" in refused("legal-hold", "on", "Ana Díaz", "--because", "again", *where)
    assert "case 26-114" in done("legal-hold", "show", *where)
    done("legal-hold", "off", "Ana Díaz", *where)
    assert "is not on legal hold" in refused("legal-hold", "off", "Ana Díaz", *where)
    assert leadcycle("legal-hold", "off", *where).exit_code == 2

    done("erase", "Ana Díaz", "--yes", *where)
    deeds = [json.loads(line)["deed"] for line in done("audit", "--json", *where).splitlines()]
    assert deeds == ["legal hold", "legal hold", "erasure"]
    assert [line.split()[1] for line in Path("erasures").read_text().splitlines()] == ["held", "released", "erased"]


def test_backups_and_roll_up_files_leave_a_line_in_the_log(where: tuple[str, str]) -> None:
    done("rollup", "--to", "rollup.json", *where)
    if where[1].startswith("sqlite"):
        done("backup", "backup.db", *where)
        assert "is there already" in refused("backup", "backup.db", *where)
        wanted = ["rollup", "backup"]
    else:
        assert "pg_dump" in refused("backup", "backup.db", *where)
        wanted = ["rollup"]

    lines = [json.loads(line) for line in done("audit", "--json", *where).splitlines()]
    assert [(line["by"], line["deed"], line["detail"]["what"]) for line in lines] == [
        ("operator", "export", what) for what in wanted
    ]


async def test_the_service_logs_for_how_long_it_keeps_what_when_that_is_not_what_was_logged_last(
    database_url: str, tmp_path: Path
) -> None:
    changed = tmp_path / "conditions.toml"
    shipped = (SHIPPED / "conditions.toml").read_text("utf-8")

    async def logged(**settings: Any) -> list[dict[str, Any]]:
        application = await Application.prepare(Settings(database_url=database_url, **settings))
        async with application.database as database, database.read(sample.TENANT) as store:
            found = await audit.listing(store, deed="setting", about="service")
        return [dict(each.deed.detail) for each in found]

    usual = {"keep_answers": 90, "keep_decisions": None, "keep_comments": 365, "keep_messages": 14, "keep_events": 14}
    first = {**usual, "fewest": 5, "comments": 10}
    assert await logged() == [first]
    assert await logged() == [first], "nothing has changed"
    assert await logged(keep_answers=30) == [first, {**first, "keep_answers": 30}]
    changed.write_text(re.sub(r"(?m)^fewest *= *\d+", "fewest = 3", shipped), "utf-8")
    assert (await logged(scripts=tmp_path))[2:] == [{**first, "fewest": 3}]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_with_postgresql_the_journal_has_to_be_named(where: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEADCYCLE_ERASURES")
    assert "LEADCYCLE_ERASURES is not set" in refused("erase", "Ana Díaz", "--yes", *where)
    assert member(where[1], "ana").name == "Ana Díaz"


def test_the_log_tells_who_did_what_with_names_as_long_as_there_are_any_and_never_what_people_wrote(
    where: tuple[str, str],
) -> None:
    done("report", "--to", "report", *where)
    done("export", "everything", *where)
    done("hold", "--yes", *where)
    done("erase", "Ana Díaz", "--yes", *where)

    told = done("audit", *where)

    lines = [line.partition("UTC  ")[2] for line in told.splitlines()]
    assert lines[:3] == [
        "the operator: read  Grade 4  what report; cycle 1",
        "the operator: export  what everything",
        "the operator: hold  is begun",
    ]
    assert lines[3].startswith("the operator: erasure  ana  answers 0")
    assert SECRET not in told
    assert done("audit", "--since", "2100-01-01", *where) == "Nothing is in the log yet.\n"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_roster_that_changes_roles_leaves_a_line_for_each(database_url: str) -> None:
    where = ("--database", database_url)
    Path("people.csv").write_text(ROSTER)
    done("roster", "import", "people.csv", *where)
    Path("people.csv").write_text(ROSTER.replace("teacher", "hybrid"))
    done("roster", "import", "people.csv", *where)

    told = done("audit", *where).splitlines()

    assert told[-1].endswith("was teacher; is hybrid")
    assert sum("role" in line for line in told) == 4, "three people came, and one is something else now"


def test_public_records_are_decisions_plans_and_results_without_names_and_reflections(where: tuple[str, str]) -> None:
    asyncio.run(_decide(where[1]))
    told = done("export", "--public-records", "public", *where)

    assert [line.split()[1].strip(":") for line in told.splitlines()] == [
        f"public/{name}" for name in ("decisions.csv", "plans.csv", "results.csv", "README.txt")
    ]
    rows = {name: list(csv.DictReader(_text(f"public/{name}.csv").splitlines())) for name in ("decisions", "plans")}
    (decision,) = [row for row in rows["decisions"] if row["question"] == "Later lunch?"]
    assert (decision["posted_by"], decision["asked"]) == ("administrator, facilitator", "teacher")
    assert rows["plans"][0]["action"] == "'=Two drafts", "no cell is a formula"
    assert "nobody has looked for them" in _text("public/README.txt")
    written = "".join(each.read_text("utf-8-sig") for each in Path("public").iterdir())
    for hidden in ("Ana Díaz", "Ben Okafor", SECRET, "A draft", "My worry"):
        assert hidden not in written
    assert "public records" in done("audit", *where)


async def _decide(url: str) -> None:
    from dataclasses import replace

    from flows.decision_records import Stand

    async with Database(url) as database, database.begin("d1") as store:
        (known,) = await records.load(store, Decision)
        closed = {"state": "decided", "closed_at": samples.NOON}
        posted = replace(known, number=2, question="Later lunch?", asked=("ben",), extended=False, **closed)
        drafted = replace(known, number=3, question="A draft", state="draft")
        stand = Stand("grade-4", 2, "ben", "worry", "My worry", samples.NOON)
        action = Action("grade-4", 4, 1, "=Two drafts", "ben", samples.DAY, "ana", state="open")
        await records.discard(store, *await records.load(store, Action))
        await records.keep(store, posted, drafted, stand, action, Result("grade-4", 4, 1, "Good", "adopt"))


def _text(file: str) -> str:
    return Path(file).read_text("utf-8-sig")


async def test_who_was_erased_stays_so_when_an_older_database_is_served(database_url: str, tmp_path: Path) -> None:
    settings = Settings(database_url=database_url, erasures=tmp_path / "erasures")
    application = await Application.prepare(settings)
    async with application.database:
        pass
    (tmp_path / "erasures").write_text(f"2026-11-22T12:00:00+00:00 erased {sample.TENANT} ben\n")

    application = await Application.prepare(settings)

    async with application.database as database, database.read(sample.TENANT) as store:
        names = {each.id: each.name for each in await records.load(store, Member)}
    assert names["ben"] == ERASED
    assert names["ana"] != ERASED


def test_the_doctor_says_how_long_what_is_kept_and_what_is_held(
    where: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADCYCLE_KEEP_DECISIONS", "730")
    done("legal-hold", "on", "--all", "--because", "case 26-114", *where)
    told = leadcycle("doctor", *where).stdout
    assert "Kept: raw answers 90 days after their cycle closes, decisions 730 days, comments of pulses 365" in told
    assert "Legal holds that stand: 1." in told


def test_one_comment_of_a_pulse_is_taken_out_and_the_log_knows_it(where: tuple[str, str]) -> None:
    asyncio.run(_commented(where[1]))
    told = done("pulse", "comments", *where).splitlines()
    assert told == ["lincoln 1 1: Thank you all", f"lincoln 1 2: {SECRET}"]

    asked = leadcycle("pulse", "redact", "lincoln", "1", "2", *where, typed="n\n")
    assert (asked.exit_code, SECRET in asked.stdout) == (1, True)
    read = [json.loads(line) for line in done("audit", "--json", *where).splitlines()][-1]
    assert (read["deed"], read["detail"]) == ("read", {"what": "comment of pulse 1"}), "also where it is left in then"
    assert "no such comment" in refused("pulse", "redact", "lincoln", "1", "3", "--yes", *where)
    done("legal-hold", "on", "--all", "--because", "case", *where)
    assert "legal hold" in refused("pulse", "redact", "lincoln", "1", "2", "--yes", *where)
    done("legal-hold", "off", "--all", *where)
    assert "that are left: 1." in done("pulse", "redact", "lincoln", "1", "2", "--yes", *where)

    assert "wave" not in asyncio.run(_with(where[1], SECRET))
    assert done("pulse", "comments", *where) == "lincoln 1 1: Thank you all\n"
    log = done("audit", "--json", *where)
    assert "redaction" in [json.loads(line)["deed"] for line in log.splitlines()]
    assert SECRET not in log


async def _commented(url: str) -> None:
    async with Database(url) as database, database.begin("d1") as store:
        pulse = Pulse("lincoln", 1, "grade-4", "ana", samples.NOON, samples.NOON, 5, 10, closed_at=samples.NOON)
        await records.keep(store, pulse, Wave("lincoln", 1, {}, ("Thank you all", SECRET)))


def test_comments_of_a_pulse_run_out_and_its_figures_stay(where: tuple[str, str]) -> None:
    async def kept(days: int, held: bool = False) -> Wave:
        async with Database(where[1]) as database:
            if held:
                async with database.begin("d1") as store:
                    await legal_holds.begin(store, legal_holds.EVERYBODY, "case", store.now)
            async with database.begin("d1") as store:
                await retention.expire_comments(store, samples.NOON + timedelta(days=days))
                return (await records.load(store, Wave))[0]

    asyncio.run(_commented(where[1]))
    assert asyncio.run(kept(-1)).comments
    assert asyncio.run(kept(1, held=True)).comments
    done("legal-hold", "off", "--all", *where)
    assert asyncio.run(kept(1)) == Wave("lincoln", 1, {}, ())
