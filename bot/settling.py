"""What an outcome means for a message: it is done, sent again, looked up, held or given up."""

from datetime import timedelta

from adapters.base import Failed, Gone, Outcome, Sent, TryLater, Unreached, Unsure
from storage import settlements
from storage.outbox import OutboxRow
from storage.settlements import Settlement

from .delays import Delays

LOOKS = 2
"""So many look-ups in vain, and the message is sent again."""
LONGEST_AFTER = 10
"""So many failures, and the waits grow no more; an outage counts no further: what it holds up ends when it is stale."""
MOST_ATTEMPTS = 20
"""So many definite failures, and the message is dead: with the longest waits that is about two hours."""


def settlement(row: OutboxRow, outcome: Outcome, finds: bool, delays: Delays) -> Settlement:
    """Return what becomes of a message; `finds` tells whether its platform can say if a post of ours is there."""
    match outcome:
        case Sent(id):
            return settlements.sent(row, id)
        case TryLater():
            return settlements.again(row, "the platform asked to wait", timedelta(), counts=False)
        case Gone(reason):
            return settlements.dead(row, reason)
        case Unreached(reason):
            return _again(row, reason, delays, counts=row.attempt < LONGEST_AFTER)
        case Failed(reason):
            return _retried(row, reason, delays)
        case Unsure(reason) if row.replaces:
            return _retried(row, reason, delays)
        case Unsure(reason) if finds:
            return settlements.unsure(row, reason, timedelta(seconds=delays.look_after))
        case Unsure(reason):
            return settlements.held(row, reason)


def looked_up(row: OutboxRow, found: str | Gone | TryLater | None, delays: Delays) -> Settlement:
    """Return what becomes of an unsure message that was looked up."""
    match found:
        case str():
            return settlements.sent(row, found)
        case Gone(reason):
            return settlements.dead(row, reason)
        case TryLater(seconds):
            return settlements.unsure(row, row.error, timedelta(seconds=seconds), looked=row.looked)
        case None if row.looked + 1 >= LOOKS:
            return settlements.again(row, "it never arrived", timedelta())
    return settlements.unsure(row, row.error, timedelta(seconds=delays.look_again), looked=row.looked + 1)


def _retried(row: OutboxRow, reason: str, delays: Delays) -> Settlement:
    """Send it again after a while that doubles each time, until it is given up."""
    if row.attempt + 1 >= MOST_ATTEMPTS:
        return settlements.dead(row, reason)
    return _again(row, reason, delays)


def _again(row: OutboxRow, reason: str, delays: Delays, *, counts: bool = True) -> Settlement:
    seconds = min(delays.retry * 2.0**row.attempt, delays.longest_retry)
    return settlements.again(row, reason, timedelta(seconds=seconds), counts=counts)
