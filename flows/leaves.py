"""Leave: days on which a person is away; what overlaps is one, and what is not needed is taken back."""

from dataclasses import replace
from datetime import date, timedelta

from .outcome import Refused
from .people import Leave, Member
from .room import Room

_DAY = timedelta(days=1)


def coming(room: Room, member: Member, today: date) -> tuple[Leave, ...]:
    """The person's leaves that are not over, in their order."""
    own = (each for each in room.leaves if each.member == member.id and max(each.first, today) <= each.last)
    return tuple(sorted(own, key=lambda each: each.first))


def taken(room: Room, member: Member, first: date, last: date) -> tuple[Leave, ...]:
    """The leave of these days, one with those that it overlaps or touches; raises Refused if it ends first."""
    if last < first:
        raise Refused(room.say("leave.ends_before", member), "last")
    touched = [each for each in coming(room, member, first - _DAY) if each.first <= last + _DAY]
    whole = Leave(
        member.id,
        min(first, *(each.first for each in touched)) if touched else first,
        max(last, *(each.last for each in touched)) if touched else last,
    )
    return (*(_cut(each, each.first) for each in touched if each.first != whole.first), whole)


def back(room: Room, member: Member, day: date) -> tuple[Leave, ...]:
    """The leave that covers this day, ended before it; raises Refused where there is none."""
    covering = tuple(each for each in coming(room, member, day) if each.first <= day)
    if not covering:
        raise Refused(room.say("leave.not_away", member, day=day))
    return tuple(_cut(each, day) for each in covering)


def _cut(leave: Leave, day: date) -> Leave:
    """The leave without this day and what comes after it."""
    return replace(leave, last=day - _DAY)
