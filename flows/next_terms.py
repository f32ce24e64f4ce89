"""The end of the calendar: while a cycle runs, an administrator hears in time that the next terms are missing."""

from collections.abc import Iterator
from contextlib import suppress

from .calendar import CalendarError
from .messages import Message
from .outcome import Outcome
from .people import Role
from .room import Room
from .sends import Send, SendKind
from .timetable import Due, standing

NOTICE = 10
"""school days before the last one that the calendar has: time enough to ask the office for the next terms"""


def dues(room: Room) -> Iterator[Due]:
    """The one moment at which somebody hears of it; the key names the calendar's last day, so new terms move it."""
    here, last = standing(room), room.calendar.last_day
    if here is None or here.paused or last is None:
        return
    day = last
    with suppress(CalendarError):
        day = room.calendar.add_school_days(last, -NOTICE)
    hours = room.calendar.hours_on(last)
    at = max(room.calendar.clamp(day, room.scripts.cycle.prompt), room.moves[0].at)
    yield Due(at, f"terms.{last}", "terms", expires=hours[1] if hours else None)


def tell(room: Room, moment: Due) -> Outcome:
    """Tell an administrator who is there, or else a facilitator; once in a school, whichever team comes first."""
    day = room.today(moment.at)
    guides = (*room.holders(Role.ADMINISTRATOR), *room.holders(Role.FACILITATOR))
    told = next((each for each in guides if not room.is_away(each.id, day)), None)
    if told is None:
        return Outcome()
    key, card = f"{room.school.id}.{moment.key}.{told.id}", moment.key.replace(".", " ")
    return Outcome(
        sends=(Send(key, room.team.id, told.id, SendKind.PROMPT, moment.at, card=card, expires=moment.expires),)
    )


def draw(room: Room, last: str, to: str) -> Message | None:
    """What the administrator reads; None once the next terms are in the calendar."""
    if str(room.calendar.last_day) != last:
        return None
    reader = room.member(to)
    text = room.say("next_terms.missing", reader, school=room.school.name, day=room.calendar.last_day)
    title = room.say("next_terms.title", reader)
    return Message(text, title=title, preview=title, about=room.team.id)
