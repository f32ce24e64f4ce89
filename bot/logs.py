"""Logs: one JSON line for each event, or readable on a terminal; ids and states, never people's words."""

import logging
import sys
import traceback
from collections.abc import Iterator

import structlog


def set_up(form: str = "auto", level: int = logging.INFO) -> None:
    """Send all logs from this level on to standard error in the wanted form, those of other packages too."""
    readable = form == "console" or (form == "auto" and sys.stderr.isatty())
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer()
    )
    told: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_where),
    ]
    structlog.configure(
        processors=[*told, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    last = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=last, foreign_pre_chain=[structlog.stdlib.add_logger_name, *told]
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # our steps tell their failures themselves


def _where(exc_info: structlog.typing.ExcInfo) -> str:
    """Return what failed and where, without an exception's message: it may quote what somebody typed."""
    return "".join(_failures(exc_info[1]))


def _failures(fault: BaseException) -> Iterator[str]:
    before = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    if before is not None:
        yield from _failures(before)
    yield from traceback.format_tb(fault.__traceback__)
    yield f"{type(fault).__module__}.{type(fault).__qualname__}\n"
