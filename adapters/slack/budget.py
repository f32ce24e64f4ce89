"""The budget of a vote: how many dots are left is told anew with every choice, and only the voter sees it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote as encode
from urllib.parse import unquote as decode

from adapters import text

from . import returned

Json = dict[str, Any]

_LEFT = "left"


def left(key: str, budget: int, given: int, language: str = "") -> list[Json]:
    """Return the block that tells how many dots of this field are left; none where they are not counted."""
    if not budget:
        return []
    told = {"type": "plain_text", "text": text.dots_left(budget, given, language), "emoji": False}
    return [{"type": "context", "block_id": f"{_LEFT}:{encode(key, safe='')}:{budget}", "elements": [told]}]


def counted(body: Mapping[str, Any]) -> tuple[str, Json] | None:
    """Return workspace and arguments of `views.update` for a form in which dots were given or taken back; else None."""
    view: Json = body.get("view") or {}
    changed: Json = next(iter(body.get("actions") or ()), {})
    if view.get("type") != "modal" or changed.get("type") != "static_select":
        return None
    values = returned.values(view["state"]["values"])
    language = returned.language(view)
    blocks = [each for block in view["blocks"] for each in _counted(block, values, language)]
    shown = returned.shown_again(view, blocks)
    return str(body["team"]["id"]), {"view_id": view["id"], "hash": view["hash"], "view": shown}


def _counted(block: Json, values: Mapping[str, Any], language: str) -> list[Json]:
    kind, *about = block["block_id"].split(":")
    if kind != _LEFT or len(about) != 2:
        return [block]
    key, budget = decode(about[0]), int(about[1])
    given = values.get(key) or {}
    return left(key, budget, sum(number for number in given.values() if isinstance(number, int)), language)
