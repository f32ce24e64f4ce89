"""Work that goes on after an acknowledgement, so that a platform need not wait for it."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")

_log = logging.getLogger(__name__)


class Background:
    """What is still running for one platform."""

    def __init__(self, platform: str) -> None:
        """Name the platform, for the log."""
        self._platform = platform
        self._running: set[asyncio.Task[Any]] = set()

    def later(self, work: Coroutine[Any, Any, Result]) -> "asyncio.Task[Result]":
        """Go on with it; an event that fails stays in the inbox and is tried again."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def finish(self) -> None:
        """Wait until everything is done."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

    def _ended(self, task: "asyncio.Task[Any]") -> None:
        self._running.discard(task)
        if not task.cancelled() and (fault := task.exception()):
            _log.error("An answer to %s could not be given: %s", self._platform, type(fault).__name__)
