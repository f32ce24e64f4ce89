"""The forms of a decision: how it begins, what vote and delegation need besides, and what else can be declared."""

from collections.abc import Iterator

from .. import circles, cycle, decision_cards, needs, stands
from ..commands import Call
from ..decision_records import Decision
from ..messages import Field, Form, Kind, Option
from ..modes import MAJORITIES, MODES, MORE, open_to

MOST_ANSWERS = 8
"""pieces of advice that are answered on one form"""


def first(call: Call, draft: Decision, ref: str = "order decide", why: str = "") -> Form:
    """The question and how it is decided; no mode is chosen that was not declared, nor where it is said why not."""
    is_open = open_to(call.room, call.me.id)
    is_more = draft.mode in MORE
    shown = [mode for mode in is_open if is_more or mode not in MORE]
    options = [Option(mode, call.say(f"decide.mode_{mode}")) for mode in shown]
    if not is_more and not set(MORE).isdisjoint(is_open):
        options.append(Option("more", call.say("decide.mode_more")))
    fields = (
        _long(call, "question", draft.question, "decide.warning", optional=False),
        Field("mode", call.say("decide.ask_mode"), Kind.OPTIONS, tuple(options), value=draft.mode or None, hint=why),
        _long(call, "reason", draft.reason, "decide.reason_hint" if "tell" in is_open else "decide.reason_helps"),
        Field(
            "limits",
            call.say("decide.ask_limits"),
            Kind.TEXT,
            value=draft.limits or None,
            optional=True,
            hint=call.say("decide.limits_hint"),
        ),
        _date(call, "closes", str(call.room.today(draft.closes_at)) if draft.closes_at else None),
    )
    return _form(call, ref, "decide.form", *fields, submit="decide.preview")


def more(call: Call, draft: Decision) -> Form:
    """What a vote or a delegation needs; where neither was declared, which of them it is."""
    modes = tuple(
        Option(mode, call.say(f"decide.mode_{mode}")) for mode in MORE if mode in open_to(call.room, call.me.id)
    )
    fields: list[Field] = []
    if draft.mode not in MORE:
        fields.append(Field("mode", call.say("decide.ask_mode"), Kind.OPTIONS, modes))
    if draft.mode != "delegate":
        fields.append(_choices(call, draft, optional=draft.mode != "vote"))
        majorities = tuple(Option(each, call.say(f"decide.majority_{each.replace(' ', '_')}")) for each in MAJORITIES)
        value = draft.majority or "half"
        fields.append(Field("majority", call.say("decide.ask_majority"), Kind.OPTIONS, majorities, value=value))
    if draft.mode != "vote":
        fields.append(_to(call, draft, optional=draft.mode != "delegate"))
    return _form(call, f"order decide more {draft.number}", "decide.more_form", *fields, submit="decide.preview")


def details(call: Call, draft: Decision) -> Form:
    """Whom it asks, how many must have spoken, what it is about, when it comes back: all of it may stay as it is."""
    fields: list[Field] = []
    names = circles.known(call.room)
    mode = MODES[draft.mode]
    if len(names) > 1 and mode.waits and draft.mode != "delegate":
        options = tuple(Option(name, decision_cards.circle(call.room, name)) for name in names)
        fields.append(Field("circle", call.say("decide.ask_circle"), Kind.OPTIONS, options, value=draft.circle))
    if mode.counts:
        needed, hint = str(draft.needed) if draft.needed else None, call.say("decide.needed_hint")
        fields.append(Field("needed", call.say("decide.ask_needed"), value=needed, hint=hint, optional=True))
    if about := tuple(_abouts(call)):
        value = f"need {draft.need}" if draft.need else f"action {draft.action}" if draft.action else None
        fields.append(Field("about", call.say("decide.ask_about"), Kind.OPTIONS, about, value=value, optional=True))
    fields.append(_date(call, "review_on", str(draft.review_on) if draft.review_on else None))
    return _form(call, f"order decide details {draft.number}", "decide.details", *fields, submit="decide.preview")


def amend(call: Call, known: Decision) -> Form:
    """The decision as it reads now, to be written anew."""
    fields = [_long(call, "question", known.question, "decide.warning", optional=False)]
    fields.append(_long(call, "reason", known.reason, "decide.reason_helps", optional=known.mode != "tell"))
    if known.mode == "vote":
        fields.append(_choices(call, known))
    if known.mode == "delegate":
        fields.append(_to(call, known))
    comes = known.review_on and known.review_on > call.today
    fields.append(_date(call, "review_on", str(known.review_on) if comes else None))
    return _form(call, f"order decide amend {known.number}", "decide.amend", *fields)


def answers(call: Call, known: Decision) -> Form:
    """What was decided, and one answer to each person who advised: so many at a time as a form has room for."""
    waiting = stands.unanswered(call.room, known)[:MOST_ANSWERS]
    fields = [_long(call, "outcome", known.outcome, "decide.outcome_hint", optional=False)]
    for stand in waiting:
        label = call.say("decide.ask_answer", name=call.room.name(stand.member), text=stand.reason)
        fields.append(Field(stand.member, label, Kind.LONG))
    return _form(call, f"order decide answer {known.number}", "decide.answer", *fields)


def _abouts(call: Call) -> Iterator[Option]:
    """The needs and actions that a decision can be about."""
    for need in needs.standing_needs(call.room):
        yield Option(f"need {need.number}", f"{call.say('need.label', number=need.number)}: {need.text}")
    for action in cycle.planned(call.room):
        yield Option(f"action {action.number}", f"{call.say('action.label', number=action.number)}: {action.what}")


def _choices(call: Call, draft: Decision, *, optional: bool = False) -> Field:
    label, hint = call.say("decide.ask_options"), call.say("decide.options_hint")
    return Field("options", label, Kind.LONG, value="\n".join(draft.options) or None, hint=hint, optional=optional)


def _to(call: Call, draft: Decision, *, optional: bool = False) -> Field:
    """Who decides: a person of the team, or a grade or department."""
    people = (Option(each.id, each.name) for each in call.room.prompted() if each.id != call.me.id)
    groups = (Option(name, name) for name in circles.known(call.room) if name not in (circles.TEAM, circles.STAFF))
    value = draft.circle if draft.circle != circles.TEAM else next(iter(draft.asked), None)
    options = (*people, *groups)
    return Field("to", call.say("decide.ask_to"), Kind.OPTIONS, options, value=value, optional=optional)


def _long(call: Call, key: str, value: str, hint: str, *, optional: bool = True) -> Field:
    label = call.say(f"decide.ask_{key}")
    return Field(key, label, Kind.LONG, value=value or None, hint=call.say(hint), optional=optional)


def _date(call: Call, key: str, value: str | None) -> Field:
    hint = call.say(f"decide.{key}_hint")
    return Field(key, call.say(f"decide.ask_{key}"), Kind.DATE, value=value, optional=True, hint=hint)


def _form(call: Call, ref: str, title: str, *fields: Field, submit: str = "engine.send") -> Form:
    return Form(ref, call.say(title), tuple(fields), submit=call.say(submit), about=call.room.team.id)
