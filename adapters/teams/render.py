"""Our messages and forms drawn as Adaptive Cards 1.5, and what Teams sends back read as our values."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any
from urllib.parse import unquote as decode

from adapters import text
from adapters.wording import called_by, in_its_language, say
from flows import messages
from flows.messages import Button, Errors, Form, Item, Kind, Message, Value

from . import actions, fields
from .charts import chart
from .words import MOST_TITLE, Json, heading, item, note, paragraphs, refused, small

CARD = "application/vnd.microsoft.card.adaptive"
SCHEMA, VERSION = "http://adaptivecards.io/schemas/adaptive-card.json", "1.5"
"""the newest version that Teams draws on phones too"""
CALL = "@Leadcycle"
"""what stands before a command: a mention in a channel, typed words in the personal chat"""

MOST_BYTES = 22_500
"""of a card: below 25 KB there is room for what marks its delivery. Teams takes 28 KB for a message:
learn.microsoft.com/microsoftteams/limits-specifications-teams"""


@called_by(CALL)
@in_its_language
def activity(message: Message, alert: bool = False) -> Json:
    """Return the activity that posts the message; `alert` also puts it into the person's feed."""
    posted: Json = {
        "type": "message",
        "summary": text.cut(text.notification(message), MOST_TITLE),
        "attachments": [{"contentType": CARD, "content": card(message)}],
    }
    return posted | ({"channelData": {"notification": {"alert": True}}} if alert else {})


@called_by(CALL)
@in_its_language
def card(message: Message) -> Json:
    """Return the card of a message, with the form in it that it asks for, if that has room."""
    if message.form and (asking := _asking(message, message.form)):
        items = [_item(each, message.about, beside_a_form=True) for each in message.items if not each.in_form]
        if items and items[0]:
            items[0][0] |= {"separator": True, "spacing": "Large"}
        return _card(text.fit(asking, items, [], _fits, small), message.language)
    first = [*heading(message.title), *paragraphs(message.text), *(chart(message.chart) if message.chart else [])]
    opens = [actions.page(message.link)] if message.link else []
    last = [*note(message.note), *_buttons(message.buttons, message.about, opens)]
    items = [_item(each, message.about) for each in message.items]
    return _card(text.fit(first, items, last, _fits, small), message.language)


@called_by(CALL)
@in_its_language
def form_card(form: Form, errors: Errors | None = None) -> Json:
    """Return the card of a form, with as much of earlier answers as it has room for."""
    form, elsewhere = messages.refused(form, errors.fields) if errors else (form, [])
    first = [*heading(form.title), *paragraphs(form.intro), *map(refused, elsewhere)]
    ways = [actions.say(each, form.about) for each in form.ways]

    def whole(drawn: list[list[Json]], more: list[Json]) -> list[Json]:
        last = [*more, *note(form.note), *actions.rows([_send(form, drawn), *ways])]
        return [*first, *chain.from_iterable(drawn), *last]

    drawn = _drawn(form, whole([], []))
    missing = small(say("drawn.in_the_chat"))
    while drawn and not _fits(whole(drawn, missing)):
        drawn = drawn[:-1]
    return _card(whole(drawn, missing if len(drawn) < len(form.fields) else []), form.language)


@called_by(CALL)
@in_its_language
def sentence(message: Message) -> str:
    """Return the words of a message that is nothing but words; empty where it is more."""
    more = (message.title, message.items, message.note, message.buttons, message.chart, message.link, message.form)
    return "" if any(more) else text.plain(message.text)


def values(data: Mapping[str, Any]) -> dict[str, Value]:
    """Return what was answered by field, from an action's data; None where nothing was.

    What the card did not show is not there, whatever the form asks besides.
    """
    found: dict[str, Value] = {}
    shown = data.get("fields")
    left_empty = {name: "" for name in shown if isinstance(name, str)} if isinstance(shown, list) else {}
    for name, said in {**left_empty, **data}.items():
        match [decode(part) for part in name.split(":")]:
            case [Kind.DOTS.name, key, option]:
                found.setdefault(key, {})[option] = _answer(Kind.DOTS, str(said))
            case [kind, key] if kind in Kind.__members__:
                found[key] = _answer(Kind[kind], str(said or ""))
    return found


def opened(data: Mapping[str, Any]) -> tuple[str, str]:
    """Return (ref, about) of the form that was sent."""
    return str(data.get("ref", "")), str(data.get("about", ""))


def pressed(data: Mapping[str, Any]) -> tuple[str, str]:
    """Return (says, about) of a pressed button."""
    return str(data.get("says", "")), str(data.get("about", ""))


def is_beside(data: Mapping[str, Any]) -> bool:
    """Whether a pressed button stands beside a form, which may be half filled in."""
    return data.get("beside") is True


def _answer(kind: Kind, said: str) -> Value:
    """Return the value; chosen keys are encoded, because a comma stands between several."""
    if kind == Kind.SEVERAL:
        return [decode(key) for key in dict.fromkeys(said.split(",")) if key]
    if kind in text.CHOSEN:
        said = decode(said)
    return text.value(kind, said.removesuffix(".0") if kind == Kind.DOTS else said.strip())


# ---------------------------------------------------------------- parts of a card


def _asking(message: Message, form: Form) -> list[Json]:
    """Return a message with the form in it that it asks for; nothing where that finds no room."""
    first = [*heading(form.title), *paragraphs(form.intro), *(chart(message.chart) if message.chart else [])]
    others = [actions.say(each, message.about, beside_a_form=True) for each in message.buttons if not each.in_form]
    drawn = _drawn(form, [*first, *note(message.note), *actions.rows([_send(form, []), *others])])
    asking = [
        *first,
        *chain.from_iterable(drawn),
        *note(message.note),
        *actions.rows([_send(form, drawn), *others]),
    ]
    return asking if _fits(asking) else []


def _drawn(form: Form, around: list[Json]) -> list[list[Json]]:
    """Return the fields, with as much of earlier answers as there is room for beside what is around them."""
    drawn: list[list[Json]] = []
    for most in fields.MOST_TYPED:
        drawn = fields.questions(form, most)
        if _fits([*around, *chain.from_iterable(drawn)]):
            break
    return drawn


def _send(form: Form, drawn: list[list[Json]]) -> Json:
    data = {"ref": form.ref, "about": form.about, "fields": fields.names(drawn)}
    return actions.fill(text.submit(form), data)


def _item(shown: Item, about: str, *, beside_a_form: bool = False) -> list[Json]:
    return [*item(shown), *_buttons(shown.buttons, about, beside_a_form=beside_a_form)]


def _buttons(
    buttons: tuple[Button, ...], about: str, first: Sequence[Json] = (), *, beside_a_form: bool = False
) -> list[Json]:
    return actions.rows([*first, *(actions.say(each, about, beside_a_form=beside_a_form) for each in buttons)])


def _card(body: list[Json], language: str) -> Json:
    return {"type": "AdaptiveCard", "$schema": SCHEMA, "version": VERSION, "lang": language, "body": body}


def _fits(body: list[Json]) -> bool:
    return text.size(_card(body, "pt-BR")) <= MOST_BYTES
