"""Calendar files: what a secretary or an export writes, and the sentences that answer mistakes."""

import csv
import pickle
from contextlib import suppress
from dataclasses import replace
from datetime import date, time, timedelta
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendar_import import CalendarImportError, read_calendar
from flows.calendar import CalendarError, Closure, HalfDay, SchoolCalendar, Span
from flows.founding import school_year
from flows.public_holidays import public_holidays

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "school-calendar.md"
HEADER = "kind,first,last,name,time\n"
YEAR = Span(date(2026, 8, 17), date(2027, 5, 28))
NEW = SchoolCalendar("America/New_York", ())
KNOWN = replace(NEW, terms=(YEAR,))


HALF = date(2026, 10, 9)


def imported(rows: str, current: SchoolCalendar = KNOWN) -> SchoolCalendar:
    return read_calendar((HEADER + rows).encode(), current).calendar


def problems(content: str | bytes, current: SchoolCalendar = KNOWN) -> tuple[str, ...]:
    with pytest.raises(CalendarImportError) as refused:
        read_calendar(content.encode() if isinstance(content, str) else content, current)
    return refused.value.problems


def closure(first: date, name: str, days: int = 1) -> Closure:
    return Closure(first, first + timedelta(days=days - 1), name)


def test_the_example_of_the_documentation_is_imported_as_it_says() -> None:
    example = DOCUMENTATION.read_text().split("```csv\n")[1].split("```")[0]
    calendar = read_calendar(example.encode(), NEW).calendar
    assert calendar.terms == (
        Span(YEAR.first, date(2026, 12, 18)),
        Span(date(2027, 1, 5), YEAR.last),
    )
    assert calendar.closures == (
        closure(date(2026, 9, 7), "Labor Day"),
        closure(date(2026, 11, 23), "Thanksgiving, all staff off", days=5),
    )
    assert calendar.half_days == (
        HalfDay(date(2026, 10, 9), time(11, 30)),
        HalfDay(date(2026, 12, 18), time(12)),
    )
    assert calendar.add_school_days(date(2026, 12, 16), 5) == date(2027, 1, 7)


def test_a_file_replaces_days_and_keeps_zone_hours_and_unnamed_terms() -> None:
    before = replace(KNOWN, closures=(closure(date(2026, 9, 7), "Labor Day"),), weekdays=frozenset({0, 1, 2, 3}))
    after = imported("closure,2026-10-12,,Columbus Day,\n", before)
    columbus = closure(date(2026, 10, 12), "Columbus Day")
    assert after == replace(before, closures=(*before.closures, columbus))
    assert imported("closure,2026-09-04,,A long weekend,\n", after).closures == (
        closure(date(2026, 9, 4), "A long weekend"),
    )


def test_next_years_file_leaves_this_year_as_it_is() -> None:
    before = replace(KNOWN, closures=(closure(date(2026, 9, 7), "Labor Day"),), half_days=(HalfDay(HALF, time(12)),))
    reading = read_calendar((HEADER + "term,2027-08-16,2028-05-26,Next year,\n").encode(), before)

    assert reading.calendar.terms == (*before.terms, Span(date(2027, 8, 16), date(2028, 5, 26)))
    assert (reading.calendar.closures, reading.calendar.half_days) == (before.closures, before.half_days)
    assert str(reading) == "1 term, no closure, no half day; what lies before 2027-08-16 stays"


def test_of_a_term_that_the_file_overlaps_only_the_past_stays() -> None:
    row = (HEADER + "term,2026-10-05,2027-05-28,The rest,\n").encode()
    october = read_calendar(row, KNOWN, today=date(2026, 10, 20)).calendar
    september = read_calendar(row, KNOWN, today=date(2026, 9, 20)).calendar

    assert october.terms[0] == Span(KNOWN.terms[0].first, date(2026, 10, 4))
    assert september.terms[0] == Span(KNOWN.terms[0].first, date(2026, 9, 20))
    assert september.terms[1] == october.terms[1] == Span(date(2026, 10, 5), date(2027, 5, 28))
    assert not september.is_open(date(2026, 9, 25)), "what nobody confirmed is not open"


def test_the_first_file_takes_the_place_of_the_whole_year_that_nobody_imported() -> None:
    snow = replace(closure(date(2026, 8, 24), "Storm"), announced=True)
    holiday = closure(date(2026, 9, 7), "Labor Day")
    usual = replace(NEW, terms=(school_year(YEAR.first),), closures=(holiday, snow))
    row = (HEADER + "term,2026-08-17,2027-05-28,The year,\n").encode()
    reading = read_calendar(row, usual, today=date(2026, 11, 22))

    assert reading.calendar.terms == (YEAR,)
    assert reading.calendar.closures == (snow,), "what was announced stays"
    assert str(reading) == "1 term, no closure, no half day"
    again = read_calendar(row.replace(b"08-17", b"08-24"), reading.calendar, today=date(2026, 11, 22))
    assert again.calendar.terms[0] == Span(YEAR.first, date(2026, 8, 23)), "the second one keeps what was imported"


def test_what_was_announced_in_the_chat_stays_and_a_closure_is_cut_where_the_file_begins() -> None:
    snow = replace(closure(date(2027, 2, 3), "Snow"), announced=True)
    heat = HalfDay(date(2027, 5, 3), time(12), announced=True)
    before = replace(KNOWN, closures=(closure(date(2026, 8, 30), "Storm", days=3), snow), half_days=(heat,))
    after = imported("term,2026-08-31,2027-05-28,The year,\n", before)

    assert after.closures == (closure(date(2026, 8, 30), "Storm"), snow)
    assert after.half_days == (heat,)


def test_spreadsheets_of_all_kinds_are_read() -> None:
    plain = imported("closure,2026-10-12,,Columbus Day,\n")
    windows = "\ufeff" + HEADER + "closure,10/12/2026,10/12/2026,Columbus Day,\n,,,,\n\n"
    assert read_calendar(windows.replace("\n", "\r\n").encode(), KNOWN).calendar == plain
    assert read_calendar(b"kind;first;last;name;time\nClosure;2026-10-12;;Columbus  Day ;", KNOWN).calendar == plain
    assert (
        read_calendar(b"Name\tKind\tNotes\tFirst\tLast\tTime\nColumbus Day\tclosure\tx\t2026-10-12", KNOWN).calendar
        == plain
    )


def test_a_half_day_without_a_time_closes_at_the_usual_early_release() -> None:
    rows = (HEADER + "Half-Day,2026-10-08,2026-10-09,Conferences,\nhalfday,2026-10-12,,,1:15 PM\n").encode()
    halves = read_calendar(rows, KNOWN, early_release=time(11)).calendar.half_days
    eight, nine, twelve = date(2026, 10, 8), date(2026, 10, 9), date(2026, 10, 12)
    assert halves == (HalfDay(eight, time(11)), HalfDay(nine, time(11)), HalfDay(twelve, time(13, 15)))


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("holiday,2026-10-12,,,", '"holiday" is not a kind. Write term, closure or half day.'),
        ("closure,10/12/26,,,", '"10/12/26" is not a date. Write it like 2027-03-14 or 3/14/2027.'),
        ("closure,2026-02-30,,,", '"2026-02-30" is not a date. Write it like 2027-03-14 or 3/14/2027.'),
        ("closure,,,,", "an empty cell is not a date. Write it like 2027-03-14 or 3/14/2027."),
        ("term,2026-08-17,,,", "an empty cell is not a date. Write it like 2027-03-14 or 3/14/2027."),
        ("half day,2026-10-12,,,1130", '"1130" is not a time of day. Write it like 14:30 or 2:30 pm.'),
        ("half day,2026-10-12,,,7:30", "a half day cannot close at 07:30. Write an afternoon like 1:30 pm."),
        ("half day,2026-10-12,,,15:30", "a half day cannot close at 15:30. Write an afternoon like 1:30 pm."),
        ("half day,2026-10-10,,,", "2026-10-10 is a Saturday, without school. Check the date."),
        (
            "closure,2026-10-12,,A, B,",
            'a closure has no time ("B"). A name with a comma needs quotation marks.',
        ),
        ("closure,2026-10-12,,A,,B", "there are too many cells. A name with a comma needs quotation marks."),
        (
            "closure,2026-10-12,,A,1",
            'a closure has no time ("1"). A name with a comma needs quotation marks.',
        ),
        ("term,2026-12-01,2027-12-02,,", "the term lasts from 2026-12-01 to 2027-12-02. Check the years."),
        (
            "closure,2026-12-21,2072-01-01,,",
            "the closure lasts from 2026-12-21 to 2072-01-01. Check the years.",
        ),
        (
            "half day,3/1/2027,4/1/2027,,",
            "the half day lasts from 2027-03-01 to 2027-04-01. Check the years.",
        ),
        (
            "closure,2026-10-12,2026-10-09,,",
            "the closure ends on 2026-10-09, before it starts on 2026-10-12. Swap the dates.",
        ),
    ],
)
def test_each_mistake_on_a_line_is_one_sentence(row: str, told: str) -> None:
    assert problems(HEADER + row) == (f"line 2: {told}",)


def test_lines_that_contradict_each_other_name_both() -> None:
    assert problems(
        HEADER
        + "term,2026-08-17,2026-12-18,Fall,\n"
        + "term,2026-12-18,2027-05-28,Spring,\n"
        + "closure,2026-10-12,,Columbus Day,\n"
        + "closure,10/12/2026,10/12/2026,Columbus Day,\n"
        + "half day,2026-10-12,,,\n"
    ) == (
        "line 3: this term starts before the term of line 2 ends (2026-12-18).",
        "line 5: this repeats line 4. Delete one of the two.",
        "line 6: 2026-10-12 is closed by line 4. Delete one of the two.",
    )


def test_every_problem_is_listed_by_line_and_nothing_is_imported() -> None:
    rows = 'x,2026-13-01,y,,\nclosure,2026-10-12,,"Columbus\nDay",\n\nclosure,2026-10-13,2026-10-12,,\nterm,,,,9'
    told = problems(HEADER + rows)
    assert [sentence.split(":")[0] for sentence in told] == ["line 2"] * 3 + ["line 6"] + ["line 7"] * 3
    with pytest.raises(CalendarImportError, match=r"(?s)line 2: .*\nline 7: "):
        imported(rows)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b" \r\n\n\0", "The file is empty."),
        (HEADER.encode(), "The file names no term. Add each term with its first and its last day."),
        (b"kind,first,name\n", "line 1: last, time is missing. Write kind,first,last,name,time here."),
        (b"\nterm,2026-08-17,2027-05-28,,\n", "line 2: kind, first, last, name, time is missing. "),
        (b",,,,\n", "line 1: kind, first, last, name, time is missing. "),
        (b"<html><body>Sign in</body></html>", "line 1: kind, first, last, name, time is missing. "),
        (
            (HEADER + "closure,2026-05-05,,Día,").encode("cp1252"),
            'line 2: not UTF-8. In Excel, save as "CSV UTF-8".',
        ),
        (HEADER.encode("utf-16"), 'line 1: not UTF-8. In Excel, save as "CSV UTF-8".'),
        (b"PK\x03\x04\x14\x00\x90\xff", 'This is an Excel workbook, not a CSV file. In Excel, save it as "CSV UTF-8".'),
        (
            (HEADER + '\nclosure,2026-05-05,,"May,\n').encode(),
            'line 3: a quotation mark (") lacks the second one.',
        ),
        (
            b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMM",
            "The file is cut off or damaged. Export or download it again.",
        ),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR", "The file is cut off or damaged. "),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR", "The file names no term. "),
    ],
)
def test_a_file_that_is_no_calendar_is_refused_in_one_sentence(content: bytes, sentence: str) -> None:
    (told,) = problems(content)
    assert told.startswith(sentence)


def test_a_first_calendar_needs_its_terms() -> None:
    (told,) = problems(HEADER + "closure,2026-10-12,,Columbus Day,\n", NEW)
    assert told == "The file names no term. Add each term with its first and its last day."


def ics(*events: str) -> str:
    lines = "".join(f"BEGIN:VEVENT|{event}|END:VEVENT|" for event in events)
    return f"BEGIN:VCALENDAR|VERSION:2.0|{lines}END:VCALENDAR|".replace("|", "\r\n")


def all_day(summary: str, first: str, end: str) -> str:
    return f"SUMMARY:{summary}|DTSTART;VALUE=DATE:{first}|DTEND;VALUE=DATE:{end}"


def test_an_exported_calendar_is_read_by_the_names_of_its_all_day_events() -> None:
    calendar = read_calendar(
        ics(
            all_day("First Semester", "20260817", "20261219"),
            all_day("Spring Semester", "20270105", "20270529"),
            all_day("Semester break", "20261221", "20270105"),
            all_day("Thanksgiving\\, all|  off", "20261125", "20261128"),
            all_day("Conferences (half-day)", "20261008", "20261010"),
            all_day("EARLY RELEASE", "20261218", "20261219"),
            all_day("First day of school", "20260817", "20260818"),
            all_day("Quarter 1 ends", "20261016", "20261017"),
            all_day("No school: end of quarter", "20261019", "20261020"),
            all_day("Snow day", "20270113", "20270114") + "|STATUS:CANCELLED",
            "SUMMARY:Veterans Day|DTSTART;VALUE=DATE:20261111",
        ).encode(),
        NEW,
    ).calendar
    assert calendar.terms == (Span(YEAR.first, date(2026, 12, 18)), Span(date(2027, 1, 5), YEAR.last))
    assert calendar.closures == (
        closure(date(2026, 10, 19), "No school: end of quarter"),
        closure(date(2026, 11, 11), "Veterans Day"),
        closure(date(2026, 11, 25), "Thanksgiving, all off", days=3),
        closure(date(2026, 12, 21), "Semester break", days=15),
    )
    assert [half.day.day for half in calendar.half_days] == [8, 9, 18]


def test_an_event_with_a_time_closes_nothing_but_may_be_an_early_release() -> None:
    outlook = "DTSTART;TZID=Eastern Standard Time:20261012T000000|DTEND;TZID=Eastern Standard Time:20261013T000000"
    calendar = read_calendar(
        ics(
            "SUMMARY:Board meeting|DTSTART:20261013T230000Z|DTEND:20261014T010000Z",
            "SUMMARY:Early dismissal|DTSTART:20261015T160000Z|DTEND:20261015T193000Z",
            "SUMMARY:Columbus Day|" + outlook,
        ).encode(),
        KNOWN,
    ).calendar
    assert calendar.closures == (closure(date(2026, 10, 12), "Columbus Day"),)
    assert calendar.half_days == (HalfDay(date(2026, 10, 15), time(12)),)


@pytest.mark.parametrize(
    ("start", "end", "closes"),
    [
        ("113000", "123000", time(11, 30)),
        ("113000", "153000", time(11, 30)),
        ("080000", "113000", time(11, 30)),
        ("060000", "063000", time(12)),
        ("180000", "200000", time(12)),
    ],
)
def test_an_early_release_with_a_time_closes_school_at_that_time(start: str, end: str, closes: time) -> None:
    event = f"SUMMARY:Early dismissal|DTSTART:20261015T{start}|DTEND:20261015T{end}"
    reading = read_calendar(ics(event).encode(), KNOWN)

    assert reading.calendar.half_days == (HalfDay(date(2026, 10, 15), closes),)
    assert f"Early dismissal ({closes:%H:%M})" in str(reading)


def test_it_says_what_was_understood_and_names_the_events_that_were_left_out() -> None:
    known = ics(
        all_day("Fall term", "20260817", "20261219"),
        all_day("Labor Day", "20260907", "20260908"),
        all_day("Conferences (half day)", "20261008", "20261010"),
        "SUMMARY:Board meeting|DTSTART:20261013T230000Z|DTEND:20261014T010000Z",
        all_day("First day of school", "20260817", "20260818"),
        "SUMMARY:Board meeting|DTSTART:20261113T230000Z|DTEND:20261114T010000Z",
    )
    assert str(read_calendar(known.encode(), NEW)) == (
        "1 term, 1 closure, 2 half days; closed, or early: Labor Day, Conferences (half day) (12:00); "
        "3 events left out: Board meeting, First day of school"
    )
    meetings = (f"SUMMARY:M{number}|DTSTART:20261013T230000Z|DTEND:20261014T010000Z" for number in range(11))
    many = read_calendar(ics(all_day("Fall break", "20261012", "20261013"), *meetings).encode(), KNOWN)
    assert str(many) == (
        "no term (those on record stay), 1 closure, no half day; closed, or early: Fall break; "
        "11 events left out: M0, M1, M2, M3, M4, M5, M6, M7, M8, M9, …"
    )


def test_events_that_cannot_be_read_are_named_by_the_line_where_they_begin() -> None:
    assert problems(
        ics(
            all_day("Early release", "20260902", "20260903") + "|RRULE:FREQ=WEEKLY",
            all_day("Term 1", "20260817", "20260818"),
            "SUMMARY:Labor Day",
            all_day("Winter break", "20270104", "20261221"),
            all_day("Spring break", "20270230", "20270301"),
            "SUMMARY:Juneteenth|DTSTART;VALUE=DATE:20270618|DURATION;VALUE=DATE:20270619",
        )
    ) == (
        'line 3: "Early release" repeats, and repeating events are not read. Make one event for each day.',
        'line 9: "Term 1" is one day long. Make one event from the first to the last day of a term.',
        'line 14: "Labor Day" has no day. Give it a start and an end.',
        "line 17: the closure ends on 2026-12-20, before it starts on 2027-01-04. Swap the dates.",
        'line 22: "Spring break" has days that cannot be read: "20270230" and "20270301". '
        "Write them like 20270314, the start before the end.",
        'line 27: "Juneteenth" has days that cannot be read: "20270618" and "20270619". '
        "Write them like 20270314, the start before the end.",
    )


def test_federal_holidays_are_closures_on_the_days_on_which_they_are_observed() -> None:
    holidays = public_holidays([2026, 2027])
    assert closure(date(2026, 7, 3), "Independence Day (observed)") in holidays
    assert closure(date(2026, 11, 26), "Thanksgiving Day") in holidays
    assert list(holidays) == sorted(holidays, key=lambda holiday: holiday.first)
    assert len(public_holidays([2027], subdivision="HI")) > len(public_holidays([2027]))
    for said in ("DC", "dc", "district of columbia"):
        assert public_holidays([2027], "us", said) == public_holidays([2027], subdivision="DC")
    assert not replace(KNOWN, closures=holidays).is_open(date(2026, 9, 7))
    for country, subdivision, where in (("Atlantis", "", '"Atlantis"'), ("US", "Narnia", '"Narnia" in US')):
        with pytest.raises(CalendarError, match=rf"^No public holidays are known of {where}\. Write codes such as US"):
            public_holidays([2027], country, subdivision)


def test_an_error_keeps_its_problems_between_processes() -> None:
    error = CalendarImportError("line 2: one", "line 3: two")
    assert pickle.loads(pickle.dumps(error)).problems == error.problems  # noqa: S301


names = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1)


@settings(deadline=None)
@given(st.dictionaries(st.dates(date(2026, 1, 1), date(2027, 12, 31)), names), st.sampled_from(",;\t"))
def test_what_a_spreadsheet_writes_is_read_back(closed: dict[date, str], delimiter: str) -> None:
    written = StringIO()
    table = csv.writer(written, delimiter=delimiter)
    table.writerow(HEADER.strip().split(","))
    table.writerow(["term", YEAR.first, YEAR.last, "Year", ""])
    table.writerows(["closure", f"{day:%m/%d/%Y}", "", name, ""] for day, name in closed.items())
    calendar = read_calendar(written.getvalue().encode(), NEW).calendar
    assert calendar.closures == tuple(closure(day, closed[day]) for day in sorted(closed))


@settings(deadline=None)
@given(st.sampled_from([HEADER.encode(), b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n"]), st.binary(), st.text())
def test_no_bytes_do_worse_than_being_refused(start: bytes, noise: bytes, text: str) -> None:
    for content in (
        noise,
        start + noise,
        start + text.encode(),
        start + text.encode() + b"\nEND:VEVENT\nEND:VCALENDAR",
    ):
        with suppress(CalendarImportError):
            read_calendar(content, KNOWN)
