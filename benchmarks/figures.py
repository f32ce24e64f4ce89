"""The figures: each part of a run is kept in figures.json with its machine, date and commit, whenever it was run."""

import json
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from os import cpu_count
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("figures.json")

Figures = dict[str, Any]


def kept() -> Figures:
    """Return all parts as they were measured last."""
    known: Figures = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    return known


def keep(part: str, measured: Sequence[Any], seconds: float) -> Figures:
    """Put a part that was just measured in place of what is known of it, and return all parts."""
    rows = [{name: _rounded(value) for name, value in asdict(each).items()} for each in measured]
    known = kept()
    known[part] = {"when": f"{datetime.now(UTC):%Y-%m-%d}", "commit": COMMIT, "machine": machine()}
    known[part] |= {"seconds": round(seconds), "rows": rows}
    FILE.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return known


def machine() -> str:
    """What it ran on: cores, processor, memory, system and Python."""
    memory = int(Path("/proc/meminfo").read_text("ascii").split()[1]) / 1024**2
    model = next(
        (each.partition(":")[2].strip() for each in _processor() if each.startswith("model name")), platform.machine()
    )
    return f"{cpu_count()} cores of {model}, {memory:.0f} GB, {platform.system()}, Python {platform.python_version()}"


def _processor() -> list[str]:
    return Path("/proc/cpuinfo").read_text("utf-8").splitlines()


def _rounded(value: Any) -> Any:
    return float(f"{value:.4g}") if isinstance(value, float) else value


def _commit() -> str:
    """The commit, with a plus where something differs from it; empty outside of a repository."""
    command = ["git", "describe", "--always", "--abbrev=10", "--dirty=+"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


COMMIT = _commit()
"""asked before anything is written down"""
