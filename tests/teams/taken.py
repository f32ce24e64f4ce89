"""What a scenario shows in Teams: every card of it is one that Teams takes, whatever the scenario is about."""

import json
from typing import Any

from flows.messages import Form, Message
from tests.adapters.test_teams_render import problems

_TRIED: set[str] = set()
"""how cards were made of which one was tried: the schema says the same of another with other words"""
_KEPT = frozenset(
    {"type", "id", "verb", "style", "size", "weight", "color", "spacing", "width", "displayMode", "version"}
)
"""parts of which not only the kind matters"""
MOST_BYTES = 25_000


class Taken:
    """Looks at everything that a school's people are shown."""

    def __init__(self, school: Any) -> None:
        """Stand between the school and its stage."""
        self.refused: list[str] = []
        """what Teams would refuse, and why"""
        stage = school.stage
        message, form = stage.draw, stage.draw_form
        stage.draw = lambda shown: self._message(shown, message(shown))
        stage.draw_form = lambda shown: self._form(shown, form(shown))

    def _message(self, shown: Message, activity: Any) -> Any:
        for each in activity["attachments"]:
            self._look(shown.title or shown.text[:40], each["content"])
        return activity

    def _form(self, shown: Form, card: Any) -> Any:
        self._look(shown.title, card)
        return card

    def _look(self, name: str, card: Any) -> None:
        made = json.dumps(_made(card))
        if made not in _TRIED or len(json.dumps(card, ensure_ascii=False).encode()) > MOST_BYTES:
            _TRIED.add(made)
            self.refused += [f"{name}: {problem}" for problem in problems(card)]


def _made(drawn: Any, key: str = "") -> Any:
    """How a card is made, without its words: of a text whether there is any, and whether it goes on in another line."""
    match drawn:
        case dict():
            return {name: _made(part, name) for name, part in drawn.items()}
        case list():
            return [_made(part) for part in drawn]
        case str() if key not in _KEPT:
            return [bool(drawn), "\n" in drawn]
    return drawn if key in _KEPT else type(drawn).__name__
