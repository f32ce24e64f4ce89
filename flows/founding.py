"""A new installation has nobody with a role: a one-time code lets one person in, who tells what there is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from . import founding_team
from .calendar import Closure, Hours, SchoolCalendar, Span
from .engine import counted, is_complete
from .flow import Answer, Conversation, Flow, Place
from .founding_hours import is_likely, read_hours
from .options import folded, quoted
from .outcome import Outcome, Refused
from .people import Member, Membership, Role, School, Team
from .phrases import Phrases
from .public_holidays import public_holidays
from .room import Room
from .zones import ZONES, is_zone, zone_key

FLOW = founding_team.FLOW
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""without letters that are taken for one another"""
LENGTH = 12
VALID = timedelta(hours=24)
MOST_WRONG = 20
"""codes that may be tried in vain; then there is a new one at the next start"""
YEAR_BEGINS = (8, 15)  # month and day of the one term of a new school, until its calendar is imported
YEAR_ENDS = (6, 15)
_SHOWN: Place = ("meeting", 1)
"""where stands what the first week that was shown last starts by"""
_GROUP = rf"[{ALPHABET}]{{4}}"
_DASH = r"\s?[-‐‑‒–—−]\s?"
_GROUPS = rf"({_GROUP})(?:{_DASH}|\s)?({_GROUP})(?:{_DASH}|\s)?({_GROUP})"
_ALONE = re.compile(rf"[\W_]*{_GROUPS}[\W_]*", re.IGNORECASE)
_ANNOUNCED = re.compile(rf"\b(?:start|code|c[oó]digo)(?:\s+(?:is|es))?[\W_]*\b{_GROUPS}(?!\w)", re.IGNORECASE)
_AMONG = re.compile(rf"(?<!\w)({_GROUP}){_DASH}({_GROUP}){_DASH}({_GROUP})(?!\w)", re.IGNORECASE)
"""as it is printed; some devices make dashes longer"""
_TRY = re.compile(r"start\s+\S+\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Opening:
    """The one code that is good now; only what is left of it after hashing is kept."""

    mark: str
    expires: datetime
    wrong: int = 0
    """how many codes were tried in vain"""

    def is_good(self, code: str, now: datetime) -> bool:
        """Whether this code lets in whoever wrote it."""
        return self.is_open(now) and mark(code) == self.mark

    def is_open(self, now: datetime) -> bool:
        """Whether any code could."""
        return now < self.expires and self.wrong < MOST_WRONG


def mark(code: str) -> str:
    """Return what is kept of a code: it cannot be read back."""
    return sha256(f"leadcycle founding {code}".encode()).hexdigest()


def shown(code: str) -> str:
    """Return the code as it is printed: "K7QM-3DXP-9RTW"."""
    return "-".join(code[place : place + 4] for place in range(0, LENGTH, 4))


def tried(words: str) -> str | None:
    """Return the code that somebody tries, "" for one that cannot be any, and None for other words."""
    if found := _AMONG.search(words) or _ALONE.fullmatch(words) or _ANNOUNCED.search(words):
        return "".join(found.groups()).upper()
    return "" if _TRY.fullmatch(words.strip()) else None


def school_year(day: date) -> Span:
    """Return the school year of that day, in summer the next one."""
    begins = day.year - ((day.month, day.day) <= YEAR_ENDS)
    return Span(date(begins, *YEAR_BEGINS), date(begins + 1, *YEAR_ENDS))


def begun(id: str, phrases: Phrases, now: datetime, known: Member | None, schools: tuple[School, ...]) -> Outcome:
    """The first administrator and their team, before they have told anything; the only school on record is theirs."""
    member = known or Member(id, phrases.say("founding.somebody"), language=phrases.language)
    calendar = SchoolCalendar("UTC", (school_year(now.date()),))
    school = schools[0] if len(schools) == 1 else School(id, phrases.say("founding.school"), calendar)
    team = Team(id, school.id, phrases.say("founding.team"))
    place = Membership(team.id, member.id, (Role.ADMINISTRATOR,), 0)
    talk = Conversation(key(member), FLOW, member.id, now, language=member.language, team=team.id)
    return Outcome((member, school, team, place, talk))


def key(member: Member) -> str:
    """The key of the conversation in which it is told; it takes answers until the first cycle runs."""
    return f"0.{FLOW}/{FLOW}/{member.id}"


def comes_first(room: Room, member: Member) -> bool:
    """Whether this person was let in and has not told yet what there is: until then there is no school to speak of."""
    talk = room.conversations.get(key(member))
    return talk is not None and not talk.done_at and room.cycle is None


# ---------------------------------------------------------------- what the answers mean


def told(room: Room, flow: Flow, conversation: Conversation, today: date) -> Outcome:
    """Judge each answer by itself; once all are there, the school, the team and its people are put on record.

    Raises Refused at the question whose answer cannot be used.
    """
    answers, before = _answers(flow, conversation), _answers(flow, room.conversations.get(conversation.key))
    founder = room.member(conversation.member)
    founder = replace(founder, name=answers.get("name", founder.name))
    calendar = _calendar(room, founder, answers, before)
    _require_a_school_day(room, founder, calendar, answers)
    earlier, named = before.get(founding_team.STEP, ""), answers.get(founding_team.STEP, "")
    gone = founding_team.taken_off(room, founder, earlier, named, today)
    people = founding_team.people(room.having(gone), founder, named, earlier) if named else ()
    if not is_complete(flow, conversation):
        is_new = named and named != earlier
        return Outcome(gone, sends=founding_team.closed(room, founder, conversation) if is_new else ())
    return Outcome((*_school(room, founder, calendar, answers), *gone, *people))


def _answers(flow: Flow, conversation: Conversation | None) -> Mapping[str, str]:
    """What counts of a conversation, by step; nothing of none."""
    found = counted(flow, conversation) if conversation else {}
    return {step: str(answer.value) for (step, _), answer in found.items()}


def _school(
    room: Room, founder: Member, calendar: SchoolCalendar, answers: Mapping[str, str]
) -> tuple[School, Team, Member]:
    meeting = date.fromisoformat(answers["meeting"])
    school = replace(room.school, name=answers["school"], calendar=calendar)
    team = replace(room.team, name=answers["school"], meeting_weekday=meeting.weekday())
    return school, team, replace(founder, name=answers["name"])


def _calendar(room: Room, founder: Member, answers: Mapping[str, str], before: Mapping[str, str]) -> SchoolCalendar:
    calendar = _with_the_year_of(room.calendar, answers.get("meeting", ""))
    if "hours" in answers:
        calendar = replace(calendar, hours=_hours(room, founder, answers["hours"]))
    other = answers.get("other_zone", calendar.zone).strip()
    known = answers.get("zone", "") if answers.get("zone", "") in ZONES else zone_key(other, room.phrases(founder))
    zone = ZONES.get(known, other)
    if not is_zone(zone):
        raise Refused(room.say("founding.no_zone", founder, said=quoted(zone)), "other_zone.0")
    return replace(calendar, zone=zone, closures=_closures(calendar, answers, before))


def _closures(calendar: SchoolCalendar, answers: Mapping[str, str], before: Mapping[str, str]) -> tuple[Closure, ...]:
    """The holidays where they are wanted; else what was there, without holidays that were wanted before."""
    holidays = _holidays(calendar)
    if answers.get("calendar") == "holidays":
        return holidays
    no_more = holidays if before.get("calendar") == "holidays" else ()
    return tuple(each for each in calendar.closures if each not in no_more)


def _with_the_year_of(calendar: SchoolCalendar, meeting: str) -> SchoolCalendar:
    """The calendar with the school year of that day, too, unless its terms came from a file."""
    if not meeting or any(term != school_year(term.first) for term in calendar.terms):
        return calendar
    return replace(calendar, terms=tuple(dict.fromkeys((*calendar.terms, school_year(date.fromisoformat(meeting))))))


def _require_a_school_day(room: Room, founder: Member, calendar: SchoolCalendar, answers: Mapping[str, str]) -> None:
    """Raise Refused for a first meeting on a day of the week without school, or after the last day that is known."""
    if "meeting" not in answers:
        return
    day, last = date.fromisoformat(answers["meeting"]), calendar.last_day
    if last is None or day > last:
        raise Refused(room.say("refused.calendar_ends", founder), "meeting.0")
    if day.weekday() not in calendar.weekdays:
        following = calendar.add_school_days(day, 0)
        raise Refused(room.say("cycle.closed_day", founder, day=day, next=following), "meeting.0")


def _hours(room: Room, founder: Member, words: str) -> Hours:
    found = read_hours(words)
    if found is None:
        raise Refused(room.say("founding.no_hours", founder), "hours.0")
    opens, closes = found
    if closes <= opens:
        raise Refused(room.say("founding.closed_before", founder, opens=opens, closes=closes), "hours.0")
    if not is_likely(opens, closes):
        raise Refused(room.say("founding.unlikely_hours", founder, opens=opens, closes=closes), "hours.0")
    return Hours(opens, closes)


def _holidays(calendar: SchoolCalendar) -> tuple[Closure, ...]:
    """The federal holidays of the school years on record and the days that observe them, on days with school."""
    years = {day.year for term in calendar.terms for day in (term.first, term.last)}
    bare = replace(calendar, closures=())
    return tuple(each for each in public_holidays(years) if bare.is_open(each.first))


def talk(room: Room, member: Member) -> Conversation | None:
    """The conversation in which this person told it, as long as no cycle has begun."""
    return None if room.cycle else room.conversations.get(key(member))


def noted(room: Room, member: Member, start: str) -> Outcome:
    """Keep what starts the first week that this person is shown, so that they may type what its button says."""
    told = talk(room, member)
    if told is None:
        return Outcome()
    known = told.answers.get(_SHOWN)
    answer = Answer(*_SHOWN, start, "", known.revision + 1 if known else 1)
    return Outcome((replace(told, answers={**told.answers, _SHOWN: answer}),), ((told.key, answer),))


def approved(room: Room, member: Member, text: str) -> str:
    """What starts the first week that the person was shown last, where they type its button or a yes; else empty."""
    told, phrases = talk(room, member), room.phrases(member)
    found = told.answers.get(_SHOWN) if told and told.done_at else None
    starts = (folded(phrases.say("cycle.start_it")), *phrases.words("founding.starts"))
    return str(found.value) if found and folded(text) in (*starts, *phrases.words("answers.words.yes")) else ""


def meeting(room: Room, member: Member) -> date | None:
    """The day of the first meeting as this person told it, before the first cycle; None where they did not."""
    found = talk(room, member)
    flow = room.scripts.flow(FLOW, member.language)
    told = _answers(flow, found).get("meeting", "")
    return date.fromisoformat(told) if told else None


def first_day(room: Room, meeting: date, today: date) -> date:
    """The day on which the first cycle starts so that the team meets first on the day that was told."""
    ahead, calendar = room.scripts.cycle.phases["convene"].days_ahead, room.calendar
    earliest = calendar.add_school_days(today, 0)
    meeting = calendar.add_school_days(meeting, 0)
    if calendar.school_days_between(earliest, meeting) < ahead:
        return earliest
    year = next((term.first for term in calendar.terms if meeting in term), today)
    return max(calendar.add_school_days(meeting, -ahead), calendar.add_school_days(year, 0))
