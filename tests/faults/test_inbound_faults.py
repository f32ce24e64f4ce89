"""What a platform says may come late, twice, in another order or not at all, forged or far too large."""

import asyncio
import re
import tracemalloc
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.routing import BaseRoute, Mount, Route

from bot.app import Application
from bot.config import Settings
from storage import conversations, everywhere
from storage.database import Database
from storage.people import DISTRICT
from tests.faults.proxy import INWARD, between
from tests.slack import payloads, wire
from tests.slack.school import SlackSchool, morning, slack_of
from tests.slack.stand_in import StandIn
from tests.slack.test_inbound import pressed, scene_of
from tests.slack.wire import Answer, Request, sign
from tests.teams.school import TeamsSchool
from tests.teams.stand_in import served

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
SEEDS = (1, 2)
TRIES = 4
"""Slack says a thing so often: at once, and three times more."""
NEEDS = 5
"""of each person"""


async def kept(database: Database) -> tuple[int, int]:
    """How many events wait to be processed, and how many were set aside."""
    async with database.look_everywhere() as looking:
        return await everywhere.inbox_counts(looking)


# ---------------------------------------------------------------- on their way to two replicas


async def insists(slack: StandIn, request: Request, to: str) -> Answer | None:
    """Say it until it is acknowledged, as Slack does; returns nothing where it gave up."""
    for number in range(TRIES):
        again = {"X-Slack-Retry-Num": str(number)} if number else {}
        try:
            answer = await slack.sends(request, to=to, headers=again)
        except httpx.HTTPError:
            continue
        if answer.status == 200:
            return answer
    return None


@on_postgresql
@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_befalls_what_slack_says_to_two_replicas_each_thing_is_taken_once(
    slack_school: SlackSchool, seed: int
) -> None:
    slack, people = slack_school.slack, slack_school.people.values()
    await slack_school.people["ana"].starts()
    words = [f"Need {number}" for number in range(NEEDS * len(people))]
    typed = [
        await slack.typed(person.user, f"@leadcycle need {word}")
        for person, word in zip([*people] * NEEDS, words, strict=True)
    ]
    async with slack_school.replica() as (other, elsewhere):
        here, there = (address.removesuffix("/slack/events") for address in (slack.events_url, elsewhere))
        async with between(here, there) as proxy:
            proxy.breaks(seed, 0.7, INWARD, most=TRIES - 1)
            address = f"{proxy.url}/slack/events"
            answers = await asyncio.gather(*(insists(slack, request, address) for request in typed))
        for application in (other, slack_school.application):
            await slack_of(application).finish()
            await application.dispatcher.drain()
    assert all(answers), "Slack did not have to give up"
    assert set(proxy.faults) == set(INWARD), "each fault has happened"
    assert sorted(need.text for need in (await slack_school.room()).needs) == sorted(words)
    told = [post.text for person in people for post in await slack.told(person.user)]
    assert len([each for each in told if "Noted as need" in each]) == len(words), "each is answered once"


@on_postgresql
@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_befalls_what_teams_says_to_two_replicas_each_thing_is_taken_once(
    teams_school: TeamsSchool, seed: int
) -> None:
    people = teams_school.people.values()
    await teams_school.people["ana"].starts()
    words = [f"Need {number}" for number in range(NEEDS * len(people))]
    typed = [person.said("message", text=f"need {word}") for person, word in zip([*people] * NEEDS, words, strict=True)]

    async def insisted(activity: Any) -> bool:
        for _ in range(TRIES):
            try:
                if (await teams_school.tells(activity)).status_code == 200:
                    return True
            except httpx.HTTPError:
                continue
        return False

    async with teams_school.replica() as (other, elsewhere):
        here, there = (address.removesuffix("/api/messages") for address in (teams_school.address, elsewhere))
        async with between(here, there) as proxy:
            proxy.breaks(seed, 0.7, INWARD, most=TRIES - 1)
            teams_school.address = f"{proxy.url}/api/messages"
            assert all(await asyncio.gather(*map(insisted, typed))), "Teams did not have to give up"
        await asyncio.gather(*(platform.finish() for platform in other.platforms))
        await other.dispatcher.drain()
        await teams_school.settle()
    assert set(proxy.faults) == set(INWARD), "each fault has happened"
    assert sorted(need.text for need in (await teams_school.room()).needs) == sorted(words)
    told = [each for person in people for each in person.sees()]
    assert len([each for each in told if "Noted as need" in each]) == len(words), "each is answered once"


@on_sqlite
async def test_an_answer_that_comes_two_hours_late_is_the_answer_and_nobody_is_reminded_of_it(
    slack_school: SlackSchool,
) -> None:
    ben, slack = slack_school.people["ben"], slack_school.slack
    await slack_school.people["ana"].starts()
    await slack_school.until(morning("2027-02-01"))
    typed = await slack.typed(ben.user, "Feedback that helps")
    await slack_school.until(morning("2027-02-01") + timedelta(hours=2))
    for _ in range(2):
        assert (await slack_school.after(slack.sends(typed))).status == 200

    room = await slack_school.room()
    (asked,) = [each for each in room.conversations.values() if each.done_at]
    async with slack_school.application.database.read(DISTRICT) as store:
        given = await conversations.answers_of(store, room.team.id, [asked.key])
    assert "Feedback that helps" in str(given)
    await slack_school.until(morning("2027-02-03", "07:45"))
    assert not [post for post in await slack.told(ben.user) if "Still open" in post.text]


# ---------------------------------------------------------------- forged


@on_sqlite
async def test_a_request_of_slacks_in_which_one_byte_was_changed_is_refused_wherever_that_is(
    slack_school: SlackSchool,
) -> None:
    ana, slack = slack_school.people["ana"], slack_school.slack
    scene, place = await scene_of(ana)
    kinds = (
        await slack.typed(ana.user, "@leadcycle need Planning time"),
        wire.command(payloads.command(scene, place, "/leadcycle", "need Planning time")),
        wire.interaction(pressed(scene, place)),
    )
    found = {}
    for kind, request in enumerate(kinds):
        good = sign(request.body, slack.signing_secret)
        for name, value in good.items():
            for at in range(0, len(value), 1 if request is kinds[0] else 9):
                forged = {**good, name: changed(value.encode(), at).decode()}
                found[kind, name, at] = (await slack.sends(request, headers=forged)).status
        for at in sampled(request.body):
            forgery = Request(changed(request.body, at), request.content_type)
            found[kind, "body", at] = (await slack.sends(forgery, headers=good)).status
    assert set(found.values()) == {401}, {where: status for where, status in found.items() if status != 401}
    assert len(found) > 200
    assert await kept(slack_school.application.database) == (0, 0)


def changed(words: bytes, at: int) -> bytes:
    """The same with another byte there."""
    return words[:at] + bytes([words[at] ^ 1]) + words[at + 1 :]


def sampled(body: bytes) -> Iterator[int]:
    """Positions of each class of bytes, the first and the last among them."""
    classes: tuple[Callable[[int], bool], ...] = (
        lambda byte: chr(byte).isalpha(),
        lambda byte: chr(byte).isdigit(),
        lambda byte: byte in b'{}[]":,',
        lambda byte: byte in b"%&=+",
    )
    yield from (0, len(body) - 1)
    for is_of in classes:
        there = [at for at, byte in enumerate(body) if is_of(byte)]
        yield from Random(0).sample(there, min(12, len(there)))


@on_sqlite
async def test_a_token_of_teams_in_which_one_letter_was_changed_is_refused_wherever_that_is(
    teams_school: TeamsSchool,
) -> None:
    said = teams_school.people["ben"].said("message", text="help")
    token = teams_school.microsoft.token()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    dots = [at for at, letter in enumerate(token) if letter == "."]
    ends = [0, len(token) - 1, *(at + beside for at in dots for beside in (-1, 0, 1))]
    found = {}
    for at in sorted({*ends, *range(0, len(token), 5)}):
        # half of the alphabet further on: the last letters of a part have bits that mean nothing, and this is none
        other = "A" if token[at] == "." else letters[(letters.index(token[at]) + 32) % 64]
        header = f"Bearer {token[:at]}{other}{token[at + 1 :]}"
        found[at] = (await teams_school.tells(said, header=header)).status_code
    assert set(found.values()) == {401}, {at: status for at, status in found.items() if status != 401}
    assert len(found) > 100
    assert await kept(teams_school.application.database) == (0, 0)


# ---------------------------------------------------------------- far too large

MEGABYTE = 1_000_000
ROOM = 40 * MEGABYTE
"""More than that the service never holds of one request, however much somebody sends."""


async def poured(address: str, size: int, headers: Mapping[str, str]) -> int:
    """Post so many bytes without ever holding them; returns the status of the answer."""
    there = urlsplit(address)
    reading, writing = await asyncio.open_connection(there.hostname, there.port)
    lines = {"Host": there.netloc, "Content-Length": str(size), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    writing.write(f"POST {there.path} HTTP/1.1\r\n{head}\r\n".encode())
    answer = asyncio.create_task(reading.readline())
    piece = b"[" * 65_536
    try:
        for _ in range(0, size, len(piece)):
            if answer.done():
                break
            writing.write(piece)
            await writing.drain()
        return int((await answer).split()[1])
    finally:
        writing.transport.abort()


def inbound(application: Application) -> list[str]:
    """The paths to which something can be posted."""

    def below(path: str, routes: Sequence[BaseRoute]) -> Iterator[str]:
        for each in routes:
            if isinstance(each, Mount):
                yield from below(path + each.path, each.routes)
            elif isinstance(each, Route) and "POST" in (each.methods or ()):
                yield path + each.path

    return [re.sub(r"{(\w+)}", filled, each) for each in below("", application.web().routes)]


def filled(part: re.Match[str]) -> str:
    """What stands in a path where it leaves room for something."""
    return {"person": "ana", "place": "direct-ana"}.get(part[1], "nobody")


async def endures(application: Application, address: str, headers: Mapping[str, str]) -> None:
    """Pour ever more into every path that takes something."""
    paths = inbound(application)
    assert paths
    for path in paths:
        tracemalloc.start()
        try:
            found = [await poured(address + path, size * MEGABYTE, headers) for size in (5, 10, 100)]
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert max(found) < 500, path
        assert len(set(found)) == 1, "it is refused, or nothing is read of it"
        assert most < ROOM, path
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"{address}/health")).status_code == 200


@on_sqlite
async def test_a_hundred_megabytes_for_slack_s_address_are_never_held(slack_school: SlackSchool) -> None:
    address = slack_school.slack.events_url.removesuffix("/slack/events")
    stale = sign(b"", slack_school.slack.signing_secret)
    await endures(slack_school.application, address, {**stale, "Content-Type": "application/json"})


@on_sqlite
async def test_a_hundred_megabytes_for_teams_address_are_never_held(teams_school: TeamsSchool) -> None:
    address = teams_school.address.removesuffix("/api/messages")
    for token in (teams_school.microsoft.token(), "a.b.c"):
        said = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        await endures(teams_school.application, address, said)


@on_sqlite
async def test_a_hundred_megabytes_for_the_practice_page_are_never_held(database_url: str) -> None:
    application = await Application.prepare(Settings(database_url=database_url))
    async with application.database, served(application.web()) as port:
        address = f"http://127.0.0.1:{port}"
        for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json"):
            await endures(application, address, {"Content-Type": kind, "Origin": address})
