"""Breaks the code on purpose, in one way after the other, and says whether the tests notice.

python -m tests.faults.broken                  all of the ways
python -m tests.faults.broken look-up fence    those whose names hold one of these words

Nothing is changed here: each way is tried in a copy of the tree. Before that the same tests pass in a copy as it is.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(".*", "node_modules", "__pycache__", "*.db")
CRASHES = "tests/faults/test_crash_points.py::test_when"
DELIVERY = "tests/bot/test_dispatcher.py::test_"
SENDS = f"{CRASHES}ever_a_process_dies_that_sends_each_prompt_stands_there_once"
HEARS = f"{CRASHES}ever_a_process_dies_that_hears_somebody_they_get_one_answer"
STANDS_STILL = f"{CRASHES}ever_processes_stand_still_beyond_their_leases_nothing_stands_there_twice"


@dataclass(frozen=True, slots=True)
class Breakage:
    """One way to break the code."""

    name: str
    """as the page says it"""
    file: str
    before: str
    """stands there once"""
    after: str
    tests: tuple[str, ...]
    """those that have to notice"""


BREAKAGES = (
    Breakage(
        "drop the look-up: what is unsure is sent again",
        "bot/dispatcher.py",
        "        if row.replaces:\n            return settlements.again",
        "        if row:\n            return settlements.again",
        (f"{SENDS}[posted-sqlite]",),
    ),
    Breakage(
        "what was in flight is ready again when its lease ends",
        "storage/recovery.py",
        ".values(**unsure, **free)",
        ".values(state=State.READY, **free)",
        (f"{SENDS}[posted-sqlite]",),
    ),
    Breakage(
        "acknowledge before the commit",
        "adapters/slack/app.py",
        "is_new = await self._ears.capture(heard.event)",
        "is_new = bool(self._background.later(self._ears.capture(heard.event)))",
        (f"{HEARS}[sqlite-capturing]", f"{HEARS}[postgresql-capturing]"),
    ),
    Breakage(
        "forget what was acknowledged and not acted on",
        "bot/conductor.py",
        "found = await everywhere.unheard(looking, UNHEARD_AFTER)",
        "found = await everywhere.unheard(looking, timedelta(days=1))",
        (f"{HEARS}[sqlite-acknowledged]",),
    ),
    Breakage(
        "note an event as done before it is acted on",
        "bot/conductor.py",
        "            if event is None:\n                return None\n            if school:\n",
        "            if event is None:\n                return None\n"
        "            await store.change(inbox._DONE, platform=platform, key=key, now=store.now)\n"
        "        async with self._database.begin(tenant) as store:\n"
        "            if school:\n",
        (f"{HEARS}[sqlite-acting]",),
    ),
    Breakage(
        "skip the fence: whoever settles may",
        "storage/settlements.py",
        "return is_mine or (settlement.state is State.SENT and is_lost_sight_of)",
        "return True",
        (STANDS_STILL,),
    ),
    Breakage(
        "skip the last look at the lease",
        "bot/dispatcher.py",
        "if monotonic() - began > self._delays.lease - self._delays.request:",
        "if monotonic() < began:",
        (f"{DELIVERY}a_worker_that_slept_beyond_its_lease_sends_nothing",),
    ),
    Breakage(
        "leave the copies",
        "bot/copies.py",
        "        self._kept += copies\n",
        "",
        (STANDS_STILL,),
    ),
    Breakage(
        "give up settling when the lease is over",
        "bot/dispatcher.py",
        "                if monotonic() - began > self._delays.lease:\n",
        "                if monotonic() > self._delays.lease:\n",
        (f"{DELIVERY}what_came_of_a_post_is_written_down_also_when_the_database_fails_after_the_lease",),
    ),
    Breakage(
        "no limit on what hangs in PostgreSQL",
        "storage/engines.py",
        'f"{IDLE_SECONDS}s"',
        '"0"',
        (STANDS_STILL,),
    ),
    Breakage(
        "leases never end",
        "storage/recovery.py",
        "_OVER = is_over(_OUTBOX.c.lease_until, LEASE_ENDS)",
        "_OVER = _OUTBOX.c.lease_until.is_(None)",
        (f"{CRASHES}_a_process_dies_at_each_of_these_moments_the_others_send_what_it_held",),
    ),
    Breakage(
        "send what was claimed before the platform said “too many”",
        "bot/dispatcher.py",
        "if rows and await lanes.is_paused(",
        "if not rows and await lanes.is_paused(",
        ("tests/bot/test_too_many.py",),
    ),
    Breakage(
        "let go of what waits for a post as soon as that is claimed",
        "storage/outbox.py",
        "state = State.READY if post.message_id else State.WAITING",
        "state = State.READY",
        (f"{SENDS}[posted-sqlite]",),
    ),
)


@contextmanager
def broken(breakage: Breakage | None) -> Iterator[Path]:
    """A copy of the tree that is broken in this way, or as it is."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "copy"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        if breakage:
            (copy / breakage.file).write_text(applied(breakage))
        yield copy


def applied(breakage: Breakage) -> str:
    """The text of the file, broken in this way; raises LookupError where it is not there, or not once."""
    text = (ROOT / breakage.file).read_text()
    if text.count(breakage.before) != 1:
        raise LookupError(f"{breakage.file} does not hold this once, change the breakage: {breakage.before!r}")
    return text.replace(breakage.before, breakage.after)


def complaint(copy: Path, tests: Sequence[str]) -> str:
    """What the tests say there, in a line; empty when they pass."""
    command = (sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests)
    where = {**os.environ, "PYTHONPATH": str(copy)}
    done = subprocess.run(command, cwd=copy, env=where, capture_output=True, text=True)
    if done.returncode == 0:
        return ""
    if done.returncode != 1:
        raise RuntimeError(f"The tests could not be run:\n{done.stdout}{done.stderr}")
    said = [line.removeprefix("E").strip() for line in done.stdout.splitlines() if line.startswith("E  ")]
    return said[0] if said else done.stdout.splitlines()[-1]


def main() -> None:
    """Try them; ends with the number of those that nobody noticed."""
    words = sys.argv[1:]
    chosen = [each for each in BREAKAGES if not words or any(word in each.name for word in words)]
    with broken(None) as copy:
        if said := complaint(copy, sorted({test for each in chosen for test in each.tests})):
            sys.exit(f"The tests fail where nothing is broken: {said}")
    unnoticed = 0
    for each in chosen:
        with broken(each) as copy:
            said = complaint(copy, each.tests)
        unnoticed += not said
        print(f"{'noticed' if said else 'NOT NOTICED'}: {each.name}\n    {said}", flush=True)
    sys.exit(unnoticed)


if __name__ == "__main__":
    main()
