"""The event loop of whatever runs long: the service, a told cycle."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from uvicorn.loops.auto import auto_loop_factory

Result = TypeVar("Result")

new_event_loop = auto_loop_factory()
"""uvloop's, which spends less on every step, or asyncio's own where there is no uvloop: on Windows."""


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Do the work as `asyncio.run` would, in that loop."""
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(work)
