"""The pages: whoever reads there reads what the chat would tell them, and nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from . import asks, decision_log, ordering, page_paths, sight
from .calendar import CalendarError
from .commands import Call
from .messages import Card, Message, Note
from .outcome import Refused
from .people import Member, Membership, Role
from .room import Room

HOME = "home"
TEAM = ("cycle status", "how we work here", "needs", "resources", "actions", "asks", "how we decide")
"""What a team's page shows, in this order; its decisions have a page of their own."""
DECISIONS = "decisions"


def told(room: Room, me: Member, now: datetime, words: str) -> Message | None:
    """What the chat answers this person; None where it refuses them. There is nothing to press on a page."""
    call = Call(sight.seen(room, me.id).told_to(me.id), me, now)
    try:
        reply = ordering.ordered(call, words).reply
    except (Refused, CalendarError):
        return None
    return _to_read(reply.message) if isinstance(reply, Note | Card) else None


def of_team(room: Room, me: Member, now: datetime) -> Iterator[Message]:
    """Everything of a team that this person may read, one message after the other."""
    for words in TEAM:
        if message := told(room, me, now, words):
            yield message


def ways_to_decisions(room: Room, me: Member, now: datetime) -> dict[str, str]:
    """The path of the page of each decision that this person may read, by the label that it has in the log."""
    known = decision_log.posted(sight.seen(room, me.id), me.id, now)
    return {room.say("decide.label", me, number=each.number): way_to_decision(room, each.number) for each in known}


def ways(room: Room, me: Member, now: datetime) -> dict[str, str]:
    """Where on the pages stands what this person is told of by its label: decisions, actions and asks."""
    team = way_to_team(room)
    on_team = {label: f"{team}#{mark}" for label, mark in marks(room, me, now).items()}
    return on_team | ways_to_decisions(room, me, now)


def marks(room: Room, me: Member, now: datetime) -> dict[str, str]:
    """What to find actions and asks by on the team's page, by their labels."""
    seen = sight.seen(room, me.id)
    actions = {room.say("action.label", me, number=each.number): f"action-{each.number}" for each in seen.actions}
    known = asks.known(seen, me.id, now)
    return actions | {room.say("ask.label", me, number=each.number): f"ask-{each.number}" for each in known}


def way_to_team(room: Room) -> str:
    """The path of the team's page."""
    return page_paths.of_card(room, "phase")


def way_to_decision(room: Room, number: int) -> str:
    """The path of the page of one decision."""
    return page_paths.of_card(room, f"decision {number}")


def reading_along(room: Room, me: Member) -> Room:
    """The room as an administrator of the school opens it who is not of the team: they read what it has settled."""
    if room.roles(me.id):
        return room
    place = max((each.position for each in room.memberships), default=0) + 1
    beside = Membership(room.team.id, me.id, (Role.OBSERVER,), place)
    return replace(room, members=(*room.members, me), memberships=(*room.memberships, beside))


def _to_read(message: Message) -> Message:
    items = tuple(replace(item, buttons=()) for item in message.items)
    return replace(message, items=items, buttons=(), form=None, link=None)
