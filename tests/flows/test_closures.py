"""Days without school, announced in the chat: closed, closed early, open after all."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from bot.sample import CALENDAR
from flows import cards, decisions
from flows.calendar import Closure, HalfDay, Span, from_json, to_json
from flows.dates import with_year
from flows.messages import Note
from flows.sends import Send, SendKind
from flows.timetable import meeting_on, standing
from tests.world import Rules, scripts, told

WEDNESDAY = date(2027, 2, 3)


def team() -> Rules:
    """A team on Monday, February 1, 2027, whose first meeting is on Wednesday."""
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", cara="teacher")
    rules.starts("ana")
    return rules


def confirms(rules: Rules, who: str, said: str) -> str:
    """Say something with a typed day, and yes to what is read back."""
    reply = rules.says(who, said)
    assert isinstance(reply, Note)
    assert "Right?" in told(reply), told(reply)
    return told(rules.says(who, reply.message.buttons[0].says))


def closed(rules: Rules) -> list[tuple[str, str, str]]:
    """What was announced beside the calendar file."""
    return [(str(e.first), str(e.last), e.name) for e in rules.room.calendar.closures if e.announced]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("closure today because of snow", ("2027-02-01", "2027-02-01", "Snow")),
        ("closure 3/14 to 3/16 Ice storm", ("2027-03-14", "2027-03-16", "Ice storm")),
        ("closure 3/14-3/16: Ice storm", ("2027-03-14", "2027-03-16", "Ice storm")),
        ("closure Friday, March 12 because the boiler broke", ("2027-03-12", "2027-03-12", "The boiler broke")),
        ("closure tomorrow", ("2027-02-02", "2027-02-02", "No school")),
        ("closure next PLC Snow", ("2027-02-03", "2027-02-03", "Snow")),
        ("closure next week because of snow", ("2027-02-08", "2027-02-12", "Snow")),
        ("closure Tuesday and Wednesday Ice storm", ("2027-02-02", "2027-02-03", "Ice storm")),
        ("closure Tuesday for 2 school days", ("2027-02-02", "2027-02-03", "No school")),
        ("closure Friday to Monday", ("2027-02-05", "2027-02-08", "No school")),
        ("closure from Friday to Monday snow", ("2027-02-05", "2027-02-08", "Snow")),
        ("closure Friday and Monday Ice storm", ("2027-02-05", "2027-02-08", "Ice storm")),
        ("closure Friday to Tuesday because of ice", ("2027-02-05", "2027-02-09", "Ice")),
        ("closure 2/8 to honor Ms. Lee", ("2027-02-08", "2027-02-08", "To honor Ms. Lee")),
    ],
)
def test_days_and_the_name_are_told_apart(said: str, kept: tuple[str, str, str]) -> None:
    rules = team()
    confirms(rules, "lena", said)

    assert closed(rules) == [kept]


def test_the_answer_says_what_happens_with_what_was_planned_and_how_to_undo_it() -> None:
    rules = team()
    rules.now = CALENDAR.at(WEDNESDAY, time(6))
    said = confirms(rules, "lena", "closure today because of snow")

    assert "Riverside Middle School is closed all day: Wednesday, February 3 (Snow)." in said
    assert "Messages that are out already stay where they are." in said
    assert "Your next meeting moves to Thursday, February 4." in said
    assert "every team of the school" in said
    assert not rules.room.calendar.is_open(WEDNESDAY)
    assert "is open: Wednesday, February 3" in told(rules.says("lena", "closure open 2027-02-03 to 2027-02-03"))
    assert rules.room.calendar.is_open(WEDNESDAY)


@pytest.mark.parametrize(
    ("said", "closes"),
    [
        ("closure 2027-02-02 from noon", time(12)),
        ("closure 2027-02-02 at 12", time(12)),
        ("closure 2027-02-02 12:00", time(12)),
        ("closure 2027-02-02 from 1 o'clock", time(13)),
        ("closure 2027-02-02 because of snow from noon", time(12)),
        ("closure 2027-02-02 desde mediodía", time(12)),
    ],
)
def test_noon_and_a_bare_time_close_early_and_never_the_whole_day(said: str, closes: time) -> None:
    rules = team()
    assert "closes at" in told(rules.says("lena", said))
    assert rules.room.calendar.half_days[-1] == HalfDay(date(2027, 2, 2), closes, announced=True)
    assert not closed(rules)


def test_a_time_that_is_not_understood_closes_nothing() -> None:
    rules = team()
    assert "nothing was closed" in told(rules.says("lena", "closure 2027-02-02 from lunch on"))
    assert not closed(rules)


def test_a_day_is_read_back_with_how_much_of_it_is_closed() -> None:
    rules = team()
    assert "Tuesday, February 2, from 12:00" in told(rules.says("lena", "closure tomorrow from noon"))
    assert "Tuesday, February 2, all day. Right?" in told(rules.says("lena", "closure tomorrow because of snow"))
    both = told(rules.says("lena", "closure today until Wednesday"))
    assert "That is Monday, February 1 to Wednesday, February 3, all day. Right?" in both
    weekend = told(rules.says("lena", "closure Friday to Monday"))
    assert "That is Friday, February 5 to Monday, February 8, all day. Right?" in weekend
    assert "Did you mean Friday, February 5 or Friday, February 12?" in told(rules.says("lena", "closure next Friday"))


@pytest.mark.parametrize("said", ["closure from 12:00", "closure 1:30 pm because of snow"])
def test_a_time_without_a_day_is_asked_for_its_day(said: str) -> None:
    rules = team()

    assert "On which day?" in told(rules.says("lena", said))
    assert rules.room.calendar == CALENDAR


def test_an_early_release_is_a_half_day() -> None:
    rules = team()
    assert "closes at 12:00" in confirms(rules, "lena", "closure today from 12:00 because of heat")
    assert rules.room.calendar.half_days[-1] == HalfDay(date(2027, 2, 1), time(12), announced=True)
    confirms(rules, "lena", "closure tomorrow from 1:30 pm")
    assert "Tuesday, February 2: school closes at 1:30" in told(rules.says("ben", "closures"))

    assert "Choose a time between" in told(rules.says("lena", "closure 2027-02-04 from 5 pm"))
    assert "one day at a time" in told(rules.says("lena", "closure 2027-02-04 to 2027-02-05 from 12:00"))
    confirms(rules, "lena", "closure open today")
    assert date(2027, 2, 1) not in {half.day for half in rules.room.calendar.half_days}


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("closure 1/29", "is in the past"),
        ("closure 2027-02-10 to 2027-02-08", "would end before it starts"),
        ("closure 2027-02-10 to 2028-02-10", "Check the year"),
        ("closure 2027-02-16", "no school anyway (Tuesday, February 16)"),
        ("closure 2/6", "no school anyway (Saturday, February 6)"),
        ("closure because of snow", "I cannot read that as a day"),
        ("closure Tuesday and Friday", "do not follow each other"),
        ("closure soon", "I cannot read that as a day"),
        ("closure next Friday Snow", "Did you mean"),
        ("closure open 2027-02-03", "is open already (Wednesday, February 3)"),
        ("closure open 2027-02-06", "outside the terms or at a weekend"),
        ("closure today from noon o'clock", "Right?"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(said: str, sentence: str) -> None:
    rules = team()

    assert sentence in told(rules.says("lena", said))
    assert not closed(rules)


def test_only_an_administrator_closes_the_school_and_everybody_reads_the_list() -> None:
    rules = team()

    assert "for an administrator of your school" in told(rules.says("ana", "closure today"))
    assert "for an administrator of your school" in told(rules.fills("ben", "order closure", first="2027-02-08"))
    listed: Any = rules.says("ben", "closures")
    assert "February break: Monday, February 15 to Friday, February 19" in told(listed)
    assert not listed.message.buttons
    assert not any(item.buttons for item in listed.message.items)


def test_the_form_begins_with_today_and_names_the_field_that_is_wrong() -> None:
    rules = team()
    form: Any = rules.says("lena", "closure")
    assert (form.fields[0].key, form.fields[0].value) == ("first", "2027-02-01")

    refused: Any = rules.fills("lena", "order closure", first="2027-02-03", last="2027-02-02")
    assert list(refused.fields) == ["last"]
    refused = rules.fills("lena", "order closure", first="2027-02-03", last=None, name="Snow", early="late")
    assert list(refused.fields) == ["early"]
    rules.fills("lena", "order closure", first="2027-02-03", last=None, name="Snow", early=None)
    assert closed(rules) == [("2027-02-03", "2027-02-03", "Snow")]


def test_a_part_of_a_break_can_be_opened_for_a_day_that_is_made_up() -> None:
    rules = team()
    confirms(rules, "lena", "closure open 2/17")

    assert rules.room.calendar.is_open(date(2027, 2, 17))
    assert not rules.room.calendar.is_open(date(2027, 2, 16))
    assert not rules.room.calendar.is_open(date(2027, 2, 18))


def test_the_last_weeks_of_the_year_can_be_closed_while_a_cycle_runs() -> None:
    """The calendar ends before the next meeting then: everything still answers, and says what is missing."""
    rules = team()
    year = replace(CALENDAR, terms=(Span(date(2027, 1, 19), date(2027, 2, 19)),))
    rules.room = replace(rules.room, school=replace(rules.room.school, calendar=year))
    said = confirms(rules, "lena", "closure 2/3 to 2/12 because of a flood")
    assert "is closed" in said

    assert "The school calendar ends before the next meeting" in told(rules.says("ben", "cycle status"))
    assert "What you can do" in told(rules.says("ben", "help"))
    assert "The school calendar ends" in told(rules.says("ben", "home"))
    rules.until(CALENDAR.at(date(2027, 3, 15), time(12)))
    here = standing(rules.room)
    assert here
    rules.room = replace(rules.room, school=replace(rules.room.school, calendar=CALENDAR))
    assert meeting_on(rules.room, here.phase) == WEDNESDAY


def test_a_closure_remembers_that_it_was_announced() -> None:
    snow = Closure(WEDNESDAY, WEDNESDAY, "Snow", announced=True)
    calendar = replace(CALENDAR, closures=(*CALENDAR.closures, snow))
    older = to_json(CALENDAR)
    older["closures"] = [entry[:3] for entry in older["closures"]]
    older["half_days"] = [entry[:2] for entry in older["half_days"]]

    assert from_json(to_json(calendar)) == calendar
    assert from_json(older) == CALENDAR


@pytest.mark.parametrize(
    ("asked_at", "until", "closed", "closes"),
    [
        ("2027-02-01 21:00", "", "2027-02-02", "2027-02-04"),
        ("2027-02-01 21:00", "", "2027-02-02 to 2027-02-03", "2027-02-05"),
        ("2027-02-01 21:00", "", "2027-02-03", "2027-02-04"),
        ("2027-02-01 06:00", "2027-02-02", "2027-02-01", "2027-02-03"),
        ("2027-02-01 21:00", "2027-02-02", "2027-02-04", "2027-02-02"),
        ("2027-02-01 21:00", "", "2027-02-06 to 2027-02-08", "2027-02-03"),
    ],
)
def test_a_deadline_keeps_its_school_days_where_some_are_closed(
    asked_at: str, until: str, closed: str, closes: str
) -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher")
    rules.starts("ana")
    rules.now = _at(asked_at)
    rules.fills("ben", "order decide", question="Shall we?", mode="consent", closes=until)
    rules.says("ben", "decide post 1")
    before = _deadline(rules)
    rules.now += timedelta(minutes=10)
    rules.says("lena", f"closure {closed}")

    assert _deadline(rules) == _at(f"{closes} 15:30")
    rules.says("lena", f"closure open {closed}")
    assert _deadline(rules) == before, "what was said by mistake takes nothing with it"


def test_what_was_closed_before_the_deadline_was_set_or_after_it_was_over_moves_nothing() -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher")
    rules.starts("ana")
    rules.now = _at("2027-02-01 21:00")
    rules.says("lena", "closure 2027-02-02")
    rules.now += timedelta(minutes=1)
    rules.fills("ben", "order decide", question="Shall we?", mode="consent", closes="")
    rules.says("ben", "decide post 1")
    closes = _deadline(rules)
    assert closes == _at("2027-02-04 15:30")

    rules.now = closes + timedelta(hours=1)
    rules.says("lena", "closure 2027-02-03")
    assert _deadline(rules) == closes


def test_an_amended_decision_counts_its_school_days_anew() -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher")
    rules.starts("ana")
    rules.now = _at("2027-02-01 09:00")
    rules.fills("ben", "order decide", question="Shall we?", mode="consent", closes="")
    rules.says("ben", "decide post 1")
    rules.now = _at("2027-02-01 10:00")
    rules.says("lena", "closure 2027-02-02")
    rules.now = _at("2027-02-01 11:00")
    rules.amends("ben", 1, "Shall we, now?")

    assert rules.room.decisions[0].revision == 2
    assert _deadline(rules) == _at("2027-02-04 15:30")


def _at(words: str) -> datetime:
    moment = datetime.fromisoformat(words)
    return CALENDAR.at(moment.date(), moment.time())


def _deadline(rules: Rules) -> datetime | None:
    return decisions.deadline(rules.room, rules.room.decisions[0])


def test_what_a_closure_changes_is_announced_for_a_day_that_is_open_after_it() -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher")
    rules.starts("ana")
    rules.until(_at("2027-02-01 09:00"))
    rules.fills("ben", "order decide", question="Shall we?", mode="consent", closes="")
    rules.says("ben", "decide post 1")
    rules.until(_at("2027-02-02 06:00"))

    said = told(rules.says("lena", "closure 2027-02-02 to 2027-02-03"))
    assert "Your team sees it on Thursday, February 4, 7:30" in said
    assert "Tuesday, February 2, 7:30" not in said


def test_a_meeting_that_moves_after_its_card_is_out_is_told_in_the_card_s_thread() -> None:
    rules = team()
    rules.until(_at("2027-02-02 07:40"))
    assert not _told_of_the_move(rules), "nobody has seen a card"
    rules.until(_at("2027-02-03 07:40"))
    said = told(rules.says("lena", "closure 2027-02-03 because of ice"))
    assert "Your team sees it on Thursday, February 4, 7:30" in said, "the channel hears nothing on a closed day"

    (moved,) = _told_of_the_move(rules)
    assert (moved.kind, moved.under) == (SendKind.REPLY, "post:team:1:phase 1")
    drawn = cards.draw(rules.room, moved.card)
    assert drawn is not None
    assert "The meeting of *Convene* has moved: we meet on Thursday, February 4." in drawn.text
    rules.says("lena", "closure 2027-02-04")
    assert cards.draw(rules.room, moved.card) is None, "it moved once more"
    assert len(_told_of_the_move(rules)) == 2


def test_a_meeting_that_was_held_does_not_move_nor_one_of_another_phase() -> None:
    rules = team()
    rules.until(_at("2027-02-03 09:00"))
    rules.says("ana", "met")
    rules.says("lena", "closure 2027-02-03")
    rules.says("lena", "closure 2027-02-10")

    assert not _told_of_the_move(rules)


def _told_of_the_move(rules: Rules) -> list[Send]:
    return [send for send in rules.sends.values() if send.card.startswith("moved")]


@pytest.mark.parametrize(
    "days", ["tomorrow, wednesday and friday", "2/3 2/5 because PD", "2/3, 2/5", "tomorrow and 2/9 Snow"]
)
def test_days_apart_are_never_half_closed(days: str) -> None:
    rules = team()
    before = rules.room.school

    assert "These days do not follow each other." in told(rules.says("lena", f"closure {days}"))
    assert rules.room.school == before


@pytest.mark.parametrize("said", ["2/3 PLC day", "2/3 4 inches of snow", "Wednesday 2/3 Snow", "2/3 March storm"])
def test_a_reason_that_sounds_like_a_day_is_the_closures_name(said: str) -> None:
    reply = team().says("lena", f"closure {said}")

    assert "That is Wednesday, February 3, all day. Right?" in told(reply)


def test_a_day_after_the_end_of_the_calendar_is_named_with_its_year() -> None:
    assert CALENDAR.last_day
    said = told(team().says("lena", "closure 2028-02-10"))
    assert "so February 10, 2028 is not in it yet" in said
    assert f"ends on {with_year(CALENDAR.last_day, scripts().phrases('en'))}" in said
