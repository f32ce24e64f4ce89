"""Founding a team in the chat: codes, and what the first administrator's answers mean."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from adapters import text
from flows import cards, founding, founding_team, newcomers, prompts, reception
from flows.calendar import Hours, Span
from flows.events import Event, Said
from flows.founding import MOST_WRONG, Opening, mark, shown, tried
from flows.messages import Errors
from flows.outcome import Outcome
from flows.people import Channel, Member, Role
from flows.room import Room
from flows.sends import SendKind
from flows.zones import called
from tests.world import Rules, labels, scripts, told

NOW = datetime(2027, 1, 27, 15, 0, tzinfo=UTC)
CODE = "K7QM3DXP9RTW"
ANSWERS = {
    "name": "Lena Ortiz",
    "school": "Lincoln Elementary",
    "zone": "central",
    "hours": "7:45 am to 3 pm",
    "calendar": "holidays",
    "members": "Ana Ruiz, ana@lincoln.example, teacher and facilitator\nBen Carter ben@lincoln.example teacher",
    "meeting": "2027-02-04",
}


def founded() -> Rules:
    """Somebody has just been let in."""
    rules = Rules(NOW, me="administrator")
    outcome = founding.begun("f1", scripts().phrases(), NOW, None, ())
    member, school, team, *_ = outcome.keep
    rules.room = Room(school, team, scripts()).having(outcome.keep)  # type: ignore[arg-type]
    assert isinstance(member, Member)
    return rules


def fills(rules: Rules, **changed: Any) -> Any:
    rules.says("f1", "answer founding form")
    values = {f"{step}.0": answer for step, answer in {**ANSWERS, **changed}.items()}
    return rules.fills("f1", "flow " + founding.key(rules.room.member("f1")), **values)


# ---------------------------------------------------------------- codes


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("K7QM-3DXP-9RTW", CODE),
        ("start K7QM-3DXP-9RTW", CODE),
        (" START k7qm 3dxp 9rtw ", CODE),
        ("k7qm3dxp9rtw", CODE),
        ("Hi, my code is K7QM-3DXP-9RTW", CODE),
        ("code k7qm 3dxp 9rtw please", CODE),
        ("mi código es: K7QM3DXP9RTW", CODE),
        ("start: K7QM-3DXP-9RTW", CODE),
        ("START K7QM-3DXP-9RTW please!", CODE),
        ("“K7QM-3DXP-9RTW”.", CODE),
        ("`K7QM-3DXP-9RTW`", CODE),
        ("K7QM–3DXP—9RTW", CODE),
        ("that were seen by everybody", None),
        ("start 1234", ""),
        ("start it", ""),
        ("hello", None),
        ("start the cycle now", None),
        ("What is this about?", None),
        ("", None),
    ],
)
def test_a_code_is_known_from_other_words(words: str, code: str | None) -> None:
    assert tried(words) == code


def test_a_code_is_printed_as_it_can_be_typed_and_only_its_mark_is_kept() -> None:
    assert tried(f"start {shown(CODE)}") == CODE
    assert CODE not in mark(CODE)
    assert mark(CODE) != mark("K7QM3DXP9RTX")


def test_a_code_is_good_for_a_day_and_for_so_many_tries() -> None:
    opening = Opening(mark(CODE), NOW + founding.VALID)

    assert opening.is_good(CODE, NOW)
    assert not opening.is_good("K7QM3DXP9RTX", NOW)
    assert not opening.is_good("", NOW)
    assert not opening.is_good(CODE, NOW + timedelta(hours=24))
    assert not replace(opening, wrong=MOST_WRONG).is_good(CODE, NOW)


# ---------------------------------------------------------------- answers


def test_all_answers_on_one_form_make_the_school_the_team_and_its_people_and_show_the_first_week() -> None:
    rules = founded()
    reply = fills(rules)
    room = rules.room

    assert "Thank you. It is on record" in told(reply)
    assert (room.school.name, room.calendar.zone) == ("Lincoln Elementary", "America/Chicago")
    assert room.calendar.hours == Hours(time(7, 45), time(15))
    assert room.calendar.terms == (Span(date(2026, 8, 15), date(2027, 6, 15)),)
    assert not room.calendar.is_open(date(2027, 2, 15)), "Presidents' Day"
    assert room.team.meeting_weekday == 3
    assert {each.name: set(room.roles(each.id)) for each in room.present()} == {
        "Lena Ortiz": {Role.ADMINISTRATOR},
        "Ana Ruiz": {Role.TEACHER, Role.FACILITATOR},
        "Ben Carter": {Role.TEACHER},
    }
    (send,) = rules.sends.values()
    assert (send.kind, send.to) == (SendKind.ANSWER, "f1")
    assert send.message
    assert "You would meet on Thursday, February 4" in send.message.text
    assert send.message.buttons[0].says.startswith("cycle start 2027-02-02 10 weeks as ")
    assert room.cycles == (), "nothing starts before that is pressed"
    assert room.lines == (), "and nothing of it is shared"


def test_the_press_on_the_first_week_starts_it() -> None:
    rules = founded()
    fills(rules)
    (send,) = rules.sends.values()
    assert send.message
    rules.says("f1", send.message.buttons[0].says)
    rules.until(rules.room.calendar.at(date(2027, 2, 2), time(9)))

    asked = {each.to for each in rules.sends.values() if each.kind is SendKind.PROMPT}
    assert asked == {member.id for member in rules.room.prompted()}


@pytest.mark.parametrize(
    ("step", "wrong", "why"),
    [
        ("hours", "all day", "Write two times, like: 7:30 am to 3:30 pm"),
        ("hours", "3:30 pm to 7:30 am", "cannot close at 7:30"),
        ("hours", "7 am to 25:00", "Write two times"),
        ("hours", "8 to 3 and 1 on Friday", "Write two times"),
        ("hours", "2/3", "Write two times"),
        ("hours", "3:30 to 7:30", "From 3:30"),
        ("hours", "12am-11:59pm", "Write both with am or pm"),
        ("members", "Ana Ruiz, teacher", "“Ana Ruiz, teacher” has no e-mail. Add it"),
        ("members", "ok@l.example teacher\nBen ben@l.example", "“Ben ben@l.example” has no role"),
        (
            "members",
            "Ai De, ai@l.example, chef\nBen ben@l.example aide",
            "“Ai De, ai@l.example, chef”: I know no role “chef”. Write",
        ),
        ("members", "Ben ben@l.example", "“Ben ben@l.example” has no role. Add one of these: administrator"),
        ("members", "Ana ana@l.example teacher\nAna ana@l.example facilitator", "ana@l.example stands there twice"),
        ("members", "Ana ana@l.example teacher", "at least two others. Please name 1 more"),
        ("members", "Ana ana@l.example teacher Ben ben@l.example teacher", "” has several e-mails"),
        ("members", "Ana ana@l.example teacher\nKay kay@l.example coach", "at least two others. Please name 1 more"),
        (
            "meeting",
            "2027-02-06",
            "There is no school on Saturday, February 6. The next school day is Monday, February 8",
        ),
        ("meeting", "2026-12-24", "in the past"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_question_and_the_form_stays(step: str, wrong: str, why: str) -> None:
    rules = founded()
    reply = fills(rules, **{step: wrong})

    assert isinstance(reply, Errors)
    assert why in reply.fields[f"{step}.0"]
    assert (rules.room.school.name, len(rules.room.members)) == ("Our school", 1)
    assert not rules.room.conversations[founding.key(rules.room.member("f1"))].answers


def test_another_time_zone_is_asked_for_and_has_to_exist() -> None:
    rules = founded()
    form = fills(rules, zone="other")
    assert "What is that time zone called?" in told(form), "the form shows what it did not ask before"
    reply = rules.fills("f1", "flow " + founding.key(rules.room.member("f1")), **{"other_zone.0": "Middle Earth"})
    assert "no time zone called “Middle Earth”" in reply.fields["other_zone.0"]
    rules.fills("f1", "flow " + founding.key(rules.room.member("f1")), **{"other_zone.0": "Europe/Berlin"})

    assert rules.room.calendar.zone == "Europe/Berlin"
    assert rules.room.school.name == "Lincoln Elementary"


def test_the_questions_can_be_answered_one_by_one() -> None:
    rules = founded()
    rules.says("f1", "answer founding chat")
    for words in (
        "Lena Ortiz",
        "Lincoln",
        "Central",
        "all day",
        "7:30 am to 3:30 pm",
        "2",
        "Ana ana@l.example teacher\nBen ben@l.example teacher",
    ):
        rules.types("f1", words)
    assert rules.room.school.name == "Our school"
    rules.types("f1", "2/3")

    assert rules.room.school.name == "Lincoln"
    assert [member.name for member in rules.room.present()] == ["Lena Ortiz", "Ana", "Ben"]
    assert rules.room.calendar.closures == ()


def test_answers_can_be_changed_until_the_cycle_runs() -> None:
    rules = founded()
    fills(rules)
    fills(rules, school="Washington Middle", hours="8 am to 4 pm")
    assert (rules.room.school.name, rules.room.calendar.hours.opens) == ("Washington Middle", time(8))
    assert len(rules.room.members) == 3, "nobody is there twice"

    start = [send for send in rules.sends.values() if send.message][-1].message
    assert start
    rules.says("f1", start.buttons[0].says)
    assert "Your school is on record" in told(rules.says("f1", "school"))
    assert prompts.lately(rules.room, "f1") == ()


@pytest.mark.parametrize(
    ("words", "opens", "closes"),
    [
        ("8 to 3", time(8), time(15)),
        ("730-330", time(7, 30), time(15, 30)),
        ("7.30-3.30", time(7, 30), time(15, 30)),
        ("7:30 to 3:30 Monday to Friday", time(7, 30), time(15, 30)),
        ("8 to noon", time(8), time(12)),
        ("7:30a-3:30p", time(7, 30), time(15, 30)),
        ("7:30 a.m. to 3:30 p.m.", time(7, 30), time(15, 30)),
        ("hours are actually 8 to 4", time(8), time(16)),
        ("de 7:30 a 3:30 de la tarde", time(7, 30), time(15, 30)),
        ("de 8 de la mañana a mediodía", time(8), time(12)),
        ("7:30 to 3:30", time(7, 30), time(15, 30)),
        ("8-16", time(8), time(16)),
        ("7 am to 3", time(7), time(15)),
        ("from 7:30 to 3:30", time(7, 30), time(15, 30)),
        ("between 8 and 3", time(8), time(15)),
        ("7:30 am a 3:30 pm", time(7, 30), time(15, 30)),
        ("de 7:30 a 15:30", time(7, 30), time(15, 30)),
        ("De 8 a 3", time(8), time(15)),
        ("7:30 hasta las 15:30", time(7, 30), time(15, 30)),
        ("desde las 7:30 hasta las 15:30", time(7, 30), time(15, 30)),
        ("de las 7:30 a las 3:30", time(7, 30), time(15, 30)),
        ("entre las 8 y las 4", time(8), time(16)),
    ],
)
def test_hours_are_taken_as_a_school_says_them_and_shown(words: str, opens: time, closes: time) -> None:
    rules = founded()
    fills(rules, hours=words)

    assert rules.room.calendar.hours == Hours(opens, closes)
    assert f"{opens:%-I:%M} AM to {closes:%-I:%M} PM" in shown_last(rules).replace("\u202f", " ")


def shown_last(rules: Rules) -> str:
    """The newest first week that was shown."""
    message = [send.message for send in rules.sends.values() if send.message][-1]
    return text.draw(message)


def test_what_was_changed_is_shown_anew_and_what_was_shown_before_starts_nothing() -> None:
    rules = founded()
    fills(rules)
    old = [send.message for send in rules.sends.values() if send.message][-1]
    rules.now += timedelta(minutes=5)
    fills(
        rules, hours="8 to 3", members="Ana Ruiz, ana@lincoln.example, hybrid\nCara Lee, cara@lincoln.example, teacher"
    )

    assert "Lena, Ana, Cara" in shown_last(rules)
    assert "If not, press Change the answers" in shown_last(rules)
    assert {each.name: set(rules.room.roles(each.id)) for each in rules.room.present()} == {
        "Lena Ortiz": {Role.ADMINISTRATOR},
        "Ana Ruiz": {Role.HYBRID},
        "Cara Lee": {Role.TEACHER},
    }, "who is not named any more is not on the team"
    again = rules.says("f1", old.buttons[0].says)
    assert "That preview is no longer right" in told(again)
    assert "8:00 AM: Lena, Ana, Cara" in told(again).replace("\u202f", " ")
    assert rules.room.cycles == ()
    rules.says("f1", again.message.buttons[0].says)
    assert len(rules.room.cycles) == 1


def test_who_is_named_again_comes_back_and_a_holiday_that_is_not_wanted_any_more_is_a_school_day() -> None:
    rules = founded()
    fills(rules)
    fills(rules, members="Ana Ruiz, ana@lincoln.example, teacher\nCara, cara@lincoln.example, teacher", calendar="none")
    fills(rules, members="Ana Ruiz, ana@lincoln.example, teacher\nBen, ben@lincoln.example, teacher", calendar="none")

    assert [each.name for each in rules.room.present()] == ["Lena Ortiz", "Ana Ruiz", "Ben Carter"]
    assert rules.room.calendar.closures == ()


def test_holidays_without_school_anyway_are_no_closures() -> None:
    rules = founded()
    fills(rules)
    term = rules.room.calendar.terms[0]

    for closure in rules.room.calendar.closures:
        assert closure.first in term, closure
        assert closure.first.weekday() < 5, closure


def test_cycle_start_keeps_the_day_on_which_the_team_was_to_meet_first() -> None:
    rules = founded()
    fills(rules)

    assert "You would meet on Thursday, February 4" in told(rules.says("f1", "cycle start"))
    assert "begin on Tuesday, February 2" in told(rules.says("f1", "cycle start 8 weeks"))


def test_a_first_meeting_that_cannot_be_on_its_day_says_why() -> None:
    rules = founded()
    fills(rules, meeting="2027-02-15")
    assert "You named Monday, February 15, but there is no school on that day" in shown_last(rules)
    assert "Washington" in shown_last(rules)
    fills(rules, meeting="2027-01-28")
    assert "I ask each of you two school days before you meet, so that is too soon" in shown_last(rules)


def test_an_administrator_whose_account_is_in_spanish_is_asked_in_spanish_once_that_is_known() -> None:
    rules = founded()
    rules.says("f1", "answer founding chat")
    rules.types("f1", "Lena Ortiz")
    rules.room = rules.room.having([replace(rules.room.member("f1"), language="es")])
    rules.types("f1", "Lincoln")
    put = [send.message for send in rules.sends.values() if send.message][-1]
    form = rules.says("f1", "answer founding form")

    assert "¿En qué zona horaria está tu escuela?" in text.draw(put)
    assert "¿Qué días cierra la escuela?" in told(form)
    fills(rules)
    assert {each.language for each in rules.room.present()} == {"es"}
    assert "Antes de que empiece el ciclo" in shown_last(rules)


ONE_BY_ONE = ("Ana Ruiz, ana@l.example, teacher", "Ben ben@l.example teacher")


@pytest.mark.parametrize(
    "messages",
    [
        ONE_BY_ONE,
        ("; ".join(ONE_BY_ONE),),
        ("\n".join(ONE_BY_ONE),),
        ("Ana", ONE_BY_ONE[0], "Ben", ONE_BY_ONE[1]),
        ("Ana Ruiz, ana@l.example, coach", ONE_BY_ONE[0], ONE_BY_ONE[1]),
        (f"{ONE_BY_ONE[0]}\nBen", "help", ONE_BY_ONE[1]),
    ],
)
def test_people_are_collected_over_messages_and_lines(messages: tuple[str, ...]) -> None:
    rules = founded()
    rules.says("f1", "answer founding chat")
    for words in ("Lena Ortiz", "Lincoln", "Central", "8 to 3", "2"):
        rules.types("f1", words)
    for words in messages:
        rules.types("f1", words)
    rules.types("f1", "2/3")

    assert [(each.name, *rules.room.roles(each.id)) for each in rules.room.present()] == [
        ("Lena Ortiz", Role.ADMINISTRATOR),
        ("Ana Ruiz", Role.TEACHER),
        ("Ben", Role.TEACHER),
    ]


def test_who_is_on_the_list_so_far_is_said() -> None:
    rules = founded()
    rules.says("f1", "answer founding chat")
    for words in ("Lena Ortiz", "Lincoln", "Central", "8 to 3", "2"):
        rules.types("f1", words)
    said = told(rules.types("f1", ONE_BY_ONE[0]))

    assert "Please name 1 more" in said
    assert "On the list so far: Ana Ruiz (teacher)." in said


def test_somebody_of_the_district_who_is_on_record_stays_one_person() -> None:
    rules = founded()
    rules.room = replace(rules.room, district=(Member("p9", "Ben C. Carter", "ben@lincoln.example"),))
    fills(rules)

    assert [member.id for member in rules.room.prompted() if "Ben" in member.name] == ["p9"]


def test_where_no_cycle_fits_before_the_summer_the_school_is_on_record_all_the_same() -> None:
    rules = founded()
    rules.now = datetime(2027, 5, 3, 15, 0, tzinfo=UTC)
    fills(rules, meeting="2027-05-12")

    assert rules.room.school.name == "Lincoln Elementary"
    (send,) = rules.sends.values()
    assert send.message
    assert "Import the next terms" in send.message.text
    assert labels(send.message) == ["Change the answers"]
    assert "Your school and your team" in told(rules.says("f1", send.message.buttons[0].says))


@pytest.mark.parametrize("today", [datetime(2027, 5, 3, 15, 0, tzinfo=UTC), datetime(2027, 7, 1, 15, 0, tzinfo=UTC)])
@pytest.mark.parametrize(("meeting", "met_on"), [("2027-09-09", "September 9"), ("2027-08-17", "August 24")])
def test_a_team_is_founded_in_spring_or_summer_for_the_next_school_year(
    today: datetime, meeting: str, met_on: str
) -> None:
    rules = founded()
    rules.now = today
    fills(rules, meeting=meeting)

    assert rules.room.calendar.terms[-1] == Span(date(2027, 8, 15), date(2028, 6, 15))
    assert not rules.room.calendar.is_open(date(2027, 11, 25)), "Thanksgiving"
    (send,) = rules.sends.values()
    assert send.message
    assert met_on in send.message.text
    rules.says("f1", send.message.buttons[0].says)
    assert rules.room.cycles[0].started_on >= date(2027, 8, 15)


def test_only_who_was_let_in_by_the_code_is_asked() -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator")

    assert "Your school is on record" in told(rules.says("lena", "school"))
    assert "for an administrator" in told(rules.says("ana", "school"))


# ---------------------------------------------------------------- before the answers


@pytest.mark.parametrize(
    "words",
    ["cycle start", "cycle start 2027-02-02 10 weeks confirmed", "team add Ana ana@l.example teacher", "decide"],
)
def test_until_the_school_is_on_record_its_questions_come_before_everything_else(words: str) -> None:
    rules = founded()
    reply = rules.says("f1", words)

    assert "Tell me about your school first" in told(reply)
    assert "Which time zone is your school in?" in told(reply)
    assert rules.room.cycles == ()
    assert rules.room.decisions == ()
    assert "Which time zone is your school in?" in told(rules.says("f1", reply.message.buttons[0].says))


def test_typed_words_do_not_get_past_the_questions_either() -> None:
    rules = founded()
    rules.says("f1", "school")
    assert "Tell me about your school first" in told(rules.types("f1", "cycle start"))
    rules.says("f1", "stop founding")
    assert "Tell me about your school first" in told(rules.types("f1", "cycle start"))


def test_until_then_help_and_home_offer_the_questions_and_nothing_that_needs_a_school() -> None:
    rules = founded()
    offered = told(rules.says("f1", "help"))

    assert "school: tell me about your school" in offered
    assert "cycle start" not in offered
    assert "decide" not in offered
    assert labels(rules.says("f1", "home").message) == ["Who sees what", "What you can do now", "Answer"]
    fills(rules)
    assert "cycle start" in told(rules.says("f1", "help"))
    assert "Start a cycle" in labels(rules.says("f1", "home").message)


@pytest.mark.parametrize(
    ("zone", "name"),
    [("UTC", "UTC"), ("Etc/GMT+5", "Etc/GMT+5"), ("America/Chicago", "Central Time"), ("EST5EDT", "Eastern Time")],
)
def test_a_zone_that_belongs_to_no_place_goes_by_its_own_name(zone: str, name: str) -> None:
    assert called(zone, "en") == name


def test_the_roles_that_one_may_write_are_shown_with_their_accents_and_each_is_read_again() -> None:
    rules = founded()
    rules.room = rules.room.having([replace(rules.room.member("f1"), language="es")])
    reply = fills(rules, members="Ai De, ai@l.example, chef\nBen ben@l.example docente")
    said = reply.fields["members.0"]

    assert "no conozco la función «chef»" in said
    assert "administración, docente, docente con función mixta" in said
    assert "administracion" not in said


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_role_that_is_offered_is_read_as_that_role_alone(language: str) -> None:
    phrases = scripts().phrases(language)
    for role in Role:
        shown = founding_team.to_write(phrases, role)
        written = newcomers.read(f"Ana Ruiz, ana@l.example, {shown}", phrases)
        assert (written.name, written.roles) == ("Ana Ruiz", (role,)), shown


CAI = "Cai Doe, cai@l.example, support staff"
TEAM = ["Lena Ortiz", "Ana Ruiz", "Ben", "Cai Doe"]


def until_the_list(*messages: str) -> Rules:
    """Everything before the list is answered in the chat, and then these messages."""
    rules = founded()
    rules.says("f1", "answer founding chat")
    for words in ("Lena Ortiz", "Lincoln", "Central", "8 to 3", "2", *messages):
        rules.types("f1", words)
    return rules


def said_since(rules: Rules, before: int) -> str:
    """All that was sent after so many messages."""
    return "\n".join(text.draw(send.message) for send in [*rules.sends.values()][before:] if send.message)


def test_who_is_written_right_after_the_list_is_on_it_too() -> None:
    rules = until_the_list(ONE_BY_ONE[0])
    before = len(rules.sends)
    rules.types("f1", ONE_BY_ONE[1])
    assert "On the list so far: Ana Ruiz (teacher), Ben (teacher). Somebody is missing? Write" in said_since(
        rules, before
    )

    before = len(rules.sends)
    rules.types("f1", CAI)
    said = said_since(rules, before)
    assert "Ben (teacher), Cai Doe (support staff). Somebody is missing?" in said
    assert "On which day does the team meet first?" in said
    assert said.index("Cai Doe") < said.index("On which day")
    before = len(rules.sends)
    rules.types("f1", CAI)
    assert "On which day does the team meet first?" in said_since(rules, before), "twice is once"
    rules.types("f1", "2/3")

    assert [each.name for each in rules.room.present()] == TEAM
    assert rules.room.team.meeting_weekday == 2


@pytest.mark.parametrize(
    "messages",
    [
        ("back", CAI),
        ("back", "Cai", CAI),
        ("back", "Cai Doe, cai@l.example, chef", "keep", CAI),
        ("back", "keep", CAI),
        ("back", CAI, "back", "Cai Doe, cai@l.example, aide"),
        ("someday", CAI),
        (f"{CAI}; Dee, dee@l.example, observer", "back", ONE_BY_ONE[0]),
    ],
)
def test_who_is_written_after_going_back_comes_to_those_on_the_list(messages: tuple[str, ...]) -> None:
    rules = until_the_list(*ONE_BY_ONE, *messages, "2/3")

    assert rules.room.school.name == "Lincoln"
    assert {*TEAM} <= {each.name for each in rules.room.present()}
    assert [set(rules.room.roles(each.id)) for each in rules.room.present() if each.name == "Cai Doe"] == [
        {Role.SUPPORT}
    ]


def test_the_form_holds_the_whole_list_so_who_is_left_out_there_is_not_on_the_team() -> None:
    rules = until_the_list(*ONE_BY_ONE, CAI, "2/3")
    fills(rules)
    assert [each.name for each in rules.room.present()] == ["Lena Ortiz", "Ana Ruiz", "Ben Carter"]


def test_no_sentence_about_the_list_where_a_form_goes_on() -> None:
    rules = founded()
    before = len(rules.sends)
    fills(rules, zone="other")
    assert "Somebody is missing" not in said_since(rules, before)


def test_what_was_shown_starts_by_its_words_and_only_as_it_was_shown() -> None:
    for words in ("Start it like this", "start it", "yes"):
        rules = founded()
        fills(rules)
        assert "is set up" in told(rules.types("f1", words))

    rules = founded()
    rules.keep(Outcome((replace(rules.room.member("f1"), language="es"),)))
    fills(rules)
    rules.keep(Outcome((replace(rules.room.team, meeting_weekday=1),)))
    assert "ya no es correcta" in told(rules.types("f1", "iniciarlo así"))
    assert rules.room.cycle is None
    assert "Queda preparado" in told(rules.types("f1", "sí"))


def test_somebody_is_taken_off_the_list_or_put_on_it_by_words_until_it_starts() -> None:
    rules = founded()
    for words in ("Lena Ortiz", "Lincoln", "central", "7:45 to 3", "none", "Ana Ruiz ana@l.example teacher"):
        rules.types("f1", words)
    rules.types("f1", "without Ana")
    rules.types("f1", "Ana Ruiz ana@l.example teacher\nBen ben@l.example teacher\nKim kim@l.example teacher")
    rules.types("f1", "remove Ben")
    assert "too small" in told(rules.types("f1", "remove Kim from the list"))
    rules.types("f1", "2/10")
    assert [each.name for each in rules.room.present()] == ["Lena Ortiz", "Ana Ruiz", "Kim"]

    rules.types("f1", "Zoe Yi, zoe@l.example, teacher")
    rules.types("f1", "take ana@l.example off the list")
    assert [each.name for each in rules.room.present()] == ["Lena Ortiz", "Kim", "Zoe Yi"]
    assert "is set up" in told(rules.types("f1", "start it"))

    for words, does in (("Ana Lopez, al@l.example, teacher", "team add "), ("remove Kim", "team left ")):
        assert rules.types("f1", words).message.buttons[0].says.startswith(does)
    assert [each.name for each in rules.room.present()] == ["Lena Ortiz", "Kim", "Zoe Yi"]


def test_before_it_is_told_there_is_no_next_meeting_and_no_cycle_to_be_left_alone_in() -> None:
    rules = founded()
    assert "Not this cycle" not in labels(rules.says("f1", "school").message)
    assert "in this cycle" not in told(rules.types("f1", "stop"))
    for words in ("Lena Ortiz", "Lincoln", "central", "7:45 to 3", "none", ANSWERS["members"]):
        rules.types("f1", words)
    before = set(rules.sends)
    rules.types("f1", "next PLC")
    (asked,) = (rules.sends[key].message for key in rules.sends if key not in before)
    assert asked
    assert "I do not know yet on which day your team meets" in asked.text
    assert not any(each.message and "You would meet" in each.message.text for each in rules.sends.values())


# ---------------------------------------------------------------- the channel


HERE = Channel("f1", "practice", "practice", "our-channel")


def test_a_team_without_a_channel_hears_so_before_it_starts_and_how_to_give_one() -> None:
    rules = founded()
    fills(rules)
    assert "Your team has no channel yet" in shown_last(rules)
    assert "Your team's channel: the card of Convene" in shown_last(rules)
    assert told(rules.says("f1", "help")).index("channel here") < told(rules.says("f1", "help")).index("cycle start")

    rules.keep(Outcome((HERE,)))
    assert "no channel yet" not in told(rules.says("f1", "cycle start"))
    assert "channel here" not in told(rules.says("f1", "help"))


def test_what_could_be_posted_nowhere_is_told_to_the_administrator_once_and_posted_where_there_is_a_channel() -> None:
    rules = founded()
    fills(rules)
    rules.types("f1", "start it")
    rules.until(rules.room.calendar.at(date(2027, 2, 4), time(9)))

    assert not [send for send in rules.sends.values() if send.kind is SendKind.POST]
    (nowhere,) = (send for send in rules.sends.values() if send.card == "nowhere")
    assert nowhere.to == "f1"
    drawn = cards.draw(rules.room, nowhere.card, "f1")
    assert drawn
    assert "channel here. Then I post what is waiting." in text.draw(drawn)
    event = Event("here", "practice", "practice", "f1", "our-channel", False, rules.now, Said("channel here", True))
    rules.keep(reception.take(rules.room, rules.room.member("f1"), event, rules.now))

    assert [send.card for send in rules.sends.values() if send.kind is SendKind.POST] == ["phase 1"]
    assert cards.draw(rules.room, nowhere.card, "f1") is None
    again = replace(event, key="again", place="another-channel")
    posts = dict(rules.sends)
    rules.now = rules.room.calendar.at(date(2027, 2, 6), time(9))
    outcome = reception.take(rules.room, rules.room.member("f1"), again, rules.now)
    rules.keep(outcome)
    assert rules.sends == posts, "what is out is out"
    assert "Your team sees" not in told(outcome.reply), "on a Saturday nothing is promised for Monday"


# ---------------------------------------------------------------- people as they are written


@pytest.mark.parametrize(
    ("line", "name", "roles"),
    [
        ("Ana Ruiz, ana@l.example, lead teacher", "Ana Ruiz", [Role.TEACHER]),
        ("Ben Carter - math, ana@l.example, teacher", "Ben Carter", [Role.TEACHER]),
        ("Ben Carter - math teacher, ana@l.example", "Ben Carter", [Role.TEACHER]),
        ("Ana Ruiz, ana@l.example, teacher - math, facilitator", "Ana Ruiz", [Role.TEACHER, Role.FACILITATOR]),
        ("Maria De la Cruz asst. principal, ana@l.example", "Maria De la Cruz", [Role.ADMINISTRATOR]),
        ("Joe Fox ana@l.example sped teacher", "Joe Fox", [Role.TEACHER]),
        ("Joe Fox sped teacher ana@l.example", "Joe Fox", [Role.TEACHER]),
        ("please add Zoe Young ana@l.example teacher", "Zoe Young", [Role.TEACHER]),
        ("Ruiz, Ana, ana@l.example, teacher", "Ruiz Ana", [Role.TEACHER]),
        ("ana@l.example, Jean-Luc Roy <hybrid & facilitator>", "Jean-Luc Roy", [Role.HYBRID, Role.FACILITATOR]),
        ("ana ruiz teacher ana@l.example", "ana ruiz", [Role.TEACHER]),
    ],
)
def test_what_somebody_teaches_is_no_part_of_their_name(line: str, name: str, roles: list[Role]) -> None:
    written = newcomers.read(line, scripts().phrases())
    assert (written.name, written.email, set(written.roles)) == (name, "ana@l.example", set(roles))
    assert not written.unknown


def test_a_part_that_says_no_role_is_asked_about_beside_one_that_does() -> None:
    assert newcomers.read("Ana Ruiz, ana@l.example, teacher, coahc", scripts().phrases()).unknown == "coahc"


def test_after_the_first_week_was_shown_a_command_is_a_command_and_whoever_is_written_again_is_one_person() -> None:
    rules = founded()
    fills(rules)
    assert "Zed Young is on the team" in told(rules.types("f1", "team add Zed Young zed@l.example teacher"))
    rules.types("f1", "Ben Carter, benc@lincoln.example")
    rules.types("f1", "please add Zoe Young zoe@l.example teacher")
    assert [each.name for each in rules.room.present()] == [
        "Lena Ortiz",
        "Ana Ruiz",
        "Zed Young",
        "Ben Carter",
        "Zoe Young",
    ]
    assert "Ben Carter (teacher), Zoe Young (teacher)" in shown_last(rules), "and the start is what comes last"


def test_whoever_founds_the_school_and_writes_down_themselves_is_there_once() -> None:
    rules = founded()
    people = "Lena Ortiz, lena@l.example, principal\nAna Ruiz, ana@l.example, teacher"
    assert "Please name 1 more" in told(fills(rules, members=people))
    fills(rules, members=f"{people}\nBen, ben@l.example, teacher")
    assert [each.name for each in rules.room.present()] == ["Lena Ortiz", "Ana Ruiz", "Ben"]


@pytest.mark.parametrize(
    ("words", "language", "zone"),
    [
        ("EST", "en", "America/New_York"),
        ("ET", "en", "America/New_York"),
        ("America/New_York", "en", "America/New_York"),
        ("Eastern standard time", "en", "America/New_York"),
        ("Eastern Time", "en", "America/New_York"),
        ("Puerto Rico", "en", "America/Puerto_Rico"),
        ("PT", "en", "America/Los_Angeles"),
        ("zona del este", "es", "America/New_York"),
        ("hora del Pacífico", "es", "America/Los_Angeles"),
    ],
)
def test_a_time_zone_is_known_by_what_people_call_it(words: str, language: str, zone: str) -> None:
    rules = founded()
    rules.keep(Outcome((replace(rules.room.member("f1"), language=language),)))
    rules.says("f1", "answer founding chat")
    for said in ("Lena Ortiz", "Lincoln", words, "8 to 3", "2", ANSWERS["members"], "2/3"):
        rules.types("f1", said)

    assert rules.room.calendar.zone == zone


def test_a_time_zone_without_an_option_is_asked_for_and_may_be_called_as_people_call_it() -> None:
    rules = founded()
    for said in ("Lena Ortiz", "Lincoln", "America/Detroit", "ET", "8 to 3", "2", ANSWERS["members"], "2/3"):
        rules.types("f1", said)
    assert rules.room.calendar.zone == "America/New_York"


def test_yes_at_the_question_for_the_hours_hears_how_hours_are_written() -> None:
    rules = founded()
    for said in ("Lena Ortiz", "Lincoln", "ET"):
        rules.types("f1", said)
    assert "Write two times" in told(rules.types("f1", "yes"))


@pytest.mark.parametrize(
    "words",
    ["2/3/2027", "hours are actually 8 to 4", "change the hours", "yes but hours 8 to 4", "the meeting is on Friday"],
)
def test_what_is_said_about_the_school_after_the_first_week_was_shown_leads_to_its_answers(words: str) -> None:
    rules = founded()
    fills(rules)
    offer = rules.types("f1", words)
    assert labels(offer.message) == ["Change the answers"]
    assert "Your school and your team" in told(rules.says("f1", offer.message.buttons[0].says))
    assert "is set up" in told(rules.types("f1", "yes"))
    assert "Change the answers" not in told(rules.types("f1", words))
