"""The pulse: whether what runs by itself is still running."""

from time import monotonic

QUIET_SECONDS = 60.0
"""What has not stirred for so long hangs: a claim looks every second, a beat comes every second."""
HANGS_SECONDS = 300.0
"""What has not stirred for so long does not come back by itself."""


class Pulse:
    """When each part last stirred, in machine time of this process."""

    def __init__(self, *parts: str) -> None:
        """Take these parts to be alive now."""
        now = monotonic()
        self._stirred = dict.fromkeys(parts, now)

    def stir(self, part: str) -> None:
        """Note that this part is alive."""
        self._stirred[part] = monotonic()

    def silent(self) -> tuple[str, ...]:
        """Return the parts that have not stirred for too long."""
        return self._quiet_for(QUIET_SECONDS)

    def hanging(self) -> tuple[str, ...]:
        """Return the parts that have not stirred for so long that only a new start helps, if the database answers."""
        return self._quiet_for(HANGS_SECONDS)

    def _quiet_for(self, seconds: float) -> tuple[str, ...]:
        now = monotonic()
        return tuple(part for part, last in self._stirred.items() if now - last > seconds)
