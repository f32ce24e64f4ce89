"""The practice school behind its page: people, transcript, standing, and a clock that can be moved."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from adapters.webchat.board import CannotMove, Line, Person, Stage, Standing, Team, Until
from flows import agenda, timetable, wanted
from flows.calendar import CalendarError
from flows.cycle_script import PHASES
from flows.founding import school_year
from flows.loader import Scripts
from flows.markup import plain
from flows.messages import Message
from flows.people import Team as SchoolTeam
from flows.room import Room
from flows.sends import SendKind
from storage import attention, everywhere, outbox, people, practice, records, rooms
from storage.database import Database
from storage.practice import PracticeLine
from storage.state import State
from storage.store import Store

from . import sample
from .conductor import Conductor
from .dispatcher import Dispatcher

MOST_STEPS = 500
"""Due moments on one move of the clock; more would be a cycle that does not come to rest."""
MOST_WAITING = 200
"""Messages that wait to go out and are looked at for what comes next."""
_FRIDAY = 4


class Practice:
    """Fills the page's board from the same database on which the application works."""

    def __init__(
        self, database: Database, scripts: Scripts, conductor: Conductor, dispatcher: Dispatcher, reports: str
    ) -> None:
        """Bind the board to the running application, whose clock it moves; `reports` is the path of reports."""
        self._reports = reports
        self._database = database
        self._scripts = scripts
        self._conductor = conductor
        self._dispatcher = dispatcher
        self._news = asyncio.Condition()
        self._version = 0
        self._noticing: asyncio.Task[None] | None = None
        self._moving = asyncio.Lock()

    async def teams(self) -> Sequence[Team]:
        """Return the practice school's teams."""
        async with self._database.read(sample.TENANT) as store:
            known = await records.load(store, SchoolTeam)
            found = [
                (await rooms.load(store, team.id, self._scripts), await _channel(store, team.id)) for team in known
            ]
        return [_team(room, channel) for room, channel in found]

    async def standing(self, team: str) -> Standing:
        """Return where the team stands now."""
        async with self._database.read(sample.TENANT) as store:
            room = await rooms.load(store, team, self._scripts)
            return _standing(room, store.school_time, await _coming(store, room))

    async def report_path(self, team: str) -> str | None:
        """Return the path of the team's report, once there is a cycle."""
        async with self._database.read(sample.TENANT) as store:
            room = await rooms.load(store, team, self._scripts)
        return f"{self._reports}/{team}" if room.cycle else None

    async def now(self) -> datetime:
        """Return school time."""
        async with self._database.look_everywhere() as looking:
            return looking.school_time

    async def transcript(self, place: str, after: int = 0) -> Sequence[Line]:
        """Return the lines of a place that changed after this revision."""
        async with self._database.read(sample.TENANT) as store:
            found = await practice.lines(store, place, after)
        return [_line(each) for each in found]

    async def post(self, place: str, message: Message, delivery: str) -> int:
        """Write Leadcycle's message once."""
        async with self._database.begin(sample.TENANT) as store:
            number = await practice.write(store, place, delivery, store.school_time, message=message)
        await self._tell()
        return number

    async def redraw(self, number: int, message: Message) -> bool:
        """Put a message in place of another."""
        async with self._database.begin(sample.TENANT) as store:
            is_there = await practice.redraw(store, number, message)
        await self._tell()
        return is_there

    async def said(self, place: str, author: str, words: str, key: str) -> int:
        """Write a person's words once."""
        async with self._database.begin(sample.TENANT) as store:
            number = await practice.write(store, place, key, store.school_time, author=author, words=words)
        await self._tell()
        return number

    async def find(self, place: str, delivery: str) -> int | None:
        """Return the number of the message with this delivery key."""
        async with self._database.read(sample.TENANT) as store:
            return await practice.find(store, delivery)

    async def changed(self, after: int) -> int:
        """Wait until the board's version is another one, and return it."""
        async with self._news:
            await self._news.wait_for(lambda: self._version != after)
            return self._version

    async def move(self, until: Until) -> None:
        """Move the clock forward, visiting every due moment on the way; raises CannotMove."""
        async with self._moving:
            try:
                await self._move(until)
            except CalendarError as error:
                raise CannotMove(str(error)) from error
            finally:
                await self._tell()

    # ---------------------------------------------------------------- moving the clock

    async def _move(self, until: Until) -> None:
        match until:
            case "prompt":
                await self._to_next_prompt()
            case "phase":
                await self._to_next_phase()
            case _:
                await self._to(self._morning_after(await self.now(), until))

    async def _to(self, moment: datetime) -> None:
        """Go to this moment by way of everything that comes due before it."""
        for _ in range(MOST_STEPS):
            due = await self._next_due()
            if due is None or due > moment:
                break
            await self._set(due)
        await self._set(moment)

    async def _to_next_prompt(self) -> None:
        newest = await self._newest_message()
        async for _ in self._steps():
            if await self._newest_message() > newest:
                return

    async def _to_next_phase(self) -> None:
        before = await self._course()
        async for _ in self._steps():
            if await self._course() != before:
                return

    async def _steps(self) -> AsyncIterator[None]:
        """Go on step by step to where everything waits for people; raises CannotMove where it does already."""
        await self._step()
        yield
        with suppress(CannotMove):
            for _ in range(MOST_STEPS):
                await self._step()
                yield

    async def _step(self) -> None:
        """Go on to the next moment, as long as one is to come that the teams notice; raises CannotMove."""
        due, found = await self._next_due(), await self._rooms()
        felt = [moment for room in found if (moment := agenda.next_for_the_team(room))]
        is_message = due not in {agenda.next_due(room) for room in found}
        if due is None or not (felt or is_message):
            raise CannotMove(await self._what_is_waited_for())
        coming = due if is_message else min(felt)
        last = school_year(sample.TWO_YEARS.local_date(await self.now())).last
        if sample.TWO_YEARS.local_date(coming) > last:
            raise CannotMove("Nothing of the cycle comes by itself before the summer. Go on by days or Fridays.")
        await self._set(due)

    async def _set(self, moment: datetime) -> None:
        """Set the clock, never back, and do everything that is due then."""
        async with self._database.begin(sample.TENANT) as store:
            await practice.move_clock(store, max(moment - store.school_time, timedelta()))
        while await self._conductor.tick():
            await self._dispatcher.drain()
        await self._dispatcher.drain()

    async def _next_due(self) -> datetime | None:
        async with self._database.look_everywhere() as looking:
            return await everywhere.next_due(looking)

    async def _newest_message(self) -> int:
        async with self._database.read(sample.TENANT) as store:
            return await practice.newest_message(store)

    async def _course(self) -> list[tuple[str, int]]:
        """What tells one phase from the next, in every team."""
        standings = [(room.team.id, timetable.standing(room)) for room in await self._rooms()]
        return [(team, here.epoch if here else 0) for team, here in standings]

    async def _what_is_waited_for(self) -> str:
        """What the page says of each team."""
        async with self._database.read(sample.TENANT) as store:
            return " ".join([plain(await _coming(store, room)) for room in await self._rooms()])

    async def _rooms(self) -> list[Room]:
        async with self._database.read(sample.TENANT) as store:
            known = await records.load(store, SchoolTeam)
            return [await rooms.load(store, team.id, self._scripts) for team in known]

    def _morning_after(self, now: datetime, until: Until) -> datetime:
        """The next school morning, or the next Friday afternoon after the weekly card."""
        calendar = sample.TWO_YEARS
        day = calendar.add_school_days(calendar.local_date(now), 1)
        while until == "friday" and day.weekday() != _FRIDAY:
            day = calendar.add_school_days(day, 1)
        hours = calendar.hours_on(day)
        assert hours is not None
        return hours[1] - timedelta(minutes=30) if until == "friday" else hours[0] + timedelta(minutes=30)

    def notice(self) -> None:
        """Something was committed: the page may have another phase to show, though nobody wrote a line."""
        self._noticing = asyncio.get_running_loop().create_task(self._tell())

    async def _tell(self) -> None:
        async with self._database.read(sample.TENANT) as store:
            newest = await practice.version(store)
        async with self._news:
            self._version = max(self._version + 1, newest)
            self._news.notify_all()


async def _channel(store: Store, team: str) -> str:
    destination = await people.destination_of(store, team)
    return destination.place if destination else ""


def _team(room: Room, channel: str) -> Team:
    roles = {part.id: part.job for part in sample.PARTS}
    return Team(
        room.team.id,
        room.team.name,
        room.school.name,
        channel,
        channel,
        tuple(
            Person(
                member.id,
                member.name,
                roles.get(member.id, ", ".join(room.roles(member.id))),
                f"direct-{member.id}",
            )
            for member in room.present()
        ),
    )


async def _taken(store: Store, room: Room, now: datetime) -> Mapping[str, wanted.Attention]:
    """How much of each member's attention was taken so far."""
    monday, begun = wanted.week_start(room, now), wanted.cycle_start(room, now)
    members = [member.id for member in room.prompted()]
    this_week = await attention.started(store, members, monday)
    nudges = await attention.started(store, members, begun, SendKind.NUDGE)
    return {member: wanted.Attention(this_week[member], nudges[member]) for member in members}


async def _coming(store: Store, room: Room) -> str:
    """What comes next by itself, also of what was due before and could not go out yet."""
    now = store.school_time
    taken = await _taken(store, room, now)
    rows = await outbox.listing(store, (State.READY,), limit=MOST_WAITING)
    sends = (row.send for row in rows if row.send.team == room.team.id and row.send.kind is not SendKind.REFRESH)
    waits = (wanted.arrives(room, each, now, taken.get(each.to, wanted.Attention())) for each in sends)
    return agenda.coming(room, now, taken, min((at for at in waits if at), default=None))


def _standing(room: Room, now: datetime, coming: str) -> Standing:
    here = timetable.standing(room)
    phases = room.course.phases
    local = room.calendar.local(now)
    if here is None:
        is_over = room.cycle is not None
        stages = tuple(Stage(phases[key].title, "done" if is_over else "next") for key in PHASES)
        return Standing(local, "", stages, coming, is_over, _is_another_year(local))
    place = PHASES.index(here.phase.key)
    stages = tuple(
        Stage(phases[key].title, "done" if number < place else "now" if number == place else "next")
        for number, key in enumerate(PHASES)
    )
    return Standing(local, here.phase.title, stages, coming, in_another_year=_is_another_year(local))


def _line(found: PracticeLine) -> Line:
    at = sample.TWO_YEARS.local(found.at)
    another = _is_another_year(at)
    return Line(found.number, found.place, at, found.revision, found.author, found.message, found.words, another)


def _is_another_year(at: datetime) -> bool:
    """Whether it is not the year in which the practice school begins."""
    return at.year != sample.FIRST_DAY.year
