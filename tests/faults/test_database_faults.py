"""A database that is down, silent or full: what is not kept is not acknowledged, and afterwards all goes on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import asyncpg
import httpx
import pytest
from sqlalchemy import URL, make_url
from structlog.testing import capture_logs

from storage import engines
from storage.addresses import Destination
from storage.state import State
from tests.faults.fan_out import EACH, owed, rows, working
from tests.slack.school import SlackSchool, slack_of
from tests.slack.stand_in import StandIn
from tests.teams.school import TeamsSchool

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NEED = "@leadcycle need Planning time"


async def ready(school: SlackSchool) -> httpx.Response:
    """What monitoring hears."""
    async with httpx.AsyncClient(trust_env=False, timeout=20) as monitoring:
        return await monitoring.get(school.slack.events_url.replace("/slack/events", "/ready"))


# ---------------------------------------------------------------- down


@asynccontextmanager
async def down(url: str) -> AsyncIterator[None]:
    """The server lets nobody into this database meanwhile, and cuts off who was in."""
    address = make_url(url)
    server = await asyncpg.connect(address.set(database="postgres").render_as_string(hide_password=False))
    await server.execute(f'ALTER DATABASE "{address.database}" WITH ALLOW_CONNECTIONS false')
    await server.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1", address.database
    )
    try:
        yield
    finally:
        await server.execute(f'ALTER DATABASE "{address.database}" WITH ALLOW_CONNECTIONS true')
        await server.close()


@on_postgresql
async def test_while_the_database_is_down_nothing_is_acknowledged_and_afterwards_all_is_caught_up(
    slack_school: SlackSchool,
) -> None:
    ana, slack = slack_school.people["ana"], slack_school.slack
    await ana.starts()
    users = [await slack.add_person(f"Person {number}") for number in range(8)]
    places = {user: await slack.direct(user) for user in users}
    await owed(slack_school, {user: Destination("slack", slack.team_id, place, user) for user, place in places.items()})
    typed = await slack.typed(ana.user, NEED)
    posted = len(await slack.calls("chat.postMessage"))
    async with working(slack_school):
        await slack.until(lambda: more_than(slack, posted + 3))
        async with down(slack_school.url):
            refused = await slack.sends(typed)
            commanded = await slack.slash(ana.user, "/leadcycle", "needs", ana.direct)
            assert (refused.status, commanded.status) == (500, 500)
            assert (await ready(slack_school)).status_code == 503
        assert (await slack.repeats(refused)).status == 200
    await slack_school.settle()

    assert (await ready(slack_school)).status_code == 200
    assert [need.text for need in (await slack_school.room()).needs] == ["Planning time"]
    assert {row.state for row in await rows(slack_school)} == {State.SENT}
    for place in places.values():
        assert len(await slack.posts(place)) == EACH, "none is lost, and none is there twice"


async def more_than(slack: StandIn, posts: int) -> bool:
    return len(await slack.calls("chat.postMessage")) > posts


@on_postgresql
async def test_while_the_database_is_down_teams_is_asked_to_say_it_again(teams_school: TeamsSchool) -> None:
    ben = teams_school.people["ben"]
    said, before = ben.said("message", text="help"), len(ben.sees())
    async with down(teams_school.url):
        assert (await teams_school.tells(said)).status_code == 500
    for _ in range(2):
        assert (await teams_school.after(teams_school.tells(said))).status_code == 200
    assert len(ben.sees()) == before + 1


# ---------------------------------------------------------------- out of reach without a word


class Wire:
    """Goes between us and the server. When it is cut nobody hears of it: bytes just do not arrive any more."""

    def __init__(self, server: URL) -> None:
        self._server = server
        self._is_cut = asyncio.Event()
        self._ends: list[asyncio.StreamWriter] = []

    def cut(self) -> None:
        self._is_cut.set()

    def mend(self) -> None:
        """New connections work; those of before stay as dead as they are."""
        self._is_cut = asyncio.Event()

    async def connect(self, reading: asyncio.StreamReader, writing: asyncio.StreamWriter) -> None:
        there = self._server.query.get("host") or self._server.host
        if str(there).startswith("/"):
            far = await asyncio.open_unix_connection(f"{there}/.s.PGSQL.{self._server.port or 5432}")
        else:
            far = await asyncio.open_connection(str(there), self._server.port or 5432)
        self._ends += [writing, far[1]]
        await asyncio.gather(_carry(reading, far[1], self._is_cut), _carry(far[0], writing, self._is_cut))

    def close(self) -> None:
        """Let go of the connections."""
        for end in self._ends:
            end.transport.abort()


async def _carry(reading: asyncio.StreamReader, writing: asyncio.StreamWriter, is_cut: asyncio.Event) -> None:
    with suppress(ConnectionError):
        while piece := await reading.read(65_536):
            if not is_cut.is_set():
                writing.write(piece)
    if not is_cut.is_set():
        writing.close()


@asynccontextmanager
async def wired(url: str) -> AsyncIterator[tuple[Wire, str]]:
    """The wire, and the address of the database behind it."""
    address = make_url(url)
    wire = Wire(address)
    server = await asyncio.start_server(wire.connect, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    near = address.set(host="127.0.0.1", port=port).difference_update_query(["host"])
    try:
        yield wire, near.render_as_string(hide_password=False)
    finally:
        server.close()
        wire.close()


@on_postgresql
async def test_a_server_that_is_cut_off_without_a_word_keeps_nobody_waiting_for_long(
    slack: StandIn, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when its machine dies: no connection is closed, and no answer ever comes."""
    for name in ("SILENT_SECONDS", "CONNECT_SECONDS"):
        monkeypatch.setattr(engines, name, 0.5)
    async with wired(database_url) as (wire, near), SlackSchool.open(slack, near) as school:
        await school.founds()
        ana = school.people["ana"]
        await ana.starts()
        typed = await slack.typed(ana.user, NEED)
        await asyncio.gather(*(school.room() for _ in range(4)))  # by as many connections
        wire.cut()
        refused = await slack.sends(typed)
        assert refused.status == 500
        assert (await ready(school)).status_code == 503
        monkeypatch.setattr(engines, "REST_SECONDS", -1)  # connections that are not known to be dead have to be asked
        wire.mend()
        assert (await school.after(slack.repeats(refused))).status == 200
        assert (await ready(school)).status_code == 200
        assert [need.text for need in (await school.room()).needs] == ["Planning time"]


# ---------------------------------------------------------------- full


@asynccontextmanager
async def full(school: SlackSchool) -> AsyncIterator[None]:
    """There is no room for another row meanwhile: SQLite has all the pages that it may have.

    PostgreSQL says of a row what it says where its disk is full, whoever runs the tests.
    """
    if school.application.database.is_shared:
        fill = (
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$",
            "CREATE TRIGGER full_disk BEFORE INSERT ON inbox EXECUTE FUNCTION full_disk()",
        )
        empty = "DROP FUNCTION full_disk CASCADE"
    else:
        fill, empty = ("PRAGMA max_page_count = 1",), "PRAGMA max_page_count = 1000000"
    async with school.application.database.writer.begin() as connection:
        for statement in fill:
            await connection.exec_driver_sql(statement)
    try:
        yield
    finally:
        async with school.application.database.writer.begin() as connection:
            await connection.exec_driver_sql(empty)


async def test_while_there_is_no_room_nothing_is_acknowledged_and_monitoring_and_the_log_say_why(
    slack_school: SlackSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.conductor.UNHEARD_AFTER", timedelta())
    ana, slack = slack_school.people["ana"], slack_school.slack
    await ana.starts()
    words = [f"{number} {'planning time ' * 90}".strip() for number in range(12)]
    typed = [await slack.typed(ana.user, f"@leadcycle need {each}") for each in words]
    with capture_logs() as logged:
        async with full(slack_school):
            answers = [await slack.sends(each) for each in typed]
            monitored = await ready(slack_school)
    refused = [each for each in answers if each.status == 500]
    assert {each.status for each in answers} <= {200, 500}
    assert refused
    assert monitored.status_code == 503
    assert monitored.text.startswith("Events cannot be kept: the disk is full (")
    errors = [each["error"] for each in logged if each["event"].startswith("an event could not be kept")]
    assert len(errors) == len(refused)
    assert all(each.startswith("the disk is full (") for each in errors)

    for each in refused:
        assert (await slack.repeats(each)).status == 200
    await slack_of(slack_school.application).finish()
    await slack_school.application.conductor.recover()
    assert (await ready(slack_school)).status_code == 200
    assert sorted(need.text for need in (await slack_school.room()).needs) == sorted(words)
