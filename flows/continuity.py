"""People leave and the work goes on: within a school day the bot asks who takes over what they own."""

from collections.abc import Iterator
from math import ceil

from . import ask_cards, asks, decisions, plan
from .cycle import number, planned
from .decision_records import Decision
from .messages import Button, Item, Message
from .outcome import Outcome
from .people import Member, Role
from .records import Action
from .room import Room
from .sends import Send, SendKind
from .timetable import Due, standing

PRESS = 10
"""seconds that it takes to read what somebody owned, and to press who takes it"""


def dues(room: Room) -> Iterator[Due]:
    """The next school morning after somebody left, if they own anything or facilitate; in a pause it waits."""
    here = standing(room)
    if here and here.paused:
        return
    for membership in room.memberships:
        gone_on = room.left_on(membership.member)
        if gone_on is None:
            continue
        facilitated = Role.FACILITATOR in membership.roles and not room.holders(Role.FACILITATOR)
        administered = Role.ADMINISTRATOR in membership.roles and not room.holders(Role.ADMINISTRATOR)
        carried = here and (_owned(room, membership.member) or facilitated or administered)
        waits = _left_behind(room, membership.member) or asks.left_behind(room, membership.member)
        if carried or waits:
            opens = room.calendar.next_working(room.calendar.at(gone_on, room.course.prompt))
            yield Due(opens, f"left.{membership.member}.{gone_on}", "left")


def _owned(room: Room, member: str) -> list[Action]:
    return [action for action in planned(room) if action.owner == member and action.state != "done"]


def _left_behind(room: Room, member: str) -> list[Decision]:
    return [each for each in room.decisions if each.owner == member and decisions.is_left_behind(room, each)]


def ask_for_successor(room: Room, moment: Due) -> Outcome:
    """Ask whoever keeps things going and is there: who takes these actions, who facilitates now?"""
    gone, day = moment.key.removeprefix("left.").rpartition(".")[0], room.today(moment.at)
    keepers = (*room.holders(Role.FACILITATOR), *room.holders(Role.ADMINISTRATOR), *room.prompted())
    heir = next((member for member in keepers if not room.is_away(member.id, day)), None)
    if heir is None:
        return Outcome()
    key = f"{room.team.id}.{number(room)}.{moment.key}.{heir.id}"
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
        note=room.say("engine.minutes", heir, count=ceil(len(items) * PRESS / 60)),
        preview=room.say("team.successor_title", heir),
        about=room.team.id,
    )


def _handed_on(room: Room, gone: str, heir: Member) -> Iterator[Item]:
    for decision in _left_behind(room, gone):
        take = Button(room.say("decide.take_it", heir), f"decide take {decision.number}", "primary")
        label = room.say("decide.label", heir, number=decision.number)
        yield Item(decision.question, label, buttons=(take,), quoted=True)
    for ask in asks.left_behind(room, gone):
        label = room.say("ask.label", heir, number=ask.number)
        yield Item(ask.what, label, buttons=ask_cards.ways(room, ask), quoted=True)
    for action in sorted(_owned(room, gone), key=plan.urgency):
        buttons = (
            Button(room.say("action.pass", heir), f"action pass {action.number}", "primary"),
            Button(room.say("action.drop", heir), f"action drop {action.number}"),
        )
        yield Item(action.what, room.say("action.label", heir, number=action.number), buttons=buttons, quoted=True)
    was = {role for each in room.memberships if each.member == gone for role in each.roles}
    if Role.ADMINISTRATOR in was and not room.holders(Role.ADMINISTRATOR):
        yield Item(room.say("team.no_administrator", heir))
    if Role.FACILITATOR in was and not room.holders(Role.FACILITATOR):
        take = Button(room.say("cycle.take_over", heir), f"cycle hand over {heir.name}")
        yield Item(room.say("cycle.no_facilitator", heir), buttons=(take,))
