"""Deadlines that people set for each other: always the end of a school day that is still to come."""

from datetime import date, datetime

from .outcome import Refused
from .room import Room


def end_of(room: Room, now: datetime, days: int, day: date | None = None, field: str = "closes") -> datetime:
    """The end of that school day, or of the one so many school days from now; raises Refused as `open_day`."""
    hours = room.calendar.hours_on(
        open_day(room, now, day, field) if day else room.calendar.add_school_days(room.today(now), days)
    )
    assert hours is not None
    return hours[1]


def open_day(room: Room, now: datetime, day: date, field: str = "closes") -> date:
    """That day, if it is a school day after today; raises Refused for `field` with the next good one."""
    today = room.today(now)
    if day <= today:
        raise Refused(room.say("decide.deadline_past", next=room.calendar.add_school_days(today, 1)), field)
    if not room.calendar.is_open(day):
        raise Refused(room.say("cycle.closed_day", day=day, next=room.calendar.add_school_days(day, 0)), field)
    return day
