"""Spanish: every phrase and script has its sibling, and people write days, names and yes as they speak."""

from dataclasses import replace
from datetime import date, datetime, time

import pytest

from adapters import text
from bot.sample import CALENDAR
from flows import cards
from flows.answers import read
from flows.calendar import parse_time
from flows.chatting import control
from flows.dates import Today, first_and_last, read_day
from flows.flow import Asked
from flows.labels import LABELS, says
from flows.loader import load_scripts
from flows.messages import Kind, Option
from flows.newcomers import read as read_newcomer
from flows.options import find_person, which
from flows.people import Role
from flows.phrases import PLACEHOLDER
from flows.timetable import meeting_on
from tests.world import Rules, told

SCRIPTS = load_scripts()
ENGLISH, SPANISH = SCRIPTS.phrases("en"), SCRIPTS.phrases("es-MX")
MONDAY = date(2027, 3, 1)
TODAY = Today(MONDAY, CALENDAR, meets_on=3)  # the team meets on Thursdays
PEOPLE = (Option("ana", "Ana Ruiz"), Option("ben", "Ben Carter"))


@pytest.mark.parametrize(
    ("words", "says_it"),
    [
        ("equipo", "team"),
        ("informe", "report"),
        ("protocolos", "skills"),
        ("necesidad más tiempo", "need más tiempo"),
        ("estado", "cycle status"),
    ],
)
def test_the_spanish_word_for_a_command_leads_to_it(words: str, says_it: str) -> None:
    rules = Rules(lena="administrator", ana="teacher", ben="teacher")
    rules.room = rules.room.having([replace(rules.room.member("ana"), language="es")])
    rules.starts("lena")
    hint = rules.types("ana", words)

    assert "¿Quieres decir" in told(hint)
    assert hint.message.buttons[0].says == says_it


def test_a_spanish_time_is_set_off_from_what_happens_then() -> None:
    rules = Rules(CALENDAR.at(date(2027, 1, 29), time(10)), lena="administrator", ana="teacher", ben="teacher")
    rules.room = rules.room.having([replace(rules.room.member("lena"), language="es")])

    assert "m.: Lena, Ana, Ben: una pregunta" in told(rules.says("lena", "cycle start")).replace("\u00a0", " ")


def test_what_may_be_meant_is_quoted_as_in_spanish() -> None:
    assert "«Ana Ruiz»" in which(PEOPLE, SPANISH)
    assert "“" not in which(PEOPLE, SPANISH)


def test_nothing_that_ships_lacks_its_spanish() -> None:
    assert SCRIPTS.notes == (), "\n".join(SCRIPTS.notes)


@pytest.mark.parametrize("key", sorted(ENGLISH.sentences))
def test_a_spanish_phrase_says_the_same_words_that_are_filled_in(key: str) -> None:
    assert set(PLACEHOLDER.findall(SPANISH.sentences[key])) == set(PLACEHOLDER.findall(ENGLISH.sentences[key]))


def test_what_is_a_button_or_a_title_is_short_enough_to_be_shown_whole() -> None:
    fits = {"title": 40, "form": 40}
    for key, sentence in SPANISH.sentences.items():
        if len(ENGLISH.sentences[key]) <= 24 and key.rpartition(".")[2] in fits:
            assert len(sentence) <= fits[key.rpartition(".")[2]], key
    for key in LABELS:
        assert len(SPANISH.say(key)) <= 30, key
    for name in SCRIPTS.flows:
        assert len(SCRIPTS.flow(name, "es").title) <= 24, f"{name}: Slack cuts a modal's title there"


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("viernes", "2027-03-05"),
        ("el viernes", "2027-03-05"),
        ("14 de marzo", "2027-03-14"),
        ("domingo, 14 de marzo", "2027-03-14"),
        ("mañana", "2027-03-02"),
        ("today", "2027-03-01"),
        ("tomorrow", "2027-03-02"),
        ("on viernes", "2027-03-05"),
        ("in 3 days", "2027-03-04"),
        ("next school day", "2027-03-02"),
        ("hoy", "2027-03-01"),
        ("en 5 días", "2027-03-06"),
        ("dentro de dos semanas", "2027-03-15"),
        ("en una semana", "2027-03-08"),
        ("para el miércoles", "2027-03-03"),
        ("14/3", "2027-03-14"),
        ("en 3 días de clases", "2027-03-04"),
        ("el próximo día de clases", "2027-03-02"),
        ("próxima reunión", "2027-03-04"),
        ("nuestra reunión", "2027-03-04"),
    ],
)
def test_days_are_understood_as_people_write_them(said: str, day: str) -> None:
    assert str(read_day(said, TODAY, SPANISH)) == day


@pytest.mark.parametrize(
    "said", ["del 14/3 al 20/3", "desde el 14/3 hasta 20/3", "14/3 a 20/3", "14/3 to 20/3", "14/3-20/3"]
)
def test_the_first_and_the_last_day_are_told_apart(said: str) -> None:
    first, last = first_and_last(said, SPANISH)

    assert (str(read_day(first, TODAY, SPANISH)), str(read_day(last, TODAY, SPANISH))) == ("2027-03-14", "2027-03-20")


@pytest.mark.parametrize(
    ("said", "role"),
    [("docente", Role.TEACHER), ("función mixta", Role.HYBRID), ("personal de apoyo", Role.SUPPORT),
    ("directora", Role.ADMINISTRATOR), ("dirección del distrito", Role.DISTRICT_LEADER),
    ("personal fuera del equipo", Role.STAFF), ("teacher", Role.TEACHER)],
)  # fmt: skip
def test_what_somebody_is_can_be_said_in_spanish(said: str, role: Role) -> None:
    newcomer = read_newcomer(f"Ana de la Cruz, ana@school.example, {said} y facilitadora", SPANISH)

    assert newcomer.name == "Ana de la Cruz"
    assert set(newcomer.roles) == {role, Role.FACILITATOR}


@pytest.mark.parametrize(
    ("said", "meant"), [("Después", "later"), ("ahora no", "later"), ("omitir", "skip"), ("Atrás.", "back"),
    ("¡basta!", "stop"), ("No en este ciclo", "stop"), ("igual", "keep"), ("ayuda", "help"), ("stop", "stop")],
)  # fmt: skip
def test_the_words_that_steer_the_chat_are_spanish_ones(said: str, meant: str) -> None:
    assert control(SPANISH, said) == meant


@pytest.mark.parametrize(("said", "meant"), [("Sí", True), ("si, por favor", True), ("No, gracias", False)])
def test_yes_and_no_are_understood(said: str, meant: bool) -> None:
    assert read(Asked("again", 0, "¿Hay otra?", Kind.YES_NO), said, TODAY, SPANISH) is meant


def test_a_person_says_that_it_is_they() -> None:
    assert find_person(PEOPLE, "yo", SPANISH, "ben").key == "ben"


@pytest.mark.parametrize("key", sorted(LABELS))
def test_what_is_on_a_button_can_be_typed(key: str) -> None:
    assert says(SPANISH.say(key), SPANISH) in LABELS.values()


def test_lists_days_and_times_are_written_as_in_the_united_states() -> None:
    known = SPANISH.say("team.reads_along", name="Kay", names=["Ana", "Ben", "Lena"])

    assert text.one_line(known).endswith("Ana, Ben y Lena")
    assert ENGLISH.say("team.reads_along", name="Kay", names=["Ana", "Ben", "Lena"]).endswith("Ana, Ben, and Lena")
    assert "5 de marzo" in SPANISH.say("home.leave", first=date(2027, 3, 5), last=MONDAY)
    at = SPANISH.say("home.best_time", time=time(13, 5))
    assert at.endswith(" a las 1:05\u202fp.m.")
    assert parse_time("1:05 p. m.") == time(13, 5)
    assert SPANISH.say("engine.minutes", count=1) == "Alrededor de un minuto."
    assert "1,200" in SPANISH.say("engine.minutes", count=1_200)
    assert "viernes" in SPANISH.say("prompt.team_sees", at=datetime(2027, 3, 5, 7, 30))


def test_what_a_rule_refuses_is_said_in_the_person_s_language_and_the_team_hears_its_own() -> None:
    rules = Rules(ana="teacher, facilitator", ben="teacher", lena="administrator")
    members = tuple(replace(each, language="es") if each.id == "ben" else each for each in rules.room.members)
    rules.room = replace(rules.room, members=members)
    rules.starts("ana")

    assert "No hay una acción 9 en el plan" in told(rules.says("ben", "action done 9"))
    assert "Encuentro inicial" in told(rules.says("ben", "cycle status"))
    assert "There is no action 9 on the plan" in told(rules.says("lena", "action done 9"))
    assert rules.room.reader is None
    assert rules.room.course.phases["convene"].title == "Convene"


def test_help_is_asked_for_in_spanish() -> None:
    rules = Rules(ana="teacher, facilitator", lena="administrator")
    members = tuple(replace(each, language="es") for each in rules.room.members)
    rules.room = replace(rules.room, members=members)

    for said in ("ayuda", "Ayuda", "help"):
        assert told(rules.says("ana", said)).startswith("Lo que puedes hacer")


def test_a_card_for_one_person_names_the_phase_in_their_language() -> None:
    rules = Rules(ana="teacher, facilitator", ben="teacher", lena="administrator")
    members = tuple(replace(each, language="es") if each.id == "ben" else each for each in rules.room.members)
    rules.room = replace(rules.room, members=members)
    rules.starts("ana")
    rules.says("ben", "lead yes")
    meeting = meeting_on(rules.room, rules.room.course.phases["convene"])

    drawn = {to: cards.draw(rules.room, f"lead 1 phase.remind_convene {meeting}", to) for to in ("ben", "ana")}

    assert drawn["ben"] is not None
    assert drawn["ana"] is not None
    assert (drawn["ben"].title, drawn["ana"].title) == ("Encuentro inicial", "Convene")
    assert "La reunión de tu equipo fue el miércoles, 3 de febrero" in drawn["ben"].text
    assert drawn["ben"].note == "Unos 3 minutos."
