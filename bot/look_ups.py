"""How many look-ups a workspace takes: platforms count what they are asked, too."""

from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

AT_ONCE = 6
"""This part of what may be asked in a minute may be asked at once."""


@dataclass(slots=True)
class _Left:
    """What a workspace takes still, and since when by our own clock that is so."""

    count: float
    at: float


class LookUps:
    """Keeps the pace of the look-ups of each workspace, by its platform and its id, in this process."""

    def __init__(self, a_minute: float) -> None:
        """So many in a minute."""
        self._rate, self._most = a_minute / 60, max(min(a_minute, 1.0), a_minute / AT_ONCE)
        self._left: dict[tuple[str, str], _Left] = {}

    def allowed(self, platform: str, workspace: str) -> int:
        """Return how many messages may be looked up there now."""
        left, now = self._of(platform, workspace), monotonic()
        if now > left.at:
            left.count, left.at = min(self._most, left.count + self._rate * (now - left.at)), now
        return 0 if left.at > now else int(left.count)

    def count(self, platform: str, workspace: str) -> None:
        """One more is looked up."""
        self._of(platform, workspace).count -= 1

    def pause(self, platform: str, workspace: str, seconds: float) -> None:
        """Look nothing up there for so long: the platform asked for it. Nothing is saved up meanwhile."""
        left = self._of(platform, workspace)
        left.count, left.at = min(left.count, 1.0), max(left.at, monotonic() + seconds)

    def paused(self, platform: str, workspace: str) -> timedelta:
        """Return for how long nothing is to be looked up there."""
        return timedelta(seconds=max(0.0, self._of(platform, workspace).at - monotonic()))

    def _of(self, platform: str, workspace: str) -> _Left:
        return self._left.setdefault((platform, workspace), _Left(self._most, monotonic()))
