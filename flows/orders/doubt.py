"""The commands of an author whose words wait, where none of them does any more; see `editing` for the others."""

from collections.abc import Mapping

from .. import doubts
from ..commands import Call, Command
from ..messages import Value
from ..outcome import Outcome, Refused


def gone(call: Call) -> Outcome:
    """Say that it is settled."""
    raise Refused(call.say("doubt.gone"))


def gone_meanwhile(call: Call, values: Mapping[str, Value]) -> Outcome:
    """Say it to a form, too."""
    return gone(call)


COMMANDS = (
    Command(doubts.POST, "own words", gone, listed=False, numbered=True),
    Command(doubts.EDIT, "own words", gone, gone_meanwhile, listed=False, numbered=True),
)
