"""Who says hello hears who is there, and the cycle's status is one word away."""

from dataclasses import replace

import pytest

from tests.world import Rules, told


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("word", ["hello", "Hi!", "hola"])
def test_a_greeting_is_answered_by_who_is_there_and_the_ways_on(language: str, word: str) -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher")
    rules.room = rules.room.having([replace(rules.room.member("ben"), language=language)])

    for said in (rules.types("ben", word), rules.says("ben", word)):
        assert "Leadcycle" in told(said)
        assert "Ben" in told(said)
        assert [button.says for button in said.message.buttons] == ["who sees what", "help"]


def test_status_is_the_status_of_the_cycle() -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher")
    rules.starts("ana")

    assert told(rules.says("ben", "status")) == told(rules.says("ben", "cycle status"))
