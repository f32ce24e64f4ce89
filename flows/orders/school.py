"""The command by which the first administrator tells what there is: the school, its hours and days, and the team."""

from dataclasses import replace

from .. import engine, founding
from ..commands import Call, Command
from ..messages import Note
from ..outcome import Outcome, Refused
from ..prompts import is_open
from ..timetable import standing


def school(call: Call) -> Outcome:
    """Put the questions before the person; they can be answered on a form or one by one, and changed later."""
    known = call.room.conversations.get(founding.key(call.me))
    if known is None or not is_open(known, standing(call.room)):
        raise Refused(call.say("founding.over"))
    flow = call.room.scripts.flow(founding.FLOW, call.me.language)
    turn = engine.invite(flow, known, call.me.first_name, call.room.phrases(call.me))
    return Outcome((turn.conversation,), reply=Note(replace(turn.says[0], about=call.room.team.id)))


COMMANDS = (Command("school", "school", school, alone=True),)
