"""What can be wrong with a script, all of it at once and in a coach's words."""

from collections.abc import Iterator, Mapping
from typing import Any

from . import shapes
from .messages import Kind
from .question_complaints import judge_question, judge_scale
from .script import (
    GROUP_KEYS,
    QUESTION_KEYS,
    SOURCES,
    TOP_KEYS,
    groups,
    is_group,
    kind,
    option_pairs,
    questions,
    scale_labels,
)

ASKS = ("members", "administrators", "facilitator", "lead", "coach", "staff")
STYLES = ("form", "chat")
ANONYMOUS = "anonymous"
SHARES = ("with names", "without names", "nothing", ANONYMOUS)
MOST_TITLE = 150
"""characters: a header in Slack; the first 24 stand above a form there"""
MOST_WORDS = 2_900
"""characters of an intro or thanks: a section in Slack has 3,000"""
MOST_MINUTES = 30
MOST_QUESTIONS = 40
"""questions in one script; they must fit on a form"""
MOST_ITEMS = 20


def judge(table: Mapping[str, Any], control: frozenset[str] = frozenset()) -> Iterator[str]:
    """Complain about a parsed script; `control` words steer the chat and cannot be options."""
    yield from _top(table)
    asked = questions(table)
    if not asked:
        yield ': it asks nothing. Add a question: a line like [need], and below it say = "What would help?".'
    if len(asked) > MOST_QUESTIONS:
        yield f": it has {len(asked)} questions; {MOST_QUESTIONS} fit on a form. Please take some out."
    for key, question in asked.items():
        words = ("name", "subject") if _has_subject(table, key) else ("name",)
        complaints = (*_name(key), *judge_question(question, words, control))
        yield from (f" [{key}]: {complaint}" for complaint in complaints)
    for key, group in groups(table).items():
        yield from (f" [{key}]: {complaint}" for complaint in (*_name(key), *_group(group, table)))
    yield from _in_two_groups(table)
    yield from _conditions(table)


def order(table: Mapping[str, Any]) -> list[str]:
    """Return the questions in the order in which they are asked; a group stands where its first one does."""
    group_of = {key: group for group in groups(table).values() for key in _steps(group)}
    asked: list[str] = []
    for key in questions(table):
        for each in _steps(group_of[key]) if key in group_of else [key]:
            if each not in asked and each in questions(table):
                asked.append(each)
    return asked


def _steps(group: Mapping[str, Any]) -> list[str]:
    steps = group.get("steps")
    return [step for step in steps if isinstance(step, str)] if isinstance(steps, list) else []


def _has_subject(table: Mapping[str, Any], key: str) -> bool:
    return any(key in _steps(group) and "each" in group for group in groups(table).values())


def _name(key: str) -> Iterator[str]:
    if key in TOP_KEYS:
        yield f'"{key}" is a word of the scripts themselves. Give the question another name.'
    else:
        yield from shapes.name(key)


# ---------------------------------------------------------------- the top of the file


def _top(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if key not in TOP_KEYS and not isinstance(value, Mapping):
            yield _unknown(key, value)
    for key in ("title", "minutes"):
        if key not in table:
            yield f': "{key}" is missing at the top. {_example(key)}'
    for complaint in _settings(table):
        yield f": {complaint}"


def _example(key: str) -> str:
    if key == "title":
        return 'Add a line like title = "What do we need most?".'
    return "Say how long it takes, like minutes = 2."


def _unknown(key: str, value: Any) -> str:
    if isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        return f" [{key}]: write its name in one pair of brackets, [{key}]."
    if key in QUESTION_KEYS or key in GROUP_KEYS:
        return f': "{key}" belongs to a question. Put it below a line like [need].'
    return f': "{key}" is not known here. {shapes.near(key, TOP_KEYS)}'


def _settings(table: Mapping[str, Any]) -> Iterator[str]:
    present = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
    for key, value in present.items():
        match key:
            case "title":
                yield from shapes.text(key, value, MOST_TITLE, ())
            case "intro" | "thanks":
                yield from shapes.text(key, value, MOST_WORDS)
            case "minutes":
                yield from shapes.number(key, value, 0, MOST_MINUTES)
            case "nudge" | "closes":
                yield from shapes.days(key, value)
            case "asks":
                yield from shapes.one_of(key, value, ASKS)
            case "style":
                yield from shapes.one_of(key, value, STYLES)
            case "shares":
                yield from shapes.one_of(key, value, SHARES)
            case "answers":
                yield from shapes.one_of(key, value, ("form only",))
    yield from _together(present)


def _together(present: Mapping[str, Any]) -> Iterator[str]:
    nudge, closes = (shapes.read_days(present.get(key)) for key in ("nudge", "closes"))
    if nudge and closes and nudge >= closes:
        yield f'"nudge" comes after {nudge} days, but it closes after {closes}. Nudge earlier or close later.'
    if present.get("style") == "chat" and present.get("answers") == "form only":
        yield 'style = "chat" and answers = "form only" contradict each other. Take one of them out.'
    if present.get("shares") == ANONYMOUS and present.get("answers") != "form only":
        yield 'shares = "anonymous" needs answers = "form only": typed words stay in the chat with their author.'


# ---------------------------------------------------------------- groups


def _group(group: Mapping[str, Any], table: Mapping[str, Any]) -> Iterator[str]:
    for key in group:
        if key not in GROUP_KEYS:
            yield f'"{key}" is not known in a group. {shapes.near(key, GROUP_KEYS)}'
    yield from _members(group, table)
    if "again" in group and "each" in group:
        yield '"again" and "each" are two ways to repeat the questions. Keep one of them.'
    if not {"again", "each"} & set(group):
        yield 'say how it repeats: again = "Is there another one?" or each = "actions".'
    if "again" in group:
        yield from shapes.text("again", group["again"], 150)
    if "each" in group:
        yield from shapes.one_of("each", group["each"], SOURCES)
    if "most" in group:
        yield from shapes.number("most", group["most"], 1, MOST_ITEMS)
        if "each" in group:
            yield '"most" is for groups with "again". Take it out.'


def _members(group: Mapping[str, Any], table: Mapping[str, Any]) -> Iterator[str]:
    steps = group.get("steps")
    if not isinstance(steps, list) or not steps or _steps(group) != steps:
        yield '"steps" must be a list of questions, like steps = ["need", "area"].'
        return
    for step in steps:
        if step not in questions(table):
            yield f'"steps" names [{step}], which is no question here. {shapes.near(step, questions(table))}'
    for step in sorted({step for step in steps if steps.count(step) > 1}):
        yield f'"steps" names [{step}] twice.'


def _in_two_groups(table: Mapping[str, Any]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for key, group in groups(table).items():
        for step in dict.fromkeys(_steps(group)):
            if step in seen:
                yield f" [{step}] is in two groups, [{seen[step]}] and [{key}]. Take it out of one of them."
            seen[step] = key


# ---------------------------------------------------------------- conditions


def _conditions(table: Mapping[str, Any]) -> Iterator[str]:
    for key, question in questions(table).items():
        when = question.get("when")
        for other, wanted in when.items() if isinstance(when, Mapping) else ():
            complaint = _order(table, key, other) or _wanted(questions(table)[other], other, wanted)
            if complaint:
                yield f" [{key}]{complaint}"


def _order(table: Mapping[str, Any], key: str, other: str) -> str:
    """Return what is wrong with waiting for this question, if the place of it is."""
    asked = order(table)
    if other == key:
        return " waits for itself. Name another question that is asked before it."
    if other not in asked:
        also = shapes.near(other, [each for each in asked if each != key]) if len(asked) > 1 else ""
        return f" waits for [{other}], which is not asked before it. {also}".rstrip()
    if key in asked and asked.index(other) > asked.index(key):
        return f" waits for [{other}], which is not asked before it. Move [{other}] above [{key}]."
    group_of = {step: name for name, group in groups(table).items() for step in _steps(group)}
    if other in group_of and group_of.get(key) != group_of[other]:
        return f" waits for [{other}], which is asked several times. Only its own group can wait for it."
    return ""


def _wanted(question: Mapping[str, Any], other: str, wanted: Any) -> str:
    """Return what is wrong with the answer that is waited for."""
    if not isinstance(wanted, str | bool):
        return ""
    if wanted == "":
        can_be = question.get("optional") or question.get("choices")
        return "" if can_be else f" waits until [{other}] is left out, but that one must be answered. Make it optional."
    known = _answers(question)
    if known is None:
        return f" waits for [{other}], whose options are only known when it is asked. Wait for another question."
    if not known:
        return f" waits for [{other}], which has no options to wait for."
    word = ("yes" if wanted else "no") if isinstance(wanted, bool) else wanted
    if word not in known:
        return f': [{other}] has no option "{word}". {shapes.near(word, known)}'
    return ""


def _answers(question: Mapping[str, Any]) -> list[str] | None:
    """Return the options that can be waited for; None if they come from a list that is filled later."""
    match kind(question):
        case Kind.YES_NO:
            return ["yes", "no"]
        case Kind.SCALE if not any(judge_scale(question)):
            return [str(point) for point in range(1, len(scale_labels(question)) + 1)]
        case Kind.OPTIONS | Kind.SEVERAL if isinstance(question.get("options"), list | Mapping):
            return [key for key, _ in option_pairs(question["options"])]
        case Kind.OPTIONS | Kind.SEVERAL | Kind.PERSON | Kind.DOTS:
            return None
        case _:
            return []


__all__ = ["is_group", "judge", "order"]
