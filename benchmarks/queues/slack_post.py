"""What every peer of `posts` does for one job: the same post, with the same library and the same connections."""

import json
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient


class Poster:
    """Posts to Slack as Leadcycle does: one session, no retries of the library's own."""

    def __init__(self, api: str) -> None:
        session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=8))
        self._client = AsyncWebClient("xoxb-1", api, timeout=8, session=session, retry_handlers=[])

    async def post(self, job: dict[str, Any]) -> str:
        """Post it, marked with its key; return the stamp of the post."""
        mark = {"event_type": "leadcycle_delivery", "event_payload": {"id": job["key"]}}
        sent = await self._client.chat_postMessage(channel=job["channel"], metadata=mark, **job["drawn"])
        return str(sent["ts"])


def jobs(file: str) -> list[dict[str, Any]]:
    """The jobs that are to be done, as the benchmark has drawn them."""
    found: list[dict[str, Any]] = json.loads(Path(file).read_text("utf-8"))
    return found
