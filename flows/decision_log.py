"""The log of decisions: found by word, day, state, and by the need or action that they are about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from . import circles, stands
from .decisions import UNDO
from .options import folded
from .people import SMALL, Role
from .records import Decision
from .room import Room

STATES = ("open", "returned", "decided", "withdrawn")


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for; what is empty matches everything."""

    words: str = ""
    state: str = ""
    since: date | None = None
    until: date | None = None
    need: int = 0
    action: int = 0


def posted(room: Room, member: str, now: datetime) -> tuple[Decision, ...]:
    """The log, newest first; within the five minutes in which it can be undone, only its owner finds a decision.

    Somebody beyond the team finds those that asked them.
    """
    is_of_team = bool(room.roles(member) - {Role.STAFF})
    return tuple(
        each
        for each in reversed(room.decisions)
        if each.state not in ("draft", "undone")
        and (each.owner == member or now >= each.posted_at + UNDO)
        and (is_of_team or member in each.asked)
    )


def found(room: Room, among: tuple[Decision, ...], search: Search) -> Iterator[Decision]:
    """Those decisions that the search means: its words stand in any of its texts, also in how it read earlier."""
    for decision in among:
        day = room.today(decision.posted_at)
        matches = (
            all(word in _text(room, decision) for word in folded(search.words).split()),
            search.state in ("", decision.state),
            (search.since or day) <= day <= (search.until or day),
            search.need in (0, decision.need),
            search.action in (0, decision.action),
        )
        if all(matches):
            yield decision


def _text(room: Room, decision: Decision) -> str:
    earlier = (f"{each.question} {each.outcome}" for each in room.wordings if each.decision == decision.number)
    words = (decision.question, decision.reason, decision.limits, decision.outcome, *decision.options, *earlier)
    return folded(" ".join(words))


def took_part(room: Room, decision: Decision) -> str:
    """Who took part, by role: with figures only where so many were asked that they tell of nobody."""
    people = (decision.taken_from or decision.owner, *decision.asked)
    counted = circles.by_role(room, people)
    if len(people) < SMALL:
        names = [room.say(f"report.role_{role.name.lower()}") for role in Role if role in counted]
    else:
        names = [room.say(f"report.roles_{role.name.lower()}", count=counted[role]) for role in counted]
    return room.say("decide.took_part", roles=names)


def spoke(room: Room, decision: Decision) -> str:
    """How many of those who were asked spoke, once it is closed; empty where the figure would tell of somebody."""
    if decision.state == "open" or len(decision.asked) + 1 < SMALL:
        return ""
    return room.say("decide.spoke", count=len(stands.of(room, decision)), asked=len(decision.asked))
