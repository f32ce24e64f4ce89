"""Every example that help gives is a command that is taken as it stands, in each language."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, time, timedelta
from functools import cache

import pytest

from bot.sample import CALENDAR
from flows.command_table import COMMANDS
from flows.commands import Call, Unsure
from flows.decision_records import Ask
from flows.records import Action
from tests.world import Rules, scripts, told

THURSDAY = CALENDAR.at(date(2027, 2, 4), time(9))


def examples(language: str) -> Iterator[tuple[str, str]]:
    """Each command that a line of help shows after its colon; words of one's own stand for the dots."""
    phrases = scripts().phrases(language)
    for key, sentence in phrases.sentences.items():
        _, colon, shown = sentence.partition(": ")
        if key.startswith("help.") and colon:
            words = (each.replace("…", "the bell rings") for each in shown.split(", "))
            yield from ((language, each) for each in words if COMMANDS.find(each))


@cache
def prepared(language: str, before: tuple[str, ...]) -> Rules:
    """A team with a cycle, an action, an ask and decisions, in which somebody said these words before."""
    rules = Rules(THURSDAY, lena="administrator", ana="teacher, facilitator", ben="teacher", cara="teacher")
    rules.room = rules.room.having(replace(each, language=language) for each in rules.room.members)
    if not before:
        return rules
    rules.starts("ana")
    due = date(2027, 3, 1)
    asked = Ask("team", 2, 1, "A room", "time", "We meet there", "ben", "lena", due, rules.now)
    rules.room = rules.room.having([Action("team", 3, 1, "Step", "ana", due, "ana", state="open"), asked])
    for number in (1, 2, 3):
        rules.says("ben", "decide")
        rules.fills("ben", "order decide", question=f"Shall we {number}?", mode="consent")
        rules.says("ben", f"decide post {number}")
    for words in before:
        rules.says("lena", words)
    rules.now += timedelta(hours=1)
    return rules


BEFORE = {
    "cycle start": (),
    "cycle reopen": ("cycle next because we are quick", "cycle next because we are quick"),
    "team back": ("team left Ana confirmed",),
}
"""What an example needs besides a cycle."""


@pytest.mark.parametrize(("language", "words"), [*examples("en"), *examples("es")])
def test_what_help_gives_as_an_example_is_taken(language: str, words: str) -> None:
    rules = prepared(language, next((BEFORE[each] for each in BEFORE if words.startswith(each)), ("cycle status",)))
    found = COMMANDS.find(words)
    assert found
    command, rest = found
    says = "lena" if words.startswith(("team", "ask")) else "ana"
    with suppress(Unsure):  # a day that was typed is read back
        command.run(Call(rules.room.told_to(says), rules.room.member(says), rules.now, rest, "key", typed=True))


def test_after_a_cycle_help_shows_no_example_that_is_refused_then() -> None:
    rules = Rules(THURSDAY, lena="administrator", ana="teacher, facilitator", ben="teacher")
    rules.starts("ana")
    for _ in range(5):
        rules.says("ana", "cycle next because we are quick")
    shown = told(rules.says("ana", "help cycle"))

    assert "cycle start in the room" in shown
    assert "cycle start 10 weeks" not in shown
    assert "reopen needs" not in shown
