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
    """The next school morning after somebody left, if they own anything or facilitate; in a pause it waits."""
    here = standing(room)
    if here is None or here.paused:
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
    """Ask whoever keeps things going and is there: who takes these actions, who facilitates now?"""
    gone, day = moment.key.removeprefix("left."), room.today(moment.at)
    keepers = (*room.holders(Role.FACILITATOR), *room.holders(Role.ADMINISTRATOR), *room.prompted())
    heir = next((member for member in keepers if not room.is_away(member.id, day)), None)
    if heir is None:
        return Outcome()
    key = f"{room.team.id}.{here.cycle.number}.{moment.key}.{heir.id}"
    return Outcome(sends=(Send(key, room.team.id, heir.id, SendKind.PROMPT, moment.at, card=f"left {gone}"),))


def draw(room: Room, gone: str, to: str) -> Message | None:
    """The question for a successor; None once everything of theirs is handed on."""
    heir = room.member(to)
    items = tuple(_handed_on(room, gone, heir))
    if not items:
        return None
    return Message(
        room.say("team.successor", heir, name=room.name(gone)),
        title=room.say("team.successor_title", heir),
        items=items,
        preview=room.say("team.successor_title", heir),
        about=room.team.id,
    )


def _handed_on(room: Room, gone: str, heir: Member) -> Iterator[Item]:
    for action in sorted(_owned(room, gone), key=plan.urgency):
        buttons = (
            Button(room.say("action.pass", heir), f"action pass {action.number}", "primary"),
            Button(room.say("action.drop", heir), f"action drop {action.number}"),
        )
        yield Item(action.what, room.say("action.label", heir, number=action.number), buttons=buttons, quoted=True)
    if not room.holders(Role.FACILITATOR):
        take = Button(room.say("cycle.take_over", heir), f"cycle hand over {heir.name}")
        yield Item(room.say("cycle.no_facilitator", heir), buttons=(take,))
