"""Our messages and forms drawn as Adaptive Cards 1.5, and what Teams sends back read as our values."""

import re
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any
from urllib.parse import quote as encode
from urllib.parse import unquote as decode

from adapters import text
from adapters.wording import in_its_language, say
from flows.answers import LIMITS
from flows.messages import Bar, Button, Chart, Errors, Field, Form, Item, Kind, Message, Option, Value

Json = dict[str, Any]

CARD = "application/vnd.microsoft.card.adaptive"
SCHEMA, VERSION = "http://adaptivecards.io/schemas/adaptive-card.json", "1.5"
"""the newest version that Teams draws on phones too"""

# Teams takes 28 KB for a message: learn.microsoft.com/microsoftteams/limits-specifications-teams
MOST_BYTES = 25_000
# It shows six buttons in a row (github.com/atc0005/go-teams-notify/issues/161), if they are short: at 320 px
# a row is as wide as 32 letters, a button as its label and five more (seen with Teams' host configuration).
MOST_BUTTONS, ROW, BUTTON_EDGES = 6, 32, 5
# Our own: one text is as long as on Slack, and a card has room for several.
MOST_TEXT, MOST_LINES, MOST_TITLE, MOST_LABEL, MOST_DETAIL, MOST_BUTTON = 3_000, 40, 300, 1_000, 500, 75
MOST_BARS, MOST_BAR = 20, 120
MOST_OPTION, MOST_IN_VIEW, MOST_IN_MENU = 500, 10, 75
MOST_BUTTON_BYTES, MOST_CHOICE_BYTES = 4_000, 15_000
MOST_TYPED = (4_000, 1_000, 200)  # of an earlier answer: the first with which all questions fit

SAY, FILL = "say", "fill"
"""the verbs: a pressed button, a sent form"""

_MARKS = re.compile(r"[\\`*_\[\]<>&~|#]|(?<=^[0-9])[.)]|^[-+](?= )")
"""what Markdown would read in a line"""


@in_its_language
def activity(message: Message, alert: bool = False) -> Json:
    """Return the activity that posts the message; `alert` also puts it into the person's feed."""
    posted: Json = {
        "type": "message",
        "summary": text.cut(text.notification(message), MOST_TITLE),
        "attachments": [{"contentType": CARD, "content": card(message)}],
    }
    return posted | ({"channelData": {"notification": {"alert": True}}} if alert else {})


@in_its_language
def card(message: Message) -> Json:
    """Return the card of a message."""
    chart = _chart(message.chart) if message.chart else []
    first = [*_heading(message.title), *_lines(text.runs(message.text, MOST_TEXT)), *chart]
    last = [*_small(message.note), *_buttons(message.buttons, message.about)]
    items = [_item(item, message.about) for item in message.items]
    return _card(text.fit(first, items, last, _fits, _small))


@in_its_language
def form_card(form: Form, errors: Errors | None = None) -> Json:
    """Return the card of a form, with as much of earlier answers as it has room for."""
    wrong = dict(errors.fields) if errors else {}
    send = _action(text.submit(form), FILL, {"ref": form.ref, "about": form.about}, "primary")
    first, last = _opening(form, wrong), [{"type": "ActionSet", "actions": [send]}]
    fields: list[list[Json]] = []
    for most in MOST_TYPED:
        fields = [_question(field, wrong.get(field.key, ""), most) for field in form.fields]
        if _fits([*first, *chain.from_iterable(fields), *last]):
            break
    return _card(text.fit(first, fields, last, _fits, lambda _: _small(say("drawn.in_the_chat"))))


def values(data: Mapping[str, Any]) -> dict[str, Value]:
    """Return what was answered by field, from an action's data; None where nothing was."""
    found: dict[str, Value] = {}
    for name, said in data.items():
        match [decode(part) for part in name.split(":")]:
            case [Kind.DOTS.name, key, option]:
                found.setdefault(key, {})[option] = _answer(Kind.DOTS, str(said))
            case [kind, key] if kind in Kind.__members__:
                found[key] = _answer(Kind[kind], str(said or ""))
    return found


def _answer(kind: Kind, said: str) -> Value:
    """Return the value; chosen keys are encoded, because a comma stands between several."""
    if kind == Kind.SEVERAL:
        return [decode(key) for key in dict.fromkeys(said.split(",")) if key]
    if kind in text.CHOSEN:
        said = decode(said)
    return text.value(kind, said.removesuffix(".0") if kind == Kind.DOTS else said.strip())


def opened(data: Mapping[str, Any]) -> tuple[str, str]:
    """Return (ref, about) of the form that was sent."""
    return str(data.get("ref", "")), str(data.get("about", ""))


def pressed(data: Mapping[str, Any]) -> tuple[str, str]:
    """Return (says, about) of a pressed button."""
    return str(data.get("says", "")), str(data.get("about", ""))


# ---------------------------------------------------------------- pieces of a card


def _card(body: list[Json]) -> Json:
    return {"type": "AdaptiveCard", "$schema": SCHEMA, "version": VERSION, "body": body}


def _fits(body: list[Json]) -> bool:
    return text.size(_card(body)) <= MOST_BYTES


def _heading(title: str) -> list[Json]:
    """Return a title that screen readers announce as one; as rich text where Markdown might read it."""
    words = text.cut(text.one_line(title), MOST_TITLE)
    look = {"size": "Large", "weight": "Bolder"}
    if not words:
        return []
    if _MARKS.search(words):
        return [_rich([_run(words, True, look)])]
    return [{"type": "TextBlock", "text": words, "style": "heading", "wrap": True} | look]


def _rich(inlines: list[Json], spacing: str = "Default") -> Json:
    """Rich text never reads Markdown: whatever is in its characters stays inert. It always wraps."""
    block: Json = {"type": "RichTextBlock", "inlines": inlines}
    return block | ({"spacing": spacing} if spacing != "Default" else {})


def _lines(runs: Sequence[text.Run], spacing: str = "Default", **look: Any) -> list[Json]:
    """Return one block for each line: not every Teams breaks lines inside a block."""
    blocks: list[Json] = []
    for line in _by_line(runs):
        if line:
            blocks.append(_rich([_run(characters, bold, look) for characters, bold in line], spacing))
        spacing = "None" if line else "Default"
    return blocks


def _by_line(runs: Sequence[text.Run]) -> list[list[text.Run]]:
    lines: list[list[text.Run]] = [[]]
    for run, bold in runs:
        first, *others = run.split("\n")
        lines[-1] += [(first, bold)] if first else []
        lines += [[(other, bold)] if other else [] for other in others]
    return lines if len(lines) <= MOST_LINES else [*lines[:MOST_LINES], [(say("drawn.rest"), False)]]


def _run(characters: str, bold: bool, look: Json) -> Json:
    return {"type": "TextRun", "text": _inert(characters)} | look | ({"weight": "Bolder"} if bold else {})


def _small(words: str, spacing: str = "Default") -> list[Json]:
    return _lines(text.runs(words, MOST_DETAIL), spacing, size="Small", isSubtle=True)


def _bold(words: str, **look: Any) -> Json:
    return _rich([_run(text.cut(text.one_line(words), MOST_LABEL), True, look)])


def _inert(characters: str) -> str:
    """Cards turn {{DATE(…)}} into a date in every text; a joiner without width prevents it."""
    return characters.replace("{{", "{\u2060{")


def _chart(chart: Chart) -> list[Json]:
    """Return the bars as columns as wide as their numbers: cards 1.5 have no chart, and a picture needs an address."""
    most = max((bar.value for bar in chart.bars), default=0)
    bars = [_bar(bar, most) for bar in chart.bars[:MOST_BARS]]
    missing = _small(text.left_out(len(chart.bars) - MOST_BARS)) if len(chart.bars) > MOST_BARS else []
    title = _lines([(text.cut(text.one_line(chart.title), MOST_TITLE), True)])
    return [*title, *_small(chart.told, "None"), *chain.from_iterable(bars), *missing]


def _bar(bar: Bar, most: int) -> list[Json]:
    """Return the label, and beneath it the bar with its number behind it."""
    number = _rich([_run(str(bar.value), True, {"size": "Small"})])
    columns: list[Json] = [{"type": "Column", "width": "auto", "verticalContentAlignment": "Center", "items": [number]}]
    if bar.value:
        columns.insert(0, {"type": "Column", "width": bar.value, "style": "accent", "items": []})
    if bar.value < most:
        columns.append({"type": "Column", "width": most - bar.value, "items": []})
    label = _lines([(text.bar_label(bar, MOST_BAR), False)], "Small", size="Small")
    return [*label, {"type": "ColumnSet", "spacing": "None", "columns": columns}]


def _item(item: Item, about: str) -> list[Json]:
    label = [(text.cut(text.lead(item), MOST_TITLE), True)] if item.label else []
    words = text.quote(item, MOST_TEXT)
    lines = _lines([*label, *words])
    if item.quoted:
        said = [*_lines(label), *_lines(words, "None" if label else "Default")]
        lines = [{"type": "Container", "style": "emphasis", "items": said}] if said else []
    return [*lines, *_small(item.detail, "None"), *_buttons(item.buttons, about)]


def _buttons(buttons: Sequence[Button], about: str) -> list[Json]:
    """Return rows of buttons; a row holds what a phone shows in full."""
    rows: list[list[Json]] = []
    room = 0
    for button in text.within(MOST_BUTTON_BYTES, [_say(button, about) for button in buttons]):
        width = len(button["title"]) + BUTTON_EDGES
        if width > room or len(rows[-1]) == MOST_BUTTONS:
            rows.append([])
            room = ROW
        rows[-1].append(button)
        room -= width
    return [{"type": "ActionSet", "actions": row} for row in rows]


def _say(button: Button, about: str) -> Json:
    """Return the action; it sends what it says and the team, never what stands in input fields."""
    data = {"says": button.says, "about": button.about or about}
    return _action(button.label, SAY, data, button.style, associatedInputs="none")


def _action(label: str, verb: str, data: Json, style: str, **how: str) -> Json:
    """Return the action with what older clients do instead."""
    looks = {"primary": {"style": "positive"}, "danger": {"style": "destructive"}}.get(style, {})
    shared = {"title": text.cut(text.one_line(label) or "…", MOST_BUTTON), "data": data} | looks | how
    fallback = {"type": "Action.Submit"} | shared
    return {"type": "Action.Execute", "verb": verb} | shared | {"fallback": fallback}


# ---------------------------------------------------------------- forms


def _opening(form: Form, wrong: Mapping[str, str]) -> list[Json]:
    """Return title and introduction, and what is wrong with fields that are not here."""
    elsewhere = [wrong[key] for key in wrong if key not in {field.key for field in form.fields}]
    lines = _lines(text.runs(form.intro, MOST_TEXT))
    return [*_heading(form.title), *lines, *(_bold(sentence, color="Attention") for sentence in elsewhere)]


def _question(field: Field, wrong: str, most: int) -> list[Json]:
    """Return the blocks of one field; a field without anything to choose is a sentence."""
    above = [_bold(wrong, color="Attention")] if wrong else []
    below = [block for hint in text.hints(field, most) for block in _small(hint, "Small")]
    if field.kind in text.CHOSEN and not field.options:
        return [*above, _bold(field.label), *_small(say("drawn.nothing"))]
    if field.kind == Kind.DOTS:
        boxes = text.within(MOST_CHOICE_BYTES, [_dot_box(field, option) for option in field.options])
        return [*above, _bold(field.label), *below, *boxes, *_missing(field, boxes)]
    question = _input(field, most)
    return [*above, question, *below, *_missing(field, question.get("choices", field.options))]


def _missing(field: Field, shown: Sequence[Any]) -> list[Json]:
    missing = len(field.options) - len(shown)
    return _small(text.left_out(missing)) if missing > 0 else []


def _input(field: Field, most: int) -> Json:
    """Return the input; its name carries the kind: what comes back can be read without the form."""
    required = {} if field.optional else {"isRequired": True, "errorMessage": say("drawn.unanswered")}
    label = _inert(text.cut(text.one_line(field.label) or "…", MOST_LABEL))
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


def _option(option: Option, marked: bool) -> Json:
    label = _inert(text.cut(option.label, MOST_OPTION))
    title = _MARKS.sub(lambda mark: "\\" + mark[0], label) if marked else label
    return {"title": title, "value": encode(option.key, safe="")}


def _dot_box(field: Field, option: Option) -> Json:
    most = text.most_dots(field)
    return {
        "type": "Input.Number",
        "id": _name(field, field.key, option.key),
        "label": _inert(text.cut(text.words(option), MOST_LABEL)),
        "min": 0,
        "max": most,
        "placeholder": "0",
        "errorMessage": say("drawn.out_of_range", most=most),
    } | _before(text.dots(field).get(option.key))


def _name(field: Field, *keys: str) -> str:
    return ":".join([field.kind.name, *(encode(key, safe="") for key in keys)])
