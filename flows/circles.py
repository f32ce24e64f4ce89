"""Circles: whom a decision asks, who of them is still there, and when the staff beyond the team may be asked again."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from .outcome import Outcome, Refused
from .people import PROMPTED, Role
from .room import Room

TEAM, STAFF = "team", "staff"
REST = timedelta(days=30)
"""Staff beyond the team are asked at most monthly (domain: decisions)."""


def known(room: Room) -> tuple[str, ...]:
    """The circles that a decision of this team can name: the team, each grade or department, the whole staff."""
    groups = sorted({group for each in room.memberships if not each.left_on for group in each.groups})
    return (TEAM, *groups, *((STAFF,) if room.holders(Role.STAFF) else ()))


def of(room: Room, member: str) -> tuple[str, ...]:
    """The grades, departments and other circles of this person."""
    return next((each.groups for each in room.memberships if each.member == member), ())


def put(room: Room, member: str, names: tuple[str, ...]) -> Outcome:
    """Say in which circles somebody is; raises Refused for a name that every team has already."""
    if taken := [name for name in names if name.casefold() in (TEAM, STAFF)]:
        raise Refused(room.say("team.no_such_circle", said=taken[0]), "circles")
    known = {name.casefold(): name for each in room.memberships for name in each.groups}
    spelled = tuple(known.get(name.casefold(), name) for name in names)
    return Outcome(tuple(replace(each, groups=spelled) for each in room.memberships if each.member == member))


def members(room: Room, circle: str, without: str) -> tuple[str, ...]:
    """The ids of those whom a decision with this circle asks: everybody in it but its owner, in the team's order."""
    inside = {each.member for each in room.memberships if circle in each.groups}
    asked = PROMPTED if circle == TEAM else PROMPTED | {Role.STAFF}
    return tuple(
        member.id
        for member in room.present()
        if member.id != without and room.roles(member.id) & asked and (circle in (TEAM, STAFF) or member.id in inside)
    )


def rests_until(room: Room, asked: Iterable[str], today: date) -> date | None:
    """The first day on which these people may be asked, if one of them is beyond the team and was asked lately.

    It is the same whichever team asked them, if they are beyond that one, too.
    """
    beyond = _beyond(room, asked)
    days = [
        each.today(decision.posted_at) + REST
        for each in (room, *room.others)
        for decision in each.decisions
        if decision.state not in ("draft", "undone") and beyond & _beyond(each, decision.asked)
    ]
    days += [room.today(pulse.opens_at) + REST for pulse in room.pulses if beyond]
    return max((day for day in days if day > today), default=None)


def _beyond(room: Room, members: Iterable[str]) -> set[str]:
    """Those of these people who are not on the team itself."""
    return {member for member in members if not room.roles(member) & PROMPTED}


def by_role(room: Room, members: Iterable[str]) -> Counter[Role]:
    """How many of these people are what, each counted as what they are, or were, first."""
    return Counter(role for member in members if (role := room.first_role(member)))
