"""The pulse: whether what runs by itself is still running."""

from time import monotonic

QUIET_SECONDS = 60.0
"""What has not stirred for so long hangs: a claim looks every second, a beat comes every second."""


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
        now = monotonic()
        return tuple(part for part, last in self._stirred.items() if now - last > QUIET_SECONDS)
