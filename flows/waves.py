"""A pulse and what is kept of it: when it was, who was asked, and once it is closed the figures and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .flow import Conversation

FLOW = "pulse"
"""the script that asks"""
SCHOOL = "school"
"""the group of everybody; others are called "team riverside" and "role teacher" """

Figures = Mapping[str, int]
"""Of one group: how many answered, and for each condition which of the three bands they are in."""
ANSWERED = "answered"
FEWER, HALF, MORE = 1, 2, 3
"""the bands: fewer than half say yes to a condition, half, or more than half"""


@dataclass(frozen=True, slots=True)
class Pulse:
    """One asking of a school's whole staff."""

    school: str
    number: int
    team: str
    """the team in whose time it is closed: that of whoever began it"""
    by: str
    opens_at: datetime
    closes_at: datetime
    fewest: int
    """so many others at least answered before a figure is shown"""
    comments: int
    """the same for comments"""
    groups: tuple[str, ...] = ()
    """that could have figures if everybody answered; of others people read that they have none, and so it stays"""
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    is_lost: bool = False
    """whether it was closed before its database was put back: then its figures are gone, and none are made anew"""


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who was asked by a pulse, as what; whether they answered stands nowhere once it is closed."""

    school: str
    pulse: int
    member: str
    team: str
    role: str
    """as they are counted: administrator, teacher, support or staff"""


@dataclass(frozen=True, slots=True)
class Wave:
    """What is left of a closed pulse: exactly what may be shown, the same for everybody, for good."""

    school: str
    pulse: int
    figures: Mapping[str, Figures] = field(default_factory=dict)
    """by group; a group that may not be shown is not there"""
    comments: tuple[str, ...] = ()
    """in no order, and with nothing beside them"""


def key(number: int, member: str) -> str:
    """Return the key of somebody's conversation."""
    return f"{occasion(number)}/{FLOW}/{member}"


def occasion(number: int) -> str:
    """Return what the conversations of a pulse have in common."""
    return f"{FLOW}.{number}"


def is_of_pulse(conversation: Conversation) -> bool:
    """Tell whether it belongs to a pulse, and to no phase of a cycle."""
    return conversation.phase.startswith(f"{FLOW}.")
