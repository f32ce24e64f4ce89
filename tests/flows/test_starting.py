"""Before a cycle starts its first week is shown; only a press on that starts it."""

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from adapters import text
from bot.sample import CALENDAR
from flows.messages import Form
from flows.sends import SendKind
from tests.world import Rules, labels, told

FRIDAY = CALENDAR.at(date(2027, 1, 29), time(10))


def team(now: datetime = FRIDAY) -> Rules:
    return Rules(now, lena="administrator", ana="teacher, facilitator", ben="teacher", kay="coach")


def test_the_first_week_is_shown_with_its_days_hours_people_and_number_of_messages() -> None:
    rules = team()
    shown = rules.says("ana", "cycle start 10 weeks on Monday")

    assert text.draw(shown.message).replace("\u202f", " ") == (
        "Before the cycle starts\n"
        "\n"
        "A cycle of 10 open school weeks would begin on Monday, February 1 with Convene. You would meet on Wednesday, "
        "February 3, and for the last time on Wednesday, April 21; your team's day is Wednesday. Weeks without school "
        "do not count.\n"
        "\n"
        "• Monday, February 1, 7:45 AM: Lena, Ana, Ben: one private question, What should we work on?\n"
        "• Tuesday, February 2, 7:45 AM: One reminder for whoever has not answered by then\n"
        "• Wednesday, February 3, 7:30 AM: Your team's channel: the card of Convene\n"
        "• Thursday, February 4, 7:45 AM: Lena: a reminder to record what came out of Convene, if nobody has and "
        "their week has room for one\n"
        "• In the first week each person gets at most 2 messages that I start, reminders too.\n"
        "• I write only from 7:30 AM to 3:30 PM on school days, in the school's time (Eastern Time). Is that right? If "
        "not, ask whoever runs Leadcycle before you start.\n"
        "\n"
        "No cycle has begun, and nothing is sent until somebody presses Start it like this.\n"
        "\n"
        "[Start it like this] [Another day or length] [Add somebody]"
    )
    assert rules.room.cycles == ()
    assert rules.sends == {}


def test_the_preview_is_what_then_happens() -> None:
    rules = team()
    shown = rules.says("ana", "cycle start on Monday")
    rules.says("ana", shown.message.buttons[0].says)
    rules.until(CALENDAR.at(date(2027, 2, 8), time.min) - timedelta(seconds=1))

    sent = sorted({(CALENDAR.local(send.due), send.kind) for send in rules.sends.values()})
    assert [kind for _, kind in sent] == [SendKind.PROMPT, SendKind.NUDGE, SendKind.POST, SendKind.PROMPT]
    for at, _ in sent:
        assert f"{at:%A, %B} {at.day}" in told(shown)


@pytest.mark.parametrize(
    "words", ["confirmed", "Monday 10 weeks confirmed", "2027-02-01 confirmed", "10 weeks confirmed"]
)
def test_only_a_day_and_a_length_that_were_read_back_start_a_cycle(words: str) -> None:
    rules = team()
    shown = rules.says("ana", f"cycle start {words}")

    assert labels(shown.message) == ["Start it like this", "Another day or length", "Add somebody"]
    assert rules.room.cycles == ()


def test_the_button_starts_the_same_cycle_whenever_it_is_pressed() -> None:
    rules = team()
    button = rules.says("ana", "cycle start 6 weeks on Monday").message.buttons[0]
    assert re.fullmatch(r"cycle start 2027-02-01 6 weeks as [0-9a-f]{8} confirmed", button.says)
    rules.now += timedelta(days=2)

    assert "A cycle of 6 open school weeks is set up" in told(rules.says("ana", button.says))
    assert "already running" in told(rules.says("lena", button.says))
    (cycle,) = rules.room.cycles
    assert (cycle.started_on, cycle.weeks) == (date(2027, 2, 1), 6)


@pytest.mark.parametrize("changed", ["hours", "closure", "person", "role"])
def test_a_button_starts_nothing_that_it_did_not_show(changed: str) -> None:
    rules = team()
    button = rules.says("lena", "cycle start 6 weeks on Monday").message.buttons[0]
    school, calendar = rules.room.school, rules.room.calendar
    match changed:
        case "hours":
            later = replace(calendar, hours=replace(calendar.hours, opens=time(9)))
            rules.room = rules.room.having([replace(school, calendar=later)])
        case "closure":
            rules.says("lena", "closure 2027-02-03 because of snow")
        case "person":
            rules.says("lena", "team left Ben confirmed")
        case "role":
            rules.says("lena", "team role Ben observer")

    shown = rules.says("lena", button.says)
    assert "That preview is no longer right" in told(shown)
    assert rules.room.cycles == ()
    assert "is set up" in told(rules.says("lena", shown.message.buttons[0].says))


def test_a_button_of_last_week_starts_nothing_in_the_past() -> None:
    rules = team()
    button = rules.says("ana", "cycle start on Monday").message.buttons[0]
    rules.now += timedelta(days=10)

    assert "is in the past" in told(rules.says("ana", button.says))
    assert rules.room.cycles == ()


def test_another_day_and_length_are_chosen_on_a_form_and_shown_again() -> None:
    rules = team()
    form = rules.says("ana", "cycle start form")
    assert isinstance(form, Form)
    assert [field.value for field in form.fields] == ["2027-01-29", "10"]

    shown = rules.fills("ana", form.ref, first="2027-02-08", weeks="8 weeks")
    assert "A cycle of 8 open school weeks would begin on Monday, February 8" in told(shown)
    assert "between 4 and 40" in rules.fills("ana", form.ref, first="2027-02-08", weeks="many").fields["weeks"]
    assert rules.room.cycles == ()


def test_a_cycle_that_starts_far_ahead_says_that_its_first_week_is_quiet() -> None:
    rules = team(CALENDAR.at(date(2027, 2, 4), time(10)))

    assert "I send nothing" in told(rules.says("ana", "cycle start on 2/11")) or rules.room.cycles == ()


def test_the_preview_is_no_way_around_the_table() -> None:
    rules = team()

    assert "for your facilitator or administrator" in told(
        rules.says("ben", "cycle start 2027-02-01 10 weeks confirmed")
    )
    assert rules.room.cycles == ()


@pytest.mark.parametrize(
    ("language", "words", "first", "weeks"),
    [
        ("en", "8 weeks", "2027-01-29", 8),
        ("en", "10 open school weeks on Monday", "2027-02-01", 10),
        ("en", "from 2/8 6 weeks", "2027-02-08", 6),
        ("es", "8 semanas", "2027-01-29", 8),
        ("es", "10 semanas el lunes", "2027-02-01", 10),
        ("es", "8 semanas de clases desde el 8/2", "2027-02-08", 8),
        ("es", "el 8 de febrero, 6 semanas lectivas", "2027-02-08", 6),
        ("es", "6 weeks on lunes", "2027-02-01", 6),
    ],
)
def test_length_and_day_are_said_in_the_language_of_the_person(
    language: str, words: str, first: str, weeks: int
) -> None:
    rules = team()
    rules.room = rules.room.having([replace(rules.room.member("ana"), language=language)])
    button = rules.says("ana", f"cycle start {words}").message.buttons[0]

    assert button.says.startswith(f"cycle start {first} {weeks} weeks as ")
    rules.says("ana", button.says)
    assert rules.room.cycles[0].weeks == weeks


def test_people_are_put_on_the_team_before_the_cycle_starts() -> None:
    rules = team()
    reply = rules.says("ana", "cycle start with Ben and Cara")

    assert "Put who is missing on the team first (team add)" in told(reply)
    assert [button.says for button in reply.message.buttons] == ["team add", "cycle start"]
    assert labels(rules.says("lena", "cycle start").message)[2:] == ["Add somebody", "Change a role"]
    assert not rules.room.cycles


def test_two_people_of_one_first_name_are_told_apart_and_a_hold_is_named() -> None:
    rules = Rules(lena="administrator", ben="teacher", carl="teacher, facilitator")
    rules.room = rules.room.having([replace(rules.room.member("carl"), name="Ben Young")])
    assert "Lena, Ben B., Ben Young: one private question" in told(rules.says("lena", "cycle start"))

    rules.says("lena", "hold because of the storm")
    shown = told(rules.says("lena", "cycle start"))
    assert "on hold" in shown
    assert "In the first week" not in shown
