"""A pulse under the rules alone: whom it asks, when, what they read before, and what is made of their answers."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.sample import CALENDAR
from flows import lulls, pulse_results, pulses
from flows.decision_records import Decision
from flows.loader import SHIPPED, load_scripts
from flows.outcome import Outcome, Refused
from flows.people import Hold, Member, Membership, Role
from flows.pulse_results import Given
from flows.room import Room
from flows.waves import ANSWERED, SCHOOL, Pulse
from tests.world import Rules

PEOPLE = {f"t{number}": "teacher" for number in range(8)}
NOW = CALENDAR.at(date(2027, 2, 1), time(9))
ALL = tuple(step for each in load_scripts().conditions().each for step in each.asks)


def room(people: Mapping[str, str] = PEOPLE) -> Room:
    return replace(Rules(NOW, lena="administrator, facilitator", **people).room, is_whole=True)


def begun(whole: Room) -> Outcome:
    return pulses.begin(whole, pulses.plan(whole, "lena", NOW), NOW)


def given(team: str, role: str, point: int, comment: str = "") -> Given:
    return Given((team, role), dict.fromkeys(ALL, point), comment)


def frozen(answers: list[Given], fewest: int = 5) -> Mapping[str, Mapping[str, int]]:
    pulse = Pulse("riverside", 1, "team", "lena", NOW, NOW, fewest, 10)
    return pulse_results.freeze(room(), pulse, answers, list.reverse).figures


def test_everybody_is_asked_and_reminded_in_their_own_conversation() -> None:
    outcome = begun(room())
    assert {send.to for send in outcome.sends} == {"lena", *PEOPLE}
    assert len({send.key for send in outcome.sends}) == 2 * 9
    assert all(send.due > NOW for send in outcome.sends)


def test_where_a_district_shows_fewer_than_five_everybody_who_is_asked_is_warned(tmp_path: Path) -> None:
    (tmp_path / "conditions.toml").write_text(
        "fewest = 3\n" + (SHIPPED / "conditions.toml").read_text("utf-8").replace("fewest ", "# fewest ")
    )
    whole = replace(room(), scripts=load_scripts(SHIPPED, tmp_path))
    warned = [send.message.text for send in begun(whole).sends if send.message]
    assert len(warned) == 2 * 9
    assert all("shows figures from 3 answers besides the reader's own; usual are 5" in each for each in warned)
    assert not any("Please note" in send.message.text for send in begun(room()).sends if send.message)


def test_fewer_people_than_can_be_anonymous_are_not_asked() -> None:
    with pytest.raises(Refused, match="5 people are on record here"):
        begun(room({f"t{number}": "teacher" for number in range(4)}))


def test_staff_who_were_just_asked_a_decision_are_left_alone_for_a_month() -> None:
    asked_at = NOW - timedelta(days=10)
    staff = Member("sam", "Sam"), Membership("team", "sam", (Role.STAFF,), 20)
    decision = Decision("team", 1, 0, "advice", "Move lunch?", "", "lena", asked_at, ("sam", "t1"), circle="staff")
    planned = pulses.plan(room().having((*staff, decision)), "lena", NOW)
    assert planned.pulse.opens_at.date() == asked_at.date() + timedelta(days=31), "the Monday after thirty days"
    without = pulses.plan(room().having(staff), "lena", NOW)
    assert without.pulse.opens_at.date() == date(2027, 2, 2)


def test_no_coach_hears_from_a_band_whether_people_answer_a_pulse() -> None:
    whole = room().having(begun(room()).keep)
    assert whole.conversations
    assert lulls.band(whole, date(2027, 2, 10)) == ""


def test_a_hold_takes_no_time_from_anybody() -> None:
    whole = room().having(begun(room()).keep)
    (pulse,) = whole.pulses
    (due,) = pulses.dues(whole)
    assert due.at == pulse.closes_at
    ended = pulse.closes_at - timedelta(hours=1)
    held = whole.having([Hold("riverside", pulse.opens_at + timedelta(days=1), ended_at=ended)])
    (later,) = pulses.dues(held)
    assert later.at > pulse.closes_at
    assert _day(later.at) == CALENDAR.add_school_days(_day(ended), 1)


def _day(moment: datetime) -> date:
    return CALENDAR.local_date(moment)


def test_a_share_counts_who_says_yes_and_unanimity_is_not_told() -> None:
    assert frozen([given("team", "teacher", 5)] * 6 + [given("team", "teacher", 3)] * 2)[SCHOOL]["vision"] == 75
    assert frozen([given("team", "teacher", 5)] * 8)[SCHOOL]["vision"] == 90
    assert frozen([given("team", "teacher", 1)] * 8)[SCHOOL]["vision"] == 10
    assert frozen([given("team", "teacher", 1)] * 8)[SCHOOL][ANSWERED] == 8


def test_five_answers_show_nothing_and_ten_no_comment() -> None:
    pulse = Pulse("riverside", 1, "team", "lena", NOW, NOW, 5, 10)
    for count, figures, comments in ((5, False, 0), (6, True, 0), (10, True, 0), (11, True, 11)):
        answers = [given("team", "teacher", 4, f"Words {number}") for number in range(count)]
        wave = pulse_results.freeze(room(), pulse, answers, list.reverse)
        assert (SCHOOL in wave.figures, len(wave.comments)) == (figures, comments)
        if comments:
            assert wave.comments[0] == "Words 10", "not in the order in which they came"
