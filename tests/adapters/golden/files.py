"""Golden files: what was drawn when somebody last looked at the pictures.

After a change that is meant, write them anew and look at the difference:

    LEADCYCLE_GOLDEN=write .venv/bin/pytest tests/adapters
"""

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from flows.messages import Bar, Button, Chart, Field, Form, Item, Kind, Message, Option, Value

HERE = Path(__file__).parent


def golden(name: str, drawn: Any) -> Any:
    """Return what the golden file holds; with LEADCYCLE_GOLDEN=write it is written first."""
    is_text = isinstance(drawn, str)
    path = HERE / f"{name.replace(' ', '-')}.{'txt' if is_text else 'json'}"
    if os.environ.get("LEADCYCLE_GOLDEN") == "write":
        words = drawn if is_text else json.dumps(drawn, ensure_ascii=False, indent=1)
        path.write_text(words + "\n", encoding="utf-8")
    held = path.read_text(encoding="utf-8").removesuffix("\n")
    return held if is_text else json.loads(held)


def pieces(drawn: Any) -> list[dict[str, Any]]:
    """Return every object in a drawing, however deep."""
    match drawn:
        case dict():
            return [drawn, *(piece for part in drawn.values() for piece in pieces(part))]
        case list():
            return [piece for part in drawn for piece in pieces(part)]
        case _:
            return []


def filled(form: Form, answers: Mapping[str, Value]) -> Form:
    """Return the form with these answers in its fields."""
    return replace(form, fields=tuple(replace(field, value=answers[field.key]) for field in form.fields))


def from_people(words: str, other: str, quoted: bool) -> tuple[Message, Form]:
    """Return a message and a form that hold these words wherever words may stand."""
    item = Item(other, words, words, (Button(words, "x"),), quoted)
    chart = Chart(words, other, (Bar(words, 2), Bar(other, 0)), other)
    fields = (Field("a", other, value=words), Field("b", words, Kind.OPTIONS, (Option("k", other),)))
    return Message(words, other, (item,), other, preview=words, chart=chart), Form("r", words, fields)


def units(characters: str) -> int:
    """Return the length as browsers count it: an emoji is two."""
    return len(characters.encode("utf-16-le")) // 2
