"""The world of the scenarios: a school, its team, a clock moved by hand, and people with verbs."""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

import adapters.slack.render as slack
import adapters.teams.render as teams
from adapters import text
from bot import sample
from bot.rehearsal import Player, Rehearsal, Stage, buttons
from bot.sample import Part
from flows import agenda, reception
from flows.calendar import parse_time, parse_weekday
from flows.events import Event, Filled, Said
from flows.loader import Scripts, load_scripts
from flows.markup import plain
from flows.messages import Form, Message
from flows.outcome import Outcome
from flows.people import Channel, Member, Membership, Role, Team
from flows.people import School as SchoolOnRecord
from flows.room import Room
from flows.sends import Send, SendKind
from storage import outbox, records, rooms
from storage.addresses import Identity
from storage.clock import HandClock
from storage.database import Database
from storage.outbox import OutboxRow
from tests.slack.through import ThroughSlack
from tests.teams.taken import Taken
from tests.teams.through import ThroughTeams

DRAWINGS: dict[str, tuple[Callable[[Message], object], Callable[[Form], object]]] = {
    "text": (text.draw, text.draw_form),
    "slack": (slack.message, slack.modal),
    "teams": (teams.activity, teams.form_card),
}
THROUGH = {"slack": ThroughSlack, "teams": ThroughTeams}
CHANNEL = "leadership"


@dataclass(slots=True)
class ChannelView:
    """The team's channel as a test looks at it."""

    stage: Stage

    @property
    def messages(self) -> list[Message]:
        """Everything that stands in the channel now, oldest first, without what stands in threads."""
        return [post.message for post in self.stage.posts if post.place == CHANNEL and not post.under]

    @property
    def last(self) -> str:
        """The text of the newest message, without marks."""
        return plain(self.messages[-1].text)

    @property
    def drawn(self) -> str:
        """The newest message in full, as text."""
        return text.draw(self.messages[-1])

    @property
    def titles(self) -> list[str]:
        """What was posted, by its title, oldest first; a card that was updated in place is there once."""
        return [message.title for message in self.messages]

    def card(self, title: str) -> str:
        """The newest message whose title begins so, in full, as text."""
        return next(text.draw(each) for each in reversed(self.messages) if each.title.startswith(title))

    def thread(self, title: str) -> list[str]:
        """What stands in the thread of the newest message whose title begins so, in full, as text."""
        posts = [post for post in self.stage.posts if post.place == CHANNEL]
        top = next(post for post in reversed(posts) if not post.under and post.message.title.startswith(title))
        return [text.draw(post.message) for post in posts if post.under == str(top.number)]


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
        self.guide: Player
        """the facilitator, once there is a team"""
        self.channel = ChannelView(self.stage)
        self.calendar = sample.CALENDAR
        self.through = THROUGH[drawing](self) if drawing in THROUGH else None

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
        self.guide = next(self.people[part.id] for part in parts if Role.FACILITATOR in part.roles)
        return list(self.people.values())

    async def begins(self, words: str = "") -> None:
        """The facilitator starts a cycle on the first Monday of February."""
        reply = await self.guide.starts(words)
        assert reply is not None
        assert "is set up" in text.draw(reply.message), text.draw(reply.message)  # type: ignore[union-attr]

    async def until(self, when: str) -> None:
        """Move the clock: "Monday 08:00", "next PLC day 15:00", "next school day 09:00", "2027-03-01 08:00"."""
        moment = self.moment(when)
        await self.restart()
        while self.restarts and self.clock.now < (due := await self.rehearsal.next_due() or moment) < moment:
            await self.rehearsal.until(due)
            await self.restart()
        await self.rehearsal.until(moment)

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

    async def another_team(self, id: str, *members: str, administrator: str, channel: str) -> list[Player]:
        """Found one more team of the same school; who is known already is in both. Returns its players."""
        parts = [_part(administrator, Role.ADMINISTRATOR), *(_part(name, Role.TEACHER) for name in members)]
        async with self.rehearsal.database.begin(sample.TENANT) as store:
            await sample.found_team(store, Team(id, "riverside", f"The {id} team"), tuple(parts), channel)
        for part in parts:
            self.people.setdefault(part.id, _Restarting(self, part, channel))
        return [self.people[part.id] for part in parts]

    async def finds(self, name: str) -> Player:
        """The platform tells the account of somebody who is on record, as the directory takes it down."""
        part = _part(name, Role.TEACHER)
        async with self.rehearsal.database.begin(sample.TENANT) as store:
            member = next(each for each in await records.load(store, Member) if each.name.startswith(name))
            account = Identity(member.id, sample.PLATFORM, sample.WORKSPACE, part.id, f"direct-{part.id}")
            await records.keep(store, account)
        self.people[part.id] = _Restarting(self, replace(part, name=member.name))
        return self.people[part.id]

    async def room(self, team: str = "team") -> Room:
        """Everything that the team has on record."""
        async with self.rehearsal.database.read(sample.TENANT) as store:
            return await rooms.load(store, team, self.rehearsal.scripts)

    async def rows(self) -> tuple[OutboxRow, ...]:
        """The whole outbox."""
        async with self.rehearsal.database.read(sample.TENANT) as store:
            return await outbox.listing(store, limit=100_000)

    async def keep(self, *facts: Any) -> None:
        """Put facts on record that come from outside of any chat: a changed account, a changed calendar."""
        async with self.rehearsal.database.begin(sample.TENANT) as store:
            await records.keep(store, *facts)

    async def comes_to(self, phase: str, course: str = "") -> None:
        """Lead the team to the opening of needs, plan, act or reflect the short way: by command, now."""
        guide = self.guide
        await self.begins(course)
        await guide.says("met")
        if phase in ("plan", "act", "reflect"):
            await guide.says("need More time to plan together")
            await guide.says("resource The Wednesday late start")
            await self.chooses("1")
        if phase in ("act", "reflect"):
            await guide.says("cycle next because we plan as we go")
        if phase == "reflect":
            await guide.says("cycle next because the work is done")

    async def chooses(self, *needs: str) -> None:
        """The facilitator writes down which needs the team chose in the room, by their numbers."""
        await self.guide.says("record")
        await self.guide.fills(chosen=[*needs])

    async def started(self, player: Player, since: str = "2027-01-01") -> list[str]:
        """The titles of the messages that the bot started and that reached this person, in their order."""
        first = self.calendar.at(date.fromisoformat(since), time(0))
        kinds = (SendKind.PROMPT, SendKind.NUDGE)
        reached = {row.delivery for row in await self.rows() if row.send.kind in kinds}
        posts = [post for post in player.posts if post.delivery in reached and post.at >= first]
        return [post.message.title or plain(post.message.text) for post in posts]

    def local(self, moment: datetime) -> str:
        """A moment as people at the school would say it: "Mon 02-08 07:45"."""
        return f"{self.calendar.local(moment):%a %m-%d %H:%M}"

    async def close(self) -> None:
        """Close the database."""
        await self.rehearsal.database.close()


class _Restarting(Player):
    """A player in a school whose process may be started anew before each step."""

    def __init__(self, school: School, part: Part, channel: str = CHANNEL) -> None:
        super().__init__(school.rehearsal, part.id, part.name, channel, sample.CALENDAR)
        self._school = school

    async def _does(self, *what: Any, **how: Any) -> Any:
        await self._school.restart()
        return await super()._does(*what, **how)


async def plans(player: Player, what: str, due: str, **more: Any) -> str:
    """Plan an action by command, for need 1 with resource 1 unless told otherwise; returns the answer."""
    usual = {"need": "1", "resource": "1", "prediction": "More drafts are reworked", "measure": "We count"}
    given = {**usual, "what": what, "due": due, **more}
    await player.says("action")
    assert player.form is not None
    values = {each.key: given.get(each.key, each.value) for each in player.form.fields}
    return told(await player.submits(values))


def sees(player: Player, label: str) -> bool:
    """Whether this button is before the person: in their last note, their conversation or the channel."""
    shown = [player.note] if player.note else []
    posts = player.rehearsal.stage.posts
    shown += [post.message for post in posts if post.place in (player.place, player.channel)]
    return any(button.label == label for message in shown for button in buttons(message))


def labels(message: Message) -> list[str]:
    """The labels of all buttons of a message."""
    return [button.label for button in buttons(message)]


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
    """A school on SQLite whose people do everything in Slack, and one on PostgreSQL whose people do it in Teams."""
    platform = "slack" if database_url.startswith("sqlite") else "teams"
    world = School(database_url, platform)
    taken = Taken(world) if platform == "teams" else None
    yield world
    await world.close()
    assert taken is None or taken.refused == []


class Rules:
    """One team's room under the rules alone: no database, no platform, the clock is a number."""

    def __init__(self, now: datetime | None = None, **people: str) -> None:
        """People and what they are, like `Rules(lena="administrator", ana="teacher, facilitator")`."""
        self.now = now or sample.opening()
        members = tuple(Member(id, f"{id.capitalize()} {id[0].upper()}.") for id in people)
        memberships = tuple(
            Membership("team", id, tuple(Role(role) for role in roles.split(", ")), place)
            for place, (id, roles) in enumerate(people.items())
        )
        school = SchoolOnRecord("riverside", "Riverside Middle School", sample.CALENDAR)
        team, channel = Team("team", "riverside", "Leadership team"), Channel("team", "practice", "practice", CHANNEL)
        self.room = Room(school, team, scripts(), members, memberships, channels=(channel,))
        self.sends: dict[str, Send] = {}
        """by reason: a second one for the same reason is none"""
        self.refreshes: list[Send] = []
        self._events = 0

    def says(self, who: str, command: str) -> Any:
        """Give a command by slash or button, and return what only this person sees."""
        return self._takes(who, Said(command, pressed=True), answerable=True)

    def starts(self, who: str, words: str = "") -> Any:
        """Ask for a cycle, and start it as it was shown."""
        shown = self.says(who, f"cycle start {words}".strip())
        start = [button.says for button in shown.message.buttons if button.says.endswith("confirmed")]
        return self.says(who, start[0]) if start else shown

    def types(self, who: str, words: str) -> Any:
        """Type into the direct conversation."""
        return self._takes(who, Said(words), answerable=False)

    def fills(self, who: str, ref: str, **values: Any) -> Any:
        """Send a form."""
        return self._takes(who, Filled(ref, values), answerable=True)

    def amends(self, who: str, number: int, question: str, **values: Any) -> Any:
        """Amend a decision, post it as it is previewed, and wait until it is out; return what was answered last."""
        ref = f"decide amend {number}"
        filled = {"question": question, **values}
        reply = self.fills(who, f"order {ref}", **filled) if values else self.says(who, f"{ref} {question}")
        message = getattr(reply, "message", None)
        if post := [each.says for each in message.buttons if each.says.startswith("decide post")] if message else []:
            out = self.room.calendar.next_working(self.now + timedelta(minutes=5))
            reply = self.says(who, post[0])
            self.until(out)
        return reply

    def ticks(self) -> int:
        """Visit what has come due by now, as late as it may be; return how many moments that were."""
        count = 0
        while due := agenda.due(self.room, self.now):
            self.keep(agenda.visit(self.room, due[0], self.now))
            count += 1
        return count

    def until(self, moment: datetime) -> None:
        """Move the clock and visit every due moment in its time."""
        while (due := agenda.next_due(self.room)) and due <= moment:
            self.now = max(due, self.now)
            self.ticks()
        self.now = max(moment, self.now)

    def keep(self, outcome: Outcome) -> None:
        """Put an outcome on record."""
        self.room = self.room.having(outcome.keep)
        for send in outcome.sends:
            if send.kind is SendKind.REFRESH:
                self.refreshes.append(send)
            else:
                self.sends.setdefault(send.key, send)

    def _takes(self, who: str, what: Said | Filled, answerable: bool) -> Any:
        self._events += 1
        key, place = f"{who}-{self._events}", f"direct-{who}"
        event = Event(key, "practice", "practice", who, place, True, self.now, what, "team", answerable)
        outcome = reception.take(self.room, self.room.member(who), event, self.now)
        self.keep(outcome)
        return outcome.reply
