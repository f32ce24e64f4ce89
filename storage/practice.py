"""The practice school's chat: what a platform keeps of its conversations, and the offset of its clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from flows.messages import Message

from . import tables
from .plain import made, to_plain
from .store import Store

_LINE = tables.practice_line


@dataclass(frozen=True, slots=True)
class PracticeLine:
    """One line of a conversation: Leadcycle's message, or somebody's words."""

    number: int
    place: str
    author: str
    message: Message | None
    words: str
    at: datetime
    revision: int


async def write(
    store: Store,
    place: str,
    key: str,
    at: datetime,
    *,
    author: str = "",
    words: str = "",
    message: Message | None = None,
) -> int:
    """Write a line once and return its number; the same key again returns the number it has."""
    number = store.next_sequence()
    row = {
        "number": number,
        "place": place,
        "author": author,
        "key": key,
        "message": to_plain(message),
        "words": words,
        "at": at,
        "revision": number,
    }
    if await store.insert_once(_LINE, row):
        return number
    known = await find(store, key)
    assert known is not None
    return known


async def redraw(store: Store, number: int, message: Message) -> bool:
    """Put a message in place of the one with this number; False when there is none."""
    changed = {"message": to_plain(message), "revision": store.next_sequence()}
    return await store.update(_LINE, _LINE.c.number == number, **changed) == 1


async def find(store: Store, key: str) -> int | None:
    """Return the number of the line with this key."""
    return next((row["number"] for row in await store.select(_LINE, _LINE.c.key == key)), None)


async def lines(store: Store, place: str, after: int = 0) -> tuple[PracticeLine, ...]:
    """Return the lines of a place that were written or redrawn after this revision, in their order."""
    rows = await store.select(_LINE, _LINE.c.place == place, _LINE.c.revision > after, order=(_LINE.c.number,))
    return tuple(made(PracticeLine, row) for row in rows)


async def version(store: Store) -> int:
    """Return the newest revision of all lines."""
    newest = select(func.coalesce(func.max(_LINE.c.revision), 0)).where(_LINE.c.tenant == store.tenant)
    return int((await store.connection.execute(newest)).scalar_one())


async def newest_message(store: Store) -> int:
    """Return the number of Leadcycle's newest message, 0 before the first."""
    newest = select(func.coalesce(func.max(_LINE.c.number), 0))
    ours = newest.where(_LINE.c.tenant == store.tenant, _LINE.c.author == "")
    return int((await store.connection.execute(ours)).scalar_one())


async def move_clock(store: Store, by: timedelta) -> None:
    """Move school time forward by so much, for good."""
    table = tables.clock
    known = await store.select(table)
    seconds = (known[0]["seconds"] if known else 0.0) + by.total_seconds()
    await store.upsert(table, [{"seconds": seconds}])
