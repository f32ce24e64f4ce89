"""The people of a school, their teams and what each of them is in a team."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from .calendar import SchoolCalendar
from .zones import is_zone


class Role(StrEnum):
    """What a person is in a team; a person may be several of these (domain: hybrid roles)."""

    ADMINISTRATOR = "administrator"
    TEACHER = "teacher"
    HYBRID = "hybrid"
    SUPPORT = "support staff"
    FACILITATOR = "facilitator"
    COACH = "coach"
    DISTRICT_LEADER = "district leader"
    """superintendent, board: asked only what a team asks of them"""
    OBSERVER = "observer"
    STAFF = "staff"
    """somebody of the school beyond the team: asked by a decision of their circle, and by nothing else"""


PROMPTED = frozenset({Role.ADMINISTRATOR, Role.TEACHER, Role.HYBRID, Role.SUPPORT})
"""Who is asked what a cycle asks; coaches, district leaders and observers only see summaries."""

BESIDE = frozenset({Role.COACH, Role.DISTRICT_LEADER, Role.OBSERVER, Role.STAFF})
"""Who is beside the team."""

BY_INVITATION = frozenset({Role.DISTRICT_LEADER, Role.OBSERVER})
"""Who may do without an account in the chat: they come into the pages by an invitation."""

LEAST_PEOPLE = 3
"""An administrator and two colleagues: fewer are no team."""

SMALL = 6
"""Under so many members no shares and no counts are shown (domain: privacy)."""


ERASED = "[…]"
"""what stands for a name, or for words, that were destroyed: the sign for an omission in every language"""

FOR_GOOD = date(9000, 1, 1)
"""until when somebody is quiet who named no day; the last date of all is infinity to PostgreSQL"""


@dataclass(frozen=True, slots=True)
class School:
    """A school and its time."""

    id: str
    name: str
    calendar: SchoolCalendar


@dataclass(frozen=True, slots=True)
class Team:
    """A school team: an administrator and two or more colleagues."""

    id: str
    school: str
    name: str
    meeting_weekday: int = 2
    """the PLC day, Monday = 0"""
    most_actions: int = 8
    """open actions that a team may have at a time"""
    language: str = "en"
    """in which the bot speaks in the team's channel"""
    modes: Mapping[str, str] = field(default_factory=dict)
    """who may post which kind of decision, where the team changed it: mode to everybody, guides or administrators"""
    level: str = ""
    """how far it has come, in the district's word; empty: nobody has said"""


@dataclass(frozen=True, slots=True)
class Hold:
    """Everything that the bot would start waits, without an end date, until somebody ends it."""

    scope: str
    """a school's id, or DISTRICT"""
    since: datetime
    by: str = ""
    """a member's id; empty: whoever runs the service"""
    reason: str = ""
    ended_at: datetime | None = None
    ended_by: str = ""


DISTRICT = ""
"""the scope of a hold of every school"""


@dataclass(frozen=True, slots=True)
class Channel:
    """The one channel that a team reads."""

    team: str
    platform: str
    workspace: str
    place: str


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the district, on whatever platform."""

    id: str
    name: str
    email: str = ""
    language: str = "en"
    best_time: str = ""
    """when the person would rather be asked, as "13:05"; empty: the school's usual time"""
    greeted_at: datetime | None = None
    """when the first message went out"""
    left_on: date | None = None
    """the day on which the account was deactivated"""
    quiet_until: date | None = None
    """the first day on which the person is reminded again; FOR_GOOD: never; None: as everybody is"""
    zone: str = ""
    """the time zone of the person's account, like America/Chicago; everything goes by the school's all the same"""
    chosen_language: str = ""
    """the language that the person named in the chat: it stays whatever account and roster say; empty: none"""

    def as_told(self, name: str, email: str, locale: str, zone: str, is_active: bool, today: date) -> "Member":
        """The member with name, language, zone and state of the account; what the platform does not say stays.

        So does an e-mail that is on record: by it the person was found.
        """
        return replace(
            self,
            name=name or self.name,
            email=self.email or email,
            language=self.chosen_language or _language(locale) or self.language,
            zone=zone if is_zone(zone) else self.zone,
            left_on=None if is_active else self.left_on or today,
        )

    def is_quiet(self, day: date) -> bool:
        """Whether the person wants no reminder that day."""
        return self.quiet_until is not None and day < self.quiet_until

    @property
    def first_name(self) -> str:
        """The name that a colleague would use."""
        return self.name.split()[0]


def _language(locale: str) -> str:
    """The language of a locale such as "es-ES", with its region only where that is another writing: "pt-BR"."""
    language, _, region = locale.replace("_", "-").partition("-")
    return f"{language}-{region}" if (language, region) in _OTHER_WRITING else language


_OTHER_WRITING = (("pt", "BR"), ("zh", "TW"))


@dataclass(frozen=True, slots=True)
class Membership:
    """One person's place in one team."""

    team: str
    member: str
    roles: tuple[Role, ...]
    position: int
    """the order in which the team is listed and in which leading a meeting goes round"""
    left_on: date | None = None
    groups: tuple[str, ...] = ()
    """the grade, department or other circle that the person belongs to"""


@dataclass(frozen=True, slots=True)
class Leave:
    """Days on which a person is away and gets nothing; both ends included.

    One that was taken back ends before it starts, and covers no day.
    """

    member: str
    first: date
    last: date
