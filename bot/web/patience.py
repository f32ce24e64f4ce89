"""Patience with links and sign-ins that are not good: whoever brings too many of them waits."""

import time
from collections import deque
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from starlette.requests import Request

MOST_WRONG = 20
"""from one address in `WITHIN`: a whole staff behind one address may try links of yesterday"""
WITHIN = 60.0
"""seconds"""
MOST_ADDRESSES = 10_000
"""that are remembered; the one whose last wrong try is oldest is forgotten first"""


class Patience:
    """Counts what was wrong by the address that it came from, in this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` tells seconds."""
        self._clock = clock
        self._wrong: dict[str, deque[float]] = {}

    def wrong(self, request: Request) -> None:
        """Take down that what came with the request was not good."""
        address = _address(request)
        tries = self._wrong.pop(address, deque(maxlen=MOST_WRONG))
        tries.append(self._clock())
        self._wrong[address] = tries
        if len(self._wrong) > MOST_ADDRESSES:
            del self._wrong[next(iter(self._wrong))]

    def seconds(self, request: Request) -> int:
        """Return for how long nothing is looked at that comes from there; 0 where it is."""
        tries = self._wrong.get(_address(request))
        if tries is None or len(tries) < MOST_WRONG:
            return 0
        return max(0, int(tries[0] + WITHIN - self._clock() + 1))


def _address(request: Request) -> str:
    """Where the request came from; of an IPv6 address the network, which is one household's or one school's."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(IPv6Address(int(address) >> 64 << 64)) if address.version == 6 else host
