"""The metronome: APScheduler calls the tick; nothing rides on its memory."""

from collections.abc import Awaitable, Callable, Mapping

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger()


Step = Callable[[], Awaitable[object]]


class Metronome:
    """Calls each step at its own pace, never twice at the same time; a step that fails is called again."""

    def __init__(self, steps: Mapping[Step, float]) -> None:
        """`steps` and the seconds between two calls of each; nothing happens before `start`."""
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        for step, seconds in steps.items():
            self._scheduler.add_job(
                _beat,
                "interval",
                (step,),
                seconds=seconds,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )

    def soon(self, step: Step) -> None:
        """Call this step once, now."""
        self._scheduler.add_job(_beat, args=(step,), misfire_grace_time=None)

    def start(self) -> None:
        """Begin to beat."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stop beating; a step under way comes to its end by itself."""
        self._scheduler.shutdown(wait=False)


async def _beat(step: Step) -> None:
    try:
        await step()
    except Exception as error:
        log.error("a beat failed", step=step.__name__, error=type(error).__name__)
