"""The outcomes of a report, each with the evidence toward it, or with none."""

from collections.abc import Iterator

from .. import indicators
from ..markup import plain
from ..people import Member
from ..phrases import Phrases
from ..records import Indicator
from ..room import Room
from .entries import Evidence, IndicatorEntry, in_full
from .saying import Say


def entries(room: Room, say: Say, phrases: Phrases, reader: Member | None) -> Iterator[Evidence]:
    """Every outcome that the district names, in its order."""
    for aim in indicators.aims(room, reader):
        known = tuple(_entry(each, phrases) for each in indicators.of(room, aim.key))
        yield Evidence(aim.say, "" if known else say("no_evidence"), known)


def _entry(told: Indicator, phrases: Phrases) -> IndicatorEntry:
    return IndicatorEntry(
        told.number, told.what, told.start, told.goal, told.by, moved(told, phrases), told.seen, told.link
    )


def moved(told: Indicator, phrases: Phrases) -> str:
    """From where to where by when, as plain characters, as far as it is told."""
    by = in_full(told.by, phrases.language) if told.by else ""
    parts = (("start", told.start), ("goal", told.goal), ("by", by))
    return " ".join(plain(phrases.say(f"outcome.moved_{name}", said=words)) for name, words in parts if words)
