"""Our messages and forms drawn as Slack's Block Kit."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import chain, count
from typing import Any
from urllib.parse import quote as encode
from urllib.parse import unquote as decode

from adapters import text
from adapters.wording import in_its_language, say
from flows.answers import LIMITS
from flows.messages import Button, Chart, Errors, Field, Form, Item, Kind, Link, Message, Option

from . import budget, charts
from .returned import Hidden, shown_again

Json = dict[str, Any]
DrawChart = Callable[[Chart], list[Json]]

# Slack's limits: docs.slack.dev/reference/block-kit and docs.slack.dev/reference/views, November 2026.
MOST_BLOCKS, MOST_MODAL_BLOCKS, MOST_VIEW_BYTES = 50, 100, 220_000  # "view_too_large": more than 250 KB
MOST_TEXT = 4_000  # of the top-level text, as advised; 40,000 would be taken
MOST_PLAIN = 12_000  # of it where nothing else is shown
MOST_SECTION, MOST_HEADER = 3_000, 150
MOST_LABEL = 2_000  # of an input; the same for its hint
MOST_TYPED = 3_000
MOST_BUTTON, MOST_VALUE, MOST_BUTTONS = 75, 2_000, 25
MOST_TITLE = 24  # of a modal; the same for its submit button
MOST_OPTION = 75  # the same for a group's label
MOST_IN_VIEW = 10  # radio buttons or checkboxes
MOST_IN_MENU = 100  # options of a menu or of one of its groups, and groups
# All blocks of a message: Slack's developers speak of 12,000 characters and a buffer for the structure
# (github.com/slackapi/bolt-js/issues/2509), with rich text it is less (2867). So all of the JSON is counted.
MOST_CHARACTERS = 12_000
# Our own: what stands before and after the items leaves room for them.
MOST_NOTE, MOST_DETAIL, MOST_BUTTON_CHARACTERS = 1_000, 500, 3_000
# Our own: every question fits on a page, with heading, hint and notice.
MOST_DOTTED, MOST_DOTTED_BYTES, MOST_CHOICE_BYTES = 95, 200_000, 100_000

FORM = "form"
"""the callback_id of every form"""
NOTE = "note"
"""the callback_id of a view that only tells something"""

_MARKS = re.compile(r"[<>&*_~`@#]|://|\.[a-z]{2,}", re.IGNORECASE)  # what Slack reads in mrkdwn


def in_words(chart: Chart) -> list[Json]:
    """Return a chart as a list: wherever Slack takes neither its own block nor a picture."""
    lines = [_section([(line, False)])[0] for line in text.bars(chart)]
    return _rich(
        [*_section([(charts.title(chart), True)]), {"type": "rich_text_list", "style": "bullet", "elements": lines}]
    )


@in_its_language
def message(message: Message, chart: DrawChart = charts.block) -> Json:
    """Return the arguments of `chat.postMessage` that the message decides, its chart drawn in one of the ways."""
    return {
        "text": _escape(text.cut(text.spoken(message), MOST_TEXT)),
        "blocks": _blocks(message, chart),
        "unfurl_links": False,
        "unfurl_media": False,
    }


@in_its_language
def plainest(message_: Message) -> Json:
    """Return the same for a Slack that takes no drawing of it: all its words, in which no mark or mention is read."""
    words = f"{text.notification(message_)}\n\n{text.draw(message_)}"
    return message(message_) | {"text": _escape(text.cut(words, MOST_PLAIN)), "blocks": [], "mrkdwn": False}


def note(message: Message) -> Json:
    """Return what a response URL takes: the message for one person's eyes only."""
    return _answer_by_url(message) | {"response_type": "ephemeral", "replace_original": False}


def card(message: Message) -> Json:
    """Return what a response URL takes: the message in place of the pressed one."""
    return _answer_by_url(message) | {"replace_original": True}


def _answer_by_url(message_: Message) -> Json:
    return {key: value for key, value in message(message_, in_words).items() if key in ("text", "blocks")}


@in_its_language
def modal(form: Form, place: str = "", post: str = "") -> Json:
    """Return the view of a form, or of its first page; what is not on it is asked by the next form.

    `place` and `post` are the conversation and the message from which it was opened.
    """
    page, *more = pages(form)
    hidden = Hidden(form.ref, form.about, place, post, bool(more), form.language)
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": text.compact(asdict(hidden)),
        "title": _plain(text.one_line(form.title) or "Leadcycle", MOST_TITLE),
        "submit": _plain(text.submit(page), MOST_TITLE),
        "blocks": [*_opening(page), *chain.from_iterable(map(_question, page.fields))],
    }


@in_its_language
def pages(form: Form) -> list[Form]:
    """Return the form in parts that one view has room for, whole fields only; no form is without a part."""
    parts: list[list[Field]] = [[]]
    used, size = _measure(_opening(form))
    for field in form.fields:
        blocks, more = _measure(_question(field))
        if parts[-1] and (used + blocks > MOST_MODAL_BLOCKS or size + more > MOST_VIEW_BYTES):
            parts.append([])
            used, size = _measure(_opening(form))
        parts[-1].append(field)
        used, size = used + blocks, size + more
    whole = [replace(form, fields=tuple(part), submit=say("drawn.next")) for part in parts]
    return [*whole[:-1], replace(whole[-1], submit=form.submit)]


def _measure(blocks: list[Json]) -> tuple[int, int]:
    return len(blocks), text.size(blocks)


@in_its_language
def told(message: Message) -> Json:
    """Return the view of a message that answers a form: nobody else sees it. Its title is not said twice."""
    title = text.one_line(message.title)
    body = replace(message, title="") if text.cut(title, MOST_TITLE) == title else message
    return {
        "type": "modal",
        "callback_id": NOTE,
        "title": _plain(title or "Leadcycle", MOST_TITLE),
        "close": _plain(say("drawn.close"), MOST_TITLE),
        "blocks": _blocks(body),
    }


@in_its_language
def home(message: Message) -> Json:
    """Return the view of a person's Home."""
    return {"type": "home", "blocks": _blocks(message)}


def errors(errors: Errors, view: Json) -> Json:
    """Return the answer to a submission of `view` that was not taken: each sentence at its field."""
    inputs = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    places = {decode(block.split(":")[0]): block for block in reversed(inputs)}
    sentences: dict[str, str] = {}
    for key, sentence in errors.fields.items():
        place = places.get(key, "".join(inputs[:1]))
        more = f"{sentences.get(place, '')} {text.one_line(sentence)}"
        sentences[place] = text.cut(more.strip(), MOST_LABEL)
    return {"response_action": "errors", "errors": sentences}


INITIAL = {
    "value": "initial_value",
    "selected_date": "initial_date",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
}
"""How an input is drawn with what its state holds."""


def again(view: Json, errors: Mapping[str, str]) -> Json:
    """Return a submitted view once more, with what was filled in and above each block what is to be mended."""
    state = view["state"]["values"]
    blocks: list[Json] = []
    for block in view["blocks"]:
        sentence = errors.get(block["block_id"])
        blocks += _rich(_section([(sentence, True)])) if sentence else []
        blocks.append(_refilled(block, state.get(block["block_id"]) or {}))
    return shown_again(view, blocks[:MOST_MODAL_BLOCKS])


def _refilled(block: Json, state: Mapping[str, Json]) -> Json:
    if block["type"] != "input":
        return block
    element = {key: value for key, value in block["element"].items() if key not in INITIAL.values()}
    given = state.get(element["action_id"]) or {}
    if len(given.get("value") or "") > element.get("max_length", MOST_TYPED):
        element["max_length"] = MOST_TYPED  # Slack takes no value that is longer than this
    return block | {"element": element | {INITIAL[key]: given[key] for key in INITIAL if given.get(key)}}


# ---------------------------------------------------------------- messages


def _blocks(message: Message, draw_chart: DrawChart = in_words) -> list[Json]:
    ids = map("say-{}".format, count(1))
    first = [*_header(message.title), *_rich(_section(text.runs(message.text, MOST_SECTION)))]
    if message.chart:
        first += [*draw_chart(message.chart), *_small(message.chart.told)]
    items = [_item(item, message.about, ids) for item in message.items]
    last = [*_page(message.link), *_small(message.note, MOST_NOTE), *_actions(message.buttons, message.about, ids)]
    return text.fit(first, items, last, _fits, _small)


def _header(title: str) -> list[Json]:
    words = text.one_line(title)
    return [{"type": "header", "text": _plain(words, MOST_HEADER)}] if words else []


def _item(item: Item, about: str, ids: Iterator[str]) -> list[Json]:
    words = text.quote(item, MOST_SECTION)
    label = [(text.cut(text.lead(item), MOST_HEADER), True)] if item.label else []
    lines = _section([*label, *words])
    if item.quoted:
        lines = [*_section(label), *_section(words, "rich_text_quote")]
    return [*_rich(lines), *_small(item.detail, MOST_DETAIL), *_actions(item.buttons, about, ids)]


def _page(link: Link | None) -> list[Json]:
    """Return the link to a page as words: a press on a button with an address would come to us, too."""
    if link is None:
        return []
    label = text.cut(text.one_line(link.label), MOST_HEADER)
    words = {"type": "link", "url": link.url, "text": label, "style": {"bold": True}}
    return _rich([{"type": "rich_text_section", "elements": [words]}])


def _rich(lines: list[Json]) -> list[Json]:
    """Rich text, unlike mrkdwn, reads no marks, mentions or links: its characters are inert."""
    return [{"type": "rich_text", "elements": lines}] if lines else []


def _section(runs: Sequence[text.Run], kind: str = "rich_text_section") -> list[Json]:
    elements = [_characters(run, bold) for run, bold in runs]
    return [{"type": kind, "elements": elements}] if elements else []


def _characters(run: str, bold: bool) -> Json:
    return {"type": "text", "text": run} | ({"style": {"bold": True}} if bold else {})


def _small(words: str, most: int = MOST_NOTE) -> list[Json]:
    """Return small print, or text of the usual size where Slack might read more than words in it."""
    runs = text.runs(words, most)
    if not runs or any(_MARKS.search(run) for run, _ in runs):
        return _rich(_section(runs))
    marked = "".join(f"*{run}*" if bold else run for run, bold in runs)
    print_ = {"type": "mrkdwn", "text": marked} if "*" in marked else _plain(marked, most)
    return [{"type": "context", "elements": [print_]}]


def _actions(buttons: Sequence[Button], about: str, ids: Iterator[str]) -> list[Json]:
    elements = [_button(button, about, action) for button, action in zip(buttons, ids, strict=False)]
    elements = [element for element in elements if len(element["value"]) <= MOST_VALUE][:MOST_BUTTONS]
    while len(text.compact(elements)) > MOST_BUTTON_CHARACTERS:
        elements.pop()
    return [{"type": "actions", "elements": elements}] if elements else []


def _button(button: Button, about: str, action: str) -> Json:
    style = {"style": button.style} if button.style in ("primary", "danger") else {}
    value = text.compact({"says": button.says, "about": button.about or about})
    label = _plain(text.one_line(button.label) or "…", MOST_BUTTON)
    return {"type": "button", "action_id": action, "text": label, "value": value} | style


def _fits(blocks: list[Json]) -> bool:
    return len(blocks) <= MOST_BLOCKS and len(text.compact(blocks)) <= MOST_CHARACTERS


def _plain(words: str, most: int) -> Json:
    return {"type": "plain_text", "text": text.cut(words, most), "emoji": False}


def _escape(words: str) -> str:
    """The three characters that Slack asks to escape; without them no mention or link can be written."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# ---------------------------------------------------------------- forms


def _opening(form: Form) -> list[Json]:
    title = text.one_line(form.title)
    header = _header(title) if text.cut(title, MOST_TITLE) != title else []
    return [*header, *_rich(_section(text.runs(form.intro, MOST_SECTION)))]


def _question(field: Field) -> list[Json]:
    """Return the blocks of one field; a field without anything to choose is a sentence."""
    label, hint = text.one_line(field.label) or "…", "\n".join(text.hints(field, _room(field)))
    heading = _rich(_section([(text.cut(label, MOST_LABEL), True)]))
    if field.kind in text.CHOSEN and not field.options:
        return [*heading, *_small(say("drawn.nothing"))]
    if field.kind == Kind.DOTS:
        given = sum(text.dots(field).values())
        return [*heading, *_small(hint), *budget.left(field.key, field.budget, given), *_dots(field)]
    if _are_long(field):
        return [*heading, _in_full(field), _input(field, say("drawn.choice"), hint, _element(field))]
    return [_input(field, label, hint, _element(field))]


def _input(field: Field, label: str, hint: str, element: Json, *option: str) -> Json:
    """Return the input; its names carry field and kind: what comes back can be read without the form."""
    return {
        "type": "input",
        "block_id": ":".join(encode(key, safe="") for key in (field.key, *option)),
        "label": _plain(label, MOST_LABEL),
        "optional": field.optional,
        "element": element | {"action_id": field.kind.value},
    } | ({"hint": _plain(hint, MOST_LABEL)} if hint else {})


def _element(field: Field) -> Json:
    match field.kind:
        case Kind.TEXT | Kind.LONG:
            before = text.typed(field, _room(field))
            box = {"type": "plain_text_input", "multiline": field.kind == Kind.LONG}
            return box | {"max_length": _room(field)} | ({"initial_value": before} if before else {})
        case Kind.DATE:
            return {"type": "datepicker"} | ({"initial_date": text.day(field)} if text.day(field) else {})
        case _:
            return _choice(field)


def _room(field: Field) -> int:
    return min(MOST_TYPED, LIMITS.get(field.kind, MOST_TYPED))


def _choice(field: Field) -> Json:
    """Return radio buttons or checkboxes where they have room, else a menu."""
    several, options = field.kind == Kind.SEVERAL, _options(field)
    small = len(options) <= MOST_IN_VIEW and field.kind != Kind.PERSON
    names = ("radio_buttons", "checkboxes") if small else ("static_select", "multi_static_select")
    before = [option for option in options if option["value"] in text.chosen(field)]
    initial = {"initial_options": before} if several else {"initial_option": before[0]} if before else {}
    return {"type": names[several]} | _menu(options) | (initial if before else {})


def _menu(options: list[Json]) -> Json:
    """Return the options, in groups that begin with … where there are more than one list may hold."""
    if len(options) <= MOST_IN_MENU:
        return {"options": options}
    lists = [options[at : at + MOST_IN_MENU] for at in range(0, len(options), MOST_IN_MENU)]
    return {"option_groups": [{"label": some[0]["text"], "options": some} for some in lists]}


def _options(field: Field) -> list[Json]:
    number = "{}. " if _are_long(field) else ""
    options = [_option(o.key, number.format(n) + o.label) for n, o in enumerate(text.choices(field), 1)]
    return text.within(MOST_CHOICE_BYTES, options)


def _option(key: str, label: str) -> Json:
    return {"text": _plain(label, MOST_OPTION), "value": key}


def _are_long(field: Field) -> bool:
    return any(text.cut(option.label, MOST_OPTION) != option.label for option in text.choices(field))


def _in_full(field: Field) -> Json:
    """Return all options with all their words, where some are longer than an option may be."""
    lines = [_section([(text.cut(o.label, MOST_DETAIL), False)])[0] for o in text.choices(field)]
    shown = text.within(MOST_CHOICE_BYTES, lines)
    return _rich([{"type": "rich_text_list", "style": "ordered", "elements": shown}])[0]


def _dots(field: Field) -> list[Json]:
    """Return one menu for each option: 0, 1, 2 … dots."""
    numbers = [_option(str(n), str(n)) for n in range(min(text.most_dots(field) + 1, MOST_IN_MENU))]
    menus = [_dot_menu(field, option, numbers) for option in field.options[:MOST_DOTTED]]
    shown = text.within(MOST_DOTTED_BYTES, menus)
    missing = len(field.options) - len(shown)
    return [*shown, *(_small(text.left_out(missing)) if missing else [])]


def _dot_menu(field: Field, option: Option, numbers: list[Json]) -> Json:
    given = min(max(text.dots(field).get(option.key, 0), 0), len(numbers) - 1)
    menu = {"type": "static_select", "options": numbers, "initial_option": numbers[given]}
    drawn = _input(replace(field, optional=True), text.words(option), "", menu, option.key)
    return drawn | ({"dispatch_action": True} if field.budget else {})
