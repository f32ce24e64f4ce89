"""Through Teams' drawings: what people do in a scenario is done on the cards it shows, and read as it sends it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote

from adapters.teams import render
from adapters.text import CHOSEN
from bot.rehearsal import buttons
from flows.events import Event, Filled, Said
from flows.messages import Form, Message, Reply, Value
from tests.adapters.golden.files import pieces
from tests.eyes import before

Json = dict[str, Any]


class Impossible(Exception):
    """Teams' client would not let a person do this: a test does it to see it refused."""


class ThroughTeams:
    """Stands between the people of a scenario and the application."""

    def __init__(self, school: Any) -> None:
        """Take the place of the rehearsal's own way for events."""
        self._school = school
        self._happens = school.rehearsal.happens
        self.impossible: list[Event] = []
        """what no person could have done in Teams, and reached the application as the test wrote it"""
        school.rehearsal.happens = self.happens

    async def happens(self, event: Event) -> Reply | None:
        """Let the event arrive as Teams would have brought it; a form that stands in its message needs no opening."""
        try:
            match event.what:
                case Filled() as filled:
                    sent = _sent(self._card(event.user, filled), filled.values)
                    (ref, about), values = render.opened(sent), render.values(sent)
                    what: Said | Filled = Filled(ref, values, in_part=True)
                case Said(says, pressed=True) if event.about:
                    found = self._pressed(event, says)
                    if isinstance(found, Form):
                        return found
                    says, about = render.pressed(found)
                    what = Said(says, pressed=True)
                case said:
                    what, about = said, event.about
        except Impossible:
            self.impossible.append(event)
            return await self._happens(event)
        return await self._happens(replace(event, what=what, about=about or event.about))

    def _pressed(self, event: Event, says: str) -> Json | Form:
        """What the button sends that says this, or the form that stands in its place."""
        for message in before(self._school, event.user):
            drawn = _arrived(render.card(message))
            for each in pieces(drawn):
                if each.get("verb") == "say" and render.pressed(each["data"]) == (says, event.about):
                    return dict(each["data"])
            meant = (says, event.about)
            there = [each for each in buttons(message) if (each.says, each.about or message.about) == meant]
            if any(each.in_form for each in there) and (form := _inline(message, drawn)):
                return form
            in_form = [each for item in message.items if item.in_form for each in item.buttons]
            assert all(each in in_form for each in there), f"Teams draws no button that says {says!r}"
        raise Impossible

    def _card(self, user: str, filled: Filled) -> Json:
        """The card with the form that is open before this person."""
        player = self._school.people.get(user)
        form: Form | None = player.form if player else None
        if form is None or form.ref != filled.ref:
            raise Impossible
        drawn = _arrived(render.form_card(form))
        missing = set(filled.values) - {_key(each["id"]) for each in pieces(drawn) if "id" in each}
        asked = {each.key for each in form.fields if each.kind not in CHOSEN or each.options}
        assert not missing & asked, f"Teams draws no {', '.join(sorted(missing & asked))}"
        return drawn


def _arrived(card: Json) -> Json:
    """The card as it is after its way over the network."""
    return dict(json.loads(json.dumps(card)))


def _inline(message: Message, card: Json) -> Form | None:
    return message.form if any(each.get("verb") == "fill" for each in pieces(card)) else None


def _sent(card: Json, values: Mapping[str, Value]) -> Json:
    """What Teams sends when these values stand in the inputs: texts only, and nothing of an input that is empty."""
    sent = dict(next(each["data"] for each in pieces(card) if each.get("verb") == "fill"))
    for each in pieces(card):
        if "id" in each and (typed := _typed(each, values)):
            sent[each["id"]] = typed
    return sent


def _typed(field: Json, values: Mapping[str, Value]) -> str:
    """What stands in an input; raises Impossible for what the client would not take."""
    value = values.get(_key(field["id"]))
    _, _, *option = field["id"].split(":")
    if option and isinstance(value, Mapping):
        value = value.get(unquote(option[0]), 0)
    match field["type"], value:
        case _, None | "" | []:
            return ""
        case "Input.Number", int() if not isinstance(value, bool) and 0 <= value <= field["max"]:
            return str(value) if value else ""
        case "Input.ChoiceSet", bool():
            return "yes" if value else "no"
        case "Input.ChoiceSet", _:
            keys = [quote(str(each), safe="") for each in (value if isinstance(value, list) else [value])]
            if set(keys) <= {each["value"] for each in field["choices"]} and (len(keys) == 1 or field["isMultiSelect"]):
                return ",".join(keys)
        case "Input.Date", str():  # a test may name the day in words
            return value
        case "Input.Text", str() if len(value) <= field["maxLength"]:
            return value
    raise Impossible


def _key(name: str) -> str:
    return unquote(name.split(":")[1])
