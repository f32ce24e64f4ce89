"""What the bot asks of whom: it opens conversations, nudges once, and never asks in vain."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import chain

from . import cycle, leading, needs, plan
from .asking import first_question
from .calendar import parse_time
from .cycle_script import Moment
from .flow import Conversation, Flow
from .messages import Kind, Option
from .outcome import Outcome
from .people import Member, Role
from .records import Action
from .room import Room
from .sends import Send, SendKind
from .timetable import Due, Standing, dues, standing

UNANSWERED = 2
"""After so many weekly cards without an answer the card comes every second week (domain: school time)."""
LATELY = 2
"""occasions of a person whose messages still change with what they do"""
_WEEKLY = re.compile(r"^\d+\.ask\d+\.\d")
"""the key of a visited moment that comes every week: its day follows"""
_GONE = Option("", "")
"""in place of an action that is asked about no more"""


def ask(room: Room, here: Standing, due: Due) -> Outcome:
    """Open the conversations of a due moment and send each person one message for all of them."""
    moment = here.phase.moments[due.about]
    outcome = leading.ask_next(room, here, due) if not due.about and here.phase.week else Outcome()
    for member in _audience(room, here, moment, due):
        opened = tuple(_open(room, here, due, moment, member))
        if opened:
            sends = (_invitation(room, due, opened[0]),)
            outcome += Outcome((*opened, *_greeting(member, opened[0])), sends=sends)
    return outcome


def nudge(room: Room, here: Standing, due: Due) -> Outcome:
    """Remind, once, those who were asked at this moment and have not answered anything yet."""
    sends: dict[str, Send] = {}
    for each in open_ones(room):
        is_asked = occasion(each) == f"{here.cycle.number}.{asking(due)}"
        if is_asked and not any(part.answered_at for part in together(room, each)):
            sends.setdefault(each.member, _nudge(room, due, each))
    return Outcome(sends=tuple(sends.values()))


def asks_again(room: Room, conversation: Conversation, now: datetime) -> datetime | None:
    """When the one reminder of this question goes out, if the week has room for it; None where none is to come."""
    if any(part.answered_at for part in together(room, conversation)):
        return None
    member = room.member(conversation.member)
    ours = (due for due in dues(room) if occasion(conversation) == f"{cycle.number(room)}.{asking(due)}")
    moments = (_best_time(room, due.at, member) for due in ours if due.kind == "nudge" and due.at > now)
    days = ((at, room.today(at)) for at in moments)
    return next((at for at, day in days if not room.is_away(member.id, day) and not member.is_quiet(day)), None)


def asking(nudge: Due) -> str:
    """The key of the moment that asked what this one reminds of."""
    return nudge.key.replace("nudge", "ask")


def occasion(conversation: Conversation) -> str:
    """What the conversation was opened for: those of one person and one occasion came with one message."""
    return conversation.key.split("/")[0]


def together(room: Room, conversation: Conversation) -> tuple[Conversation, ...]:
    """All conversations that came to this person with one message, in the order of the cycle's script."""
    found = [
        each
        for each in room.conversations.values()
        if each.member == conversation.member and occasion(each) == occasion(conversation)
    ]
    moments = [moment for phase in room.course.phases.values() for moment in phase.moments]
    asked = [flow for moment in moments for flow in moment.flows]
    return tuple(sorted(found, key=lambda each: asked.index(each.flow) if each.flow in asked else len(asked)))


def lately(room: Room, member: str) -> tuple[Conversation, ...]:
    """The first conversation of each of this person's last two occasions in the phase that stands."""
    here = standing(room)
    asked = (each for each in room.conversations.values() if each.phase)
    own = (each for each in asked if each.member == member and is_open(each, here))
    newest = list({occasion(each): each for each in own}.values())[-LATELY:]
    return tuple(together(room, each)[0] for each in newest)


def is_open(conversation: Conversation, here: Standing | None) -> bool:
    """Whether it still takes answers: until its phase ends; one that belongs to none, until a cycle runs."""
    if not conversation.phase:
        return here is None
    return here is not None and conversation.phase == f"{here.cycle.number}.{here.epoch}"


def open_ones(room: Room) -> Iterator[Conversation]:
    """The conversations that still want an answer."""
    for each in room.conversations.values():
        if not each.done_at and not each.declined_at:
            yield each


def choices(room: Room, flow: Flow, member: str) -> Mapping[str, tuple[Option, ...]]:
    """The options of every source, as they are now."""
    actions = cycle.planned(room) if flow.asks == "lead" else plan.under_way(room, member)
    return {
        "members": tuple(Option(each.id, each.name) for each in room.prompted()),
        "needs": needs.options(room, room.member(member)),
        "resources": tuple(Option(str(each.number), each.text) for each in needs.standing_resources(room)),
        "actions": tuple(_action_option(each) for each in sorted(actions, key=plan.urgency)),
    }


def up_to_date(room: Room, flow: Flow, conversation: Conversation) -> Conversation:
    """The conversation with what came on record since it was opened, and without what is over.

    People, needs and resources are added to what can be chosen, but a vote stays as it was opened; actions of
    which nothing is to be said any more are taken out, and the others keep their places.
    """
    return _without_settled(room, flow, _with_new(room, flow, conversation))


def _with_new(room: Room, flow: Flow, conversation: Conversation) -> Conversation:
    if conversation.done_at or any(step.kind is Kind.DOTS for step in flow.steps):
        return conversation
    there = choices(room, flow, conversation.member)
    longer = {
        source: _longer(known, there[source]) for source, known in conversation.choices.items() if source != "actions"
    }
    return replace(conversation, choices={**conversation.choices, **longer})


def _longer(known: tuple[Option, ...], now: tuple[Option, ...]) -> tuple[Option, ...]:
    keys = {each.key for each in known}
    return (*known, *(each for each in now if each.key not in keys))


def _without_settled(room: Room, flow: Flow, conversation: Conversation) -> Conversation:
    if not any(group.each == "actions" for group in flow.groups):
        return conversation
    wanted = {option.key for option in choices(room, flow, conversation.member)["actions"]}
    answered = {item for _, item in conversation.answers}
    asked = conversation.choices.get("actions", ())
    kept = tuple(
        each if each.key in wanted or (item in answered and _can_change(room, flow, conversation, each)) else _GONE
        for item, each in enumerate(asked)
    )
    return conversation if kept == asked else replace(conversation, choices={**conversation.choices, "actions": kept})


def _can_change(room: Room, flow: Flow, conversation: Conversation, subject: Option) -> bool:
    """Whether what was said of an action can still be said otherwise: it is on the plan, and theirs to speak of."""
    action = room.numbered(Action, int(subject.key or 0))
    if action is None or action.state in ("declined", "dropped"):
        return False
    return flow.asks == "lead" or (action.owner == conversation.member and action.state != "proposed")


def _action_option(action: Action) -> Option:
    return Option(str(action.number), action.what)


def key(room: Room, stamp: str, flow: str, member: str) -> str:
    """The conversation's key: cycle, reason, flow, member."""
    return f"{cycle.number(room)}.{stamp}/{flow}/{member}"


def begin(
    room: Room,
    here: Standing,
    flow: Flow,
    member: Member,
    stamp: str,
    now: datetime,
    closes: datetime | None = None,
) -> Conversation:
    """A new conversation of this person about this flow, with the options as they are now."""
    return Conversation(
        key=key(room, stamp, flow.name, member.id),
        flow=flow.name,
        member=member.id,
        opened_at=now,
        closes_at=closes,
        choices=choices(room, flow, member.id),
        language=member.language,
        team=room.team.id,
        cycle=here.cycle.number,
        phase=f"{here.cycle.number}.{here.epoch}",
    )


def _open(room: Room, here: Standing, due: Due, moment: Moment, member: Member) -> Iterator[Conversation]:
    at, is_first = _best_time(room, due.at, member), True
    for name in moment.flows:
        flow = room.scripts.flow(name, member.language)
        if member not in _asked(room, here, flow.asks):
            continue
        conversation = begin(room, here, flow, member, due.key, at, due.expires if flow.closes_days else None)
        if conversation.key not in room.conversations and _has_subject(flow, conversation):
            yield _put(flow, conversation) if is_first else conversation
            is_first = False


def _put(flow: Flow, conversation: Conversation) -> Conversation:
    """The conversation with the question that its invitation puts, so that one may just type."""
    first = first_question(flow, conversation)
    return replace(conversation, asked=(first.asked,), asked_at=conversation.opened_at) if first else conversation


def _has_subject(flow: Flow, conversation: Conversation) -> bool:
    """Whether there is anything to ask about: no check-in without an action, no vote on fewer than two needs."""
    sources = {step.choices for step in flow.steps if step.choices and step.kind == "dots"}
    subjects = {group.each for group in flow.groups if group.each}
    return all(conversation.choices[each] for each in subjects) and all(
        len(conversation.choices[each]) > 1 for each in sources
    )


def _audience(room: Room, here: Standing, moment: Moment, due: Due) -> Iterator[Member]:
    """Everybody whom one of the moment's flows asks, but for those who are away, said no or have a week off."""
    day = room.today(due.at)
    asked = (_asked(room, here, room.scripts.flow(name).asks) for name in moment.flows)
    for member in dict.fromkeys(chain.from_iterable(asked)):
        if room.is_away(member.id, day) or _stopped(room, here, moment, member):
            continue
        if moment.weekday is None or not (_rests(room, here, member, day) or _makes_room(room, member)):
            yield member


def _stopped(room: Room, here: Standing, moment: Moment, member: Member) -> bool:
    """Whether the person said "not this cycle" to one of these questions, and has not answered it since."""
    asked = [each for each in room.conversations.values() if each.member == member.id and is_open(each, here)]
    newest = {each.flow: each for each in asked}
    return any(newest[flow].declined_at for flow in moment.flows if flow in newest)


def _asked(room: Room, here: Standing, asks: str) -> tuple[Member, ...]:
    match asks:
        case "administrators":
            return room.holders(Role.ADMINISTRATOR)
        case "facilitator":
            return room.holders(Role.FACILITATOR)
        case "coach":
            return room.holders(Role.COACH)
        case "lead":
            lead = leading.lead(room, here)
            return (lead,) if lead else ()
        case _:
            return room.prompted()


def weekly(room: Room, here: Standing, member: str) -> dict[date, bool]:
    """The days of a person's weekly cards in this phase, oldest first, and whether anything was answered."""
    days: dict[date, bool] = {}
    for each in room.conversations.values():
        if each.member == member and is_open(each, here):
            day = room.today(each.opened_at)
            days[day] = days.get(day, False) or bool(each.answered_at)
    return dict(sorted(days.items()))


def _rests(room: Room, here: Standing, member: Member, day: date) -> bool:
    """Whether this week's card is left out: after two unanswered ones it comes every second week."""
    cards = weekly(room, here, member.id)
    return is_rare(list(cards.values())) and (day - max(cards)).days < 10


def _makes_room(room: Room, member: Member) -> bool:
    """Whether this week's card is left out because this person was asked to lead apart: as many of the first ones."""
    weeks = sum(bool(_WEEKLY.search(each.key)) for each in room.occurrences)
    return weeks < leading.asked_apart(room, member.id)


def is_rare(answered: list[bool]) -> bool:
    """Whether the last two cards went unanswered."""
    return len(answered) >= UNANSWERED and not any(answered[-UNANSWERED:])


def with_hello(room: Room, member: Member, text: str) -> str:
    """The text, after who is writing where no question has told this person yet: the first one may have been missed."""
    if member.greeted_at:
        return text
    return f"{room.say('prompt.hello', member, name=member.first_name)}\n\n{text}"


def _greeting(member: Member, first: Conversation) -> Iterator[Member]:
    if member.greeted_at is None:
        yield replace(member, greeted_at=first.opened_at)


def invitation_key(room: Room, first: Conversation) -> str:
    """The reason of the message that asks for this conversation and those that came with it."""
    return _key(room, occasion(first), first.member)


def _key(room: Room, occasion: str, member: str) -> str:
    return f"{room.team.id}.{occasion}.{member}"


def _invitation(room: Room, due: Due, first: Conversation) -> Send:
    return Send(
        key=invitation_key(room, first),
        team=room.team.id,
        to=first.member,
        kind=SendKind.PROMPT,
        due=first.opened_at,
        card=f"ask {first.key}",
        expires=due.expires,
        conversation=first.key,
    )


def _best_time(room: Room, at: datetime, member: Member) -> datetime:
    """The time of that day that the person chose, if it is still to come."""
    if not member.best_time:
        return at
    return max(at, room.calendar.clamp(room.today(at), parse_time(member.best_time)))


def closed(room: Room, first: Conversation, at: datetime) -> Iterator[Send]:
    """The question, its reminder and the end of its walk through the chat, without what can be pressed no more."""
    key = invitation_key(room, first)
    yield Send(key, room.team.id, first.member, SendKind.REFRESH, at, card=f"ask {first.key}")
    for each in together(room, first):
        if each.put_as:
            yield Send(each.put_as, room.team.id, each.member, SendKind.REFRESH, at, card=f"put {each.key}")
    reminder = reminder_key(room, first)
    if reminder == key:  # the person began it: nobody was asked, and nobody reminded
        return
    yield Send(reminder, room.team.id, first.member, SendKind.REFRESH, at, card=f"remind {first.key}")


def reminder_key(room: Room, first: Conversation) -> str:
    """The reason of the one reminder of this conversation and those that came with it."""
    return _key(room, occasion(first).replace("ask", "nudge"), first.member)


def was_nudged(room: Room, first: Conversation) -> bool:
    """Whether the moment of that reminder came."""
    nudge = occasion(first).partition(".")[2].replace("ask", "nudge")
    return any(each.key == nudge for each in room.occurrences)


def still_open(room: Room, conversation: Conversation, member: Member) -> str:
    """Say of this question that it is still open."""
    return room.say("prompt.still_open", member, title=room.scripts.flow(conversation.flow, member.language).title)


def _nudge(room: Room, due: Due, conversation: Conversation) -> Send:
    member = room.member(conversation.member)
    return Send(
        key=_key(room, f"{cycle.number(room)}.{due.key}", member.id),
        team=room.team.id,
        to=member.id,
        kind=SendKind.NUDGE,
        due=_best_time(room, due.at, member),
        card=f"remind {conversation.key}",
        expires=due.expires,
        conversation=conversation.key,
    )
