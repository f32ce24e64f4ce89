"""The world of the scenarios: a school, its team, a clock moved by hand, and people with verbs."""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

import adapters.slack.render as slack
import adapters.teams.render as teams
from adapters import text
from bot import sample
from bot.rehearsal import Player, Rehearsal, Stage
from bot.sample import Part
from flows.calendar import parse_time, parse_weekday
from flows.loader import Scripts, load_scripts
from flows.markup import plain
from flows.messages import Form, Message
from flows.people import Role, Team
from flows.room import Room
from storage import outbox, records, rooms
from storage.clock import HandClock
from storage.database import Database
from storage.outbox import OutboxRow

DRAWINGS: dict[str, tuple[Callable[[Message], object], Callable[[Form], object]]] = {
    "text": (text.draw, text.draw_form),
    "slack": (slack.message, slack.modal),
    "teams": (teams.activity, teams.form_card),
}
CHANNEL = "leadership"


@dataclass(slots=True)
class ChannelView:
    """The team's channel as a test looks at it."""

    stage: Stage

    @property
    def messages(self) -> list[Message]:
        """Everything that stands in the channel now, oldest first."""
        return [post.message for post in self.stage.posts if post.place == CHANNEL]

    @property
    def last(self) -> str:
        """The text of the newest message, without marks."""
        return plain(self.messages[-1].text)

    @property
    def drawn(self) -> str:
        """The newest message in full, as text."""
        return text.draw(self.messages[-1])


class School:
    """The application around one school, played from the outside."""

    def __init__(self, url: str, drawing: str = "text", *, restarts: bool = False) -> None:
        self.url = url
        self.clock = HandClock(sample.opening())
        self.stage = Stage(self.clock, *DRAWINGS[drawing])
        self.restarts = restarts
        """whether the process is started anew before everything that happens"""
        self.rehearsal = Rehearsal(Database(url, self.clock), self.clock, scripts(), self.stage)
        self.people: dict[str, Player] = {}
        self.channel = ChannelView(self.stage)
        self.calendar = sample.CALENDAR

    async def team(self, *members: str, administrator: str = "", facilitator: str = "", **roles: str) -> list[Player]:
        """Found a team: teachers by name, an administrator, and more roles as `support="Sam"`, `coach="Kay"`.

        The first teacher is the facilitator unless somebody is named. Returns the players in the given order.
        """
        facilitator = facilitator or members[0]
        parts = [_part(name, Role.TEACHER) for name in members]
        parts += [_part(administrator, Role.ADMINISTRATOR)] if administrator else []
        parts += [_part(name, Role("support staff" if role == "support" else role)) for role, name in roles.items()]
        parts = [_also(part, Role.FACILITATOR) if part.name.startswith(facilitator) else part for part in parts]
        async with self.rehearsal.database.begin(sample.TENANT) as store:
            await sample.found_district(store)
            await sample.found_team(store, Team("team", "riverside", "Leadership team"), tuple(parts), CHANNEL)
        for part in parts:
            self.people[part.id] = _Restarting(self, part)
        return list(self.people.values())

    async def begins(self, words: str = "") -> None:
        """The facilitator starts a cycle on the first Monday of February."""
        starter = next(player for player in self.people.values())
        reply = await starter.says(f"cycle start {words}".strip())
        assert reply is not None
        assert "is set up" in text.draw(reply.message), text.draw(reply.message)  # type: ignore[union-attr]

    async def until(self, when: str) -> None:
        """Move the clock: "Monday 08:00", "next PLC day 15:00", "next school day 09:00", "2027-03-01 08:00"."""
        await self.restart()
        await self.rehearsal.until(self.moment(when))

    def moment(self, when: str) -> datetime:
        """The next moment that these words mean."""
        words, _, wall = when.rpartition(" ")
        return self.calendar.at(self._day(words, parse_time(wall)), parse_time(wall))

    def _day(self, words: str, wall: time) -> date:
        now = self.calendar.local(self.clock.now)
        today = now.date() if wall > now.time() else now.date() + timedelta(days=1)
        if re.fullmatch(r"\d{4}-\d\d-\d\d", words):
            return date.fromisoformat(words)
        match words:
            case "today":
                return now.date()
            case "next school day":
                return self.calendar.add_school_days(now.date(), 1)
            case "next PLC day":
                wanted = 2
            case _:
                wanted = parse_weekday(words)
        while today.weekday() != wanted or (words == "next PLC day" and not self.calendar.is_open(today)):
            today += timedelta(days=1)
        return today

    async def restart(self) -> None:
        """Start the process anew if this school does so between any two steps."""
        if self.restarts:
            await self.rehearsal.database.close()
            self.rehearsal.works_on(Database(self.url, self.clock))

    async def room(self) -> Room:
        """Everything that the team has on record."""
        async with self.rehearsal.database.read(sample.TENANT) as store:
            return await rooms.load(store, "team", self.rehearsal.scripts)

    async def rows(self) -> tuple[OutboxRow, ...]:
        """The whole outbox."""
        async with self.rehearsal.database.read(sample.TENANT) as store:
            return await outbox.listing(store, limit=100_000)

    async def keep(self, *facts: Any) -> None:
        """Put facts on record that come from outside of any chat: a changed account, a changed calendar."""
        async with self.rehearsal.database.begin(sample.TENANT) as store:
            await records.keep(store, *facts)

    async def close(self) -> None:
        """Close the database."""
        await self.rehearsal.database.close()


class _Restarting(Player):
    """A player in a school whose process may be started anew before each step."""

    def __init__(self, school: School, part: Part) -> None:
        super().__init__(school.rehearsal, part.id, part.name, CHANNEL, sample.CALENDAR)
        self._school = school

    async def _does(self, *what: Any, **how: Any) -> Any:
        await self._school.restart()
        return await super()._does(*what, **how)


def told(reply: Any) -> str:
    """What a reply says, as text: a note, a card, or the sentences of a refused form."""
    fields = getattr(reply, "fields", None)
    if isinstance(fields, dict):
        return "\n".join(fields.values())
    return text.draw_form(reply) if isinstance(reply, Form) else text.draw(reply.message)


_SCRIPTS: list[Scripts] = []


def scripts() -> Scripts:
    """The shipped scripts, read once."""
    if not _SCRIPTS:
        _SCRIPTS.append(load_scripts())
    return _SCRIPTS[0]


def _part(name: str, role: Role) -> Part:
    full = name if " " in name else f"{name} {name[0]}."
    return Part(name.split()[0].lower(), full, (role,), role.value)


def _also(part: Part, role: Role) -> Part:
    return Part(part.id, part.name, (*part.roles, role), part.job)


@pytest.fixture
async def school(database_url: str) -> AsyncIterator[School]:
    """A school on SQLite and on PostgreSQL."""
    world = School(database_url)
    yield world
    await world.close()
