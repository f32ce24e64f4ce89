"""Processes that are born quickly: a parent that has imported everything forks the service, again and again.

with nursery(folder, slack.settings, scratch) as born:
    life = born({"LEADCYCLE_DATABASE_URL": url}, at="posted")
    life.ended()
"""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Life:
    """One process, from its birth to its end."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        try:
            self._handle = os.pidfd_open(pid)
        except ProcessLookupError:
            self._handle = -1

    def ended(self, seconds: float = 20) -> bool:
        """Wait until it is no more, but no longer than this; tell whether it is."""
        if self._handle >= 0 and select.select([self._handle], [], [], seconds)[0]:
            os.close(self._handle)
            self._handle = -1
        return self._handle < 0

    def dies(self) -> None:
        """SIGKILL; returns when nothing is left of it."""
        self._gets(signal.SIGKILL)
        if not self.ended():
            raise TimeoutError("A process outlived SIGKILL.")

    def stands_still(self) -> None:
        """SIGSTOP: it keeps its connections and does nothing, like a machine that is suspended."""
        self._gets(signal.SIGSTOP)

    def is_still(self) -> bool:
        """Tell whether it stands still."""
        return Path(f"/proc/{self._pid}/stat").read_text().rpartition(") ")[2].startswith("T")

    def goes_on(self) -> None:
        """SIGCONT."""
        self._gets(signal.SIGCONT)

    def leaves(self) -> None:
        """SIGTERM: it ends what is under way, and goes; returns when it is gone."""
        self._gets(signal.SIGTERM)
        if not self.ended():
            raise TimeoutError("A process did not end.")

    def _gets(self, what: signal.Signals) -> None:
        if self._handle >= 0:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, what)


Birth = Callable[..., Life]


@contextmanager
def nursery(folder: Path, settings: Mapping[str, str], *urls: str) -> Iterator[Birth]:
    """Give what starts a process with these settings and more; all of them end with this one, and log into the folder.

    Their parent has practised on these databases, which are empty.
    """
    command = [sys.executable, "-m", "tests.faults.nursery"]
    where = {**os.environ, "PYTHONPATH": str(ROOT)}
    with (
        (folder / "services.log").open("a") as log,
        subprocess.Popen(
            command,
            cwd=folder,
            env=where,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            bufsize=1,
            process_group=0,
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        asked, told = process.stdin, process.stdout

        def born(more: Mapping[str, str], at: str = "", how: int = signal.SIGKILL) -> Life:
            print(json.dumps([{**settings, **more}, at, how]), file=asked)
            return Life(int(told.readline()))

        try:
            print(json.dumps([settings, *urls]), file=asked)
            yield born
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def _bear() -> None:
    """Fork the service for each line, until there are no more; the first one says where to practise before."""
    from bot import event_loop, logs
    from storage import engines
    from tests import databases
    from tests.faults import mortal

    engines.SYNCHRONOUS = databases.DURABLE
    for name, seconds in databases.LIMITS.items():
        setattr(engines, name, seconds)
    logs.set_up("json")
    settings, *urls = json.loads(sys.stdin.readline())
    event_loop.run(mortal.practise(settings, *urls))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who is dead leaves nothing behind
    for line in sys.stdin:
        child = os.fork()
        if not child:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(2, 1)
            mortal.live(*json.loads(line))
            os._exit(0)
        print(child, flush=True)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    _bear()
