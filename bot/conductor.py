"""The conductor: one event, one due moment, one verdict at a time, each in one transaction."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from flows import agenda, channels, naming, pulses, reception, replies, spreading, unreachable, wanted, wishes
from flows.calendar import CalendarError
from flows.commands import is_explicit
from flows.events import Event, Said
from flows.flow import Conversation
from flows.loader import Scripts
from flows.messages import Card, Errors, Form, Message, Note, Reply
from flows.outcome import Outcome
from flows.room import Room
from flows.sends import Go, Send, SendKind, Verdict
from storage import agenda as agendas
from storage import conversations, everywhere, inbox, outbox, owed, people, records, rooms
from storage.addresses import Destination
from storage.database import Database
from storage.people import Person
from storage.state import DOUBTFUL
from storage.store import Store

from . import auditing, enqueuing, foundings, page_links, pulse_course, redacting, room_of_event, which_team
from .capturing import Captures
from .enqueuing import Known
from .fan_outs import FanOuts
from .journal import Journal
from .judging import Judging
from .owing import Owing
from .trail import tell_enqueued
from .workspaces import Workspaces

log = structlog.get_logger()

UNHEARD_AFTER = timedelta(seconds=30)
"""An event that was acknowledged and is not processed by then is processed by whoever finds it."""
HEARD_AT_ONCE = 4
"""events that one process acts on at the same time; more would stand before those that are to be captured"""
MOST_VISITS = 100
"""Due moments of one team in one transaction; what is left comes in the next."""


class _OfTheSchool(Exception):
    """What was decided concerns every team of a school: it is decided again with the school held before its teams.

    So what two people change at the same time is not lost, and nobody waits for a lock in another order.
    """

    def __init__(self, school: str) -> None:
        super().__init__(school)
        self.school = school


class Conductor:
    """Hears events, visits what has come due, and judges each message before it goes."""

    def __init__(
        self,
        database: Database,
        scripts: Scripts,
        wake: Callable[[], None] = lambda: None,
        look_for: Callable[[], None] = lambda: None,
        pages: str = "",
        journal: Journal | None = None,
    ) -> None:
        """`wake` is called after a commit that may have written something to send.

        `look_for` is called when somebody new is on record whose accounts are not known yet. `pages` is the address
        under which people open the pages, `journal` remembers what no backup brings back.
        """
        self._database = database
        self._scripts = scripts
        self._wake = wake
        self._look_for = look_for
        self._pages = pages
        self._journal = journal
        self._workspaces = Workspaces(database)
        self._captures = Captures(database, self._workspaces)
        self._owing = Owing(database, self._workspaces, scripts, wake)
        self._fan_outs = FanOuts()
        self._patient = asyncio.Semaphore(1)
        """whoever waits for no answer stands in line one at a time, so that others need not wait for all of them"""
        self._turn = asyncio.Semaphore(HEARD_AT_ONCE if database.is_shared else 2)
        self._failing = 0  # teams that could not be visited stay first in line, so one looks that much further

    async def capture(self, event: Event) -> bool:
        """Commit the event to the inbox; False when it was there already or its workspace is nobody's."""
        return await self._captures.capture(event)

    @property
    def trouble(self) -> str:
        """Why events cannot be kept just now; empty where they can."""
        return self._captures.trouble

    async def hear(self, event: Event) -> Reply | None:
        """Act on a captured event, in one transaction, and return what answers the person at once.

        What fails stays in the inbox and is tried again by `recover`; the person is told so.
        """
        tenant = await self._workspaces.tenant(event.platform, event.workspace)
        if tenant is None:
            return Note(self._stranger(event))
        async with nullcontext() if event.answerable else self._patient:
            return await self._hear(tenant, event.platform, event.key)

    async def owe(self, event: Event, reply: Reply, over: str = "") -> None:
        """Send as a message what could not be shown in answer to the event; in place of the post `over`, if any."""
        await self._owing.owe(event, reply, over)

    async def shown(self, event: Event) -> None:
        """Note that the person was shown what answers the event: it does not come as a message as well."""
        await self._owing.shown(event)

    async def arrived(self, platform: str, workspace: str, delivery: str, post: str) -> None:
        """Settle the doubt about a message whose post was pressed; of most there is none."""
        async with self._database.look_everywhere() as looking:
            tenant = await everywhere.tenant_of(looking, platform, workspace)
            row = await outbox.find(looking.store(tenant), delivery) if tenant else None
        if tenant and row and row.state in DOUBTFUL:
            async with self._database.begin(tenant) as store:
                await outbox.confirm(store, delivery, post)

    async def standing(self, platform: str, workspace: str, delivery: str, post: str) -> Message | None:
        """Return what the post with this delivery key says now; None for another post, or one that nobody draws now."""
        async with self._database.look_everywhere() as looking:
            tenant = await everywhere.tenant_of(looking, platform, workspace)
        if tenant is None:
            return None
        async with self._database.begin(tenant) as store:
            row = await outbox.find(store, delivery)
            if row is None or row.message_id != post:
                return None
            (verdict,) = await self.judge(store, [replace(row, send=replace(row.send, kind=SendKind.REFRESH))])
        return verdict.message if isinstance(verdict, Go) else None

    async def recover(self) -> int:
        """Process what was acknowledged and not processed, after a crash, and send what was not shown; return how many.

        Nobody waits for an answer any more, so it becomes a message.
        """
        async with self._database.look_everywhere() as looking:
            found = await everywhere.unheard(looking, UNHEARD_AFTER)
        for each in found:
            await self._hear(each.tenant, each.platform, each.key, late=True)
        return len(found) + await self._owing.recover(UNHEARD_AFTER)

    async def tick(self) -> int:
        """Visit every team for which something has come due; return how many visits came to an end."""
        async with self._database.look_everywhere() as looking:
            found = await everywhere.due_teams(looking, self._failing)
        self._failing = 0
        for each in found:
            try:
                await self._visit(each.tenant, each.team)
            except Exception:
                self._failing += 1
                log.exception("a visit failed; the next tick tries again", team=each.team)
        if visited := len(found) - self._failing:
            self._wake()
        return visited

    async def judge(self, store: Store, rows: Sequence[outbox.OutboxRow]) -> list[Verdict]:
        """Ask the rules whether messages are still wanted, and draw them."""
        return await Judging(store, self._scripts, self._fan_outs, self._pages).verdicts(rows)

    async def gone(self, store: Store, row: outbox.OutboxRow) -> None:
        """Tell whoever keeps the cycle going that somebody, or the channel, cannot be written to any more.

        What stood in a channel that the team has left already is posted where it reads now.
        """
        send, now = row.send, store.school_time
        if not send.team:
            return
        room = await rooms.load(store, send.team, self._scripts)
        if not send.to and row.destination.place not in [each.place for each in room.channels]:
            await self._keep(store, room, channels.moved(room, now))
        else:
            arrived = await outbox.arrived_last(store, send.team, send.to)
            await self._keep(store, room, unreachable.tell(room, send, now, arrived))

    async def _hear(self, tenant: str, platform: str, key: str, *, late: bool = False) -> Reply | None:
        try:
            async with self._turn:
                try:
                    reply = await self._heard(tenant, platform, key, late)
                except _OfTheSchool as matter:
                    reply = await self._heard(tenant, platform, key, late, matter.school)
        except Exception as error:
            async with self._database.begin(tenant) as store:
                aside = await inbox.failed(store, platform, key, type(error).__name__)
            log.exception("event failed", platform=platform, key=key, aside=aside)
            return Note(Message(self._scripts.phrases().say("refused.trouble")))
        self._wake()
        return page_links.in_reply(reply, platform, self._pages)

    async def _heard(self, tenant: str, platform: str, key: str, late: bool, school: str = "") -> Reply | None:
        """Act on the event in one transaction; `school` is held first where all of its teams are concerned."""
        async with self._database.begin(tenant) as store:
            event = await inbox.take(store, platform, key)
            if event is None:
                return None
            if school:
                await people.lock_school(store, school)
            event = replace(event, answerable=False, owed=False) if late else event
            reply = await self._act(store, event, bool(school))
            await _settle(store, event, reply)
        log.info("inbox.heard", platform=platform, heard=key, sends=len(store.enqueued))
        with structlog.contextvars.bound_contextvars(heard=key):
            tell_enqueued(store)
        return reply

    async def _act(self, store: Store, event: Event, for_the_school: bool) -> Reply | None:
        if _is_talk(event):
            return None
        person = await people.who(store, event.platform, event.workspace, event.user)
        if person and person.memberships:
            return await self._of_member(store, event, person, for_the_school)
        phrases = self._scripts.phrases(person.member.language if person else event.language)
        admitted = await foundings.admit(store, event, person, phrases)
        if isinstance(admitted, Person):
            self._look_for()
            return await self._of_member(store, foundings.first(event), admitted, for_the_school)
        if admitted:
            return await _to_stranger(store, event, admitted)
        return await self._of_member(store, event, person, for_the_school) if person else Note(self._stranger(event))

    async def _of_member(self, store: Store, event: Event, person: Person, for_the_school: bool) -> Reply | None:
        await people.heard(store, person.identity, event.place if event.private else "")
        team = await which_team.meant(store, event, person, self._scripts.phrases(person.member.language))
        if isinstance(team, Message):
            return await _alone(store, event, person, replace(team, language=person.member.language))
        room = await room_of_event.load(store, self._scripts, team, person, event)
        now = store.school_time
        if isinstance(event.what, Said) and await inbox.is_overtaken(store, event):
            outcome = replies.given_back(room, person.member, event.what)
        else:
            outcome = reception.take(room, person.member, event, now)
        outcome = replies.answerable(outcome, room, person.member, event, now)
        if outcome.shared and not for_the_school:
            raise _OfTheSchool(room.school.id)
        await self._tell_the_school(store, room, outcome, now)
        after = await self._keep(store, room, outcome, {("", person.member.id): enqueuing.direct(person, event)})
        await redacting.after(store, room, person, outcome)
        if any(not isinstance(fact, Conversation) for fact in outcome.keep):
            await self._plan(store, after, now)
        if len(after.members) > len(room.members):
            self._look_for()
        if not (outcome.reply and event.private):
            return outcome.reply
        of_team = "" if wishes.matter(event, room.phrases(person.member)) else team
        mine = [each.team for each in await people.memberships_of(store, person.member.id)]
        name = await which_team.name(store, mine, of_team)
        return naming.reply_of_team(outcome.reply, name) if name else outcome.reply

    async def _tell_the_school(self, store: Store, room: Room, outcome: Outcome, now: datetime) -> None:
        """Draw anew and plan anew what changes for the other teams of the school."""
        shared = Outcome(outcome.shared)
        teams = await people.teams_beside(store, room.school.id, room.team.id) if outcome.shared else ()
        for team in teams:
            other = await rooms.load(store, team, self._scripts, lock=True)
            redrawn = agenda.redraw(other, shared, now)
            await self._plan(store, await self._keep(store, other, shared + redrawn), now)

    def _stranger(self, event: Event) -> Message:
        return Message(self._scripts.phrases(event.language).say("refused.stranger"), language=event.language or "en")

    async def _visit(self, tenant: str, team: str) -> None:
        turns_pulse = False
        async with self._database.begin(tenant) as store:
            room = await rooms.load(store, team, self._scripts, lock=True)
            now = store.school_time
            for _ in range(MOST_VISITS):
                try:
                    found = agenda.due(room, now)
                    due = tuple(each for each in found if each.kind != pulses.KIND)
                    turns_pulse = due != found
                except CalendarError as error:
                    log.warning("the school calendar ends", team=team, error=str(error))
                    due = ()
                if not due:
                    break
                outcome = agenda.visit(room, due[0], now)
                log.info("visited", team=team, key=due[0].key, due=due[0].at.isoformat(), sends=len(outcome.sends))
                await auditing.shown(store, room, outcome)
                room = await self._keep(store, room, outcome, spread=True)
            await self._plan(store, room, now)
        tell_enqueued(store)
        if turns_pulse:
            await self._advance_pulse(tenant, team)

    async def close_lost_pulses(self) -> None:
        """Destroy what people answered to pulses that were closed before the database was put back."""
        for tenant, team in await pulse_course.lost(self._database, self._journal):
            log.warning("a pulse that was closed before is destroyed", tenant=tenant, team=team)
            await self._advance_pulse(tenant, team)
        await pulse_course.note(self._database, self._journal)

    async def _advance_pulse(self, tenant: str, team: str) -> None:
        """Open or close the pulse of the team's school in its own transaction: the school is held before its teams."""
        async with self._database.begin(tenant) as store:
            if advanced := await pulse_course.advance(store, team, self._scripts, self._journal):
                room, outcome = advanced
                await self._plan(store, await self._keep(store, room, outcome), store.school_time)
        tell_enqueued(store)
        await pulse_course.note(self._database, self._journal)

    async def _keep(
        self,
        store: Store,
        room: Room,
        outcome: Outcome,
        places: Known | None = None,
        *,
        spread: bool = False,
    ) -> Room:
        """Keep all of an outcome, and return the room as it is now; `places` is where people are known to be.

        `spread` gives each person an own time for what other teams get at the same moment.
        """
        await records.keep(store, *outcome.keep)
        await conversations.answered(store, room.team.id, outcome.answers)
        after = room.having(outcome.keep)
        known = enqueuing.of_channel(after) | (places or {})
        sends: Sequence[Send] = outcome.sends
        if spread:
            sends = [await self._in_own_time(store, after, each, known) for each in sends]
        await enqueuing.enqueue(store, sends, known)
        return after

    async def _in_own_time(self, store: Store, room: Room, send: Send, known: Known) -> Send:
        destination = await enqueuing.destination(store, send, known)
        if destination is None or not spreading.concerns(send):
            return send
        within = await self._fan_outs.window(store, destination.platform, destination.workspace)
        return replace(send, due=spreading.own_time(room.calendar, wanted.in_time(room, send), within))

    async def _plan(self, store: Store, room: Room, now: datetime) -> None:
        """Come again when the team's next moment is due."""
        try:
            next_due = agenda.next_due(room)
        except CalendarError as error:
            log.warning("the school calendar ends", team=room.team.id, error=str(error))
            next_due = None
        await agendas.plan(store, room.team.id, now, next_due)


async def _settle(store: Store, event: Event, reply: Reply | None) -> None:
    """Mark the event as processed, with the answer where that has to arrive; one that was refused is forgotten."""
    match reply:
        case Errors():
            await inbox.forget(store, event.platform, event.key)
        case Form() | Note() | Card() if event.owed:
            await owed.keep(store, event, reply)
        case _:
            await inbox.done(store, event.platform, event.key)


def _is_talk(event: Event) -> bool:
    """Whether people talk among themselves in a channel: not to us."""
    said = event.what
    return isinstance(said, Said) and not (said.pressed or event.private or is_explicit(said.text))


async def _alone(store: Store, event: Event, person: Person, message: Message) -> Reply | None:
    """Answer a person whose team is not known; where the platform waits for no answer, by a message."""
    if event.answerable:
        return Note(message)
    send = Send(f"reply:{event.key}", "", person.member.id, SendKind.ANSWER, store.school_time, message)
    await enqueuing.enqueue(store, [send], {("", person.member.id): enqueuing.direct(person, event)})
    return None


async def _to_stranger(store: Store, event: Event, message: Message) -> Reply | None:
    """Answer somebody who tried a code; where the platform waits for no answer, in the conversation itself.

    Other words of strangers are not answered there: they may be those of a bot, even our own in another workspace.
    """
    if event.answerable or not event.private:
        return Note(message)
    here = Destination(event.platform, event.workspace, event.place, event.user)
    await outbox.enqueue(store, Send(f"reply:{event.key}", "", "", SendKind.ANSWER, store.school_time, message), here)
    return None
