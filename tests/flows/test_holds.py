"""A hold: nothing starts, nothing closes, whoever writes is answered; afterwards nothing stale is sent."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from bot.sample import CALENDAR
from flows import agenda, holds, timetable
from flows.messages import Message
from flows.people import DISTRICT, Hold
from flows.sends import Drop, Go, Move, Send, SendKind
from flows.wanted import Attention, judge, judge_answer
from tests.world import Rules, told


def at(day: int, month: int = 2, wall: time = time(8)) -> datetime:
    return CALENDAR.at(date(2027, month, day), wall)


def team(words: str = "") -> Rules:
    """A team on Monday, February 1, 2027, whose first meeting is on Wednesday."""
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", cara="teacher")
    rules.starts("ana", words)
    return rules


def held(rules: Rules, since: datetime, until: datetime | None = None) -> None:
    """Put a hold on record."""
    rules.room = rules.room.having([Hold("riverside", since, "lena", "", until, "lena" if until else "")])


def phase(rules: Rules) -> str:
    here = timetable.standing(rules.room)
    return here.phase.key if here else ""


# ---------------------------------------------------------------- beginning and ending


def test_who_guides_holds_and_resumes_and_hears_what_that_means() -> None:
    rules = team()
    said = told(rules.says("ana", "hold because a student has died"))
    assert "Everything is on hold for Riverside Middle School" in said
    assert "until somebody says resume" in said
    assert rules.room.hold == Hold("riverside", rules.now, "ana", "a student has died")

    assert "is on hold for Riverside Middle School since Monday, February 1" in told(rules.says("lena", "hold because"))
    for asked in ("cycle status", "home", "help"):
        shown = told(rules.says("ben", asked))
        assert "Everything is on hold" in shown, asked
        assert "died" not in shown, "the reason is shown to nobody"
    assert "Everything is on hold" in agenda.coming(rules.room, rules.now, {})
    rules.now += timedelta(days=1)
    assert "Nothing stale is sent" in told(rules.says("lena", "resume"))
    assert rules.room.hold is None
    assert "Nothing is on hold" in told(rules.says("lena", "resume"))


def test_others_may_not_and_a_form_asks_for_a_reason_that_one_need_not_give() -> None:
    rules = team()
    assert "for your facilitator or administrator" in told(rules.says("ben", "hold because it rains"))
    form: Any = rules.says("lena", "hold")
    assert form.fields[0].optional
    form = rules.says("lena", "hold on, let me look")
    assert form.fields[0].value == "on, let me look"
    assert not rules.room.hold, "people say so without meaning the school"
    rules.fills("lena", "order hold", reason=None)
    assert rules.room.hold


def test_a_district_on_hold_is_not_resumed_by_a_school() -> None:
    rules = team()
    rules.room = rules.room.having([Hold(DISTRICT, rules.now)])

    assert "in the whole district since" in told(rules.says("ben", "cycle status"))
    assert "leadcycle resume" in told(rules.says("lena", "resume"))
    assert rules.room.hold


def test_resume_names_the_pause_where_it_is_that() -> None:
    rules = team()
    rules.says("ana", "cycle pause because of tests")

    reply: Any = rules.says("ana", "resume")
    assert "your team's cycle is paused" in told(reply)
    assert reply.message.buttons[0].says == "cycle resume"


# ---------------------------------------------------------------- while it stands


@pytest.mark.parametrize("kind", [SendKind.PROMPT, SendKind.NUDGE, SendKind.POST, SendKind.REFRESH])
def test_nothing_that_the_bot_starts_goes_out(kind: SendKind) -> None:
    rules = team()
    held(rules, rules.now)
    to = "" if kind in (SendKind.POST, SendKind.REFRESH) else "ben"
    send = Send("key", "team", to, kind, at(1), Message("Hello"))
    tomorrow = CALENDAR.at(date(2027, 2, 2), time(7, 30))

    assert judge(rules.room, send, at(1), Attention()) == Move(tomorrow, "on hold")
    soon = replace(send, expires=at(1, wall=time(15)))
    assert judge(rules.room, soon, at(1), Attention()) == Drop("on hold")


def test_who_writes_is_answered_alone_and_told_when_others_see_it() -> None:
    rules = team()
    held(rules, rules.now)
    answer = Send("key", "team", "ben", SendKind.ANSWER, at(1), Message("Noted"))

    assert judge_answer(answer) == Go(Message("Noted"))
    assert "others see it once the hold is over" in told(rules.says("ben", "need Planning time"))
    assert "hold" not in told(rules.says("ben", "who sees what")).replace("threshold", "")
    assert "hold is over" not in told(rules.says("ben", "leave 2027-02-08"))


def test_no_moment_comes_due_and_no_deadline_closes_a_decision() -> None:
    rules = team()
    rules.says("ben", "decide")
    rules.fills("ben", "order decide", question="Shall we?", mode="consent")
    rules.says("ben", "decide post 1")
    held(rules, rules.now)
    rules.now = at(26)

    assert agenda.due(rules.room, rules.now) == ()
    assert agenda.next_due(rules.room) is None
    rules.says("ana", "need Planning time")
    assert rules.room.decisions[0].state == "open"
    assert phase(rules) == "convene"


# ---------------------------------------------------------------- afterwards


def test_what_was_due_meanwhile_is_noted_with_its_reason_and_nothing_stale_is_sent() -> None:
    rules = team()
    for _ in range(3):
        rules.says("ana", "cycle next because we are quick")
    rules.until(at(12, wall=time(15)))
    before = dict(rules.sends)
    held(rules, at(22), at(8, 3))
    rules.now = at(8, 3)
    rules.ticks()

    assert rules.sends == before
    notes = {each.key: each.note for each in rules.room.occurrences if each.note}
    assert notes == {"4.ask0.2027-02-26": "stale: on hold", "4.ask0.2027-03-05": "stale: on hold"}


def test_weeks_on_hold_do_not_count_as_open_weeks() -> None:
    for words in ("", "6 weeks"):
        rules = team(words)
        reflect = rules.room.scripts.cycle.phases["reflect"]
        before = timetable.meeting_on(rules.room, reflect)
        held(rules, at(1, 3), at(15, 3))

        weeks = list(CALENDAR.open_weeks(before))
        assert timetable.meeting_on(rules.room, reflect) - timedelta(days=2) in weeks[2:3]


def test_a_meeting_in_the_hold_moves_and_its_question_comes_before_the_new_one() -> None:
    rules = team()
    rules.now = at(1, wall=time(7, 40))
    rules.says("lena", "hold because")
    rules.fills("lena", "order hold", reason=None)
    rules.now = at(8, wall=time(12))
    rules.says("lena", "resume")
    rules.until(at(10, wall=time(15)))

    asked = sorted({f"{CALENDAR.local(send.due):%a %d %H:%M} {send.kind.value}" for send in rules.sends.values()})
    assert asked == ["Mon 08 07:45 prompt", "Tue 09 07:45 nudge", "Wed 10 07:30 post"]


@pytest.mark.parametrize("kind", ["hold", "pause"])
@pytest.mark.parametrize(
    ("since", "until", "met_on"),
    [
        (at(1, wall=time(9)), at(3, wall=time(6)), 3),
        (at(1, wall=time(9)), at(3, wall=time(10)), 10),
        (at(1, wall=time(9)), at(3, wall=time(16)), 10),
        (at(3, wall=time(9)), at(3, wall=time(15, 30)), 10),
        (at(3, wall=time(9)), at(3, wall=time(9, 10)), 3),
        (at(3, wall=time(15, 30)), at(4, wall=time(10)), 3),
    ],
)
def test_work_that_goes_on_on_the_day_of_the_meeting_asks_what_came_of_it_only_if_it_could_be(
    kind: str, since: datetime, until: datetime, met_on: int
) -> None:
    rules = team()
    rules.until(since)
    if kind == "hold":
        rules.fills("lena", "order hold", reason=None)
    else:
        rules.says("ana", "cycle pause because of the storm")
    rules.now = until
    rules.says("ana", "resume" if kind == "hold" else "cycle resume")

    convene = rules.room.scripts.cycle.phases["convene"]
    assert timetable.meeting_on(rules.room, convene) == date(2027, 2, met_on)
    rules.until(at(5, wall=time(15)))
    assert met_on == 3 or not any(".remind." in key for key in rules.sends)


@pytest.mark.parametrize(
    ("since", "until", "closes"),
    [
        (None, None, 3),
        (at(1, wall=time(9)), at(1, wall=time(9, 10)), 3),
        (at(1, wall=time(9)), at(3, wall=time(15)), 4),
        (at(2), at(2, wall=time(9)), 3),
        (at(2), at(12), 22),
        (at(4), at(12), 3),
    ],
)
def test_a_whole_school_day_follows_a_hold_that_took_time_from_a_question(
    since: datetime | None, until: datetime | None, closes: int
) -> None:
    rules = team()
    if since:
        held(rules, since, until)

    asked_at, deadline = at(1, wall=time(7, 35)), at(3, wall=time(15, 30))
    assert holds.deadline(rules.room, deadline, asked_at) == at(closes, wall=time(15, 30))


def test_a_deadline_stays_while_a_hold_stands_and_a_hold_before_the_question_moves_nothing() -> None:
    rules = team()
    deadline = at(11, wall=time(15, 30))
    held(rules, at(1), at(10))

    assert holds.deadline(rules.room, deadline, at(10)) == deadline
    held(rules, at(11, wall=time(9)))
    assert holds.deadline(rules.room, deadline, at(10)) == deadline, "while it stands nothing acts"
    held(rules, at(11, wall=time(9)), at(22))
    held(rules, at(23), at(25))
    assert holds.deadline(rules.room, deadline, at(10)) == at(26, wall=time(15, 30)), "after a second one"


def test_a_decision_whose_time_a_hold_took_closes_a_school_day_after_it() -> None:
    rules = team()
    rules.now = at(1, wall=time(7, 35))
    rules.says("ben", "decide")
    rules.fills("ben", "order decide", question="Shall we?", mode="consent")
    rules.says("ben", "decide post 1")
    rules.now = at(1, wall=time(9))
    rules.fills("lena", "order hold", reason=None)
    (decision,) = rules.room.decisions
    assert decision.closes_at
    rules.now = decision.closes_at - timedelta(minutes=30)
    rules.says("lena", "resume")
    rules.until(decision.closes_at + timedelta(hours=1))
    assert rules.room.decisions[0].state == "open"

    tomorrow = rules.room.calendar.add_school_days(rules.room.today(rules.now), 1)
    rules.until(CALENDAR.at(tomorrow, time(15, 30)))
    assert rules.room.decisions[0].state != "open"
