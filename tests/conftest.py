"""What all tests share."""

import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

pytest_plugins = ["tests.databases", "tests.slack.process", "tests.slack.stand_in", "tests.slack.school", "tests.world"]


def _quiet(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Print only what went wrong; a test that wants the rest captures it."""
    if method in ("debug", "info"):
        raise structlog.DropEvent
    return event


structlog.configure(
    processors=[_quiet, structlog.processors.format_exc_info, structlog.dev.ConsoleRenderer()],
    logger_factory=structlog.PrintLoggerFactory(sys.stderr),
)
