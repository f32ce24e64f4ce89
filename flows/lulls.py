"""Lulls: a team that has not reflected for two weeks, or of whose people few answer; told as bands, never by person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from .people import SMALL
from .room import Room
from .timetable import Standing, standing
from .waves import is_of_pulse

REFLECT = "reflect"
TWO_WEEKS = 10
"""school days without a reflection after which a coach hears of it"""
LATELY, TIME_TO_ANSWER = timedelta(days=28), timedelta(days=3)
"""Which questions count for how many answer: those of four weeks, but for the newest."""
BANDS = ("few", "some", "most")
"""fewer than a third of those who were asked, fewer than two thirds, and more"""


@dataclass(frozen=True, slots=True)
class Lull:
    """Since when it is quiet, and the name of it."""

    since: date
    kind: str
    """quiet (nobody reflected), unshared (nobody let the team read a line) or few (few answer)"""


def lulls(room: Room, day: date) -> Iterator[Lull]:
    """What is quiet in the team on this day."""
    here = standing(room)
    if here is None or here.paused:
        return
    if since := _reflected(room, here):
        yield Lull(since, "unshared" if is_small(room) else "quiet")
    asked, _ = _heard(room, day)
    if band(room, day) == BANDS[0]:
        yield Lull(min(asked.values()), BANDS[0])


def is_small(room: Room) -> bool:
    """Whether nothing is said of who answers: in teams of fewer than six it would be said of somebody."""
    return len(room.prompted()) < SMALL


def band(room: Room, day: date) -> str:
    """How many of those who were asked lately answered anything, as one of `BANDS`; empty where that is not told."""
    asked, answered = _heard(room, day)
    if is_small(room) or len(asked) < SMALL:
        return ""
    return BANDS[min(3 * len(answered) // len(asked), 2)]


def _reflected(room: Room, here: Standing) -> date | None:
    """The day of the last reflection, or on which reflecting began; None where the phase does not ask for any.

    In a small team only lines count that their authors let it read: everybody there knows of them anyway.
    """
    if REFLECT not in {flow for moment in here.phase.moments for flow in moment.flows}:
        return None
    shared = [each.on for each in room.lines if each.flow == REFLECT]
    talks = () if is_small(room) else room.conversations.values()
    written = [room.today(each.answered_at) for each in talks if each.flow == REFLECT and each.answered_at]
    return max((room.today(here.opened.at), *shared, *written))


def _heard(room: Room, day: date) -> tuple[dict[str, date], set[str]]:
    """Who was asked something lately, since when, and who of them answered; who said *stop* is not asked."""
    members = {each.id for each in room.prompted()}
    asked = dict[str, date]()
    answered = set[str]()
    for each in (talk for talk in room.conversations.values() if not is_of_pulse(talk)):
        opened = room.today(each.opened_at)
        if each.member not in members or each.declined_at or not day - LATELY <= opened <= day - TIME_TO_ANSWER:
            continue
        asked[each.member] = min(opened, asked.get(each.member, opened))
        answered |= {each.member} if each.answered_at else set()
    return asked, answered
