"""A card before somebody's eyes: its words, its buttons, and what it sends when it is filled in."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

Json = dict[str, Any]


def pieces(drawn: Any) -> Iterator[Json]:
    """Yield every element of a card, in the order in which it is read."""
    if isinstance(drawn, list):
        for each in drawn:
            yield from pieces(each)
    elif isinstance(drawn, dict):
        yield drawn
        for key, each in drawn.items():
            if key not in ("fallback", "data"):
                yield from pieces(each)


def words(card: Json) -> str:
    """All the words on a card."""
    lines = []
    for each in pieces(card):
        if each.get("type") == "RichTextBlock":
            lines.append("".join(run["text"] for run in each["inlines"]))
        elif each.get("type") != "TextRun":
            lines += [str(each[key]) for key in ("text", "title", "label", "altText") if key in each]
    return "\n".join(lines)


def actions(card: Json) -> list[Json]:
    return [each for each in pieces(card) if str(each.get("type", "")).startswith("Action.")]


def labels(card: Json) -> list[str]:
    """The words on the buttons, in their order."""
    return [each["title"] for each in actions(card)]


def inputs(card: Json) -> dict[str, Json]:
    """The inputs by their names."""
    return {each["id"]: each for each in pieces(card) if str(each.get("type", "")).startswith("Input.")}


def asks(card: Json, key: str) -> bool:
    """Whether a field of this key can be filled in on a card."""
    return any(_key(name) in (key, f"{key}.0") for name in inputs(card))


def _key(name: str) -> str:
    return unquote(name.split(":")[1]) if ":" in name else name


def sends(card: Json, label: str, values: Mapping[str, Any] | None = None) -> tuple[Json, Json]:
    """Return the action with this label, and the data that it sends; LookupError for what nobody could fill in."""
    action = next((each for each in actions(card) if each["title"] == label), None)
    if action is None:
        raise LookupError(f"There is no button {label!r} among {labels(card)}.")
    if action.get("associatedInputs") == "none":
        return action, dict(action["data"])
    typed = _typed(card, values or {})
    for name, box in inputs(card).items():
        if box.get("isRequired") and not typed.get(name):
            raise LookupError(f"Teams does not send a card without an answer at {name}.")
    return action, {**action["data"], **typed}


def _typed(card: Json, values: Mapping[str, Any]) -> Json:
    boxes = inputs(card)
    typed: Json = {name: box["value"] for name, box in boxes.items() if "value" in box}
    for key, value in values.items():
        if isinstance(value, dict):
            for option, number in value.items():
                typed[_box(boxes, key, option)] = str(number)
        else:
            name = _box(boxes, key)
            typed[name] = _chosen(boxes[name], value)
    return typed


def _box(boxes: Mapping[str, Json], key: str, option: str = "") -> str:
    for name in boxes:
        _, field, *more = [unquote(part) for part in name.split(":")]
        if field in (key, f"{key}.0") and (not option or more == [option]):
            return name
    raise LookupError(f"There is nothing to fill in for {key} {option} among {list(boxes)}.")


def _chosen(box: Json, value: Any) -> str:
    """What an input sends: for a choice, the value of the one with these words."""
    if box["type"] != "Input.ChoiceSet":
        return str(value)
    wanted = value if isinstance(value, list) else [value]
    found = {key: each["value"] for each in box["choices"] for key in (each["title"], unquote(each["value"]))}
    return ",".join(found[each] for each in wanted)
