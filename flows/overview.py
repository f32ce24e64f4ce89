"""Where teams stand, in numbers of work and never of people: for who looks at several of them."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from . import asks, charts, coaching, decision_log, sight
from .calendar import SchoolYearOver
from .cycle import planned
from .people import Member
from .room import Room
from .timetable import meeting_on, standing


@dataclass(frozen=True, slots=True)
class Glance:
    """One team at a glance; what its reader may not see is 0."""

    team: str
    name: str
    where: str
    """the phase, or that there is no cycle"""
    meets_on: date | None
    """the day of its meeting"""
    has_met: bool
    """whether that day is over"""
    level: str
    actions: Counter[str]
    """how many of its actions stand how, by `charts.STANDINGS`"""
    open_decisions: int
    open_asks: int


def glance(room: Room, me: Member, now: datetime) -> Glance:
    """Where this team stands, as far as this person may see it."""
    seen, here, today = sight.seen(room, me.id), standing(room), room.today(now)
    meets_on = None
    if here and here.phase.week and not here.paused:
        with suppress(SchoolYearOver):
            meets_on = meeting_on(room, here.phase)
    return Glance(
        team=room.team.id,
        name=room.team.name,
        where=where(room, me),
        meets_on=meets_on,
        has_met=meets_on is not None and meets_on < today,
        level=coaching.level_in_words(room, me),
        actions=Counter(charts.stands(room, each, today) for each in planned(seen)),
        open_decisions=sum(each.state == "open" for each in decision_log.posted(seen, me.id, now)),
        open_asks=sum(each.state == "open" for each in asks.known(seen, me.id, now)),
    )


def where(room: Room, me: Member) -> str:
    """The phase in which the team is, or that there is no cycle, in words."""
    here = standing(room)
    if here is None:
        return room.say("page.between" if room.cycle else "page.not_begun", me)
    phase = room.scripts.course(me.language).phases[here.phase.key].title
    return room.say("page.paused" if here.paused else "page.phase", me, number=here.cycle.number, phase=phase)
