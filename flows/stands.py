"""What people said to a decision: only the words to how it reads now count, and only of those who are asked."""

from collections import Counter
from datetime import date

from .decision_records import Decision, Stand
from .permissions import may
from .room import Room

TAKEN_BACK = "taken back"
"""the kind of a word that its author took back: the record stays, and they have not spoken"""


def of(room: Room, decision: Decision) -> tuple[Stand, ...]:
    """What was said to the decision as it reads now, and not taken back; who has left since counts like anybody."""
    now = (decision.number, decision.revision)
    return tuple(each for each in room.stands if (each.decision, each.revision) == now and each.kind != TAKEN_BACK)


def leavers(room: Room, decision: Decision) -> tuple[str, ...]:
    """Who was asked and left the team before it closed, or only reads along by now.

    What is closed stays as it is: whoever leaves on the day on which it closed, or later, was there.
    """
    if decision.closed_at is None:
        return tuple(member for member in decision.asked if not _may_speak(room, member))
    closed_on = room.today(decision.closed_at)
    return tuple(member for member in decision.asked if (room.left_on(member) or date.max) < closed_on)


def silent_leavers(room: Room, decision: Decision) -> tuple[str, ...]:
    """Who was asked and left without a word: they are not waited for."""
    spoken = {each.member for each in of(room, decision)}
    return tuple(member for member in leavers(room, decision) if member not in spoken)


def _may_speak(room: Room, member: str) -> bool:
    """Whether this person is still one of those who are asked: somebody who only reads along by now is not."""
    return may(room.roles(member), "stand")


def objections(room: Room, decision: Decision) -> tuple[Stand, ...]:
    """The reasoned harms that are open; only their authors withdraw them."""
    return tuple(each for each in of(room, decision) if each.kind == "harm")


def unanswered(room: Room, decision: Decision) -> tuple[Stand, ...]:
    """The advice to which the owner owes a written answer."""
    owing = (each for each in of(room, decision) if each.kind == "advice" and not each.answer)
    return tuple(each for each in owing if each.member != decision.owner)


def earlier(room: Room, decision: Decision) -> tuple[Stand, ...]:
    """The worries, objections and advice to how it read before it was amended."""
    told = (each for each in room.stands if each.decision == decision.number and each.revision < decision.revision)
    return tuple(each for each in told if each.kind in ("worry", "harm", "advice") and each.reason)


def shown(room: Room, decision: Decision) -> tuple[Stand, ...]:
    """The worries, objections and advice that its card shows: none while it is open."""
    if decision.state == "returned":
        return objections(room, decision)
    if decision.state not in ("decided", "withdrawn"):
        return ()
    return tuple(each for each in of(room, decision) if each.kind in ("worry", "harm", "advice") and each.reason)


def votes(room: Room, decision: Decision) -> Counter[int]:
    """How many votes each option has, by its number."""
    return Counter(each.choice for each in of(room, decision) if each.kind == "vote")


def owed(room: Room, decision: Decision) -> tuple[str, ...]:
    """Who is asked and has not spoken yet."""
    spoken = {each.member for each in of(room, decision)}
    return tuple(member for member in decision.asked if member not in spoken and _may_speak(room, member))


def enough(room: Room, decision: Decision) -> bool:
    """Whether the declared number have spoken; of those who left without a word nobody is waited for."""
    spoken = len(of(room, decision))
    return spoken >= max(1, min(decision.needed, spoken + len(owed(room, decision))))
