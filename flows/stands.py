"""What people said to a decision: only the words to how it reads now count, and only of those who are asked."""

from collections import Counter
from datetime import date

from .records import Decision, Stand
from .room import Room


def of(room: Room, decision: Decision) -> tuple[Stand, ...]:
    """What was said to the decision as it reads now.

    The word of somebody who left before it closed counts no more, but for an objection: the harm that they saw is
    as likely without them, so it is its owner's to answer.
    """
    gone = leavers(room, decision)
    return tuple(
        each
        for each in room.stands
        if each.decision == decision.number
        and each.revision == decision.revision
        and (each.kind == "harm" or each.member not in gone)
    )


def leavers(room: Room, decision: Decision) -> tuple[str, ...]:
    """Who was asked and left the team before it closed."""
    closed_on = room.today(decision.closed_at) if decision.closed_at else date.max
    return tuple(
        member
        for member in decision.asked
        if not room.roles(member) and (room.left_on(member) or date.min) <= closed_on
    )


def objections(room: Room, decision: Decision) -> tuple[Stand, ...]:
    """The reasoned harms that are open; only their authors withdraw them."""
    return tuple(each for each in of(room, decision) if each.kind == "harm")


def unanswered(room: Room, decision: Decision) -> tuple[Stand, ...]:
    """The advice to which the owner owes a written answer."""
    return tuple(each for each in of(room, decision) if each.kind == "advice" and not each.answer)


def votes(room: Room, decision: Decision) -> Counter[int]:
    """How many votes each option has, by its number."""
    return Counter(each.choice for each in of(room, decision) if each.kind == "vote")


def owed(room: Room, decision: Decision) -> tuple[str, ...]:
    """Who is asked and has not spoken yet."""
    spoken = {each.member for each in of(room, decision)}
    return tuple(member for member in decision.asked if member not in spoken and room.roles(member))


def enough(room: Room, decision: Decision) -> bool:
    """Whether the declared number have spoken; of those who left nobody is waited for."""
    left = len(decision.asked) - len(leavers(room, decision))
    return len(of(room, decision)) >= max(1, min(decision.needed, left))
