"""A pulse under the rules alone: whom it asks, when, what they read before, and what is made of their answers."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.sample import CALENDAR
from flows import lulls, pulse_results, pulses
from flows.decision_records import Decision
from flows.flow import Answer, Conversation
from flows.loader import SHIPPED, load_scripts
from flows.outcome import Outcome, Refused
from flows.people import Hold, Member, Membership, Role
from flows.pulse_results import Given
from flows.room import Room
from flows.sends import SendKind
from flows.waves import ANSWERED, FEWER, HALF, MORE, SCHOOL, Pulse, Wave
from tests.world import Rules

PEOPLE = {f"t{number}": "teacher" for number in range(8)}
NOW = CALENDAR.at(date(2027, 2, 1), time(9))
GROUPS = SCHOOL, "team team", "team other", "role teacher", "role support"
CONDITIONS = [each.key for each in load_scripts().conditions().each]
ALL = tuple(step for each in load_scripts().conditions().each for step in each.asks)


def room(people: Mapping[str, str] = PEOPLE) -> Room:
    return replace(Rules(NOW, lena="administrator, facilitator", **people).room, is_whole=True)


def begun(whole: Room) -> Outcome:
    """A pulse as it opens."""
    pulse = pulses.plan(whole, "lena", NOW).pulse
    return pulses.opening(whole.having([pulse]), pulse, pulse.opens_at)


def given(team: str, role: str, point: int, comment: str = "") -> Given:
    return Given((team, role), dict.fromkeys(ALL, point), comment)


def frozen(answers: list[Given], fewest: int = 5, groups: tuple[str, ...] = GROUPS) -> Mapping[str, Mapping[str, int]]:
    pulse = Pulse("riverside", 1, "team", "lena", NOW, NOW, fewest, 10, groups)
    return pulse_results.freeze(room(), pulse, answers, list.reverse).figures


def test_everybody_is_asked_and_reminded_in_their_own_conversation() -> None:
    outcome = begun(room())
    assert {send.to for send in outcome.sends} == {"lena", *PEOPLE}
    assert len({send.key for send in outcome.sends}) == 2 * 9
    assert all(send.due > NOW for send in outcome.sends)
    assert {send.kind for send in outcome.sends} == {SendKind.PROMPT, SendKind.NUDGE}
    (pulse,) = room().having(outcome.keep).pulses
    assert pulse.groups == (SCHOOL, "team team"), "what people read of groups stands with it"


@pytest.mark.parametrize(("fewest", "danger"), [(4, "may guess what you said"), (3, "all the others said the same")])
def test_where_a_district_shows_fewer_than_five_everybody_who_is_asked_is_warned(
    tmp_path: Path, fewest: int, danger: str
) -> None:
    (tmp_path / "conditions.toml").write_text(
        f"fewest = {fewest}\n" + (SHIPPED / "conditions.toml").read_text("utf-8").replace("fewest ", "# fewest ")
    )
    whole = replace(room(), scripts=load_scripts(SHIPPED, tmp_path))
    warned = [send.message.text for send in begun(whole).sends if send.message]
    assert len(warned) == 2 * 9
    warning = f"shows figures from {fewest} answers besides the reader's own; usual are 5"
    assert all(warning in each and danger in each for each in warned)
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


def test_a_band_counts_people_who_say_yes_and_unanimity_is_not_told() -> None:
    yes, no = given("team", "teacher", 4), given("team", "teacher", 3)
    for yeses, told in ((0, FEWER), (3, FEWER), (4, HALF), (5, MORE), (8, MORE)):
        figures = frozen([yes] * yeses + [no] * (8 - yeses))[SCHOOL]
        assert figures == {ANSWERED: 8, **dict.fromkeys(CONDITIONS, told)}


def test_somebody_counts_once_in_a_condition_of_two_lines() -> None:
    torn = Given(("team", "teacher"), {**dict.fromkeys(ALL, 3), "vision_shared": 5, "trust_open": 5, "trust_help": 2})
    figures = frozen([torn] * 8)[SCHOOL]
    assert (figures["vision"], figures["relationships"]) == (MORE, FEWER)


def test_the_groups_that_are_shown_do_not_depend_on_what_people_said() -> None:
    people = [(team, role) for team in ("team", "other") for role in ("teacher", "support") for _ in range(7)]
    for point in (1, 5):
        answers = [given(*place, point if place[0] == "team" else 3) for place in people]
        assert [*frozen(answers)] == [*frozen([given(*place, 3) for place in people])]


def test_a_group_is_shown_at_the_close_only_if_people_read_before_that_it_could_be() -> None:
    answers = [given(team, "teacher", 4) for team in ("team", "other") for _ in range(9)]
    assert [*frozen(answers, groups=(SCHOOL, "team other"))] == [SCHOOL, "team other"]


def test_only_conditions_to_which_not_more_than_half_say_yes_are_to_be_worked_on() -> None:
    told = load_scripts().conditions()
    mixed = {**dict.fromkeys(CONDITIONS, MORE), "vision": HALF, "capacity": FEWER, "influence": FEWER, "leader": FEWER}
    assert [each.key for each in pulse_results.lowest(told, mixed)] == ["capacity", "influence"]
    assert pulse_results.lowest(told, dict.fromkeys(CONDITIONS, MORE)) == ()


def test_five_answers_show_nothing_and_ten_no_comment() -> None:
    pulse = Pulse("riverside", 1, "team", "lena", NOW, NOW, 5, 10)
    for count, figures, comments in ((5, False, 0), (6, True, 0), (10, True, 0), (11, True, 11)):
        answers = [given("team", "teacher", 4, f"Words {number}") for number in range(count)]
        wave = pulse_results.freeze(room(), pulse, answers, list.reverse)
        assert (SCHOOL in wave.figures, len(wave.comments)) == (figures, comments)
        if comments:
            assert wave.comments[0] == "Words 10", "not in the order in which they came"


def test_a_pulse_for_which_no_school_days_are_left_is_called_off() -> None:
    whole = room()
    pulse = pulses.plan(whole, "lena", NOW).pulse
    (gone,), (told,) = (
        (outcome := pulses.opening(whole, pulse, CALENDAR.at(date(2027, 6, 9), time(9)))).keep,
        outcome.sends,
    )
    assert isinstance(gone, Pulse)
    assert (gone.closed_at is None, gone.opened_at) == (False, None)
    assert told.to == "lena"
    assert told.message
    assert "did not open" in told.message.text
    assert pulses.plan(whole.having([gone]), "lena", NOW).pulse.number == 2, "and counts as none of the two in a year"


def test_the_more_say_yes_the_longer_is_the_bar_and_what_was_before_stands_beside_it() -> None:
    told = dict(zip(CONDITIONS, (FEWER, HALF, MORE), strict=False))
    waves = [Wave("team", n, {SCHOOL: {ANSWERED: 24, **now}}) for n, now in ((1, dict.fromkeys(told, HALF)), (2, told))]
    whole = replace(
        room(), waves=tuple(waves), pulses=tuple(Pulse("team", n, "team", "lena", NOW, NOW, 5, 10) for n in (1, 2))
    )
    bars = pulse_results.chart(whole, whole.member("lena"), waves[1]).bars
    assert [each.value for each in bars] == sorted({each.value for each in bars})
    assert [each.before for each in bars] == [bars[1].value] * 3


def test_who_was_done_is_counted_also_where_the_script_asks_for_more_by_then() -> None:
    whole = room()
    flow, outcome = pulse_results.flow_of(whole), begun(whole)
    asked = next(each for each in outcome.keep if isinstance(each, Conversation))
    answers = {(step, 0): Answer(step, 0, 4, "") for step in ALL}
    done = replace(asked, answers=answers, done_at=NOW)
    changed = replace(flow, steps=(*flow.steps, replace(flow.steps[0], key="another")))

    told = pulse_results.given(changed, done, ("team", "teacher"))
    assert told
    assert told.points.keys() == {*ALL}
    assert pulse_results.given(changed, replace(done, done_at=None), ("team", "teacher")) is None
    assert pulse_results.given(changed, replace(done, answers={}), ("team", "teacher")) is None, "they were erased"
