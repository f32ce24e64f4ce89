"""Evidence toward an outcome: kept by who guides, worded by the district, in the report from files to chat."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from adapters import text
from bot.reports import csv, html, markdown
from flows import phase_cards
from flows.loader import SHIPPED, ScriptError, load_scripts
from flows.messages import Errors, Form
from flows.report import build
from tests.flows.report_rooms import LATER
from tests.world import Rules, told

GIVEN = {
    "outcome": "teaching",
    "what": "Drafts that are reworked",
    "start": "40 %",
    "goal": "75 %",
    "by": "2027-05-28",
    "seen": "Half of them by March",
    "link": "https://drive.example/drafts",
}


def team() -> Rules:
    """A team in its first cycle."""
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", cai="observer")
    rules.starts("ana")
    return rules


def test_the_form_offers_the_districts_outcomes_and_keeps_what_is_told() -> None:
    rules = team()
    form = rules.says("ana", "outcome teaching")
    assert isinstance(form, Form)
    assert [option.label for option in form.fields[0].options] == [aim.say for aim in rules.room.scripts.aims()]
    assert form.fields[0].value == "teaching"

    assert "On record as evidence 1" in told(rules.fills("ana", form.ref, **GIVEN))
    (known,) = rules.room.indicators
    assert (known.outcome, known.goal, known.by, known.author) == ("teaching", "75 %", date(2027, 5, 28), "ana")


def test_everybody_on_the_team_reads_it_and_only_who_guides_writes_it() -> None:
    rules = team()
    rules.fills("ana", "order outcome", **GIVEN)

    listed = told(rules.says("ben", "outcomes"))
    assert "1: Drafts that are reworked" in listed
    assert "from 40 % to 75 % by May 28, 2027" in listed
    assert listed.count("No evidence recorded") == 3
    assert rules.says("ben", "outcomes").message.buttons == ()
    assert "for your facilitator" in told(rules.says("ben", "outcome"))
    assert "for your facilitator" in told(rules.says("ben", "outcome drop 1"))


def test_it_is_corrected_and_taken_back_and_its_words_are_gone() -> None:
    rules = team()
    rules.fills("ana", "order outcome", **GIVEN)
    form = rules.says("lena", "outcome change 1")
    assert {each.key: each.value for each in form.fields} == GIVEN
    rules.fills("lena", form.ref, **{**GIVEN, "goal": "80 %"})
    assert [each.goal for each in rules.room.indicators] == ["80 %"]

    rules.says("ana", "outcome drop 1")
    assert "80 %" not in repr(rules.room.indicators)
    assert "Drafts" not in repr(rules.room.indicators)
    assert "no evidence 1" in told(rules.says("ana", "outcome change 1"))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"what": ""}, "what"),
        ({"outcome": "riches"}, "outcome"),
        ({"goal": "", "seen": ""}, "seen"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "https://a b"}, "link"),
        ({"by": "someday"}, "by"),
    ],
)
def test_what_is_not_taken_is_said_at_its_field(wrong: dict[str, str], field: str) -> None:
    rules = team()
    reply = rules.fills("ana", "order outcome", **{**GIVEN, **wrong})

    assert isinstance(reply, Errors)
    assert list(reply.fields) == [field]
    assert rules.room.indicators == ()


def test_a_student_in_it_is_asked_about_first() -> None:
    rules = team()

    assert "names a student: “Jayden”" in told(rules.fills("ana", "order outcome", **{**GIVEN, "seen": "Jayden reads"}))
    assert rules.room.indicators == ()


def test_the_report_has_it_in_the_chat_and_in_every_file() -> None:
    rules = team()
    rules.fills("ana", "order outcome", **{**GIVEN, "what": "=HYPERLINK() <b>drafts</b>"})
    report = build(rules.room, LATER)

    assert "from 40 % to 75 % by May 28, 2027" in told(rules.says("ben", "report"))
    page = html.draw(report)
    assert "&lt;b&gt;drafts&lt;/b&gt;" in page
    assert '<a href="https://drive.example/drafts"' in page
    assert "from 40 % to 75 % by May 28, 2027" in markdown.draw(report)
    rows = csv.draw(report)["outcomes.csv"].splitlines()
    assert len(rows) == 5
    assert '"\'=HYPERLINK() <b>drafts</b>","40 %","75 %","2027-05-28","Half of them by March"' in rows[4]
    assert rows[1].endswith('"","No evidence recorded","","","","",""')


def test_it_stands_in_a_later_report_until_its_day_is_over() -> None:
    rules = team()
    rules.fills("ana", "order outcome", **GIVEN)
    first = rules.room.cycles[0]

    def toward(started_on: date) -> int:
        second = rules.room.having([replace(first, number=2, started_on=started_on)])
        return sum(len(each.indicators) for each in build(second, LATER).evidence)

    assert toward(date(2027, 4, 1)) == 1
    assert toward(date(2027, 9, 1)) == 0


def test_a_district_words_its_own_outcomes(tmp_path: Path) -> None:
    (tmp_path / "outcomes.toml").write_text('[belonging]\nsay = "Everybody belongs"\n', "utf-8")
    scripts = load_scripts(SHIPPED, tmp_path)
    assert [aim.say for aim in scripts.aims()] == ["Everybody belongs"]
    assert [aim.say for aim in scripts.aims("es")] == ["Everybody belongs"]

    (tmp_path / "outcomes.es.toml").write_text('[belonging]\nsay = "Todos pertenecen"\n', "utf-8")
    assert [aim.say for aim in load_scripts(SHIPPED, tmp_path).aims("es-MX")] == ["Todos pertenecen"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("", "outcomes.toml: there is no outcome in it."),
        ("[teams]\n", 'outcomes.toml [teams]: "say" is missing: what the outcome is called.'),
        ('[teams]\nsay = "Teams"\nsays = "?"\n', 'outcomes.toml [teams]: "says" is not known here.'),
        ("[teams]\nsay = 3\n", 'outcomes.toml [teams]: "say" wants words in quotes.'),
        ('teams = "Teams"\n', 'outcomes.toml "teams" stands outside of any outcome. Begin one with [teams].'),
    ],
)
def test_what_is_wrong_with_the_file_is_said_before_the_bot_starts(tmp_path: Path, words: str, complaint: str) -> None:
    (tmp_path / "outcomes.toml").write_text(words, "utf-8")
    with pytest.raises(ScriptError) as wrong:
        load_scripts(SHIPPED, tmp_path)
    assert any(each.startswith(complaint) for each in wrong.value.complaints), wrong.value.complaints


def test_an_outcome_that_was_taken_out_keeps_its_evidence_in_sight() -> None:
    rules = team()
    rules.fills("ana", "order outcome", **GIVEN)
    scripts = rules.room.scripts
    without = replace(scripts, aims_by_language={"": tuple(aim for aim in scripts.aims() if aim.key != "teaching")})
    report = build(replace(rules.room, scripts=without), LATER)
    assert [each.outcome for each in report.evidence if each.indicators] == ["teaching"]


def test_the_list_is_drawn_with_its_buttons_for_who_guides() -> None:
    rules = team()
    rules.fills("ana", "order outcome", **GIVEN)
    message = rules.says("ana", "outcomes").message
    assert "Change it" in text.draw(message)
    assert [button.label for button in message.buttons] == ["Evidence toward an outcome"]


def test_the_channels_last_card_says_what_the_team_set_out_to_do_and_how_much_came_of_it() -> None:
    rules = team()
    rules.says("ana", "met")
    rules.says("ana", "need Planning time")
    rules.room = rules.room.having([replace(rules.room.needs[0], chosen_in=1)])
    rules.fills("ana", "order outcome", **GIVEN)
    for _ in range(4):
        rules.says("ana", "cycle next because we go on")

    epoch = max(move.number for move in rules.room.moves if move.kind == "opened")
    drawn = text.draw(phase_cards.draw(rules.room, epoch) or pytest.fail("there is no card"))
    assert "Cycle 1 is finished" in drawn
    assert "“Planning time”" in drawn
    assert "evidence toward 1 of 4 outcomes" in drawn
