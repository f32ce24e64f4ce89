"""A new installation has nobody with a role: a one-time code lets one person in, who tells what there is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from . import newcomers
from .calendar import CalendarError, Closure, Hours, SchoolCalendar, Span, parse_time
from .engine import counted, is_complete
from .flow import Conversation, Flow
from .markup import escape
from .options import quoted
from .outcome import Fact, Outcome, Refused
from .people import Member, Membership, Role, School, Team
from .phrases import Phrases
from .public_holidays import public_holidays
from .room import Room
from .zones import is_zone

FLOW = "founding"
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""without letters that are taken for one another"""
LENGTH = 12
VALID = timedelta(hours=24)
MOST_WRONG = 20
"""codes that may be tried in vain; then there is a new one at the next start"""
YEAR_BEGINS = (8, 15)  # month and day of the one term of a new school, until its calendar is imported
YEAR_ENDS = (6, 15)
ZONES: Mapping[str, str] = {
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "arizona": "America/Phoenix",
    "pacific": "America/Los_Angeles",
    "alaska": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
    "puerto_rico": "America/Puerto_Rico",
}
"""by the script's option"""
_GROUP = rf"[{ALPHABET}]{{4}}"
_CODE = re.compile(rf"(?:start\s+)?({_GROUP})[\s-]?({_GROUP})[\s-]?({_GROUP})", re.IGNORECASE)
_TRY = re.compile(r"start\s+\S+\Z", re.IGNORECASE)
_TO = re.compile(r"\s+(?:to|until|till|and)\s+|\s*[-–—]\s*", re.IGNORECASE)


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
    if found := _CODE.fullmatch(words.strip()):
        return "".join(found.groups()).upper()
    return "" if _TRY.fullmatch(words.strip()) else None


def school_year(day: date) -> Span:
    """Return the school year of that day, in summer the next one."""
    begins = day.year - ((day.month, day.day) <= YEAR_ENDS)
    return Span(date(begins, *YEAR_BEGINS), date(begins + 1, *YEAR_ENDS))


def begun(id: str, phrases: Phrases, now: datetime, known: Member | None, schools: tuple[School, ...]) -> Outcome:
    """The first administrator and their team, before they have told anything; the only school on record is theirs."""
    member = known or Member(id, phrases.say("founding.somebody"))
    calendar = SchoolCalendar("UTC", (school_year(now.date()),))
    school = schools[0] if len(schools) == 1 else School(id, phrases.say("founding.school"), calendar)
    team = Team(id, school.id, phrases.say("founding.team"))
    place = Membership(team.id, member.id, (Role.ADMINISTRATOR,), 0)
    talk = Conversation(key(member), FLOW, member.id, now, language=member.language, team=team.id)
    return Outcome((member, school, team, place, talk))


def key(member: Member) -> str:
    """The key of the conversation in which it is told; it takes answers until the first cycle runs."""
    return f"0.{FLOW}/{FLOW}/{member.id}"


# ---------------------------------------------------------------- what the answers mean


def told(room: Room, flow: Flow, conversation: Conversation) -> Outcome:
    """Judge each answer by itself; once all are there, the school, the team and its people are put on record.

    Raises Refused at the question whose answer cannot be used.
    """
    answers = {step: str(answer.value) for (step, _), answer in counted(flow, conversation).items()}
    founder = room.member(conversation.member)
    calendar = _calendar(room, founder, answers)
    people = _people(room, founder, answers.get("members", ""))
    if not is_complete(flow, conversation):
        return Outcome()
    meeting = date.fromisoformat(answers["meeting"])
    school = replace(room.school, name=answers["school"], calendar=calendar)
    team = replace(room.team, name=answers["school"], meeting_weekday=meeting.weekday())
    return Outcome((school, team, replace(founder, name=answers["name"]), *people))


def _calendar(room: Room, founder: Member, answers: Mapping[str, str]) -> SchoolCalendar:
    calendar = room.calendar
    if "hours" in answers:
        calendar = replace(calendar, hours=_hours(room, founder, answers["hours"]))
    zone = ZONES.get(answers.get("zone", ""), answers.get("other_zone", calendar.zone)).strip()
    if not is_zone(zone):
        raise Refused(room.say("founding.no_zone", founder, said=quoted(zone)), "other_zone.0")
    closures = _holidays(calendar) if answers.get("calendar") == "holidays" else calendar.closures
    return replace(calendar, zone=zone, closures=closures)


def _hours(room: Room, founder: Member, words: str) -> Hours:
    parts = _TO.split(words.strip())
    try:
        opens, closes = (parse_time(part) for part in parts)
        return replace(room.calendar, hours=Hours(opens, closes)).hours
    except (CalendarError, ValueError) as error:
        why = escape(str(error)) if isinstance(error, CalendarError) else ""
        raise Refused(room.say("founding.no_hours", founder, why=why).strip(), "hours.0") from error


def _holidays(calendar: SchoolCalendar) -> tuple[Closure, ...]:
    """The federal holidays of the school years on record, and the days on which they are observed."""
    years = {day.year for term in calendar.terms for day in (term.first, term.last)}
    return public_holidays(years)


def _people(room: Room, founder: Member, words: str) -> tuple[Fact, ...]:
    """The people whom the lines name, each once; raises Refused with every line that cannot be used."""
    facts: list[Fact] = []
    faults: list[str] = []
    place = max(each.position for each in room.memberships) + 1
    for number, line in enumerate(filter(str.strip, words.splitlines()), 1):
        written = newcomers.read(line, room.phrases(founder))
        if not written.email or not written.roles:
            faults.append(room.say("founding.line", founder, number=number, said=quoted(line)))
        elif (member := _member(room, founder, written, facts)) and not room.roles(member.id):
            facts += (member, Membership(room.team.id, member.id, written.roles, place + number))
    if faults:
        raise Refused("\n".join((*faults, room.say("founding.line_example", founder))), "members.0")
    return tuple(facts)


def _member(room: Room, founder: Member, written: newcomers.Written, facts: list[Fact]) -> Member | None:
    """Who is on record with this e-mail, or somebody new; None for who was named in an earlier line, and oneself."""
    known = {each.email.casefold(): each for each in (*room.district, *room.members) if each.email}
    before = {fact.email for fact in facts if isinstance(fact, Member)}
    if written.email in before or written.email == founder.email.casefold():
        return None
    taken = (each.id for each in (*room.district, *room.members))
    name = written.name or newcomers.name_of(written.email)
    fresh = Member(newcomers.id_of(written.email, taken), name, written.email, founder.language)
    return known.get(written.email, fresh)


def first_day(room: Room, flow: Flow, conversation: Conversation, today: date) -> date:
    """The day on which the first cycle starts so that the team meets first on the day that was told."""
    told = next(answer.value for (step, _), answer in counted(flow, conversation).items() if step == "meeting")
    ahead, calendar = room.scripts.cycle.phases["convene"].days_ahead, room.calendar
    earliest = calendar.add_school_days(today, 0)
    meeting = calendar.add_school_days(date.fromisoformat(str(told)), 0)
    is_near = calendar.school_days_between(earliest, meeting) < ahead
    return earliest if is_near else calendar.add_school_days(meeting, -ahead)
