"""What a team asks of those who can give it: time, coverage, money; a written answer is owed by a school day."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

from . import deadlines, decisions
from .calendar import SchoolYearOver
from .cycle import number
from .decision_records import Ask
from .outcome import Outcome, Refused
from .people import Member, Role
from .permissions import GUIDES, may
from .records import Need
from .room import Room
from .sends import Send, SendKind
from .timetable import Due

ASK_KINDS = ("time", "coverage", "money", "other")
"""What can be asked for (domain: time and space)."""
DAYS = 5
"""School days until the answer is owed, unless the team says otherwise."""
KINDS = ("asked", "silent")
"""The due moments of an ask: the reminder on its day, and the word to whoever asked when none came."""


def givers(room: Room, asker: str) -> tuple[Member, ...]:
    """Who can be asked: the team's administrators and district leaders, without whoever asks."""
    holders = (*room.holders(Role.DISTRICT_LEADER), *room.holders(Role.ADMINISTRATOR))
    return tuple(member for member in dict.fromkeys(holders) if member.id != asker)


def put(room: Room, ask: Ask, due: date | None) -> Outcome:
    """Put an ask on its way; it can be taken back for five minutes. Raises Refused where something is missing."""
    if not ask.what:
        raise Refused(room.say("ask.what_for"), "what")
    if ask.kind not in ASK_KINDS:
        raise Refused(room.say("answers.choose"), "kind")
    able = {member.id for member in givers(room, ask.asker)}
    if not able:
        raise Refused(room.say("ask.nobody"), "of")
    if ask.of not in able:
        raise Refused(room.say("ask.of_whom"), "of")
    if ask.need and room.numbered(Need, ask.need) is None:
        raise Refused(room.say("need.unknown", number=ask.need), "need")
    day = deadlines.open_day(room, ask.asked_at, due, "due") if due else _usual(room, ask.asked_at)
    kept = replace(ask, number=room.next_number(Ask), cycle=number(room), due=day)
    return Outcome((kept,), sends=(_to_giver(room, kept),))


def _usual(room: Room, now: datetime) -> date:
    return room.calendar.add_school_days(room.today(now), DAYS)


def _to_giver(room: Room, ask: Ask) -> Send:
    key, due = to_giver_key(room, ask), ask.asked_at + decisions.UNDO
    return Send(key, room.team.id, ask.of, SendKind.PROMPT, due, card=f"asked {ask.number}")


def to_giver_key(room: Room, ask: Ask) -> str:
    """The reason of the message that puts this ask to whoever owes the answer."""
    return f"{room.team.id}.ask{ask.number}.{ask.due}.{ask.of}"


def answer(room: Room, wanted: int, by: str, state: str, words: str, now: datetime) -> Outcome:
    """Grant or decline, in writing; an answer can be changed later. Whoever asked hears of it."""
    ask = answerable(room, wanted, by, now)
    if not words:
        raise Refused(room.say("ask.answer_in_words"), "answer")
    answered = replace(ask, state=state, answer=words, answered_at=now, of=by)
    key = f"{room.team.id}.ask{wanted}.answered.{state}.{now.isoformat()}"
    told = Send(key, room.team.id, ask.asker, SendKind.PROMPT, now, card=f"answered {wanted}")
    return Outcome((answered,), sends=(told,) if ask.asker != by else ())


def answerable(room: Room, wanted: int, by: str, now: datetime) -> Ask:
    """An ask that this person may answer: it was asked of them, or of somebody who has left."""
    ask = find(room, wanted, by, now)
    if ask.state in ("withdrawn", "undone"):
        raise Refused(room.say("ask.is_withdrawn", number=wanted))
    if ask.of != by and may(room.roles(ask.of), "ask answer"):
        raise Refused(room.say("ask.not_of_you", number=wanted, name=room.name(ask.of)))
    return ask


def withdraw(room: Room, wanted: int, by: str, now: datetime) -> Outcome:
    """Take an ask back that is not answered; before it is out nobody has seen it."""
    ask = own(room, wanted, by, now)
    return Outcome((replace(ask, state="withdrawn" if is_out(room, ask, now) else "undone"),))


def again(room: Room, wanted: int, by: str, now: datetime, due: date | None) -> Outcome:
    """Ask the same once more, with a new day by which the answer is owed."""
    ask = own(room, wanted, by, now)
    if not may(room.roles(ask.of), "ask answer"):
        raise Refused(room.say("ask.giver_gone", number=wanted, name=room.name(ask.of)))
    day = deadlines.open_day(room, now, due, "due") if due else _usual(room, now)
    renewed = replace(ask, due=day)
    return Outcome((renewed,), sends=(replace(_to_giver(room, renewed), due=now),))


def own(room: Room, wanted: int, by: str, now: datetime) -> Ask:
    """A person's own ask that is not answered; raises Refused for any other."""
    ask = find(room, wanted, by, now)
    stands_in = not room.roles(ask.asker) and room.roles(by) & GUIDES
    if ask.asker != by and not stands_in:
        raise Refused(room.say("ask.not_yours", number=wanted, name=room.name(ask.asker)))
    if ask.state != "open":
        raise Refused(room.say("ask.closed_already", number=wanted))
    return ask


def find(room: Room, wanted: int, by: str, now: datetime) -> Ask:
    """The ask with this number, if this person may know of it; raises Refused when there is none."""
    ask = room.numbered(Ask, wanted)
    if ask is None or ask.state == "undone" or not (is_out(room, ask, now) or ask.asker == by):
        raise Refused(room.say("ask.unknown", number=wanted))
    return ask


def is_out(room: Room, ask: Ask, now: datetime) -> bool:
    """Whether it is before the eyes of the team and of whoever owes the answer."""
    return decisions.is_seen(room.calendar, room.holds, ask.asked_at, now)


def owed_by(room: Room, ask: Ask) -> date:
    """The school day by which the answer is owed: the next one where its day was closed since."""
    with suppress(SchoolYearOver):
        return room.calendar.add_school_days(ask.due, 0)
    return ask.due


def known(room: Room, by: str, now: datetime) -> tuple[Ask, ...]:
    """The asks that this person may know of, newest first."""
    return tuple(
        each for each in reversed(room.asks) if each.state != "undone" and (is_out(room, each, now) or each.asker == by)
    )


def left_behind(room: Room, member: str) -> tuple[Ask, ...]:
    """The asks of somebody who left that have no answer yet."""
    return tuple(each for each in room.asks if each.asker == member and each.state == "open" and not room.roles(member))


def owed(room: Room, member: str, now: datetime) -> tuple[Ask, ...]:
    """The asks to which this person owes an answer."""
    return tuple(each for each in known(room, member, now) if each.of == member and each.state == "open")


# ---------------------------------------------------------------- what comes due


def dues(room: Room) -> Iterator[Due]:
    """For each ask without an answer: its day, and the day after."""
    for ask in room.asks:
        if ask.state == "open":
            with suppress(SchoolYearOver):
                yield _moment(room, ask, "asked", room.calendar.add_school_days(ask.due, 0))
                yield _moment(room, ask, "silent", room.calendar.add_school_days(ask.due, 1))


def _moment(room: Room, ask: Ask, kind: str, day: date) -> Due:
    at = room.calendar.clamp(day, room.scripts.cycle.prompt)
    hours = room.calendar.hours_on(day)
    return Due(at, f"ask{ask.number}.{ask.due}.{kind}", kind, ask.number, hours[1] if hours else None)


def _asker(room: Room, ask: Ask) -> str:
    """Whoever asked, or who looks after it once they have left; empty where nobody is there."""
    guides = (*room.holders(Role.FACILITATOR), *room.holders(Role.ADMINISTRATOR))
    heirs = (guide.id for guide in guides if guide.id != ask.of)
    return ask.asker if room.roles(ask.asker) else next(heirs, "")


def act(room: Room, moment: Due) -> Outcome:
    """Remind whoever owes the answer, once; and tell whoever asked that none came."""
    ask = room.numbered(Ask, moment.about)
    if ask is None or ask.state != "open":
        return Outcome()
    is_silent = moment.kind == "silent"
    to, kind = (_asker(room, ask), SendKind.PROMPT) if is_silent else (ask.of, SendKind.NUDGE)
    if not to:
        return Outcome()
    card = f"{'unanswered' if is_silent else 'asked'} {ask.number}"
    key = f"{room.team.id}.{moment.key}"
    return Outcome(sends=(Send(key, room.team.id, to, kind, moment.at, card=card, expires=moment.expires),))
