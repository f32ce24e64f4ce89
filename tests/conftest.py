"""What all tests share."""

import gc
import os
import shutil
import sys
import tempfile
from asyncio import AbstractEventLoop
from collections.abc import Callable, Generator, Mapping, MutableMapping
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.event_loop import new_event_loop

MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3
"""bytes; all tests together take a fifth of it"""

pytest_plugins = [
    "tests.databases",
    "tests.slack.process",
    "tests.slack.stand_in",
    "tests.slack.school",
    "tests.teams.stand_in",
    "tests.teams.school",
    "tests.world",
]


def _has_room(folder: Path) -> bool:
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ROOM


if "TMPDIR" not in os.environ and _has_room(MEMORY):
    os.environ["TMPDIR"] = str(MEMORY)  # the databases of tests come and go, and no disk has to hear of it
    tempfile.tempdir = None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect thousands of tests without looking for waste among them, neither now nor while they run."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], AbstractEventLoop]]:
    """Every test runs in the loop in which the service does."""
    return {"of the service": new_event_loop}


def _quiet(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Print only what went wrong; a test that wants the rest captures it."""
    if method in ("debug", "info"):
        raise structlog.DropEvent
    return event


structlog.configure(
    processors=[_quiet, structlog.processors.format_exc_info, structlog.dev.ConsoleRenderer()],
    logger_factory=structlog.PrintLoggerFactory(sys.stderr),
)
