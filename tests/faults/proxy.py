"""A proxy between the service and a platform, either way round, that breaks what it passes on as its seed says."""

import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from enum import Enum
from random import Random

import aiohttp
from aiohttp import web
from yarl import URL

HOP = frozenset({"host", "connection", "content-length", "transfer-encoding"})
"""Headers that belong to one connection."""
PATIENCE = 0.2
"""seconds that an overtaken request waits for another one to overtake it"""


class Fault(Enum):
    """What happens to a request."""

    SLOW = "passed on after a moment"
    LATE = "passed on when whoever asked has given up"
    LOST = "the connection is reset, and nothing is passed on"
    UNANSWERED = "passed on, and the connection is reset before the answer"
    LIMITED = "429, and not passed on"
    BROKEN = "500, and not passed on"
    OUT = "503, and not passed on"
    BROKEN_AFTER = "500, though passed on"
    OUT_AFTER = "503, though passed on"
    TWICE = "passed on two times at once"
    OVERTAKEN = "passed on after the next one"


STATUS = {Fault.LIMITED: 429, Fault.BROKEN: 500, Fault.OUT: 503, Fault.BROKEN_AFTER: 500, Fault.OUT_AFTER: 503}
BEFORE = frozenset({Fault.LOST, Fault.LIMITED, Fault.BROKEN, Fault.OUT})
"""The platform, or the service, never hears of the request."""
OUTWARD = tuple(fault for fault in Fault if fault not in (Fault.TWICE, Fault.OVERTAKEN))
"""What may happen to a request of ours: none is made two of on its way."""
INWARD = tuple(fault for fault in Fault if fault not in (Fault.LATE, Fault.LIMITED))


class Proxy:
    """Passes requests on to one of its targets; from `breaks` on not as they are, until `heals`."""

    def __init__(self, *targets: str) -> None:
        self.url = ""
        self.targets = list(targets)
        self.faults: Counter[Fault] = Counter()
        """how often each has happened"""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=ssl.create_default_context(), limit=0), auto_decompress=False
        )
        self._random = Random()
        self._share = 0.0
        self._kinds: Collection[Fault] = ()
        self._deck: list[Fault] = []
        """what is drawn next: each kind comes once before any comes again"""
        self._on = ""
        self._most = 0
        self._late = 0.0
        self._broken: Counter[bytes] = Counter()
        self._passed = asyncio.Event()

    def breaks(
        self, seed: int, share: float, kinds: Collection[Fault], *, on: str = "", most: int = 99, late: float = 0.0
    ) -> None:
        """Break this share of the requests whose path holds `on`, and one and the same of them `most` times.

        What is late is passed on after `late` seconds.
        """
        self._random, self._share, self._kinds = Random(seed), share, tuple(kinds)
        self._deck, self._on, self._most, self._late = [], on, most, late

    def heals(self) -> None:
        """Pass everything on as it is."""
        self._share = 0.0

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Pass a request on, or do to it what its turn is."""
        body = await request.read()
        fault = self._drawn(request.path, body)
        if fault in BEFORE:
            return self._refused(request, fault)
        await self._hold(fault)
        answers = [self._pass(request, body) for _ in range(2 if fault is Fault.TWICE else 1)]
        answer = (await asyncio.gather(*answers))[-1]
        overtaken, self._passed = self._passed, asyncio.Event()
        overtaken.set()
        spoilt = fault in STATUS or fault in (Fault.UNANSWERED, Fault.LATE)
        return self._refused(request, fault) if fault and spoilt else answer

    def _drawn(self, path: str, body: bytes) -> Fault | None:
        if self._on not in path or self._random.random() >= self._share or self._broken[body] >= self._most:
            return None
        self._deck = self._deck or self._random.sample(tuple(self._kinds), len(self._kinds))
        fault = self._deck.pop()
        self._broken[body] += 1
        self.faults[fault] += 1
        return fault

    async def _hold(self, fault: Fault | None) -> None:
        match fault:
            case Fault.SLOW:
                await asyncio.sleep(self._random.random() * 0.05)
            case Fault.LATE:
                await asyncio.sleep(self._late)
            case Fault.OVERTAKEN:
                passed = self._passed
                await asyncio.wait([asyncio.ensure_future(passed.wait())], timeout=PATIENCE)

    def _refused(self, request: web.Request, fault: Fault) -> web.Response:
        if fault in STATUS:
            return web.Response(status=STATUS[fault], text="trouble", headers={"Retry-After": "0"})
        if request.transport:
            request.transport.abort()
        return web.Response()

    async def _pass(self, request: web.Request, body: bytes) -> web.Response:
        url = URL(self._random.choice(self.targets) + request.raw_path, encoded=True)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP}
        async with self._session.request(
            request.method, url, data=body, headers=headers, allow_redirects=False
        ) as answer:
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in HOP}
            return web.Response(status=answer.status, body=await answer.read(), headers=kept)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._session.close()


@asynccontextmanager
async def between(*targets: str, certificate: str = "") -> AsyncIterator[Proxy]:
    """Stand before these addresses, of which each request goes to one; with a certificate it speaks https."""
    proxy = Proxy(*targets)
    app = web.Application(client_max_size=0)
    app.router.add_route("*", "/{path:.*}", proxy.take)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=False, shutdown_timeout=1)
    await runner.setup()
    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    proxy.url = f"http{'s' if certificate else ''}://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield proxy
    finally:
        await runner.cleanup()
        await proxy.close()
