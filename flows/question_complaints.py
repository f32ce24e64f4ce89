"""What can be wrong with one question of a script, said in a coach's words."""

from collections.abc import Iterator, Mapping
from typing import Any

from . import shapes
from .options import folded
from .script import QUESTION_KEYS, SOURCES, TOP_KEYS, option_pairs

MOST_SAY = 2_000
"""characters of a question: a label on a Slack form"""
MOST_LABEL = 75
"""characters of an option: Slack"""
MOST_OPTIONS = 100
"""options of one question: a menu on a Slack form"""
MOST_POINTS = 10

_KINDS = ("long", "date", "yes_no", "person", "dots", "scale", "options")
_SWITCHES = ("long", "date", "yes_no", "person", "several", "optional")


def judge_question(table: Mapping[str, Any], words: tuple[str, ...], control: frozenset[str]) -> Iterator[str]:
    """Complain about one question; `words` are filled in here, `control` words cannot be options."""
    for key in table:
        if key not in QUESTION_KEYS:
            yield unknown_key(key)
    if "say" not in table:
        yield 'it has no words. Add a line like say = "What would help most?".'
    for key in ("say", "hint"):
        if key in table:
            yield from shapes.text(key, table[key], MOST_SAY, words)
    for key in _SWITCHES:
        if key in table:
            yield from _switch(key, table[key])
    yield from _kinds(table)
    yield from _choice(table, control)
    yield from judge_scale(table)
    yield from _dots(table)
    if "when" in table:
        yield from _when(table["when"])


def unknown_key(key: str) -> str:
    """Return the complaint about a key that no question has."""
    if key in TOP_KEYS:
        return f'"{key}" belongs at the top of the file, above the first [question].'
    return f'"{key}" is not known here. {shapes.near(key, QUESTION_KEYS)}'


def _switch(key: str, value: Any) -> Iterator[str]:
    if key == "several" and isinstance(value, list):
        yield (
            '"several" must be true or false. To ask several questions again and again, make a group:'
            ' steps = ["need", "area"] and again = "Is there another one?".'
        )
    else:
        yield from shapes.flag(key, value)


def _kinds(table: Mapping[str, Any]) -> Iterator[str]:
    kinds = [key for key in _KINDS if table.get(key) not in (None, False)]
    if len(kinds) > 1:
        named = " and ".join(f'"{kind}"' for kind in kinds)
        if kinds != ["dots", "options"]:
            yield f"{named} are different kinds of question. Keep one of them."
    if "choices" in table and kinds and kinds[0] in ("long", "date", "yes_no", "scale"):
        yield f'"choices" and "{kinds[0]}" do not go together. Keep one of them.'
    if "choices" in table and "options" in table:
        yield '"choices" and "options" are two lists of options. Keep one of them.'
    if table.get("several") is True and not {"choices", "options"} & set(table):
        yield '"several" needs something to choose from: add options = ["…", "…"] or choices = "needs".'


def _choice(table: Mapping[str, Any], control: frozenset[str]) -> Iterator[str]:
    if "choices" in table:
        yield from shapes.one_of("choices", table["choices"], SOURCES)
    if "options" in table:
        yield from _options(table["options"], control)


def _options(options: Any, control: frozenset[str]) -> Iterator[str]:
    """Complain about options, which are a list of labels or a table of keys and labels."""
    if not isinstance(options, list | Mapping):
        yield '"options" must be a list like ["Done", "Not yet"] or a table: { a = "Done", b = "Not yet" }.'
        return
    pairs = option_pairs(options)
    if len(pairs) < 2:
        yield '"options" needs at least two to choose from.'
    if len(pairs) > MOST_OPTIONS:
        yield f'"options" has {len(pairs)} entries; there is room for {MOST_OPTIONS}.'
    seen: set[str] = set()
    for key, label in pairs:
        yield from _option(key, label, control)
        twice = {folded(str(label)), key} & seen
        if twice:
            yield f'the option "{label}" is there twice.'
        seen |= {folded(str(label)), key}


def _option(key: str, label: Any, control: frozenset[str]) -> Iterator[str]:
    if not isinstance(label, str):
        yield f"the option {label!r} must be a text in quotes."
        return
    if label.strip() and not shapes.OPTION_KEY.fullmatch(key):
        yield _bad_key(key, label)
    for complaint in shapes.text("options", label, MOST_LABEL, ()):
        yield complaint.replace('"options"', f'the option "{label[:30]}"')
    if "*" in label:
        yield f'the option "{label}" has a star. Options are plain words: nothing in them is bold.'
    if folded(label) in control:
        yield f'the option "{label}" is a word that people use to steer the chat. Choose another.'


def _bad_key(key: str, label: str) -> str:
    if folded(label) == folded(key) or not key:
        return f'the option "{label}" needs a key of plain letters: write options = {{ a = "{label}", … }}.'
    return f'the option key "{key}" must have small letters, digits and _ only, like not_yet = "Not yet".'


def judge_scale(table: Mapping[str, Any]) -> Iterator[str]:
    """Complain about a scale and its points."""
    labels = table.get("scale")
    if "points" in table:
        yield from shapes.number("points", table["points"], 2, MOST_POINTS)
    if labels is None:
        if "points" in table:
            yield '"points" belongs to a scale, like scale = ["It can wait", "This week"].'
        return
    if not isinstance(labels, list) or not 2 <= len(labels) <= MOST_POINTS:
        yield '"scale" needs the names of its two ends, like scale = ["It can wait", "This week"].'
        return
    for label in labels:
        yield from shapes.text("scale", label, MOST_LABEL - 5, ())
    if len(labels) > 2 and "points" in table:
        yield '"points" is for a scale of which only the two ends have names. Take it out.'


def _dots(table: Mapping[str, Any]) -> Iterator[str]:
    dots = table.get("dots")
    if dots is None:
        return
    if not isinstance(dots, Mapping) or set(dots) - {"budget", "most"} or "budget" not in dots:
        yield '"dots" is written like dots = { budget = 5, most = 3 }.'
        return
    yield from shapes.number("budget", dots["budget"], 1, 100)
    if "most" in dots:
        yield from shapes.number("most", dots["most"], 1, 100)
        if _is_more(dots["most"], dots["budget"]):
            yield '"most" cannot be more than the "budget" of dots.'
    if not {"choices", "options"} & set(table):
        yield '"dots" needs something to give them to: add choices = "needs" or options = ["…", "…"].'


def _is_more(most: Any, budget: Any) -> bool:
    return isinstance(most, int) and isinstance(budget, int) and most > budget


def _when(when: Any) -> Iterator[str]:
    if not isinstance(when, Mapping) or not when:
        yield '"when" is written like when = { area = "other" }.'
        return
    for key, wanted in when.items():
        if not isinstance(wanted, str | bool):
            yield f'"when" waits for one option of [{key}], like when = {{ {key} = "other" }}.'
