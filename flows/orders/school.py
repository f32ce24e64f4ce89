"""The command by which the first administrator tells what there is: the school, its hours and days, and the team."""

from dataclasses import replace

from .. import engine, founding
from ..commands import Call, Command
from ..messages import Button, Item, Note
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
    items = (Item(spot.asked.words) for spot in route(flow, known) if spot.is_open)
    answer = Button(call.say("engine.answer"), f"answer {flow.name}", "primary")
    return call.tell(call.say("founding.first"), answer, title=flow.title, items=items)


def school(call: Call) -> Outcome:
    """Put the questions before the person; they can be answered on a form or one by one, and changed later."""
    known = call.room.conversations.get(founding.key(call.me))
    if known is None or not is_open(known, standing(call.room)):
        raise Refused(call.say("founding.over"))
    flow = call.room.scripts.flow(founding.FLOW, call.me.language)
    turn = engine.invite(flow, known, call.me.first_name, call.room.phrases(call.me))
    return Outcome((turn.conversation,), reply=Note(replace(turn.says[0], about=call.room.team.id)))


COMMANDS = (Command("school", "school", school, alone=True),)
