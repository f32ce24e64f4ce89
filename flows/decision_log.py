"""The log of decisions: found by word, day, state, and by the need or action that they are about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from . import circles, stands
from .decisions import is_out
from .options import folded
from .people import SMALL, Role
from .records import Decision
from .room import Room

STATES = ("open", "returned", "decided", "withdrawn")


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for; what is empty matches everything."""

    words: str = ""
    subject: str = ""
    """what it is about: words that stand in it, and not in its owner's name, its mode or its state"""
    states: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    need: int = 0
    action: int = 0
    owner: str = ""


def posted(room: Room, member: str, now: datetime) -> tuple[Decision, ...]:
    """The log, newest first; within the five minutes in which it can be undone, only its owner finds a decision.

    Somebody beyond the team finds those that asked them.
    """
    is_of_team = bool(room.roles(member) - {Role.STAFF})
    return tuple(
        each
        for each in reversed(room.decisions)
        if each.state not in ("draft", "undone")
        and (each.owner == member or is_out(room, each, now))
        and (is_of_team or member in each.asked)
    )


def found(room: Room, among: tuple[Decision, ...], search: Search) -> Iterator[Decision]:
    """Those decisions that the search means: its words stand in any of its texts, also in how it read earlier,
    in its owner's name, or in how its mode and its state are shown.
    """
    for decision in among:
        day = room.today(decision.posted_at)
        matches = (
            all(word in _subject(room, decision) for word in folded(search.subject).split()),
            all(word in _text(room, decision) for word in folded(search.words).split()),
            not search.states or decision.state in search.states,
            (search.since or day) <= day <= (search.until or day),
            search.need in (0, decision.need),
            search.action in (0, decision.action),
            search.owner in ("", decision.owner),
        )
        if all(matches):
            yield decision


def _text(room: Room, decision: Decision) -> str:
    shown = (
        room.name(decision.owner),
        room.say(f"decide.name_{decision.mode}"),
        room.say(f"decide.state_{decision.state}"),
    )
    return f"{_subject(room, decision)} {folded(' '.join(shown))}"


def _subject(room: Room, decision: Decision) -> str:
    earlier = (f"{each.question} {each.outcome}" for each in room.wordings if each.decision == decision.number)
    said = (each.reason for each in stands.earlier(room, decision))
    words = (decision.question, decision.reason, decision.limits, decision.outcome, *decision.options)
    return folded(" ".join((*words, *earlier, *said)))


def took_part(room: Room, decision: Decision) -> str:
    """Who took part, by role; while it is open, and where few were asked, whom it asks."""
    spoken = [each.member for each in stands.of(room, decision)]
    if decision.state in ("decided", "withdrawn") and len(decision.asked) + 1 >= SMALL and room.stands:
        counted = circles.by_role(room, (decision.taken_from or decision.owner, *spoken))
        names = [room.say(f"report.roles_{role.name.lower()}", count=counted[role]) for role in counted]
        return room.say("decide.took_part", roles=names)
    counted = circles.by_role(room, decision.asked)
    names = [room.say(f"report.role_{role.name.lower()}") for role in Role if role in counted]
    return room.say("decide.were_asked", roles=names) if names else ""
