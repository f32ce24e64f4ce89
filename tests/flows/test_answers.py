"""Answers of every kind: what people write, what forms hold, what is said back."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from time import perf_counter
from typing import Any

import pytest

from bot.sample import CALENDAR
from flows.answers import LIMITS, NotAnAnswer, check, fits, read, show
from flows.dates import NoSuchDay, Today, read_past_day
from flows.loader import load_scripts
from flows.messages import Kind, Option
from flows.periods import past_period
from tests.flows.saying import as_said

PHRASES = load_scripts().phrases()
TODAY = Today(date(2027, 3, 3), CALENDAR, meets_on=3)  # a Wednesday; the team meets on Thursdays


@dataclass(frozen=True)
class Asked:
    kind: Kind
    options: tuple[Option, ...] = ()
    optional: bool = False
    budget: int = 0
    most: int = 0


def options(**labels: str) -> tuple[Option, ...]:
    return tuple(Option(key, label) for key, label in labels.items())


AREAS = options(teaching="Teaching", climate="School climate", family="Families", other="Something else")
AREA = Asked(Kind.OPTIONS, AREAS)
SEVERAL = Asked(Kind.SEVERAL, AREAS)
SCALE = Asked(Kind.SCALE, tuple(Option(str(n), f"{n}") for n in range(1, 6)))
ENDS = Asked(Kind.SCALE, (Option("1", "1 – It can wait"), Option("2", "2"), Option("3", "3 – This week")))
TEXT = Asked(Kind.TEXT)
DATE = Asked(Kind.DATE)
YES_NO = Asked(Kind.YES_NO)
PEOPLE = Asked(
    Kind.PERSON,
    options(m1="Ana Ruiz", m2="Ben Okafor", m3="José Díaz", m4="Ana Bell", m5="Lena van den Berg"),
)
NEEDS = options(a="Planning time", b="Reading groups", c="Fewer interruptions", d="Reading and writing, together")
DOTS = Asked(Kind.DOTS, NEEDS, budget=5, most=3)
NUMBERED = (Option("4", "Planning time"), Option("7", "Reading groups"), Option("12", "Clubs"))


def answer(asked: Asked, said: str, me: str = "") -> Any:
    return read(asked, said, TODAY, PHRASES, me)


def refusal(asked: Asked, said: str, me: str = "") -> str:
    with pytest.raises(NotAnAnswer) as refused:
        answer(asked, said, me)
    return as_said(str(refused.value))


# ---------------------------------------------------------------- text


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Need more planning time", "Need more planning time"),
        ("  two lines\nof it \n", "two lines\nof it"),
        ("no", "no"),
        ("*stars* and <tags> & {braces} \\", "*stars* and <tags> & {braces} \\"),
        ("👩🏽‍🏫 👍", "👩🏽‍🏫 👍"),
        ("مزيد من الوقت", "مزيد من الوقت"),
        ("NUL\x00 in it", "NUL in it"),
        ("half a \ud83d character", "half a  character"),
    ],
)
def test_text_is_kept_as_it_was_written(said, kept):
    assert answer(TEXT, said) == kept


@pytest.mark.parametrize("said", ["", "   ", "\n\t", "\x00", "\u200b\u200f", "\ufeff", "\u202e "])
def test_what_cannot_be_seen_is_no_answer(said):
    assert refusal(TEXT, said) == "Please write something here."


def test_a_novel_is_refused_with_the_room_there_is():
    assert "40,000 characters, and there is room for 2,000" in refusal(TEXT, "x" * 40_000)
    assert "room for 4,000" in refusal(Asked(Kind.LONG), "x" * 4_001)
    assert answer(Asked(Kind.LONG), "x" * LIMITS[Kind.LONG]) == "x" * 4_000


# ---------------------------------------------------------------- options


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("Teaching", "teaching"),
        ("teaching!", "teaching"),
        ("  SCHOOL   climate ", "climate"),
        ("2", "climate"),
        ("#2", "climate"),
        ("2.", "climate"),
        ("other", "other"),
        ("t", "teaching"),
        ("fam", "family"),
        ("climate", "climate"),
        ("“Families”", "family"),
    ],
)
def test_an_option_is_chosen_by_number_label_key_or_beginning(said, key):
    assert answer(AREA, said) == key


def test_a_near_miss_is_asked_back():
    assert refusal(AREA, "scool climat") == ("I do not find that here. Did you mean *School climate*? Then write 2.")


def test_what_could_be_two_options_is_asked_back():
    asked = Asked(Kind.OPTIONS, options(a="Reading groups", b="Reading time", c="Clubs"))

    assert refusal(asked, "reading") == "That could be “Reading groups” or “Reading time”. Which one?"


def test_what_is_no_option_is_said_back_and_marks_nothing_up():
    assert refusal(AREA, "*qwertz*") == ("I do not find “\\*qwertz\\*” here. Please write its number or its name.")
    assert len(refusal(AREA, "q" * 5_000)) < 200


def test_a_number_that_is_not_there_is_refused_with_those_that_are():
    assert "Please choose one of these: 1–4." in refusal(AREA, "9")
    assert "Please choose one of these: 4, 7, 12." in refusal(Asked(Kind.OPTIONS, NUMBERED), "1")


def test_options_with_numbers_of_their_own_are_chosen_by_these():
    assert answer(Asked(Kind.OPTIONS, NUMBERED), "7") == "7"
    assert answer(Asked(Kind.SEVERAL, NUMBERED), "12 and 4") == ["4", "12"]


def test_a_label_that_is_a_number_goes_before_the_place_in_the_list():
    grades = Asked(Kind.OPTIONS, options(third="3", fourth="4", fifth="5"))

    assert answer(grades, "3") == "third"


def test_no_option_is_chosen_by_punctuation():
    assert "I do not find" in refusal(AREA, "?!")


@pytest.mark.parametrize(
    ("said", "keys"),
    [
        ("1, 3", ["teaching", "family"]),
        ("3 1", ["teaching", "family"]),
        ("teaching and climate", ["teaching", "climate"]),
        ("Teaching, families & something else", ["teaching", "family", "other"]),
        ("teaching, and families", ["teaching", "family"]),
        ("families\nteaching", ["teaching", "family"]),
        ("1, 1, teaching", ["teaching"]),
        ("all", ["teaching", "climate", "family", "other"]),
        ("families", ["family"]),
    ],
)
def test_several_options_are_read_from_one_line(said, keys):
    assert answer(SEVERAL, said) == keys


def test_a_label_may_hold_a_comma_and_an_and():
    assert answer(Asked(Kind.SEVERAL, NEEDS), "Planning time, Reading and writing, together") == ["a", "d"]
    assert answer(Asked(Kind.SEVERAL, NEEDS), "Reading and writing, together and 3") == ["c", "d"]


def test_one_wrong_option_among_several_is_asked_back():
    assert "Did you mean *Families*" in refusal(SEVERAL, "teaching, famlies")


# ---------------------------------------------------------------- scale and yes/no


def test_a_point_on_a_scale_is_a_number():
    assert answer(SCALE, "4") == 4
    assert answer(ENDS, "this week") == 3
    assert answer(ENDS, "3 – This week") == 3
    assert "1–3" in refusal(ENDS, "5")


@pytest.mark.parametrize("said", ["yes", "Y", "Yeah!", "sure", "yes, one more", "👍", "👍🏽", "Yes please."])
def test_a_yes_is_said_in_many_words(said):
    assert answer(YES_NO, said) is True


@pytest.mark.parametrize("said", ["no", "NO.", "nope", "no, that was all", "No thanks", "that's all", "👎"])
def test_a_no_is_said_in_many_words(said):
    assert answer(YES_NO, said) is False


@pytest.mark.parametrize("said", ["no idea", "maybe", "42"])
def test_what_is_neither_yes_nor_no_is_asked_again(said):
    assert refusal(YES_NO, said) == "Please write yes or no."


# ---------------------------------------------------------------- people


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("Ben", "m2"),
        ("ben okafor", "m2"),
        ("@Ben", "m2"),
        ("Okafor", "m2"),
        ("jose", "m3"),
        ("Díaz", "m3"),
        ("Ana R", "m1"),
        ("van den Berg", "m5"),
        ("2", "m2"),
        ("me", "m4"),
        ("I will", "m4"),
    ],
)
def test_a_person_is_named_as_colleagues_do(said, key):
    assert answer(PEOPLE, said, me="m4") == key


def test_two_people_of_one_first_name_are_told_apart():
    assert refusal(PEOPLE, "Ana") == "That could be “Ana Ruiz” or “Ana Bell”. Which one?"


def test_a_misspelt_or_unknown_name_is_asked_back():
    assert "Did you mean *Ben Okafor*" in refusal(PEOPLE, "Bne Okafro")
    assert "I do not know anybody here called “Zaphod”" in refusal(PEOPLE, "Zaphod")


def test_me_is_nobody_where_the_speaker_cannot_be_chosen():
    assert "I do not know" in refusal(PEOPLE, "me", me="m9")


# ---------------------------------------------------------------- days


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2027-03-14", "2027-03-14"),
        ("3/14", "2027-03-14"),
        ("03/14/2027", "2027-03-14"),
        ("3-14-27", "2027-03-14"),
        ("14/3", "2027-03-14"),
        ("14 March", "2027-03-14"),
        ("March 14th", "2027-03-14"),
        ("Mar 14, 2027", "2027-03-14"),
        ("the 14th of march", "2027-03-14"),
        ("Sunday, March 14", "2027-03-14"),
        ("today", "2027-03-03"),
        ("Tomorrow.", "2027-03-04"),
        ("Friday", "2027-03-05"),
        ("on friday", "2027-03-05"),
        ("by Fri", "2027-03-05"),
        ("this Thurs", "2027-03-04"),
        ("in 5 days", "2027-03-08"),
        ("in two weeks", "2027-03-17"),
        ("in a week", "2027-03-10"),
        ("1 week", "2027-03-10"),
        ("1/1", "2028-01-01"),
        ("2/29", "2028-02-29"),
        ("sept 1", "2027-09-01"),
        ("May 7", "2027-05-07"),
        ("in 5 school days", "2027-03-10"),
        ("five school days", "2027-03-10"),
        ("in a school day", "2027-03-04"),
        ("in 25 school days", "2027-04-14"),
        ("the next school day", "2027-03-04"),
        ("next PLC", "2027-03-04"),
        ("on PLC day", "2027-03-04"),
        ("our next meeting", "2027-03-04"),
    ],
)
def test_a_day_is_read_as_people_write_it(said, day):
    assert answer(DATE, said) == day


@pytest.mark.parametrize("said", ["2027-03-02", "3/1", "March 2", "Feb 1 2027", "1/3/1999"])
def test_a_day_that_has_passed_is_refused(said):
    assert "is in the past" in refusal(DATE, said)


@pytest.mark.parametrize("said", ["2/30", "13/13", "31 April", "2027-02-29", "0/5"])
def test_a_day_that_does_not_exist_is_refused(said):
    assert "no such day" in refusal(DATE, said)


@pytest.mark.parametrize(
    "said", ["soon", "next week", "Friday or Monday", "3", "in many days", "2027", "14 March April"]
)
def test_what_is_no_day_is_refused_with_ways_to_write_one(said):
    assert refusal(DATE, said) == (
        "I cannot read that as a day. Please write it like this: Friday, 3/10, or in 5 school days."
    )


def test_a_day_that_could_be_two_is_read_back():
    assert refusal(DATE, "Wednesday") == (
        "Did you mean *Wednesday, March 3* or *Wednesday, March 10*? Please write the date."
    )
    assert "*Friday, March 5* or *Friday, March 12*" in refusal(DATE, "next Friday")
    assert answer(DATE, "Friday, March 12") == "2027-03-12"


def test_a_weekday_that_does_not_match_its_date_is_read_back():
    assert refusal(DATE, "Friday 3/11") == "3/11 is a Thursday. Which day did you mean?"


def test_a_year_with_a_slip_is_read_back():
    assert "March 14, 2072 is more than two years away" in refusal(DATE, "2072-03-14")


def test_days_follow_the_language():
    spanish = type(PHRASES)(PHRASES.sentences, PHRASES.lists, "es")

    assert read(DATE, "5/4", TODAY, spanish) == "2027-04-05"
    assert read(DATE, "viernes", TODAY, spanish) == "2027-03-05"
    assert show(DATE, "2027-03-12", spanish) == "viernes, 12 de marzo"


# ---------------------------------------------------------------- dots


@pytest.mark.parametrize(
    ("said", "dots"),
    [
        ("Planning time 3, Reading groups 2", {"a": 3, "b": 2}),
        ("1: 3, 2: 2", {"a": 3, "b": 2}),
        ("1=3; 3=1", {"a": 3, "c": 1}),
        ("planning: 2\nfewer: 1", {"a": 2, "c": 1}),
        ("Planning time 3 and Reading groups 2", {"a": 3, "b": 2}),
        ("3 dots on planning time, 2 to reading groups", {"a": 3, "b": 2}),
        ("Reading and writing, together 2", {"d": 2}),
        ("Planning 1, Planning 2", {"a": 3}),
        ("1 x2", {"a": 2}),
        ("1: 3, 2: 0", {"a": 3}),
    ],
)
def test_dots_are_read_from_one_line(said, dots):
    assert answer(DOTS, said) == dots


def test_more_dots_than_there_are_is_refused_with_both_numbers():
    assert refusal(DOTS, "1: 3, 2: 3") == "You have 5 dots to give, and that would be 6."


def test_more_dots_on_one_than_allowed_is_refused_with_its_name():
    assert refusal(DOTS, "1: 4") == "At most 3 dots can go to one, and *Planning time* would have 4."


def test_dots_without_a_number_are_asked_back():
    assert refusal(DOTS, "Planning time") == "How many dots does *Planning time* get? For example 1: 2."
    assert "at least one dot" in refusal(DOTS, "1: 0")
    assert "Did you mean *Planning time*" in refusal(DOTS, "planing tyme: 2")


# ---------------------------------------------------------------- forms


@pytest.mark.parametrize(
    ("asked", "value", "kept"),
    [
        (TEXT, " Planning time ", "Planning time"),
        (TEXT, "later", "later"),
        (AREA, "climate", "climate"),
        (AREA, "School climate", "climate"),
        (SEVERAL, ["family", "teaching"], ["teaching", "family"]),
        (SEVERAL, "teaching,family", ["teaching", "family"]),
        (SCALE, "3", 3),
        (SCALE, 3, 3),
        (DATE, "2027-03-14", "2027-03-14"),
        (YES_NO, True, True),
        (YES_NO, "false", False),
        (PEOPLE, "m2", "m2"),
        (DOTS, {"a": "3", "b": "", "c": None, "d": 0}, {"a": 3}),
        (DOTS, {"a": 3, "b": 2}, {"a": 3, "b": 2}),
        (DOTS, "1: 3", {"a": 3}),
        (Asked(Kind.OPTIONS, NUMBERED), "4", "4"),
    ],
)
def test_a_form_holds_values_or_what_platforms_make_of_them(asked, value, kept):
    found = check(asked, value, TODAY, PHRASES)

    assert found == kept
    assert type(found) is type(kept)
    assert fits(asked, found)


@pytest.mark.parametrize("value", [None, "", "  ", [], {}])
def test_an_empty_field_is_skipped_where_it_may_be(value):
    assert check(Asked(Kind.TEXT, optional=True), value, TODAY, PHRASES) is None


@pytest.mark.parametrize(
    ("asked", "value", "sentence"),
    [
        (TEXT, "", "Please write something here."),
        (
            TEXT,
            "x" * 2_001,
            "That is 2,001 characters, and there is room for 2,000. Please send a shorter version.",
        ),
        (AREA, None, "Please choose one of these."),
        (SEVERAL, [], "Please choose at least one of these."),
        (DOTS, {"a": 0}, "Please give at least one dot."),
        (DOTS, {"a": "2.5"}, "Dots are whole: 1, 2, 3 …"),
        (DOTS, {"a": -1}, "Dots are whole: 1, 2, 3 …"),
        (DOTS, {"a": 3, "b": 3}, "You have 5 dots to give, and that would be 6."),
        (DATE, "2027-03-01", "March 1, 2027 is in the past. Please choose a day that is still to come."),
        (AREA, "nowhere", "I do not find “nowhere” here. Please write its number or its name."),
        (AREA, 7, "I do not find “7” here. Please write its number or its name."),
        (YES_NO, 1, "I do not find “1” here. Please write its number or its name."),
    ],
)
def test_a_field_that_is_no_answer_is_refused_in_a_sentence(asked, value, sentence):
    with pytest.raises(NotAnAnswer) as refused:
        check(asked, value, TODAY, PHRASES)

    assert as_said(str(refused.value)) == sentence


# ---------------------------------------------------------------- shown again, held against other questions


@pytest.mark.parametrize(
    ("asked", "value", "words"),
    [
        (TEXT, "*as* written", "*as* written"),
        (AREA, "climate", "School climate"),
        (AREA, "gone", "gone"),
        (SEVERAL, ["teaching", "family"], "Teaching, Families"),
        (SCALE, 3, "3"),
        (DATE, "2027-03-12", "Friday, March 12"),
        (YES_NO, True, "Yes"),
        (PEOPLE, "m3", "José Díaz"),
        (DOTS, {"a": 3, "b": 2}, "Planning time 3, Reading groups 2"),
        (AREA, None, "no answer"),
    ],
)
def test_a_stored_value_is_shown_in_words(asked, value, words):
    assert show(asked, value, PHRASES) == words


@pytest.mark.parametrize(
    ("asked", "value"),
    [
        (TEXT, True),
        (TEXT, None),
        (AREA, "gone"),
        (SEVERAL, ["teaching", "gone"]),
        (SEVERAL, []),
        (SCALE, True),
        (SCALE, 9),
        (DATE, "Friday"),
        (YES_NO, 1),
        (PEOPLE, "m9"),
        (DOTS, {"a": 4}),
        (DOTS, {"a": 3, "b": 3}),
        (DOTS, {"gone": 1}),
        (DOTS, {"a": True}),
    ],
)
def test_a_value_that_the_question_would_not_take_does_not_fit_it(asked, value):
    assert not fits(asked, value)


# ---------------------------------------------------------------- whatever is typed, the answer is quick

MANY = tuple(Option(f"k{n}", f"Option {n}, with a comma and an and") for n in range(100))
LONG_WINDED = [
    " " * 990,
    "1 " * 490,
    "a, " * 320,
    " and " * 190,
    ": " * 490,
    "1:" * 490,
    "\n" * 990,
    "x" * 990,
]


@pytest.mark.parametrize("kind", Kind)
def test_long_winded_words_are_answered_within_the_time_of_a_blink(kind):
    asked = Asked(kind, tuple(Option(str(n), str(n)) for n in range(100)) if kind is Kind.SCALE else MANY)
    started = perf_counter()
    for words in LONG_WINDED:
        with suppress(NotAnAnswer):
            read(asked, f"Option 1{words}b", TODAY, PHRASES)

    assert perf_counter() - started < 3


def test_a_list_of_options_longer_than_a_page_is_refused():
    assert "there is room for 1,000" in refusal(SEVERAL, "teaching, " * 200)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("yesterday", "2027-02-03"),
        ("today", "2027-02-04"),
        ("Thursday", "2027-02-04"),
        ("last Monday", "2027-02-01"),
        ("2/5", "2026-02-05"),
        ("2/5/27", "2027-02-05"),
        ("14 March", "2026-03-14"),
        ("December", "2026-12-01"),
        ("29 February", "2024-02-29"),
        ("2026-11-02", "2026-11-02"),
    ],
)
def test_a_past_day_is_the_latest_that_is_no_day_to_come(said: str, day: str) -> None:
    assert read_past_day(said, date(2027, 2, 4), PHRASES) == date.fromisoformat(day)


@pytest.mark.parametrize("said", ["", "the bus", "bell 3"])
def test_other_words_are_no_past_day(said: str) -> None:
    assert read_past_day(said, date(2027, 2, 4), PHRASES) is None


@pytest.mark.parametrize("said", ["2/30", "99/99", "31 February"])
def test_a_past_day_that_no_calendar_has_is_told_from_other_words(said: str) -> None:
    with pytest.raises(NoSuchDay):
        read_past_day(said, date(2027, 2, 4), PHRASES)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("3 days ago", "2027-02-01", "2027-02-01"),
        ("two weeks ago", "2027-01-18", "2027-01-24"),
        ("a month ago", "2027-01-01", "2027-01-31"),
        ("the last 2 weeks", "2027-01-21", "2027-02-04"),
        ("the past three months", "2026-11-04", "2027-02-04"),
        ("week of 1/27", "2027-01-25", "2027-01-31"),
        ("the 1st", "2027-02-01", "2027-02-01"),
        ("the 14th", "2027-01-14", "2027-01-14"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("this school year", "2026-07-01", "2027-06-30"),
        ("last year", "2025-07-01", "2026-06-30"),
    ],
)
def test_a_stretch_of_past_days_is_read_as_people_say_it(said: str, first: str, last: str) -> None:
    assert past_period(said, date(2027, 2, 4), PHRASES) == (date.fromisoformat(first), date.fromisoformat(last))
