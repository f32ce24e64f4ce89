"""A pause lasts until somebody resumes: an end day is not taken for a reason."""

import pytest

from flows.timetable import standing
from tests.world import Rules, told


def team() -> Rules:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher")
    rules.starts("ana")
    return rules


def is_paused(rules: Rules) -> bool:
    here = standing(rules.room)
    return here is not None and here.paused


@pytest.mark.parametrize(
    "words", ["until Friday", "till 3/14", "until next Friday", "for 2 weeks", "next week", "Friday", "until the 14th"]
)
def test_a_pause_with_an_end_day_pauses_nothing_and_says_how_it_ends(words: str) -> None:
    rules = team()
    reply = rules.says("ana", f"cycle pause {words}")

    assert "A pause has no end day: it lasts until somebody says cycle resume" in told(reply)
    assert not is_paused(rules)
    rules.says("ana", reply.message.buttons[0].says)
    assert is_paused(rules)


@pytest.mark.parametrize("words", ["", "because of testing", "because we test until Friday", "testing", "for good"])
def test_a_pause_with_a_reason_or_none_begins_at_once(words: str) -> None:
    rules = team()
    reply = told(rules.says("ana", f"cycle pause {words}"))

    assert is_paused(rules)
    assert ("No reason is needed." in reply) is (not words)
