"""Actions: proposed, accepted by their owners, checked in on, and moved when life happens."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from .cycle import number, planned
from .needs import standing_needs, standing_resources
from .outcome import Outcome, Refused
from .people import Member, Role
from .records import Action, Need, Resource
from .room import Room
from .sends import Send, SendKind


def propose(room: Room, wanted: Action) -> Outcome:
    """Put an action on record; it opens when its owner accepts, at once when they proposed it themselves.

    Raises Refused without a need and a resource unless a reason is given, for an owner who is not on the team,
    a day that is closed or past, and above the team's cap of open actions.
    """
    if wanted.owner not in {member.id for member in room.prompted()}:
        raise Refused(room.say("action.owner_not_on_team", names=[each.name for each in room.prompted()]))
    _require_ground(room, wanted)
    known = room.numbered(Action, wanted.number)
    if known is None and len([each for each in planned(room) if each.state != "done"]) >= room.team.most_actions:
        raise Refused(room.say("action.too_many", most=room.team.most_actions))
    state = "open" if wanted.owner == wanted.proposed_by else "proposed"
    return Outcome((replace(wanted, state=known.state if known and known.owner == wanted.owner else state),))


def _require_ground(room: Room, wanted: Action) -> None:
    """An action serves a need and draws on a resource, both on record, or somebody says why it cannot wait."""
    if wanted.need and (room.numbered(Need, wanted.need) is None):
        raise Refused(room.say("need.unknown", number=wanted.need))
    if wanted.resource and room.numbered(Resource, wanted.resource) is None:
        raise Refused(room.say("resource.unknown", number=wanted.resource))
    if wanted.reason or (wanted.need and wanted.resource):
        return
    if not (standing_needs(room) and standing_resources(room)):
        raise Refused(room.say("action.no_ground"), "reason")
    raise Refused(room.say("action.need_and_resource_or_reason"), "reason")


def require_school_day(room: Room, day: date, now: datetime) -> date:
    """The day, if it is an open school day from today on; raises Refused and offers the next one."""
    if day < room.today(now):
        raise Refused(room.say("action.past", day=day))
    if not room.calendar.is_open(day):
        raise Refused(room.say("cycle.closed_day", day=day, next=room.calendar.add_school_days(day, 0)))
    return day


def find(room: Room, wanted: int, *gone: str) -> Action:
    """The action of the team with this number; raises Refused when there is none.

    One that was declined or dropped is off the plan, and found only where `gone` names its state.
    """
    action = room.numbered(Action, wanted)
    if action is None or (action.state in ("declined", "dropped") and action.state not in gone):
        raise Refused(room.say("action.unknown", number=wanted))
    return action


def of(room: Room, member: str) -> tuple[Action, ...]:
    """A person's own actions that are not done, what is stuck or late on top."""
    mine = [action for action in planned(room) if action.owner == member and action.state != "done"]
    return tuple(sorted(mine, key=urgency))


def under_way(room: Room, member: str) -> tuple[Action, ...]:
    """Those of them that the person has taken on."""
    return tuple(action for action in of(room, member) if action.state == "open")


def urgency(action: Action) -> tuple[bool, bool, date, int]:
    """Sorts blocked actions first, then by their day, overdue ones on top; what is done comes last."""
    return (action.state == "done", action.status != "blocked", action.due, action.number)


def accept(room: Room, wanted: int, member: str) -> Outcome:
    """Its owner takes the action on."""
    action = _proposed_to(room, wanted, member)
    return Outcome((replace(action, state="open"),))


def decline(room: Room, wanted: int, member: str, now: datetime) -> Outcome:
    """Its owner does not take it on: it is off the plan, and whoever can ask somebody else is told."""
    action = _proposed_to(room, wanted, member)
    declined = Outcome((replace(action, state="declined"),))
    if (asker := looks_after(room, action)) is None:
        return declined
    key = f"{room.team.id}.action{wanted}.declined.{member}.{room.today(now)}"
    send = Send(key, room.team.id, asker.id, SendKind.PROMPT, now, card=f"declined {wanted}")
    return declined + Outcome(sends=(send,))


def looks_after(room: Room, action: Action) -> Member | None:
    """Who asks somebody else when the owner does not take it: who proposed it, or facilitates once they have left."""
    proposer = [member for member in room.prompted() if member.id == action.proposed_by]
    guides = (*room.holders(Role.FACILITATOR), *room.holders(Role.ADMINISTRATOR))
    asker = next(iter((*proposer, *guides)), None)
    return asker if asker and asker.id != action.owner else None


def _proposed_to(room: Room, wanted: int, member: str) -> Action:
    action = find(room, wanted)
    if action.state != "proposed":
        raise Refused(room.say("action.accepted_already", number=wanted))
    if action.owner != member:
        raise Refused(room.say("action.not_yours", number=wanted))
    return action


def pass_on(room: Room, wanted: int, to: str, by: str) -> Outcome:
    """Ask somebody else of the team to take the action, also after it was declined; who takes it over has said yes."""
    action = find(room, wanted, "declined")
    if to not in {member.id for member in room.prompted()}:
        raise Refused(room.say("action.owner_not_on_team", names=[each.name for each in room.prompted()]))
    return Outcome((replace(action, owner=to, state="open" if to == by else "proposed"),))


def done(room: Room, wanted: int, now: datetime) -> Outcome:
    """The action is done."""
    return Outcome((replace(find(room, wanted), state="done", status="", blocker="", done_on=room.today(now)),))


def on_track(room: Room, wanted: int) -> Outcome:
    """The action goes on as planned."""
    return Outcome((replace(find(room, wanted), state="open", status="on_track", blocker="", done_on=None),))


def blocked(room: Room, wanted: int, blocker: str) -> Outcome:
    """Something is in the way; asks what, because the team can only help with what it knows."""
    if not blocker:
        raise Refused(room.say("action.blocked_by_what", number=wanted))
    return Outcome((replace(find(room, wanted), state="open", status="blocked", blocker=blocker, done_on=None),))


def reschedule(room: Room, wanted: int, day: date, now: datetime) -> Outcome:
    """The action gets a new school day."""
    day = require_school_day(room, day, now)
    action = find(room, wanted)
    return Outcome((replace(action, due=day, status="on_track" if action.state == "open" else action.status),))


def drop(room: Room, wanted: int) -> Outcome:
    """The action is off the plan."""
    return Outcome((replace(find(room, wanted), state="dropped"),))


def new(room: Room, by: str, what: str, owner: str, due: date, **rest: Any) -> Action:
    """A new action of the newest cycle with the next number."""
    return Action(room.team.id, room.next_number(Action), number(room), what, owner, due, by, **rest)
