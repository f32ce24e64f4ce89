"""The five modes of a decision: what those who are asked can say, and the rule by which each closes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from . import stands
from .decision_records import Decision
from .people import PROMPTED, Role
from .permissions import GUIDES
from .room import Room


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to decide (domain: decisions)."""

    outcome: Callable[[Room, Decision], str]
    """what it decides once its deadline is reached; empty: it goes back to its owner"""
    says: tuple[str, ...] = ()
    """what those who are asked can say; to a vote it is the number of an option"""
    waits: bool = True
    """whether anybody is asked and it stays open until a deadline"""
    counts: bool = False
    """whether a declared number must have spoken"""
    hears_late: bool = False
    """whether words are taken while it is back with its owner"""
    who: str = "everybody"
    """who may post it, unless the team sets it otherwise: one of `WHO`"""


def _told(room: Room, decision: Decision) -> str:
    return decision.question


def hindrances(room: Room, decision: Decision) -> tuple[str, ...]:
    """What keeps a decision from closing by its rule, each by the name of its phrase."""
    match decision.mode:
        case "consent":
            harmed = ("harm",) if stands.objections(room, decision) else ()
            return harmed if stands.enough(room, decision) else (*harmed, "few")
        case "vote":
            return _unclear(room, decision)
        case "delegate":
            return ("late",) if stands.owed(room, decision) else ("nobody",)
    return ()


def _unclear(room: Room, decision: Decision) -> tuple[str, ...]:
    """Why a vote has no result."""
    found = [count for _, count in stands.votes(room, decision).most_common()]
    if not found or not stands.enough(room, decision):
        return ("few",)
    if found[0] in found[1:]:
        return ("tied",)
    return () if MAJORITIES[decision.majority](Fraction(found[0], sum(found))) else ("short",)


def _consented(room: Room, decision: Decision) -> str:
    """Enough have spoken and no objection is open: silence is never consent."""
    return "" if hindrances(room, decision) else decision.question


def _advised(room: Room, decision: Decision) -> str:
    """The owner decides, and each person who advised has a written answer."""
    return "" if stands.unanswered(room, decision) else decision.outcome


def _voted(room: Room, decision: Decision) -> str:
    """One option has the declared majority of a vote in which enough took part; a tie decides nothing."""
    if hindrances(room, decision):
        return ""
    [(choice, _)] = stands.votes(room, decision).most_common(1)
    return decision.options[choice - 1]


def _reported(room: Room, decision: Decision) -> str:
    """Only the report of whoever it was delegated to decides it, and that needs no deadline."""
    return ""


MAJORITIES: Mapping[str, Callable[[Fraction], bool]] = {
    "half": lambda share: share > Fraction(1, 2),
    "two thirds": lambda share: share >= Fraction(2, 3),
    "most": lambda share: True,
}
"""Which share of the votes the first option needs."""

MODES: Mapping[str, Mode] = {
    "tell": Mode(_told, waits=False, who="administrators"),
    "advice": Mode(_advised, ("advice", "pass"), hears_late=True),
    "consent": Mode(_consented, ("good", "worry", "harm"), counts=True, hears_late=True),
    "vote": Mode(_voted, counts=True, who="administrators"),
    "delegate": Mode(_reported, ("pass",), hears_late=True, who="administrators"),
}
"""Each mode by its name: the usual ones first, those under "more" last."""

MORE = ("vote", "delegate")
"""Modes that are chosen a step later (domain: the first decide)."""

WHO: Mapping[str, frozenset[Role]] = {
    "everybody": PROMPTED,
    "guides": GUIDES,
    "administrators": frozenset({Role.ADMINISTRATOR}),
}
"""Whom a team can let post a mode."""


def who_may(room: Room, mode: str) -> str:
    """Whom this team lets post the mode: one of `WHO`."""
    return room.team.modes.get(mode, MODES[mode].who)


def may_post(room: Room, member: str, mode: str) -> bool:
    """Whether the team lets this person post it; an administrator may post any."""
    roles = room.roles(member)
    return bool(roles & PROMPTED and roles & (WHO[who_may(room, mode)] | {Role.ADMINISTRATOR}))


def open_to(room: Room, member: str) -> tuple[str, ...]:
    """The modes that this person may post."""
    return tuple(mode for mode in MODES if may_post(room, member, mode))
