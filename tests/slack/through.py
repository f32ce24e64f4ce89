"""Through Slack's drawings: what people do in a scenario is done on what Slack shows, and read as Slack sends it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from adapters.slack import payloads, render
from adapters.text import CHOSEN
from bot.rehearsal import buttons
from flows.events import Event, Filled, Said
from flows.messages import Form, Reply, Value
from tests.eyes import before
from tests.slack import elements
from tests.slack import payloads as slack
from tests.slack.payloads import Person, Place, Scene
from tests.slack.sights import Post
from tests.slack.wire import Json


class Impossible(Exception):
    """Slack's client would not let a person do this: a test does it to see it refused."""


class ThroughSlack:
    """Stands between the people of a scenario and the application."""

    def __init__(self, school: Any) -> None:
        """Take the place of the rehearsal's own way for events."""
        self._school = school
        self._happens = school.rehearsal.happens
        self._count = 0
        self.impossible: list[Event] = []
        """what no person could have done in Slack, and reached the application as the test wrote it"""
        school.rehearsal.happens = self.happens

    async def happens(self, event: Event) -> Reply | None:
        """Let the event arrive as Slack would have brought it."""
        try:
            read = self._read(event)
        except Impossible:
            self.impossible.append(event)
            return await self._happens(event)
        return await self._happens(replace(event, what=read.what, about=read.about or event.about))

    def _read(self, event: Event) -> Event:
        self._count += 1
        heard = payloads.read(self._sent(event), datetime.now(UTC))
        assert heard is not None, f"Slack's {event.what} is not read as something that was said to us"
        assert (heard.event.user, heard.event.workspace) == (event.user, "T1")
        return heard.event

    def _sent(self, event: Event) -> Json:
        """What Slack sends of it."""
        person = Person(event.user, event.user, "", "T1")
        scene = Scene(person, "T1", "A1", f"{self._count}.1")
        place = Place("D1" if event.private else "C1", "here", "https://hooks.slack.example/1")
        match event.what:
            case Filled() as filled:
                return slack.submitted(scene, self._filled(event.user, filled))
            case Said(words, pressed=False):
                return _typed(event, words, place)
            case Said(words) if event.about:
                return self._pressed(event, words, scene, place)
            case Said(words):
                verb, _, rest = words.partition(" ")
                name, given = ("/decide", rest) if verb == "decide" else ("/leadcycle", words)
                return dict(slack.command(scene, place, name, _escaped(given)))

    def _pressed(self, event: Event, says: str, scene: Scene, place: Place) -> Json:
        """The press of a drawn button that says this; a button that is there and not drawn is a failure."""
        for message in before(self._school, event.user):
            blocks = render.message(message)["blocks"]
            for block, button in elements.elements(blocks):
                if json.loads(button["value"]) == {"says": says, "about": event.about}:
                    shown = Post(place.channel, "1.1", "UBOT", "", blocks)
                    placed = {"block_id": "b", **block}
                    return slack.pressed_in_message(scene, place, shown, elements.action(placed, button, None, "2.0"))
            there = [(button.says, button.about or message.about) for button in buttons(message)]
            assert (says, event.about) not in there, f"Slack draws no button that says {says!r}"
        raise Impossible

    def _filled(self, user: str, filled: Filled) -> Json:
        """The submitted view of the form that is open before this person."""
        player = self._school.people.get(user)
        form: Form | None = player.form if player else None
        if form is None or form.ref != filled.ref:
            raise Impossible
        view = {**render.modal(form, "D1", "1.1"), "id": f"V{self._count}", "hash": "1"}
        typed = dict(_typed_in(view["blocks"], filled.values))
        missing = set(filled.values) - {_field(key)[0] for key in typed}
        empty = {field.key for field in form.fields if field.kind in CHOSEN and not field.options}
        lacking = missing & {field.key for field in form.fields} - empty
        assert not lacking or len(render.pages(form)) > 1, f"Slack draws no {', '.join(sorted(lacking))}"
        if missing:
            raise Impossible
        try:
            return {**view, "state": {"values": elements.state(view["blocks"], typed)}}
        except LookupError as nobody_could:
            raise Impossible from nobody_could


def _typed_in(blocks: list[Json], values: Mapping[str, Value]) -> Iterator[tuple[str, Any]]:
    """What is typed and chosen in each block for these values."""
    for block in blocks:
        key, *option = _field(block.get("block_id", ""))
        if block["type"] != "input" or key not in values:
            continue
        value = values[key]
        chosen = value.get(option[0], 0) if option and isinstance(value, dict) else value
        match chosen:
            case bool():
                yield block["block_id"], "yes" if chosen else "no"
            case int():
                yield block["block_id"], str(chosen)
            case str() if len(chosen) > block["element"].get("max_length", len(chosen)):
                raise Impossible
            case str() | list() | None:
                yield block["block_id"], chosen
            case _:
                raise Impossible


def _field(block_id: str) -> list[str]:
    return [unquote(part) for part in block_id.split(":")]


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _typed(event: Event, words: str, place: Place) -> Json:
    said = {"type": "message", "channel_type": "im", "channel": place.channel, "user": event.user, "ts": "1.0"}
    return {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": {**said, "text": _escaped(words)}}
