"""The end of the school year: somebody hears in time, nothing is sent in summer, and the cycle goes on after it."""

from dataclasses import replace
from datetime import date, time

from bot.sample import CALENDAR, TWO_YEARS
from flows import cards, timetable
from flows.calendar import SchoolCalendar, Span
from flows.people import Leave
from flows.records import Action
from flows.sends import SendKind
from tests.world import Rules, told

MAY = CALENDAR.at(date(2027, 5, 3), time(7, 30))
NEXT_YEAR = replace(TWO_YEARS, terms=(*TWO_YEARS.terms[:2], Span(date(2027, 8, 16), date(2028, 6, 9))))


def team(calendar: SchoolCalendar = CALENDAR) -> Rules:
    """A cycle that began on May 3, 2027 in a calendar that ends on June 11."""
    rules = Rules(MAY, lena="administrator", ana="teacher, facilitator", ben="teacher", cara="teacher")
    on_record(rules, NEXT_YEAR)
    assert "is set up" in told(rules.starts("ana"))
    on_record(rules, calendar)
    return rules


def on_record(rules: Rules, calendar: SchoolCalendar) -> None:
    rules.room = replace(rules.room, school=replace(rules.room.school, calendar=calendar))


def notices(rules: Rules) -> list[str]:
    found = [send for send in rules.sends.values() if ".terms." in send.key]
    assert all(send.kind is SendKind.PROMPT for send in found)
    return [f"{send.to} {CALENDAR.local(send.due):%a %b %d %H:%M}" for send in found]


def test_an_administrator_hears_once_ten_school_days_before_the_end() -> None:
    rules = team()
    rules.until(CALENDAR.at(date(2027, 7, 1), time(12)))

    assert notices(rules) == ["lena Thu May 27 07:45"]
    shown = cards.draw(rules.room, "terms 2027-06-11", "lena")
    assert shown
    assert "ends on Friday, June 11, and the next terms are not in it" in shown.text


def test_who_imports_in_time_hears_nothing_and_a_notice_on_its_way_is_dropped() -> None:
    rules = team(NEXT_YEAR)
    rules.until(CALENDAR.at(date(2027, 6, 11), time(12)))
    assert notices(rules) == []

    rules = team()
    on_record(rules, NEXT_YEAR)
    assert cards.draw(rules.room, "terms 2027-06-11", "lena") is None


def test_whoever_is_there_hears_it_and_nobody_between_two_cycles() -> None:
    rules = team()
    rules.room = rules.room.having([Leave("lena", date(2027, 5, 24), date(2027, 5, 28))])
    rules.until(CALENDAR.at(date(2027, 6, 1), time(12)))
    assert notices(rules) == ["ana Thu May 27 07:45"]

    quiet = Rules(MAY, lena="administrator", ana="teacher, facilitator", ben="teacher")
    quiet.until(CALENDAR.at(date(2027, 7, 1), time(12)))
    assert notices(quiet) == []


def test_the_cycle_rests_in_summer_and_goes_on_in_the_first_weeks_of_the_new_year() -> None:
    rules = team()
    on_record(rules, NEXT_YEAR)
    for _ in range(3):
        rules.says("ana", "cycle next because we are quick")
    rules.room = rules.room.having([Action("team", 1, 1, "Visit", "ben", date(2027, 9, 1), "ben", state="open")])
    on_record(rules, CALENDAR)
    rules.until(CALENDAR.at(date(2027, 7, 20), time(12)))
    assert "The school calendar ends before the next meeting" in told(rules.says("ben", "cycle status"))
    before = set(rules.sends)

    on_record(rules, NEXT_YEAR)
    rules.until(CALENDAR.at(date(2027, 10, 15), time(12)))
    days = sorted({CALENDAR.local_date(send.due) for key, send in rules.sends.items() if key not in before})
    assert days[0] == date(2027, 8, 20), "the first weekly card of the new year"
    every = [CALENDAR.local_date(send.due) for send in rules.sends.values()]
    assert all(map(NEXT_YEAR.is_open, every))
    assert "reflect" in {move.phase for move in rules.room.moves}


def test_weeks_of_summer_do_not_count() -> None:
    rules = team(NEXT_YEAR)
    reflect = rules.room.scripts.cycle.phases["reflect"]

    last = timetable.meeting_on(rules.room, reflect)
    weeks = list(NEXT_YEAR.open_weeks(date(2027, 5, 3)))
    assert weeks[9] <= last < weeks[10]
    assert last.year == 2027
    assert last.month == 9


def test_weekly_cards_come_until_the_last_week_of_the_calendar() -> None:
    rules = team()
    on_record(rules, NEXT_YEAR)
    for _ in range(3):
        rules.says("ana", "cycle next because we are quick")
    on_record(rules, CALENDAR)
    rules.until(CALENDAR.at(date(2027, 7, 1), time(12)))

    days = {each.key.split(".")[-1] for each in rules.room.occurrences if ".ask0." in each.key}
    assert days == {"2027-05-14", "2027-05-21", "2027-05-28", "2027-06-04", "2027-06-11"}
