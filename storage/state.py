"""The states of a message in the outbox, and how a query names them."""

from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, literal_column


class State(StrEnum):
    """Where a message is on its way."""

    WAITING = "waiting"
    """a refresh, or a reply, whose post has not been posted yet"""
    READY = "ready"
    LEASED = "leased"
    """taken by a worker; nothing has left"""
    INFLIGHT = "inflight"
    """its bytes may have left"""
    UNSURE = "unsure"
    """its bytes left, and nobody knows whether it arrived: it is looked up"""
    HELD = "held"
    """unsure where nothing can be looked up: never sent again by itself"""
    SENT = "sent"
    DEAD = "dead"
    """it cannot arrive; the reason stays on record"""
    CANCELLED = "cancelled"
    """not wanted any more, or too late; the reason stays on record"""


WAITS = (State.WAITING, State.READY)
"""Nothing has been done about it yet."""
OPEN = (State.READY, State.LEASED, State.INFLIGHT, State.UNSURE)
"""What comes later in the same conversation waits for it."""
DOUBTFUL = (State.UNSURE, State.HELD)
CLOSED = (State.SENT, State.DEAD, State.CANCELLED)


def is_in(table: Any, *states: State) -> ColumnElement[bool]:
    """Return the condition that a row is in one of these states.

    The states are written into the statement and not bound to it: SQLite uses a partial index only
    where a query repeats the condition of the index word for word.
    """
    state: ColumnElement[str] = table.c.state
    names: list[ColumnElement[str]] = [literal_column(f"'{each.value}'") for each in states]
    return state.in_(names) if len(names) > 1 else state == names[0]
