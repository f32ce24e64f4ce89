"""The application as `serve` puts it together: when it starts, what it refuses, and what it keeps going."""

import json
import logging
import re
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from sqlalchemy import text

from adapters import text as drawn
from bot import app, conductor, logs, sample
from bot.app import Application
from bot.config import Settings, SettingsError
from flows.events import Event, Said
from flows.loader import ScriptError
from flows.messages import Note
from flows.people import Member
from flows.records import Cycle, Need
from flows.sends import SendKind
from storage import everywhere, inbox, outbox, practice, records, tables
from storage.claims import claim_first
from storage.database import Database
from storage.faults import DatabaseInUse
from storage.settlements import sent, settle
from tests.storage import samples

ADDRESS = "http://127.0.0.1:8080"


def as_the_service_logs(form: str = "json", level: int = logging.INFO) -> None:
    """Set the logs up as in a process of their own, where nobody else has done so."""
    logging.root.handlers.clear()
    logs.set_up(form, level)


async def prepare(url: str, **settings: Any) -> Application:
    return await Application.prepare(Settings(database_url=url, **settings))


@asynccontextmanager
async def running(url: str, **settings: Any) -> AsyncIterator[Application]:
    """The application, prepared; its clock does not tick by itself."""
    application = await prepare(url, **settings)
    async with application.database:
        yield application


def browser(application: Application, host: str = "127.0.0.1:8080") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(application.web())
    return httpx.AsyncClient(transport=transport, base_url=f"http://{host}")


async def on_record(database: Database, kind: type, tenant: str = sample.TENANT) -> list[Any]:
    async with database.read(tenant) as store:
        return list(await records.load(store, kind))


async def waiting(database: Database) -> tuple[int, int]:
    async with database.look_everywhere() as looking:
        return await everywhere.inbox_counts(looking)


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Tests may set the logs up; the next test has them as all tests do."""
    before, handlers = structlog.get_config(), logging.root.handlers[:]
    yield
    structlog.configure(**before)
    logging.root.handlers[:] = handlers


# ---------------------------------------------------------------- the practice school


async def test_an_empty_database_becomes_the_practice_school_on_the_morning_of_its_first_day(empty_url: str) -> None:
    async with running(empty_url) as application:
        database = application.database
        assert [member.name for member in await on_record(database, Member)] == [
            "Ana Ruiz",
            "Ben Carter",
            "Lena Ortiz",
            "Sam Lee",
        ]
        assert len(await on_record(database, Cycle)) == 1
        async with database.look_everywhere() as looking:
            assert timedelta() <= looking.school_time - sample.opening() < timedelta(minutes=2)


async def test_the_practice_school_is_founded_once_and_goes_on_where_it_was_stopped(empty_url: str) -> None:
    async with running(empty_url) as application:
        answer = await browser(application).post(
            "/practice/as/ana/direct-ana/clock",
            data={"until": "prompt", "key": "the-clock-1"},
            headers={"Origin": ADDRESS},
        )
        assert answer.status_code == 200, answer.text
        async with application.database.look_everywhere() as looking:
            stopped = looking.school_time

    for _ in range(2):
        async with running(empty_url) as application:
            assert len(await on_record(application.database, Cycle)) == 1
            async with application.database.look_everywhere() as looking:
                assert timedelta() <= looking.school_time - stopped < timedelta(minutes=2)
            page = await browser(application).get("/practice/as/ana/direct-ana")
            assert "What should we work on?" in page.text


async def test_the_clock_stops_where_nothing_of_the_cycle_comes_by_itself_and_the_page_names_another_year(
    sqlite_url: str,
) -> None:
    async with running(sqlite_url) as application:
        answers, times = [], []
        for number in range(4):
            answers.append(
                await browser(application).post(
                    "/practice/as/ana/direct-ana/clock",
                    data={"until": "phase", "key": f"the-clock-{number}"},
                    headers={"Origin": ADDRESS},
                )
            )
            async with application.database.look_everywhere() as looking:
                times.append(looking.school_time)

        assert [answer.status_code for answer in answers] == [200, 200, 409, 409]
        assert answers[-1].text.startswith("Everything waits for the team: no need is on record yet.")
        assert answers[-1].text in answers[1].text, "as it stands above"
        assert times[-1] - times[1] < timedelta(minutes=2)
        assert times[-1] < datetime(2027, 6, 11, tzinfo=UTC), "not at the end of the calendar"

        assert ", 2028" not in (await browser(application).get("/practice/as/ana/direct-ana")).text
        async with application.database.begin(sample.TENANT) as store:
            await practice.move_clock(store, timedelta(days=365))
        page = (await browser(application).get("/practice/as/ana/direct-ana")).text
        assert re.search(r"<span>\w{3} \w{3} \d+, 2028, </span>", page)


async def test_a_founding_that_is_killed_in_the_middle_is_finished_later(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(self: object, event: Event) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killing:
        killing.setattr(conductor.Conductor, "hear", killed)
        with pytest.raises(KeyboardInterrupt):
            await prepare(empty_url)
    monkeypatch.setattr(conductor, "UNHEARD_AFTER", timedelta())

    async with running(empty_url) as application:
        assert await on_record(application.database, Cycle) == []
        assert await application.conductor.recover() == 1
        assert len(await on_record(application.database, Cycle)) == 1


# ---------------------------------------------------------------- what it refuses


async def test_a_database_of_real_schools_is_refused_while_no_platform_is_set_up(database_url: str) -> None:
    async with Database(database_url) as database, database.begin("district") as store:
        await samples.found(store)

    for _ in range(2):
        with pytest.raises(SettingsError, match="belongs to real schools, and no chat platform is set up"):
            await prepare(database_url)
    with pytest.raises(SettingsError, match="belongs to real schools, and nobody practices in it"):
        await prepare(database_url, practice=True)
    async with Database(database_url) as database:
        assert await on_record(database, Member) == []
        assert len(await on_record(database, Member, "district")) == 2


async def test_practicing_needs_no_platform_and_uses_none_that_is_set_up(sqlite_url: str) -> None:
    async with running(sqlite_url, practice=True, SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET="s") as application:
        assert application.is_practice
        assert application.platforms == ()
    with pytest.raises(SettingsError, match="holds a practice school, and a chat platform is set up"):
        await prepare(sqlite_url, SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET="s")


async def test_the_practice_school_listens_on_this_computer_only_unless_hosts_are_named(sqlite_url: str) -> None:
    for host in ("0.0.0.0", "::", "192.0.2.7"):
        with pytest.raises(SettingsError, match=f"LEADCYCLE_HOST is {host}, .* LEADCYCLE_PRACTICE_HOSTS"):
            await prepare(sqlite_url, host=host)
    async with running(sqlite_url, host="0.0.0.0", practice_hosts=("school.example",)) as application:
        page = await browser(application, "school.example").get("/practice/as/ana/direct-ana")
        assert page.status_code == 200


@pytest.mark.parametrize("hosts", [(), ("school.example",)])
async def test_a_host_that_is_no_address_is_refused_as_such(sqlite_url: str, hosts: tuple[str, ...]) -> None:
    with pytest.raises(SettingsError, match=r"LEADCYCLE_HOST is foo\.invalid, which is not an address"):
        await prepare(sqlite_url, host="foo.invalid", practice_hosts=hosts)


async def test_it_does_not_start_with_a_broken_script_and_names_every_complaint(
    sqlite_url: str, tmp_path: Path
) -> None:
    (tmp_path / "needs.toml").write_text("say = What would help?\n")
    (tmp_path / "Vote.toml").write_text("")
    with pytest.raises(ScriptError) as refused:
        await prepare(sqlite_url, scripts=tmp_path)
    assert "needs.toml" in str(refused.value)
    assert "Vote.toml" in str(refused.value)
    async with running(sqlite_url):
        pass


async def test_an_address_that_another_program_has_is_refused_and_the_database_let_go(sqlite_url: str) -> None:
    greetings: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError) as refused:
            await app.serve(Settings(database_url=sqlite_url, port=port), lambda: greetings.append("come in"))

    assert str(refused.value) == (
        f"Leadcycle cannot listen on http://127.0.0.1:{port}: Address already in use. "
        "Stop the program that listens there, or choose another LEADCYCLE_PORT."
    )
    assert greetings == []
    async with running(sqlite_url):
        with pytest.raises(DatabaseInUse):
            Database(sqlite_url)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/leadcycle.db"


# ---------------------------------------------------------------- its addresses


async def test_the_front_door_leads_to_the_practice_page(sqlite_url: str) -> None:
    async with running(sqlite_url) as application:
        answer = await browser(application).get("/", follow_redirects=True)
        assert (answer.status_code, answer.url.path) == (200, "/practice/as/lena/direct-lena")
        assert "Riverside Middle School" in answer.text


async def test_pages_are_refused_under_a_host_name_that_nobody_decided_on(sqlite_url: str) -> None:
    async with running(sqlite_url, practice_hosts=("school.example",)) as application:
        for path in ("/practice", "/practice/as/ana/direct-ana", "/practice-report/riverside"):
            for host in ("evil.example", "127.0.0.1.evil.example", "school.example.evil.example"):
                answer = await browser(application, host).get(path)
                assert answer.status_code == 403
                assert "not served under this address" in answer.text
            for host in ("127.0.0.1:8080", "localhost:9999", "school.example"):
                assert (await browser(application, host).get(path, follow_redirects=True)).status_code == 200


async def test_the_report_page_shows_the_cycle_and_says_where_there_is_none(sqlite_url: str) -> None:
    async with running(sqlite_url) as application:
        there = await browser(application).get("/practice-report/riverside")
        nobody = await browser(application).get("/practice-report/nobody")

        assert "Riverside leadership team" in there.text
        assert there.headers["content-security-policy"].startswith("default-src")
        assert (nobody.status_code, nobody.text) == (404, "There is no such team in the practice school.\n")


async def test_the_report_page_leads_back_to_where_its_reader_came_from(sqlite_url: str) -> None:
    async with running(sqlite_url) as application:
        visitor = browser(application)
        chat = (await visitor.get("/practice/as/ana/direct-ana")).text
        assert 'href="/practice-report/riverside?back=/practice/as/ana/direct-ana"' in chat

        for asked, leads in (
            ("?back=/practice/as/ana/direct-ana", "/practice/as/ana/direct-ana"),
            ("?back=https://evil.example/", "/practice"),
            ("", "/practice"),
        ):
            page = (await visitor.get(f"/practice-report/riverside/1{asked}")).text
            assert f'<a href="{leads}">Back</a>' in page
        later = await visitor.get("/practice-report/riverside/2")
        assert (later.status_code, later.text) == (404, "There is no such cycle to report on yet.\n")


async def test_monitoring_is_answered_under_any_host_name(sqlite_url: str) -> None:
    async with running(sqlite_url) as application:
        for path in ("/health", "/ready", "/metrics"):
            assert (await browser(application, "10.0.0.7:8080").get(path)).status_code == 200


# ---------------------------------------------------------------- what it keeps going


async def _too_long(*given: object) -> None:
    raise TimeoutError


@pytest.mark.parametrize("is_stopped", [False, True])
async def test_what_is_settled_is_forgotten_in_its_time_and_words_also_where_forgetting_rows_is_stopped(
    database_url: str, monkeypatch: pytest.MonkeyPatch, is_stopped: bool
) -> None:
    async with Database(database_url) as database:
        async with database.begin(sample.TENANT) as store:
            await sample.found_school(store)
            for age in (1, 15, 401):
                await outbox.enqueue(store, samples.a_send(f"{age} days", SendKind.POST), samples.direct(f"U{age}"))
            said = Event("e1", "practice", "practice", "ana", "direct-ana", True, store.now, Said("help"))
            await inbox.capture(store, said)
            await inbox.done(store, "practice", "e1")
        for _ in range(3):
            async with database.everywhere() as everyone:
                claimed = await claim_first(everyone, timedelta(minutes=1))
            assert claimed
            (row,) = claimed.rows
            age = timedelta(days=int(row.send.key.split()[0]))
            async with database.begin(sample.TENANT) as store:
                await settle(store, [sent(row, "1")])
                table = tables.outbox
                await store.update(table, table.c.delivery == row.delivery, settled_at=store.now - age)
                await store.update(tables.inbox, done_at=store.now - timedelta(days=2))

    async with running(database_url) as application:
        if is_stopped:
            monkeypatch.setattr("storage.everywhere.prune_outbox", _too_long)
        with suppress(TimeoutError):
            await application._prune()
        async with application.database.read(sample.TENANT) as store:
            kept = await outbox.listing(store)
            events = [row["key"] for row in await store.select(tables.inbox)]
    there = {"401 days": False} if is_stopped else {}
    assert {row.send.key: row.send.message is not None for row in kept} == {"1 days": True, "15 days": False, **there}
    assert events == []


BREAK = {
    "sqlite": ["CREATE TRIGGER broken BEFORE INSERT ON need BEGIN SELECT RAISE(ABORT, 'the disk is on fire'); END"],
    "postgresql": [
        "CREATE FUNCTION burn() RETURNS trigger AS "
        "$$ BEGIN RAISE EXCEPTION 'the disk is on fire: %', NEW.text; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER broken BEFORE INSERT ON need FOR EACH ROW EXECUTE FUNCTION burn()",
    ],
}
MEND = {"sqlite": "DROP TRIGGER broken", "postgresql": "DROP TRIGGER broken ON need"}


async def test_an_event_that_fails_is_answered_tried_again_and_never_quoted_in_the_log(
    empty_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    as_the_service_logs()
    monkeypatch.setattr(conductor, "UNHEARD_AFTER", timedelta())
    async with running(empty_url) as application:
        database, kind = application.database, empty_url.partition(":")[0]
        await execute(database, *BREAK[kind])
        said = Event("e1", "practice", "practice", "ana", "direct-ana", True, sample.opening(), NEED, "", True)

        assert await application.conductor.capture(said)
        reply = await application.conductor.hear(said)

        assert isinstance(reply, Note)
        told = drawn.draw(reply.message)
        assert "again" in told
        assert await waiting(database) == (1, 0)
        assert await on_record(database, Need) == []

        await execute(database, MEND[kind])
        assert await application.conductor.recover() == 1
        assert [need.text for need in await on_record(database, Need)] == ["more quiet in room nineteen"]
        assert await waiting(database) == (0, 0)

    lines = capsys.readouterr().err
    (failure,) = [line for line in map(json.loads, lines.splitlines()) if line["event"] == "event failed"]
    assert (failure["key"], failure["level"], failure["aside"]) == ("e1", "error", False)
    assert "conductor.py" in failure["exception"]
    assert "nineteen" not in lines


NEED = Said("need more quiet in room nineteen", True)


async def test_an_event_that_fails_again_and_again_is_set_aside_and_stops_no_other(
    empty_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    as_the_service_logs()
    monkeypatch.setattr(conductor, "UNHEARD_AFTER", timedelta())
    async with running(empty_url) as application:
        await execute(application.database, *BREAK[empty_url.partition(":")[0]])
        for key, said in (("bad", NEED), ("good", Said("resource the library", True))):
            await application.conductor.capture(
                Event(key, "practice", "practice", "ana", "direct-ana", True, sample.opening(), said, "", True)
            )

        heard = [await application.conductor.recover() for _ in range(inbox.MOST_ATTEMPTS + 1)]

        assert heard == [2, *[1] * (inbox.MOST_ATTEMPTS - 1), 0]
        assert await waiting(application.database) == (0, 1)


async def execute(database: Database, *statements: str) -> None:
    async with database.writer.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))


# ---------------------------------------------------------------- its logs


def test_the_logs_of_other_packages_are_json_lines_too_and_quote_no_message(capsys: pytest.CaptureFixture[str]) -> None:
    as_the_service_logs()
    try:
        int("Ana is ill")
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
        structlog.get_logger().bind(team="riverside").exception("a step failed")

    of_others, ours = map(json.loads, capsys.readouterr().err.splitlines())
    assert (of_others["event"], of_others["logger"]) == ("Exception in ASGI application", "uvicorn.error")
    assert (ours["event"], ours["team"], ours["level"]) == ("a step failed", "riverside", "error")
    for line in (of_others, ours):
        assert line["exception"].endswith("builtins.ValueError\n")
        assert "test_app.py" in line["exception"]
        assert "ill" not in line["exception"].replace('int("Ana is ill")', "")


def test_on_a_terminal_the_logs_are_readable(capsys: pytest.CaptureFixture[str]) -> None:
    as_the_service_logs("console")
    structlog.get_logger().info("serving", team="riverside")
    assert not capsys.readouterr().err.startswith("{")


def test_what_is_below_the_level_is_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    as_the_service_logs(level=logging.WARNING)
    structlog.get_logger().info("serving")
    assert capsys.readouterr().err == ""
