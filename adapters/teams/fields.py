"""The questions of a form as the inputs of an Adaptive Card; their names tell what comes back of them."""

from collections.abc import Sequence
from itertools import chain
from typing import Any
from urllib.parse import quote as encode

from adapters import text
from adapters.wording import say
from flows.answers import LIMITS
from flows.messages import Field, Form, Kind, Option, Value

from .words import MOST_LABEL, Json, bold, inert, literal, refused, small

MOST_OPTION, MOST_IN_VIEW, MOST_IN_MENU = 500, 5, 75
"""letters of an option; options that stand in view; letters of one that a menu shows in full"""
MOST_CHOICE_BYTES = 15_000
MOST_TYPED = (4_000, 1_000, 200)
"""of an earlier answer: the first with which all questions fit"""


def questions(form: Form, most: int) -> list[list[Json]]:
    """Return the blocks of each field, with `most` characters of earlier answers."""
    return [_question(field, most) for field in form.fields]


def names(drawn: Sequence[Sequence[Json]]) -> list[str]:
    """Return the names of all inputs in these blocks: clients leave out those that were left empty."""
    return [block["id"] for block in chain.from_iterable(drawn) if "id" in block]


def _question(field: Field, most: int) -> list[Json]:
    """Return the blocks of one field; a field without anything to choose is a sentence."""
    above = [refused(field.wrong)] if field.wrong else []
    below = [block for hint in text.hints(field, most) for block in small(hint, "Small")]
    if field.kind in text.CHOSEN and not field.options:
        return [*above, bold(field.label), *small(say("drawn.nothing"))]
    if field.kind == Kind.DOTS:
        boxes = text.within(MOST_CHOICE_BYTES, [_dot_box(field, option) for option in field.options])
        return [*above, bold(field.label), *below, *boxes, *_missing(field, boxes)]
    question = _input(field, most)
    return [*above, question, *below, *_missing(field, question.get("choices", field.options))]


def _missing(field: Field, shown: Sequence[Any]) -> list[Json]:
    missing = len(field.options) - len(shown)
    return small(text.left_out(missing)) if missing > 0 else []


def _input(field: Field, most: int) -> Json:
    """Return the input; its name carries the kind: what comes back can be read without the form."""
    required = {} if field.optional else {"isRequired": True, "errorMessage": say("drawn.unanswered")}
    label = inert(text.cut(text.one_line(field.label) or "…", MOST_LABEL))
    return _box(field, most) | {"id": _name(field, field.key), "label": label, "spacing": "Medium"} | required


def _box(field: Field, most: int) -> Json:
    match field.kind:
        case Kind.TEXT | Kind.LONG:
            box = {"type": "Input.Text", "isMultiline": field.kind == Kind.LONG}
            return box | {"maxLength": LIMITS[field.kind]} | _before(text.typed(field, most))
        case Kind.DATE:
            return {"type": "Input.Date"} | _before(text.day(field))
        case _:
            return _choice(field)


def _before(value: Value) -> Json:
    return {"value": value} if value else {}


def _choice(field: Field) -> Json:
    """Return all choices at once where a menu would be no help, else a menu, which reads no Markdown."""
    several, options = field.kind == Kind.SEVERAL, text.choices(field)
    few = len(options) <= MOST_IN_VIEW or any(len(option.label) > MOST_IN_MENU for option in options)
    in_view = several or (few and field.kind != Kind.PERSON)
    chosen = [encode(option.key, safe="") for option in options if option.key in text.chosen(field)]
    return {
        "type": "Input.ChoiceSet",
        "style": "expanded" if in_view else "compact",
        "isMultiSelect": several,
        "wrap": True,
        "placeholder": say("drawn.choose"),
        "choices": text.within(MOST_CHOICE_BYTES, [_option(option, in_view) for option in options]),
    } | _before(",".join(chosen))


def _option(option: Option, is_marked: bool) -> Json:
    label = text.cut(option.label, MOST_OPTION)
    return {"title": (literal if is_marked else inert)(label), "value": encode(option.key, safe="")}


def _dot_box(field: Field, option: Option) -> Json:
    most = text.most_dots(field)
    return {
        "type": "Input.Number",
        "id": _name(field, field.key, option.key),
        "label": inert(text.cut(text.words(option), MOST_LABEL)),
        "min": 0,
        "max": most,
        "placeholder": "0",
        "errorMessage": say("drawn.out_of_range", most=most),
    } | _before(text.dots(field).get(option.key))


def _name(field: Field, *keys: str) -> str:
    return ":".join([field.kind.name, *(encode(key, safe="") for key in keys)])
