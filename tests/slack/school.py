"""A school that lives in Slack: the real application over HTTP, between a workspace of its own and a database."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, datetime, time
from typing import Any

import pytest
import uvicorn

from adapters.slack.app import Slack
from bot import roster_import, roster_store, sample
from bot.app import Application
from bot.config import Settings
from bot.delays import Delays
from flows.people import School as SchoolFact
from flows.room import Room
from storage import people, records, rooms
from storage.clock import HandClock
from tests.adapters.block_kit import problems
from tests.adapters.golden.files import pieces
from tests.running import Running
from tests.slack.sights import Post, View
from tests.slack.stand_in import StandIn
from tests.slack.wire import Answer

ROSTER = """school,team,name,email,roles,meeting_day,time_zone
Riverside,Leadership,Lena Ortiz,lena@example.org,principal,Wednesday,America/New_York
Riverside,Leadership,Ana Ruiz,ana@example.org,teacher; facilitator,,
Riverside,Leadership,Ben Carter,ben@example.org,teacher,,
Riverside,Leadership,Sam Lee,sam@example.org,support staff,,
"""
AT_ONCE = Delays(
    look_after=0, look_again=0, trouble=0, look_ups=60_000, retry=0, poll=0.01, longest_poll=0.02, tend=0.02
)
NAMES = {"lena": "Lena Ortiz", "ana": "Ana Ruiz", "ben": "Ben Carter", "sam": "Sam Lee"}


class Person:
    """One person of the school, at their Slack."""

    def __init__(self, school: "SlackSchool", user: str, direct: str) -> None:
        self.school = school
        self.user = user
        self.direct = direct

    async def types(self, words: str) -> Answer:
        return await self.school.after(self.school.slack.types(self.user, words))

    async def slash(self, words: str, *, in_channel: bool = False) -> Answer:
        """Give a command: "/decide …" or "/leadcycle …"."""
        command, _, rest = words.partition(" ")
        place = self.school.channel if in_channel else self.direct
        return await self.school.after(self.school.slack.slash(self.user, command, rest, place))

    async def starts(self, words: str = "") -> Answer:
        """Ask for a cycle, look at its first week, and start it like this."""
        await self.slash(f"/leadcycle cycle start {words}".strip())
        return await self.presses("Start it like this")

    async def presses(self, label: str, on: Post | View | None = None) -> Answer:
        """Press a button of the newest message that has it, or of this one."""
        target = on or next(each for each in reversed(await self.sees()) if label in labels(each.blocks))
        return await self.school.after(self.school.slack.presses(self.user, target, label))

    async def presses_in_channel(self, label: str) -> Answer:
        """Press a button of the newest card in the team's channel that has it."""
        posts = await self.school.slack.posts(self.school.channel)
        return await self.presses(label, next(each for each in reversed(posts) if label in labels(each.blocks)))

    async def submits(self, **values: Any) -> Answer:
        """Fill the open form and send it; a field of a flow is named without its item where that is the first."""
        view = (await self.school.slack.views(self.user))[-1]
        keys = {block["block_id"] for block in view.blocks if "block_id" in block}
        given = {key if key in keys else f"{key}.0": value for key, value in values.items()}
        return await self.school.after(self.school.slack.submits(self.user, view, given))

    async def sees(self) -> list[Post]:
        """Everything in the direct conversation, notes for this person's eyes among them, oldest first."""
        told = [*await self.school.slack.posts(self.direct), *await self.school.slack.ephemerals(self.user)]
        return sorted(told, key=lambda post: float(post.ts))

    async def last(self) -> Post:
        return [post for post in await self.sees() if post.by_bot or post.only_for][-1]

    async def form(self) -> View:
        return (await self.school.slack.views(self.user))[-1]


class SlackSchool(Running):
    """The application, its workspace and its people."""

    def __init__(self, slack: StandIn, url: str, **settings: Any) -> None:
        self.slack = slack
        self.url = url
        self.settings = settings
        self.clock = HandClock(sample.opening())
        self._process = AsyncExitStack()
        self.people: dict[str, Person] = {}
        self.channel = ""

    @classmethod
    @asynccontextmanager
    async def open(cls, slack: StandIn, url: str, **settings: Any) -> AsyncIterator["SlackSchool"]:
        """Serve the application on a free port; the test moves the clock, and sends what is due.

        `settings` take the place of the usual ones.
        """
        school = cls(slack, url, **settings)
        async with school._process:
            await school.starts()
            yield school
            await _require_drawable(slack)

    async def starts(self) -> None:
        """Begin to serve, with the token of now; where it was served already, that process ends first."""
        await self._process.aclose()
        self.application, address = await self._process.enter_async_context(self.replica())
        await self.slack.tells(address)

    @asynccontextmanager
    async def replica(self) -> AsyncIterator[tuple[Application, str]]:
        """One process: the application, and the address at which it hears Slack."""
        usual = {
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_SIGNING_SECRET": self.slack.signing_secret,
            "SLACK_API_URL": self.slack.url,
        }
        settings = Settings(database_url=self.url, **{**usual, **self.settings})
        application = await Application.prepare(settings, self.clock, AT_ONCE)
        server = uvicorn.Server(uvicorn.Config(application.web(), log_config=None, lifespan="off"))
        with socket.create_server(("127.0.0.1", 0)) as listening:
            serving = asyncio.create_task(server.serve([listening]))
            try:
                yield application, f"http://127.0.0.1:{listening.getsockname()[1]}/slack/events"
            finally:
                server.should_exit = True
                await serving
                for platform in application.platforms:
                    await platform.close()
                await application.database.close()

    async def founds(self) -> None:
        """People have accounts, the roster is imported, and the bot is invited to the team's channel."""
        users = {key: await self.slack.add_person(name, f"{key}@example.org") for key, name in NAMES.items()}
        ids = iter(f"m{number}" for number in range(100))
        async with self.application.database.begin(people.DISTRICT) as store:
            await roster_store.keep(store, roster_import.read(ROSTER), lambda: next(ids))
            school = (await records.load(store, SchoolFact))[0]
            await records.keep(store, SchoolFact(school.id, school.name, sample.CALENDAR))
        await self.application.follow()
        self.people = {key: Person(self, user, await self.slack.direct(user)) for key, user in users.items()}
        self.channel = await self.slack.add_channel("leadership", list(users.values()))
        await self.people["ana"].slash("/leadcycle channel here", in_channel=True)

    async def channel_text(self) -> str:
        """The words on the cards in the team's channel, oldest first."""
        posts = await self.slack.posts(self.channel)
        return "".join(str(piece["text"]) for post in posts for piece in pieces(post.blocks) if "text" in piece)

    async def room(self) -> Room:
        """Everything that the team has on record."""
        async with self.application.database.read(people.DISTRICT) as store:
            (team,) = await records.load(store, sample.Team)
            return await rooms.load(store, team.id, self.application.scripts)


def slack_of(application: Application) -> Slack:
    """The Slack that an application speaks with."""
    return next(each for each in application.platforms if isinstance(each, Slack))


def labels(blocks: Any) -> list[str]:
    """The words on the buttons of a message or view, in their order."""
    return [
        element["text"]["text"]
        for block in blocks
        for element in block.get("elements", ())
        if element.get("type") == "button"
    ]


def written(post: Post) -> str:
    """All the words of a message, drawn or not."""
    return post.text + "".join(str(piece["text"]) for piece in pieces(post.blocks) if "text" in piece)


def morning(day: str, wall: str = "08:00") -> datetime:
    """That time of that day at the school."""
    return sample.CALENDAR.at(date.fromisoformat(day), time.fromisoformat(wall))


async def _require_drawable(slack: StandIn) -> None:
    """Everything that the application drew for Slack is what Slack takes."""
    for call in await slack.calls():
        for drawn in (call.arguments, call.arguments.get("view")):
            shown = json.loads(drawn) if isinstance(drawn, str) else drawn or {}
            blocks = shown.get("blocks") or []
            blocks = json.loads(blocks) if isinstance(blocks, str) else blocks
            assert not list(problems({**shown, "blocks": blocks})), (call.method, blocks)


@pytest.fixture
async def slack_school(slack: StandIn, database_url: str) -> AsyncIterator[SlackSchool]:
    """A school in Slack, on each database."""
    async with SlackSchool.open(slack, database_url) as school:
        await school.founds()
        yield school
