"""When a cycle does what: every due moment, computed from facts and the school's calendar."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .calendar import SchoolCalendar, SchoolYearOver
from .cycle_script import PHASES, Moment, Phase
from .records import Cycle, Move
from .room import Room

WAITING = ("needs", "plan")
"""The phases that wait, when their time is over, for what the next one cannot do without."""
STUCK_AFTER = 2
"""School days after the end of its time until somebody besides its lead hears that a phase waits."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a running cycle stands."""

    cycle: Cycle
    phase: Phase
    opened: Move
    paused: bool

    @property
    def epoch(self) -> int:
        """Tells this opening of the phase from an earlier one: a reopened phase asks again."""
        return self.opened.number


@dataclass(frozen=True, slots=True)
class Due:
    """One moment at which the bot has something to do; its key is unique in the cycle."""

    at: datetime
    key: str
    kind: str
    """ask, nudge, shut (a vote), agenda, remind, close, stuck; or one of a decision's, or of an ask's"""
    about: int = 0
    """which of the phase's moments, or which decision or ask"""
    expires: datetime | None = None
    """after this it is stale and only noted"""


def standing(room: Room) -> Standing | None:
    """Where the newest cycle stands; None when there is none or it is finished."""
    if room.cycle is None:
        return None
    course = [move for move in room.moves if move.kind in ("opened", "finished")]
    if not course or course[-1].kind == "finished":
        return None
    breaks = [move.kind for move in room.moves if move.kind in ("paused", "resumed")]
    phase = room.course.phases[course[-1].phase]
    return Standing(room.cycle, phase, course[-1], bool(breaks) and breaks[-1] == "paused")


def is_first_week(room: Room, day: date) -> bool:
    """Whether a cycle began less than a week ago: its own questions are enough then."""
    here = standing(room)
    return here is not None and here.cycle.started_on <= day < here.cycle.started_on + timedelta(days=7)


def meeting_on(room: Room, phase: Phase) -> date:
    """The day of this phase's meeting: as extended, or the PLC day of its week, or the first one it can still reach.

    Raises SchoolYearOver when the calendar ends before it.
    """
    now = standing(room)
    opened = now.opened if now and now.phase.key == phase.key else None
    if until := _extended_to(room, phase.key):
        return room.calendar.add_school_days(until, 0)
    ready = _ready(room, phase, opened) if opened else date.min
    week = _week(room, phase)
    days = (day for number, day in enumerate(_meeting_days(room), 1) if number >= week)
    if day := next((day for day in days if day >= ready), None):
        return day
    raise SchoolYearOver(
        f"The school calendar ends before the meeting of {phase.title}. Add the next terms to the calendar."
    )


def _ready(room: Room, phase: Phase, opened: Move) -> date:
    """The first day on which its meeting can be: so many school days after it opened.

    Once the team was asked, a day that closes later postpones no meeting that it does not fall on.
    """
    asked = (each for each in room.occurrences if each.key == f"{opened.number}.ask0" and not each.note)
    first = next(asked, None)
    return room.today(first.at) if first else room.calendar.add_school_days(room.today(opened.at), phase.days_ahead)


def dues(room: Room) -> Iterator[Due]:
    """Every due moment of the phase that stands, done or not; none while the cycle is paused.

    Where the calendar ends there are no more: the cycle goes on once the next terms are in it.
    """
    now = standing(room)
    if now and not now.paused:
        with suppress(SchoolYearOver):
            yield from _around_the_meeting(room, now) if now.phase.week else _every_week(room, now)


def opens_on(room: Room, phase: Phase) -> date:
    """The day on which this phase first asks: so many school days before its meeting."""
    return room.calendar.add_school_days(meeting_on(room, phase), -phase.days_ahead)


def following(phase: Phase) -> str:
    """The key of the next phase; empty after the last."""
    index = PHASES.index(phase.key) + 1
    return PHASES[index] if index < len(PHASES) else ""


def _week(room: Room, phase: Phase) -> int:
    """The open week of its meeting: a longer cycle leaves more time to act, in a shorter one all move up."""
    assert room.cycle is not None
    weeks, usual = room.cycle.weeks, room.course.weeks
    if PHASES.index(phase.key) > PHASES.index("act"):
        return max(1, phase.week + weeks - usual)
    return min(phase.week, -(-phase.week * weeks // usual))


def _extended_to(room: Room, phase: str) -> date | None:
    """The day to which this phase's meeting was moved; opened again, the phase has its own time anew."""
    moves = [move for move in room.moves if move.phase == phase]
    again = [move.number for move in moves if move.kind == "opened"][1:]
    days = [move.until for move in moves if move.kind == "extended" and move.number > max(again, default=0)]
    return days[-1] if days else None


def _meeting_days(room: Room) -> Iterator[date]:
    """The team's PLC day in each open school week from the start on, but for those in a pause or a hold."""
    assert room.cycle is not None
    breaks = list(_breaks(room))
    for monday in room.calendar.open_weeks(room.cycle.started_on):
        day = room.calendar.meeting_in(monday, room.team.meeting_weekday)
        if day and not any(_takes(room, day, since, until) for since, until in breaks):
            yield day


def _takes(room: Room, day: date, since: datetime, until: datetime) -> bool:
    """Whether a break takes this day from the team: it stood when the day began, or when it ended."""
    opens, closes = _hours(room, day)
    return since <= opens < until or since < closes <= until


def _breaks(room: Room) -> Iterator[tuple[datetime, datetime]]:
    """Each pause and each hold that is over: when it began, and when work went on."""
    yield from ((each.since, each.ended_at) for each in room.holds if each.ended_at)
    since = None
    for move in room.moves:
        if move.kind == "paused":
            since = move.at
        elif move.kind == "resumed" and since:
            yield since, move.at
            since = None


def _around_the_meeting(room: Room, now: Standing) -> Iterator[Due]:
    calendar, phase, epoch = room.calendar, now.phase, now.epoch
    meeting = meeting_on(room, phase)
    begins, ends = _hours(room, meeting)
    yield Due(begins, f"{epoch}.agenda", "agenda", expires=ends)
    for index, moment in enumerate(phase.moments):
        yield from _asking(room, now, index, moment, meeting)
    after = _days_after(calendar, meeting, 1)
    if after > meeting:
        remind = _clamp(room, now, after, room.course.prompt)
        yield Due(remind, f"{epoch}.remind", "remind", expires=_hours(room, after)[1])
    last = _days_after(calendar, meeting, phase.closes_days)
    yield Due(_hours(room, last)[1], f"{epoch}.close", "close")
    waited = _days_after(calendar, last, STUCK_AFTER)
    if waited > last and phase.key in WAITING:
        yield Due(_clamp(room, now, waited, room.course.prompt), f"{epoch}.stuck", "stuck")


def _days_after(calendar: SchoolCalendar, day: date, number: int) -> date:
    """The school day that many after this one, or the last one that the calendar has; before it, if negative."""
    if number < 0:
        return calendar.add_school_days(day, number)
    for each in range(number, 0, -1):
        with suppress(SchoolYearOver):
            return calendar.add_school_days(day, each)
    return day


def _asking(room: Room, now: Standing, index: int, moment: Moment, meeting: date) -> Iterator[Due]:
    """A question before or after the meeting, its one nudge, and the end of a vote."""
    calendar = room.calendar
    flow = room.scripts.flow(moment.flows[0])
    day = _days_after(calendar, meeting, moment.days)
    at = _clamp(room, now, day, moment.at)
    shut = _hours(room, _days_after(calendar, day, flow.closes_days))[1] if flow.closes_days else None
    expires = shut or _hours(room, max(meeting, room.today(at)))[1]
    yield Due(at, f"{now.epoch}.ask{index}", "ask", index, expires)
    if flow.nudge_days:
        nudge = _days_after(calendar, room.today(at), flow.nudge_days)
        yield Due(
            _clamp(room, now, nudge, moment.at),
            f"{now.epoch}.nudge{index}",
            "nudge",
            index,
            _hours(room, nudge)[1],
        )
    if shut:
        yield Due(shut, f"{now.epoch}.shut{index}", "shut", index)


def _every_week(room: Room, now: Standing) -> Iterator[Due]:
    """The weekly card of a phase without a meeting, from the week after it opened until the next phase asks."""
    begins = room.calendar.next_working(now.opened.at)
    yield Due(begins, f"{now.epoch}.agenda", "agenda")
    last = _next_phase_asks(room, now)
    for index, moment in enumerate(now.phase.moments):
        for day in _weekly_days(room, now, moment, last):
            at = room.calendar.clamp(day, moment.at)
            expires = _hours(room, _days_after(room.calendar, day, 1))[1]
            yield Due(at, f"{now.epoch}.ask{index}.{day}", "ask", index, expires)
    if last < date.max:
        yield Due(_clamp(room, now, last, room.course.prompt), f"{now.epoch}.close", "close")


def _next_phase_asks(room: Room, now: Standing) -> date:
    """The day on which the next phase first asks; far away where the calendar ends before that."""
    try:
        return opens_on(room, room.course.phases[following(now.phase)])
    except SchoolYearOver:
        return date.max


def _weekly_days(room: Room, now: Standing, moment: Moment, last: date) -> Iterator[date]:
    opened = room.today(now.opened.at)
    week_after = opened - timedelta(days=opened.weekday()) + timedelta(days=7)
    for monday in room.calendar.open_weeks(week_after):
        if monday > last:
            return
        day = room.calendar.day_in_week(monday, moment.weekday or 0)
        if day and day < last:
            yield day


def _hours(room: Room, day: date) -> tuple[datetime, datetime]:
    """The contract hours of an open day."""
    hours = room.calendar.hours_on(day)
    assert hours is not None, f"{day} is a closed day"
    return hours


def _clamp(room: Room, now: Standing, day: date, wall: time) -> datetime:
    """That time of that day inside contract hours, and not before the phase opened."""
    return max(room.calendar.clamp(day, wall), now.opened.at)
