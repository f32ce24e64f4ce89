"""The commands that hold everything up, and let it go on."""

from collections.abc import Mapping

from .. import holds
from ..commands import Call, Command, because, gives_reason
from ..messages import Button, Field, Form, Kind, Value
from ..outcome import Outcome, Refused
from ..timetable import standing


def hold(call: Call) -> Outcome:
    """Hold everything up that the bot would start: `hold because …`; after "hold on" the form asks first."""
    if gives_reason(call.rest):
        return _held(call, because(call.rest))
    if call.room.hold:
        raise Refused(holds.told(call.room, call.me))
    hint, words = call.say("hold.reason_hint"), call.rest or None
    field = Field("reason", call.say("hold.reason"), Kind.LONG, optional=True, hint=hint, value=words)
    return call.show(Form("order hold", call.say("hold.title"), (field,), about=call.room.team.id))


def hold_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `hold`."""
    return _held(call, str(values.get("reason") or "").strip())


def _held(call: Call, reason: str) -> Outcome:
    outcome = holds.begin(call.room, call.me.id, reason, call.now)
    end = Button(call.say("hold.resume"), "resume")
    return outcome + call.tell(call.say("hold.begun", school=call.room.school.name), end)


def resume(call: Call) -> Outcome:
    """Go on after a hold."""
    here = standing(call.room)
    if call.room.hold is None and here and here.paused:
        return call.tell(call.say("hold.none_but_paused"), Button(call.say("cycle.resume_button"), "cycle resume"))
    return holds.end(call.room, call.me.id, call.now) + call.tell(call.say("hold.ended", school=call.room.school.name))


COMMANDS = (
    Command("hold", "hold", hold, hold_filled),
    Command("resume", "hold", resume, alone=True),
)
