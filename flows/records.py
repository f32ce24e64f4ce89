"""What a team has on record: one frozen dataclass for each kind of fact that is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from .decision_records import Amendment, Ask, Decision, Stand, Wording


@dataclass(frozen=True, slots=True)
class Cycle:
    """One cycle of a team; where it stands is computed from its moves."""

    team: str
    number: int
    started_on: date
    weeks: int


@dataclass(frozen=True, slots=True)
class Move:
    """Something that happened to the course of a cycle."""

    team: str
    cycle: int
    number: int
    kind: str
    """opened, met, extended, paused, resumed, finished"""
    phase: str
    at: datetime
    by: str = ""
    """a member's id; empty: the bot, by its timetable"""
    reason: str = ""
    until: date | None = None
    """extended: the new day of the meeting"""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A due moment of the timetable that was visited: its key makes a second visit harmless."""

    team: str
    cycle: int
    key: str
    at: datetime
    """when it was due"""
    note: str = ""
    """stale: it came too late, so nothing was sent; late: it asked on a later day, so nobody is reminded"""


@dataclass(frozen=True, slots=True)
class Lead:
    """Who was asked to lead the meeting of a phase, and what came of it."""

    team: str
    cycle: int
    phase: str
    """with its epoch: "2.needs"; or "first": whose turn it is first in the cycle"""
    member: str
    state: str
    """asked, accepted or declined; or next"""
    beside: str = ""
    """who leads with them ("with someone")"""


@dataclass(frozen=True, slots=True)
class Charter:
    """What the team agreed when it convened."""

    team: str
    cycle: int
    norms: str
    purpose: str
    priority: str
    by: str
    coach: str = "course"
    """what the team's coach may see: course, work or decisions"""


@dataclass(frozen=True, slots=True)
class Line:
    """Words that their author lets the team read: verbatim, with or without the name."""

    team: str
    number: int
    cycle: int
    flow: str
    step: str
    origin: str
    """conversation, step and item that it came from: an edit finds its line again"""
    author: str
    named: bool
    text: str
    on: date


@dataclass(frozen=True, slots=True)
class Need:
    """A need that a member named."""

    team: str
    number: int
    cycle: int
    author: str
    origin: str
    text: str
    evidence: str = ""
    area: str = ""
    state: str = "open"
    """open, met or withdrawn; an open one is there again in the next cycle"""
    chosen_in: int = 0
    """the cycle in which the team last chose to work on it"""
    merged_into: int = 0
    """the number of the need that speaks for this one; its author's words are kept"""
    apart: tuple[int, ...] = ()
    """numbers of needs that the facilitator said are not the same as this one"""


@dataclass(frozen=True, slots=True)
class Resource:
    """Something the team can draw on: people, skills, time, money, materials."""

    team: str
    number: int
    cycle: int
    author: str
    origin: str
    text: str
    kind: str = ""
    state: str = "open"
    """open or withdrawn"""


@dataclass(frozen=True, slots=True)
class Ballot:
    """One member's dots on needs, by the need's number."""

    team: str
    cycle: int
    member: str
    dots: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Action:
    """What somebody will do, by when, for which need, and what the team predicts."""

    team: str
    number: int
    cycle: int
    what: str
    owner: str
    due: date
    proposed_by: str
    origin: str = ""
    need: int = 0
    resource: int = 0
    prediction: str = ""
    measure: str = ""
    state: str = "proposed"
    """proposed, open (accepted by its owner), declined, done or dropped; an open one goes on in the next cycle"""
    status: str = ""
    """of an open action: on_track or blocked"""
    blocker: str = ""
    reason: str = ""
    """why it was planned without a need or a resource"""
    review_on: date | None = None
    """when an adopted action, now "how we work here", comes back to the team"""
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What somebody saw of an action, told before its result is weighed."""

    team: str
    number: int
    cycle: int
    action: int
    author: str
    text: str
    on: date


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an action in a cycle, held against its prediction."""

    team: str
    action: int
    cycle: int
    text: str
    verdict: str
    """adopt, adapt or abandon"""


@dataclass(frozen=True, slots=True)
class Consent:
    """One member's yes to the plan, to the charter kept, or to another cycle."""

    team: str
    cycle: int
    matter: str
    """plan, charter or next"""
    member: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Indicator:
    """Evidence toward an outcome of the district."""

    team: str
    number: int
    cycle: int
    outcome: str
    """its key in `outcomes.toml`"""
    author: str
    what: str = ""
    """what is looked at; empty once it is taken back"""
    start: str = ""
    goal: str = ""
    """from where to where, in people's words: "62 %" """
    by: date | None = None
    seen: str = ""
    link: str = ""
    on: date | None = None
    """the day on which it was last told"""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Words that may name a student: they wait here, for their author alone, until they are edited or posted."""

    team: str
    number: int
    member: str
    at: datetime
    said: Mapping[str, Any] = field(default_factory=dict)
    """what was said or filled in, as `events.what_to_json` has it; empty once that is settled"""
    conversation: str = ""
    """the key of the one in which they answer, or from which a line was to be shared"""


@dataclass(frozen=True, slots=True)
class Placement:
    """How far a team has come, as its school or its coach placed it; the newest of each counts."""

    team: str
    number: int
    by: str
    """school or coach"""
    level: str
    """in the district's word, as it is kept"""
    on: date
    member: str
    """who placed it"""


Record = (
    Cycle
    | Move
    | Occurrence
    | Lead
    | Charter
    | Line
    | Need
    | Resource
    | Ballot
    | Action
    | Evidence
    | Result
    | Consent
    | Decision
    | Wording
    | Amendment
    | Stand
    | Ask
    | Indicator
    | Doubt
    | Placement
)

KEYS: Mapping[type, tuple[str, ...]] = {
    Cycle: ("team", "number"),
    Move: ("team", "cycle", "number"),
    Occurrence: ("team", "cycle", "key"),
    Lead: ("team", "cycle", "phase", "member"),
    Charter: ("team", "cycle"),
    Line: ("team", "number"),
    Need: ("team", "number"),
    Resource: ("team", "number"),
    Ballot: ("team", "cycle", "member"),
    Action: ("team", "number"),
    Evidence: ("team", "number"),
    Result: ("team", "action", "cycle"),
    Consent: ("team", "cycle", "matter", "member"),
    Decision: ("team", "number"),
    Wording: ("team", "decision", "revision"),
    Amendment: ("team", "decision"),
    Stand: ("team", "decision", "member", "revision"),
    Ask: ("team", "number"),
    Indicator: ("team", "number"),
    Doubt: ("team", "number"),
    Placement: ("team", "number"),
}
"""What tells one record of a kind from another, inside a tenant."""


def key_of(record: object) -> tuple[object, ...]:
    """Return what tells this record from the others of its kind."""
    return tuple(getattr(record, name) for name in KEYS[type(record)])
