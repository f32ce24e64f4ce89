"""Buttons, menus and inputs in blocks: found as a person finds them, and filled in as Slack's client does."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.slack.wire import Json

INITIAL = {
    "plain_text_input": "initial_value",
    "number_input": "initial_value",
    "email_text_input": "initial_value",
    "url_text_input": "initial_value",
    "rich_text_input": "initial_value",
    "datepicker": "initial_date",
    "timepicker": "initial_time",
    "datetimepicker": "initial_date_time",
    "static_select": "initial_option",
    "radio_buttons": "initial_option",
    "checkboxes": "initial_options",
    "multi_static_select": "initial_options",
    "users_select": "initial_user",
    "multi_users_select": "initial_users",
    "conversations_select": "initial_conversation",
    "channels_select": "initial_channel",
}
CHOSEN = {
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "rich_text_input": "rich_text_value",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "static_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
}
OPTIONS = ("selected_option", "selected_options")


def elements(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """Return each (block, element) that a person can press, choose or fill in."""
    for block in blocks:
        inside = [*block.get("elements", ()), block.get("element"), block.get("accessory")]
        yield from ((block, one) for one in inside if one and "action_id" in one)


def label(element: Json) -> str:
    """Return the words on a button, or before a menu is opened."""
    return str((element.get("text") or element.get("placeholder") or {}).get("text", ""))


def find(blocks: Sequence[Json], what: str) -> tuple[Json, Json]:
    """Return the (block, element) with this label or action id; a LookupError tells what there is instead."""
    there = [(block, one) for block, one in elements(blocks) if what in (label(one), one["action_id"])]
    if len(there) != 1:
        names = ", ".join(f'"{label(one)}" ({one["action_id"]})' for _, one in elements(blocks))
        raise LookupError(f'"{what}" is there {len(there)} times. There are: {names or "no buttons"}.')
    return there[0]


def action(block: Json, element: Json, value: Any, at: str) -> Json:
    """Return what Slack says of a pressed button or of a choice."""
    known: Json = {key: element[key] for key in ("action_id", "type", "text", "value", "style") if key in element}
    chosen = {} if element["type"] == "button" else answered(element, value)
    return {**known, "block_id": block["block_id"], "action_ts": at, **chosen}


def state(blocks: Sequence[Json], typed: Mapping[str, Any]) -> Json:
    """Return `state.values` of a view or message after this was typed and chosen.

    `typed` has one entry for a block: the value, or values by action id. What is not there stays as the app drew it.
    Options are told by their value or by their words. A LookupError tells of a block or option that is not there.
    """
    inputs = [(block, one) for block, one in elements(blocks) if one["type"] in CHOSEN]
    unknown = set(typed) - {block["block_id"] for block, _ in inputs}
    if unknown:
        known = ", ".join(block["block_id"] for block, _ in inputs)
        raise LookupError(f"There is nothing to fill in at {', '.join(sorted(unknown))}; there is: {known}.")
    values: Json = {}
    for block, one in inputs:
        entry = typed.get(block["block_id"], ...)
        if isinstance(entry, Mapping):
            entry = entry.get(one["action_id"], ...)
        filled = drawn(one) if entry is ... else answered(one, entry)
        values.setdefault(block["block_id"], {})[one["action_id"]] = {"type": one["type"], **filled}
    return values


def empty(blocks: Sequence[Json], values: Json) -> list[str]:
    """Return the block ids of the inputs that Slack's client would not send without an answer."""
    must = [(block, one) for block, one in elements(blocks) if block["type"] == "input" and not block.get("optional")]
    return [
        block["block_id"]
        for block, one in must
        if values[block["block_id"]][one["action_id"]][CHOSEN[one["type"]]] in (None, "", [])
    ]


def drawn(element: Json) -> Json:
    """Return an element's state when nobody touched it."""
    kind = element["type"]
    nothing: list[Json] | None = [] if CHOSEN[kind].endswith("s") else None
    return {CHOSEN[kind]: element.get(INITIAL.get(kind, ""), nothing)}


def answered(element: Json, value: Any) -> Json:
    """Return an element's state with this value."""
    key = CHOSEN[element["type"]]
    match value:
        case None | "" | []:
            return {key: [] if key.endswith("s") else None}
        case list() if key in OPTIONS:
            return {key: [option(element, each) for each in value]}
        case _ if key in OPTIONS:
            return {key: option(element, value)}
        case _:
            return {key: value}


def option(element: Json, wanted: str) -> Json:
    """Return the option with this value or these words."""
    groups = element.get("option_groups") or [element]
    options = [one for group in groups for one in group["options"]]
    for one in options:
        if wanted in (one["value"], one["text"]["text"]):
            return dict(one)
    offered = ", ".join(f'"{one["text"]["text"]}"' for one in options)
    raise LookupError(f'"{wanted}" cannot be chosen here; there is: {offered}.')
