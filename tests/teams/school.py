"""A school that lives in Teams: the real application over HTTP, between a tenant of its own and a database."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any, TypeVar

import httpx
import pytest

from bot import roster_import, roster_store, sample
from bot.app import Application
from bot.config import Settings
from flows.people import School as SchoolFact
from flows.room import Room
from storage import outbox, people, records, rooms
from storage.clock import HandClock
from tests.running import Running
from tests.slack.school import AT_ONCE, NAMES, ROSTER
from tests.teams import cards
from tests.teams.stand_in import BOT, TENANT, Human, Json, Microsoft, Post, served

Result = TypeVar("Result")
_NUMBERS = count(1)


class Person:
    """One person of the school, at their Teams."""

    def __init__(self, school: "TeamsSchool", human: Human) -> None:
        self.school = school
        self.human = human
        self.views: dict[str, Json] = {}
        """what stands in place of a post for this person alone"""
        self.sentences: list[str] = []
        """what Teams showed for a moment"""

    async def installs(self, action: str = "add") -> httpx.Response:
        """The app comes into the personal chat, or leaves it."""
        self.human.installed = action != "remove"
        return await self.school.after(self.school.tells(self.said("installationUpdate", action=action)))

    async def types(self, words: str, **more: Any) -> httpx.Response:
        """Write in the personal chat."""
        return await self.school.after(self.school.tells(self.said("message", text=words, **more)))

    async def mentions(self, words: str, place: str = "", **more: Any) -> httpx.Response:
        """Write to the bot in the team's channel."""
        return await self.school.after(self.school.tells(self.mentioned(words, place, **more)))

    async def starts(self, words: str = "") -> None:
        """Ask for a cycle, look at its first week, and start it like this."""
        await self.types(f"cycle start {words}".strip())
        await self.presses("Start it like this")

    async def presses(self, label: str, post: Post | None = None) -> httpx.Response:
        """Press a button of the newest card in the personal chat that has it."""
        return await self._acts(post or self._newest(self.human.direct, label), label, {})

    async def presses_in_channel(self, label: str) -> httpx.Response:
        return await self._acts(self._newest(self.school.channel, label), label, {})

    async def fills(self, **values: Any) -> httpx.Response:
        """Fill in the newest card that asks for this, wherever it stands, and send it."""
        post = self._asking(values)
        (send,) = (each for each in cards.actions(self.card(post)) if each.get("verb") == "fill")
        return await self._acts(post, send["title"], values)

    async def answers(self, **values: Any) -> httpx.Response:
        """Fill in what was asked; where its card has no inputs yet, open them first."""
        posts = self.school.microsoft.in_place(self.human.direct)
        if not any(all(cards.asks(self.card(post), key) for key in values) for post in posts):
            newest = cards.labels(self.card(posts[-1]))
            await self.presses("Open the form" if "Open the form" in newest else "Answer")
        return await self.fills(**values)

    def card(self, post: Post) -> Json:
        """What this person sees of a post."""
        return self.views.get(post.id) or post.card

    def sees(self) -> list[str]:
        """The words of everything in the personal chat, oldest first."""
        return [cards.words(self.card(post)) for post in self.school.microsoft.in_place(self.human.direct)]

    def labels(self) -> list[str]:
        """The buttons of the newest card in the personal chat."""
        return cards.labels(self.card(self.school.microsoft.in_place(self.human.direct)[-1]))

    def invoked(self, post: Post, label: str, values: Json, **more: Any) -> Json:
        """What Teams sends of a pressed button."""
        action, data = cards.sends(self.card(post), label, values)
        pressed = {"type": "Action.Execute", "verb": action["verb"], "data": data}
        value = {"action": pressed, "trigger": "manual"}
        personal = post.conversation == self.human.direct
        place = {} if personal else self.school.in_channel(post.conversation, post.thread or post.id)
        return self.said("invoke", name="adaptiveCard/action", value=value, replyToId=post.id, **{**place, **more})

    def said(self, kind: str, **more: Any) -> Json:
        """An activity of this person, as Teams sends it from the personal chat."""
        return {
            "type": kind,
            "id": f"{next(_NUMBERS):013d}",
            "timestamp": datetime.now(UTC).isoformat(),
            "channelId": "msteams",
            "serviceUrl": self.school.microsoft.service_url,
            "from": {"id": self.human.account, "name": self.human.name, "aadObjectId": self.human.user},
            "recipient": {"id": BOT, "name": "Leadcycle"},
            "conversation": {"id": self.human.direct, "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
            "locale": "en-US",
            "entities": [{"type": "clientInfo", "locale": "en-US", "timezone": "America/New_York"}],
            **more,
        }

    def mentioned(self, words: str, place: str = "", **more: Any) -> Json:
        """A message in a channel that names the bot."""
        mention = {"type": "mention", "mentioned": {"id": BOT, "name": "Leadcycle"}, "text": "<at>Leadcycle</at>"}
        where = self.school.in_channel(place or self.school.channel, "1699999999999")
        return self.said("message", text=f"<at>Leadcycle</at> {words}", entities=[mention], **{**where, **more})

    async def _acts(self, post: Post, label: str, values: Json) -> httpx.Response:
        answer = await self.school.tells(self.invoked(post, label, values))
        before = post.activity
        self._shown(post, answer)
        await self.school.settle()
        if post.activity is not before:
            self.views.pop(post.id, None)
        return answer

    def _shown(self, post: Post, answer: httpx.Response) -> None:
        """Teams shows the person what an invoke is answered with."""
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert body["statusCode"] == 200
        if body["type"] == "application/vnd.microsoft.card.adaptive":
            self.views[post.id] = body["value"]
        else:
            self.sentences.append(body["value"])

    def _newest(self, place: str, label: str) -> Post:
        posts = self.school.microsoft.in_place(place)
        found = next((each for each in reversed(posts) if label in cards.labels(self.card(each))), None)
        if found is None:
            raise LookupError(f"Nothing has {label!r}: {[cards.labels(self.card(each)) for each in posts]}")
        return found

    def _asking(self, values: Json) -> Post:
        for post in reversed(self.school.microsoft.posts):
            mine = post.conversation == self.human.direct or post.id in self.views
            if mine and all(cards.asks(self.card(post), key) for key in values):
                return post
        raise LookupError(f"Nobody asks for {list(values)}: {self.sees()[-3:]} {self.sentences}")


class TeamsSchool(Running):
    """The application, its tenant and its people."""

    def __init__(self, microsoft: Microsoft, url: str, **settings: Any) -> None:
        self.microsoft = microsoft
        self.url = url
        self.settings = settings
        self.address = ""
        self.clock = HandClock(sample.opening())
        self.people: dict[str, Person] = {}
        self.team = "19:team@thread.tacv2"
        """of Microsoft's, and its first channel"""
        self.channel = "19:leadership@thread.tacv2"
        self._process = AsyncExitStack()
        self._http = httpx.AsyncClient(trust_env=False, timeout=30)

    @classmethod
    @asynccontextmanager
    async def open(cls, microsoft: Microsoft, url: str, **settings: Any) -> AsyncIterator["TeamsSchool"]:
        """Serve the application on a free port; the test moves the clock, and sends what is due."""
        school = cls(microsoft, url, **settings)
        async with school._process, school._http:
            await school.starts()
            yield school

    async def starts(self) -> None:
        """Begin to serve; where it was served already, that process ends first."""
        await self._process.aclose()
        self.application, self.address = await self._process.enter_async_context(self.replica())

    @asynccontextmanager
    async def replica(self) -> AsyncIterator[tuple[Application, str]]:
        """One process: the application, and the address at which it hears Teams."""
        settings = Settings(database_url=self.url, **{**self.microsoft.settings(), **self.settings})
        application = await Application.prepare(settings, self.clock, AT_ONCE)
        async with served(application.web()) as port:
            try:
                yield application, f"http://127.0.0.1:{port}/api/messages"
            finally:
                for platform in application.platforms:
                    await platform.close()
        await application.database.close()

    async def founds(
        self,
        roster: str = ROSTER,
        names: dict[str, str] = NAMES,
        *,
        facilitator: str = "ana",
        installed: bool = True,
    ) -> None:
        """The roster is imported, people install the app, and the team's channel is said to be theirs."""
        humans = {key: self.microsoft.add(name, f"{key}@example.org") for key, name in names.items()}
        await self.imports(roster)
        self.people = {key: Person(self, human) for key, human in humans.items()}
        self.microsoft.channels[self.channel] = [human.user for human in humans.values()]
        for person in self.people.values() if installed else ():
            await person.installs()
        if installed:
            await self.people[facilitator].mentions("channel here")

    async def imports(self, roster: str) -> None:
        ids = iter(f"t{number}" for number in range(100))
        async with self.application.database.begin(people.DISTRICT) as store:
            await roster_store.keep(store, roster_import.read(roster), lambda: next(ids))
            for school in await records.load(store, SchoolFact):
                await records.keep(store, SchoolFact(school.id, school.name, sample.TWO_YEARS))

    def in_channel(self, place: str, thread: str = "") -> Json:
        """What an activity says of the channel that it comes from, or of the group chat, which has no threads."""
        if place.endswith("@thread.v2"):
            here = {"id": place, "conversationType": "groupChat", "isGroup": True, "tenantId": TENANT}
            return {"conversation": here, "channelData": {"tenant": {"id": TENANT}}}
        there = f"{place};messageid={thread}" if thread else place
        return {
            "conversation": {"id": there, "conversationType": "channel", "isGroup": True, "tenantId": TENANT},
            "channelData": {
                "tenant": {"id": TENANT},
                "team": {"id": self.team},
                "channel": {"id": place},
            },
        }

    async def tells(self, activity: Any, **how: Any) -> httpx.Response:
        """Say something to the bot as Teams does; `header` takes the place of a good token."""
        header = how.pop("header", None)
        token = {"Authorization": f"Bearer {self.microsoft.token(**how)}"} if header is None else {}
        headers = {**token, **({"Authorization": header} if header else {}), "Content-Type": "application/json"}
        body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        return await self._http.post(self.address, content=body, headers=headers)

    def channel_text(self) -> str:
        """The words on the cards in the team's channel, oldest first."""
        return "\n".join(cards.words(post.card) for post in self.microsoft.in_place(self.channel))

    async def states(self) -> dict[str, list[str]]:
        """The states of everything that was to be sent, each with the reasons for it."""
        async with self.application.database.read(people.DISTRICT) as store:
            found: dict[str, list[str]] = {}
            for row in await outbox.listing(store, limit=1000):
                found.setdefault(row.state.value, []).append(row.error)
        return found

    async def room(self) -> Room:
        """Everything that the team has on record."""
        async with self.application.database.read(people.DISTRICT) as store:
            (team,) = await records.load(store, sample.Team)
            return await rooms.load(store, team.id, self.application.scripts)


@pytest.fixture
async def teams_school(microsoft: Microsoft, database_url: str) -> AsyncIterator[TeamsSchool]:
    """A school in Teams, on each database."""
    async with TeamsSchool.open(microsoft, database_url) as school:
        await school.founds()
        yield school
