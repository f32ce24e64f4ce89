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
from .options import quoted
from .outcome import Fact, Outcome, Refused
from .people import BESIDE, LEAST_PEOPLE, Member, Membership, Role, School, Team
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


def comes_first(room: Room, member: Member) -> bool:
    """Whether this person was let in and has not told yet what there is: until then there is no school to speak of."""
    talk = room.conversations.get(key(member))
    return talk is not None and not talk.done_at and room.cycle is None


# ---------------------------------------------------------------- what the answers mean


def told(room: Room, flow: Flow, conversation: Conversation) -> Outcome:
    """Judge each answer by itself; once all are there, the school, the team and its people are put on record.

    Raises Refused at the question whose answer cannot be used.
    """
    answers = {step: str(answer.value) for (step, _), answer in counted(flow, conversation).items()}
    founder = room.member(conversation.member)
    calendar = _calendar(room, founder, answers)
    _require_a_school_day(room, founder, calendar, answers)
    people = _people(room, founder, answers["members"]) if "members" in answers else ()
    if not is_complete(flow, conversation):
        return Outcome()
    meeting = date.fromisoformat(answers["meeting"])
    school = replace(room.school, name=answers["school"], calendar=calendar)
    team = replace(room.team, name=answers["school"], meeting_weekday=meeting.weekday())
    return Outcome((school, team, replace(founder, name=answers["name"]), *people))


def _calendar(room: Room, founder: Member, answers: Mapping[str, str]) -> SchoolCalendar:
    calendar = _with_the_year_of(room.calendar, answers.get("meeting", ""))
    if "hours" in answers:
        calendar = replace(calendar, hours=_hours(room, founder, answers["hours"]))
    zone = ZONES.get(answers.get("zone", ""), answers.get("other_zone", calendar.zone)).strip()
    if not is_zone(zone):
        raise Refused(room.say("founding.no_zone", founder, said=quoted(zone)), "other_zone.0")
    closures = _holidays(calendar) if answers.get("calendar") == "holidays" else calendar.closures
    return replace(calendar, zone=zone, closures=closures)


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
    parts = _TO.split(words.strip())
    try:
        opens, closes = (parse_time(part) for part in parts)
    except (CalendarError, ValueError) as error:
        raise Refused(room.say("founding.no_hours", founder), "hours.0") from error
    try:
        return replace(room.calendar, hours=Hours(opens, closes)).hours
    except CalendarError as error:
        raise Refused(room.say("founding.closed_before", founder, opens=opens, closes=closes), "hours.0") from error


def _holidays(calendar: SchoolCalendar) -> tuple[Closure, ...]:
    """The federal holidays of the school years on record, and the days on which they are observed."""
    years = {day.year for term in calendar.terms for day in (term.first, term.last)}
    return public_holidays(years)


def _people(room: Room, founder: Member, words: str) -> tuple[Fact, ...]:
    """The people whom the lines name, each once; raises Refused with every line that cannot be used."""
    facts: list[Fact] = []
    faults: list[str] = []
    named: dict[str, tuple[Role, ...]] = {founder.email.casefold(): ()} if founder.email else {}
    place = max(each.position for each in room.memberships) + 1
    for number, line in enumerate(filter(str.strip, words.splitlines()), 1):
        written = newcomers.read(line, room.phrases(founder))
        if not written.email or not written.roles:
            faults.append(room.say("founding.line", founder, number=number, said=quoted(line)))
        elif written.email not in named:
            member = _member(room, founder, written)
            if not room.roles(member.id):
                facts += (member, Membership(room.team.id, member.id, written.roles, place + number))
        elif named[written.email] not in ((), written.roles):
            faults.append(room.say("founding.twice", founder, number=number, email=written.email))
        named.setdefault(written.email, written.roles)
    if faults:
        raise Refused("\n".join((*faults, room.say("founding.line_example", founder))), "members.0")
    _require_enough(room.having(facts), founder)
    return tuple(facts)


def _require_enough(room: Room, founder: Member) -> None:
    """Raise Refused for a team too small to lead together; who reads along or comes from outside does not count."""
    count = sum(1 for each in room.present() if not room.roles(each.id) <= BESIDE)
    if count < LEAST_PEOPLE:
        raise Refused(room.say("founding.too_few", founder, count=LEAST_PEOPLE - count), "members.0")


def _member(room: Room, founder: Member, written: newcomers.Written) -> Member:
    """Who is on record with this e-mail, or somebody new."""
    known = {each.email.casefold(): each for each in (*room.district, *room.members) if each.email}
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
    if calendar.school_days_between(earliest, meeting) < ahead:
        return earliest
    year = next((term.first for term in calendar.terms if meeting in term), today)
    return max(calendar.add_school_days(meeting, -ahead), calendar.add_school_days(year, 0))
