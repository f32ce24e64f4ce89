"""The scripts that ship: they are good, short enough, and ask what the rules of a cycle read."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.play import SAMPLES, heard, play, sample
from flows.engine import Opened, Picked, Submitted, Turn, Typed, advance, counted, is_complete
from flows.flow import Conversation, Flow, Step
from flows.loader import SHIPPED, load_scripts
from flows.messages import Button, Field, Form, Kind, Message
from flows.script import QUESTION_KEYS, TOP_KEYS

SCRIPTS = load_scripts()
PHRASES = SCRIPTS.phrases()
NOW = datetime(2027, 3, 3, 10, tzinfo=UTC)
FLOWS = sorted(SCRIPTS.flows)
ROOT = SHIPPED.parent.parent

STEPS = {
    "convene": "priority",
    "charter": "norms purpose priority coach",
    "needs": "strength need evidence area area_other",
    "resources": "resource resource_kind",
    "vote": "dots",
    "choose": "chosen",
    "plan": "what owner due serves uses reason prediction measure",
    "checkin": "status blocker new_due",
    "reflect": "what so_what now_what",
    "close": "went_well change next_cycle",
    "results": "result verdict learned",
}
"""what the rules of a cycle read, by script"""

SECONDS = {Kind.TEXT: 15, Kind.LONG: 40, Kind.DOTS: 25}
"""what it takes to write an answer of ten words, or several lines, beside reading; choosing one takes eight seconds"""
WORDS_A_MINUTE = 200
"""how fast adults read, slowly"""
SUBJECTS = 3
"""actions that one person, or a small team, has at a time"""


@pytest.mark.parametrize("name", STEPS)
def test_a_script_asks_what_the_rules_read(name):
    assert [step.key for step in SCRIPTS.flow(name).steps] == STEPS[name].split()


def test_the_kinds_are_those_that_the_rules_read():
    kinds = {f"{name}.{step.key}": step.kind for name in STEPS for step in SCRIPTS.flow(name).steps}

    assert kinds["vote.dots"] is Kind.DOTS
    assert kinds["choose.chosen"] is Kind.SEVERAL
    assert kinds["plan.owner"] is Kind.PERSON
    assert kinds["plan.due"] is kinds["checkin.new_due"] is Kind.DATE
    assert kinds["results.learned"] is kinds["charter.norms"] is Kind.LONG
    vote = SCRIPTS.flow("vote").steps[0]
    assert (vote.budget, vote.most, vote.choices) == (5, 3, "needs")


def test_the_options_are_those_that_the_rules_read():
    def keys(name: str, step: str) -> set[str]:
        asked = next(each for each in SCRIPTS.flow(name).steps if each.key == step)
        return {option.key for option in asked.options}

    assert keys("checkin", "status") == {"done", "on_track", "blocked", "new_date"}
    assert keys("results", "verdict") == {"adopt", "adapt", "abandon"}
    assert keys("resources", "resource_kind") == {"people", "skills", "time", "money", "materials"}


def test_whoever_leads_is_asked_what_the_team_did_and_everyone_else_what_they_think():
    assert {name for name in FLOWS if SCRIPTS.flow(name).asks == "lead"} == {"charter", "choose", "results"}


def seconds(flow: Flow) -> float:
    """What the flow takes: one item of a group that repeats, a few subjects, one question of a branch.

    All of its words are read, and needed questions and those that may be skipped are answered.
    """
    each = {key for group in flow.groups if group.each for key in group.steps}
    again = sum(8 for group in flow.groups if group.again)
    branches = [_seconds(step) for step in flow.steps if all(wanted for _, wanted in step.when) and step.when]
    asked = [step for step in flow.steps if not step.when]
    answered = sum(_seconds(step) * (SUBJECTS if step.key in each else 1) for step in asked)
    return reading(flow.title, flow.intro) + again + answered + max(branches, default=0)


def _seconds(step: Step) -> float:
    words = reading(step.say, step.hint, *(option.label for option in step.options))
    return words + SECONDS.get(step.kind, 8)


def reading(*words: str) -> float:
    """The seconds in which people read these words, a name in place of one that is filled in."""
    return len(" ".join(words).split()) * 60 / WORDS_A_MINUTE


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", FLOWS)
def test_a_script_takes_no_longer_than_it_says_and_never_more_than_a_teacher_has(name, language):
    flow = SCRIPTS.flow(name, language)

    assert seconds(flow) <= (flow.minutes * 60 or 30)
    assert flow.minutes <= (5 if flow.asks in ("lead", "administrators", "staff") else 2)


@pytest.mark.parametrize("name", FLOWS)
def test_every_form_fits_its_platforms(name):
    _, form = sample(SCRIPTS.flow(name), PHRASES)

    assert len(form.fields) <= 40
    for field in form.fields:
        assert len(field.label) <= 150, "a Slack label may be longer, a person's patience not"
        assert len(field.hint) <= 150
        assert all(len(option.label) <= 75 for option in field.options)


@pytest.mark.parametrize("name", FLOWS)
def test_an_invitation_says_who_reads_and_how_long_it_takes(name):
    message, _ = sample(SCRIPTS.flow(name), PHRASES)

    assert re.match(r"About (thirty seconds|a minute|\d minutes)\. (Your team|Everybody at your school) ", message.note)
    assert "{" not in message.text + message.note


def test_the_first_question_is_one_of_half_a_minute_and_the_rest_is_agreed_in_the_room():
    first, charter = SCRIPTS.flow("convene"), SCRIPTS.flow("charter")

    assert (len(first.steps), first.minutes, first.shares) == (1, 0, "without names")
    assert [step.key for step in charter.steps if not step.optional] == ["norms", "purpose", "priority"]


def test_reflections_belong_to_their_author_and_the_vote_to_nobody():
    assert SCRIPTS.flow("reflect").shares == SCRIPTS.flow("vote").shares == "nothing"


# ---------------------------------------------------------------- each is talked through and filled in


def value(field: Field) -> Any:
    match field.kind:
        case Kind.TEXT | Kind.LONG:
            return "Planning time"
        case Kind.DATE:
            return "2027-04-01"
        case Kind.YES_NO:
            return False
        case Kind.SEVERAL:
            return [field.options[0].key]
        case Kind.DOTS:
            return {field.options[0].key: 2}
        case _:
            return field.options[-1].key


@pytest.mark.parametrize("name", FLOWS)
def test_a_script_can_be_filled_in(name):
    flow = SCRIPTS.flow(name)
    turn = Turn(Conversation("1/x", name, "ana", NOW, choices=SAMPLES))
    for event in (Opened("form"), *[None] * 5):
        if event is None:
            if not isinstance(turn.reply, Form):
                break
            event = Submitted({field.key: value(field) for field in turn.reply.fields})
        turn = advance(flow, turn.conversation, event, NOW, PHRASES, "Ana")

    assert turn.done
    assert is_complete(flow, turn.conversation)
    assert counted(flow, turn.conversation)


LINES = {
    "needs": "Reading groups\nPlanning time\nskip\nother\nCorridors\nno",
    "resources": "A free room\nmaterials\nyes\nLena\npeople\nno",
    "charter": "One thing\nAnother\nA third\nskip",
    "vote": "1: 3, Reading 2",
    "founding": "Lena Ortiz\nLincoln\nCentral\n7:30 am to 3:30 pm\n1\nAna ana@l.example teacher\n3/10",
    "choose": "1 and 3",
    "plan": "Visit lessons\nme\nin 3 weeks\n2\nskip\nThe visitors come soon\nMore questions\nCount them\nno",
    "checkin": "blocked\nNo room\nnew date\ntomorrow",
    "pulse": "4\n" * 15 + "skip",
    "results": "It helped\nadopt\nIt did not\nabandon\nWe learned a lot",
}


@pytest.mark.parametrize("name", FLOWS)
def test_a_script_can_be_talked_through_in_the_terminal(name):
    lines = LINES.get(name, "One thing\nAnother\nA third")
    written = io.StringIO()

    ended = play(SCRIPTS.flow(name), PHRASES, io.StringIO(lines), written, now=NOW)

    assert is_complete(SCRIPTS.flow(name), ended)
    assert "What counts now:" in written.getvalue()
    assert "Nothing is stored or sent." in written.getvalue()


def test_playing_ends_where_the_player_leaves_or_puts_it_off():
    for lines, words in (
        ("", "Nothing was answered."),
        ("later\nmore", "All right, not now."),
        ("stop", "All right."),
    ):
        written = io.StringIO()

        play(SCRIPTS.flow("close"), PHRASES, io.StringIO(lines), written, now=NOW)

        assert words in written.getvalue()


def test_a_player_may_write_what_stands_on_a_button():
    turn = Turn(
        Conversation("1/x", "plan", "ana", NOW),
        says=(Message("?", buttons=(Button("Skip", "answer plan uses.0"), Button("On a form", "answer plan form"))),),
    )

    assert heard(turn, "skip") == Picked("uses.0")
    assert heard(turn, " On a form ") == Opened("form")
    assert heard(turn, "Something else") == Typed("Something else")


def test_a_form_is_shown_as_text_when_the_player_asks_for_it():
    written = io.StringIO()

    play(SCRIPTS.flow("vote"), PHRASES, io.StringIO("Answer on a form\n1: 3"), written, now=NOW)

    assert "[Send]" in written.getvalue()


def test_a_form_only_script_can_be_played_too():
    flow = Flow("pulse", "A pulse", (Step("first", "How is it?"),), form_only=True)
    written = io.StringIO()

    ended = play(flow, PHRASES, io.StringIO("Well"), written, now=NOW)

    assert "on a form only" in written.getvalue()
    assert is_complete(flow, ended)


# ---------------------------------------------------------------- phrases and pages


def sources() -> str:
    return "\n".join(path.read_text() for room in ("flows", "bot") for path in (ROOT / room).rglob("*.py"))


def test_every_phrase_of_the_engine_is_there_and_none_in_vain():
    used = set(re.findall(r'"((?:engine|answers)\.[a-z_.]+[a-z])"', sources()))
    used |= {f"engine.shares_{shares}" for shares in ("with_names", "without_names", "nothing", "anonymous")}
    used |= {f"engine.{kind}" for kind in ("several", "date", "person")}
    used |= {f"engine.words.{word}" for word in ("stop", "later", "skip", "back", "keep", "help")}
    present = {key for key in PHRASES.keys if key.startswith(("engine.", "answers."))}
    plurals = {key for key in present if key.rpartition(".")[2] in ("one", "other") and key not in used}

    assert used <= present
    assert present - used - plurals == set()


def test_no_control_word_is_also_a_yes_or_a_no():
    control = {word for key, words in PHRASES.lists.items() if key.startswith("engine.words.") for word in words}

    assert not control & {*PHRASES.words("answers.words.yes"), *PHRASES.words("answers.words.no")}


@pytest.mark.parametrize("page", ["docs/write-a-flow-script.md", "flows/scripts/README.md"])
def test_the_pages_for_coaches_name_only_files_that_exist(page):
    text = (ROOT / page).read_text()

    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert ((ROOT / page).parent / link).exists(), link


def test_the_page_for_coaches_names_every_key():
    text = (ROOT / "docs/write-a-flow-script.md").read_text()

    for key in (*TOP_KEYS, *QUESTION_KEYS, "steps", "again", "each", "most"):
        assert f"`{key}" in text, key


def test_the_examples_on_the_page_are_good_scripts(tmp_path: Path):
    text = (ROOT / "docs/write-a-flow-script.md").read_text()
    examples = re.findall(r"```toml\n# (\w+)(?:\.(\w+))?\.toml\n(.*?)```", text, re.DOTALL)
    for name, language, example in examples:
        (tmp_path / f"{name}{'.' if language else ''}{language}.toml").write_text(example)

    scripts = load_scripts(SHIPPED, tmp_path)

    assert {name for name, _, _ in examples} <= scripts.flows
    assert len(examples) >= 2
