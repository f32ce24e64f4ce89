"""The command by which the first administrator tells what there is: the school, its hours and days, and the team."""

from dataclasses import replace

from .. import engine, founding
from ..commands import Call, Command
from ..messages import Button, Item, Message, Note
from ..outcome import Outcome, Refused
from ..prompts import is_open
from ..route import route
from ..timetable import standing

_WITHOUT_A_SCHOOL = frozenset({"help", "home", "school", "answer", "who sees what"})
"""the matters of which there is something to say before the school is on record"""


def comes_first(call: Call, command: Command) -> bool:
    """Whether the command waits for the questions about the school."""
    return command.matter not in _WITHOUT_A_SCHOOL and founding.comes_first(call.room, call.me)


def first(call: Call) -> Outcome:
    """Say that the questions come first, and show those that are open, with the button that opens them."""
    known = call.room.conversations[founding.key(call.me)]
    flow = call.room.scripts.flow(founding.FLOW, call.me.language)
    text, team = call.say("founding.first"), call.room.team.id
    items = tuple(Item(spot.asked.words, in_form=True) for spot in route(flow, known) if spot.is_open)
    answer = Button(call.say("engine.answer"), f"answer {flow.name}", "primary", in_form=True)
    form = engine.in_message(flow, known, call.room.phrases(call.me), call.me.first_name, team)
    form = replace(form, intro=text) if form else None
    return Outcome(reply=Note(Message(text, flow.title, items, buttons=(answer,), about=team, form=form)))


def school(call: Call) -> Outcome:
    """Put the questions before the person; they can be answered on a form or one by one, and changed later."""
    known = call.room.conversations.get(founding.key(call.me))
    if known is None or not is_open(known, standing(call.room)):
        raise Refused(call.say("founding.over"))
    flow = call.room.scripts.flow(founding.FLOW, call.me.language)
    phrases, name, team = call.room.phrases(call.me), call.me.first_name, call.room.team.id
    turn = engine.invite(flow, known, name, phrases)
    form = engine.in_message(flow, turn.conversation, phrases, name, team)
    return Outcome((turn.conversation,), reply=Note(replace(turn.says[0], about=team, form=form)))


COMMANDS = (Command("school", "school", school, alone=True),)
