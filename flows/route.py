"""Where a person is in a flow: computed from the answers each time, never stored."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .answers import fits
from .flow import Answer, Asked, Conversation, Flow, Group, Place, Step
from .markup import escape, quote
from .messages import Kind, Option, Value

Known = dict[Place, Value]
"""The values that count so far, on the way along the route."""

_NAME = "{name}"
_AT_START = re.compile(r"^\{name\}[,:!]?\s*(\w)")
_INSIDE = re.compile(r",?\s*\{name\}")


@dataclass(frozen=True, slots=True)
class Spot:
    """One question that applies, as it would be put now, and what is on record for it."""

    asked: Asked
    hint: str = ""
    group: str = ""
    answer: Answer | None = None
    quotes: bool = False
    """whether its options are people's words: needs, resources, actions"""

    @property
    def place(self) -> Place:
        """Where its answer belongs."""
        return self.asked.place

    @property
    def is_open(self) -> bool:
        """Whether it wants an answer: there is none, or none that the question would take as it is now."""
        return self.answer is None or not fits(self.asked, self.answer.value)

    @property
    def is_again(self) -> bool:
        """Whether it asks for another item of its group."""
        return self.asked.step == self.group


def addressed(flow: Flow, name: str) -> Flow:
    """Return the flow with `{name}` filled in everywhere, with a person's first name."""
    return replace(
        flow,
        intro=_named(flow.intro, name),
        thanks=_named(flow.thanks, name),
        steps=tuple(_step(step, name) for step in flow.steps),
        groups=tuple(replace(group, again=_named(group.again, name)) for group in flow.groups),
    )


def _step(step: Step, name: str) -> Step:
    if _NAME not in step.say and _NAME not in step.hint:
        return step
    return replace(step, say=_named(step.say, name), hint=_named(step.hint, name))


def _named(words: str, name: str) -> str:
    if name:
        return words.replace(_NAME, escape(name))
    return _INSIDE.sub("", _AT_START.sub(lambda found: found[1].upper(), words))


def route(flow: Flow, conversation: Conversation) -> tuple[Spot, ...]:
    """Return every question that applies, in order; of a group that repeats, up to its first open item."""
    known: Known = {}
    return tuple(spot for unit in _units(flow) for spot in _spots(flow, unit, conversation, known))


def _units(flow: Flow) -> Iterator[Step | Group]:
    """Yield the flow's parts in order: steps, and each group where its first step stands."""
    group_of = {key: group for group in flow.groups for key in group.steps}
    seen = set()
    for step in flow.steps:
        unit = group_of.get(step.key, step)
        if unit.key not in seen:
            seen.add(unit.key)
            yield unit


def _spots(flow: Flow, unit: Step | Group, conversation: Conversation, known: Known) -> Iterator[Spot]:
    match unit:
        case Step():
            yield from _spot(unit, 0, conversation, known)
        case Group(each="") as group:
            yield from _while_again(flow, group, conversation, known)
        case Group() as group:
            for item, subject in enumerate(conversation.choices.get(group.each, ())):
                if subject.key:
                    yield from _item(flow, group, item, conversation, known, subject)


def _while_again(flow: Flow, group: Group, conversation: Conversation, known: Known) -> Iterator[Spot]:
    """Yield item after item, as long as each is answered and the person says that there is another."""
    again = Step(group.key, group.again, Kind.YES_NO, optional=True)
    for item in range(max(group.most, 1)):
        spots = list(_item(flow, group, item, conversation, known))
        is_last = not group.again or item + 1 >= group.most
        if not is_last:
            spots += _spot(again, item, conversation, known, group)
        yield from spots
        if is_last or any(spot.is_open for spot in spots) or not known.get((group.key, item)):
            return


def _item(
    flow: Flow,
    group: Group,
    item: int,
    conversation: Conversation,
    known: Known,
    subject: Option | None = None,
) -> Iterator[Spot]:
    steps = {step.key: step for step in flow.steps}
    for key in group.steps:
        if key in steps:
            yield from _spot(steps[key], item, conversation, known, group, subject)


def _spot(
    step: Step,
    item: int,
    conversation: Conversation,
    known: Known,
    group: Group | None = None,
    subject: Option | None = None,
) -> Iterator[Spot]:
    """Yield the step's spot if it applies, and note its value if that counts."""
    options = conversation.choices.get(step.choices, ()) if step.choices else step.options
    if not _applies(step, item, group, known):
        return
    if step.choices and not options:
        known[step.key, item] = None
        return
    words = _about(step.say, subject)
    asked = Asked(step.key, item, words, step.kind, options, optional=step.optional, budget=step.budget, most=step.most)
    spot = Spot(
        asked,
        step.hint.replace("{subject}", quote(subject.label)) if subject else step.hint,
        group.key if group else "",
        conversation.answers.get(asked.place),
        quotes=step.choices not in ("", "members"),
    )
    if spot.answer and not spot.is_open:
        known[spot.place] = spot.answer.value
    yield spot


def _about(say: str, subject: Option | None) -> str:
    """Return the words about this subject, which stands before them unless they name it themselves."""
    if subject is None:
        return say
    label = quote(subject.label)
    return say.replace("{subject}", label) if "{subject}" in say else f"{label}: {say}"


def _applies(step: Step, item: int, group: Group | None, known: Known) -> bool:
    """Whether each condition holds; a step of the same group is looked up in its own item."""
    waited = (((key, item if group and key in group.steps else 0), wanted) for key, wanted in step.when)
    return all(place in known and _is(known[place], wanted) for place, wanted in waited)


def _is(value: Value, wanted: str) -> bool:
    """Whether the answer is the one that is waited for; "" waits for a question that was left out."""
    match value:
        case None:
            return wanted == ""
        case bool():
            return wanted == ("yes" if value else "no")
        case list() | dict():
            return wanted in value
        case _:
            return str(value) == wanted
