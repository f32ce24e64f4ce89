"""What an operator's monitoring asks, and what it hears in good and in bad times."""

import re
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot import sample
from bot.dispatcher import Dispatcher
from bot.measures import Measures
from bot.pulse import Pulse
from bot.web.probes import Probes
from flows.events import Event, Said
from storage import inbox, lanes, restoration, revisions
from storage.database import Database
from storage.migration import changing
from tests.world import School

LEDGER = ("leadcycle_outbox", "leadcycle_inbox", "leadcycle_lanes", "leadcycle_restore")


def monitoring(database: Database, *platforms: str, **parts: Any) -> httpx.AsyncClient:
    """A client that knows nothing but the address of the service."""
    app = Starlette(routes=Probes(database, platforms, **parts).routes())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service.example")


async def numbers(school: School) -> dict[str, float]:
    """The samples of /metrics, as `name{labels}`."""
    answer = await monitoring(school.rehearsal.database, "practice").get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    samples = (line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in samples if name.startswith(LEDGER)}


@pytest.fixture(params=["sqlite", "postgresql"])
async def gone(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database that does not answer: a damaged file, a server that is down."""
    file = tmp_path / "leadcycle.db"
    file.write_bytes(b"This was a database once. " * 100)
    down = "postgresql://leadcycle:open-sesame@127.0.0.1:1/leadcycle"
    async with Database(f"sqlite:///{file}" if request.param == "sqlite" else down) as database:
        yield database


async def test_a_working_service_is_alive_and_ready_and_names_its_platforms(database: Database) -> None:
    client = monitoring(database, "slack", "practice")
    health, ready = await client.get("/health"), await client.get("/ready")

    assert (health.status_code, health.text) == (200, "alive\n")
    assert (ready.status_code, ready.text) == (200, "ready: slack, practice\n")


async def test_without_a_platform_it_is_not_ready(database: Database) -> None:
    ready = await monitoring(database).get("/ready")
    assert (ready.status_code, ready.text) == (503, "No chat platform is set up.\n")


async def test_when_the_database_is_gone_it_is_alive_and_not_ready(gone: Database) -> None:
    client = monitoring(gone, "practice")
    health = await client.get("/health")
    refused = [await client.get("/ready"), await client.get("/metrics")]

    assert health.status_code == 200
    for answer in refused:
        assert answer.status_code == 503
        assert re.fullmatch(r"The database does not answer \(\w+\)\.\n", answer.text)


async def test_when_the_database_was_moved_away_it_says_so_and_lives_on(database: Database) -> None:
    client = monitoring(database, "practice")
    assert (await client.get("/ready")).status_code == 200
    async with changing(database) as connection:
        await connection.run_sync(revisions.mark_moved)

    ready = await client.get("/ready")
    assert ready.status_code == 503
    assert "was moved into another database" in ready.text
    assert (await client.get("/health")).status_code == 200


async def test_the_numbers_follow_a_message_until_it_is_sent(school: School) -> None:
    await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    assert await numbers(school) == {
        'leadcycle_inbox_events{state="waiting"}': 0,
        'leadcycle_inbox_events{state="set_aside"}': 0,
        "leadcycle_inbox_oldest_seconds": 0,
        "leadcycle_restore_mode": 0,
    }

    school.clock.set(sample.opening() + timedelta(minutes=15))
    await school.rehearsal.conductor.tick()
    school.clock.set(sample.opening() + timedelta(minutes=17))
    due = await numbers(school)
    assert due['leadcycle_outbox_rows{platform="practice",state="ready"}'] == 3
    assert due['leadcycle_outbox_oldest_due_seconds{platform="practice",state="ready"}'] == 120

    await school.rehearsal.dispatcher.drain()
    assert not any("ready" in name for name in await numbers(school))


async def test_the_numbers_tell_an_event_that_waits_from_one_that_was_set_aside(school: School) -> None:
    await school.team("Ana", "Ben", administrator="Lena")
    names = [f"event-{number}" for number in range(3)]
    async with school.rehearsal.database.begin(sample.TENANT) as store:
        for name in names:
            said = Said("help", True)
            await inbox.capture(
                store, Event(name, "practice", "practice", "ana", "direct-ana", True, store.school_time, said)
            )
        for _ in range(inbox.MOST_ATTEMPTS):
            await inbox.failed(store, "practice", names[0], "ZeroDivisionError")

    told = await numbers(school)
    assert told['leadcycle_inbox_events{state="waiting"}'] == 2
    assert told['leadcycle_inbox_events{state="set_aside"}'] == 1
    assert told["leadcycle_inbox_oldest_seconds"] > 0


async def test_the_numbers_tell_that_a_platform_asked_to_wait_and_that_a_backup_was_put_back(school: School) -> None:
    await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("Tuesday 16:00")
    async with school.rehearsal.database.everywhere() as everyone:
        await lanes.pause(everyone.store(sample.TENANT), "practice", "practice", 60)
        await restoration.begin(everyone)

    told = await numbers(school)
    assert told['leadcycle_lanes_paused{platform="practice"}'] == 1
    assert told["leadcycle_restore_mode"] == 1


async def test_each_process_counts_what_it_sends_and_how_late_by_platform_and_never_by_tenant(school: School) -> None:
    await school.team("Ana", "Ben", administrator="Lena")
    measures = Measures()
    school.rehearsal.dispatcher = Dispatcher(
        school.rehearsal.database, {"practice": school.stage}, school.rehearsal.conductor.judge, measures=measures
    )
    await school.begins()
    await school.until("Tuesday 16:00")

    client = monitoring(school.rehearsal.database, "practice", measures=measures)
    told = (await client.get("/metrics")).text
    count = len(school.stage.posts)
    assert f'leadcycle_sends_total{{outcome="sent",platform="practice"}} {count}.0' in told
    assert f'leadcycle_claimed_total{{platform="practice"}} {count}.0' in told
    assert 'leadcycle_lateness_seconds_bucket{kind="prompt",le="1.0",platform="practice"} ' in told
    assert "leadcycle_build_info{" in told
    assert 'leadcycle_database_connections{pool="reader",state="in_use"}' in told
    labels = {
        name
        for found in re.findall(r"^leadcycle_\w+{(.*)}", told, re.MULTILINE)
        for name in re.findall(r"(\w+)=", found)
    }
    assert labels == {"platform", "kind", "le", "outcome", "state", "pool", "version", "python"}


async def test_a_process_whose_dispatcher_hangs_is_not_ready(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulse = Pulse("the dispatcher", "the metronome")
    client = monitoring(database, "slack", pulse=pulse)
    assert (await client.get("/ready")).status_code == 200

    monkeypatch.setattr("bot.pulse.QUIET_SECONDS", -1.0)
    hangs = await client.get("/ready")
    assert hangs.status_code == 503
    assert hangs.text.startswith("The dispatcher has not stirred for ")

    monkeypatch.undo()
    pulse.stir("the dispatcher")
    assert (await client.get("/ready")).status_code == 200


async def test_a_process_that_hangs_for_minutes_is_not_alive_any_more(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulse = Pulse("the dispatcher", "the metronome")
    client = monitoring(database, "slack", pulse=pulse)
    monkeypatch.setattr("bot.pulse.QUIET_SECONDS", -1.0)
    assert (await client.get("/health")).status_code == 200

    monkeypatch.setattr("bot.pulse.HANGS_SECONDS", -1.0)
    hangs = await client.get("/health")
    assert hangs.status_code == 503
    assert hangs.text.startswith("The dispatcher has not stirred for ")


async def test_a_process_that_waits_for_its_database_is_alive_however_long(
    gone: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.pulse.HANGS_SECONDS", -1.0)
    client = monitoring(gone, "slack", pulse=Pulse("the dispatcher"))
    assert (await client.get("/health")).status_code == 200


async def test_a_full_disk_is_told_before_anything_is_lost(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = shutil.copy(sqlite_template, tmp_path / "leadcycle.db")
    async with Database(f"sqlite:///{file}") as database:
        client = monitoring(database, "slack")
        assert (await client.get("/ready")).status_code == 200
        monkeypatch.setattr("storage.disk.LEAST_BYTES", shutil.disk_usage(tmp_path).total)
        full = await client.get("/ready")
    assert (full.status_code, full.text) == (503, "The disk is full, or the database file cannot be written to.\n")
