"""What people wish in plain words: it is read back, and an honest answer that holds such words stays one."""

from dataclasses import replace
from datetime import date

import pytest

from flows.messages import Form
from tests.flows.test_words import answers, asked, mine, says, team
from tests.world import Rules, told

TODAY = "leave 2027-02-01"


def of(language: str, who: str, rules: Rules) -> Rules:
    """The same team, in which this person reads another language."""
    rules.room = rules.room.having([replace(rules.room.member(who), language=language)])
    return rules


# ---------------------------------------------------------------- a day of leave


@pytest.mark.parametrize("in_chat", [False, True])
@pytest.mark.parametrize(
    ("language", "words", "meant"),
    [
        ("en", "I am out sick today", TODAY),
        ("en", "I’m out sick tomorrow", "leave 2027-02-02"),
        ("en", "out sick, back thursday", "leave 2027-02-01 to 2027-02-03"),
        ("en", "Sorry, I'm home sick with the flu", TODAY),
        ("en", "not in today", TODAY),
        ("en", "I will be absent on Friday", "leave 2027-02-05"),
        ("en", "On the 14th I won't be in, sorry!", "leave 2027-02-14"),
        ("en", "Tomorrow my kid is sick - back on 2/5", "leave 2027-02-02 to 2027-02-04"),
        ("es", "No voy a ir mañana, lo siento", "leave 2027-02-02"),
        ("es", "ausente del 10 al 12 de febrero", "leave 2027-02-10 to 2027-02-12"),
        ("es", "Buenos días, estoy en casa con fiebre, vuelvo el jueves", "leave 2027-02-01 to 2027-02-03"),
    ],
)
def test_being_away_is_read_back_in_whatever_words_it_is_said(
    language: str, words: str, meant: str, in_chat: bool
) -> None:
    rules = asked(language, in_chat)
    reply = rules.types("ben", words)

    assert says(reply) == [meant, "leave"]
    assert f": {meant}" in told(reply), "for those who type"
    assert not rules.room.leaves
    assert not answers(rules)
    rules.says("ben", mine(reply))
    assert answers(rules) == [words]


def test_being_away_counts_once_it_was_confirmed_also_where_nothing_waits() -> None:
    rules = team()
    for way in (rules.types, rules.says):
        [yes, _] = says(way("ben", "out sick, back thursday"))
        assert not rules.room.leaves
    rules.says("ben", yes)
    assert [(each.member, each.last) for each in rules.room.leaves] == [("ben", date(2027, 2, 3))]


@pytest.mark.parametrize("in_chat", [False, True])
@pytest.mark.parametrize(
    "words",
    [
        "Students are out sick a lot",
        "I am out of ideas",
        "Being absent less",
        "Not in my room",
        "Late start on Wednesdays",
        "No school-wide plan",
        "A student died last year and we need support",
        "Stop everything-goes grading",
        "Stop asking students to copy",
    ],
)
def test_an_honest_answer_that_holds_such_words_is_the_answer_at_once(words: str, in_chat: bool) -> None:
    rules = asked(in_chat=in_chat)
    rules.types("ben", words)

    assert answers(rules) == [words]


def test_days_that_are_not_clear_are_said_and_the_words_may_be_the_answer() -> None:
    rules = asked()
    reply = rules.types("ben", "sick next Friday")

    assert "Did you mean Friday, February 5 or Friday, February 12?" in told(reply)
    assert mine(reply)
    assert "would end before it starts" in told(team().types("ben", "out Friday, back tomorrow"))


# ---------------------------------------------------------------- fewer messages


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "can you stop asking me this"),
        ("en", "Please stop all messages now"),
        ("es", "por favor, no me preguntes más esto"),
    ],
)
def test_fewer_questions_can_be_asked_for_in_several_words(language: str, words: str) -> None:
    rules = asked(language, in_chat=True)
    reply = rules.types("ben", words)

    assert says(reply) == ["quiet", "leave", "stop convene"]
    assert not answers(rules)


# ---------------------------------------------------------------- a closed school


@pytest.mark.parametrize(
    ("language", "words", "meant"),
    [
        ("en", "snow day", "closure 2027-02-01 Snow day"),
        ("en", "school is closed today because of ice", "closure 2027-02-01 because of ice"),
        ("en", "No school tomorrow due to flooding!", "closure 2027-02-02 because flooding"),
        ("es", "cierre hoy por nieve", "closure 2027-02-01 because nieve"),
        ("es", "cerrado mañana", "closure 2027-02-02"),
        ("es", "No hay clases por 3 días", "closure 2027-02-01 to 2027-02-03"),
    ],
)
def test_a_closed_school_is_read_back_to_its_administrator(language: str, words: str, meant: str) -> None:
    for rules in (of(language, "lena", asked()), of(language, "lena", team())):
        before = rules.room.school
        reply = rules.types("lena", words)
        assert says(reply) == [meant, "closure"]
        assert rules.room.school == before
        rules.says("lena", meant)
        assert rules.room.school != before


def test_who_cannot_close_the_school_hears_whom_to_tell() -> None:
    rules = asked(in_chat=True)
    for words in ("snow day", "late start tomorrow"):
        reply = rules.types("ben", words)
        assert "Nothing is closed. Please tell Lena L.: only an administrator" in told(reply)
        assert mine(reply)
    assert not answers(rules)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "late start tomorrow"), ("en", "closure tomorrow 2 hour delay"), ("es", "entramos tarde mañana")],
)
def test_a_day_that_begins_late_is_never_closed_unasked(language: str, words: str) -> None:
    rules = of(language, "lena", team())
    before = rules.room.school
    reply = rules.types("lena", words)

    assert says(reply) == ["closure 2027-02-02 to 2027-02-02"]
    assert ("Nothing is closed." if language == "en" else "No se cerró nada.") in told(reply)
    assert rules.room.school == before


# ---------------------------------------------------------------- everything stopped


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "please stop everything, a student died"),
        ("en", "A student died this morning, can you please stop everything"),
        ("en", "Stop everything until we know more about the accident"),
        ("en", "A teacher passed away last night"),
        ("es", "suspender todo"),
        ("es", "Falleció un estudiante"),
    ],
)
@pytest.mark.parametrize("who", ["lena", "ana"])
def test_everything_is_stopped_after_one_press_and_nobody_believes_that_it_was_before(
    language: str, words: str, who: str
) -> None:
    for rules in (of(language, who, asked()), of(language, who, team())):
        reply = rules.types(who, words)
        assert ("Nothing is stopped yet." if language == "en" else "Todavía no se detuvo nada.") in told(reply)
        assert not rules.room.hold
        [hold] = says(reply)
        rules.says(who, hold)
        assert rules.room.hold
        again = told(rules.types(who, words))
        assert ("Everything is on hold" if language == "en" else "Todo está detenido") in again


def test_what_a_command_carries_is_no_wish() -> None:
    rules = team()
    assert isinstance(rules.says("ana", "decide Shall we stop everything on Fridays?"), Form)

    rules = asked()
    words = "Please stop everything that takes lessons away"
    rules.says("ben", mine(rules.types("ben", words)))
    assert answers(rules) == [words]


def test_who_cannot_stop_everything_hears_whom_to_tell() -> None:
    for rules in (asked(), asked(in_chat=True), team()):
        said = told(rules.types("ben", "a student died"))
        assert "I have stopped nothing. Please tell Lena L. and Ana A. now" in said
        assert not answers(rules)


# ---------------------------------------------------------------- commands by their Spanish names


def test_commands_without_words_are_called_by_their_spanish_names() -> None:
    rules = of("es", "lena", team())
    assert "Días sin clases" in told(rules.types("lena", "cierres"))
    rules.says("lena", "hold because nieve")
    rules.types("lena", "Reanudar")
    assert not rules.room.hold
    assert says(rules.types("lena", "mejor hora")) == ["best time"]


@pytest.mark.parametrize(("said", "kept"), [("noon", "12:00"), ("8", "08:00"), ("at 1", "13:00"), ("1:05 pm", "13:05")])
def test_a_best_time_is_read_as_people_say_it(said: str, kept: str) -> None:
    rules = team()
    rules.types("ben", f"best time {said}")
    assert rules.room.member("ben").best_time == kept


def test_quiet_may_be_asked_for_politely() -> None:
    rules = team()
    assert "remind you of nothing" in told(rules.types("ben", "quiet please"))
