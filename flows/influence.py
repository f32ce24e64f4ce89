"""Shared influence: how decisions were taken, and what was proposed, owned and led, by role and never by name."""

from collections import Counter
from collections.abc import Iterator

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
    """Whom the decisions asked; in a team of six and more, what each role did that everybody saw anyway."""
    asked = Counter(each.circle for each in decided(room) if MODES[each.mode].waits)
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
        counted = circles.by_role(room, people)
        if shares := [_share(room, reader, role, counted[role]) for role in Role if counted[role]]:
            yield Item(Raw(" · ").join(shares), room.say(phrase, reader))


def _share(room: Room, reader: Member, role: Role, count: int) -> str:
    return room.say("influence.share", reader, role=room.say(f"report.role_{role.name.lower()}", reader), count=count)
