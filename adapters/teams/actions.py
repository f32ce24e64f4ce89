"""The buttons of an Adaptive Card, in rows that a phone shows in full."""

from collections.abc import Sequence
from math import ceil

from adapters import text
from flows.messages import Button, Link

from .words import Json

# It shows six buttons in a row (github.com/atc0005/go-teams-notify/issues/161), if they are short: at 320 px a row is
# as wide as 30 bold letters of a wide font, a button as its label and four more (tests/browser draws them).
MOST_BUTTONS, ROW, EDGES = 6, 30, 4
MOST_LABEL, MOST_BYTES = 75, 4_000

SAY, FILL = "say", "fill"
"""the verbs: a pressed button, a sent form"""


def say(button: Button, about: str, *, beside_a_form: bool = False) -> Json:
    """Return the action of a button; it sends what it says and the team, never what stands in input fields.

    One that stands beside a form says so: its answer must not take the form's place.
    """
    data: Json = {"says": button.says, "about": button.about or about}
    beside = {"beside": True} if beside_a_form else {}
    return _action(button.label, SAY, data | beside, button.style, associatedInputs="none")


def fill(label: str, data: Json) -> Json:
    """Return the action that sends a form: this data, and what stands in the input fields."""
    return _action(label, FILL, data, "primary")


def page(link: Link) -> Json:
    """Return the action that opens a page in the browser."""
    return {"type": "Action.OpenUrl", "title": text.cut(text.one_line(link.label), MOST_LABEL), "url": link.url}


def rows(actions: Sequence[Json]) -> list[Json]:
    """Return the actions in as few rows as they need, four short ones as two and two; as many as there is room for."""
    shown = text.within(MOST_BYTES, list(actions))
    few = _in_rows(shown, MOST_BUTTONS)
    even = _in_rows(shown, ceil(len(shown) / len(few))) if few else few
    return [{"type": "ActionSet", "actions": row} for row in (even if len(even) == len(few) else few)]


def _in_rows(actions: Sequence[Json], most: int) -> list[list[Json]]:
    found: list[list[Json]] = []
    room = 0
    for action in actions:
        width = len(action["title"]) + EDGES
        if width > room or len(found[-1]) == most:
            found.append([])
            room = ROW
        found[-1].append(action)
        room -= width
    return found


def _action(label: str, verb: str, data: Json, style: str, **how: str) -> Json:
    """Return the action with what older clients do instead."""
    looks = {"primary": {"style": "positive"}, "danger": {"style": "destructive"}}.get(style, {})
    shared = {"title": text.cut(text.one_line(label) or "…", MOST_LABEL), "data": data} | looks | how
    fallback = {"type": "Action.Submit"} | shared
    return {"type": "Action.Execute", "verb": verb} | shared | {"fallback": fallback}
