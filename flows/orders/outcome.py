"""The commands that put evidence toward an outcome on record, show it, correct it and take it back."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from .. import indicators
from ..commands import Call, Command
from ..markup import escape
from ..messages import Button, Field, Form, Item, Kind, Option, Value
from ..outcome import Outcome
from ..records import Indicator
from ..report.outcomes import moved


def outcome(call: Call) -> Outcome:
    """Open the form for evidence toward an outcome: `outcome`, or `outcome teams`."""
    fresh = indicators.new(call.room, call.me.id)
    keys = {aim.key for aim in indicators.aims(call.room, call.me)}
    wanted = call.rest.casefold().strip(" :.")
    return _form(call, replace(fresh, outcome=wanted if wanted in keys else ""), "order outcome")


def _form(call: Call, known: Indicator, ref: str) -> Outcome:
    options = tuple(Option(aim.key, aim.say) for aim in indicators.aims(call.room, call.me))
    hints = (f"*{escape(aim.say)}:* {escape(aim.hint)}" for aim in indicators.aims(call.room, call.me) if aim.hint)

    def text(key: str, kind: Kind = Kind.TEXT, optional: bool = True, hint: str = "") -> Field:
        value = getattr(known, key) or None
        return Field(key, call.say(f"outcome.ask_{key}"), kind, value=value, optional=optional, hint=hint)

    fields = (
        Field("outcome", call.say("outcome.ask_outcome"), Kind.OPTIONS, options, value=known.outcome or None),
        text("what", optional=False),
        text("start"),
        text("goal"),
        Field(
            "by",
            call.say("outcome.ask_by"),
            Kind.DATE,
            value=known.by.isoformat() if known.by else None,
            optional=True,
        ),
        text("seen", Kind.LONG, hint=call.say("outcome.hint_seen")),
        text("link"),
    )
    intro = "\n".join((call.say("outcome.intro"), *hints))
    return call.show(Form(ref, call.say("outcome.form"), fields, intro=intro, about=call.room.team.id))


def filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `outcome`."""
    return _kept(call, indicators.new(call.room, call.me.id), values)


def change(call: Call) -> Outcome:
    """Open the form again to correct it: `outcome change 2`."""
    number, _ = call.number("outcome change")
    return _form(call, indicators.find(call.room, number), f"order outcome change {number}")


def changed(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `outcome change`."""
    number, _ = call.number("outcome change")
    return _kept(call, indicators.find(call.room, number), values)


def _kept(call: Call, before: Indicator, values: Mapping[str, Value]) -> Outcome:
    def said(key: str) -> str:
        return str(values.get(key) or "")

    told = replace(
        before,
        outcome=said("outcome"),
        what=said("what"),
        start=said("start"),
        goal=said("goal"),
        by=call.day(said("by"), "by") if said("by") else None,
        seen=said("seen"),
        link=said("link"),
        on=call.today,
    )
    outcome = indicators.put(call.room, told)
    return outcome + call.tell(call.say("outcome.kept", number=told.number), *_ways(call, told))


def _ways(call: Call, told: Indicator) -> tuple[Button, ...]:
    if not call.may("outcome"):
        return ()
    return (
        Button(call.say("outcome.change"), f"outcome change {told.number}"),
        Button(call.say("share.take_back"), f"outcome drop {told.number}"),
    )


def drop(call: Call) -> Outcome:
    """Take it back: `outcome drop 2`."""
    number, _ = call.number("outcome drop")
    return indicators.take_back(call.room, number) + call.tell(call.say("evidence.taken_back"))


def outcomes(call: Call) -> Outcome:
    """Show each outcome with what is on record toward it, or that nothing is."""
    add = (Button(call.say("outcome.form"), "outcome", "primary"),) if call.may("outcome") else ()
    return call.tell(call.say("outcome.listed"), *add, title=call.say("report.outcomes"), items=_items(call))


def _items(call: Call) -> Iterator[Item]:
    for aim in indicators.aims(call.room, call.me):
        known = tuple(indicators.of(call.room, aim.key))
        if not known:
            yield Item(call.say("report.no_evidence"), escape(aim.say))
        for each in known:
            detail = " · ".join(filter(None, (escape(moved(each, call.room.phrases(call.me))), escape(each.seen))))
            yield Item(f"{each.number}: {each.what}", escape(aim.say), detail, _ways(call, each), quoted=True)


COMMANDS = (
    Command("outcome", "outcome", outcome, filled),
    Command("outcome change", "outcome", change, changed, listed=False, numbered=True),
    Command("outcome drop", "outcome", drop, listed=False, numbered=True),
    Command("outcomes", "outcomes", outcomes, alone=True),
)
