"""What answers mean: needs, resources, dots, actions, the charter, results, and lines that the team may read."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar

from . import founding, needs, plan
from .commands import Call
from .engine import counted, is_complete, is_whole, items
from .flow import Conversation, Flow
from .messages import Kind, Value
from .orders import starting
from .outcome import Fact, Outcome, Refused
from .people import ERASED
from .records import Action, Ballot, Charter, Line, Need, Resource, Result
from .room import Room
from .sends import Send, SendKind
from .sight import LEAST

_Named = TypeVar("_Named", Need, Resource, Action)

LINES_OF_A_CYCLE = 100_000
"""more than any team writes in one"""


def harvest(room: Room, flow: Flow, conversation: Conversation, now: datetime) -> Outcome:
    """Return the records that the conversation's answers stand for; harvested again, they are brought up to date.

    Raises Refused where an answer asks for something that cannot be.
    """
    is_shared = flow.shares != "nothing" and conversation.cycle
    lines = Outcome(tuple(_lines(room, flow, conversation, now))) if is_shared else Outcome()
    rule = _RULES.get(flow.name)
    return lines + rule(room.having(lines.keep), flow, conversation, now) if rule else lines


def _told(flow: Flow, conversation: Conversation) -> Mapping[str, Value]:
    """What counts outside groups, by step."""
    grouped = {key for group in flow.groups for key in group.steps}
    return {step: answer.value for (step, _), answer in counted(flow, conversation).items() if step not in grouped}


def _origin(conversation: Conversation, step: str, item: int = 0) -> str:
    return f"{conversation.key}#{step}.{item}"


def _lines(room: Room, flow: Flow, conversation: Conversation, now: datetime) -> Iterator[Line]:
    """A line for each text outside groups; an answer taken back leaves an empty one."""
    told = _told(flow, conversation)
    grouped = {key for group in flow.groups for key in group.steps}
    for step in flow.steps:
        if step.kind in (Kind.TEXT, Kind.LONG) and step.key not in grouped and flow.name != "charter":
            line = _line(room, flow, conversation, step.key, str(told.get(step.key, "")), now)
            if line:
                yield line
                room = room.having((line,))


def _line(room: Room, flow: Flow, conversation: Conversation, step: str, text: str, now: datetime) -> Line | None:
    origin = _origin(conversation, step)
    known = next((line for line in room.lines if line.origin == origin), None)
    if known:
        return replace(known, text=text) if known.text != text else None
    if not text:
        return None
    number, named = _next_line(room, conversation.cycle), flow.shares == "with names"
    return Line(
        room.team.id,
        number,
        conversation.cycle,
        flow.name,
        step,
        origin,
        conversation.member,
        named,
        text,
        room.today(now),
    )


def _next_line(room: Room, cycle: int) -> int:
    """A number that no line of the team has: a room holds those of one cycle, so each cycle counts from its own."""
    return max((line.number for line in room.lines), default=cycle * LINES_OF_A_CYCLE) + 1


def share(room: Room, flow: Flow, conversation: Conversation, step: str, now: datetime) -> Outcome:
    """Let the team read one answer of a private flow, verbatim and with the name: its author pressed Share."""
    text = str(_told(flow, conversation).get(step, ""))
    if not text:
        raise Refused(room.say("share.nothing"))
    line = _line(room, replace(flow, shares="with names"), conversation, step, text, now)
    return Outcome((line,) if line else ())


def _needs(room: Room, flow: Flow, conversation: Conversation, now: datetime) -> Outcome:
    facts: list[Fact] = []
    told = items(flow, conversation, "needs")
    for item, need in told.items():
        area = str(need.get("area_other") or need.get("area") or "")
        known = _known(room.needs, _origin(conversation, "need", item))
        fresh = known or Need(
            room.team.id,
            room.next_number(Need),
            conversation.cycle,
            conversation.member,
            _origin(conversation, "need", item),
            "",
        )
        facts.append(
            replace(
                fresh,
                text=str(need.get("need", "")),
                evidence=str(need.get("evidence", "")),
                area=area,
                state="open",
            )
        )
        room = room.having(facts[-1:])
    return Outcome((*facts, *_withdrawn(room.needs, conversation, "need", set(told))))


def _resources(room: Room, flow: Flow, conversation: Conversation, now: datetime) -> Outcome:
    facts: list[Fact] = []
    told = items(flow, conversation, "resources")
    for item, resource in told.items():
        origin = _origin(conversation, "resource", item)
        fresh = _known(room.resources, origin) or Resource(
            room.team.id, room.next_number(Resource), conversation.cycle, conversation.member, origin, ""
        )
        facts.append(
            replace(
                fresh,
                text=str(resource.get("resource", "")),
                kind=str(resource.get("resource_kind", "")),
                state="open",
            )
        )
        room = room.having(facts[-1:])
    return Outcome((*facts, *_withdrawn(room.resources, conversation, "resource", set(told))))


def _known(records: tuple[_Named, ...], origin: str) -> _Named | None:
    return next((each for each in records if each.origin == origin), None)


def _withdrawn(
    records: tuple[Need, ...] | tuple[Resource, ...], conversation: Conversation, step: str, items: set[int]
) -> Iterator[Fact]:
    """What the person named before and takes back with this edit: nothing of its words is kept."""
    kept = {_origin(conversation, step, item) for item in items}
    for each in records:
        if each.origin.startswith(f"{conversation.key}#{step}.") and each.origin not in kept and each.state == "open":
            gone = replace(each, state="withdrawn", text=ERASED)
            yield replace(gone, evidence="") if isinstance(gone, Need) else gone


def _vote(room: Room, flow: Flow, conversation: Conversation, now: datetime) -> Outcome:
    dots = _told(flow, conversation).get("dots") or {}
    return Outcome((Ballot(room.team.id, conversation.cycle, conversation.member, dots),))


def _choose(room: Room, flow: Flow, conversation: Conversation, now: datetime) -> Outcome:
    chosen = _told(flow, conversation).get("chosen") or []
    return needs.choose(room, tuple(int(each) for each in chosen)) if chosen else Outcome()


def _said_now(room: Room, flow: Flow, conversation: Conversation) -> Iterator[tuple[int, Mapping[str, Value]]]:
    """The actions about which something new is said; what a command has changed of the others stays."""
    before = room.conversations.get(conversation.key)
    known = items(flow, before, "actions") if before else {}
    for item, told in items(flow, conversation, "actions").items():
        if told != known.get(item):
            yield item, told


def _plan(room: Room, flow: Flow, conversation: Conversation, now: datetime) -> Outcome:
    outcome = Outcome()
    for item, told in _said_now(room, flow, conversation):
        if is_whole(flow, conversation, "actions", item):
            outcome += _action(room.having(outcome.keep), conversation, item, told)
    return outcome


def _action(room: Room, conversation: Conversation, item: int, told: Mapping[str, Value]) -> Outcome:
    """One action of the form; once it is under way, only its commands change it."""
    origin = _origin(conversation, "what", item)
    known: Action | None = _known(room.actions, origin)
    if known and known.state not in ("proposed", "declined") and known.owner != conversation.member:
        return Outcome()
    due = room.calendar.add_school_days(date.fromisoformat(told["due"]), 0)
    fresh = known or plan.new(room, conversation.member, "", "", due, origin=origin)
    return plan.propose(
        room,
        replace(
            fresh,
            what=str(told["what"]),
            owner=str(told["owner"]),
            due=due,
            need=int(told.get("serves") or 0),
            resource=int(told.get("uses") or 0),
            prediction=str(told.get("prediction", "")),
            measure=str(told.get("measure", "")),
            reason=str(told.get("reason") or ""),
        ),
    )


def _checkin(room: Room, flow: Flow, conversation: Conversation, now: datetime) -> Outcome:
    outcome = Outcome()
    for item, told in _said_now(room, flow, conversation):
        action = room.numbered(Action, int(conversation.choices["actions"][item].key))
        if action and action.owner == conversation.member:
            outcome += _progress(room, action, told, now)
    return outcome


def _progress(room: Room, action: Action, told: Mapping[str, Value], now: datetime) -> Outcome:
    match told.get("status"):
        case "done":
            return plan.done(room, action.number, now)
        case "on_track":
            return plan.on_track(room, action.number)
        case "blocked" if told.get("blocker"):
            return plan.blocked(room, action.number, str(told["blocker"]))
        case "new_date" if told.get("new_due"):
            day = room.calendar.add_school_days(date.fromisoformat(told["new_due"]), 0)
            return plan.reschedule(room, action.number, day, now)
    return Outcome()


def _charter(room: Room, flow: Flow, conversation: Conversation, now: datetime) -> Outcome:
    told = _told(flow, conversation)
    words = {step: str(told.get(step, "")) for step in ("norms", "purpose", "priority")}
    shown = str(told.get("coach") or (room.charter.coach if room.charter else LEAST))
    return Outcome((Charter(room.team.id, conversation.cycle, by=conversation.member, coach=shown, **words),))


def _results(room: Room, flow: Flow, conversation: Conversation, now: datetime) -> Outcome:
    facts: list[Fact] = []
    for item, told in items(flow, conversation, "actions").items():
        if told.get("verdict"):
            action = int(conversation.choices["actions"][item].key)
            facts.append(
                Result(
                    room.team.id,
                    action,
                    conversation.cycle,
                    str(told.get("result", "")),
                    str(told["verdict"]),
                )
            )
    return Outcome((*facts, *_of_an_earlier_opening(room, flow, conversation)))


def _of_an_earlier_opening(room: Room, flow: Flow, conversation: Conversation) -> Iterator[Fact]:
    """Take back what was written down before the phase was opened again: what is recorded now stands for it."""
    for line in room.lines:
        written_in = room.conversations.get(line.origin.partition("#")[0])
        if line.flow == flow.name and line.text and written_in and written_in.phase != conversation.phase:
            yield replace(line, text="")


def _founded(room: Room, flow: Flow, conversation: Conversation, now: datetime) -> Outcome:
    """The school, the team and its people; and the first week of a cycle that begins as they said."""
    facts = founding.told(room, flow, conversation, room.today(now))
    if not is_complete(flow, conversation):
        return facts
    after = room.having((*facts.keep, conversation))
    call = Call(after, after.member(conversation.member), now)
    shown = starting.first_week(call)
    key = f"{conversation.key}.{sum(answer.revision for answer in conversation.answers.values())}"
    noted = founding.noted(after, call.me, shown.buttons[0].says)
    return facts + noted + Outcome(sends=(Send(key, room.team.id, call.me.id, SendKind.ANSWER, now, shown),))


Rule = Callable[[Room, Flow, Conversation, datetime], Outcome]

_RULES: Mapping[str, Rule] = {
    "needs": _needs,
    "resources": _resources,
    "vote": _vote,
    "choose": _choose,
    "plan": _plan,
    "checkin": _checkin,
    "charter": _charter,
    "results": _results,
    founding.FLOW: _founded,
}
