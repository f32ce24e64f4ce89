"""Fan-outs: over which window the people of a workspace get what is due for all of them."""

from datetime import datetime, timedelta

from flows import spreading
from storage import lanes, people
from storage.store import Store

KNOWN_FOR = timedelta(minutes=10)
"""machine time until the people of a workspace are counted again"""


class FanOuts:
    """The windows of workspaces, remembered for a while: a district has many teams and is counted once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str], tuple[datetime, timedelta]] = {}

    async def window(self, store: Store, platform: str, workspace: str) -> timedelta:
        """Return how long everybody there takes."""
        lane = (store.tenant, platform, workspace)
        until, window = self._known.get(lane, (store.now, timedelta()))
        if until <= store.now:
            window = await window_of(store, platform, workspace)
            self._known[lane] = (store.now + KNOWN_FOR, window)
        return window


async def window_of(store: Store, platform: str, workspace: str) -> timedelta:
    """Return how long a message to everybody in a workspace takes; nothing for few people."""
    rate = await lanes.rate(store, platform, workspace)
    return spreading.window(await people.count(store, platform, workspace), rate)
