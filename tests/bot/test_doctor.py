"""The doctor finds what stands in the way, says it in a sentence, and is content with what is in order."""

import os
import shutil
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot import sample
from bot.app import NO_PLATFORM
from bot.config import Settings
from bot.doctor import examine
from bot.findings import Finding, ours
from flows.calendar import Span
from flows.events import Event, Said
from flows.people import Hold, Member
from flows.sends import SendKind
from storage import inbox, installations, outbox, records, restoration
from storage.addresses import Identity
from storage.claims import claim_first
from storage.database import Database
from storage.installations import Installation
from storage.settlements import dead, held, settle, unsure
from tests.databases import DURABLE_SETTINGS
from tests.storage import samples


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder without `.env`, and an environment without our variables."""
    for name in [name for name in os.environ if name.startswith("LEADCYCLE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'leadcycle.db')}"


async def looks(url: str, **settings: Any) -> list[str]:
    """The sentences of what needs a look, but for this that the tests leave so: no chat platform is set up."""
    found = await examine(Settings(database_url=url, **settings))
    return [finding.sentence for finding in found if not finding.is_good and finding.sentence != NO_PLATFORM]


async def goods(url: str) -> str:
    found = await examine(Settings(database_url=url))
    return "\n".join(finding.sentence for finding in found if finding.is_good)


async def found_school(url: str, *facts: object) -> None:
    """A real school with a year ahead and people who can be reached, and these facts instead."""
    year = Span(date(2020, 8, 1), date(2100, 7, 1))
    school = replace(samples.SCHOOL, calendar=replace(samples.CALENDAR, terms=(year,)))
    async with Database(url) as database, database.begin("district") as store:
        await samples.found(store)
        await records.keep(store, school, Identity("ben", "slack", "T1", "U2", "D2"), *facts)


async def test_a_school_in_good_order_needs_no_look(database_url: str) -> None:
    await found_school(database_url)

    assert await looks(database_url) == []
    told = await goods(database_url)
    for words in (
        "Python 3.",
        "scripts are good.",
        "listens on this computer only (http://127.0.0.1:8080).",
        "has the tables of this version.",
        "The calendar of Lincoln School ends on 2100-07-01",
        "Everybody on a team can be reached.",
    ):
        assert words in told


async def test_only_where_serve_would_begin_to_practice_the_missing_platform_is_in_order(database_url: str) -> None:
    assert "No chat platform is set up; until one is, `leadcycle serve` is a practice" in await goods(database_url)
    await found_school(database_url)
    assert Finding(False, NO_PLATFORM, True) in await examine(Settings(database_url=database_url))


async def test_what_signing_in_lacks_is_told(database_url: str) -> None:
    asked: dict[str, Any] = {"sign_in": ("slack",), "public_url": "https://leadcycle.school.example"}
    (look,) = await looks(database_url, **asked)
    assert look.startswith("SLACK_CLIENT_ID is missing, and LEADCYCLE_SIGN_IN names slack")

    (look,) = await looks(database_url, **asked | {"sign_in": ("teams",)})
    assert look.startswith("LEADCYCLE_SIGN_IN names teams: set TEAMS_APP_ID")


async def test_an_examination_changes_nothing_and_works_beside_the_service(database_url: str) -> None:
    async with Database(database_url) as running:
        assert await looks(database_url) == []
        async with running.begin("district") as store:
            await samples.found(store)


async def test_the_practice_school_is_in_good_order(database_url: str) -> None:
    async with Database(database_url) as database, database.begin(sample.TENANT) as store:
        await sample.found_school(store)
    assert await looks(database_url) == []


async def test_a_database_that_is_not_there_is_named_and_not_made(tmp_path: Path) -> None:
    file = tmp_path / "none.db"
    (told,) = await looks(f"sqlite:///{file}")
    assert told.startswith(f"There is no database file {file} yet.")
    assert "Import the roster first: leadcycle roster import FILE makes one." in told
    assert not file.exists()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://leadcycle:open-sesame@host/leadcycle", "is not a database that Leadcycle can use"),
        (
            "postgresql://leadcycle:open-sesame@127.0.0.1:1/d",
            "postgresql://leadcycle:***@127.0.0.1:1/d cannot be used: ",
        ),
    ],
)
async def test_an_address_that_leads_nowhere_is_told_without_its_password(url: str, told: str) -> None:
    (look,) = await looks(url)
    assert told in look
    assert "LEADCYCLE_DATABASE_URL" in look
    assert "open-sesame" not in look
    assert "migrate" not in look


async def test_a_database_that_the_server_does_not_have_is_told(postgresql_server: str) -> None:
    (look,) = await looks(postgresql_server.replace("/postgres?", "/nowhere?"))
    assert 'cannot be used: database "nowhere" does not exist. Look at LEADCYCLE_DATABASE_URL' in look


async def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "people.db"
    file.write_text("school,team,name,email,roles\n" * 40)
    (look,) = await looks(f"sqlite:///{file}")
    assert look.startswith(f"sqlite:///{file} cannot be used: file is not a database. Look at LEADCYCLE_DATABASE_URL.")


async def test_tables_of_another_version_are_told(database_url: str) -> None:
    async with Database(database_url) as database, database.writer.begin() as connection:
        await connection.execute(text("DELETE FROM alembic_version"))
    (older,) = await looks(database_url)
    assert older.endswith("lacks tables of this version: run leadcycle migrate.")

    async with Database(database_url) as database, database.writer.begin() as connection:
        await connection.execute(text("INSERT INTO alembic_version (version_num) VALUES ('9999')"))
    (newer,) = await looks(database_url)
    assert "was used by a newer Leadcycle" in newer
    assert "migrate" not in newer


async def test_each_complaint_about_a_script_is_told(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "needs.toml").write_text("say = What would help?\n")
    (look,) = await looks(database_url, scripts=tmp_path)
    assert look.startswith("Scripts need a look: needs.toml")


async def test_people_without_an_account_are_named_unless_they_have_left(database_url: str) -> None:
    left = replace(samples.MEMBERSHIPS[0], member="cy", left_on=samples.DAY)
    alone = replace(samples.MEMBERSHIPS[0], member="dora", position=9)
    await found_school(database_url, Member("cy", "Cy Left"), Member("dora", "Dora Novak"), left, alone)

    assert await looks(database_url) == [
        "No chat platform is set up, so nothing can reach them: Dora Novak. Connect Slack or Teams as README.md says."
    ]


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        (
            (Span(date(2020, 8, 1), date(2021, 6, 1)),),
            "The calendar of Lincoln School ends on 2021-06-01; at the school",
        ),
        ((), "Lincoln School has no calendar: run leadcycle calendar import."),
        (
            (Span(date(2026, 8, 15), date(2027, 6, 15)),),
            "Nobody has imported the calendar of Lincoln School yet; until then it is open from 2026-08-15 to",
        ),
    ],
)
async def test_a_calendar_that_has_ended_or_is_missing_is_told(
    database_url: str, terms: tuple[Span, ...], told: str
) -> None:
    await found_school(database_url, replace(samples.SCHOOL, calendar=replace(samples.CALENDAR, terms=terms)))
    (look,) = await looks(database_url)
    assert look.startswith(told)


async def test_a_hold_is_told_so_that_nobody_looks_for_a_fault(database_url: str) -> None:
    since = samples.NOON
    await found_school(database_url, Hold("", since), Hold(samples.SCHOOL.id, since), Hold("elsewhere", since))

    assert await looks(database_url) == [
        "Lincoln School is on hold with the whole district since 2026-09-14 08:00: nothing is sent. "
        "`leadcycle resume` ends it.",
        "Lincoln School is on hold since 2026-09-14 08:00: nothing is sent. "
        '`leadcycle resume --school "Lincoln School"` ends it.',
    ]


@pytest.mark.parametrize(("weeks", "is_enough"), [(10, True), (9, False)])
async def test_a_calendar_too_short_for_a_cycle_wants_a_look(database_url: str, weeks: int, is_enough: bool) -> None:
    async with Database(database_url) as database, database.read("district") as store:
        today = samples.CALENDAR.local_date(store.school_time)
    first = today - timedelta(days=today.weekday())
    term = Span(first, first + timedelta(weeks=weeks, days=-3))
    school = replace(samples.SCHOOL, calendar=replace(samples.CALENDAR, terms=(term,), closures=(), half_days=()))
    await found_school(database_url, school)

    found = await looks(database_url)
    told = f"at the school it is {today}. Open weeks left: 9; a cycle needs 10. Import the next terms."
    assert found == [] if is_enough else [look.endswith(told) for look in found] == [True]


async def test_people_who_cannot_be_reached_are_named_in_the_order_of_the_alphabet(database_url: str) -> None:
    names = ("Zoe Young", "Ämma Adams", "Bo Nash", "alma brown")
    places = [replace(samples.MEMBERSHIPS[0], member=name, position=9) for name in names]
    await found_school(database_url, *(Member(name, name) for name in names), *places)

    (look,) = await looks(database_url)
    assert ": alma brown, Bo Nash, Zoe Young, Ämma Adams." in look


async def test_variables_that_are_no_settings_are_named_with_the_one_that_was_meant(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADCYCLE_PROT", "8081")
    monkeypatch.setenv("leadcycle_port", "8082")
    (tmp_path / ".env").write_text("LEADCYCLE_LOGFORMAT=json\nLEADCYCLE_ZZZ=1\nLEADCYCLE_HOST=::1\nOTHER=1\n")

    assert await looks(database_url) == [
        "LEADCYCLE_PROT is not a setting. Did you mean LEADCYCLE_PORT?",
        "LEADCYCLE_LOGFORMAT is not a setting. Did you mean LEADCYCLE_LOG_FORMAT?",
        "LEADCYCLE_ZZZ is not a setting. Delete it, or look up its name in README.md.",
    ]


async def test_messages_that_did_not_arrive_are_counted_by_what_became_of_them(database_url: str) -> None:
    await found_school(database_url)
    async with Database(database_url) as database:
        async with database.begin("district") as store:
            for number in range(5):
                send = samples.a_send(f"{number}", SendKind.POST)
                await outbox.enqueue(store, send, samples.direct(f"U{number}"))
        for became in (dead, held, partial(unsure, wait=timedelta()), dead):
            async with database.everywhere() as everyone:
                claimed = await claim_first(everyone, timedelta(minutes=1))
            assert claimed
            async with database.begin("district") as store:
                await settle(store, [became(row, "no answer") for row in claimed.rows])

    assert sorted(await looks(database_url)) == [
        "Messages on test that could not be delivered: 2. Why: no answer.",
        "Messages on test that may not have arrived and are being looked up: 1. Why: no answer.",
        "Messages on test that may not have arrived and are not sent again: 1. Why: no answer.",
    ]


async def test_events_that_were_set_aside_are_counted(database_url: str) -> None:
    await found_school(database_url)
    said = Event("e1", "slack", "T1", "U1", "D1", True, samples.NOON, Said("help"))
    async with Database(database_url) as database, database.begin("district") as store:
        await installations.install(store, "slack", Installation("T1"))
        await inbox.capture(store, said)
        for _ in range(inbox.MOST_ATTEMPTS):
            await inbox.failed(store, "slack", "e1", "ZeroDivisionError")

    assert await looks(database_url) == ["Events that were set aside: 1. `leadcycle inbox` says why."]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, ["LEADCYCLE_HOST is 0.0.0.0, and the practice school lets everybody who reaches it be anybody."]),
        ({"practice_hosts": ("school.example",)}, ["people reach it at no known address: set LEADCYCLE_PUBLIC_URL."]),
        ({"practice_hosts": ("school.example",), "public_url": "https://school.example"}, []),
    ],
)
async def test_an_open_door_is_told_until_somebody_has_decided_so(
    database_url: str, settings: dict[str, object], told: list[str]
) -> None:
    found = await looks(database_url, host="0.0.0.0", **settings)
    assert len(found) == len(told)
    assert all(words in look for words, look in zip(told, found, strict=True))


async def test_a_host_that_is_no_address_is_told(database_url: str) -> None:
    (look,) = await looks(database_url, host="foo.invalid", practice_hosts=("school.example",))
    assert look.startswith("LEADCYCLE_HOST is foo.invalid, which is not an address of this computer.")


async def test_the_practice_school_is_called_by_its_name(database_url: str) -> None:
    async with Database(database_url) as database, database.begin(sample.TENANT) as store:
        await sample.found_school(store)

    assert "holds the practice school. For real schools name another database." in await goods(database_url)


async def test_a_server_that_may_lose_what_it_committed_is_told(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests' own server does: nobody pulls its plug."""
    monkeypatch.setattr("bot.database_doctor.DURABLE", DURABLE_SETTINGS)
    await found_school(database_url)

    risks = [] if database_url.startswith("sqlite") else ["fsync, full_page_writes, synchronous_commit is off"]
    assert [risk in look for look, risk in zip(await looks(database_url), risks, strict=True)] == [True] * len(risks)


async def test_a_disk_with_little_room_wants_a_look(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await found_school(sqlite_url)
    monkeypatch.setattr("bot.database_doctor.LEAST_FREE", 1024**5)
    (look,) = await looks(sqlite_url)
    assert "free; with less than 1048576.0 GB it needs a look." in look


@pytest.mark.parametrize(("ahead", "told"), [(-90, "90 seconds behind the database's"), (61, "61 seconds ahead of")])
def test_a_clock_that_is_not_the_databases_wants_a_look(ahead: int, told: str) -> None:
    finding = ours(timedelta(seconds=ahead))
    assert not finding.is_good
    assert told in finding.sentence
    assert ours(timedelta(seconds=59)).is_good


async def test_that_a_backup_was_put_back_is_told(database_url: str) -> None:
    await found_school(database_url)
    async with Database(database_url) as database, database.everywhere() as everyone:
        await restoration.begin(everyone)

    (look,) = await looks(database_url)
    assert look.startswith("Restore mode is on: an older backup was put back.")
