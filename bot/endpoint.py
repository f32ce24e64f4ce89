"""Our own public address, asked from outside as a platform would."""

import ssl

import aiohttp

from adapters.silence import reason

from .config import Settings
from .findings import Finding

SECONDS = 8


async def answers(address: str, settings: Settings, then: str) -> Finding:
    """Whether Leadcycle answers at its public address; `then` says who speaks to it there."""
    fault = await _silence(f"{address}/health")
    if fault:
        return Finding(
            False,
            f"{address}/health does not answer as Leadcycle does ({fault}). Is `leadcycle serve` running, and does the "
            f"address lead to {settings.address}?",
        )
    return Finding(True, f"Leadcycle answers at {address}; {then}.")


async def status(url: str) -> str:
    """What somebody gets who posts nothing to this address, without any token: a status, or why nobody answered."""
    try:
        async with (
            _session() as session,
            session.post(url, json={}) as answer,
        ):
            return str(answer.status)
    except (aiohttp.ClientError, TimeoutError) as fault:
        return reason(fault)


async def _silence(url: str) -> str:
    """Why nobody of ours answers there; empty if it is us."""
    try:
        async with (
            _session() as session,
            session.get(url) as answer,
        ):
            is_ours = answer.status == 200 and (await answer.text()).strip() == "alive"
            return "" if is_ours else f"status {answer.status}"
    except (aiohttp.ClientError, TimeoutError, UnicodeDecodeError) as fault:
        return reason(fault)


def _session() -> aiohttp.ClientSession:
    """Whatever this computer trusts now is trusted: a district may have a certificate authority of its own."""
    trusted = aiohttp.TCPConnector(ssl=ssl.create_default_context())
    return aiohttp.ClientSession(connector=trusted, timeout=aiohttp.ClientTimeout(total=SECONDS))
