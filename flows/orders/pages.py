"""The command that lets somebody into the pages: the link comes by a direct message."""

from ..commands import Call, Command
from ..entering import CARD
from ..outcome import Outcome
from ..sends import Send, SendKind


def dashboard(call: Call) -> Outcome:
    """Send the link to the person alone, and say so where it was asked for."""
    link = Send(f"enter:{call.key}", call.room.team.id, call.me.id, SendKind.ANSWER, call.now, card=CARD)
    return Outcome(sends=(link,)) + call.tell(call.say("page.sent"))


COMMANDS = (Command("dashboard", "home", dashboard, alone=True),)
