"""What an operator's monitoring asks, and what it hears in good and in bad times."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from bot import sample
from bot.web.probes import Probes
from flows.events import Event, Said
from storage import inbox
from storage.database import Database
from tests.world import School


def monitoring(database: Database, *platforms: str) -> httpx.AsyncClient:
    """A client that knows nothing but the address of the service."""
    app = Starlette(routes=Probes(database, platforms).routes())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service.example")


async def numbers(school: School) -> dict[str, float]:
    """The samples of /metrics, as `name{labels}`."""
    answer = await monitoring(school.rehearsal.database, "practice").get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    samples = (line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in samples}


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


async def test_the_numbers_follow_a_message_until_it_is_sent(school: School) -> None:
    await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    assert await numbers(school) == {
        'leadcycle_inbox_events{state="waiting"}': 0,
        'leadcycle_inbox_events{state="set_aside"}': 0,
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
