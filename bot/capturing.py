"""Events are captured together: those that arrive while one is being written are committed with the next write."""

import asyncio
from collections.abc import Sequence
from time import monotonic

import structlog

from flows.events import Event
from storage import inbox
from storage.database import Database
from storage.faults import named

from .workspaces import Workspaces

log = structlog.get_logger()

TROUBLED_SECONDS = 30.0
"""After so long it is to be tried again whether events can be kept."""

Waiting = list[tuple[Event, "asyncio.Future[bool]"]]


class Captures:
    """The way into the inbox: whoever waits longest is never further away than one commit and the next."""

    def __init__(self, database: Database, workspaces: Workspaces) -> None:
        """Bind it to the inboxes."""
        self._database = database
        self._workspaces = workspaces
        self._waiting: Waiting = []
        self._writing: asyncio.Task[None] | None = None
        self._trouble, self._troubled_at = "", 0.0

    @property
    def trouble(self) -> str:
        """Why the last event could not be kept; empty where it was kept, or that was a while ago."""
        return self._trouble if monotonic() - self._troubled_at < TROUBLED_SECONDS else ""

    async def capture(self, event: Event) -> bool:
        """Commit the event to the inbox; False when it was there already or its workspace is nobody's.

        Raises what kept it from being written: then nothing of it is kept.
        """
        captured: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((event, captured))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await captured

    async def _write(self) -> None:
        try:
            while self._waiting:
                together, self._waiting = self._waiting, []
                await self._commit(together)
        finally:
            self._writing = None

    async def _commit(self, together: Waiting) -> None:
        """Write them in one transaction; if that fails, each in one of its own: one event stops no other."""
        try:
            found = await self._kept([event for event, _ in together])
        except Exception as fault:
            if len(together) == 1:
                self._trouble, self._troubled_at = named(fault), monotonic()
                log.error("an event could not be kept; its platform says it again", error=self._trouble)
                _tell(together[0][1], fault)
                return
            for each in together:
                await self._commit([each])
            return
        self._trouble = ""
        for (_, captured), is_new in zip(together, found, strict=True):
            _tell(captured, is_new)

    async def _kept(self, events: Sequence[Event]) -> list[bool]:
        tenants = [await self._workspaces.tenant(each.platform, each.workspace) for each in events]
        async with self._database.everywhere() as unit:
            return [
                tenant is not None and await inbox.capture(unit.store(tenant), event)
                for tenant, event in zip(tenants, events, strict=True)
            ]


def _tell(captured: "asyncio.Future[bool]", result: bool | Exception) -> None:
    """Tell whoever waits, if anybody still does."""
    if captured.done():
        return
    if isinstance(result, Exception):
        captured.set_exception(result)
    else:
        captured.set_result(result)
