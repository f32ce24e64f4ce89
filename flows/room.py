"""The room: everything that one team has on record, as the rules see it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from .calendar import SchoolCalendar
from .cycle_script import CycleScript
from .dates import Today
from .decision_records import Amendment, Ask, Decision, Stand, Wording
from .flow import Conversation
from .loader import Scripts
from .outcome import Fact
from .people import ERASED, PROMPTED, Channel, Hold, Leave, Member, Membership, Role, School, Team
from .phrases import Phrases
from .records import (
    KEYS,
    Action,
    Ballot,
    Charter,
    Consent,
    Cycle,
    Doubt,
    Evidence,
    Indicator,
    Lead,
    Line,
    Move,
    Need,
    Occurrence,
    Placement,
    Resource,
    Result,
    key_of,
)
from .skills import Skill
from .waves import Invited, Pulse, Wave

_PLURALS: Mapping[type, str] = {kind: kind.__name__.lower() + "s" for kind in KEYS}

_WHOLE: Mapping[type, str] = {School: "school", Team: "team"}
"""what a room holds one of"""
_OF_ONE_CYCLE = (Move, Occurrence, Lead, Line, Ballot, Consent)
"""records of which a room holds those of the newest cycle only"""

Numbered = TypeVar("Numbered", Line, Need, Resource, Action, Evidence, Decision, Ask, Indicator, Doubt, Placement)


@dataclass(frozen=True, slots=True)
class Room:
    """What a rule may look at: one team, its people, its records, its conversations of this cycle."""

    school: School
    team: Team
    scripts: Scripts
    members: tuple[Member, ...] = ()
    memberships: tuple[Membership, ...] = ()
    """in the order of their position"""
    leaves: tuple[Leave, ...] = ()
    holds: tuple[Hold, ...] = ()
    """of the school and of the whole district, ended or not"""
    channels: tuple[Channel, ...] = ()
    """the one that the team reads, or none"""
    pulses: tuple[Pulse, ...] = ()
    """of the school"""
    conversations: Mapping[str, Conversation] = field(default_factory=dict)
    """those of the newest cycle by key, oldest first; answers are loaded for the speaker's only"""
    cycles: tuple[Cycle, ...] = ()
    moves: tuple[Move, ...] = ()
    occurrences: tuple[Occurrence, ...] = ()
    leads: tuple[Lead, ...] = ()
    charters: tuple[Charter, ...] = ()
    lines: tuple[Line, ...] = ()
    needs: tuple[Need, ...] = ()
    resources: tuple[Resource, ...] = ()
    ballots: tuple[Ballot, ...] = ()
    actions: tuple[Action, ...] = ()
    evidences: tuple[Evidence, ...] = ()
    results: tuple[Result, ...] = ()
    consents: tuple[Consent, ...] = ()
    decisions: tuple[Decision, ...] = ()
    wordings: tuple[Wording, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    stands: tuple[Stand, ...] = ()
    reader: Member | None = None
    """who is spoken to where nobody is named: one person, or else the team in its channel"""
    drawn_on: date | None = None
    """the day of which something is drawn; without one that of the last moment of the timetable that was visited"""
    asks: tuple[Ask, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    """each for its author alone"""
    placements: tuple[Placement, ...] = ()
    others: tuple["Room", ...] = ()
    """the other teams of a person who is greeted, or of the school whose staff is asked; for a coach's digest all of
    their teams, this one too, as a coach may see them"""
    district: tuple[Member, ...] = ()
    """everybody of the district; loaded for a command that looks beyond the team alone"""
    is_whole: bool = False
    """whether `others` are all other teams of the school and what is left of its pulses is loaded, too"""
    invited: tuple[Invited, ...] = ()
    waves: tuple[Wave, ...] = ()

    @property
    def calendar(self) -> SchoolCalendar:
        """The school's time."""
        return self.school.calendar

    @property
    def hold(self) -> Hold | None:
        """What holds up everything that the bot would start; None when nothing does."""
        return next((each for each in self.holds if each.ended_at is None), None)

    @property
    def cycle(self) -> Cycle | None:
        """The newest cycle, running or finished."""
        return self.cycles[-1] if self.cycles else None

    @property
    def charter(self) -> Charter | None:
        """The newest charter."""
        return self.charters[-1] if self.charters else None

    def today(self, now: datetime) -> date:
        """The day at the school."""
        return self.calendar.local_date(now)

    def reckoned(self, now: datetime) -> Today:
        """What a day that somebody names is counted from."""
        return Today(self.today(now), self.calendar, self.team.meeting_weekday)

    def member(self, id: str) -> Member:
        """The member with this id, also one who has left."""
        return next(member for member in self.members if member.id == id)

    def name(self, id: str) -> str:
        """The name to print for a member; somebody who was erased is "a former member"."""
        known = next((member.name for member in self.members if member.id == id), ERASED)
        return self.say("team.former") if known == ERASED else known

    def roles(self, id: str) -> frozenset[Role]:
        """What this person is in the team now; nothing for others and for people who left."""
        if any(member.id == id and member.left_on for member in self.members):
            return frozenset()
        return frozenset(
            role for each in self.memberships if each.member == id and not each.left_on for role in each.roles
        )

    def first_role(self, id: str) -> Role | None:
        """What this person is, or was, first among those who are asked things; None for who only guides or reads."""
        roles = (role for each in self.memberships if each.member == id for role in each.roles)
        return next((role for role in roles if role in PROMPTED), None)

    def left_on(self, id: str) -> date | None:
        """The day on which this person left the team, or all of it; None for others."""
        days = (each.left_on for each in self.memberships if each.member == id)
        return next(filter(None, days), None) or next((each.left_on for each in self.members if each.id == id), None)

    def present(self) -> Iterator[Member]:
        """The people of the team who have not left it, in the team's order."""
        for membership in self.memberships:
            member = self.member(membership.member)
            if not membership.left_on and not member.left_on:
                yield member

    def prompted(self) -> tuple[Member, ...]:
        """The people who are asked things: coaches and observers are not."""
        return tuple(member for member in self.present() if self.roles(member.id) & PROMPTED)

    def holders(self, *roles: Role) -> tuple[Member, ...]:
        """The people of the team who have one of these roles."""
        return tuple(member for member in self.present() if self.roles(member.id) & set(roles))

    def is_away(self, member: str, day: date) -> bool:
        """Whether the person is on leave that day."""
        return any(each.member == member and each.first <= day <= each.last for each in self.leaves)

    def phrases(self, member: Member | None = None) -> Phrases:
        """The bot's words in the language of this person, of who is spoken to, or of the team."""
        return self.scripts.phrases(self.language(member))

    def language(self, member: Member | None = None) -> str:
        """The language of this person, of who is spoken to, or of the team."""
        return (member or self.reader or self.team).language

    @property
    def course(self) -> CycleScript:
        """The course of a cycle, with its words for who is spoken to."""
        return self.scripts.course(self.language())

    @property
    def skills(self) -> Mapping[str, Skill]:
        """The protocols for meetings by name, with their words for who is spoken to."""
        return self.scripts.skills(self.language())

    def told_to(self, member: str) -> "Room":
        """The room as it speaks to this person; to the team, where there is nobody by that name."""
        reader = next((each for each in self.members if each.id == member), None)
        return self if reader is self.reader else replace(self, reader=reader)

    def say(self, phrase: str, member: Member | None = None, **words: Any) -> str:
        """One phrase of the bot, people's words in it made inert."""
        return self.phrases(member).say(phrase, **words)

    def next_number(self, kind: type) -> int:
        """The number of the next record of this kind: 1, 2, 3 … in the team."""
        return max((each.number for each in getattr(self, _PLURALS[kind])), default=0) + 1

    def numbered(self, kind: type[Numbered], number: int) -> Numbered | None:
        """The record of this kind with this number, if the team has it."""
        found: Iterable[Numbered] = getattr(self, _PLURALS[kind])
        return next((each for each in found if each.number == number), None)

    def kept(self, kind: type) -> tuple[Any, ...]:
        """The records of this kind, in their order."""
        found: tuple[Any, ...] = getattr(self, _PLURALS[kind])
        return found

    def having(self, facts: Iterable[Fact]) -> "Room":
        """The room as it is once these facts are kept."""
        facts = tuple(facts)
        whole: dict[str, Any] = {_WHOLE[type(fact)]: fact for fact in facts if type(fact) in _WHOLE}
        if whole:
            return replace(self, **whole).having(fact for fact in facts if type(fact) not in _WHOLE)
        changed: dict[str, dict[Any, Any]] = {}
        for fact in facts:
            name, key = _where(fact)
            if name not in changed:
                present = getattr(self, name)
                known = present.values() if isinstance(present, Mapping) else present
                changed[name] = {_where(each)[1]: each for each in known}
            changed[name][key] = fact
        values: dict[str, Any] = {
            name: entries if name == "conversations" else tuple(entries.values()) for name, entries in changed.items()
        }
        room = replace(self, **values) if values else self
        return room._begun() if any(isinstance(fact, Cycle) for fact in facts) else room

    def _begun(self) -> "Room":
        """The room of a cycle that has just begun: what belongs to an earlier one alone is out of sight."""
        newest = self.cycles[-1].number
        kept: dict[str, Any] = {
            _PLURALS[kind]: tuple(each for each in getattr(self, _PLURALS[kind]) if each.cycle == newest)
            for kind in _OF_ONE_CYCLE
        }
        talks = {key: each for key, each in self.conversations.items() if each.cycle in (0, newest)}
        return replace(self, **{**kept, "conversations": talks})


def _where(fact: Fact) -> tuple[str, Any]:
    """Which of the room's collections holds this fact, and under which key."""
    match fact:
        case Conversation():
            return "conversations", fact.key
        case Member():
            return "members", fact.id
        case Membership():
            return "memberships", (fact.team, fact.member)
        case Channel():
            return "channels", fact.team
        case Hold():
            return "holds", (fact.scope, fact.since)
        case Pulse():
            return "pulses", (fact.school, fact.number)
        case Invited():
            return "invited", (fact.school, fact.pulse, fact.member)
        case Wave():
            return "waves", (fact.school, fact.pulse)
        case Leave():
            return "leaves", (fact.member, fact.first)
        case _:
            return _PLURALS[type(fact)], key_of(fact)
