"""What a person is told of all that is held of them: how much of what, their newest words, and where the rest is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .messages import Item, Link, Message
from .phrases import Phrases

CARD = "record"
"""the card that is drawn from all tables when it goes out"""
PATH = "/record"

Row = Mapping[str, Any]
Rows = Sequence[Row]
Held = Mapping[str, Rows]
"""everything that is held of a person: rows by the name of their table"""

KINDS: Mapping[str, tuple[str, ...]] = {
    "you": ("member", "membership", "identity", "leave", "place", "pace"),
    "answers": ("conversation", "answer"),
    "shared": ("need", "resource", "line", "charter", "evidence", "result", "indicator"),
    "actions": ("action",),
    "decisions": ("decision", "stand", "wording", "amendment", "ask"),
    "part": ("ballot", "consent", "lead", "move", "cycle", "placement"),
    "sent_to": ("outbox", "practice_line"),
    "waits": ("inbox", "doubt"),
    "heard": (),
    "visits": ("ticket", "visit"),
    "logged": ("audit", "legal_hold"),
}
"""The tables by what they are to the person; others are told under "more". What they wrote waits, or was heard."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is held in one table."""

    title: str
    rows: Sequence[Sequence[tuple[str, Any]]]
    """the values of each entry, with what each of them is called"""


MOST_WORDS = 12
"""of one's own newest answers that are quoted in the chat; the page has all"""


def draw(phrases: Phrases, held: Held, page: str) -> Message:
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


def by_kind(held: Held) -> Mapping[str, Mapping[str, Rows]]:
    """Everything that is held, by what it is to the person, and then by table."""
    found: dict[str, dict[str, list[Row]]] = {kind: {} for kind in (*KINDS, "more")}
    for table, rows in held.items():
        for row in rows:
            found[_kind_of(table, row)].setdefault(table, []).append(row)
    return {kind: tables for kind, tables in found.items() if tables}


def parts(phrases: Phrases, held: Held) -> Mapping[str, Sequence[Part]]:
    """Everything that is held, by what it is to the person, in words that say what each entry and each value is."""
    return {
        kind: tuple(_part(phrases, table, rows) for table, rows in tables.items())
        for kind, tables in by_kind(held).items()
    }


def _part(phrases: Phrases, table: str, rows: Rows) -> Part:
    told = (tuple((phrases.say(f"held_field.{name}"), value) for name, value in row.items()) for row in rows)
    return Part(phrases.say(f"held.{table}"), tuple(told))


def _kind_of(table: str, row: Row) -> str:
    """What a row is to the person; an event is worked through once it is done."""
    if table == "inbox" and row.get("done_at"):
        return "heard"
    return next((kind for kind, names in KINDS.items() if table in names), "more")


def _counted(phrases: Phrases, held: Held) -> Iterator[Item]:
    for kind, tables in by_kind(held).items():
        count = sum(len(rows) for rows in tables.values())
        yield Item(phrases.say("record.entries", count=count), phrases.say(f"record.{kind}"))


def _words(answers: Rows) -> Iterator[Item]:
    """The newest answers in words of one's own, each under what was asked."""
    written = [each for each in answers if isinstance(each.get("value"), str)]
    for each in sorted(written, key=lambda each: int(each["sequence"]), reverse=True)[:MOST_WORDS]:
        yield Item(each["value"], each["words"], quoted=True)
