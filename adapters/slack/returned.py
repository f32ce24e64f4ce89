"""What Slack sends back of a form or a button that we drew, read as our values."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote as decode

from adapters import text
from flows.messages import Kind, Value

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a form carries without showing it."""

    ref: str
    about: str
    place: str
    post: str
    in_part: bool
    """whether there was room for its first fields only"""
    language: str = "en"


def shown_again(view: Mapping[str, Any], blocks: list[Json]) -> Json:
    """Return what Slack wants to hear of a form that is shown once more with these blocks."""
    kept = ("type", "callback_id", "private_metadata", "title", "submit")
    return {key: view[key] for key in kept} | {"blocks": blocks}


def values(state: Mapping[str, Mapping[str, Json]]) -> dict[str, Value]:
    """Return what was answered by field, from `view["state"]["values"]`; None where nothing was."""
    found: dict[str, Value] = {}
    for block, elements in state.items():
        key, *option = map(decode, block.split(":"))
        for kind in (kind for kind in Kind if kind in elements):
            place = found.setdefault(key, {}) if option else found
            place[option[0] if option else key] = _answer(kind, elements[kind])
    return found


def _answer(kind: Kind, element: Json) -> Value:
    if kind == Kind.SEVERAL:
        return [option["value"] for option in element.get("selected_options") or ()]
    chosen = (element.get("selected_option") or {}).get("value")
    return text.value(kind, chosen or element.get("value") or element.get("selected_date"))


def opened(view: Json) -> Hidden:
    """Return what the form carries that a submitted view shows."""
    return Hidden(**json.loads(view["private_metadata"]))


def language(view: Mapping[str, Any]) -> str:
    """Return the language of the form that a view shows."""
    return str(json.loads(view.get("private_metadata") or "{}").get("language", "en"))


def pressed(action: Json) -> tuple[str, str]:
    """Return (says, about) of a pressed button."""
    hidden = json.loads(action["value"])
    return hidden["says"], hidden["about"]
