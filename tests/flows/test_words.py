"""What people write while a question waits: an honest answer is never refused, and a command never taken in silence."""

from datetime import date, time

import pytest

from bot.sample import CALENDAR
from tests.world import Rules, told


def asked() -> Rules:
    """A team whose members have just been asked to convene."""
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", cai="teacher")
    rules.starts("ana")
    rules.until(CALENDAR.at(date(2027, 2, 1), time(9)))
    return rules


@pytest.mark.parametrize(
    "words",
    ["Leave room for play", "Quiet reading", "Hold every pupil to high standards", "Reflect more", "Stand up for kids"],
)
def test_words_that_begin_like_a_command_which_cannot_be_given_may_be_the_answer(words: str) -> None:
    rules = asked()
    reply = rules.types("ben", words)

    assert "Or is it your answer? Nothing is noted yet." in told(reply)
    [mine] = [button for button in reply.message.buttons if button.label == "It is my answer"]
    rules.says("ben", mine.says)
    [conversation] = [each for each in rules.room.conversations.values() if each.member == "ben"]
    assert [each.value for each in conversation.answers.values()] == [words]


def test_what_the_program_guesses_is_no_refusal() -> None:
    said = told(asked().says("ben", "Should we move the bell?"))
    assert "facilitator" not in said
    assert "I do not understand" in said
