"""Our own public address, asked from outside as a platform would."""

import aiohttp

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


async def _silence(url: str) -> str:
    """Why nobody of ours answers there; empty if it is us."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as session,
            session.get(url) as answer,
        ):
            is_ours = answer.status == 200 and (await answer.text()).strip() == "alive"
            return "" if is_ours else f"status {answer.status}"
    except (aiohttp.ClientError, TimeoutError, UnicodeDecodeError) as fault:
        return type(fault).__name__
