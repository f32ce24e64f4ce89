"""No workspace is asked more often than it takes, nor before it wants to be asked again."""

import pytest

from bot.look_ups import LookUps

HERE, ELSEWHERE = ("slack", "T1"), ("slack", "T2")


class Watch:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch()
    monkeypatch.setattr("bot.look_ups.monotonic", watch)
    return watch


def taken(look_ups: LookUps) -> int:
    """So many are looked up there now."""
    count = look_ups.allowed(*HERE)
    for _ in range(count):
        look_ups.count(*HERE)
    return count


def test_in_a_minute_a_workspace_is_asked_as_often_as_it_takes(watch: Watch) -> None:
    look_ups, counts = LookUps(30), list[int]()
    for _ in range(121):
        counts.append(taken(look_ups))
        watch.now += 0.5
    assert (counts[0], max(counts[1:])) == (5, 1)
    assert sum(counts) in (34, 35), "a few at once, and thirty in a minute"
    assert look_ups.allowed(*ELSEWHERE) == 5


def test_who_is_asked_to_wait_waits_and_goes_on_one_by_one(watch: Watch) -> None:
    look_ups = LookUps(30)
    look_ups.pause(*HERE, 60)
    look_ups.pause(*HERE, 10)
    assert (taken(look_ups), look_ups.paused(*HERE).total_seconds(), look_ups.allowed(*ELSEWHERE)) == (0, 60, 5)
    watch.now += 59
    assert taken(look_ups) == 0
    watch.now += 1.5
    assert (taken(look_ups), look_ups.paused(*HERE).total_seconds()) == (1, 0)
