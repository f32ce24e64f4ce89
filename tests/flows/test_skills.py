"""Skills: protocols that a coach edits, that anybody reads in the chat, and that are offered to who leads."""

from dataclasses import replace
from pathlib import Path

import pytest

from adapters import text
from flows import cards, skills
from flows.loader import SHIPPED, ScriptError, load_scripts
from tests.world import Rules, labels, told

GOOD = """
title = "Check in"
minutes = 3
purpose = "To begin together."
[[steps]]
say = "Each says one word."
minutes = 2
[[steps]]
say = "Thank each other."
minutes = 1
"""


def team(**people: str) -> Rules:
    return Rules(ana="teacher, facilitator", ben="teacher", lena="administrator", **people)


def own(folder: Path, **files: str) -> Path:
    (folder / "skills").mkdir()
    for name, content in files.items():
        (folder / "skills" / f"{name.replace('__', '.')}.toml").write_text(content, "utf-8")
    return folder


def complaints(folder: Path) -> tuple[str, ...]:
    with pytest.raises(ScriptError) as refused:
        load_scripts(SHIPPED, folder)
    return refused.value.complaints


def test_all_protocols_are_listed_and_that_of_the_phase_comes_first() -> None:
    rules = team(kay="coach")
    assert labels(rules.says("kay", "skills").message) == [
        "Consent round", "Five whys", "Norms", "Notice and wonder", "What, so what, now what",
    ]  # fmt: skip

    rules.starts("ana")

    shown = told(rules.says("ben", "skills"))
    assert labels(rules.says("ben", "skills").message)[0] == "Norms"
    assert "• Norms: To agree on a few ways of working that let everybody speak" in shown
    assert "12 minutes" in shown


@pytest.mark.parametrize("said", ["five whys", "Five Whys", "five_whys", "whys", "2"])
def test_one_is_shown_step_by_step_by_whatever_people_call_it(said: str) -> None:
    shown = told(team().says("ben", f"skill {said}"))

    assert shown.startswith("Five whys\n\nTo get from a need to what lies behind it")
    assert "\n2. Ask: why does this happen?" in shown
    assert shown.endswith("15 minutes in all")


@pytest.mark.parametrize("said", ["skill normz", "skills normz", "skill Norm s"])
def test_a_name_that_is_misspelled_is_one_press_away(said: str) -> None:
    rules = team()
    near = rules.says("ben", said)

    assert "Did you mean Norms?" in told(near)
    assert "write" not in told(near)
    assert told(rules.says("ben", near.message.buttons[0].says)).startswith("Norms\n")


@pytest.mark.parametrize(
    ("said", "title"), [("skills norms", "Norms"), ("skills 1", "Norms"), ("skill 3", "Five whys")]
)
def test_the_list_and_one_of_it_go_by_either_word_and_by_the_order_of_the_list(said: str, title: str) -> None:
    rules = team()
    rules.starts("ana")
    assert labels(rules.says("ben", "skills").message)[0] == "Norms"

    assert told(rules.says("ben", said)).startswith(f"{title}\n")
    assert told(rules.types("lena", said)).startswith(f"{title}\n")


def test_a_name_that_nothing_has_is_answered_with_where_they_are() -> None:
    unknown = team().says("ben", "skill juggling")
    assert "“juggling”" in told(unknown)
    assert labels(unknown.message) == ["Protocols for a meeting"]
    assert told(team().says("ben", "skill")).startswith("Protocols for a meeting")


def test_in_spanish_it_is_found_and_shown_in_spanish() -> None:
    rules = team()
    members = tuple(replace(each, language="es") for each in rules.room.members)
    rules.room = replace(rules.room, members=members)

    shown = told(rules.says("ben", "skill cinco porqués"))

    assert shown.startswith("Cinco porqués\n\nLlegar de una necesidad")
    assert shown.endswith("15 minutos en total")


def test_who_is_asked_to_lead_is_offered_the_protocol_of_the_phase() -> None:
    rules = team()
    rules.starts("ana")
    rules.until(rules.room.calendar.at(rules.room.today(rules.now), rules.room.course.prompt))
    asked = next(send for send in rules.sends.values() if send.to == "ana" and send.card.startswith("ask "))

    drawn = cards.draw(rules.room, asked.card, "ana")

    assert drawn is not None
    assert "Protocol: Norms" in text.draw(drawn)
    assert labels(rules.says("ana", "lead yes").message) == ["Protocol: Norms"]
    assert told(rules.says("ana", "skill norms")).startswith("Norms")


def test_a_school_replaces_one_by_a_file_of_the_same_name_and_adds_its_own(tmp_path: Path) -> None:
    scripts = load_scripts(SHIPPED, own(tmp_path, norms=GOOD, check_in=GOOD, check_in__es='title = "Ronda"'))

    assert scripts.skills()["norms"].title == "Check in"
    assert scripts.skills("es")["norms"].title == "Check in", "the shipped translation is of other words"
    assert scripts.skills("es")["check_in"].title == "Ronda"
    assert [step.say for step in scripts.skills("es")["check_in"].steps] == ["Each says one word.", "Thank each other."]
    assert tuple(note for note in scripts.notes if note.startswith("skills/")) == (
        'skills/check_in.es.toml: "purpose" is not translated, so people read it as it is in check_in.toml.',
        'skills/check_in.es.toml: "steps" is not translated, so people read it as it is in check_in.toml.',
        "skills/norms.es.toml: there is none for this norms.toml, so people read that as it is.",
    )


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("minutes = 3", "minutes = 9", ': its steps take 3 minutes together, and "minutes" says 9. Make them agree.'),
        ('title = "Check in"', "", ': "title" is missing. Add a line like title = "…".'),
        ("purpose", "porpose", ': "porpose" is not known in a skill. Did you mean "purpose"?'),
        ('say = "Thank each other."', "", ' step 2: it has no words. Add a line like say = "Each reads one sentence."'),
        ("minutes = 1", 'minutes = "1"', ' step 2: "minutes" must be a whole number without quotes, like minutes = 2.'),
        ("minutes = 1", "minutes = 1\nsays = 2", ' step 2: "says" is not known in a step. Did you mean "say"?'),
        ("one word", "one {word}", ' step 1: "say" has {word}, which is never filled in. No {word} is filled in here.'),
        (GOOD[-60:], "", "step"),
    ],
)
def test_a_mistake_is_named_in_a_coach_s_words(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    told = complaints(own(tmp_path, check_in=GOOD.replace(old, new, 1)))

    assert any(complaint in each for each in told), told


def test_a_translation_with_other_steps_is_refused(tmp_path: Path) -> None:
    spanish = 'title = "Ronda"\nminutes = 5\n[[steps]]\nsay = "Una palabra."'

    assert complaints(own(tmp_path, check_in=GOOD, check_in__es=spanish, alone__es=spanish)) == (
        "skills/alone.es.toml: there is no alone.toml of which this is a translation.",
        'skills/check_in.es.toml: "minutes" differs from check_in.toml. '
        "Take it out here: a translation has words only.",
        "skills/check_in.es.toml: it has 1 steps; check_in.toml has 2.",
    )


def test_a_phase_names_a_protocol_that_there_is(tmp_path: Path) -> None:
    cycle = (SHIPPED / "cycle.toml").read_text("utf-8").replace('"five_whys"', '"six_whys"')
    (tmp_path / "cycle.toml").write_text(cycle, "utf-8")

    told = complaints(tmp_path)
    assert 'cycle.toml [needs]: skill names "six_whys", but there is no skills/six_whys.toml.' in told


def test_what_is_no_table_at_all_is_judged_in_a_sentence() -> None:
    for steps in (None, "x", [], [1], [{}] * 9):
        assert all(each[-1] in ".?" for each in skills.judge({"title": "T", "minutes": 1, "steps": steps}))
