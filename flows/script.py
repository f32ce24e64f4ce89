"""A judged script, read from its table into a flow."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .flow import Flow, Group, Step
from .messages import Kind, Option
from .options import folded
from .shapes import read_days

TOP_KEYS = ("title", "asks", "style", "shares", "minutes", "nudge", "closes", "intro", "thanks", "answers")
QUESTION_KEYS = (
    "say", "hint", "options", "several", "scale", "points", "long", "date", "yes_no", "person", "dots",
    "choices", "when", "optional",
)  # fmt: skip
GROUP_KEYS = ("steps", "again", "most", "each")
SOURCES = ("members", "needs", "resources", "actions")
"""what `choices` and `each` may name: lists that are filled when the flow is asked"""


def read_script(name: str, table: Mapping[str, Any], language: str = "en") -> Flow:
    """Return the flow that this table describes; it has been judged before."""
    return Flow(
        name=name,
        title=table["title"],
        steps=tuple(_step(key, entry) for key, entry in questions(table).items()),
        groups=tuple(_group(key, entry) for key, entry in groups(table).items()),
        asks=table.get("asks", "members"),
        style=table.get("style", "form"),
        shares=table.get("shares", "nothing"),
        minutes=table["minutes"],
        nudge_days=read_days(table.get("nudge")),
        closes_days=read_days(table.get("closes")),
        intro=table.get("intro", ""),
        thanks=table.get("thanks", ""),
        form_only=table.get("answers") == "form only",
        language=language,
    )


def is_group(table: Mapping[str, Any]) -> bool:
    """Whether a table of a script describes a group and not a question."""
    return "steps" in table or ("say" not in table and bool({"again", "each"} & set(table)))


def questions(table: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the questions of a script by name, in the order of the file."""
    return {key: each for key, each in _tables(table) if not is_group(each)}


def groups(table: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the groups of a script by name."""
    return {key: each for key, each in _tables(table) if is_group(each)}


def option_pairs(options: Any) -> list[tuple[str, Any]]:
    """Return (key, label) for options written as a table, or as a list of labels: "Not yet" is not_yet."""
    if isinstance(options, Mapping):
        return list(options.items())
    return [(re.sub(r"\W+", "_", folded(str(label))).strip("_"), label) for label in options]


def kind(table: Mapping[str, Any]) -> Kind:
    """Return how the question in this table is answered."""
    marks = {
        "dots": Kind.DOTS,
        "several": Kind.SEVERAL,
        "person": Kind.PERSON,
        "scale": Kind.SCALE,
        "options": Kind.OPTIONS,
        "choices": Kind.OPTIONS,
        "date": Kind.DATE,
        "yes_no": Kind.YES_NO,
        "long": Kind.LONG,
    }
    return next((found for mark, found in marks.items() if table.get(mark) not in (None, False)), Kind.TEXT)


def scale_labels(table: Mapping[str, Any]) -> list[str]:
    """Return a label for each point: all named, or numbers of which the ends are named too."""
    labels = table["scale"]
    points = table.get("points", 5) if len(labels) == 2 else len(labels)
    named = dict(enumerate(labels, 1)) if points == len(labels) else {1: labels[0], points: labels[1]}
    return [f"{point} – {named[point]}" if point in named else str(point) for point in range(1, points + 1)]


def _tables(table: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key, entry in table.items():
        if isinstance(entry, Mapping):
            yield key, entry


def _step(key: str, table: Mapping[str, Any]) -> Step:
    dots = table.get("dots", {})
    return Step(
        key=key,
        say=table["say"],
        kind=kind(table),
        options=tuple(_options(table)),
        choices=table.get("choices", "members" if kind(table) is Kind.PERSON else ""),
        when=tuple((step, _wanted(option)) for step, option in table.get("when", {}).items()),
        optional=table.get("optional", False),
        hint=table.get("hint", ""),
        budget=dots.get("budget", 0),
        most=dots.get("most", 0),
    )


def _options(table: Mapping[str, Any]) -> Iterator[Option]:
    if "scale" in table:
        yield from (Option(str(point), label) for point, label in enumerate(scale_labels(table), 1))
    for key, label in option_pairs(table.get("options", ())):
        yield Option(key, label)


def _wanted(option: Any) -> str:
    match option:
        case bool():
            return "yes" if option else "no"
        case _:
            return str(option)


def _group(key: str, table: Mapping[str, Any]) -> Group:
    return Group(key, tuple(table["steps"]), table.get("again", ""), table.get("most", 10), table.get("each", ""))
