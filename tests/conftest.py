"""What all tests share."""

import logging
import sys

import structlog

pytest_plugins = ["tests.databases", "tests.world"]

structlog.configure(
    wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    logger_factory=structlog.PrintLoggerFactory(sys.stderr),
)
