"""A flow: what is asked, of whom and when, as plain data that a script or a test builds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .messages import Kind, Option, Value

Place = tuple[str, int]
"""Where an answer belongs: (step key, item); the item is 0 outside a group and counts from 0 inside."""


class NotAnAnswer(Exception):
    """What a person said or filled in does not answer the question; the message, marked-up text, says why."""


@dataclass(frozen=True, slots=True)
class Step:
    """One question."""

    key: str
    say: str
    kind: Kind = Kind.TEXT
    options: tuple[Option, ...] = ()
    choices: str = ""
    """a source that fills the options when the flow is asked: members, needs, resources, actions …"""
    when: tuple[tuple[str, str], ...] = ()
    """asked only when each (step, option key) was answered so; its own item is looked at first"""
    optional: bool = False
    hint: str = ""
    budget: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Steps that are asked several times: once more while the person says so, or once for each subject."""

    key: str
    steps: tuple[str, ...]
    again: str = ""
    """the yes/no question after each item ("Is there another need?"); empty with `each`"""
    most: int = 10
    each: str = ""
    """a source of subjects: the group is asked once for each of them, `{subject}` is its label"""


@dataclass(frozen=True, slots=True)
class Flow:
    """A script: its words, its order, its timing."""

    name: str
    title: str
    steps: tuple[Step, ...]
    groups: tuple[Group, ...] = ()
    asks: str = "members"
    """members, administrators, facilitator, lead or coach"""
    style: str = "form"
    """form (all on one card) or chat (one question at a time); a person may always do the other"""
    shares: str = "nothing"
    """what the team sees: with names, without names, nothing"""
    minutes: int = 2
    """how long it takes; 0: half a minute"""
    nudge_days: int = 0
    """school days after asking; 0: never"""
    closes_days: int = 0
    """school days after asking; 0: with its phase"""
    intro: str = ""
    thanks: str = ""
    form_only: bool = False
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was put to the person: its answer keeps these words."""

    step: str
    item: int
    words: str
    kind: Kind
    options: tuple[Option, ...] = ()
    optional: bool = False
    budget: int = 0
    most: int = 0
    form: bool = False
    """whether it was put on a form; otherwise it is the one chat question that typed words answer"""
    doubted: str = ""
    """which words were asked about once, as a digest: sent again, they are meant"""

    @property
    def place(self) -> Place:
        """Where its answer belongs."""
        return self.step, self.item


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, with the words that were asked; `value` None means skipped."""

    step: str
    item: int
    value: Value
    words: str
    revision: int = 1

    @property
    def place(self) -> Place:
        """Where it belongs."""
        return self.step, self.item


@dataclass(frozen=True, slots=True)
class Conversation:
    """The facts about one person's way through one flow; the position in it is computed, never stored."""

    key: str
    """unique in the team: cycle, flow, local date, member"""
    flow: str
    member: str
    opened_at: datetime
    """when its message goes out: at the person's best time, if they chose one"""
    closes_at: datetime | None = None
    answers: Mapping[Place, Answer] = field(default_factory=dict)
    """the newest revision of each answer, in the order in which they were first given"""
    asked: tuple[Asked, ...] = ()
    """what was last put to the person: one question in a chat, several on a form"""
    asked_at: datetime | None = None
    """when that was; the last question put to a person holds the floor"""
    choices: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)
    """the options of each source as they were when it was asked; a subject without a key is asked about no more"""
    done_at: datetime | None = None
    declined_at: datetime | None = None
    """when the person said "not this cycle" """
    later: bool = False
    """whether the person put it off; the open question then does not hold the floor"""
    answered_at: datetime | None = None
    """when the person last answered anything in it"""
    language: str = "en"
    put_as: str = ""
    """the reason of the last message of its walk through the chat, which is drawn anew once it is closed; or empty"""
    team: str = ""
    cycle: int = 0
    phase: str = ""
