"""Socket Mode: Slack's events over a connection that we open ourselves, for a school behind a firewall."""

import asyncio
import logging

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

CONNECTS_IN = 20.0
"""seconds; then a new address is asked for"""

_log = logging.getLogger(__name__)


class Socket:
    """The one connection of this process; `watch` makes it and makes it anew."""

    def __init__(self, bolt: AsyncApp, app_token: str, url: str) -> None:
        """Bind it to Bolt and to the Web API at `url`, which tells where to connect."""
        self._bolt = bolt
        self._app_token = app_token
        self._url = url
        self._handler: AsyncSocketModeHandler | None = None

    async def watch(self) -> None:
        """Connect unless there is a living connection; called again and again, it is the watchdog.

        The client itself comes back after a broken connection, but asks an address that has expired for ever.
        """
        if self._handler is None:
            client = AsyncWebClient(base_url=self._url, retry_handlers=[])
            self._handler = AsyncSocketModeHandler(self._bolt, self._app_token, web_client=client)
        if await self._handler.client.is_connected():
            return
        try:
            async with asyncio.timeout(CONNECTS_IN):
                await self._handler.client.connect_to_new_endpoint(force=True)
        except TimeoutError:
            _log.error("Slack gives no connection for SLACK_APP_TOKEN; trying again.")

    async def close(self) -> None:
        """Let go of the connection; what was said meanwhile Slack says to the next one."""
        if self._handler:
            await self._handler.client.close()  # type: ignore[no-untyped-call]  # comes without types
