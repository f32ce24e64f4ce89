"""What whoever leads recorded before: a form that is opened again starts from it."""

from collections.abc import Mapping
from dataclasses import replace

from . import cycle
from .flow import Conversation
from .messages import Form, Value
from .room import Room


def filled_in(room: Room, conversation: Conversation, form: Form) -> Form:
    """The form with what is on record in the fields of questions that have no answer in this conversation yet."""
    known = _on_record(room, conversation)
    if not known:
        return form
    answered = {f"{step}.{item}" for step, item in conversation.answers}
    fields = (
        replace(each, value=known.get(each.key)) if each.value is None and each.key not in answered else each
        for each in form.fields
    )
    return replace(form, fields=tuple(fields))


def _on_record(room: Room, conversation: Conversation) -> Mapping[str, Value]:
    """Values by field. A choice of needs is taken back when its phase is opened again; a plan's actions stay on it."""
    match conversation.flow:
        case "charter" if room.charter:
            return {
                f"{part}.0": getattr(room.charter, part) or None for part in ("norms", "purpose", "priority", "coach")
            }
        case "results":
            return _results(room, conversation)
    return {}


def _results(room: Room, conversation: Conversation) -> Mapping[str, Value]:
    known: dict[str, Value] = {
        f"{line.step}.0": line.text for line in room.lines if line.flow == "results" and line.text
    }
    results = {str(each.action): each for each in cycle.results(room)}
    for item, action in enumerate(conversation.choices.get("actions", ())):
        if result := results.get(action.key):
            known |= {f"result.{item}": result.text or None, f"verdict.{item}": result.verdict}
    return known
