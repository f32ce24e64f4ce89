"""Decisions that ask a person in one message: attention is counted in messages, not in decisions."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

from . import decisions, stands
from .calendar import SchoolYearOver
from .decision_records import Decision
from .room import Room
from .sends import Send, SendKind

MOST, MOST_OPTIONS = 3, 14
"""Decisions in one message, and options of votes among them: so many fit the fifty blocks of a message in Slack."""


def bundle(room: Room, version: str, member: str) -> list[Decision]:
    """What the question named by this version asks the person in all; nothing where another message carries it.

    Whatever is posted before the first of them goes out comes with it. Each is as it read when it was asked.
    """
    return next((each for each in _bundles(room, member) if decisions.version(each[0]) == version), [])


def carrier(room: Room, decision: Decision, member: str) -> Decision:
    """The decision, as it read then, whose message asks the person about this one."""
    meant = decisions.version(decision)
    found = (each for each in _bundles(room, member) if meant in {decisions.version(one) for one in each})
    return next(found, [decision])[0]


def questions(room: Room, asking: Decision, due: datetime) -> Iterator[Send]:
    """One message to each person whose word is owed."""
    for member in asking.asked if asking.state == "open" else ():
        key, card = decisions.question_key(room, asking, member), f"stand {decisions.version(asking)}"
        yield Send(key=key, team=room.team.id, to=member, kind=SendKind.PROMPT, due=due, card=card)


def is_carried(room: Room, version: str, member: str) -> bool:
    """Whether the message about another decision asks the person about this one, too."""
    return any(version in {decisions.version(each) for each in later} for _, *later in _bundles(room, member))


def _bundles(room: Room, member: str) -> list[list[Decision]]:
    """Everything that the person was asked, by the message in which it was, oldest first."""
    found: list[list[Decision]] = []
    first_out: datetime | None = None
    for goes_out, posted_at, each in _asked(room, member):
        if first_out and posted_at < first_out and _fits(found[-1], each):
            found[-1].append(each)
        else:
            found.append([each])
            first_out = goes_out
    return found


def reminded(room: Room, decision: Decision, member: str) -> list[Decision]:
    """What the reminder of this decision's last day is about: nothing where another one carries it.

    Whatever closes on that day comes with it; the one that was posted first has a reminder if any has.
    """
    last = _last_day(room, decision)
    asked = (each for each in room.decisions if each.state == "open" and member in each.asked)
    same = sorted((each for each in asked if _last_day(room, each) == last), key=lambda each: each.posted_at)
    messages: list[list[Decision]] = []
    for each in same:
        if messages and _fits(messages[-1], each):
            messages[-1].append(each)
        else:
            messages.append([each])
    return next((each for each in messages if each[0].number == decision.number), [])


def _fits(together: list[Decision], one_more: Decision) -> bool:
    """Whether the message about these has room for another one."""
    options = sum(len(each.options) for each in (*together, one_more))
    return len(together) < MOST and options <= MOST_OPTIONS


def _last_day(room: Room, decision: Decision) -> date | None:
    """The day on which it closes; None for one that has no deadline."""
    at = decisions.deadline(room, decision)
    return room.today(at) if at else None


def owed(room: Room, together: Iterable[Decision], member: str) -> tuple[Decision, ...]:
    """Those of these that still wait for the person's word, each as it reads now."""
    return tuple(
        each for each in as_they_read(room, together) if each.state == "open" and member in stands.owed(room, each)
    )


def all_out(room: Room, together: Iterable[Decision]) -> datetime | None:
    """When the last of these is out, so that none is shown that can still be undone; None where the calendar ends."""
    with suppress(SchoolYearOver):
        return max((decisions.goes_out(room, each) for each in as_they_read(room, together)), default=None)
    return None


def as_they_read(room: Room, together: Iterable[Decision]) -> tuple[Decision, ...]:
    """These decisions as they are by now, without those that were amended or taken back since."""
    newest = {decisions.version(each): each for each in room.decisions if each.state not in ("draft", "undone")}
    return tuple(newest[version] for each in together if (version := decisions.version(each)) in newest)


def _asked(room: Room, member: str) -> list[tuple[datetime, datetime, Decision]]:
    """Everything that the person was asked, oldest first: when it went out, when it was posted, and as it read."""
    found = []
    for decision in room.decisions:
        if member not in decision.asked or decision.state in ("draft", "undone"):
            continue
        amended = {each.revision + 1: each.until for each in room.wordings if each.decision == decision.number}
        for revision in range(1, decision.revision + 1):
            posted_at = amended.get(revision, decision.posted_at)
            with suppress(SchoolYearOver):
                goes_out = room.calendar.next_working(posted_at + decisions.UNDO)
                found.append((goes_out, posted_at, replace(decision, revision=revision)))
    return sorted(found, key=lambda each: (each[0], each[1], each[2].number, each[2].revision))
