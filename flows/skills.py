"""Skills: short protocols for a meeting, each on one card that a coach can edit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import shapes

MOST_TITLE, MOST_WORDS, MOST_STEP, MOST_IN_ALL = 60, 200, 300, 1_200
"""characters of the title, the purpose, one step and all steps: the card fits one printed page in large type"""
MOST_STEPS = 8
MOST_MINUTES = 60

_KEYS = ("title", "minutes", "purpose", "steps")
_STEP_KEYS = ("say", "minutes")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a protocol, and the minutes that it takes."""

    say: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Skill:
    """A protocol: what it is for and its steps."""

    name: str
    title: str
    minutes: int
    purpose: str
    steps: tuple[Step, ...]


def read(name: str, table: Mapping[str, Any]) -> Skill:
    """Return the skill that this table describes; it has been judged before."""
    steps = tuple(Step(each["say"], each["minutes"]) for each in table["steps"])
    return Skill(name, table["title"], table["minutes"], table["purpose"], steps)


def judge(table: Mapping[str, Any]) -> Iterator[str]:
    """Complain about everything that is wrong with a skill, in a coach's words."""
    for key in table:
        if key not in _KEYS:
            yield f': "{key}" is not known in a skill. {shapes.near(key, _KEYS)}'
    for key, most in (("title", MOST_TITLE), ("purpose", MOST_WORDS)):
        if key not in table:
            yield f': "{key}" is missing. Add a line like {key} = "…".'
        else:
            yield from (f": {complaint}" for complaint in shapes.text(key, table[key], most, ()))
    yield from (f": {complaint}" for complaint in shapes.number("minutes", table.get("minutes"), 1, MOST_MINUTES))
    steps = table.get("steps")
    if not isinstance(steps, list) or not 1 <= len(steps) <= MOST_STEPS or not all(_is_step(each) for each in steps):
        yield f": it has one to {MOST_STEPS} steps. Each begins with a line [[steps]] and has say and minutes."
        return
    wrong = [f" step {number}: {complaint}" for number, step in enumerate(steps, 1) for complaint in _judge_step(step)]
    yield from wrong
    if not wrong and sum(len(step["say"]) for step in steps) > MOST_IN_ALL:
        yield f": its steps have more than {MOST_IN_ALL:,} characters together, which is what fits one printed page."
    if not wrong and sum(step["minutes"] for step in steps) != table.get("minutes"):
        total = sum(step["minutes"] for step in steps)
        yield f': its steps take {total} minutes together, and "minutes" says {table.get("minutes")}. Make them agree.'


def _is_step(step: object) -> bool:
    return isinstance(step, Mapping)


def _judge_step(step: Mapping[str, Any]) -> Iterator[str]:
    for key in step:
        if key not in _STEP_KEYS:
            yield f'"{key}" is not known in a step. {shapes.near(key, _STEP_KEYS)}'
    if "say" not in step:
        yield 'it has no words. Add a line like say = "Each reads one sentence."'
    else:
        yield from shapes.text("say", step["say"], MOST_STEP, ())
    yield from shapes.number("minutes", step.get("minutes"), 1, MOST_MINUTES)


def judge_translation(base: Mapping[str, Any], table: Mapping[str, Any], original: str) -> Iterator[str]:
    """Complain where the sibling of a skill in another language has more than words, or other steps."""
    for key, value in table.items():
        if key not in ("title", "purpose", "steps") and base.get(key) != value:
            yield f': "{key}" differs from {original}. Take it out here: a translation has words only.'
    steps = table.get("steps", [])
    if not isinstance(steps, list) or not all(_is_step(each) for each in steps):
        yield ": its steps are written like those of the original: a line [[steps]], then say."
    elif steps and len(steps) != len(base["steps"]):
        yield f": it has {len(steps)} steps; {original} has {len(base['steps'])}."


def translated(base: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the skill with the words of its translation, and its own where these are missing."""
    steps = table.get("steps") or [{}] * len(base["steps"])
    words = [{**ours, **theirs} for ours, theirs in zip(base["steps"], steps, strict=True)]
    return {**base, **{key: table[key] for key in ("title", "purpose") if key in table}, "steps": words}


def missing(base: Mapping[str, Any], table: Mapping[str, Any], original: str) -> Iterator[str]:
    """Note each piece of a skill that is not translated."""
    for key in ("title", "purpose", "steps"):
        if key not in table:
            yield f': "{key}" is not translated, so people read it as it is in {original}.'
    for number, step in enumerate(table.get("steps", ()), 1):
        if "say" not in step:
            yield f": step {number} is not translated, so people read it as it is in {original}."
