"""The delivery key in what a card sends: whoever presses it shows that the message has arrived."""

from collections.abc import Iterator, Mapping
from typing import Any

Json = dict[str, Any]

KEY = "delivery"
MOST_BYTES = 2_500
"""for all keys on one card: so much room `render` leaves below what Teams takes"""
_BYTES = 52
"""of one: its name, a UUID and what stands between them"""


def marked(activity: Json, delivery: str) -> Json:
    """Return the activity, whose cards send this key back; one with too many buttons for that is left as it is."""
    for attachment in activity.get("attachments", ()):
        kept(attachment["content"], delivery)
    return activity


def kept(card: Json, delivery: str) -> Json:
    """Return the card, which sends this key back if there is one: what stands in place of a post shows which."""
    sent = list(_data(card)) if delivery else []
    if len(sent) * _BYTES <= MOST_BYTES:
        for data in sent:
            data[KEY] = delivery
    return card


def delivery(data: Mapping[str, Any]) -> str:
    """Return the key that a pressed card sent; empty where it has none."""
    found = data.get(KEY)
    return found if isinstance(found, str) else ""


def _data(drawn: Any) -> Iterator[Json]:
    """Yield what each action below sends, its fallback's too; the two may share it."""
    if isinstance(drawn, list):
        for each in drawn:
            yield from _data(each)
    elif isinstance(drawn, dict):
        if str(drawn.get("type")) in ("Action.Execute", "Action.Submit") and isinstance(drawn.get("data"), dict):
            yield drawn["data"]
        for each in drawn.values():
            yield from _data(each)
