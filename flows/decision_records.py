"""What a team has on record of its decisions, and of what it asked the district for."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision with its question, its mode declared before anyone is asked, and its outcome."""

    team: str
    number: int
    cycle: int
    mode: str
    """tell, advice, consent, vote or delegate; empty: a draft whose mode is still to be declared"""
    question: str
    reason: str
    owner: str
    posted_at: datetime
    asked: tuple[str, ...] = ()
    """who is asked, or to whom it is delegated: frozen at posting"""
    needed: int = 0
    """consent and vote: how many must have spoken"""
    closes_at: datetime | None = None
    state: str = "open"
    """draft, open, decided, returned (it could not close at its deadline: its owner goes on), withdrawn or undone"""
    outcome: str = ""
    """what is decided; of a withdrawn one, why"""
    limits: str = ""
    circle: str = "team"
    """whom it asks: team, staff, or the name of a grade or department"""
    extended: bool = False
    closed_at: datetime | None = None
    review_on: date | None = None
    revision: int = 1
    taken_from: str = ""
    """who posted it, where its owner is somebody who took it over"""
    options: tuple[str, ...] = ()
    """vote: between what"""
    majority: str = ""
    """vote: half (more than half of the votes), two thirds, or most (more than any other)"""
    need: int = 0
    """the need that it is about"""
    action: int = 0
    """the action that it is about"""
    closed_by: str = ""
    """delegate: who decided and reported back"""


@dataclass(frozen=True, slots=True)
class Wording:
    """A decision as it read before it was amended, and what had become of it by then."""

    team: str
    decision: int
    revision: int
    question: str
    reason: str
    limits: str
    state: str
    outcome: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Amendment:
    """How a decision will read: its owner alone knows of it until it goes out."""

    team: str
    decision: int
    question: str
    reason: str
    written_at: datetime
    """when it was written, or else posted"""
    state: str = "draft"
    """draft, posted (it waits to go out), out, or dropped"""
    revision: int = 1
    """of what its owner was shown"""
    asked: tuple[str, ...] = ()
    """who is asked, or to whom it is delegated"""
    circle: str = "team"
    options: tuple[str, ...] = ()
    """vote: between what"""
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class Stand:
    """What one person said to a decision."""

    team: str
    decision: int
    member: str
    kind: str
    """good (enough), worry (go ahead), harm (an objection), advice, pass (nothing to add) or vote"""
    reason: str
    at: datetime
    revision: int = 1
    """the decision's revision that it answers"""
    choice: int = 0
    """vote: the number of the option, from 1 on"""
    through: str = ""
    """who gave the objection in the member's place"""
    answer: str = ""
    """advice: what the owner answered in writing"""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a team asks of a principal or district leader: time, coverage, money; a written answer is owed."""

    team: str
    number: int
    cycle: int
    what: str
    kind: str
    """time, coverage, money or other"""
    reason: str
    asker: str
    of: str
    """the member who owes the answer"""
    due: date
    """the school day by which it is owed"""
    asked_at: datetime
    need: int = 0
    """the need that it serves"""
    state: str = "open"
    """open, granted, declined, withdrawn or undone"""
    answer: str = ""
    answered_at: datetime | None = None
