"""When a cycle does what: a pure function of what is on record, the school's calendar and the time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sample import CALENDAR
from flows import agenda, next_terms, timetable
from flows.calendar import CalendarError, Closure, HalfDay, SchoolCalendar, Span
from flows.messages import Message
from flows.people import Leave
from flows.records import Action, Charter, Need
from flows.sends import Drop, Go, Move, Send, SendKind, Verdict
from flows.timetable import Due
from flows.wanted import Attention, judge, judge_answer
from tests.world import Rules, told

ONE_YEAR = replace(CALENDAR, terms=CALENDAR.terms[:2])
"""The school's calendar before the next year's terms are imported: it ends on June 11, 2027."""
SUMMER = CALENDAR.at(date(2027, 7, 1), time(12))
SILENT = ("close", "shut", "decision")
"""kinds of moments that send nothing to people by themselves"""


def team(calendar: SchoolCalendar = CALENDAR) -> Rules:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", cara="teacher")
    rules.room = replace(rules.room, school=replace(rules.room.school, calendar=calendar))
    return rules


def started(words: str = "", calendar: SchoolCalendar = CALENDAR) -> Rules:
    rules = team(calendar)
    assert "is set up" in told(rules.starts("ana", words))
    return rules


def acting(words: str = "") -> Rules:
    """A team that acts already: the weekly cards come from now on."""
    rules = started(words)
    for _ in range(3):
        rules.says("ana", "cycle next because we are quick")
    due = date(2027, 3, 31)
    owned = [
        Action("team", n, 1, f"Step {n}", who, due, who, state="open")
        for n, who in enumerate(("ana", "ben", "cara", "lena"), 1)
    ]
    rules.room = rules.room.having(owned)
    return rules


def moments(rules: Rules) -> list[Due]:
    room = rules.room
    every = (due for source in agenda.SOURCES if source is not next_terms for due in source.dues(room))
    return sorted(every, key=lambda each: (each.at, each.key))


def listed(rules: Rules) -> list[str]:
    """The moments as a person would note them."""
    return [f"{rules.room.calendar.local(each.at):%a %b %d %H:%M} {each.kind}" for each in moments(rules)]


def asked(rules: Rules, who: str, kind: SendKind = SendKind.PROMPT) -> list[str]:
    """When somebody is asked something."""
    found = [send for send in rules.sends.values() if send.to == who and send.kind is kind]
    return [f"{rules.room.calendar.local(send.due):%a %b %d %H:%M}" for send in found]


def hours(rules: Rules, moment: datetime) -> bool:
    return rules.room.calendar.is_working(moment)


# ---------------------------------------------------------------- one step, not two


def phase(rules: Rules) -> str:
    """The phase that stands."""
    here = timetable.standing(rules.room)
    return here.phase.key if here else ""


@pytest.mark.parametrize("first", ["met", "cycle next because we are quick"])
@pytest.mark.parametrize("second", ["met", "cycle next because we are done"])
def test_two_people_who_close_a_phase_at_the_same_time_move_one_step(first: str, second: str) -> None:
    rules = started()
    rules.says("ana", first)
    rules.now += timedelta(minutes=1, seconds=59)

    assert told(rules.says("lena", second)) == (
        "Ana A. has just opened Needs and resources, and that is where the team is now; nothing more was changed. "
        "If Needs and resources should be closed too, say it again in two minutes."
    )
    assert phase(rules) == "needs"
    rules.now += timedelta(seconds=1)
    rules.says("lena", second)
    assert phase(rules) == "plan"


def test_who_opened_a_phase_may_close_it_at_once() -> None:
    rules = started()
    rules.says("ana", "met")
    rules.says("ana", "cycle next because we are quick")
    assert phase(rules) == "plan"


def test_a_phase_that_opened_by_itself_and_the_first_one_may_be_closed_by_anybody_at_once() -> None:
    rules = started()
    rules.says("lena", "met")
    assert phase(rules) == "needs", "nothing was closed before the first one"
    rules.room = rules.room.having((Need("team", 1, 1, "ben", "", "Time"),))
    rules.now += timedelta(minutes=5)
    rules.room = rules.room.having((replace(rules.room.needs[0], chosen_in=1),))
    rules.keep(agenda.settle(rules.room, rules.now))
    assert phase(rules) == "plan"
    rules.says("ana", "cycle next because we are quick")
    assert phase(rules) == "act"


# ---------------------------------------------------------------- a cycle of ten weeks


def test_a_meeting_has_its_question_two_school_days_before_and_its_card_in_the_morning() -> None:
    assert listed(started()) == [
        "Mon Feb 01 07:45 ask",
        "Tue Feb 02 07:45 nudge",
        "Wed Feb 03 07:30 agenda",
        "Thu Feb 04 07:45 remind",
        "Wed Feb 10 15:30 close",
    ]


def test_the_vote_follows_the_meeting_across_a_break_and_closes_after_three_school_days() -> None:
    rules = started()
    rules.says("ana", "met")

    assert listed(rules) == [
        "Mon Feb 08 07:45 ask",
        "Tue Feb 09 07:45 nudge",
        "Wed Feb 10 07:30 agenda",
        "Thu Feb 11 07:45 remind",
        "Mon Feb 22 07:45 ask",
        "Tue Feb 23 07:45 nudge",
        "Thu Feb 25 15:30 shut",
        "Wed Mar 03 15:30 close",
        "Fri Mar 05 07:45 stuck",
    ]


def test_weeks_without_school_do_not_count() -> None:
    rules = started("10 weeks")
    room = rules.room
    phases = room.scripts.cycle.phases

    met = {key: timetable.meeting_on(room, phase) for key, phase in phases.items() if phase.week}
    assert met == {
        "convene": date(2027, 2, 3),
        "needs": date(2027, 2, 10),
        "plan": date(2027, 3, 3),
        "reflect": date(2027, 4, 21),
    }
    monday = {key: day - timedelta(days=day.weekday()) for key, day in met.items()}
    open_weeks = list(CALENDAR.open_weeks(date(2027, 2, 1)))
    assert [open_weeks.index(monday[key]) + 1 for key in ("convene", "needs", "plan", "reflect")] == [1, 2, 4, 10]


def test_the_weekly_card_comes_on_fridays_but_in_no_break_and_before_noon_on_a_half_day() -> None:
    cards = [each for each in listed(acting()) if "ask" in each]

    assert cards == [
        "Fri Feb 12 14:30 ask",
        "Fri Feb 26 14:30 ask",
        "Fri Mar 05 14:30 ask",
        "Fri Mar 12 14:30 ask",
        "Fri Mar 19 14:30 ask",
        "Fri Mar 26 11:00 ask",
        "Fri Apr 02 14:30 ask",
        "Fri Apr 16 14:30 ask",
    ]


def test_the_clock_change_moves_nothing_on_the_wall() -> None:
    """Clocks go forward on March 14: the same wall time is an hour earlier for the rest of the world."""
    at = {each.about or each.key: each.at for each in moments(acting()) if each.kind == "ask"}
    before, after = at["4.ask0.2027-03-12"], at["4.ask0.2027-03-19"]

    assert (before.astimezone(UTC).hour, after.astimezone(UTC).hour) == (19, 18)
    assert {CALENDAR.local(each).time() for each in (before, after)} == {time(14, 30)}


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("America/New_York", date(2027, 3, 14)),
        ("America/New_York", date(2026, 11, 1)),
        ("America/Phoenix", date(2027, 3, 14)),
        ("America/St_Johns", date(2027, 3, 14)),
        ("Europe/London", date(2027, 3, 28)),
        ("Pacific/Auckland", date(2027, 4, 4)),
        ("Australia/Lord_Howe", date(2027, 4, 4)),
        ("Pacific/Honolulu", date(2027, 3, 14)),
    ],
)
def test_in_every_zone_the_clock_change_leaves_the_wall_time_as_it_is(zone: str, change: date) -> None:
    calendar = SchoolCalendar(zone, (Span(change - timedelta(days=60), change + timedelta(days=80)),))
    rules = team(calendar)
    rules.now = calendar.next_working(calendar.at(change - timedelta(days=21), time(7)))
    rules.starts("ana")
    walls = set()
    for _ in range(4):
        walls |= {(each.kind, calendar.local(each.at).time()) for each in moments(rules) if each.kind == "ask"}
        assert all(hours(rules, each.at) for each in moments(rules) if each.kind not in SILENT)
        rules.says("ana", "cycle next because we are quick")
    assert walls == {("ask", time(7, 45)), ("ask", time(14, 30))}


def test_a_shorter_and_a_longer_cycle_end_in_their_own_last_week() -> None:
    for weeks in (4, 6, 10, 12):
        room = started(f"{weeks} weeks").room
        last = timetable.meeting_on(room, room.scripts.cycle.phases["reflect"])
        open_weeks = list(CALENDAR.open_weeks(date(2027, 2, 1)))

        assert open_weeks.index(last - timedelta(days=last.weekday())) + 1 == weeks


# ---------------------------------------------------------------- a key for each moment


def test_a_second_tick_is_harmless() -> None:
    rules = started()
    rules.until(CALENDAR.at(date(2027, 2, 3), time(12)))
    sends, room = dict(rules.sends), rules.room

    assert rules.ticks() == 0
    assert (rules.sends, rules.room) == (sends, room)


def test_a_clock_set_back_is_harmless() -> None:
    rules = started()
    rules.until(CALENDAR.at(date(2027, 2, 4), time(12)))
    sends = dict(rules.sends)

    rules.now -= timedelta(days=3)
    assert rules.ticks() == 0
    rules.until(CALENDAR.at(date(2027, 2, 4), time(12)))
    assert rules.sends == sends


def test_the_same_moment_visited_by_two_replicas_has_the_same_reasons() -> None:
    rules = started()
    due = agenda.due(rules.room, CALENDAR.at(date(2027, 2, 1), time(8)))[0]

    one, other = (agenda.visit(rules.room, due, due.at + timedelta(seconds=late)) for late in (0, 1))
    assert [send.key for send in one.sends] == [send.key for send in other.sends]
    assert one.keep[0] == other.keep[0]


def test_a_reopened_phase_asks_anew_with_reasons_of_its_own() -> None:
    rules = started()
    rules.until(CALENDAR.at(date(2027, 2, 3), time(12)))
    before = set(rules.sends)
    rules.says("ana", "met")
    rules.says("ana", "cycle reopen convene because somebody joined")
    rules.until(CALENDAR.at(date(2027, 2, 12), time(12)))

    new = [send for key, send in rules.sends.items() if key not in before and send.to == "ben"]
    assert [send.card.split("/")[1] for send in new if send.card.startswith("ask")] == ["convene"]


def test_two_teams_have_no_reason_in_common() -> None:
    """Somebody who is in both is asked in both."""
    one, other = started(), started()
    other.room = replace(other.room, team=replace(other.room.team, id="other"))
    for rules in (one, other):
        rules.sends.clear()
        rules.until(CALENDAR.at(date(2027, 2, 4), time(12)))

    assert one.sends
    assert not set(one.sends) & set(other.sends)


# ---------------------------------------------------------------- late, moved, over


def test_after_three_days_without_the_process_what_is_stale_is_only_noted() -> None:
    rules = started()
    rules.now = CALENDAR.at(date(2027, 2, 4), time(7, 40))
    rules.ticks()

    notes = {each.key: each.note for each in rules.room.occurrences}
    assert notes == {"1.ask0": "stale", "1.nudge0": "stale", "1.agenda": "stale"}
    assert rules.sends == {}
    rules.until(CALENDAR.at(date(2027, 2, 4), time(8)))
    assert [send.to for send in rules.sends.values()] == ["ana"]


def test_an_hour_late_is_not_stale() -> None:
    rules = started()
    rules.now = CALENDAR.at(date(2027, 2, 1), time(9))
    rules.ticks()

    assert {send.to for send in rules.sends.values()} == {"lena", "ana", "ben", "cara"}


def test_a_deadline_passes_however_late_it_is_noticed() -> None:
    rules = started()
    rules.room = rules.room.having([Need("team", 1, 1, "ben", "", "Time"), Charter("team", 1, "", "", "P", "ana")])
    rules.now = CALENDAR.at(date(2027, 2, 26), time(9))
    rules.ticks()

    assert "needs" in {move.phase for move in rules.room.moves}


def test_a_storm_on_the_morning_of_the_meeting_moves_it_to_the_next_open_day() -> None:
    rules = started()
    rules.until(CALENDAR.at(date(2027, 2, 2), time(12)))
    storm = replace(CALENDAR, closures=(*CALENDAR.closures, Closure(date(2027, 2, 3), date(2027, 2, 3), "Storm")))
    rules.room = replace(rules.room, school=replace(rules.room.school, calendar=storm))

    assert timetable.meeting_on(rules.room, rules.room.scripts.cycle.phases["convene"]) == date(2027, 2, 4)
    assert all(storm.is_open(storm.local_date(each.at)) for each in moments(rules))
    rules.until(CALENDAR.at(date(2027, 2, 4), time(12)))
    assert [send.card for send in rules.sends.values() if not send.to] == ["phase 1"]


def test_a_storm_between_the_question_and_the_meeting_leaves_the_meeting_where_it_is() -> None:
    rules = started()
    rules.until(CALENDAR.at(date(2027, 2, 1), time(12)))
    storm = Closure(date(2027, 2, 2), date(2027, 2, 2), "Snow")
    stormy = replace(CALENDAR, closures=(*CALENDAR.closures, storm))
    rules.room = replace(rules.room, school=replace(rules.room.school, calendar=stormy))

    convene = rules.room.scripts.cycle.phases["convene"]
    assert timetable.meeting_on(rules.room, convene) == date(2027, 2, 3), "they were asked in time"


def test_a_day_to_which_a_meeting_was_moved_may_be_closed_later() -> None:
    rules = started()
    rules.says("ana", "cycle extend to 2027-02-11")
    storm = replace(CALENDAR, closures=(*CALENDAR.closures, Closure(date(2027, 2, 11), date(2027, 2, 11), "Storm")))
    rules.room = replace(rules.room, school=replace(rules.room.school, calendar=storm))

    assert timetable.meeting_on(rules.room, rules.room.scripts.cycle.phases["convene"]) == date(2027, 2, 12)
    assert all(storm.is_open(storm.local_date(each.at)) for each in moments(rules))


def test_a_half_day_ends_the_day_of_the_meeting_early() -> None:
    half = replace(CALENDAR, half_days=(HalfDay(date(2027, 2, 3), time(11)),))
    rules = started(calendar=half)
    card = next(each for each in moments(rules) if each.kind == "agenda")

    assert card.expires == half.at(date(2027, 2, 3), time(11))


def test_an_extension_moves_what_hangs_on_the_meeting_and_asks_nobody_twice() -> None:
    rules = started()
    rules.until(CALENDAR.at(date(2027, 2, 1), time(12)))
    rules.says("ana", "cycle extend to 2027-02-10")

    assert "Wed Feb 10 07:30 agenda" in listed(rules)
    rules.until(CALENDAR.at(date(2027, 2, 11), time(12)))
    assert asked(rules, "ben") == ["Mon Feb 01 07:45"]


def test_a_cycle_in_the_last_weeks_of_the_year_still_ends() -> None:
    """The calendar ends before the days that hang on the last meeting: they fall on its last day."""
    rules = team(ONE_YEAR)
    rules.now = CALENDAR.at(date(2027, 5, 10), time(7, 30))
    rules.starts("ana", "5 weeks")
    for _ in range(4):
        rules.says("ana", "cycle next because we are quick")

    assert listed(rules) == [
        "Mon Jun 07 07:45 ask",
        "Tue Jun 08 07:45 nudge",
        "Wed Jun 09 07:30 agenda",
        "Thu Jun 10 07:45 remind",
        "Fri Jun 11 15:30 close",
    ]
    rules.until(CALENDAR.at(date(2027, 6, 12), time(12)))
    assert rules.room.moves[-1].kind == "finished"


def test_a_cycle_that_the_calendar_does_not_reach_is_refused_with_what_to_do() -> None:
    rules = team(ONE_YEAR)
    rules.now = CALENDAR.at(date(2027, 5, 10), time(7, 30))

    said = told(rules.starts("ana", "10 weeks"))
    assert "The school calendar ends before" in said
    assert "Import the next terms" in said
    assert rules.room.cycles == ()


def test_while_paused_nothing_is_due_and_afterwards_nothing_stale_is_sent() -> None:
    rules = started()
    rules.says("ana", "cycle pause because of the storm")
    assert moments(rules) == []

    rules.now = CALENDAR.at(date(2027, 2, 23), time(8))
    rules.says("ana", "cycle resume")
    rules.ticks()
    assert timetable.meeting_on(rules.room, rules.room.scripts.cycle.phases["convene"]) == date(2027, 2, 24)
    assert {(send.kind, send.expires) for send in rules.sends.values()} == {
        (SendKind.PROMPT, CALENDAR.at(date(2027, 2, 24), CALENDAR.hours.closes))
    }


def test_who_is_asked_a_day_late_is_not_reminded_in_the_same_minute() -> None:
    rules = started()
    rules.now = CALENDAR.at(date(2027, 2, 2), time(9))
    rules.ticks()

    assert {send.kind for send in rules.sends.values()} == {SendKind.PROMPT}
    assert {each.key: each.note for each in rules.room.occurrences} == {"1.ask0": "late", "1.nudge0": ""}


# ---------------------------------------------------------------- people's own time


def test_who_has_a_best_time_is_asked_then() -> None:
    rules = started()
    rules.says("ben", "best time 1:05 pm")
    rules.until(CALENDAR.at(date(2027, 2, 2), time(15)))

    assert asked(rules, "ben") == ["Mon Feb 01 13:05"]
    assert asked(rules, "ben", SendKind.NUDGE) == ["Tue Feb 02 13:05"]
    assert asked(rules, "cara") == ["Mon Feb 01 07:45"]


def test_what_is_typed_before_ones_best_time_is_no_answer_to_a_question_that_comes_then() -> None:
    rules = started()
    rules.says("ben", "best time 1:05 pm")
    rules.until(CALENDAR.at(date(2027, 2, 1), time(9)))
    assert asked(rules, "cara"), "the others were asked"

    assert "noted" not in told(rules.types("ben", "Later today, please look again"))
    assert "A question for you" not in told(rules.says("ben", "help"))
    assert not any(each.answered_at for each in rules.room.conversations.values() if each.member == "ben")

    rules.until(CALENDAR.at(date(2027, 2, 1), time(14)))
    rules.types("ben", "Later today, please look again")
    assert any(each.answered_at for each in rules.room.conversations.values() if each.member == "ben")


def test_a_best_time_before_the_usual_one_waits_for_it_and_one_after_a_half_day_is_clamped() -> None:
    rules = acting()
    rules.room = rules.room.having(
        [replace(rules.room.member("ben"), best_time="07:31"), replace(rules.room.member("cara"), best_time="15:00")]
    )
    rules.until(CALENDAR.at(date(2027, 3, 27), time(12)))

    assert "Fri Mar 26 11:00" in asked(rules, "ben")
    assert "Fri Mar 26 11:00" in asked(rules, "cara")
    assert "Fri Feb 12 15:00" in asked(rules, "cara")


def test_who_is_on_leave_is_not_asked_and_is_asked_again_afterwards() -> None:
    rules = acting()
    rules.room = rules.room.having([Leave("ben", date(2027, 2, 12), date(2027, 2, 26))])
    rules.until(CALENDAR.at(date(2027, 3, 6), time(12)))

    assert asked(rules, "ben") == ["Fri Mar 05 14:30"]
    assert asked(rules, "cara")[0] == "Fri Feb 12 14:30"


def test_after_two_unanswered_cards_the_card_comes_every_second_week() -> None:
    rules = acting()
    rules.until(CALENDAR.at(date(2027, 4, 17), time(12)))

    assert asked(rules, "ben") == [
        "Fri Feb 12 14:30",
        "Fri Feb 26 14:30",
        "Fri Mar 12 14:30",
        "Fri Mar 26 11:00",
        "Fri Apr 16 14:30",
    ]
    assert asked(rules, "ben", SendKind.NUDGE) == []


def led(rules: Rules) -> list[str]:
    """Who is asked to lead the meetings of a cycle, from where it stands to its end."""
    while timetable.standing(rules.room):
        rules.until(next((each.at for each in moments(rules) if each.kind == "ask"), rules.now))
        rules.says("ana", "cycle next because we are quick")
    return [each.member for each in rules.room.leads if each.state != "next"]


def test_in_a_team_of_four_everybody_is_asked_to_lead_one_of_the_four_meetings() -> None:
    assert led(started()) == ["lena", "ana", "ben", "cara"]


def test_the_round_of_leading_goes_on_in_the_next_cycle_also_when_the_charter_is_kept() -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", cara="teacher", dan="teacher")
    asked_to_lead = []
    for _ in range(5):
        rules.says("ana", "charter keep")
        rules.starts("ana", "4 weeks in the room")
        asked_to_lead += led(rules)
        rules.room = rules.room.having([Charter("team", rules.room.cycles[-1].number, "", "", "Feedback", "ana")])

    assert asked_to_lead == ["lena", "ana", "ben", "cara", "dan"] * 3 + ["lena"]


def test_who_is_away_when_their_turn_comes_is_asked_for_the_next_meeting() -> None:
    rules = started()
    rules.room = rules.room.having([Leave("ana", date(2027, 2, 1), date(2027, 2, 12))])

    assert led(rules) == ["lena", "ben", "ana", "cara"]


# ---------------------------------------------------------------- whatever happens


def acts() -> st.SearchStrategy[list[tuple[str, int]]]:
    kinds = ("wait", "wait", "wait", "late", "next", "extend", "pause", "resume", "reopen", "met", "leave", "back")
    return st.lists(st.tuples(st.sampled_from(kinds), st.integers(1, 200)), max_size=12)


def says(kind: str, number: int, rules: Rules) -> str:
    """The command for each kind of act."""
    until = rules.room.today(rules.now) + timedelta(days=1 + number % 20)
    phases = ("convene", "needs", "plan", "act", "reflect")
    return {
        "next": "cycle next because we are quick",
        "extend": f"cycle extend to {until}",
        "pause": "cycle pause",
        "resume": "cycle resume",
        "reopen": f"cycle reopen {phases[number % 5]} because we learned more",
        "met": "met",
        "leave": f"leave {until} to {until + timedelta(days=number % 9)}",
    }[kind]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 60), st.sampled_from((4, 7, 10)), st.integers(0, 4), acts())
def test_whatever_happens_no_reason_comes_twice_and_nobody_is_written_to_at_night(
    day: int, weeks: int, weekday: int, course: list[tuple[str, int]]
) -> None:
    rules = team()
    rules.room = replace(rules.room, team=replace(rules.room.team, meeting_weekday=weekday))
    rules.now = CALENDAR.next_working(CALENDAR.at(date(2027, 1, 4) + timedelta(days=day), time(9)))
    rules.starts("ana", f"{weeks} weeks")
    rules.ticks()
    reasons: dict[str, Send] = {}

    for kind, number in course:
        match kind:
            case "wait":
                rules.until(rules.now + timedelta(hours=number))
            case "late":
                rules.now += timedelta(hours=number)
                rules.ticks()
            case "back":
                now = rules.now
                rules.now -= timedelta(hours=number)
                assert rules.ticks() == 0
                rules.now = now
            case _:
                rules.says("ana", says(kind, number, rules))
                rules.ticks()
        _holds(rules, reasons)


def _holds(rules: Rules, reasons: dict[str, Send]) -> None:
    keys = [each.key for each in _moments(rules)]
    assert len(keys) == len(set(keys))
    assert agenda.due(rules.room, rules.now) == ()
    assert rules.ticks() == 0
    for key, send in reasons.items():
        assert rules.sends[key] == send
    for key in rules.sends.keys() - reasons.keys():
        send = rules.sends[key]
        assert send.expires is None or send.expires > rules.now - timedelta(days=9)
        reasons[key] = send
    asked_once = [
        (send.to, send.conversation)
        for send in rules.sends.values()
        if send.kind is SendKind.PROMPT and send.conversation
    ]
    assert len(asked_once) == len(set(asked_once))
    for each in _moments(rules):
        opened = rules.room.moves and any(move.at == each.at for move in rules.room.moves)
        assert each.kind in SILENT or opened or hours(rules, each.at), each


def _moments(rules: Rules) -> Iterator[Due]:
    try:
        yield from moments(rules)
    except CalendarError:
        return


# ---------------------------------------------------------------- the verdict just before a message goes

MORNING = CALENDAR.at(date(2027, 2, 2), time(9))
WEDNESDAY = CALENDAR.at(date(2027, 2, 3), time(15, 30))


def prompt(kind: SendKind = SendKind.PROMPT, **how: Any) -> Send:
    return Send("a reason", "team", how.pop("to", "ben"), kind, MORNING, Message("Well?"), **how)


@pytest.mark.parametrize(
    ("now", "verdict"),
    [
        (CALENDAR.at(date(2027, 2, 2), time(7, 29)), Move(CALENDAR.at(date(2027, 2, 2), time(7, 30)), "out of hours")),
        (CALENDAR.at(date(2027, 2, 2), time(7, 30)), Go(Message("Well?"))),
        (CALENDAR.at(date(2027, 2, 2), time(15, 29)), Go(Message("Well?"))),
        (CALENDAR.at(date(2027, 2, 2), time(15, 30)), Move(CALENDAR.at(date(2027, 2, 3), time(7, 30)), "out of hours")),
        (CALENDAR.at(date(2027, 2, 6), time(12)), Move(CALENDAR.at(date(2027, 2, 8), time(7, 30)), "out of hours")),
        (CALENDAR.at(date(2027, 2, 13), time(12)), Move(CALENDAR.at(date(2027, 2, 22), time(7, 30)), "out of hours")),
        (CALENDAR.at(date(2027, 3, 26), time(12)), Move(CALENDAR.at(date(2027, 3, 29), time(7, 30)), "out of hours")),
        (SUMMER, Move(SUMMER + timedelta(days=7), "the school year is over")),
    ],
    ids=[
        "before the bell",
        "at the bell",
        "in the last minute",
        "after the bell",
        "weekend",
        "break",
        "half day",
        "summer",
    ],
)
@pytest.mark.parametrize("to", ["ben", ""], ids=["to a person", "to the channel"])
def test_contract_hours_are_a_hard_stop(now: datetime, verdict: Verdict, to: str) -> None:
    assert judge(team(ONE_YEAR).room, prompt(to=to), now, Attention()) == verdict


def test_two_messages_a_week_and_four_reminders_a_cycle_are_the_most() -> None:
    room, monday = team().room, CALENDAR.at(date(2027, 2, 8), time(7, 30))

    assert judge(room, prompt(), MORNING, Attention(this_week=1)) == Go(Message("Well?"))
    assert judge(room, prompt(), MORNING, Attention(this_week=2)) == Move(monday, "weekly cap")
    assert judge(room, prompt(expires=WEDNESDAY), MORNING, Attention(this_week=2)) == Drop("weekly cap")
    assert judge(room, prompt(SendKind.NUDGE), MORNING, Attention(this_week=2)) == Drop("weekly cap")
    assert judge(room, prompt(SendKind.NUDGE), MORNING, Attention(nudges=3)) == Go(Message("Well?"))
    assert judge(room, prompt(SendKind.NUDGE), MORNING, Attention(nudges=4)) == Drop("enough reminders in this cycle")
    assert judge(room, prompt(to=""), MORNING, Attention(this_week=9)) == Go(Message("Well?")), "the channel has no cap"


def test_what_is_stale_or_meant_for_somebody_who_is_away_or_gone_is_dropped_with_its_reason() -> None:
    room = team().room
    away = room.having([Leave("ben", date(2027, 2, 2), date(2027, 2, 2))])
    gone = room.having([replace(room.member("ben"), left_on=date(2027, 2, 1))])

    assert judge(room, prompt(expires=WEDNESDAY), WEDNESDAY, Attention()) == Drop("out of hours")
    assert judge(room, prompt(expires=MORNING), MORNING + timedelta(seconds=1), Attention()) == Drop("stale")
    assert judge(away, prompt(), MORNING, Attention()) == Move(CALENDAR.at(date(2027, 2, 3), time(7, 30)), "on leave")
    assert judge(away, prompt(expires=MORNING + timedelta(hours=1)), MORNING, Attention()) == Drop("on leave")
    assert judge(gone, prompt(), MORNING, Attention()) == Drop("left the team")
    assert judge(room, prompt(to="zoe"), MORNING, Attention()) == Drop("left the team")


def test_an_answer_goes_out_at_any_hour() -> None:
    assert judge_answer(prompt(SendKind.ANSWER)) == Go(Message("Well?"))
