"""The conductor: one event, one due moment, one verdict at a time, each in one transaction."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from flows import agenda, reception, wanted
from flows.calendar import CalendarError
from flows.events import Event, Said
from flows.loader import Scripts
from flows.messages import Button, Card, Form, Message, Note, Reply
from flows.outcome import Outcome
from flows.room import Room
from flows.sends import Drop, Send, SendKind, Verdict
from storage import agenda as agendas
from storage import attention, conversations, everywhere, inbox, outbox, people, records, rooms
from storage.database import Database
from storage.people import Person
from storage.store import Store

log = structlog.get_logger()

UNHEARD_AFTER = timedelta(seconds=30)
"""An event that was acknowledged and is not processed by then is processed by whoever finds it."""
MOST_VISITS = 100
"""Due moments of one team in one transaction; what is left comes in the next."""


class Conductor:
    """Hears events, visits what has come due, and judges each message before it goes."""

    def __init__(self, database: Database, scripts: Scripts, wake: Callable[[], None] = lambda: None) -> None:
        """`wake` is called after a commit that may have written something to send."""
        self._database = database
        self._scripts = scripts
        self._wake = wake

    async def capture(self, event: Event) -> bool:
        """Commit the event to the inbox; False when it was there already or its workspace is nobody's."""
        tenant = await self._tenant(event)
        if tenant is None:
            return False
        async with self._database.begin(tenant) as store:
            return await inbox.capture(store, event)

    async def hear(self, event: Event) -> Reply | None:
        """Act on a captured event, in one transaction, and return what answers the person at once.

        What fails stays in the inbox and is tried again by `recover`; the person is told so.
        """
        tenant = await self._tenant(event)
        if tenant is None:
            return Note(Message(self._scripts.phrases().say("refused.stranger")))
        try:
            return await self._hear(tenant, event.platform, event.key)
        except Exception as error:
            async with self._database.begin(tenant) as store:
                aside = await inbox.failed(store, event.platform, event.key, type(error).__name__)
            log.exception("event failed", platform=event.platform, key=event.key, aside=aside)
            return Note(Message(self._scripts.phrases().say("refused.trouble")))

    async def recover(self) -> int:
        """Process what was acknowledged and not processed, after a crash; return how many events that were."""
        async with self._database.look_everywhere() as looking:
            found = await everywhere.unheard(looking, UNHEARD_AFTER)
        for each in found:
            await self._hear(each.tenant, each.platform, each.key)
        return len(found)

    async def tick(self) -> int:
        """Visit every team for which something has come due; return how many there were."""
        async with self._database.look_everywhere() as looking:
            found = await everywhere.due_teams(looking)
        for each in found:
            await self._visit(each.tenant, each.team)
        if found:
            self._wake()
        return len(found)

    async def judge(self, store: Store, row: outbox.OutboxRow) -> Verdict:
        """Ask the rules whether a message is still wanted, and draw it."""
        if row.send.kind is SendKind.ANSWER and row.send.message:
            return wanted.judge_answer(row.send)
        room = await rooms.load(store, row.send.team, self._scripts)
        now = store.school_time
        verdict = wanted.judge(room, row.send, now, await _taken(store, room, row.send))
        if isinstance(verdict, Drop):
            log.info("not sent", delivery=row.delivery, kind=row.send.kind.value, reason=verdict.reason)
        return verdict

    async def _tenant(self, event: Event) -> str | None:
        async with self._database.look_everywhere() as looking:
            return await everywhere.tenant_of(looking, event.platform, event.workspace)

    async def _hear(self, tenant: str, platform: str, key: str) -> Reply | None:
        async with self._database.begin(tenant) as store:
            event = await inbox.take(store, platform, key)
            if event is None:
                return None
            reply = await self._act(store, event)
            await inbox.done(store, platform, key)
        self._wake()
        return reply

    async def _act(self, store: Store, event: Event) -> Reply | None:
        person = await people.who(store, event.platform, event.workspace, event.user)
        if person is None:
            return Note(Message(self._scripts.phrases().say("refused.stranger")))
        team = await self._team(store, event, person)
        if team is None:
            which = "refused.which_team" if person.memberships else "refused.no_team"
            return Note(Message(self._scripts.phrases(person.member.language).say(which)))
        room = await rooms.load(store, team, self._scripts, lock=True)
        own = [key for key, each in room.conversations.items() if each.member == person.member.id]
        room = await rooms.with_answers(store, room, own)
        now = store.school_time
        outcome = _answerable(reception.take(room, person.member, event, now), room, person, event, now)
        await self._plan(store, await self._keep(store, room, outcome), now)
        return outcome.reply

    async def _team(self, store: Store, event: Event, person: Person) -> str | None:
        """The team that is meant: the pressed card's, the channel's, or the person's only or newest one."""
        mine = [membership.team for membership in person.memberships]
        if event.about in mine:
            return event.about
        if not event.private:
            channel = await people.team_in(store, event.platform, event.workspace, event.place)
            return channel.id if channel and channel.id in mine else None
        return mine[0] if len(mine) == 1 else None

    async def _visit(self, tenant: str, team: str) -> None:
        async with self._database.begin(tenant) as store:
            room = await rooms.load(store, team, self._scripts, lock=True)
            now = store.school_time
            for _ in range(MOST_VISITS):
                try:
                    due = agenda.due(room, now)
                except CalendarError as error:
                    log.warning("the school calendar ends", team=team, error=str(error))
                    due = ()
                if not due:
                    break
                outcome = agenda.visit(room, due[0], now)
                log.info(
                    "visited", team=team, key=due[0].key, due=due[0].at.isoformat(), sends=len(outcome.sends)
                )
                room = await self._keep(store, room, outcome)
            await self._plan(store, room, now)

    async def _keep(self, store: Store, room: Room, outcome: Outcome) -> Room:
        """Keep all of an outcome, and return the room as it is now."""
        await records.keep(store, *outcome.keep)
        await conversations.answered(store, room.team.id, outcome.answers)
        for send in outcome.sends:
            await _enqueue(store, send)
        return room.having(outcome.keep)

    async def _plan(self, store: Store, room: Room, now: datetime) -> None:
        """Come again when the team's next moment is due."""
        try:
            next_due = agenda.next_due(room)
        except CalendarError as error:
            log.warning("the school calendar ends", team=room.team.id, error=str(error))
            next_due = None
        await agendas.plan(store, room.team.id, now, next_due)


async def _taken(store: Store, room: Room, send: Send) -> wanted.Attention:
    """How much of this person's attention has been taken already."""
    if not send.to:
        return wanted.Attention()
    now = store.school_time
    this_week = await attention.started(store, send.to, wanted.week_start(room, now))
    begun = wanted.cycle_start(room, now)
    nudges = (
        await attention.started(store, send.to, begun, SendKind.NUDGE) if send.kind is SendKind.NUDGE else 0
    )
    return wanted.Attention(this_week, nudges)


async def _enqueue(store: Store, send: Send) -> None:
    destination = await people.destination_of(store, send.team, send.to)
    if destination is None:
        log.warning("unreachable", team=send.team, member=send.to, reason="no account on any platform")
        return
    await outbox.enqueue(store, send, destination)


def _answerable(outcome: Outcome, room: Room, person: Person, event: Event, now: datetime) -> Outcome:
    """Where the platform waits for no answer, a note becomes a message and a form becomes a button."""
    if outcome.reply is None or event.answerable:
        return outcome
    message = _as_message(outcome.reply, room, person, event)
    send = Send(f"reply:{event.key}", room.team.id, person.member.id, SendKind.ANSWER, now, message)
    return replace(outcome, sends=(*outcome.sends, send), reply=None)


def _as_message(reply: Reply, room: Room, person: Person, event: Event) -> Message:
    match reply:
        case Note(message) | Card(message):
            return message
        case Form():
            text = event.what.text if isinstance(event.what, Said) else "help"
            open_it = Button(room.say("engine.answer", person.member), text, "primary")
            return Message(reply.title, buttons=(open_it,), preview=reply.title, about=room.team.id)
        case _:
            return Message("\n".join(reply.fields.values()), about=room.team.id)
