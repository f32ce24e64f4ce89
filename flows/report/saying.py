"""What a report says in the bot's own words, and whether the team is large enough for figures."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from ..markup import plain
from ..people import SMALL
from ..phrases import PLACEHOLDER, Phrases
from ..room import Room
from .entries import in_full

Say = Callable[..., str]
"""says the phrase `report.…` with its words filled in, as plain characters"""


def saying(phrases: Phrases) -> Say:
    """Return what says a report's phrases in this language; days in them have their year."""

    def say(phrase: str, **words: Any) -> str:
        told = {
            word: in_full(each, phrases.language) if isinstance(each, date) else each for word, each in words.items()
        }
        return plain(phrases.say(f"report.{phrase}", **told))

    return say


def vocabulary(phrases: Phrases) -> Mapping[str, str]:
    """Return every phrase of reports in which nothing is filled in, by what follows `report.` in its key."""
    own = (key for key in sorted(phrases.sentences) if key.startswith("report."))
    fixed = (key for key in own if not PLACEHOLDER.search(phrases.sentences[key]))
    return {key.removeprefix("report."): plain(phrases.say(key)) for key in fixed}


def shows_figures(room: Room) -> bool:
    """Whether the team is large enough to say how many of it did something (domain: privacy)."""
    return len(room.prompted()) >= SMALL
