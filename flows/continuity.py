"""People leave and the work goes on: within a school day the bot asks who takes over what they own."""

from collections.abc import Iterator
from datetime import date

from . import plan
from .cycle import planned
from .messages import Button, Item, Message
from .outcome import Outcome
from .people import Member, Role
from .records import Action
from .room import Room
from .sends import Send, SendKind
from .timetable import Due, Standing, standing


def dues(room: Room) -> Iterator[Due]:
    """The next school morning after somebody left, if they own anything or facilitate."""
    if standing(room) is None:
        return
    for membership in room.memberships:
        gone_on = _gone_on(room, membership.member, membership.left_on)
        facilitated = Role.FACILITATOR in membership.roles and not room.holders(Role.FACILITATOR)
        if gone_on and (_owned(room, membership.member) or facilitated):
            opens = room.calendar.next_working(room.calendar.at(gone_on, room.scripts.cycle.prompt))
            yield Due(opens, f"left.{membership.member}", "left")


def _gone_on(room: Room, member: str, left_team: date | None) -> date | None:
    return left_team or room.member(member).left_on


def _owned(room: Room, member: str) -> list[Action]:
    return [action for action in planned(room) if action.owner == member and action.state != "done"]


def ask_for_successor(room: Room, here: Standing, moment: Due) -> Outcome:
    """Ask whoever keeps things going: who takes these actions, who facilitates now?"""
    gone = room.member(moment.key.removeprefix("left."))
    heir = next(iter((*room.holders(Role.FACILITATOR), *room.holders(Role.ADMINISTRATOR), *room.prompted())), None)
    if heir is None:
        return Outcome()
    message = Message(
        room.say("team.successor", heir, name=gone.name),
        title=room.say("team.successor_title", heir),
        items=tuple(_handed_on(room, gone, heir)),
        preview=room.say("team.successor_title", heir),
        about=room.team.id,
    )
    key = f"{room.team.id}.{here.cycle.number}.{moment.key}.{heir.id}"
    return Outcome(sends=(Send(key, room.team.id, heir.id, SendKind.PROMPT, moment.at, message),))


def _handed_on(room: Room, gone: Member, heir: Member) -> Iterator[Item]:
    for action in sorted(_owned(room, gone.id), key=plan.urgency):
        buttons = (
            Button(room.say("action.pass", heir), f"action pass {action.number}", "primary"),
            Button(room.say("action.drop", heir), f"action drop {action.number}"),
        )
        yield Item(action.what, room.say("action.label", heir, number=action.number), buttons=buttons, quoted=True)
    if not room.holders(Role.FACILITATOR):
        take = Button(room.say("cycle.take_over", heir), f"cycle hand over {heir.name}")
        yield Item(room.say("cycle.no_facilitator", heir), buttons=(take,))
