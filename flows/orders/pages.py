"""The commands that a direct message answers: the way into the pages, and all that is held of a person."""

from .. import entering, own_record
from ..commands import Call, Command
from ..outcome import Outcome
from ..sends import Send, SendKind


def dashboard(call: Call) -> Outcome:
    """Send the link to the person alone."""
    return alone(call, entering.CARD, "page.sent")


def my_record(call: Call) -> Outcome:
    """Send everything that is held of the person to them alone."""
    return alone(call, own_record.CARD, "record.sent")


def alone(call: Call, card: str, sent: str) -> Outcome:
    """Send a card that is drawn when it goes out, to the person alone; elsewhere `sent` says where it is."""
    send = Send(f"{card}:{call.key}", call.room.team.id, call.me.id, SendKind.ANSWER, call.now, card=card)
    told = Outcome() if call.in_chat else call.tell(call.say(sent))
    return Outcome(sends=(send,)) + told


COMMANDS = (
    Command("dashboard", "pages", dashboard, alone=True),
    Command("my record", "pages", my_record, alone=True),
)
