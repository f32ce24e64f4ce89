"""What those beside a team see of it: a coach what it agreed to show, who else reads along what it has settled."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from .people import BESIDE, Role
from .permissions import may
from .room import Room

LEAST = "course"
LEVELS = ("course", "work", "decisions")
"""phase and dates; also charter, needs and plan; also decisions"""
_SHOWN_FROM: Mapping[str, tuple[str, ...]] = {
    "work": ("charters", "needs", "resources", "actions", "results", "indicators"),
    "decisions": ("decisions", "wordings", "asks"),
}
"""Which records each level adds; all others stay with the team: reflections, dots, who said what."""
_NEVER = ("lines", "ballots", "evidences", "amendments")
"""What nobody beside the team reads, nor what was said to a decision that did not ask them."""
_MATTERS: Mapping[str, str] = {
    "needs": "work",
    "resources": "work",
    "actions": "work",
    "report": "work",
    "outcomes": "work",
    "participation": "work",
    "decisions": "decisions",
    "asks": "decisions",
    "influence": "decisions",
}
"""From which level on a matter can be read."""


def level(room: Room) -> str:
    """How much the team agreed to show; the least where it has agreed on nothing."""
    agreed = room.charter.coach if room.charter else ""
    return agreed if agreed in LEVELS else LEAST


def as_agreed(then: Room, now: Room) -> Room:
    """The room of an earlier cycle, showing a coach no more than the team shows them now, nor than it did then."""
    least = min(level(then), level(now), key=LEVELS.index)
    return replace(then, charters=tuple(replace(each, coach=least) for each in then.charters))


def is_limited(room: Room, member: str) -> bool:
    """Whether this person is only beside the team."""
    roles = room.roles(member)
    return bool(roles) and roles <= BESIDE


def is_shown(room: Room, member: str, matter: str) -> bool:
    """Whether this person may read of the matter; a coach only from the level on that shows it."""
    wanted = _MATTERS.get(matter, LEAST)
    is_coach = is_limited(room, member) and Role.COACH in room.roles(member)
    return not is_coach or LEVELS.index(level(room)) >= LEVELS.index(wanted)


def may_read(room: Room, member: str, matter: str) -> bool:
    """Whether this person may read of the matter at all: what the chat refuses them stands on no page."""
    return may(room.roles(member), matter) and is_shown(room, member, matter)


def withheld(room: Room, member: str) -> frozenset[str]:
    """The records of which this person does not read all, by their name in the room: what they lack may be there."""
    if not is_limited(room, member):
        return frozenset()
    if Role.COACH in room.roles(member):
        return frozenset((*_above(level(room)), *_NEVER))
    if room.roles(member) == {Role.STAFF}:
        return frozenset((*_above(""), *_NEVER))
    return frozenset(("needs", "resources", "actions", *_NEVER))


def seen(room: Room, member: str) -> Room:
    """The room as this person sees it: without what is not theirs to see."""
    if not is_limited(room, member):
        return room
    reduced = _reduced(room, room.roles(member))
    asked = _asked(room, member)
    own = {key: each for key, each in room.conversations.items() if each.member == member}
    never: dict[str, Any] = dict.fromkeys(_NEVER, ())
    return replace(
        reduced,
        **never,
        conversations=own,
        moves=tuple(replace(each, reason="") for each in room.moves),
        decisions=tuple(each for each in room.decisions if each in reduced.decisions or each.number in asked),
        stands=tuple(each for each in room.stands if each.decision in asked),
        wordings=tuple(each for each in room.wordings if each in reduced.wordings or each.decision in asked),
        asks=tuple(each for each in room.asks if each in reduced.asks or each.of == member),
    )


def _reduced(room: Room, roles: frozenset[Role]) -> Room:
    """What somebody beside the team reads in these roles, before what asks them is added."""
    if Role.COACH in roles:
        return _agreed(room)
    return _settled(room) if roles - {Role.STAFF} else _asked_only(room)


def _asked_only(room: Room) -> Room:
    """Nothing of the team's: colleagues beyond it read the decisions that ask them, and what its coach may see."""
    agreed = tuple(replace(each, norms="", purpose="", priority="") for each in room.charters)
    hidden: dict[str, Any] = dict.fromkeys(_above(""), ())
    return replace(room, **(hidden | {"charters": agreed}))


def _agreed(room: Room) -> Room:
    """What the team agreed to show its coach."""
    hidden: dict[str, Any] = dict.fromkeys(_above(level(room)), ())
    return replace(room, **hidden)


def _above(reached: str) -> Iterator[str]:
    """The names of the records that this level does not show; empty: of all that any level shows."""
    place = LEVELS.index(reached) if reached else -1
    return (name for each, names in _SHOWN_FROM.items() if LEVELS.index(each) > place for name in names)


def _settled(room: Room) -> Room:
    """What the team itself has chosen, planned and decided; what somebody named is the team's until it is chosen."""
    actions = tuple(each for each in room.actions if each.state not in ("proposed", "declined"))
    used = {each.resource for each in actions}
    return replace(
        room,
        needs=tuple(each for each in room.needs if each.chosen_in),
        resources=tuple(each for each in room.resources if each.number in used),
        actions=actions,
        wordings=(),
    )


def _asked(room: Room, member: str) -> frozenset[int]:
    """The decisions that ask this person as one of the staff."""
    is_staff = Role.STAFF in room.roles(member)
    return frozenset(each.number for each in room.decisions if is_staff and member in each.asked)
