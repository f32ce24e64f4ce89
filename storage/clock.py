"""School time: the database's clock, moved by an offset in the practice school, set by hand in tests."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells what time it is for the school; leases, tokens and pauses never ask it."""

    def school_time(self, machine: datetime, offset: timedelta) -> datetime:
        """Return school time, given the database's clock and the stored offset."""
        ...


@dataclass(frozen=True, slots=True)
class DatabaseClock:
    """The clock of a real school, and with a stored offset that of the practice school."""

    def school_time(self, machine: datetime, offset: timedelta) -> datetime:
        """Return the database's time plus the offset."""
        return machine + offset


@dataclass(slots=True)
class HandClock:
    """A clock that somebody moves: it stands still until it is set."""

    now: datetime

    def school_time(self, machine: datetime, offset: timedelta) -> datetime:
        """Return the time that was set, whatever the database's clock says."""
        return self.now.astimezone(UTC)

    def set(self, now: datetime) -> None:
        """Move the clock to this moment."""
        self.now = now
