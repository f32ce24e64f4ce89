"""The metronome beats at its pace, whatever somebody does to the machine's clock."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.scheduler import Metronome

HOUR = timedelta(hours=1)


class Beats:
    """A step that counts how often it was called."""

    def __init__(self) -> None:
        self.count = 0
        self._called = asyncio.Event()

    async def step(self) -> None:
        self.count += 1
        self._called.set()

    async def come(self, count: int) -> None:
        """Wait until there were so many more."""
        until = self.count + count
        async with asyncio.timeout(5):
            while self.count < until:
                self._called.clear()
                await self._called.wait()


class Machine(datetime):
    """The clock of a machine, which somebody sets."""

    ahead = timedelta()

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        return datetime.now(UTC) + cls.ahead


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> type[Machine]:
    """The clock that the metronome reads."""
    for module in ("apscheduler.schedulers.base", "bot.scheduler"):
        monkeypatch.setattr(f"{module}.datetime", Machine)
    monkeypatch.setattr(Machine, "ahead", timedelta())
    return Machine


@pytest.mark.parametrize("jump", [-HOUR, HOUR], ids=["back", "forth"])
async def test_a_clock_that_is_set_stops_no_beat(machine: type[Machine], jump: timedelta) -> None:
    beats = Beats()
    metronome = Metronome({beats.step: 0.05}, looks=0.02)
    metronome.start()
    await beats.come(2)
    for ahead in (jump, timedelta()):
        machine.ahead = ahead
        await beats.come(3)
    metronome.stop()


async def test_a_step_whose_time_has_not_come_is_called_no_sooner() -> None:
    slow, quick = Beats(), Beats()
    metronome = Metronome({slow.step: 60, quick.step: 0.02}, looks=0.01)
    metronome.start()
    await quick.come(5)
    metronome.stop()
    assert slow.count == 0
