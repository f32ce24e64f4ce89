"""One's own time: days are read back, leave is taken, shortened and taken back, reminders are stopped for good."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.sample import CALENDAR
from flows.messages import Note
from flows.people import FOR_GOOD
from flows.records import Action
from flows.sends import SendKind
from tests.world import Rules, told


def team() -> Rules:
    """A team on Monday, February 1, 2027 that meets on Wednesdays."""
    return Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", kay="coach", olga="observer")


def presses(rules: Rules, who: str, reply: object, label: str) -> str:
    """Press a button of the note before them."""
    assert isinstance(reply, Note)
    says = next(button.says for button in reply.message.buttons if button.label == label)
    return told(rules.says(who, says))


def away(rules: Rules, who: str) -> list[tuple[str, str]]:
    """The days of leave on record that cover any day."""
    found = [each for each in rules.room.leaves if each.member == who and each.first <= each.last]
    return sorted((str(each.first), str(each.last)) for each in found)


# ---------------------------------------------------------------- days are read back


@pytest.mark.parametrize(
    ("said", "read", "kept"),
    [
        ("leave Friday", "That is Friday, February 5. Right?", ("2027-02-05", "2027-02-05")),
        ("leave 2/8 to 2/10", "Monday, February 8 to Wednesday, February 10", ("2027-02-08", "2027-02-10")),
        ("leave 2/8-2/10", "Monday, February 8 to Wednesday, February 10", ("2027-02-08", "2027-02-10")),
        ("leave from Tuesday until 2/10", "Tuesday, February 2 to Wednesday", ("2027-02-02", "2027-02-10")),
        ("leave today through next PLC", "Monday, February 1 to Wednesday, February 3", ("2027-02-01", "2027-02-03")),
        ("leave in 3 school days", "That is Thursday, February 4.", ("2027-02-04", "2027-02-04")),
        ("leave 2027-02-08 to  14 February", "February 14", ("2027-02-08", "2027-02-14")),
        ("leave next week", "Monday, February 8 to Friday, February 12", ("2027-02-08", "2027-02-12")),
        ("leave this week", "Monday, February 1 to Friday, February 5", ("2027-02-01", "2027-02-05")),
        ("leave the 14th", "That is Sunday, February 14.", ("2027-02-14", "2027-02-14")),
        ("leave on the 14th to the 16th", "to Tuesday, February 16.", ("2027-02-14", "2027-02-16")),
        ("leave Tuesday and Wednesday", "Tuesday, February 2 to Wed", ("2027-02-02", "2027-02-03")),
        ("leave 2/8, 2/9 and 2/10", "Monday, February 8 to Wednesday", ("2027-02-08", "2027-02-10")),
        ("leave for 3 days", "Monday, February 1 to Wednesday, February 3", ("2027-02-01", "2027-02-03")),
        ("leave for a week", "Monday, February 1 to Sunday, February 7", ("2027-02-01", "2027-02-07")),
        ("leave Friday for 2 school days", "February 5 to Monday, February 8", ("2027-02-05", "2027-02-08")),
        ("leave from Friday to Monday", "Friday, February 5 to Monday, February 8", ("2027-02-05", "2027-02-08")),
        ("leave Friday to Tuesday", "Friday, February 5 to Tuesday, February 9", ("2027-02-05", "2027-02-09")),
        ("leave until Friday", "Monday, February 1 to Friday", ("2027-02-01", "2027-02-05")),
    ],
)
def test_a_day_in_ones_own_words_counts_when_it_was_read_back(said: str, read: str, kept: tuple[str, str]) -> None:
    rules = team()
    reply = rules.says("ben", said)

    assert read in told(reply)
    assert kept[0] in told(reply).split("press Yes or write: leave ")[1], "for those who type"
    assert not rules.room.leaves
    assert "You get nothing from me" in presses(rules, "ben", reply, "Yes")
    assert away(rules, "ben") == [kept]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("leave la próxima semana", ("2027-02-08", "2027-02-12")),
        ("leave el 14", ("2027-02-14", "2027-02-14")),
        ("leave martes y miércoles", ("2027-02-02", "2027-02-03")),
        ("leave por 3 días", ("2027-02-01", "2027-02-03")),
        ("leave durante una semana", ("2027-02-01", "2027-02-07")),
    ],
)
def test_stretches_of_days_are_understood_in_spanish(said: str, kept: tuple[str, str]) -> None:
    rules = team()
    rules.room = rules.room.having([replace(rules.room.member("ben"), language="es")])
    presses(rules, "ben", rules.says("ben", said), "Sí")

    assert away(rules, "ben") == [kept]


def test_every_command_with_a_day_reads_it_back_and_offers_another_one() -> None:
    rules = team()
    rules.starts("ana")
    for _ in range(3):
        rules.says("ana", "cycle next because we are quick")
    rules.room = rules.room.having([Action("team", 1, 1, "Visit", "ben", date(2027, 3, 12), "ben", state="open")])

    for who, said, form in (
        ("ana", "cycle extend to 4/28", "order cycle extend"),
        ("ben", "action move 1 to 3/19", "order action move 1"),
        ("ben", "leave back 3/19", ""),
        ("ben", "quiet until 3/19", "order quiet"),
    ):
        if said.startswith("leave"):
            rules.says("ben", "leave 2027-03-18 to 2027-03-20")
        before = rules.room
        reply = rules.says(who, said)
        assert "Right?" in told(reply), said
        assert rules.room == before
        assert isinstance(reply, Note)
        if form:
            assert getattr(rules.says(who, reply.message.buttons[1].says), "ref", "") == form
        presses(rules, who, reply, "Yes")
        assert rules.room != before, said


def test_what_would_be_refused_is_refused_without_asking_back() -> None:
    rules = team()

    assert "is in the past" in told(rules.says("ben", "leave 1/29"))
    assert "would end before it starts" in told(rules.says("ben", "leave 2/5 to 2/2"))
    assert "more than two years away" in told(rules.says("ben", "leave 2030-02-01"))
    assert "I cannot read that as a day" in told(rules.says("ben", "leave soon"))
    assert "Did you mean" in told(rules.says("ben", "leave next Friday"))
    assert "Did you mean" in told(rules.says("ben", "leave Monday and Tuesday")), "today is a Monday"
    assert "do not follow each other" in told(rules.says("ben", "leave Tuesday and Friday"))
    assert "I cannot read that as a day" in told(rules.says("ben", "leave for good"))
    assert "I cannot read that as a day" in told(rules.says("ben", "leave 14"))
    assert not rules.room.leaves


# ---------------------------------------------------------------- leave


def test_leave_that_overlaps_or_touches_becomes_one() -> None:
    rules = team()
    rules.says("ben", "leave 2027-02-08 to 2027-02-10")
    rules.says("ben", "leave 2027-02-20 to 2027-02-21")
    said = told(rules.says("ben", "leave 2027-02-05 to 2027-02-07"))

    assert "from Friday, February 5 to Wednesday, February 10" in said
    assert away(rules, "ben") == [("2027-02-05", "2027-02-10"), ("2027-02-20", "2027-02-21")]
    rules.says("ben", "leave 2027-02-09 to 2027-02-25")
    assert away(rules, "ben") == [("2027-02-05", "2027-02-25")]
    assert rules.room.is_away("ben", date(2027, 2, 22))
    assert not rules.room.is_away("ben", date(2027, 2, 26))


def test_leave_is_listed_shortened_and_taken_back() -> None:
    rules = team()
    rules.says("ben", "leave 2027-02-01 to 2027-02-05")
    rules.says("ben", "leave 2027-03-01 to 2027-03-05")
    reply = rules.says("ben", "leaves")
    assert [item.buttons[0].label for item in reply.message.items] == ["I am back", "Take it back"]

    rules.now = CALENDAR.at(date(2027, 2, 3), CALENDAR.hours.opens)
    assert "ends on Tuesday, February 2" in told(rules.says("ben", "leave back"))
    assert "ends on Wednesday, March 3" in told(rules.says("ben", "leave back 2027-03-04"))
    assert "It is taken back" in told(rules.says("ben", "leave back 2027-03-01"))
    assert away(rules, "ben") == [("2027-02-01", "2027-02-02")]
    assert "no days of leave ahead" in told(rules.says("ben", "leaves"))
    assert "You have no leave on Wednesday, February 3" in told(rules.says("ben", "leave back"))


def test_a_form_takes_one_day_or_two_and_says_at_the_field_what_is_wrong() -> None:
    rules = team()
    rules.fills("ben", "order leave", first="2027-02-08", last=None)
    assert away(rules, "ben") == [("2027-02-08", "2027-02-08")]
    refused = rules.fills("ben", "order leave", first="2027-02-10", last="2027-02-09")
    assert list(refused.fields) == ["last"]
    assert list(rules.fills("ben", "order leave", first="2027-02-10", last="2010-02-09").fields) == ["last"]


def test_whoever_is_asked_anything_may_be_away_and_quiet() -> None:
    rules = team()

    assert "You get nothing from me" in told(rules.says("kay", "leave 2027-02-08"))
    assert "remind you of nothing" in told(rules.says("kay", "quiet"))
    assert "read along" in told(rules.says("olga", "quiet")).lower()


# ---------------------------------------------------------------- quiet


def reminded(rules: Rules) -> set[str]:
    return {send.to for send in rules.sends.values() if send.kind is SendKind.NUDGE}


def test_home_says_that_reminders_are_off_and_brings_them_back() -> None:
    rules = team()
    assert "say: quiet off" in told(rules.says("ben", "quiet"))
    assert rules.room.member("ben").quiet_until == FOR_GOOD
    reply = rules.says("ben", "home")
    assert "You get no reminders." in told(reply)

    known = reply.message.items[-1]
    assert [(button.label, button.says) for button in known.buttons] == [("Remind me again", "quiet off")]
    assert "I remind you again" in told(rules.says("ben", "quiet off"))
    assert "reminders" not in told(rules.says("ben", "home"))


@pytest.mark.parametrize("words", ["unsubscribe", "Stop writing to me!", "no more messages", "stop reminders", "stop"])
@pytest.mark.parametrize("way", ["types", "says"])
def test_who_wants_no_messages_finds_the_ways_to_hear_less(words: str, way: str) -> None:
    reply = getattr(team(), way)("ben", words)

    assert [button.says for button in reply.message.buttons] == ["quiet", "leave"]
    assert "Nothing is changed yet." in told(reply)


def test_a_wish_to_be_left_alone_is_no_answer_to_the_question_that_waits() -> None:
    rules = team()
    rules.starts("ana")
    rules.until(CALENDAR.at(date(2027, 2, 1), CALENDAR.hours.opens) + timedelta(hours=1))
    for opens in ("", "answer convene chat"):
        if opens:
            rules.says("ben", opens)
        reply = rules.types("ben", "unsubscribe")
        assert [button.says for button in reply.message.buttons] == ["quiet", "leave", "stop convene"]
    assert not any(each.answers for each in rules.room.conversations.values())
    rules.types("ben", "stop")
    assert rules.room.conversations["1.1.ask0/convene/ben"].declined_at, "stop alone is about that question"


def test_a_day_for_reminders_to_come_back_can_be_filled_in() -> None:
    rules = team()
    reply = rules.says("ben", "quiet")
    assert [button.label for button in reply.message.buttons] == ["Only until a day", "Remind me again"]

    form = rules.says("ben", reply.message.buttons[0].says)
    assert list(rules.fills("ben", form.ref, until="2027-01-05").fields) == ["until"]
    rules.fills("ben", form.ref, until="2027-02-05")
    assert rules.room.member("ben").quiet_until == date(2027, 2, 5)


def test_another_day_than_the_one_that_was_read_does_nothing_by_itself() -> None:
    rules = team()
    rules.says("ben", "leave 2027-02-01 to 2027-02-10")
    for said in ("quiet until Friday", "leave back Friday"):
        reply, before = rules.says("ben", said), rules.room
        rules.says("ben", reply.message.buttons[1].says)
        assert rules.room == before, said


def test_until_a_day_reminders_stop_before_that_day() -> None:
    rules = team()
    rules.says("ben", "quiet until 2027-02-05")

    assert "You get no reminders before Friday, February 5." in told(rules.says("ben", "home"))
    ben = rules.room.member("ben")
    assert ben.is_quiet(date(2027, 2, 4))
    assert not ben.is_quiet(date(2027, 2, 5))


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("quiet next week", "2027-02-22"),
        ("quiet until next week", "2027-02-08"),
        ("quiet for 2 weeks", "2027-02-22"),
        ("quiet this week", "2027-02-08"),
        ("quiet the 10th", "2027-02-10"),
    ],
)
def test_a_stretch_without_reminders_ends_with_the_school_day_after_it(said: str, until: str) -> None:
    rules = team()
    reply = rules.says("ben", said)

    assert f"write: quiet {until}" in told(reply).replace("until ", "")
    presses(rules, "ben", reply, "Yes")
    assert str(rules.room.member("ben").quiet_until) == until


def test_one_day_is_asked_for_where_several_were_named() -> None:
    rules = team()
    rules.starts("ana")

    for said in ("cycle extend next week", "cycle start next week"):
        reply = told(rules.says("ana", said))
        assert "That is Monday, February 8 to Friday, February 12. Please write one day." in reply, said


def test_not_now_promises_no_reminder_that_will_not_come() -> None:
    rules = team()
    rules.starts("ana")
    rules.until(CALENDAR.at(date(2027, 2, 1), CALENDAR.hours.opens) + timedelta(hours=1))
    assert "I ask once more on Tuesday, February 2" in told(rules.says("ben", "later convene"))
    assert "if your two messages of that week leave room" in told(rules.says("ben", "later convene"))

    rules.says("ben", "quiet")
    assert "I do not ask about it again" in told(rules.says("ben", "later convene"))
    rules.says("ben", "quiet off")
    rules.says("ben", "leave 2027-02-02")
    assert "I do not ask about it again" in told(rules.says("ben", "later convene"))


def test_leave_until_a_day_begins_today() -> None:
    rules = team()
    asked = rules.says("ben", "leave until Friday")
    assert "That is Monday, February 1 to Friday, February 5. Right?" in told(asked)
    presses(rules, "ben", asked, "Yes")

    assert away(rules, "ben") == [("2027-02-01", "2027-02-05")]


def test_a_best_time_is_taken_back_by_its_button_by_words_and_on_its_form() -> None:
    rules = Rules(lena="administrator", ben="teacher")
    kept = rules.says("ben", "best time 1:05 pm")
    for takes_back in (kept.message.buttons[0].says, "best time off", "best time Off.", "best time no"):
        rules.says("ben", "best time 1:05 pm")
        assert rules.room.member("ben").best_time == "13:05"
        assert "whenever a question is due" in told(rules.says("ben", takes_back))
        assert rules.room.member("ben").best_time == ""
    rules.says("ben", "best time 1:05 pm")
    rules.fills("ben", "order best time", time="off")
    assert rules.room.member("ben").best_time == ""


def test_a_check_in_without_an_action_of_ones_own_says_why_and_leads_on() -> None:
    rules = team()
    rules.starts("ana")
    for _ in range(3):
        rules.says("ana", "cycle next because we are quick")
    for _ in range(2):
        reply = rules.says("ben", "checkin")
        assert "A check-in asks how your own actions stand, and none of them is under way." in told(reply)
        assert [button.says for button in reply.message.buttons] == ["reflect", "actions", "action"]
        assert not rules.room.conversations
    rules.until(rules.now + timedelta(days=10))
    assert "none of them is under way" in told(rules.says("ben", "checkin")), "the weekly card asked to reflect only"
