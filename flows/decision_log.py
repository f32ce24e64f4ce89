"""The log of decisions: found by word, day, state, and by the need or action that they are about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from . import circles, decision_cards, stands
from .decision_records import Ask, Decision, Stand
from .decisions import is_out
from .options import folded
from .people import SMALL, Role
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
    cycle: int = 0
    is_objected: bool = False
    """whether an objection has to be among the words that are shown"""
    most: int = 0
    """so many of the newest; 0 for all"""


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
    in the worries, objections and advice that are shown, in the names of who posted it and of whose words those are,
    or in how its mode and its state are shown.
    """
    count = 0
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
            search.cycle in (0, decision.cycle),
            not search.is_objected or any(each.kind == "harm" for each in _told(room, decision)),
            not search.most or count < search.most,
        )
        if all(matches):
            count += 1
            yield decision


def means(room: Room, search: Search, ask: Ask) -> bool:
    """Whether the search means this ask, too: its words stand in what was asked, for what, and in its answer."""
    day, text = room.today(ask.asked_at), folded(f"{ask.what} {ask.reason} {ask.answer}")
    of_decisions_only = search.states or search.action or search.is_objected or search.most
    return not of_decisions_only and all(
        (
            all(word in text for word in folded(f"{search.words} {search.subject}").split()),
            (search.since or day) <= day <= (search.until or day),
            search.need in (0, ask.need),
            search.owner in ("", ask.asker),
            search.cycle in (0, ask.cycle),
        )
    )


def _told(room: Room, decision: Decision) -> tuple[Stand, ...]:
    """What people said to it and everybody can read by now, also to how it read earlier."""
    return (*stands.earlier(room, decision), *stands.shown(room, decision))


def _text(room: Room, decision: Decision) -> str:
    shown = (
        room.name(decision.owner),
        room.say(f"decide.name_{decision.mode}"),
        room.say(f"decide.state_{decision.state}"),
        *(decision_cards.by(room, each) for each in _told(room, decision) if _is_by_name(decision, each)),
    )
    return f"{_subject(room, decision)} {folded(' '.join(shown))}"


def _is_by_name(decision: Decision, stand: Stand) -> bool:
    """Whether it is shown whose words these are: an objection that waits to be worked in is shown without a name."""
    return stand.revision < decision.revision or decision.state != "returned"


def _subject(room: Room, decision: Decision) -> str:
    earlier = (f"{each.question} {each.outcome}" for each in room.wordings if each.decision == decision.number)
    said = (f"{each.reason} {each.answer}" for each in _told(room, decision))
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
