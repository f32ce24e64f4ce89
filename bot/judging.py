"""Judging: the rules are asked about messages just before they go; what several of them look at is read once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from flows import cards, naming, spreading, wanted
from flows.loader import Scripts
from flows.messages import Message
from flows.room import Room
from flows.sends import Drop, Go, Move, Send, SendKind, Verdict
from storage import attention, people, rooms
from storage.outbox import OutboxRow
from storage.store import Store

from . import alone, beside, page_links, which_team
from .fan_outs import FanOuts

Since = tuple[datetime, tuple[SendKind, ...]]
"""messages of these kinds, or all that the bot starts, since a moment"""


class Judging:
    """What the messages of one transaction are about."""

    def __init__(self, store: Store, scripts: Scripts, fan_outs: FanOuts, pages: str) -> None:
        """Bind it to the transaction in which the messages are marked."""
        self._store = store
        self._scripts = scripts
        self._fan_outs = fan_outs
        self._pages = pages
        self._rooms: dict[str, Room] = {}
        self._teams: Mapping[str, Sequence[str]] = {}
        self._started: dict[Since, Counter[str]] = {}

    async def verdicts(self, rows: Sequence[OutboxRow]) -> list[Verdict]:
        """Ask whether each message is still wanted, and draw it."""
        self._teams = await people.teams_of(self._store, {row.send.to for row in rows if row.send.to})
        await self._count([row.send for row in rows if row.send.to and not _is_answer(row.send)])
        return [self._linked(row, await self._named(row, await self._verdict(row))) for row in rows]

    async def _verdict(self, row: OutboxRow) -> Verdict:
        if row.send.is_wordless:
            return Drop("its words were destroyed")
        if row.send.card in alone.CARDS:
            return Go(await alone.draw(self._store, row.send, self._pages, self._scripts))
        if _is_answer(row.send):
            return wanted.judge_answer(row.send)
        room = await self._room(row.send.team)
        room = await rooms.with_answers(self._store, room, cards.own_conversations(room, row.send))
        if cards.is_digest(row.send):
            room = replace(room, others=await beside.glimpsed(self._store, row.send.to, self._scripts))
        elif cards.looks_at_others(room, row.send):
            room = replace(room, others=await self._others(row.send))
        verdict = wanted.judge(room, row.send, self._store.school_time, self._taken(room, row.send))
        if isinstance(verdict, Move) and spreading.concerns(row.send):
            within = await self._fan_outs.window(self._store, row.destination.platform, row.destination.workspace)
            return spreading.moved(room.calendar, wanted.in_time(room, row.send), verdict, within)
        return verdict

    async def _named(self, row: OutboxRow, verdict: Verdict) -> Verdict:
        """Say of which team it is to a person who is on several."""
        match verdict:
            case Go(message) if (
                row.send.to and row.send.card not in alone.CARDS and cards.is_of_one_team(row.send.card)
            ):
                return Go(await self._of_team(message, row.send))
        return verdict

    def _linked(self, row: OutboxRow, verdict: Verdict) -> Verdict:
        """Give the link to a page its whole address."""
        match verdict:
            case Go(message):
                return Go(page_links.whole(message, row.destination.platform, self._pages))
        return verdict

    async def _of_team(self, message: Message, send: Send) -> Message:
        team = await which_team.name(self._store, self._teams.get(send.to, ()), send.team)
        return naming.of_team(message, team) if team else message

    async def _room(self, team: str) -> Room:
        if team not in self._rooms:
            self._rooms[team] = await rooms.load(self._store, team, self._scripts)
        return self._rooms[team]

    async def _others(self, send: Send) -> tuple[Room, ...]:
        """The other teams of this person."""
        return tuple([await self._room(team) for team in self._teams.get(send.to, ()) if team != send.team])

    async def _count(self, sends: Sequence[Send]) -> None:
        """Read how much of everybody's attention has been taken already."""
        asked: dict[Since, set[str]] = {}
        for send in sends:
            for since in self._counted(await self._room(send.team), send):
                asked.setdefault(since, set()).add(send.to)
        for (moment, kinds), members in asked.items():
            self._started[moment, kinds] = await attention.started(self._store, members, moment, *kinds)

    def _counted(self, room: Room, send: Send) -> list[Since]:
        """What is counted for a message: those of this week, and for a reminder those of the cycle."""
        now = self._store.school_time
        this_week: Since = wanted.week_start(room, now), ()
        nudges: Since = wanted.cycle_start(room, now), (SendKind.NUDGE,)
        return [this_week, nudges] if send.kind is SendKind.NUDGE else [this_week]

    def _taken(self, room: Room, send: Send) -> wanted.Attention:
        if not send.to:
            return wanted.Attention()
        return wanted.Attention(*(self._started[each][send.to] for each in self._counted(room, send)))


def _is_answer(send: Send) -> bool:
    """Whether it was drawn when somebody wrote or pressed, and goes as it is."""
    return send.kind is SendKind.ANSWER and (send.message is not None or send.card in alone.CARDS)
