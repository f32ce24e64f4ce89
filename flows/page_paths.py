"""Where on the pages stands what a message tells; the link is completed, or left out, where the message goes out."""

from collections.abc import Mapping
from dataclasses import replace

from .messages import Link, Message
from .room import Room

_OF_COMMANDS: Mapping[str, str] = {
    "home": "/",
    "cycle status": "/team/{team}",
    "how we work here": "/team/{team}",
    "how we decide": "/team/{team}",
    "needs": "/team/{team}",
    "actions": "/team/{team}",
    "decisions": "/team/{team}/decisions",
    "decisions show": "/team/{team}/decisions/{about}",
    "report": "/team/{team}/report",
}
_OF_CARDS: Mapping[str, str] = {
    "phase": "/team/{team}",
    "charter": "/team/{team}",
    "request": "/team/{team}",
    "decision": "/team/{team}/decisions/{about}",
}
"""The cards in the team's channel; what asks one person for something has ways enough already."""


def of_command(room: Room, words: str, rest: str) -> str:
    """Return the path of the page that shows what the command answers; empty where none does."""
    first = rest.strip().lstrip("#")
    if words == "decisions" and first.isdecimal():
        words = "decisions show"
    return _path(_OF_COMMANDS, words, room.team.id, first.partition(" ")[0])


def of_card(room: Room, card: str) -> str:
    """Return the path of the page that shows what the card tells; empty where none does."""
    kind, _, about = card.partition(" ")
    return _path(_OF_CARDS, kind, room.team.id, about)


def linked(message: Message, path: str, label: str) -> Message:
    """Return the message with the way to that page, unless it has one already."""
    return replace(message, link=Link(label, path)) if path and message.link is None else message


def completed(message: Message, pages: str) -> Message:
    """Return the message with the whole address of its page; without the link where the pages have no address."""
    if message.link is None or not message.link.url.startswith("/"):
        return message
    link = replace(message.link, url=f"{pages.rstrip('/')}{message.link.url}") if pages else None
    return replace(message, link=link)


def _path(paths: Mapping[str, str], kind: str, team: str, about: str) -> str:
    return paths.get(kind, "").format(team=team, about=about)
