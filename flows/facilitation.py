"""Facilitation handed on: whoever is given it hears at once what it means, and can give it back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from . import prompts
from .messages import Button, Message
from .outcome import Outcome
from .people import Role
from .room import Room
from .sends import Send, SendKind

CARD = "handed"


def hand_over(room: Room, to: str, by: str, key: str, now: datetime) -> Outcome:
    """Somebody else facilitates from now on, and is told unless they did it themselves; `key` tells one time apart."""
    changed = tuple(
        replace(each, roles=_with_role(each.roles, each.member == to))
        for each in room.memberships
        if (each.member == to) != (Role.FACILITATOR in each.roles)
    )
    send = Send(f"{room.team.id}.{CARD}.{key}", room.team.id, to, SendKind.PROMPT, now, card=f"{CARD} {by}")
    return Outcome(changed, sends=(send,) if changed and to != by else ())


def _with_role(roles: tuple[Role, ...], holds: bool) -> tuple[Role, ...]:
    others = tuple(role for role in roles if role is not Role.FACILITATOR)
    return (*others, Role.FACILITATOR) if holds else others


def draw(room: Room, by: str, to: str) -> Message | None:
    """What it means to facilitate, for whom it was handed to; None once somebody else does."""
    if Role.FACILITATOR not in room.roles(to):
        return None
    member = room.member(to)
    told = room.say("facilitation.handed", member, name=room.name(by), team=room.team.name)
    return Message(
        prompts.with_hello(room, member, told),
        title=room.say("facilitation.title", member),
        note=room.say("engine.half_a_minute", member),
        buttons=tuple(_ways(room, by, to)),
        preview=room.say("facilitation.title", member),
        about=room.team.id,
    )


def _ways(room: Room, by: str, to: str) -> Iterator[Button]:
    """To see what there is to do, to hand it on, or back to who gave it while they are there."""
    member = room.member(to)
    yield Button(room.say("facilitation.status", member), "cycle status")
    yield Button(room.say("facilitation.hand_on", member), "cycle hand over")
    if by in {each.id for each in room.prompted()}:
        name = room.member(by).first_name
        yield Button(room.say("facilitation.give_back", member, name=name), f"cycle hand over {by}")
