"""School time: told examples, and properties held against a day-by-day reading of the calendar."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from timeit import repeat
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import flows.calendar as school
from flows.calendar import CalendarError, Closure, HalfDay, Hours, SchoolCalendar, SchoolYearOver, Span

ZONES = (
    *("America/New_York", "America/Detroit", "America/Indiana/Knox", "America/Chicago", "America/Denver"),
    *("America/Phoenix", "America/Los_Angeles", "America/Anchorage", "America/Adak", "Pacific/Honolulu"),
    *("America/St_Johns", "Asia/Kathmandu", "Africa/Casablanca", "Australia/Lord_Howe", "Pacific/Chatham"),
    *("Europe/Dublin", "Africa/Cairo", "Antarctica/Troll", "Pacific/Kiritimati", "UTC"),
)
HALF_HOURS = tuple(time(minutes // 60, minutes % 60) for minutes in range(0, 1440, 30))
DAY = timedelta(days=1)
YEAR = SchoolCalendar(
    zone="America/New_York",
    terms=(Span(date(2026, 8, 17), date(2026, 12, 18)), Span(date(2027, 1, 5), date(2027, 5, 28))),
    closures=(
        Closure(date(2026, 9, 7), date(2026, 9, 7), "Labor Day"),
        Closure(date(2026, 11, 23), date(2026, 11, 27), "Thanksgiving"),
    ),
    half_days=(HalfDay(date(2026, 12, 18), time(12)),),
)


def eastern(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York"))


def test_five_school_days_before_winter_break_end_in_january() -> None:
    assert YEAR.add_school_days(date(2026, 12, 16), 5) == date(2027, 1, 7)  # the 17th, 18th, 5th, 6th, 7th
    assert YEAR.add_school_days(date(2027, 1, 7), -5) == date(2026, 12, 16)
    assert YEAR.add_school_days(date(2026, 12, 18), 0) == date(2026, 12, 18)
    assert YEAR.add_school_days(date(2026, 12, 19), 0) == date(2027, 1, 5)
    assert YEAR.school_days_between(date(2026, 12, 16), date(2027, 1, 7)) == 5
    assert YEAR.school_days_between(date(2026, 12, 19), date(2026, 12, 16)) == -3


def test_what_is_pressed_on_the_last_afternoon_is_posted_after_the_break() -> None:
    assert YEAR.is_working(eastern("2026-12-18 11:59"))
    assert not YEAR.is_working(eastern("2026-12-18 12:00"))
    assert YEAR.next_working(eastern("2026-12-18 14:00")) == eastern("2027-01-05 07:30")


def test_a_snow_day_announced_in_the_morning_moves_what_was_due() -> None:
    snow = replace(YEAR, closures=(*YEAR.closures, Closure(date(2027, 1, 13), date(2027, 1, 13), "Snow")))
    assert YEAR.next_working(eastern("2027-01-13 07:45")) == eastern("2027-01-13 07:45")
    assert snow.next_working(eastern("2027-01-13 07:45")) == eastern("2027-01-14 07:30")
    assert snow.add_school_days(date(2027, 1, 12), 1) == date(2027, 1, 14)


def test_open_weeks_leave_out_a_week_that_is_wholly_closed() -> None:
    weeks = list(YEAR.open_weeks(date(2026, 11, 11)))
    assert weeks[:3] == [date(2026, 11, 9), date(2026, 11, 16), date(2026, 11, 30)]
    assert next(replace(YEAR, weekdays=frozenset({0})).open_weeks(date(2026, 8, 19))) == date(2026, 8, 17)
    assert weeks[5:6] + weeks[-1:] == [date(2027, 1, 4), date(2027, 5, 24)]


def test_a_meeting_on_a_closed_weekday_moves_to_the_nearest_open_day_of_its_week() -> None:
    assert YEAR.day_in_week(date(2026, 9, 7), 3) == date(2026, 9, 10)
    assert YEAR.day_in_week(date(2026, 9, 7), 6) == date(2026, 9, 11)
    assert YEAR.day_in_week(date(2026, 9, 7), 0) == date(2026, 9, 8), "Labor Day: no open day is before it"
    assert YEAR.day_in_week(date(2026, 9, 10), 1) == date(2026, 9, 8), "any day names its week"
    assert YEAR.day_in_week(date(2026, 11, 23), 2) is None


def test_a_card_due_after_a_half_day_goes_out_a_minute_before_it_closes() -> None:
    assert YEAR.clamp(date(2026, 12, 18), time(15)) == eastern("2026-12-18 11:00")
    assert YEAR.clamp(date(2026, 12, 18), time(11, 59)) == eastern("2026-12-18 11:59")
    assert YEAR.clamp(date(2026, 12, 18), time(9)) == eastern("2026-12-18 09:00")
    assert YEAR.clamp(date(2026, 12, 17), time(6)) == eastern("2026-12-17 07:30")
    with pytest.raises(CalendarError, match="Saturday 2026-12-19 is not a school day"):
        YEAR.clamp(date(2026, 12, 19), time(9))


def test_the_shorter_half_day_counts_and_none_lengthens_a_day() -> None:
    day, opening = date(2026, 10, 9), eastern("2026-10-09 07:30")
    twice = replace(YEAR, half_days=(HalfDay(day, time(11)), HalfDay(day, time(12))))
    late = replace(YEAR, half_days=(HalfDay(day, time(18)),))
    assert twice.hours_on(day) == (opening, eastern("2026-10-09 11:00"))
    assert late.hours_on(day) == (opening, eastern("2026-10-09 15:30"))
    assert YEAR.hours_on(date(2026, 9, 7)) is None
    assert YEAR.hours_on(date(2026, 9, 14)) == (eastern("2026-09-14 07:30"), eastern("2026-09-14 15:30"))


def test_outside_the_terms_the_missing_days_are_named() -> None:
    with pytest.raises(SchoolYearOver, match=r"ends on 2027-05-28.*Import the next terms"):
        YEAR.next_working(eastern("2027-05-28 15:30"))
    with pytest.raises(SchoolYearOver):
        YEAR.add_school_days(date(2027, 5, 27), 2)
    with pytest.raises(SchoolYearOver, match="has no school day"):
        SchoolCalendar("UTC", ()).add_school_days(date(2027, 5, 27), 0)
    with pytest.raises(CalendarError, match="fewer than 2 school days before 2026-08-18"):
        YEAR.add_school_days(date(2026, 8, 18), -2)


def test_a_calendar_that_cannot_be_meant_is_refused_in_a_sentence() -> None:
    day, before = date(2026, 9, 7), date(2026, 9, 4)
    with pytest.raises(CalendarError, match="ends on 2026-09-04, before it starts on 2026-09-07"):
        replace(YEAR, terms=(Span(day, before),))
    with pytest.raises(CalendarError, match="ends on 2026-09-04, before it starts on 2026-09-07"):
        replace(YEAR, closures=(Closure(day, before, "Labor Day"),))
    with pytest.raises(CalendarError, match="School cannot close at 07:30: it opens at 07:30"):
        replace(YEAR, half_days=(HalfDay(day, time(7, 30)),))
    with pytest.raises(CalendarError, match="School cannot close at 08:00: it opens at 16:00"):
        replace(YEAR, hours=Hours(time(16), time(8)))
    for zone in ("Eastern Time", "", "../etc/passwd", "America", "no\0where"):
        with pytest.raises(CalendarError, match=r"is no time zone\. Write it like America/New_York"):
            replace(YEAR, zone=zone)


def test_an_instant_is_never_taken_for_a_day_nor_a_wall_time_for_an_instant() -> None:
    with pytest.raises(CalendarError, match="has no time zone"):
        YEAR.is_working(datetime(2026, 9, 8, 12))
    with pytest.raises(TypeError):
        YEAR.is_open(eastern("2026-09-08 12:00"))


def test_ten_school_days_are_added_in_less_than_twenty_microseconds() -> None:
    best = min(repeat(lambda: YEAR.add_school_days(date(2026, 12, 10), 10), number=1000, repeat=5))
    assert best / 1000 < 20e-6


def test_weekdays_and_times_are_read_as_people_write_them() -> None:
    for text, weekday in {"Friday": 4, "fri.": 4, "MON": 0, "Tuesdays": 1, " thurs": 3, "Sun": 6}.items():
        assert school.parse_weekday(text) == weekday
    for text in ("14:30", "2:30 pm", "2:30PM", "02:30 p.m.", " 2:30 Pm ", "14:30:00"):
        assert school.parse_time(text) == time(14, 30)
    for text, hour in {"12 am": 0, "12 pm": 12, "2 pm": 14, "0:00": 0, "11 a.m.": 11, "7:00": 7}.items():
        assert school.parse_time(text) == time(hour)


def test_what_is_no_weekday_or_time_of_day_is_refused_with_an_example() -> None:
    for text in ("", "Fryday", "F", "day", "Fridayy", "tomorrow"):
        with pytest.raises(CalendarError, match=r"is not a day of the week\. Write it like Friday"):
            school.parse_weekday(text)
    for text in ("", "7", "24:00", "7:60", "7:5", "13 pm", "0:30 am", "14:30 pm", "noon", "٧:٣٠"):
        with pytest.raises(CalendarError, match=r"is not a time of day\. Write it like 14:30 or 2:30 pm"):
            school.parse_time(text)


def days_from(first: date, number: int = 1000) -> list[date]:
    return [first + n * DAY for n in range(number)]


def open_days(calendar: SchoolCalendar, first: date = date(2025, 11, 1)) -> list[date]:
    """Read the calendar day by day."""
    held = [day for day in days_from(first) if any(day in term for term in calendar.terms)]
    taught = [day for day in held if day.weekday() in calendar.weekdays]
    return [day for day in taught if not any(shut.first <= day <= shut.last for shut in calendar.closures)]


def spells(longest: int) -> st.SearchStrategy[tuple[date, date]]:
    firsts = st.dates(date(2026, 1, 1), date(2027, 6, 30))
    return st.tuples(firsts, st.integers(0, longest)).map(lambda spell: (spell[0], spell[0] + spell[1] * DAY))


positions = st.integers(0, 20)
days = st.dates(date(2025, 11, 1), date(2028, 3, 1))
instants = st.datetimes(datetime(2025, 11, 1), datetime(2028, 3, 1), timezones=st.just(UTC))
early_closings = st.builds(HalfDay, days, st.sampled_from(HALF_HOURS[21:]))
calendars = st.builds(
    SchoolCalendar,
    zone=st.sampled_from(ZONES),
    terms=st.lists(spells(200).map(lambda spell: Span(*spell)), min_size=1, max_size=3).map(tuple),
    closures=st.lists(spells(20).map(lambda spell: Closure(*spell, "Away")), max_size=8).map(tuple),
    half_days=st.lists(early_closings, max_size=30).map(tuple),
    hours=st.builds(Hours, st.sampled_from(HALF_HOURS[:21]), st.sampled_from(HALF_HOURS[21:])),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
)
unhurried = settings(deadline=None)


@unhurried
@given(calendars)
def test_a_day_is_open_as_the_calendar_is_written(calendar: SchoolCalendar) -> None:
    assert list(filter(calendar.is_open, days_from(date(2025, 11, 1)))) == open_days(calendar)


@unhurried
@given(calendars, days, st.integers(1, 40))
def test_adding_school_days_is_counting_open_days(calendar: SchoolCalendar, day: date, n: int) -> None:
    following = open_days(calendar, day + DAY)
    if n > len(following):
        with pytest.raises(SchoolYearOver):
            calendar.add_school_days(day, n)
    else:
        assert calendar.add_school_days(day, n) == following[n - 1]
        assert calendar.school_days_between(day, following[n - 1]) == n


@unhurried
@given(calendars, positions, positions)
def test_subtracting_school_days_undoes_adding_them(calendar: SchoolCalendar, here: int, there: int) -> None:
    days = open_days(calendar)
    assume(max(here, there) < len(days))
    assert calendar.add_school_days(days[here], there - here) == days[there]
    assert calendar.add_school_days(days[there], here - there) == days[here]
    assert calendar.school_days_between(days[here], days[there]) == there - here


@unhurried
@given(calendars, days)
def test_weeks_hold_exactly_the_open_days(calendar: SchoolCalendar, start: date) -> None:
    following = open_days(calendar, start - start.weekday() * DAY)
    assert list(calendar.open_weeks(start)) == sorted({day - day.weekday() * DAY for day in following})
    for day in days_from(start, 100):
        week = days_from(day - day.weekday() * DAY, 7)
        nearest_first = [*reversed(week[: day.weekday() + 1]), *week[day.weekday() + 1 :]]
        expected = next(filter(calendar.is_open, nearest_first), None)
        assert calendar.day_in_week(week[0], day.weekday()) == expected


@unhurried
@given(calendars, instants)
def test_the_next_working_instant_is_the_first_one(calendar: SchoolCalendar, instant: datetime) -> None:
    today = days_from(calendar.local_date(instant))
    openings = [hours for hours in map(calendar.hours_on, today) if hours and hours[1] > instant]
    try:
        found = calendar.next_working(instant)
    except SchoolYearOver:
        assert not openings
    else:
        assert found == max(instant, openings[0][0])
        assert calendar.is_working(found)
        assert calendar.next_working(found) == found
        assert calendar.is_working(instant) == (found == instant)


@unhurried
@given(calendars, positions, st.sampled_from(HALF_HOURS))
def test_a_clamped_time_is_working_and_else_kept(calendar: SchoolCalendar, here: int, wall: time) -> None:
    assume(here < len(open_days(calendar)))
    day = open_days(calendar)[here]
    wanted, clamped = calendar.at(day, wall), calendar.clamp(day, wall)
    assert calendar.is_working(clamped)
    assert calendar.is_working(wanted) == (clamped == wanted)


@unhurried
@given(calendars)
def test_a_calendar_comes_back_from_json_as_it_was(calendar: SchoolCalendar) -> None:
    stored = json.loads(json.dumps(school.to_json(calendar)))
    assert school.from_json(stored) == calendar
    assert hash(school.from_json(stored)) == hash(calendar)


@unhurried
@given(st.times().map(lambda wall: wall.replace(second=0, microsecond=0)))
def test_a_printed_time_is_read_back(wall: time) -> None:
    assert school.parse_time(f"{wall:%H:%M}") == school.parse_time(f"{wall:%I:%M %p}") == wall


def change_days(zone: ZoneInfo) -> list[date]:
    """Return the days from 2024 to 2031 on which clocks change, or an ordinary one where they never do."""
    noons = [datetime(2024, 1, 1, 12, tzinfo=zone) + n * DAY for n in range(8 * 365)]
    changed = [after.date() for before, after in pairwise(noons) if before.utcoffset() != after.utcoffset()]
    return changed or [date(2027, 3, 14)]


def instant_as_told(zone: ZoneInfo, day: date, wall: time) -> datetime:
    """Return the first instant at which clocks show it, else the one of clocks that did not change."""
    shown = datetime.combine(day, wall, UTC)
    instants = [shown - ((shown + n * DAY).astimezone(zone).utcoffset() or 0 * DAY) for n in (-1, 1)]
    return min((i for i in instants if i.astimezone(zone).replace(tzinfo=UTC) == shown), default=instants[0])


@pytest.mark.parametrize("zone", ZONES)
def test_around_clock_changes_every_wall_time_has_one_instant_on_each_date(zone: str) -> None:
    calendar = SchoolCalendar(zone, ())
    for change in change_days(ZoneInfo(zone)):
        around = days_from(change - 3 * DAY, 7)
        for wall in HALF_HOURS:
            instants = [calendar.at(day, wall.replace(fold=1)) for day in around]
            assert instants == [instant_as_told(ZoneInfo(zone), day, wall) for day in around]
            assert [calendar.local_date(instant) for instant in instants] == around
            assert all(after > before for before, after in pairwise(instants))


def test_a_gap_that_ends_at_midnight_moves_a_late_hour_to_the_next_date() -> None:
    nuuk = SchoolCalendar("America/Nuuk", ())
    local = nuuk.local(nuuk.at(date(2027, 3, 27), time(23, 30)))
    assert (local.date(), local.time()) == (date(2027, 3, 28), time(0, 30))


def test_hours_that_the_clocks_skip_are_not_worked() -> None:
    night = replace(YEAR, hours=Hours(time(2, 30), time(3)), weekdays=frozenset(range(7)), half_days=())
    assert night.next_working(eastern("2027-03-13 04:00")) == eastern("2027-03-15 02:30")
