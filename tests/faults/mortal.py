"""The service as `leadcycle serve` runs it, in a process that dies at the moment that a test names.

Nothing of it is in the product: what dies stands at seams that the product has anyway. The delays are short, so that
a lease ends while somebody watches.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache, wraps
from importlib import import_module
from typing import Any

from adapters.slack.answers import Answers
from adapters.slack.app import Slack
from bot import __main__, app, capturing, conductor
from bot.app import Application
from bot.config import Settings
from bot.delays import Delays
from bot.dispatcher import Dispatcher
from bot.scheduler import Metronome, Step
from storage import claims, engines, inbox
from tests.faults import prompts

QUICK = Delays(
    request=0.5,
    lease=1.6,
    look_after=0.4,
    look_again=0.3,
    trouble=0.2,
    look_ups=60_000,
    retry=0.05,
    poll=0.02,
    longest_poll=0.1,
    tend=0.1,
)
HUNG_SECONDS = 1
"""after which PostgreSQL ends the transaction of a process that stands still"""
BEAT = 0.2
"""seconds between two looks at what nobody has heard"""
SENDING = ("claiming", "leased", "marking", "in flight", "leaving", "posted", "settling", "settled")
"""moments of a message that goes out; those in -ing are before a commit, leaving is after the last look at the lease"""
IN_PASSING = 60
"""the message that is leaving then: there are connections by now, and nothing is waited for before its bytes leave"""
HEARING = ("capturing", "captured", "acknowledged", "acting")
"""moments of an event that comes in; from the acknowledgement on it waits for ever, so that this one is seen"""
ANSWERING = ("answering", "answered")
"""moments of one that is answered at once: it is acted on and the answer not given, or given and not noted so"""


def live(environment: Mapping[str, str], at: str = "", how: int = signal.SIGKILL) -> None:
    """Run the service with these settings; it gets the signal `how` when the moment `at` comes first."""
    os.environ.update(environment)
    moment = _Moment(at, how)
    app.Dispatcher = _with(moment.comes)  # type: ignore[misc, assignment]
    app.Metronome = _quick  # type: ignore[misc, assignment]
    conductor.UNHEARD_AFTER = timedelta(seconds=BEAT)
    engines.IDLE_SECONDS = engines.TRANSACTION_SECONDS = HUNG_SECONDS
    moment.follows(claims, "_take", "claiming")
    moment.follows(claims, "mark_inflight", "marking")
    moment.precedes(Slack, "send", "leaving", IN_PASSING)
    moment.follows(Dispatcher, "_follow_up", "settling")
    moment.follows(inbox, "capture", "capturing")
    moment.follows(capturing.Captures, "capture", "captured")
    moment.holds_up(conductor.Conductor, "hear", "acknowledged")
    moment.holds_up(conductor, "_settle", "acting")
    moment.holds_up(Answers, "give", "answering")
    moment.holds_up(conductor.Conductor, "shown", "answered")
    sys.argv = ["leadcycle", "serve"]
    __main__.main()


class _Moment:
    """The one moment at which this process dies, or stands still, or waits."""

    def __init__(self, name: str, how: int) -> None:
        self._name = name
        self._how = how

    def comes(self, name: str) -> None:
        """Get the signal if this is the moment: nothing runs any more, nothing is flushed."""
        if name == self._name:
            self._name = ""
            os.kill(os.getpid(), self._how)

    def precedes(self, owner: Any, work: str, name: str, times: int = 1) -> None:
        """It comes just before this work is done for the time with this number."""
        done, left = getattr(owner, work), iter(range(times - 1))

        @wraps(done)
        async def worked(*given: Any, **more: Any) -> Any:
            if next(left, None) is None:
                self.comes(name)
            return await done(*given, **more)

        setattr(owner, work, worked)

    def follows(self, owner: Any, work: str, name: str) -> None:
        """It comes just after this work."""
        done = getattr(owner, work)

        @wraps(done)
        async def worked(*given: Any, **more: Any) -> Any:
            result = await done(*given, **more)
            self.comes(name)
            return result

        setattr(owner, work, worked)

    def holds_up(self, owner: Any, work: str, name: str) -> None:
        """This work never comes to its end: somebody watches, and kills the process then."""
        if name == self._name:
            setattr(owner, work, _forever)


async def _forever(*given: Any) -> None:
    await asyncio.Event().wait()


def _with(comes: Callable[[str], None]) -> Callable[..., Dispatcher]:
    def dispatcher(database: Any, adapters: Any, judge: Any, delays: Any, **more: Any) -> Dispatcher:
        return Dispatcher(database, adapters, judge, QUICK, crash_point=comes, **more)

    return dispatcher


def _quick(steps: Mapping[Step, float]) -> Metronome:
    return Metronome({step: min(seconds, BEAT) if seconds <= 10 else seconds for step, seconds in steps.items()})


async def practise(environment: Mapping[str, str], *urls: str) -> None:
    """Live once on each of these databases, until messages of all kinds are settled: all is loaded and compiled then.

    The scripts are read once, too: nobody changes them.
    """
    import_module("bot.cli")
    app.load_scripts = cache(app.load_scripts)
    for url in urls:
        app.Dispatcher = _with(lambda name: None)  # type: ignore[misc, assignment]
        settings = Settings(database_url=url, **{name: text for name, text in environment.items() if "SLACK" in name})
        application = await Application.prepare(settings)
        await prompts.come_due(application.database, prompts.EACH)
        sending = asyncio.create_task(application.dispatcher.run())
        while await prompts.unsettled(application.database):  # noqa: ASYNC110 (the database tells nobody)
            await asyncio.sleep(QUICK.poll)
        application.dispatcher.stop()
        await sending
        for platform in application.platforms:
            await platform.close()
        await application.database.close()
