"""The command that puts on record what somebody saw of an action."""

from collections.abc import Mapping

from .. import cycle, evidence, plan
from ..commands import Call, Command, is_number
from ..messages import Button, Field, Form, Kind, Option, Value
from ..outcome import Outcome, Refused
from ..records import Evidence


def seen(call: Call) -> Outcome:
    """Keep what was seen: `action evidence 3 Ten of twelve …`; without number or words, open the form."""
    if not is_number(call.rest.partition(" ")[0].strip("#:,.")):
        return keep(call)
    number, words = call.number("action evidence")
    if words:
        return _put(call, number, words)
    plan.find(call.room, number)
    return _form(call, str(number))


def keep(call: Call) -> Outcome:
    """Open the form with these words, whatever they begin with: "12 of 14 pupils" is about no action 12."""
    return _form(call, words=call.rest)


def _form(call: Call, number: str = "", words: str = "") -> Outcome:
    evidence.require_actions(call.room)
    listed = sorted(cycle.planned(call.room), key=plan.urgency)
    options = tuple(Option(str(each.number), each.what) for each in listed)
    fields = (
        Field("action", call.say("evidence.ask_action"), Kind.OPTIONS, options, value=number or None),
        Field("words", call.say("evidence.ask_words"), Kind.LONG, value=words or None, hint=call.say("evidence.hint")),
    )
    return call.show(Form("order action evidence", call.say("evidence.form"), fields, about=call.room.team.id))


def filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `action evidence`."""
    number = str(values.get("action") or "")
    if not is_number(number):
        raise Refused(call.say("answers.choose"), "action")
    return _put(call, int(number), str(values.get("words") or ""))


def _put(call: Call, number: int, words: str) -> Outcome:
    outcome = evidence.put(call.room, number, call.me.id, words, call.now)
    take_back = Button(call.say("share.take_back"), f"action evidence drop {call.room.next_number(Evidence)}")
    return outcome + call.tell(call.say("evidence.kept", number=number), take_back)


def drop(call: Call) -> Outcome:
    """Take back what one put on record."""
    number, _ = call.number("action evidence drop")
    return evidence.take_back(call.room, number, call.me.id) + call.tell(call.say("evidence.taken_back"))


COMMANDS = (
    Command("action evidence", "action evidence", seen, filled),
    Command("evidence as written", "action evidence", keep, listed=False),
    Command("action evidence drop", "action evidence", drop, listed=False, numbered=True),
)
