"""Enqueuing: a message that was decided is written down for where its reader is reached."""

from collections.abc import Sequence

import structlog

from flows.events import Event
from flows.room import Room
from flows.sends import Send
from storage import outbox, people
from storage.addresses import Destination
from storage.people import Person
from storage.store import Store

log = structlog.get_logger()

Known = dict[tuple[str, str], Destination]
"""where somebody is reached, by no team and the member, and a team in its channel, by the team and no member"""


async def enqueue(store: Store, sends: Sequence[Send], known: Known) -> None:
    """Write them into the outbox; where nobody knows how to reach a reader, only the log hears of it."""
    reached: list[tuple[Send, Destination]] = []
    for send in sends:
        there = await destination(store, send, known)
        if there is None:
            log.warning("unreachable", team=send.team, member=send.to, reason="no account on any platform")
        else:
            reached.append((send, there))
    await outbox.enqueue_all(store, reached)


async def destination(store: Store, send: Send, known: Known) -> Destination | None:
    """Return where to reach whom it is for; looked up once for each."""
    reader = ("", send.to) if send.to else (send.team, "")
    found = known.get(reader) or await people.destination_of(store, send.team, send.to)
    if found is not None:
        known[reader] = found
    return found


def direct(person: Person, event: Event) -> Destination:
    """Return the direct conversation with the person who just did something, on the account that did it."""
    place = event.place if event.private else person.identity.place
    return Destination(event.platform, event.workspace, place, event.user)


def of_channel(room: Room) -> Known:
    """Return where the team is reached: its room says so."""
    return {(each.team, ""): Destination(each.platform, each.workspace, each.place) for each in room.channels}
