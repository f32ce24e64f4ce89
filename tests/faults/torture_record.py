"""The record of torture: what each slice did and what came of it, and what all of them add up to in the page."""

import json
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
RECORD = Path(__file__).with_name("torture.jsonl")
PAGE = ROOT / "docs" / "reliability.md"
NOT_CODE = (f":!{RECORD.relative_to(ROOT)}", f":!{PAGE.relative_to(ROOT)}")
"""what a slice itself changes"""
WANTED = {"postgresql": (10_000, 1_000_000), "sqlite": (2_000, 100_000)}
"""kills and prompts that all slices together are to reach"""
NAMES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}
COUNTED = ("lost", "twice", "misplaced", "stale", "unsettled", "fell", "looked up", "taken back")
COLUMNS = ("", "kills", "stops", "prompts", *COUNTED, "recovered", "slowest", "when", "commits")
HEAD = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}\n"
"""of the table of totals in the page, whose rows are written anew"""


@dataclass(frozen=True, slots=True)
class Slice:
    """What one run did on one database, and what came of it. What has a default is missing from the oldest lines."""

    date: str
    commit: str
    """with a plus where something was changed since"""
    database: str
    seconds: float
    kills: int
    fell: int
    """replicas that ended without being killed"""
    prompts: int
    lost: int
    twice: int
    unsettled: int
    """prompts of which the outbox does not say in the end that they were sent"""
    looked_up: int
    """look-ups of prompts whose process died before it knew whether they were posted"""
    taken_back: int
    """posts that a process deleted because another had posted the same"""
    slowest: float
    """seconds from being due to standing there, of the prompt that took longest"""
    misplaced: int = 0
    """prompts that stand before an earlier one of their conversation, or not under their post"""
    stale: int = 0
    """posts that do not show their newest words"""
    stops: int = 0
    """how often a replica stood still for longer than its lease, and went on"""
    seed: int | None = None
    """of the chance that chose when and whom"""
    recovered: tuple[float, float] | None = None
    """seconds from a blow until all that anybody held then was settled: of the median blow, and of the longest"""


def append(done: Slice) -> None:
    """Add a slice to the record."""
    with RECORD.open("a") as record:
        print(json.dumps(asdict(done)), file=record)


def commit() -> str:
    """What is checked out, with a plus where something was changed since."""
    is_dirty = _git("status", "--porcelain", "--", ".", *NOT_CODE)
    return _git("rev-parse", "--short", "HEAD") + "+" * bool(is_dirty)


def totals() -> str:
    """The table of what all slices add up to."""
    return HEAD + "\n".join(map(_totals, WANTED))


def write_down() -> None:
    """Put the totals into the page, in the place of the table of totals that is there."""
    before, mark, rest = PAGE.read_text().partition("|  | kills |")
    _, _, after = rest.partition("\n\n")
    if mark:
        PAGE.write_text(f"{before}{totals()}\n\n{after}")


def _totals(kind: str) -> str:
    slices = [each for each in _recorded() if each.database == kind]

    def total(name: str) -> str:
        return f"{sum(getattr(each, name) for each in slices):,}"

    kills, wanted = WANTED[kind]
    cells = [NAMES[kind], f"{total('kills')} of {kills:,}", total("stops"), f"{total('prompts')} of {wanted:,}"]
    cells += [total(name.replace(" ", "_")) for name in COUNTED]
    slowest = f"{max((each.slowest for each in slices), default=0.0):.1f} s"
    when = f"{slices[0].date[:10]} to {slices[-1].date[:10]}" if slices else ""
    commits = ", ".join(dict.fromkeys(each.commit for each in slices))
    return f"| {' | '.join([*cells, _recovered(slices), slowest, when, commits])} |"


def _recovered(slices: list[Slice]) -> str:
    known = [each.recovered for each in slices if each.recovered]
    if not known:
        return "–"
    half, longest = map(max, zip(*known, strict=True))
    return f"half in {half:.1f} s, all in {longest:.1f} s"


def _recorded() -> list[Slice]:
    return [Slice(**json.loads(line)) for line in RECORD.read_text().splitlines()] if RECORD.exists() else []


def _git(*asked: str) -> str:
    return subprocess.run(("git", *asked), cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
