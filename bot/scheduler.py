"""The metronome: APScheduler calls the tick; nothing rides on its memory."""

from collections.abc import Awaitable, Callable

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger()


class Metronome:
    """Calls the given steps every so many seconds, one after the other, never two at a time."""

    def __init__(self, steps: tuple[Callable[[], Awaitable[object]], ...], seconds: float = 1.0) -> None:
        """Nothing happens before `start`."""
        self._steps = steps
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.add_job(
            self._beat, "interval", seconds=seconds, coalesce=True, max_instances=1, misfire_grace_time=None
        )

    def start(self) -> None:
        """Begin to beat."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stop beating; a step under way comes to its end by itself."""
        self._scheduler.shutdown(wait=False)

    async def _beat(self) -> None:
        for step in self._steps:
            try:
                await step()
            except Exception as error:
                log.error("a beat failed; the next one tries again", step=step.__qualname__, error=repr(type(error)))
