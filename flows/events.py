"""What people do, as every adapter reports it: they say something or they fill a form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .messages import Value


@dataclass(frozen=True, slots=True)
class Said:
    """Typed words, a slash command, or a pressed button (which says its words)."""

    text: str
    pressed: bool = False
    """by a button or as a slash command: always a command, never an answer"""


@dataclass(frozen=True, slots=True)
class Filled:
    """A submitted form."""

    ref: str
    values: Mapping[str, Value] = field(default_factory=dict)
    in_part: bool = False
    """whether the platform had room for the form's first fields only"""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that one person did on a platform."""

    key: str
    """unique on the platform: the same event again has the same key"""
    platform: str
    workspace: str
    user: str
    place: str
    """the platform's conversation: a direct conversation or a channel"""
    private: bool
    """whether `place` is the direct conversation with the bot"""
    at: datetime
    """the platform's own time; events are ordered by it, never by arrival"""
    what: Said | Filled
    about: str = ""
    """the team that the pressed card or the form was about"""
    answerable: bool = False
    """whether the platform can show a form or a note in answer (a press, a command, a submission)"""
    beside_form: bool = False
    """whether what was pressed stands beside a form, which may be half filled in: only a card takes its place"""
    owed: bool = False
    """whether its answer comes as a message unless the platform's adapter tells that it was shown"""
    language: str = ""
    """the locale of whoever did it, like "es-MX", where the platform tells it with the event"""


def to_json(event: Event) -> dict[str, Any]:
    """Return the event as plain JSON values, for the inbox."""
    return {
        "key": event.key,
        "platform": event.platform,
        "workspace": event.workspace,
        "user": event.user,
        "place": event.place,
        "private": event.private,
        "at": event.at.isoformat(),
        "about": event.about,
        "answerable": event.answerable,
        "beside_form": event.beside_form,
        "owed": event.owed,
        "language": event.language,
        "what": what_to_json(event.what),
    }


def from_json(stored: Mapping[str, Any]) -> Event:
    """Return the event that `to_json` stored."""
    return Event(
        key=stored["key"],
        platform=stored["platform"],
        workspace=stored["workspace"],
        user=stored["user"],
        place=stored["place"],
        private=stored["private"],
        at=datetime.fromisoformat(stored["at"]),
        about=stored["about"],
        answerable=stored["answerable"],
        beside_form=stored.get("beside_form", False),
        owed=stored.get("owed", False),
        language=stored.get("language", ""),
        what=what_from_json(stored["what"]),
    )


def what_to_json(what: Said | Filled) -> dict[str, Any]:
    """Return what was said or filled in as plain JSON values."""
    match what:
        case Said(text, pressed):
            return {"said": text, "pressed": pressed}
        case Filled(ref, values, in_part):
            return {"filled": ref, "values": dict(values), "in_part": in_part}


def what_from_json(stored: Mapping[str, Any]) -> Said | Filled:
    """Return what `what_to_json` stored."""
    if "filled" in stored:
        return Filled(stored["filled"], stored["values"], stored.get("in_part", False))
    return Said(stored["said"], stored["pressed"])
