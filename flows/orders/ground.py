"""The commands about needs and resources."""

from collections.abc import Mapping

from .. import cycle, needs, sight, talk
from ..commands import Call, Command, WhichOne, is_number
from ..markup import escape
from ..messages import Button, Field, Form, Item, Kind, Option, Value
from ..outcome import Outcome, Refused
from ..records import Need, Resource

MOST_CHARACTERS = 2000
KINDS = ("people", "skills", "time", "money", "materials")
"""What a team can draw on (domain: the cycle)."""


def need(call: Call) -> Outcome:
    """Put a need on record; without words, open its form."""
    cycle.running(call.room)
    if not call.rest:
        fields = (
            Field("need", call.say("need.ask"), Kind.TEXT),
            Field("evidence", call.say("need.ask_evidence"), Kind.LONG, optional=True),
        )
        return call.show(Form("order need", call.say("need.form"), fields, about=call.room.team.id))
    return need_filled(call, {"need": call.rest})


def need_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `need`."""
    text = _words(call, values, "need")
    named = Need(
        call.room.team.id,
        call.room.next_number(Need),
        cycle.number(call.room),
        call.me.id,
        "",
        text,
        str(values.get("evidence") or ""),
    )
    return Outcome((named, *talk.answered_elsewhere(call, "needs"))) + call.tell(
        call.say("need.kept", number=named.number)
    )


def _words(call: Call, values: Mapping[str, Value], field: str) -> str:
    text = str(values.get(field) or "")
    if not text:
        raise Refused(call.say("answers.missing"), field)
    if len(text) > MOST_CHARACTERS:
        raise Refused(call.say("answers.too_long", length=len(text), limit=MOST_CHARACTERS), field)
    return text


def others_words(call: Call) -> Outcome:
    """A message that somebody else wrote: what of it counts for the team is its author's to say."""
    raise Refused(call.say("refused.others_words"))


def list_needs(call: Call) -> Outcome:
    """List the needs there are, chosen ones first, without names."""
    listed = needs.standing_needs(call.room)
    if not listed:
        return call.tell(_none(call, "need.no_needs"), Button(call.say("need.form"), "need"))
    items = [
        Item(
            each.text,
            call.say("need.label", number=each.number),
            call.say("need.is_chosen") if each in needs.chosen(call.room) else escape(each.evidence),
            quoted=True,
        )
        for each in sorted(listed, key=lambda each: (each.chosen_in != cycle.number(call.room), each.number))
    ]
    return call.tell("", title=call.say("need.list"), items=items)


def _none(call: Call, phrase: str) -> str:
    """That nothing is on record; to who reads along, that nothing is chosen: until then it is the team's."""
    return call.say("coach.not_chosen" if sight.is_limited(call.room, call.me.id) else phrase)


def alike(call: Call) -> Outcome:
    """Propose needs that may be the same; the facilitator sees no names."""
    pairs = needs.alike(call.room)
    if not pairs:
        return call.tell(call.say("need.none_alike"))
    items = [_pair(call, first, second) for first, second in pairs]
    return call.tell(call.say("need.alike"), title=call.say("need.alike_title"), items=items)


def _pair(call: Call, first: Need, second: Need) -> Item:
    buttons = (
        Button(call.say("need.merge"), f"need merge {second.number} into {first.number}", "primary"),
        Button(call.say("need.keep_apart"), f"need apart {first.number} {second.number}"),
    )
    return Item(
        f"{first.text}\n{second.text}",
        call.say("need.pair", first=first.number, second=second.number),
        buttons=buttons,
        quoted=True,
    )


def merge(call: Call) -> Outcome:
    """Let one need speak for another: `need merge 4 into 2`."""
    merged, into = _two(call, "need merge 4 into 2")
    return needs.merge(call.room, into, merged) + call.tell(
        call.say("need.merged", number=merged, into=into),
        Button(call.say("need.undo_merge"), f"need apart {into} {merged}"),
    )


def apart(call: Call) -> Outcome:
    """Keep two needs apart: `need apart 2 4`."""
    first, second = _two(call, "need apart 2 4")
    return needs.keep_apart(call.room, first, second) + call.tell(
        call.say("need.kept_apart", first=first, second=second)
    )


def _two(call: Call, example: str) -> tuple[int, int]:
    numbers = [int(word) for word in call.rest.replace("#", " ").replace(",", " ").split() if is_number(word)]
    if len(numbers) != 2:
        raise WhichOne(call.say("need.which_two", example=example))
    return numbers[0], numbers[1]


def resource(call: Call) -> Outcome:
    """Put a resource on record; without words, open its form."""
    cycle.running(call.room)
    if not call.rest:
        kinds = tuple(Option(kind, call.say(f"resource.{kind}")) for kind in KINDS)
        fields = (
            Field("resource", call.say("resource.ask"), Kind.TEXT),
            Field("kind", call.say("resource.ask_kind"), Kind.OPTIONS, kinds, optional=True),
        )
        return call.show(Form("order resource", call.say("resource.form"), fields, about=call.room.team.id))
    return resource_filled(call, {"resource": call.rest})


def resource_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `resource`."""
    text = _words(call, values, "resource")
    named = Resource(
        call.room.team.id,
        call.room.next_number(Resource),
        cycle.number(call.room),
        call.me.id,
        "",
        text,
        str(values.get("kind") or ""),
    )
    return Outcome((named, *talk.answered_elsewhere(call, "resources"))) + call.tell(
        call.say("resource.kept", number=named.number)
    )


def list_resources(call: Call) -> Outcome:
    """List what the team can draw on."""
    items = [
        Item(
            each.text,
            call.say("resource.label", number=each.number),
            call.say(f"resource.{each.kind}") if each.kind in KINDS else "",
            quoted=True,
        )
        for each in needs.standing_resources(call.room)
    ]
    if not items:
        return call.tell(_none(call, "resource.none"), Button(call.say("resource.form"), "resource"))
    return call.tell("", title=call.say("resource.list"), items=items)


COMMANDS = (
    Command("need", "need", need, need_filled),
    Command("keep words of others", "need", others_words, listed=False, alone=True),
    Command("need as written", "need", need, listed=False),
    Command("needs", "needs", list_needs, alone=True),
    Command("needs alike", "need merge", alike, alone=True),
    Command("need merge", "need merge", merge, numbered=True),
    Command("need apart", "need merge", apart, numbered=True),
    Command("resource", "resource", resource, resource_filled),
    Command("resource as written", "resource", resource, listed=False),
    Command("resources", "resources", list_resources, alone=True),
)
