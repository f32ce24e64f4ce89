"""What a person is told of all that is held of them: how much of what, their newest words, and where the rest is."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .messages import Item, Link, Message
from .phrases import Phrases

CARD = "record"
"""the card that is drawn from all tables when it goes out"""
PATH = "/record"

KINDS: Mapping[str, tuple[str, ...]] = {
    "you": ("member", "membership", "identity", "leave", "place", "pace"),
    "answers": ("conversation", "answer"),
    "shared": ("need", "resource", "line", "charter", "evidence", "result", "indicator"),
    "actions": ("action",),
    "decisions": ("decision", "stand", "wording", "amendment", "ask"),
    "part": ("ballot", "consent", "lead", "move", "cycle", "placement"),
    "sent_to": ("outbox", "practice_line"),
    "waits": ("inbox", "doubt"),
    "visits": ("ticket", "visit"),
    "logged": ("audit", "legal_hold"),
}
"""The tables by what they are to the person; others are told under "more"."""
MOST_WORDS = 12
"""of one's own newest answers that are quoted in the chat; the page has all"""


def draw(phrases: Phrases, held: Mapping[str, Sequence[Mapping[str, Any]]], page: str) -> Message:
    """The message: what is held by kind, one's own newest words, and the page with all of it, if there is one."""
    items = [*_counted(phrases, held), *_words(held.get("answer", ()))]
    return Message(
        phrases.say("record.text"),
        title=phrases.say("record.title"),
        items=tuple(items),
        note=phrases.say("record.note"),
        preview=phrases.say("record.title"),
        link=Link(phrases.say("record.open"), page) if page else None,
        language=phrases.language,
    )


def kind_of(table: str) -> str:
    """What a table is to the person."""
    return next((kind for kind, names in KINDS.items() if table in names), "more")


def _counted(phrases: Phrases, held: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[Item]:
    counted = Counter[str]()
    for table, rows in held.items():
        counted[kind_of(table)] += len(rows)
    for kind in (*KINDS, "more"):
        if counted[kind]:
            yield Item(phrases.say("record.entries", count=counted[kind]), phrases.say(f"record.{kind}"))


def _words(answers: Sequence[Mapping[str, Any]]) -> Iterator[Item]:
    """The newest answers in words of one's own, each under what was asked."""
    written = [each for each in answers if isinstance(each.get("value"), str)]
    for each in sorted(written, key=lambda each: int(each["sequence"]), reverse=True)[:MOST_WORDS]:
        yield Item(each["value"], each["words"], quoted=True)
