"""Holds: everything that the bot would start waits, for a school or the whole district, until somebody ends it."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from .calendar import SchoolCalendar, SchoolYearOver
from .outcome import Outcome, Refused
from .people import DISTRICT, Hold, Member
from .room import Room


def begin(room: Room, by: str, reason: str, now: datetime) -> Outcome:
    """Hold everything of this school; raises Refused while it is on hold."""
    if room.hold:
        raise Refused(told(room))
    return Outcome((Hold(room.school.id, now, by, reason),))


def end(room: Room, by: str, now: datetime) -> Outcome:
    """End what holds this school up; raises Refused where nothing does, or the whole district is on hold."""
    if room.hold is None:
        raise Refused(room.say("hold.none"))
    if any(each.scope == DISTRICT and each.ended_at is None for each in room.holds):
        raise Refused(room.say("hold.district_resume"))
    return Outcome(tuple(ended(each, by, now) for each in room.holds if each.ended_at is None))


def ended(hold: Hold, by: str, now: datetime) -> Hold:
    """The hold, over from now on."""
    return replace(hold, ended_at=max(now, hold.since), ended_by=by)


def covers(room: Room, moment: datetime) -> bool:
    """Whether everything was, or is, on hold at that moment."""
    return any(each.since <= moment and (each.ended_at is None or moment < each.ended_at) for each in room.holds)


def told(room: Room, member: Member | None = None) -> str:
    """That everything is on hold, since when, and who ends it; the reason stays on record."""
    hold = room.hold
    assert hold is not None
    day = room.today(hold.since)
    if hold.scope == DISTRICT:
        return room.say("hold.district", member, day=day)
    return room.say("hold.stands", member, school=room.school.name, day=day)


def deadline(room: Room, at: datetime, asked_at: datetime) -> datetime:
    """The deadline of what was asked then; where a hold took some of the time, a whole school day follows the hold.

    One on a day that was closed since moves to the end of the next school day, too. While a hold stands, it stays
    where it is: nothing acts on it before the hold is over.
    """
    for hold in sorted(room.holds, key=lambda each: each.since):
        if hold.ended_at and hold.since <= at and asked_at < hold.ended_at:
            with suppress(SchoolYearOver):
                at = max(at, _end_of_next_day(room.calendar, hold.ended_at))
    with suppress(SchoolYearOver):
        if not room.calendar.is_open(room.today(at)):
            at = _end_of_next_day(room.calendar, at)
    return at


def since_open(held: Iterable[Hold], moment: datetime) -> datetime | None:
    """The moment itself, or the end of the hold into which it falls; None while that hold stands."""
    for hold in held:
        if hold.since <= moment and (hold.ended_at is None or moment < hold.ended_at):
            return hold.ended_at
    return moment


def _end_of_next_day(calendar: SchoolCalendar, moment: datetime) -> datetime:
    """Raises SchoolYearOver where no school day follows."""
    hours = calendar.hours_on(calendar.add_school_days(calendar.local_date(moment), 1))
    assert hours is not None
    return hours[1]
