"""How questions are put: as one chat message, as a form, and as the message that invites to answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from math import ceil

from .flow import Asked, Conversation, Flow
from .markup import escape, quote
from .messages import Button, Field, Form, Item, Kind, Message, Option, Value
from .options import numbers
from .phrases import Phrases
from .route import Spot, addressed, route

MOST_FIELDS = 40
"""on one form; a Slack modal has room for 100 blocks, a person for fewer"""
MOST_SUBJECTS = 8
"""subjects of a group that one form asks about at once"""
MOST_BUTTONS = 5
"""options that are shown as buttons; Teams shows six at once"""
MOST_BUTTON_WORDS = 75
"""characters on a button (Slack)"""
FULL = 4
"""buttons of a message that has no room for one more way out"""
MOST_PEOPLE = 12
"""people whose names are listed; of more one writes the name"""

LEFT = "left"
"""says that the answers stay as they are: the form that would change them is closed"""
OPENED, IN_MESSAGE = "flow", "card"
"""how the reference of a form begins: one that was opened, one that stands in the message that asks"""

_HALF = 0.5
"""minutes that a flow takes that promises none"""
SUBJECTS = 3
"""subjects of a group for which a script's minutes are meant; more take longer"""

Part = tuple[Flow, bool]
"""A flow that one message asks for, and whether it is answered."""

_PRESSED = frozenset({Kind.OPTIONS, Kind.PERSON, Kind.SCALE, Kind.YES_NO})
_HOW = {Kind.SEVERAL: "several", Kind.DATE: "date", Kind.PERSON: "person"}
_CHOSEN = frozenset({Kind.OPTIONS, Kind.PERSON, Kind.SCALE, Kind.SEVERAL, Kind.DOTS})


def field_key(asked: Asked) -> str:
    """Return the key of its field on a form: "need.0"."""
    return f"{asked.step}.{asked.item}"


def invitation(
    flow: Flow,
    conversation: Conversation,
    name: str,
    phrases: Phrases,
    details: bool = False,
    parts: Sequence[Part] = (),
) -> Message:
    """Return the message that opens a conversation; `details` adds what only the very first one offers.

    `parts` are all that it asks for, this flow among them; what is answered is offered for a change. What belongs to no
    phase of a cycle cannot be stopped for this cycle.
    """
    flow = addressed(flow, name)
    parts = parts or ((flow, False),)
    first = first_question(flow, conversation)
    is_answered = all(is_answered for _, is_answered in parts)
    words = words_of_thanks(flow, phrases) if is_answered else _greeting(flow, conversation, phrases)
    put = _in_form(question(flow, first, phrases, flow.intro)) if first else Message(words)
    buttons = (*put.buttons, *_ways(parts, phrases, details))
    return replace(
        put,
        title=flow.title,
        note=" ".join(words for words in (put.note, promises(parts, phrases)) if words),
        buttons=_with_stop(buttons, phrases) if conversation.phase else buttons,
        preview=flow.title,
    )


def _in_form(put: Message) -> Message:
    """The question, which is left out where the form that holds it stands in the message."""
    return replace(
        put,
        items=tuple(replace(item, in_form=True) for item in put.items),
        buttons=tuple(replace(button, in_form=True) for button in put.buttons),
    )


def _greeting(flow: Flow, conversation: Conversation, phrases: Phrases) -> str:
    if not route(flow, conversation):
        return phrases.say("engine.nothing")
    return flow.intro or phrases.say("engine.please")


def words_of_thanks(flow: Flow, phrases: Phrases) -> str:
    """Return what is said when everything is answered."""
    return flow.thanks or phrases.say("engine.thanks")


def promise(flow: Flow, phrases: Phrases) -> str:
    """Return how long the flow takes and who reads the answers."""
    return _promised((flow,), phrases)


def duration(flows: Sequence[Flow], phrases: Phrases) -> str:
    """Return how long these flows take together, in words."""
    minutes = ceil(sum(flow.minutes or _HALF for flow in flows))
    short = len(flows) == 1 and not flows[0].minutes
    return phrases.say("engine.half_a_minute") if short else phrases.say("engine.minutes", count=minutes)


def about_subjects(flow: Flow, conversation: Conversation) -> Flow:
    """Return the flow with the minutes that it takes for as many subjects as this conversation asks about."""
    asked = max((len(conversation.choices.get(group.each, ())) for group in flow.groups if group.each), default=0)
    return replace(flow, minutes=ceil(flow.minutes * asked / SUBJECTS)) if asked > SUBJECTS else flow


def _promised(flows: Sequence[Flow], phrases: Phrases) -> str:
    """Return how long these flows take together and who reads the answers, which is the same for all of them."""
    return f"{duration(flows, phrases)} {phrases.say(_who_reads(flows[0]))}"


def promises(parts: Sequence[Part], phrases: Phrases) -> str:
    """Return one promise for all that waits, or one for each under its title where others read them.

    What is answered takes no time any more: then it is only said who reads it.
    """
    waiting = [flow for flow, is_answered in parts if not is_answered]
    flows = waiting or [flow for flow, _ in parts]
    if len({_who_reads(flow) for flow in flows}) == 1:
        return _promised(flows, phrases) if waiting else phrases.say(_who_reads(flows[0]))
    told = ((flow, promise(flow, phrases) if waiting else phrases.say(_who_reads(flow))) for flow in flows)
    return "\n".join(f"*{escape(flow.title)}* · {words}" for flow, words in told)


def _who_reads(flow: Flow) -> str:
    """Return the phrase that says who reads the answers."""
    if flow.shares == "nothing" and own_lines(flow):
        return "engine.shares_by_press"
    return "engine.shares_" + flow.shares.replace(" ", "_")


def own_lines(flow: Flow) -> frozenset[str]:
    """Return the steps of a private flow whose words their author may share, line by line."""
    grouped = {key for group in flow.groups for key in group.steps}
    texts = {step.key for step in flow.steps if step.kind in (Kind.TEXT, Kind.LONG)}
    return frozenset(texts - grouped)


def first_question(flow: Flow, conversation: Conversation) -> Spot | None:
    """Return the question that the invitation itself puts: in a chat, and where there is no intro."""
    if flow.form_only or conversation.done_at or (flow.intro and flow.style != "chat"):
        return None
    return next((spot for spot in route(flow, conversation) if spot.is_open), None)


def question(flow: Flow, spot: Spot, phrases: Phrases, before: str = "") -> Message:
    """Return one question as a chat message, after the words `before`."""
    asked = spot.asked
    return Message(
        text="\n\n".join(words for words in (before, asked.words) if words),
        items=_listed(spot),
        note=" ".join(_small_print(spot, phrases)),
        buttons=_buttons(flow, spot, phrases),
        preview=flow.title,
    )


def draw(
    flow: Flow,
    conversation: Conversation,
    spots: Sequence[Spot],
    phrases: Phrases,
    typed: Mapping[str, Value],
) -> Form:
    """Return these questions as a form; `typed` is what a field holds that has no answer yet."""
    is_open = any(spot.is_open for spot in spots)
    return Form(
        ref=f"{OPENED} {conversation.key}",
        title=flow.title,
        fields=tuple(_field(spot, typed, phrases) for spot in spots),
        intro=flow.intro if not conversation.answers else "",
        submit=phrases.say("engine.send"),
        note=promise(about_subjects(flow, conversation), phrases) if is_open else phrases.say(_who_reads(flow)),
        ways=tuple(_instead(flow, phrases) if is_open else _back(flow, phrases)),
        language=phrases.language,
    )


def on_form(flow: Flow, conversation: Conversation) -> tuple[Spot, ...]:
    """Return what a form shows now: what is open, or all answers to change them, as far as there is room."""
    spots = route(flow, conversation)
    opened = tuple(spot for spot in spots if spot.is_open)
    return tuple(_first_subjects(flow, opened) if opened else spots)[:MOST_FIELDS]


def closing(flow: Flow, phrases: Phrases, words: str) -> Message:
    """Return what is said when nothing is open any more, with the way to change the answers."""
    change = Button(phrases.say("engine.change"), f"answer {flow.name}")
    return Message(words, title=flow.title, buttons=(change,), preview=flow.title)


def with_answer_button(flow: Flow, phrases: Phrases, words: str) -> Message:
    """Return these words with a button that goes on with the flow."""
    answer = Button(phrases.say("engine.answer"), f"answer {flow.name}", "primary")
    return Message(words, buttons=(answer,), preview=flow.title)


def _first_subjects(flow: Flow, spots: Iterable[Spot]) -> Iterable[Spot]:
    """Leave out subjects of a group beyond those that one form has room for."""
    each = {group.key for group in flow.groups if group.each}
    for key, members in groupby(spots, lambda spot: spot.group):
        listed = list(members)
        items = sorted({spot.asked.item for spot in listed})[: MOST_SUBJECTS if key in each else None]
        yield from (spot for spot in listed if spot.asked.item in items)


def _field(spot: Spot, typed: Mapping[str, Value], phrases: Phrases) -> Field:
    asked = spot.asked
    is_yes_no = asked.kind is Kind.YES_NO
    return Field(
        key=field_key(asked),
        label=asked.words,
        kind=asked.kind,
        options=_yes_and_no(phrases) if is_yes_no else asked.options,
        value=_shown(spot) if not spot.is_open and spot.answer else typed.get(field_key(asked), _shown(spot)),
        hint=spot.hint or _dots_to_give(asked, phrases),
        optional=asked.optional,
        budget=asked.budget,
        most=asked.most,
    )


def _instead(flow: Flow, phrases: Phrases) -> Iterable[Button]:
    yield Button(phrases.say("engine.not_now"), f"later {flow.name}")
    if flow.asks != "staff":  # that is no question of a cycle
        yield Button(phrases.say("prompt.not_this_cycle"), f"stop {flow.name}")


def _back(flow: Flow, phrases: Phrases) -> Iterable[Button]:
    yield Button(phrases.say("engine.leave"), f"answer {flow.name} {LEFT}")


def _yes_and_no(phrases: Phrases) -> tuple[Option, Option]:
    return Option("yes", phrases.say("engine.yes")), Option("no", phrases.say("engine.no"))


def _dots_to_give(asked: Asked, phrases: Phrases) -> str:
    """Return how many dots there are to give, and how many at most on one line."""
    if asked.kind is not Kind.DOTS or not asked.budget:
        return ""
    if 0 < asked.most < asked.budget:
        return phrases.say("engine.dots_on_form", count=asked.budget, most=asked.most)
    return phrases.say("engine.dots", count=asked.budget)


def _shown(spot: Spot) -> Value:
    if spot.is_open or spot.answer is None or spot.answer.value is None:
        return False if spot.is_again else None
    return str(spot.answer.value) if spot.asked.kind is Kind.SCALE else spot.answer.value


def _ways(parts: Sequence[Part], phrases: Phrases, details: bool) -> Iterable[Button]:
    """Yield the ways to answer what waits, to change what is answered, and to the other parts by their titles."""
    waiting = [flow for flow, is_answered in parts if not is_answered]
    answered = [flow for flow, is_answered in parts if is_answered]
    for flow in waiting[:1]:
        yield Button(phrases.say("engine.answer"), f"answer {flow.name}", "primary", in_form=True)
        yield Button(phrases.say("engine.not_now"), f"later {flow.name}")
    for flow in answered[:1]:
        yield Button(phrases.say("engine.change"), f"answer {flow.name}")
    if details:
        yield Button(phrases.say("engine.best_time"), "best time")
        yield Button(phrases.say("engine.who_sees_what"), "who sees what")
    for flow in (*waiting[1:], *answered[1:]):
        yield Button(flow.title, f"answer {flow.name}")


def _with_stop(buttons: tuple[Button, ...], phrases: Phrases) -> tuple[Button, ...]:
    """Return the buttons with one more beside the one that puts off, where there is room for it."""
    later = next((place for place, button in enumerate(buttons) if button.says.startswith("later ")), None)
    if later is None or len(buttons) >= FULL:
        return buttons
    stop = Button(phrases.say("prompt.not_this_cycle"), f"stop {buttons[later].says.removeprefix('later ')}")
    return (*buttons[: later + 1], stop, *buttons[later + 1 :])


def _is_pressed(asked: Asked) -> bool:
    """Whether its options are few and short enough for buttons."""
    return asked.kind in _PRESSED and (
        len(asked.options) <= MOST_BUTTONS and all(len(option.label) <= MOST_BUTTON_WORDS for option in asked.options)
    )


def _buttons(flow: Flow, spot: Spot, phrases: Phrases) -> tuple[Button, ...]:
    """Return a button for each option, one to skip, and one to a form where typing is harder than filling."""
    asked = spot.asked
    says = f"answer {flow.name} {field_key(asked)}"
    labels = [(_label(spot, option), option.key) for option in asked.options]
    if asked.kind is Kind.YES_NO:
        labels = [(phrases.say("engine.yes"), "yes"), (phrases.say("engine.no"), "no")]
    buttons = [Button(label, f"{says} {key}") for label, key in labels] if _is_pressed(asked) else []
    if asked.optional and asked.kind is not Kind.YES_NO:
        buttons.append(Button(phrases.say("engine.skip"), says))
    if asked.kind not in (Kind.TEXT, Kind.LONG) and not _is_pressed(asked):
        buttons.append(Button(phrases.say("engine.on_a_form"), f"answer {flow.name} form"))
    return tuple(buttons)


def _label(spot: Spot, option: Option) -> str:
    return quote(option.label) if spot.quotes else escape(option.label)


def _listed(spot: Spot) -> tuple[Item, ...]:
    """Return the options that are not buttons, with the numbers that one may write."""
    asked = spot.asked
    if asked.kind not in _CHOSEN or _is_pressed(asked):
        return ()
    if asked.kind is Kind.PERSON and len(asked.options) > MOST_PEOPLE:
        return ()
    numbered = zip(numbers(asked.options), asked.options, strict=True)
    return tuple(Item(_label(spot, option), label=number) for number, option in numbered)


def _small_print(spot: Spot, phrases: Phrases) -> Iterable[str]:
    """Yield the question's hint, how its kind is answered in a chat, and that it may be skipped."""
    asked = spot.asked
    yield from [spot.hint] if spot.hint else []
    match asked.kind:
        case Kind.DOTS:
            yield phrases.say("engine.dots", count=asked.budget)
            yield phrases.say("engine.dots_most", most=asked.most or asked.budget)
        case Kind.SEVERAL | Kind.DATE | Kind.PERSON:
            yield phrases.say(f"engine.{_HOW[asked.kind]}")
        case Kind.OPTIONS | Kind.SCALE if not _is_pressed(asked):
            yield phrases.say("engine.options")
    if asked.optional and asked.kind is not Kind.YES_NO:
        yield phrases.say("engine.optional")
