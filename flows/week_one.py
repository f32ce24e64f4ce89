"""The first week of a cycle before it starts: who would get what and when, told by the rules that would send it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from . import agenda
from .messages import Item
from .people import Channel, Member
from .room import Room
from .sends import Send, SendKind
from .timetable import Due, Standing, standing
from .wanted import WEEKLY_CAP

DAYS = timedelta(days=7)
MOST_VISITS = 50
"""due moments in one week; more would be a mistake in the rules"""


@dataclass(frozen=True, slots=True)
class Sending:
    """What would go out at one moment."""

    moment: Due
    here: Standing
    sends: tuple[Send, ...]

    @property
    def at(self) -> datetime:
        """When the first of it goes out."""
        return min(send.due for send in self.sends)


def sendings(room: Room, first: date, now: datetime) -> Iterator[Sending]:
    """Yield what goes out in the seven days from the first one on, if nobody answers anything meanwhile.

    A team that has no channel yet is taken to have one by then.
    """
    end = room.calendar.at(first + DAYS, time.min)
    room = room if room.channels else room.having([Channel(room.team.id, "", "", "")])
    for _ in range(MOST_VISITS):
        due = agenda.next_due(room)
        here = standing(room)
        if due is None or here is None or due >= end:
            return
        at = max(due, now)
        moment = agenda.due(room, at)[0]
        outcome = agenda.visit(room, moment, at)
        room = room.having(outcome.keep)
        if sends := tuple(send for send in outcome.sends if send.kind is not SendKind.REFRESH):
            yield Sending(moment, here, sends)


def most_for_one(found: list[Sending]) -> int:
    """How many messages one person gets at most, reminders too: they count in the week's cap as questions do."""
    sends = Counter(send.to for each in found for send in each.sends if send.to)
    return min(max(sends.values(), default=0), WEEKLY_CAP)


def lines(room: Room, me: Member, found: list[Sending]) -> Iterator[Item]:
    """Yield a line for each moment: when, who, what."""
    for each in sorted(found, key=lambda sending: sending.at):
        yield Item(_told(room, me, each), room.say("week_one.at", me, at=room.calendar.local(each.at)))


def _told(room: Room, me: Member, sending: Sending) -> str:
    phase = sending.here.phase
    match sending.sends[0].kind:
        case SendKind.POST:
            return room.say("week_one.channel", me, phase=phase.title)
        case SendKind.NUDGE:
            return room.say("week_one.reminder", me)
        case _ if sending.moment.kind != "ask":
            return room.say("week_one.to_lead", me, names=_names(room, sending), phase=phase.title)
    flows = phase.moments[sending.moment.about].flows
    titles = ", ".join(room.scripts.flow(name, me.language).title for name in flows)
    return room.say("week_one.asked", me, names=_names(room, sending), title=titles)


def _names(room: Room, sending: Sending) -> str:
    """Who gets it, by first name; by the whole name where somebody else of the team has the same first one."""
    given = Counter(each.first_name for each in room.present())
    people = (room.member(id) for id in dict.fromkeys(send.to for send in sending.sends if send.to))
    return ", ".join(each.first_name if given[each.first_name] == 1 else each.name for each in people)
