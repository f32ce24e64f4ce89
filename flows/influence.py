"""Shared influence: how decisions were taken, and who proposed, owned and led, in shares and never of one person."""

from collections import Counter
from collections.abc import Iterator, Sequence

from . import circles
from .decision_records import Decision
from .messages import Bar, Chart, Item
from .modes import MODES
from .people import SMALL, Member, Role
from .phrases import Raw
from .room import Room

FEWEST = 2
"""Fewer bars say nothing that their numbers do not say."""


def decided(room: Room) -> tuple[Decision, ...]:
    """The decisions of all cycles that were taken, each counted once however often it was amended."""
    return tuple(each for each in room.decisions if each.state == "decided")


def told(room: Room, reader: Member) -> str:
    """How many decisions were shared, in a sentence."""
    found = decided(room)
    shared = sum(MODES[each.mode].waits for each in found)
    return room.say("influence.told", reader, count=shared, total=len(found))


def chart(room: Room, reader: Member) -> Chart | None:
    """How many decisions were taken in which way; None where all were taken in one."""
    counted = Counter(each.mode for each in decided(room))
    bars = tuple(Bar(room.say(f"report.mode_{mode}", reader), counted[mode]) for mode in MODES if counted[mode])
    if len(bars) < FEWEST:
        return None
    title, unit = room.say("influence.chart", reader), room.say("influence.unit", reader)
    return Chart(title, unit, bars, told(room, reader))


def items(room: Room, reader: Member) -> Iterator[Item]:
    """Whom the decisions asked; in a team of six and more, which share of what everybody saw anyway each role has."""
    asked = Counter(each.circle for each in decided(room) if MODES[each.mode].waits and each.mode != "delegate")
    for circle, count in asked.most_common():
        known = circle in (circles.TEAM, circles.STAFF)
        name = room.say(f"influence.circle_{circle}", reader) if known else circle
        yield Item(room.say("influence.decisions", reader, count=count), name)
    if len(room.prompted()) >= SMALL:
        yield from _by_role(room, reader)


def _by_role(room: Room, reader: Member) -> Iterator[Item]:
    """Acts that were public, each counted for what its author was first (domain: privacy)."""
    led = [name for each in room.leads if each.state == "accepted" for name in (each.member, each.beside) if name]
    acts = {
        "influence.proposed": [each.taken_from or each.owner for each in decided(room)],
        "influence.owned": [each.owner for each in room.actions if each.state in ("open", "done")],
        "influence.led": led,
    }
    for phrase, people in acts.items():
        if shares := _shares(room, reader, people):
            yield Item(Raw(" · ").join(shares), room.say(phrase, reader))


def _shares(room: Room, reader: Member, people: Sequence[str]) -> list[str]:
    """The share of each role that several people hold, and of all others together; none where that is one person."""
    members = [each.id for each in room.prompted()]
    several = {role for role, count in circles.by_role(room, members).items() if count > 1}
    of = {member: role if (role := room.first_role(member)) in several else None for member in (*members, *people)}
    if list(of.values()).count(None) == 1:
        return []
    counted = Counter(of[member] for member in people)
    groups = [each for each in (*Role, None) if counted[each]]
    return [_share(room, reader, each, round(100 * counted[each] / len(people))) for each in groups]


def _share(room: Room, reader: Member, role: Role | None, share: int) -> str:
    name = room.say(f"report.role_{role.name.lower()}" if role else "influence.others", reader)
    return room.say("influence.share", reader, role=name, share=share)
