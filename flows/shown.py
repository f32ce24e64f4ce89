"""What a team's coach and its district can see: the declared fields of which these views are made, and no others.

The questions to the database are built from this list, and so is the page on which everybody reads it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from . import rollup, sight
from .decision_records import Decision
from .flow import Conversation
from .messages import Item
from .people import Hold, Member, Membership, Role, School, Team
from .records import Action, Charter, Cycle, Line, Move, Occurrence, Placement
from .room import Room

PATH = "/what-others-see"
"""the page that says the same as the command"""

Fields = Mapping[type, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a view tells, and the fields of which it is told."""

    key: str
    """of the phrase that says it, after "shown.coach_" """
    fields: Fields
    matter: str = ""
    """a matter that the team has to show (`sight`); empty: its coach sees it always"""


COACH = (
    Part(
        "school",
        {School: ("id", "name", "calendar"), Hold: ("scope", "since", "ended_at")},
    ),
    Part("team", {Team: ("id", "school", "name", "meeting_weekday", "language", "level")}),
    Part("people", {Membership: ("team", "member", "roles", "left_on"), Member: ("id", "left_on")}),
    Part(
        "course",
        {
            Cycle: ("team", "number", "started_on", "weeks"),
            Move: ("team", "cycle", "number", "kind", "phase", "at", "until"),
            Occurrence: ("team", "cycle", "key", "at", "note"),
        },
    ),
    Part("agreed", {Charter: ("team", "cycle", "coach")}),
    Part("levels", {Placement: ("team", "number", "by", "level", "on")}),
    Part("actions", {Action: ("team", "number", "cycle", "due", "state", "status")}, "actions"),
    Part("decisions", {Decision: ("team", "number", "state", "closes_at")}, "decisions"),
    Part(
        "reflections",
        {
            Line: ("team", "number", "cycle", "flow", "on"),
            Conversation: ("team", "key", "flow", "cycle", "answered_at"),
        },
        "participation",
    ),
    Part(
        "answers",
        {Conversation: ("team", "key", "member", "cycle", "opened_at", "answered_at", "declined_at")},
        "participation",
    ),
)
"""What the console of a coach is made of."""


def _fields() -> Fields:
    found: dict[type, dict[str, None]] = {}
    for part in COACH:
        for kind, names in part.fields.items():
            found.setdefault(kind, {}).update(dict.fromkeys(names))
    return {kind: tuple(names) for kind, names in found.items()}


READ = _fields()
"""All fields of which the console of a coach is made, each once, in the order in which they are declared."""


def items(room: Room, me: Member) -> Iterator[Item]:
    """Field by field what the coach and the district see of this team, and what neither ever sees."""
    yield of_team(room, me)
    yield from of_all(room, me)


def of_team(room: Room, me: Member) -> Item:
    """Who coaches this team, and what it agreed to show them."""
    coaches = [each.name for each in room.holders(Role.COACH)]
    who = room.say("shown.coaches" if coaches else "shown.no_coach", me, names=coaches)
    agreed = room.say(f"coach.shows_{sight.level(room)}", me)
    return Item(who, room.team.name, room.say("shown.agreed", me, shown=agreed))


def of_all(room: Room, me: Member) -> Iterator[Item]:
    """What is the same for every team."""
    yield Item(room.say("shown.reads", me), room.say("shown.on_request", me))
    for part in COACH:
        yield Item(room.say(f"shown.coach_{part.key}", me), room.say(f"shown.when_{part.matter or 'always'}", me))
    yield Item(room.say("rollup.rule", me, fewest=rollup.FEWEST), room.say("shown.district", me))
    counted = ", ".join(room.say(f"rollup.{key}", me) for key in ("people", *(each.key for each in rollup.FIGURES)))
    yield Item(counted, room.say("shown.counted", me))
    yield Item(room.say("privacy.readers", me), room.say("shown.on_request", me))
    yield Item(room.say("privacy.pulse", me), room.say("shown.pulse", me))
    yield Item(room.say("shown.never_told", me), room.say("shown.never", me))
