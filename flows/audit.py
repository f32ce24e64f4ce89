"""What goes into the audit log: changes of roles and settings by what was and is; ids alone, never people's words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from . import own_record, stands
from .decision_records import Decision
from .messages import Form
from .outcome import Outcome
from .people import Channel, Hold, Membership, School, Team
from .records import Charter, Placement
from .room import Room
from .sight import LEAST

ROLE, SETTING, HOLD = "role", "setting", "hold"
READ, EXPORT = "read", "export"
INVITED, ERASURE, LEGAL_HOLD, RETENTION = "invitation", "erasure", "legal hold", "retention"
REDACTION = "redaction"


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done, about whom or what; who did it and when is known where it is written."""

    kind: str
    about: str
    """the id of a person, team or school"""
    detail: Mapping[str, Any] = field(default_factory=dict)


def changes(room: Room, kept: Iterable[object]) -> Iterator[Deed]:
    """Yield a deed for each of these facts that changes a role or a setting of the room."""
    for fact in kept:
        if deed := change(_before(room, fact), fact):
            yield deed


def change(before: Any, after: object) -> Deed | None:
    """Return what was done to a fact; None where it is neither a role nor a setting, or nothing changed."""
    if before == after:
        return None
    match after:
        case Membership():
            was, now = _roles(before), _roles(after)
            return Deed(ROLE, after.member, {"team": after.team, "was": was, "is": now}) if was != now else None
        case Team() | School():
            return Deed(SETTING, after.id, _changed(before, after))
        case Placement():
            return Deed(SETTING, after.team, {"changed": ["level"], "placed_by": after.by})
        case Channel():
            return Deed(SETTING, after.team, {"changed": ["channel"]})
        case Charter():
            seen = before.coach if before else LEAST
            return (
                Deed(SETTING, after.team, {"coach_sees": {"was": seen, "is": after.coach}})
                if seen != after.coach
                else None
            )
        case Hold():
            return Deed(HOLD, after.scope, {"is": "ended" if after.ended_at else "begun"})
    return None


def shown(room: Room, outcome: Outcome, me: str = "") -> Iterator[tuple[str, Deed]]:
    """Yield who is shown named words of others by this, or all that is held of them, and the deed.

    Advice is its decision's owner's alone until that closes. What the team's channel or its log of decisions tells is
    the whole team's, and leaves no line.
    """
    for send in outcome.sends:
        kind, _, about = send.card.partition(" ")
        if send.card == own_record.CARD:
            yield send.to, Deed(READ, send.to, {"what": "record"})
        elif kind == "returned":
            yield from ((send.to, deed) for deed in _advice(room, int(about)))
    if isinstance(outcome.reply, Form) and outcome.reply.ref.startswith(_ANSWERING):
        yield from ((me, deed) for deed in _advice(room, int(outcome.reply.ref.removeprefix(_ANSWERING))))


_ANSWERING = "order decide answer "
"""begins the form that shows each piece of advice to whoever answers it"""


def _advice(room: Room, number: int) -> Iterator[Deed]:
    decision = room.numbered(Decision, number)
    if decision and any(each.kind == "advice" for each in stands.of(room, decision)):
        yield Deed(READ, room.team.id, {"what": "advice", "decision": number})


def _roles(membership: Membership | None) -> list[str]:
    return [] if membership is None or membership.left_on else [role.value for role in membership.roles]


def _changed(before: Any, after: Any) -> Mapping[str, Any]:
    """Which settings are others now; a calendar by its parts."""
    if before is None:
        return {"changed": ["new"]}
    known = [each.name for each in fields(after) if each.compare]  # the others follow from these
    names = [name for name in known if getattr(before, name) != getattr(after, name)]
    if names == ["calendar"]:
        return {"changed": [f"calendar.{name}" for name in _changed(before.calendar, after.calendar)["changed"]]}
    return {"changed": names}


def _before(room: Room, fact: object) -> object | None:
    """The fact as the room knows it."""
    match fact:
        case Membership():
            return next((each for each in room.memberships if each.member == fact.member), None)
        case Team():
            return room.team
        case School():
            return room.school
        case Channel():
            return next((each for each in room.channels if each.team == fact.team), None)
        case Charter():
            return room.charter
        case Hold():
            known = (each for each in room.holds if (each.scope, each.since) == (fact.scope, fact.since))
            return next(known, None)
    return None
