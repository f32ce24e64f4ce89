"""The conditions that a pulse asks about: coaches edit them, and what is wrong is said in their words."""

from pathlib import Path

import pytest

from flows.conditions import LEAST
from flows.loader import SHIPPED, ScriptError, load_scripts
from flows.messages import Kind
from flows.waves import FLOW

SCRIPTS = load_scripts()
GOOD = '[vision]\ntitle = "Where we go"\nasks = ["vision_shared"]\nmoves = ["Say it in one sentence."]\n'


def complaints(folder: Path, **files: str) -> tuple[str, ...]:
    for name, words in files.items():
        (folder / f"{name.replace('_', '.')}.toml").write_text(words, encoding="utf-8")
    try:
        load_scripts(SHIPPED, folder)
    except ScriptError as error:
        return error.complaints
    return ()


def test_seven_conditions_with_two_questions_each_and_one_statement_about_oneself() -> None:
    told = SCRIPTS.conditions()
    assert [len(each.asks) for each in told.each] == [2] * 7 + [1]
    assert [bool(each.moves) for each in told.each] == [True] * 7 + [False]
    asked = [step.key for step in SCRIPTS.flow(FLOW).steps if step.kind is Kind.SCALE]
    assert [step for each in told.each for step in each.asks] == asked
    assert (told.fewest, told.comments) == (5, 10)


def test_they_are_there_in_spanish_with_the_same_numbers_and_questions() -> None:
    english, spanish = SCRIPTS.conditions("en"), SCRIPTS.conditions("es")
    assert [each.asks for each in english.each] == [each.asks for each in spanish.each]
    assert not {each.title for each in english.each} & {each.title for each in spanish.each}
    assert (english.fewest, english.comments) == (spanish.fewest, spanish.comments)


def test_nowhere_it_is_said_that_anybody_validated_our_questions() -> None:
    shown = [
        path for path in SHIPPED.glob("*.toml") if path.stem.partition(".")[0] in ("pulse", "conditions", "phrases")
    ]
    for path in shown:
        told = "\n".join(line for line in path.read_text("utf-8").splitlines() if not line.startswith("#"))
        assert "validated" not in told.casefold()
        assert "validad" not in told.casefold()


def test_a_district_takes_its_own(tmp_path: Path) -> None:
    assert complaints(tmp_path, conditions=f"fewest = 8\n{GOOD}") == ()
    told = load_scripts(SHIPPED, tmp_path).conditions("es")
    assert (told.fewest, [each.title for each in told.each]) == (8, ["Where we go"])


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (f"fewest = {LEAST - 1}\n{GOOD}", 'conditions.toml: "fewest" must be from 3 to 100; it is 2.'),
        (f"fewest = 20\n{GOOD}", 'conditions.toml: "comments" is less than "fewest".'),
        (f"fewst = 5\n{GOOD}", 'conditions.toml: "fewst" is not known here. Did you mean "fewest"?'),
        (GOOD.replace("vision_shared", "comment"), 'conditions.toml [vision]: "asks" names comment, which pulse.toml'),
        (GOOD.replace("moves", "move"), 'conditions.toml [vision]: "move" is not known here. Did you mean "moves"?'),
        ('[vision]\nasks = ["vision_shared"]', 'conditions.toml [vision]: "title" must be a text'),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, words: str, complaint: str) -> None:
    assert any(each.startswith(complaint) for each in complaints(tmp_path, conditions=words))


def test_a_translation_has_words_only(tmp_path: Path) -> None:
    wrong = complaints(tmp_path, conditions=GOOD, conditions_es='[vision]\nasks = ["trust_open"]\n')
    assert wrong == (
        'conditions.es.toml [vision]: "asks" stands in conditions.toml alone. A translation has "title" and "moves".',
    )


def test_what_is_anonymous_is_answered_on_a_form_alone(tmp_path: Path) -> None:
    own = (SHIPPED / "pulse.toml").read_text("utf-8").replace('answers = "form only"\n', "")
    assert any('shares = "anonymous" needs answers = "form only"' in each for each in complaints(tmp_path, pulse=own))
