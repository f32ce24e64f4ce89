"""Everybody is written to in the language that they named: it goes before the account's and the roster's."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from flows.people import Member
from tests.world import Rules, told


def team() -> Rules:
    return Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", kay="observer")


@pytest.mark.parametrize(
    "words", ["language es", "language Spanish", "language Español", "language in Spanish, please", "idioma español"]
)
def test_a_language_is_named_by_its_code_or_its_name_and_answered_in_it(words: str) -> None:
    rules = team()
    for said in (rules.says("ben", words), rules.types("kay", words)):
        assert told(said) == "Desde ahora te escribo en español."
        assert said.message.language == "es"

    assert told(rules.says("ben", "language")).startswith("Te escribo en español. ¿Qué idioma prefieres?")
    assert "Lo que puedes hacer" in told(rules.says("kay", "help"))
    assert told(rules.says("ben", "language inglés")) == "From now on I write to you in English."


@pytest.mark.parametrize("words", ["language", "idioma", "español"])
def test_who_names_none_is_shown_which_there_are(words: str) -> None:
    said = team().types("ben", words)

    assert told(said).startswith("I write to you in English.")
    assert [(each.label, each.says) for each in said.message.buttons] == [
        ("English", "language en"),
        ("Español", "language es"),
    ]


def test_a_language_in_which_nobody_has_written_the_words_is_refused() -> None:
    rules = team()

    assert told(rules.says("ben", "language Klingon")).startswith(
        "I cannot write in “Klingon”. I can write in English and español."
    )
    assert rules.room.member("ben").language == "en"


def test_what_the_account_says_counts_until_a_language_is_named_in_the_chat() -> None:
    def told_by_the_account(member: Member, locale: str) -> str:
        return member.as_told("", "", locale, "", True, date(2027, 2, 1)).language

    rules = team()
    ben = rules.room.member("ben")
    assert told_by_the_account(ben, "es-MX") == "es"

    rules.says("ben", "language en")
    assert told_by_the_account(rules.room.member("ben"), "es-MX") == "en"
    assert told_by_the_account(replace(rules.room.member("ben"), chosen_language=""), "es-MX") == "es"


def test_what_is_asked_next_is_asked_in_the_language_that_was_named() -> None:
    rules = team()
    rules.says("ben", "language es")
    rules.starts("ana")
    rules.until(rules.now + timedelta(hours=1))

    assert {each.member: each.language for each in rules.room.conversations.values()} == {
        "lena": "en",
        "ana": "en",
        "ben": "es",
    }


def test_words_that_only_begin_like_the_command_may_be_the_answer_all_the_same() -> None:
    rules = team()
    rules.starts("ana")
    rules.until(rules.now + timedelta(hours=1))
    said = rules.types("ben", "Language arts in every subject")

    assert rules.room.member("ben").language == "en"
    assert [each.label for each in said.message.buttons] == ["It is my answer"]
