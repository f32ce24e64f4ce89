"""When a decision comes up by itself: the one reminder for a word that is owed, its deadline, and its review."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime

from . import amendments, asked_together, decisions
from .calendar import SchoolYearOver
from .decision_records import Decision
from .outcome import Outcome
from .room import Room
from .sends import Send, SendKind
from .timetable import Due, standing

KINDS = ("word", "decision", "overdue", "review", amendments.KIND)
OVERDUE_AFTER = 2
"""School days that a decision is back with its owner until they are reminded, once."""


def dues(room: Room) -> Iterator[Due]:
    """The due moments of every decision that waits for somebody, for its review, or for its amendment."""
    yield from amendments.dues(room)
    for decision in room.decisions:
        if decision.closes_at and decision.state == "open":
            yield from _while_it_asks(room, decision, decisions.deadline(room, decision) or decision.closes_at)
        if decision.closes_at and decision.state == "returned":
            yield from _overdue(room, decision, room.today(decisions.deadline(room, decision) or decision.closes_at))
        if decision.review_on and decision.state == "decided":
            yield from _review(room, decision, decision.review_on)


def act(room: Room, moment: Due, now: datetime) -> Outcome:
    """Do what a decision's moment is for."""
    decision = room.numbered(Decision, moment.about)
    if decision is None:
        return Outcome()
    match moment.kind:
        case "word":
            return Outcome(sends=tuple(_reminders(room, decision, moment.at)))
        case "overdue":
            return Outcome(sends=(_overdue_reminder(room, decision, moment.at),))
        case "review":
            card = f"review {decision.number}"
            key = f"{room.team.id}.{moment.key}"
            return Outcome(sends=(Send(key, room.team.id, "", SendKind.POST, moment.at, card=card),))
        case amendments.KIND:
            return amendments.take_effect(room, decision.number, moment.at)
        case _:
            return decisions.settle(room, decision, now)


def _while_it_asks(room: Room, decision: Decision, closes_at: datetime) -> Iterator[Due]:
    """Its deadline; and the morning of its last day, if it was asked before that day."""
    last, key = room.today(closes_at), f"decision{decision.number}.{decision.revision}"
    days = room.calendar.school_days_between(room.today(decision.posted_at), last)
    if days > 1 and room.calendar.is_open(last):
        reminds = room.calendar.clamp(last, room.scripts.cycle.prompt)
        yield Due(reminds, f"{key}.word", "word", decision.number, closes_at)
    yield Due(closes_at, f"{key}.{last}", "decision", decision.number)


def _overdue(room: Room, decision: Decision, last: date) -> Iterator[Due]:
    """So many school days after it came back to its owner, unless the school year is over by then."""
    key = f"decision{decision.number}.{decision.revision}.overdue.{int(decision.extended)}"
    with suppress(SchoolYearOver):
        day = room.calendar.add_school_days(last, OVERDUE_AFTER)
        yield Due(room.calendar.clamp(day, room.scripts.cycle.prompt), key, "overdue", decision.number)


def _review(room: Room, decision: Decision, day: date) -> Iterator[Due]:
    """It comes back on its day, to a team that is at work: between two cycles and in a pause it waits."""
    here = standing(room)
    if here is None or here.paused:
        return
    with suppress(SchoolYearOver):
        opens = room.calendar.next_working(room.calendar.at(day, room.scripts.cycle.prompt))
        yield Due(opens, f"decision{decision.number}.review.{day}", "review", decision.number)


def _reminders(room: Room, decision: Decision, at: datetime) -> Iterator[Send]:
    """One message to each person who owes a word on that day; nobody else hears of it."""
    for member in decision.asked:
        if not asked_together.owed(room, asked_together.reminded(room, decision, member), member):
            continue
        key = f"{decisions.question_key(room, decision, member)}.again"
        card = f"again {decisions.version(decision)}"
        yield Send(key, room.team.id, member, SendKind.NUDGE, at, card=card)


def _overdue_reminder(room: Room, decision: Decision, at: datetime) -> Send:
    key = f"{room.team.id}.decision{decision.number}.{decision.revision}.overdue.{decision.extended}"
    hours = room.calendar.hours_on(room.today(at))
    expires = hours[1] if hours else at
    card = f"returned {decision.number}"
    return Send(key, room.team.id, decision.owner, SendKind.NUDGE, at, card=card, expires=expires)
