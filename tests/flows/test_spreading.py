"""A fan-out takes the time that its workspace needs, and each person's time in it stays theirs."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.sample import CALENDAR
from flows.sends import Move, Send, SendKind
from flows.spreading import concerns, moved, own_time, share, window

SLACK, TEAMS = 4.0, 25.0
"""messages a second"""
DISTRICT = [f"teacher-{number}" for number in range(20_000)]
MINUTE = timedelta(minutes=1)
MONDAY = CALENDAR.at(date(2027, 3, 8), time(7, 30))
WINDOW = window(len(DISTRICT), SLACK)


def prompt(member: str, due: datetime = MONDAY, expires: datetime | None = None) -> Send:
    return Send("a question", "team", member, SendKind.PROMPT, due, expires=expires)


def times(people: list[str], within: timedelta, due: datetime = MONDAY) -> dict[str, datetime]:
    return {member: own_time(CALENDAR, prompt(member, due), within) for member in people}


@pytest.mark.parametrize(
    ("people", "on_slack", "on_teams"), [(100, 0, 0), (239, 0, 0), (240, 1, 0), (1_000, 5, 0), (20_000, 84, 14)]
)
def test_a_window_is_as_long_as_it_takes_to_tell_everybody(people: int, on_slack: int, on_teams: int) -> None:
    assert (window(people, SLACK), window(people, TEAMS)) == (on_slack * MINUTE, on_teams * MINUTE)


def test_a_small_district_is_told_at_the_very_moment() -> None:
    assert set(times(DISTRICT[:200], window(200, SLACK)).values()) == {MONDAY}


def test_twenty_thousand_are_told_within_the_window_and_evenly() -> None:
    told = times(DISTRICT, WINDOW)
    assert min(told.values()) >= MONDAY
    assert max(told.values()) < MONDAY + WINDOW
    by_minute = Counter((at - MONDAY) // MINUTE for at in told.values())
    usual = len(DISTRICT) / 84
    assert len(by_minute) == 84
    assert all(0.75 * usual < count < 1.25 * usual for count in by_minute.values())


def test_everybody_has_the_same_time_of_day_each_week_also_when_clocks_change() -> None:
    week_after = CALENDAR.at(date(2027, 3, 15), time(7, 30))
    assert week_after - MONDAY == timedelta(days=7, hours=-1), "the clocks change on Sunday, March 14"
    week_before = CALENDAR.at(date(2027, 3, 1), time(7, 30))
    local = [
        {member: CALENDAR.local(at).time() for member, at in times(DISTRICT[:500], WINDOW, due).items()}
        for due in (week_before, MONDAY, week_after)
    ]
    assert local[0] == local[1] == local[2]
    assert len(set(local[0].values())) > 400


def test_who_joins_or_leaves_moves_others_by_no_more_than_the_window_changes() -> None:
    before = times(DISTRICT, WINDOW)
    joined = window(len(DISTRICT) + 30, SLACK)
    assert times(DISTRICT, joined) == before, "thirty people fit into the same minutes"

    left = window(len(DISTRICT) - 3_000, SLACK)
    after = times(DISTRICT, left)
    assert left < WINDOW
    assert all(timedelta() <= before[member] - after[member] <= WINDOW - left for member in DISTRICT)


def test_a_window_takes_no_more_than_half_of_what_is_left_of_the_day() -> None:
    half_day = CALENDAR.at(date(2027, 3, 26), time(11, 0))
    told = times(DISTRICT, WINDOW, half_day)
    assert max(told.values()) < half_day + timedelta(minutes=30)
    assert max(told.values()) > half_day + timedelta(minutes=29)


@given(
    some.datetimes(datetime(2027, 1, 4), datetime(2027, 6, 30), timezones=some.just(UTC)),
    some.integers(0, 400),
    some.none() | some.integers(-60, 600),
    some.text(max_size=5),
)
def test_nobody_is_told_out_of_hours_or_too_late_because_of_it(
    due: datetime, minutes: int, keeps: int | None, member: str
) -> None:
    expires = None if keeps is None else due + keeps * MINUTE
    at = own_time(CALENDAR, prompt(member, due, expires), minutes * MINUTE)
    assert due <= at <= due + minutes * MINUTE
    assert at == due or CALENDAR.is_working(at)
    assert CALENDAR.local_date(at) == CALENDAR.local_date(due)
    if expires is not None:
        assert at == due or at < expires


def test_a_persons_place_lies_in_the_window_and_depends_on_nobody() -> None:
    places = [share(member) for member in DISTRICT]
    assert 0 <= min(places) < 0.001
    assert 0.999 < max(places) < 1
    assert share("teacher-1") == places[1] == pytest.approx(0.1613, abs=0.0001)


def test_only_what_many_people_get_is_spread() -> None:
    kinds = {kind for kind in SendKind if concerns(replace(prompt("ana"), kind=kind))}
    assert kinds == {SendKind.PROMPT, SendKind.NUDGE}
    assert not concerns(prompt(""))


def test_what_moves_to_the_opening_of_a_day_is_spread_and_what_moves_elsewhere_is_not() -> None:
    evening = prompt("teacher-1", CALENDAR.at(date(2027, 3, 5), time(20, 0)))
    assert own_time(CALENDAR, evening, WINDOW) == evening.due
    opening, later = Move(MONDAY, "out of hours"), Move(MONDAY + MINUTE, "comes with another decision")
    assert moved(CALENDAR, evening, opening, WINDOW) == replace(opening, due=times(DISTRICT, WINDOW)["teacher-1"])
    assert moved(CALENDAR, evening, later, WINDOW) == later
    closed = Move(CALENDAR.at(date(2027, 3, 6), time(7, 30)), "the school year is over")
    assert moved(CALENDAR, evening, closed, WINDOW) == closed
