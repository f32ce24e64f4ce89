"""The metronome: APScheduler calls the tick; nothing rides on its memory."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = structlog.get_logger()


Step = Callable[[], Awaitable[object]]
LOOKS = 1.0
"""seconds, by a clock that nobody sets, between two looks at whether that of the machine was set back"""


class Metronome:
    """Calls each step at its own pace, never twice at the same time; a step that fails is called again.

    APScheduler waits for the time of day. After the machine's clock was set back, a step is called as soon as its next
    call lies further ahead than its pace.
    """

    def __init__(self, steps: Mapping[Step, float], *, looks: float = LOOKS) -> None:
        """`steps` and the seconds between two calls of each; nothing happens before `start`."""
        self._looks = looks
        self._watch: asyncio.TimerHandle | None = None
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
        self._look()

    def stop(self) -> None:
        """Stop beating; a step under way comes to its end by itself."""
        if self._watch:
            self._watch.cancel()
        self._scheduler.shutdown(wait=False)

    def _look(self) -> None:
        """Call now what would wait for longer than its pace, and look again in a moment."""
        now = datetime.now(UTC)
        for job in self._scheduler.get_jobs():
            if isinstance(job.trigger, IntervalTrigger) and job.next_run_time - now > job.trigger.interval:
                log.warning("the clock was set back", step=job.args[0].__name__)
                job.modify(next_run_time=now)
        self._watch = asyncio.get_running_loop().call_later(self._looks, self._look)


async def _beat(step: Step) -> None:
    try:
        await step()
    except Exception as error:
        log.error("a beat failed", step=step.__name__, error=type(error).__name__)
