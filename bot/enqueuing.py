"""Enqueuing: a message that was decided is written down for where its reader is reached."""

import structlog

from flows.sends import Send
from storage import outbox, people
from storage.addresses import Destination
from storage.store import Store

log = structlog.get_logger()


async def enqueue(store: Store, send: Send, known: dict[str, Destination]) -> None:
    """Write it into the outbox; where nobody knows how to reach its reader, only the log hears of it."""
    there = await destination(store, send, known)
    if there is None:
        log.warning("unreachable", team=send.team, member=send.to, reason="no account on any platform")
        return
    await outbox.enqueue(store, send, there)


async def destination(store: Store, send: Send, known: dict[str, Destination]) -> Destination | None:
    """Return where to reach whom it is for; looked up once for each."""
    found = known.get(send.to) or await people.destination_of(store, send.team, send.to)
    if found is not None:
        known[send.to] = found
    return found
