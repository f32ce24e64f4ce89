"""What seems to name a student and what does not; the measured figures come from `python -m benchmarks.students`."""

from dataclasses import fields

import pytest

from flows import records
from flows.decision_records import Amendment, Decision, Wording
from flows.doubts import READ_BY_OTHERS
from flows.students import named
from flows.vocabulary import first_names, vocabulary
from tests.world import scripts

WORDS = vocabulary(scripts().by_language.values())
TEAM = ("Ben Carter", "María Hernández")

NAMING = {
    "Jayden cannot read yet": "Jayden",
    "Planning with José about his reading": "José",
    "mateo was suspended again": "mateo",
    "The mother of Hope called twice": "Hope",
    "We lost Mason Tillery's folder": "Mason",
    "My student Xzyrion hits others": "Xzyrion",
    "A boy named Quoc moved here": "Quoc",
    "We called Zylah's mom": "Zylah's",
    "J.T. in 4th grade waits for a reader": "J.T.",
    "JT (4th grade) was absent": "JT",
    "Move Maya R. to the first table": "Maya",
    "Put Zyla R. at the first table": "Zyla R.",
    "Her IEP meeting was moved": "Her IEP",
    "That boy was suspended on Tuesday": "That boy",
    "Student ID 1234567 has no lunch": "Student ID 1234567",
    "He was born 3/14/2014": "born 3/14/2014",
    "Mi alumno Yahir no lee": "Yahir",
    "La mamá de Luz llamó ayer": "Luz",
    "La estudiante llamada Itzayana faltó": "Itzayana",
    "Fecha de nacimiento: 14 de marzo de 2014": "Fecha de nacimiento: 14 de marzo",
    "Ella es Camila, de tercer grado": "Camila",
}
NAMING_NOBODY = (
    "",
    "Planning time together, every week",
    "Fewer interruptions in the first hour",
    "Ms. Jennifer Rivera covers the lunch duty",
    "Dr. Martin Luther King Day is a closed day",
    "Maria Montessori School has a model",
    "Ben Carter and Maria plan the retreat",
    "By May the third graders read alone",
    "What does a student with an IEP need from us?",
    "Every teacher brings his or her IEP list",
    "Our Student Council meets in April",
    "U.S. history in 8th grade needs books",
    "Let us take Plan B. Then we see",
    "Student A and Student B sort the cards",
    "Room 204, 1:05 p.m., budget 120000",
    "READING GROUPS FOR ALL THIRD GRADERS",
    "Hope and Faith in What We Do",
    "La Sra. Carmen Ortiz cubre el recreo",
    "Menos interrupciones para el tercer grado",
    "Los estudiantes con PEI necesitan más tiempo",
)


@pytest.mark.parametrize(("text", "piece"), NAMING.items())
def test_words_that_name_a_student_are_found(text: str, piece: str) -> None:
    assert named(text, WORDS, TEAM) == piece


@pytest.mark.parametrize("text", NAMING_NOBODY)
def test_words_of_the_work_name_nobody(text: str) -> None:
    assert named(text, WORDS, TEAM) == ""


def test_a_name_of_the_team_is_a_students_for_another_team() -> None:
    assert named("Benjamin plans the retreat with Jayden", WORDS, ("Jayden Cole", "Benjamin Ott")) == ""
    assert named("Benjamin plans the retreat with Jayden", WORDS) == "Benjamin"


def test_the_list_of_names_is_folded_and_says_whose_it_is() -> None:
    names, words_too = first_names()
    assert len(names) > 5_000
    assert {"jayden", "aaliyah", "mateo", "ximena"} <= names
    assert {"hope", "mason", "luz"} <= words_too
    assert not names & words_too
    assert all(name.isalpha() and name.isascii() and name == name.casefold() for name in names | words_too)


def test_all_words_that_people_put_on_record_are_looked_at() -> None:
    """Whoever adds a record with words says here what they are for: read by others, or no words of people's own."""
    none = {
        *(
            "team",
            "member",
            "author",
            "owner",
            "proposed_by",
            "by",
            "asker",
            "of",
            "through",
            "closed_by",
            "taken_from",
        ),
        *("key", "origin", "flow", "step", "phase", "beside", "matter", "conversation", "cycle", "coach"),
        *("kind", "state", "status", "verdict", "mode", "majority", "circle", "note"),
    }
    written = {
        (kind, each.name)
        for kind in records.KEYS
        for each in fields(kind)
        if each.type in (str, tuple[str, ...]) and each.name not in none
    }
    looked_at = {(kind, name) for kind, names in READ_BY_OTHERS.items() for name in names}
    keys = {(Decision, "asked"), (Amendment, "asked")}
    keys |= {(records.Indicator, "outcome"), (records.Indicator, "link"), (records.Placement, "level")}
    before = {(Wording, name) for name in ("question", "reason", "limits", "outcome")}
    assert written == (looked_at | keys | before)
