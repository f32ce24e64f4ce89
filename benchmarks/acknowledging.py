"""How fast Slack is acknowledged: our whole service beside bare Bolt apps, each in a process of its own.

One bare app does nothing; the other writes one row before it acknowledges, which is the least that keeps an answer.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from time import perf_counter, time
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from benchmarks.serving import OURS, serving
from benchmarks.typed import SECRET

APPS = ("leadcycle", "bolt", "bolt + insert")
KINDS = ("typed answer", "command")
PEOPLE = 48
ONE_BY_ONE, AT_ONCE, ROUNDS = 60, 50, 6
"""requests in a row; requests at once, so often"""
PAUSE = 0.2
"""seconds between two requests in a row: what goes on after an acknowledgement is no part of the next one"""


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds until the acknowledgement: half of the requests, and all but one in a hundred, were faster."""

    app: str
    kind: str
    load: str
    p50: float
    p99: float


async def measure(folder: Path) -> list[Latency]:
    """Measure all apps, one after the other, on SQLite; what they call of Slack is answered at once."""
    found: list[Latency] = []
    async with _slack() as api:
        for app in APPS:
            command = [*OURS, app, "{port}", api, str(folder / f"{app}.db")]
            async with serving(command) as served, aiohttp.ClientSession() as session:
                for kind in KINDS:
                    ask = _asking(session, served.url, api, kind)
                    await _in_a_row(ask, 20)
                    found.append(_latency(app, kind, "one at a time", await _in_a_row(ask, ONE_BY_ONE)))
                    found.append(_latency(app, kind, f"{AT_ONCE} at once", await _together(ask)))
    return found


def _latency(app: str, kind: str, load: str, seconds: list[float]) -> Latency:
    cut = quantiles(seconds, n=100)
    return Latency(app, kind, load, cut[49] * 1000, cut[98] * 1000)


async def _in_a_row(ask: Callable[[], Any], count: int) -> list[float]:
    found = []
    for _ in range(count):
        found.append(await ask())
        await asyncio.sleep(PAUSE)
    return found


async def _together(ask: Callable[[], Any]) -> list[float]:
    found: list[float] = []
    for _ in range(ROUNDS):
        found += await asyncio.gather(*(ask() for _ in range(AT_ONCE)))
        await asyncio.sleep(AT_ONCE * PAUSE / 4)
    return found


def _asking(session: aiohttp.ClientSession, url: str, api: str, kind: str) -> Callable[[], Any]:
    """Return what sends one signed request of this kind and returns the seconds until it is acknowledged."""
    number = iter(range(1_000_000))

    async def ask() -> float:
        count = next(number)
        user = count % PEOPLE
        body = _typed(count, user) if kind == "typed answer" else _command(count, user, api)
        headers = _signed(body, "application/json" if kind == "typed answer" else "application/x-www-form-urlencoded")
        begun = perf_counter()
        async with session.post(f"{url}/slack/events", data=body, headers=headers) as answer:
            await answer.read()
            assert answer.status == 200, answer.status
        return perf_counter() - begun

    return ask


def _typed(number: int, user: int) -> bytes:
    stamp = f"{time():.6f}"
    event = {"type": "message", "channel_type": "im", "channel": f"D{user}", "user": f"U{user:05}", "ts": stamp}
    told = {"type": "event_callback", "team_id": "T1", "api_app_id": "A1", "event_id": f"Ev{stamp}"}
    return json.dumps({**told, "event": {**event, "text": f"Reading in every subject {number}"}}).encode()


def _command(number: int, user: int, api: str) -> bytes:
    fields = {"command": "/leadcycle", "text": "cycle status", "team_id": "T1", "channel_id": "C1", "api_app_id": "A1"}
    own = {"user_id": f"U{user:05}", "trigger_id": f"{time():.6f}.{number}", "response_url": api}
    return urlencode({**fields, **own}).encode()


def _signed(body: bytes, kind: str) -> Mapping[str, str]:
    at = str(int(time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=at, body=body)
    return {"Content-Type": kind, "X-Slack-Request-Timestamp": at, "X-Slack-Signature": str(signature)}


@asynccontextmanager
async def _slack() -> AsyncIterator[str]:
    """A Slack that takes everything at once and remembers nothing."""
    numbers = iter(range(1_000_000_000))

    async def answer(request: web.Request) -> web.Response:
        told = {"ok": True, "team_id": "T1", "user_id": "UBOT", "bot_id": "B1", "members": [], "channel": "C1"}
        return web.json_response({**told, "ts": f"{next(numbers)}.0"})

    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    await runner.cleanup()
