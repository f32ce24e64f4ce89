"""The conversation engine: a conversation and an event go in, the next turn comes out.

Where a person is in a flow is computed from the answers (`route`), never stored. A form and a chat are two
ways to put the same open questions, and a person may change between them at any moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from .asking import IN_MESSAGE, LEFT, closing, draw, first_question, invitation, on_form, promise
from .chatting import picked, typed
from .dates import Today
from .filling import submitted
from .flow import Answer, Conversation, Flow, Place
from .messages import Card, Form, Message, Note, Value
from .phrases import Phrases
from .route import addressed, route
from .turn import Talk, Turn, ask, chat_question, is_complete, open_steps, show_form

__all__ = [
    "Event",
    "Opened",
    "Picked",
    "Submitted",
    "Turn",
    "Typed",
    "advance",
    "chat_question",
    "counted",
    "form",
    "in_message",
    "invitation",
    "invite",
    "is_complete",
    "items",
    "open_steps",
    "pressed",
    "promise",
]


@dataclass(frozen=True, slots=True)
class Typed:
    """The person typed these words into the chat while this conversation held the floor."""

    text: str
    as_written: bool = False
    """whether they were said to be the answer, whatever else they might mean"""


@dataclass(frozen=True, slots=True)
class Submitted:
    """The person sent the form; a field that is missing was left empty."""

    values: Mapping[str, Value]
    in_part: bool = False
    """whether the platform had room for its first fields only: then a field that is missing was not shown"""
    in_message: bool = False
    """whether the form stood in a message, where nobody had to open it"""


@dataclass(frozen=True, slots=True)
class Picked:
    """The person pressed an option under a chat question; no value: the button that skips it."""

    field: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """The person pressed Answer: as a "form", in the "chat", or in the flow's own style; or "left" the form."""

    style: str = ""


Event = Typed | Submitted | Picked | Opened


def advance(
    flow: Flow,
    conversation: Conversation,
    event: Event,
    now: datetime,
    phrases: Phrases,
    name: str,
    today: Today | None = None,
) -> Turn:
    """Take the conversation one event further.

    `now` is the school's local time, `name` the person's first name; `today` also knows school days and meetings.
    """
    flow = addressed(flow, name)
    talk = Talk(flow, conversation, phrases, now, today or Today(now.date()), is_complete(flow, conversation))
    match event:
        case Opened(style):
            return _opened(talk, style)
        case Typed(text, as_written):
            return typed(talk, text, as_written)
        case Picked(key, value):
            return picked(talk, key, value)
        case Submitted(values, in_part, in_message):
            return submitted(talk, values, in_part, in_message)


def invite(flow: Flow, conversation: Conversation, name: str, phrases: Phrases, details: bool = False) -> Turn:
    """Return the invitation as a turn that also notes the question in it, so that one may just type."""
    spot = first_question(addressed(flow, name), conversation)
    on_a_form = tuple(asked for asked in conversation.asked if asked.form)
    noted = replace(conversation, asked=(spot.asked, *on_a_form)) if spot else conversation
    return Turn(noted, says=(invitation(flow, conversation, name, phrases, details),))


def pressed(words: str) -> Event:
    """Return what a button means that says "answer <flow> <words>".

    Nothing: open it; "form" or "chat": open it so; "left": close it as it is; "area.0 teaching": this option;
    "area.0": skip.
    """
    key, _, value = words.strip().partition(" ")
    return Picked(key, value.strip()) if "." in key else Opened(key)


def form(flow: Flow, conversation: Conversation, phrases: Phrases, name: str) -> Form:
    """Return the form as `advance` with `Opened("form")` shows it, which also notes that it was asked."""
    flow = addressed(flow, name)
    return draw(flow, conversation, on_form(flow, conversation), phrases, {})


def in_message(flow: Flow, conversation: Conversation, phrases: Phrases, name: str, team: str) -> Form | None:
    """Return the form with what is open for the message that asks it; None where nothing is."""
    if is_complete(flow, conversation):
        return None
    asked = form(flow, conversation, phrases, name)
    return replace(asked, ref=f"{IN_MESSAGE} {conversation.key}", about=team)


def counted(flow: Flow, conversation: Conversation) -> Mapping[Place, Answer]:
    """Return the answers that count: not skipped, to questions that apply and would still take them."""
    return {
        spot.place: spot.answer
        for spot in route(flow, conversation)
        if spot.answer and not spot.is_open and not spot.is_again and spot.answer.value is not None
    }


def items(flow: Flow, conversation: Conversation, group: str) -> Mapping[int, Mapping[str, Value]]:
    """Return what counts of a group, item by item: {0: {"need": "Planning time", "area": "teaching"}}."""
    found: dict[int, dict[str, Value]] = {}
    members = next(each.steps for each in flow.groups if each.key == group)
    for (step, item), answer in counted(flow, conversation).items():
        if step in members:
            found.setdefault(item, {})[step] = answer.value
    return found


def is_whole(flow: Flow, conversation: Conversation, group: str, item: int) -> bool:
    """Tell whether everything that applies to this item of a group is answered, but for whether there is another."""
    spots = (spot for spot in route(flow, conversation) if (spot.group, spot.asked.item) == (group, item))
    return not any(spot.is_open and not spot.is_again for spot in spots)


def _opened(talk: Talk, style: str) -> Turn:
    talk = replace(talk, conversation=replace(talk.conversation, later=False, declined_at=None))
    spots = route(talk.flow, talk.conversation)
    if not spots:
        return talk.turn(reply=Note(Message(talk.phrases.say("engine.nothing"))))
    chosen = style if style in ("form", "chat") else talk.flow.style
    if style == LEFT and is_complete(talk.flow, talk.conversation):
        return talk.turn(reply=Card(closing(talk.flow, talk.phrases, talk.phrases.say("engine.unchanged"))))
    if talk.flow.form_only or chosen == "form":
        return show_form(talk)
    return ask(talk, next((spot for spot in spots if spot.is_open), spots[0]))
