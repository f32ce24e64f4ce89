"""A coach hears once a week, in one message over all their teams, of what has stood before a team for a school week."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from . import lulls, sight
from .calendar import SchoolYearOver
from .cycle import is_overdue, number, planned
from .messages import Item, Message
from .options import folded
from .outcome import Outcome
from .people import Member, Role
from .phrases import Raw
from .records import Action, Occurrence
from .room import Room
from .sends import Send, SendKind
from .timetable import WAITING, Due, standing

SCHOOL_WEEK = 5
"""school days between the day on which the team sees a thing and the day on which its coach may hear of it"""
_QUIET = dict.fromkeys(("quiet", "unshared"), lulls.TWO_WEEKS)
CARD = "coach"
_OVER = "over"


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that a team has had before it, and since when."""

    since: date
    phrase: str
    number: int
    """of the action or decision; 0 for the phase"""
    matter: str
    """what has to be shown to the coach, as a row of the permissions table"""
    days: int = SCHOOL_WEEK
    """school days until its coach may hear of it"""


def dues(room: Room) -> Iterator[Due]:
    """The first school morning of each week after the one in which the cycle began, where the team has a coach."""
    here = standing(room)
    if here is None or here.paused or not room.holders(Role.COACH):
        return
    for monday in room.calendar.open_weeks(here.cycle.started_on + timedelta(days=7)):
        day = room.calendar.add_school_days(monday, 0)
        at = room.calendar.clamp(day, room.scripts.cycle.prompt)
        yield Due(at, f"digest.{monday}", CARD, expires=at + timedelta(days=1))


def tell(room: Room, moment: Due) -> Outcome:
    """Note what is blocked since when; write to each coach whom the team lets see what it has had for a week."""
    noted = Outcome(tuple(_noted(room, moment)))
    day, after = room.today(moment.at), room.having(noted.keep)
    sends = tuple(
        Send(
            key=f"{moment.key}.{coach.id}",
            team=room.team.id,
            to=coach.id,
            kind=SendKind.PROMPT,
            due=moment.at,
            card=f"{CARD} {day}",
            expires=moment.expires,
        )
        for coach in room.holders(Role.COACH)
        if any(shown(after, coach, day)) and not room.is_away(coach.id, day)
    )
    return noted + Outcome(sends=sends)


def draw(room: Room, day: date, to: str) -> Message | None:
    """What stands before each of the coach's teams; None where nothing does any more.

    All of them, this one too, come in `room.others`, with nothing in them but what the coach may see: nothing is told
    from the room itself.
    """
    me = room.member(to)
    teams = [replace(each, reader=me) for each in room.others]
    items = tuple(item for each in teams for item in _of_team(each, me, day))
    if not items:
        return None
    is_news = any(not _was_told(each, flag, day) for each in teams for flag in shown(each, me, day))
    title = room.say("coach.digest", me)
    text = room.say("coach.stands" if is_news else "coach.nothing_new", me)
    return Message(text, title, items, preview=title, about=room.team.id)


def _of_team(room: Room, me: Member, day: date) -> Iterator[Item]:
    """What is new since the last message, and after it, shortly, what is still so."""
    here = standing(room)
    flags = tuple(shown(room, me, day)) if here else ()
    if here and flags:
        level = level_in_words(room, me)
        where = room.say("coach.where_at" if level else "coach.where", me, phase=here.phase.title, level=level)
        news = (room.say(each.phrase, me, number=each.number) for each in flags if not _was_told(room, each, day))
        yield Item(" ".join((where, *news, *_still(room, me, flags, day))), room.team.name)


def _still(room: Room, me: Member, flags: tuple[Flag, ...], day: date) -> Iterator[str]:
    """What was told before, by the day since which it is so."""
    known = sorted((each for each in flags if _was_told(room, each, day)), key=lambda each: each.since)
    for since, together in groupby(known, key=lambda each: each.since):
        told = " ".join(room.say(each.phrase, me, number=each.number) for each in together)
        yield room.say("coach.still", me, day=since, flags=Raw(told))


def _was_told(room: Room, flag: Flag, day: date) -> bool:
    """Whether it was old enough for the message before that of this day."""
    visited = (room.today(each.at) for each in room.occurrences if each.key.startswith("digest.") and not each.note)
    before = max((each for each in visited if each < day), default=None)
    return before is not None and _is_old(room, flag, before)


def shown(room: Room, me: Member, day: date) -> Iterator[Flag]:
    """The flags that are old enough and that the team lets this coach see."""
    for flag in _flags(room, day):
        if _is_old(room, flag, day) and sight.is_shown(room, me.id, flag.matter) and Role.COACH in room.roles(me.id):
            yield flag


def _is_old(room: Room, flag: Flag, day: date) -> bool:
    try:
        return room.calendar.add_school_days(flag.since, flag.days) <= day
    except SchoolYearOver:
        return False


def _flags(room: Room, day: date) -> Iterator[Flag]:
    """Everything of the team that waits, is late or blocked, or came back."""
    here = standing(room)
    if here is None:
        return
    closed = next((each for each in room.occurrences if each.key == f"{here.epoch}.close"), None)
    if closed and here.phase.key in WAITING:
        yield Flag(room.today(closed.at), "coach.waits", 0, "cycle status")
    for action in planned(room):
        if action.state == "open" and action.status == "blocked" and (since := _blocked_since(room, action)):
            yield Flag(since, "coach.blocked", action.number, "actions")
        elif action.state == "open" and is_overdue(room, action, day):
            yield Flag(action.due + timedelta(days=1), "coach.overdue", action.number, "actions")
    for decision in room.decisions:
        if decision.state == "returned" and decision.closes_at:
            yield Flag(room.today(decision.closes_at), "coach.returned", decision.number, "decisions")
    for lull in lulls.lulls(room, day):
        yield Flag(lull.since, f"coach.{lull.kind}", 0, "participation", _QUIET.get(lull.kind, SCHOOL_WEEK))


def _noted(room: Room, moment: Due) -> Iterator[Occurrence]:
    """When each blocked action was first seen so, and that it is over for those that go on."""
    known = {each.key: each for each in room.occurrences}
    for action in planned(room):
        key, is_blocked = _key(action), action.state == "open" and action.status == "blocked"
        before = known.get(key)
        if is_blocked and (before is None or before.note == _OVER):
            yield Occurrence(room.team.id, number(room), key, moment.at)
        elif before and not is_blocked:
            yield Occurrence(room.team.id, number(room), key, before.at, _OVER)


def _blocked_since(room: Room, action: Action) -> date | None:
    seen = next((each for each in room.occurrences if each.key == _key(action) and not each.note), None)
    return room.today(seen.at) if seen else None


def _key(action: Action) -> str:
    return f"blocked.{action.number}"


def levels(room: Room, member: Member) -> tuple[tuple[str, str], ...]:
    """How far a team can have come, each as it is kept and as this person reads it."""
    names, kept = room.phrases(member).words("team.levels"), room.scripts.phrases().words("team.levels")
    keys = kept if len(kept) == len(names) else names
    return tuple(zip(map(folded, keys), names, strict=True))


def level_in_words(room: Room, member: Member) -> str:
    """How far the team has come, in the person's language; as it was written, where it is none of today's levels."""
    level = room.team.level
    return dict(levels(room, member)).get(folded(level), level)
