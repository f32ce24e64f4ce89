"""The commands about actions and the plan."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from .. import checkins, cycle, needs, plan, talk
from ..commands import Call, Command, because, is_number
from ..invitations import action_item
from ..messages import Button, Field, Form, Item, Kind, Option, Value
from ..outcome import Outcome, Refused
from ..phase_cards import progress
from ..records import Action

FIELDS = ("what", "owner", "due", "need", "resource", "prediction", "measure", "reason")


def action(call: Call) -> Outcome:
    """Open the form of a new action, with the words that were typed."""
    cycle.running(call.room)
    return call.show(_form(call, call.rest))


def _form(call: Call, what: str) -> Form:
    room = call.room
    ground = bool(needs.standing_needs(room) and needs.standing_resources(room))
    fields = [
        Field("what", call.say("action.ask_what"), value=what or None),
        Field("owner", call.say("action.ask_owner"), Kind.PERSON, _people(call), value=call.me.id),
        Field("due", call.say("action.ask_due"), Kind.DATE),
    ]
    if ground:
        fields.append(
            Field(
                "need",
                call.say("action.ask_need"),
                Kind.OPTIONS,
                needs.options(room, call.me),
                optional=True,
            )
        )
        fields.append(
            Field(
                "resource",
                call.say("action.ask_resource"),
                Kind.OPTIONS,
                tuple(Option(str(each.number), each.text) for each in needs.standing_resources(room)),
                optional=True,
            )
        )
    fields.append(Field("prediction", call.say("action.ask_prediction"), Kind.LONG))
    fields.append(Field("measure", call.say("action.ask_measure")))
    fields.append(
        Field(
            "reason",
            call.say("action.ask_reason"),
            hint=call.say("action.no_ground") if not ground else call.say("action.reason_hint"),
            optional=ground,
        )
    )
    return Form("order action", call.say("action.form"), tuple(fields), about=room.team.id)


def _people(call: Call) -> tuple[Option, ...]:
    return tuple(Option(member.id, member.name) for member in call.room.prompted())


def action_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `action`."""
    words = {field: str(values.get(field) or "") for field in FIELDS}
    for field in ("what", "due", "prediction", "measure"):
        if not words[field]:
            raise Refused(call.say("answers.missing"), field)
    for field in ("need", "resource"):
        if words[field] and not is_number(words[field]):
            raise Refused(call.say("answers.choose"), field)
    wanted = plan.new(
        call.room,
        call.me.id,
        words["what"],
        words["owner"] or call.me.id,
        _due(call, words["due"]),
        need=int(words["need"] or 0),
        resource=int(words["resource"] or 0),
        prediction=words["prediction"],
        measure=words["measure"],
        reason=words["reason"],
    )
    outcome = plan.propose(call.room, wanted) + Outcome(tuple(talk.answered_elsewhere(call, "plan")))
    if wanted.owner == call.me.id:
        return outcome + call.tell(call.say("action.kept", number=wanted.number, day=wanted.due))
    return outcome + call.tell(call.say("action.asked_of", number=wanted.number, name=call.room.name(wanted.owner)))


def _due(call: Call, words: str) -> date:
    try:
        return plan.require_school_day(call.room, call.day(words), call.now)
    except Refused as refusal:
        raise Refused(str(refusal), "due") from refusal


def actions(call: Call) -> Outcome:
    """List the team's actions, what is stuck or late on top."""
    listed = sorted(cycle.planned(call.room), key=plan.urgency)
    if not listed:
        return call.tell(call.say("action.none"), Button(call.say("plan.add"), "action"))
    items = [
        Item(
            each.what, call.say("action.label", number=each.number), progress(call.room, each, call.me.id), quoted=True
        )
        for each in listed
    ]
    return call.tell("", Button(call.say("plan.mine"), "actions mine"), title=call.say("action.list"), items=items)


def mine(call: Call) -> Outcome:
    """List the person's own actions with what can be said about each."""
    items = [action_item(call.room, each, call.me, call.today) for each in plan.of(call.room, call.me.id)]
    if not items:
        return call.tell(call.say("action.none_of_yours"), Button(call.say("plan.add"), "action"))
    return call.tell("", title=call.say("action.list_mine"), items=items)


def accept(call: Call) -> Outcome:
    """Take on an action that one was asked for."""
    number, _ = call.number("action accept")
    outcome = plan.accept(call.room, number, call.me.id)
    return outcome + call.tell(call.say("action.accepted", number=number))


def decline(call: Call) -> Outcome:
    """Say no to an action that one was asked for."""
    number, _ = call.number("action decline")
    outcome = _counted(call, number, plan.decline(call.room, number, call.me.id, call.now))
    asker = plan.looks_after(call.room, plan.find(call.room, number))
    if asker is None:
        return outcome + call.tell(call.say("action.declined_own", number=number))
    return outcome + call.tell(call.say("action.declined", number=number, name=asker.name))


def _owned(call: Call, what: str) -> tuple[int, str]:
    """The number and the words after it, if the action is the person's own or theirs to look after."""
    number, rest = call.number(what)
    found = plan.find(call.room, number)
    call.require("action change", found.owner == call.me.id, _who_may(call, found))
    return number, rest


def _who_may(call: Call, action: Action) -> str:
    """Who may change an action of somebody else; who has not taken it on is not named."""
    if action.state in ("open", "done"):
        return call.say("refused.action", owner=call.room.name(action.owner))
    return call.say("refused.asked_action", number=action.number)


def _accepted(call: Call, what: str) -> tuple[int, str]:
    """The same for what is said of an action under way: nobody takes one on for somebody else."""
    number, _ = call.number(what)
    action = plan.find(call.room, number)
    if action.state == "proposed" and action.owner != call.me.id:
        raise Refused(call.say("action.not_yours", number=number))
    return _owned(call, what)


def _counted(call: Call, number: int, outcome: Outcome, **said: Value) -> Outcome:
    """What is said of one's own action counts in the weekly check-in, which does not ask again."""
    return checkins.count(call.room, call.me, number, outcome, call.now, **said)


def pass_on(call: Call) -> Outcome:
    """Ask somebody else to take an action; without a name, ask who."""
    number, rest = call.number("action pass")
    wanted = plan.find(call.room, number, "declined")
    is_asked_again = wanted.state == "declined" and wanted.proposed_by == call.me.id
    call.require("action change", wanted.owner == call.me.id or is_asked_again, _who_may(call, wanted))
    if not rest:
        others = tuple(option for option in _people(call) if option.key != call.me.id)
        field = Field("to", call.say("action.ask_pass"), Kind.PERSON, others)
        return _asked(call, "action pass", number, field)
    to = call.person(rest.removeprefix("to "))
    outcome = _counted(call, number, plan.pass_on(call.room, number, to.id, call.me.id))
    if to.id == call.me.id:
        return outcome + call.tell(call.say("action.accepted", number=number))
    return outcome + call.tell(call.say("action.passed", number=number, name=to.name))


def _asked(call: Call, command: str, number: int, field: Field) -> Outcome:
    """The form of a command that lacks one word, with the action that it is about."""
    intro = call.subject("action.label", number, plan.find(call.room, number, "declined").what)
    title = call.say(command.replace(" ", "."))
    return call.show(Form(f"order {command} {number}", title, (field,), intro, about=call.room.team.id))


def _with_value(run: Callable[[Call], Outcome], field: str) -> Callable[[Call, Mapping[str, Value]], Outcome]:
    """A form with one field says the same as the command with its words."""

    def filled(call: Call, values: Mapping[str, Value]) -> Outcome:
        words = str(values.get(field) or "").strip()
        if not words:
            raise Refused(call.say("answers.missing"), field)
        return run(replace(call, rest=f"{call.rest} {words}"))

    return filled


def done(call: Call) -> Outcome:
    """The action is done."""
    number, _ = _accepted(call, "action done")
    outcome = _counted(call, number, plan.done(call.room, number, call.now), status="done")
    return outcome + call.tell(call.say("action.set_done", number=number))


def on_track(call: Call) -> Outcome:
    """The action goes on as planned."""
    number, _ = _accepted(call, "action on track")
    outcome = _counted(call, number, plan.on_track(call.room, number), status="on_track")
    return outcome + call.tell(call.say("action.set_on_track", number=number))


def blocked(call: Call) -> Outcome:
    """Something is in the way; without words, ask what."""
    number, rest = _accepted(call, "action blocked")
    reason = because(rest)
    if not reason:
        field = Field("blocker", call.say("action.blocked_by_what", number=number), Kind.LONG)
        return _asked(call, "action blocked", number, field)
    outcome = _counted(call, number, plan.blocked(call.room, number, reason), status="blocked", blocker=reason)
    return outcome + call.tell(call.say("action.set_blocked", number=number))


def move(call: Call) -> Outcome:
    """Give the action a new school day; without one, ask."""
    number, rest = _accepted(call, "action move")
    if not rest:
        field = Field("until", call.say("action.ask_due"), Kind.DATE)
        return _asked(call, "action move", number, field)
    day = call.sure_day(rest.removeprefix("to "))
    moved = plan.reschedule(call.room, number, day, call.now)
    outcome = _counted(call, number, moved, status="new_date", new_due=day.isoformat())
    return outcome + call.tell(call.say("action.moved", number=number, day=day))


def drop(call: Call) -> Outcome:
    """Take the action off the plan."""
    number, _ = _owned(call, "action drop")
    return _counted(call, number, plan.drop(call.room, number)) + call.tell(call.say("action.dropped", number=number))


def good(call: Call) -> Outcome:
    """Say that the plan is good enough for now and safe enough to try."""
    return cycle.agree(call.room, "plan", call.me.id, call.now) + call.tell(call.say("plan.said_good"))


COMMANDS = (
    Command("action", "action", action, action_filled),
    Command("actions", "actions", actions, alone=True),
    Command("actions mine", "actions", mine, alone=True),
    Command("action accept", "action change", accept, numbered=True),
    Command("action decline", "action change", decline, numbered=True),
    Command("action pass", "action change", pass_on, _with_value(pass_on, "to"), numbered=True),
    Command("action done", "action change", done, numbered=True),
    Command("action on track", "action change", on_track, numbered=True),
    Command("action blocked", "action change", blocked, _with_value(blocked, "blocker"), numbered=True),
    Command("action move", "action change", move, _with_value(move, "until"), numbered=True),
    Command("action drop", "action change", drop, numbered=True),
    Command("plan good", "plan good", good, alone=True),
)
