"""Spreading: what many people get at once goes out over a window, to each at the same place in it every week."""

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b
from math import ceil

from .calendar import SchoolCalendar
from .sends import Move, Priority, Send

LEAST = timedelta(minutes=1)
"""What takes less than this is not spread at all: everybody gets it at the very moment."""


def window(people: int, rate: float) -> timedelta:
    """Return how long it takes to tell so many people, at so many messages a second; whole minutes, or nothing.

    So somebody who joins or leaves the district seldom changes it, and then by a minute.
    """
    takes = timedelta(seconds=people / rate)
    return LEAST * ceil(takes / LEAST) if takes >= LEAST else timedelta()


def share(member: str) -> float:
    """Return a person's place in every window, from 0 to less than 1; it depends on nobody else."""
    return int.from_bytes(blake2b(member.encode(), digest_size=6).digest()) / 2**48


def concerns(send: Send) -> bool:
    """Tell whether it is of the kind that many get at once: a prompt or a reminder to a person."""
    return bool(send.to) and send.priority is Priority.PROMPT


def own_time(calendar: SchoolCalendar, send: Send, within: timedelta) -> datetime:
    """Return the person's own moment of what is due for many at `send.due`.

    It lies in the same contract hours, before it expires, and takes no more than half of what is left of them, so
    that whoever is told last has time to answer. Out of hours nothing goes out, and nothing is spread.
    """
    hours = calendar.hours_on(calendar.local_date(send.due))
    if hours is None or not hours[0] <= send.due < hours[1]:
        return send.due
    left = min(hours[1], send.expires or hours[1]) - send.due
    seconds = int(share(send.to) * min(within, left / 2).total_seconds())
    return send.due + timedelta(seconds=max(0, seconds))


def moved(calendar: SchoolCalendar, send: Send, move: Move, within: timedelta) -> Move:
    """Return a move to the opening of a day, to which many may move, to the person's own moment after it."""
    hours = calendar.hours_on(calendar.local_date(move.due))
    if hours is None or move.due != hours[0]:
        return move
    return replace(move, due=own_time(calendar, replace(send, due=move.due), within))
