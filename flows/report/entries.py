"""What a report of a cycle consists of: plain values, ready to be drawn as a page, as text or as tables."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from ..messages import Chart
from ..phrases import locale

ENDS = ("adopt", "adapt", "abandon", "done", "open", "blocked", "proposed", "dropped")
"""What can have become of an action, in the order in which reports count them."""


def in_full(day: date, language: str) -> str:
    """The day with its year, as this language writes it: a report is read years later."""
    return str(format_date(day, "long", locale(language)))


@dataclass(frozen=True, slots=True)
class NeedEntry:
    """A need without its author, and the words of the needs that it speaks for."""

    label: str
    number: int
    text: str
    evidence: str
    also: tuple[str, ...]
    marks: tuple[str, ...]
    """chosen, tied, met: each where it applies"""
    dots: int | None
    """None where dots are not shown: in small teams, after few ballots, and while people vote"""
    is_unmet: bool


@dataclass(frozen=True, slots=True)
class Concern:
    """Why somebody worried or objected, or what they advised and were answered; nobody is named."""

    kind: str
    """worry, harm or advice"""
    reason: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class DecisionEntry:
    """A decision and who was part of it, by role."""

    label: str
    number: int
    mode: str
    question: str
    reason: str
    limits: str
    state: str
    outcome: str
    """only where it says more than the question; of a withdrawn one, why"""
    posted_by: str
    asked: str
    spoke: str
    """how many spoke; empty in small teams, and while people speak"""
    concerns: tuple[Concern, ...]
    closes_on: date | None
    closed_on: date | None
    review_on: date | None


@dataclass(frozen=True, slots=True)
class AskEntry:
    """What the team asked for, of whom by role, and the answer."""

    label: str
    number: int
    what: str
    kind: str
    reason: str
    need: str
    of: str
    due: date
    state: str
    """open, granted, declined or withdrawn"""
    answer: str
    answered_on: date | None


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody saw of an action, and what they are in the team; nobody is named."""

    text: str
    role: str
    """empty for a facilitator who is nothing else"""

    def __str__(self) -> str:
        return f"{self.text} ({self.role})" if self.role else self.text


@dataclass(frozen=True, slots=True)
class ActionEntry:
    """An action, its prediction and what came of it."""

    label: str
    number: int
    what: str
    owner: str
    due: date
    need: str
    resource: str
    why_without: str
    prediction: str
    measure: str
    blocker: str
    seen: tuple[Seen, ...]
    result: str
    end: str
    """one of ENDS"""
    goes_on: bool
    day_ahead: date | None
    """of one that goes on: by when; None where a new day is to be set"""


@dataclass(frozen=True, slots=True)
class Voice:
    """Words that their author let the team read; without a name they have no date either."""

    text: str
    name: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Theme:
    """What was said to one question."""

    label: str
    voices: tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class Practice:
    """An adopted action, now how the team works, and when it is looked at again."""

    what: str
    review_on: date | None


@dataclass(frozen=True, slots=True)
class Note:
    """Something that happened to a phase, with the reason that was given."""

    text: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """One opening of a phase."""

    phase: str
    opened_on: date
    closed_on: date | None
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class IndicatorEntry:
    """Evidence toward an outcome, in people's words."""

    number: int
    what: str
    start: str
    goal: str
    by: date | None
    moved: str
    """from where to where by when, in a sentence's words"""
    seen: str
    link: str
    """begins with https:// or http://; or empty"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One outcome of the theory of action and what is on record for it."""

    outcome: str
    text: str
    """that nothing is; empty where there are indicators"""
    indicators: tuple[IndicatorEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a report of one cycle shows; people's words are as they were typed."""

    school: str
    team: str
    cycle: int
    language: str
    words: Mapping[str, str]
    """the bot's own words: headings, labels, and sentences for what is empty"""
    title: str
    when: str
    started_on: date
    ended_on: date | None
    weeks: int
    """open school weeks: those it took, or of a running cycle those it was planned for"""
    priority: str
    norms: str
    purpose: str
    needs: tuple[NeedEntry, ...]
    resources: tuple[str, ...]
    decisions: tuple[DecisionEntry, ...]
    asks: tuple[AskEntry, ...]
    actions: tuple[ActionEntry, ...]
    learned: tuple[Theme, ...]
    practices: tuple[Practice, ...]
    stages: tuple[Stage, ...]
    evidence: tuple[Evidence, ...]
    ends: Chart | None
    """what became of the actions"""
    dots: Chart | None
    """where the dots went"""
    hidden: frozenset[str] = frozenset()
    """the parts of which the reader may not see what there is: left out, and not told as empty"""

    def day(self, day: date) -> str:
        """The day with its year, as the report's language writes it."""
        return in_full(day, self.language)

    def carried_actions(self) -> tuple[ActionEntry, ...]:
        """The actions that go on in the next cycle."""
        return tuple(action for action in self.actions if action.goes_on)

    def carried_needs(self) -> tuple[NeedEntry, ...]:
        """The needs that are not met."""
        return tuple(need for need in self.needs if need.is_unmet)

    def tally(self) -> tuple[tuple[str, int], ...]:
        """How many actions came to each end that any came to, in the order of ENDS."""
        count = Counter(action.end for action in self.actions)
        return tuple((end, count[end]) for end in ENDS if count[end])
