"""The command by which one says whether one leads the next meeting."""

from collections.abc import Mapping
from dataclasses import replace

from .. import leading
from ..commands import Call, Command
from ..cycle import running
from ..invitations import skill_button
from ..messages import Button, Field, Form, Kind, Option, Value
from ..outcome import Outcome, Refused
from ..people import Member
from ..timetable import Standing


def lead(call: Call) -> Outcome:
    """Say whether one leads the next meeting: yes, with somebody, or no."""
    here = running(call.room)
    word, _, rest = call.rest.partition(" ")
    match word.casefold():
        case "no":
            return _no(call, here)
        case "with":
            return _together(call, here, rest) if rest else _with_whom(call)
        case "yes":
            if first := leading.accepted(call.room, here, call.me.id):
                return _taken(call, call.room.member(first.member))
            return _yes(call, here, "lead.accepted")
    leading.accept(call.room, here, call.me.id)
    buttons = (
        Button(call.say("lead.alone"), "lead yes", "primary"),
        Button(call.say("lead.with_someone"), "lead with"),
        Button(call.say("lead.no"), "lead no"),
    )
    return call.tell(call.say("lead.how", phase=here.phase.title), *buttons)


def _no(call: Call, here: Standing) -> Outcome:
    """A no is taken, and says who is asked or leads instead, if anybody does."""
    outcome = leading.decline(call.room, here, call.me.id, call.now)
    instead = leading.lead(call.room.having(outcome.keep), here)
    if instead is None:
        return outcome + call.tell(call.say("lead.declined_open"))
    told = "lead.asked_next" if outcome.sends else "lead.declined"
    return outcome + call.tell(call.say(told, name=instead.name))


def _with_whom(call: Call) -> Outcome:
    others = tuple(Option(each.id, each.name) for each in call.room.prompted() if each.id != call.me.id)
    field = Field("beside", call.say("lead.with_whom"), Kind.PERSON, others)
    return call.show(Form("order lead", call.say("lead.with_someone"), (field,), about=call.room.team.id))


def _together(call: Call, here: Standing, named: str) -> Outcome:
    beside = call.person(named)
    if beside.id == call.me.id:
        raise Refused(call.say("lead.with_oneself"), "beside")
    return _yes(call, here, "lead.accepted_with", beside)


def _yes(call: Call, here: Standing, told: str, beside: Member | None = None) -> Outcome:
    """A yes, alone or with somebody, and the protocol that goes with the meeting."""
    accepted = leading.accept(call.room, here, call.me.id, beside.id if beside else "")
    name = beside.name if beside else ""
    return accepted + call.tell(call.say(told, name=name), *skill_button(call.room, here))


def _taken(call: Call, first: Member) -> Outcome:
    """Somebody else said yes before: one can lead with them."""
    together = Button(call.say("lead.with_them", name=first.first_name), f"lead with {first.id}")
    return call.tell(call.say("lead.taken", name=first.name), together)


def lead_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form that asks with whom."""
    if not values.get("beside"):
        raise Refused(call.say("answers.missing"), "beside")
    return lead(replace(call, rest=f"with {values['beside']}"))


COMMANDS = (Command("lead", "lead", lead, lead_filled),)
