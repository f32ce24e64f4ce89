"""The few questions that a school's own version of a shipped script must keep, because rules read them."""

from collections.abc import Iterator, Mapping
from typing import Any

from .script import groups, kind, option_pairs, questions

RELIED_ON: Mapping[str, tuple[str, ...]] = {
    "charter": ("norms", "purpose", "priority"),
    "needs": ("need",),
    "resources": ("resource",),
    "vote": ("dots",),
    "choose": ("chosen",),
    "plan": ("what", "owner", "due", "serves", "uses", "reason"),
    "checkin": ("status", "blocker", "new_due"),
    "results": ("verdict",),
}
"""questions by script; their words are free, their kind, their group and their option keys are not"""


def judge_own(name: str, shipped: Mapping[str, Any], table: Mapping[str, Any]) -> Iterator[str]:
    """Complain about a school's own script where it lacks something that Leadcycle needs from it."""
    for key in RELIED_ON.get(name, ()):
        if key not in questions(shipped):
            continue
        if key not in questions(table):
            yield f" [{key}] is missing. Leadcycle works with its answers: keep it, in your own words."
        else:
            yield from (f" [{key}]: {complaint}" for complaint in _changes(key, shipped, table))


def _changes(key: str, shipped: Mapping[str, Any], table: Mapping[str, Any]) -> Iterator[str]:
    ours, theirs = questions(shipped)[key], questions(table)[key]
    if kind(ours) != kind(theirs):
        yield f"it must stay a question of the same kind ({kind(ours)}). Leadcycle works with its answers."
    if _group_of(key, shipped) != _group_of(key, table):
        yield f"it must stay in the group [{_group_of(key, shipped)}]."
    if set(_keys(ours)) != set(_keys(theirs)):
        yield f"it must keep the options {', '.join(_keys(ours))}. Their labels may change."


def _group_of(key: str, table: Mapping[str, Any]) -> str:
    members = {step: name for name, group in groups(table).items() for step in list(group.get("steps") or ())}
    return members.get(key, "")


def _keys(question: Mapping[str, Any]) -> list[str]:
    options = question.get("options", ())
    return [key for key, _ in option_pairs(options)] if isinstance(options, list | Mapping) else []
