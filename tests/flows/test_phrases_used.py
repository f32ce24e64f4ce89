"""Every phrase that the program says is in phrases.toml with the right {words}, and none is there in vain.

The program is read, not run: keys are found as texts like "section.name" in the sources, and keys that are
put together (f"decide.took_{kind}") stand in a table here with the values that they can take.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from flows import charts, own_record, pulses
from flows.asks import ASK_KINDS
from flows.charts import STANDINGS, VERDICTS
from flows.command_table import COMMANDS, TOPICS
from flows.cycle_script import PHASES
from flows.loader import load_scripts
from flows.lulls import BANDS
from flows.messages import Kind
from flows.modes import MAJORITIES, MODES, WHO
from flows.orders.ground import KINDS
from flows.people import Role
from flows.phrases import PLACEHOLDER
from flows.report import ENDS
from flows.rollup import FIGURES
from flows.shown import COACH
from flows.sight import LEVELS
from storage import own_record as held_of
from storage import tables

ROOT = Path(__file__).parents[2]
ROOMS = ("flows", "bot", "adapters")
SCRIPTS = load_scripts()
PHRASES = SCRIPTS.phrases()
SECTIONS = frozenset(key.partition(".")[0] for key in PHRASES.keys)
FILES = (".toml", ".html", ".css", ".md", ".csv", ".py", ".js", ".json", ".pdf", ".png")

MEETINGS = tuple(key for key, phase in SCRIPTS.cycle.phases.items() if phase.week)
ROLES = tuple(role.name.lower() for role in Role)
CONTROL = ("stop", "later", "skip", "back", "keep", "help")
COMING = ("word", "overdue", "review", "asked", "silent")
"""of decisions, and of what is asked for"""
CLOSED = ("decided", "withdrawn")
WAITS = tuple(key for key, mode in MODES.items() if mode.waits)
SAID = tuple(word for mode in MODES.values() for word in mode.says)

HELD = {name: each for name, each in tables.metadata.tables.items() if name not in held_of.OF_NOBODY}
"""the tables in which people are named: their own record labels each of them, and each column"""

EXPANDED: Mapping[str, Iterable[str]] = {
    "action.mine_is_{}": ("due", "blocked", "on_track"),
    "action.mine_is_{}_anew": ("due", "blocked", "on_track"),
    "action.{}": ("accept", "decline", "pass", "done", "on_track", "blocked", "move"),
    "chart.{}": (*STANDINGS, *VERDICTS, "progress", "results"),
    "chart.{}_told": ("progress", "results"),
    "chart.heard_{}": tuple(map(str, charts.BANDS)),
    "charter.{}": ("norms", "purpose", "priority"),
    "coach.{}": ("quiet", "unshared", "few"),
    "coach.shows_{}": LEVELS,
    "cohort.answers_{}": BANDS,
    "level.by_{}": ("school", "coach"),
    "level.was_by_{}": ("school", "coach"),
    "level.{}": ("above", "below"),
    "move.{}": ("waits", "overdue", "blocked", "returned", "quiet", "unshared", "few", "above", "below"),
    "rollup.{}": tuple(figure.key for figure in FIGURES),
    "shown.coach_{}": tuple(part.key for part in COACH),
    "shown.when_{}": ("always", *(part.matter for part in COACH if part.matter)),
    "coming.{}": ("ask", "nudge", "agenda", "remind", "shut", "close", "decision", "left", "weekly", "stuck", *COMING),
    "outcome.ask_{}": ("outcome", "what", "start", "goal", "by", "seen", "link"),
    "outcome.moved_{}": ("start", "goal", "by"),
    "record.{}": (*own_record.KINDS, "more"),
    "held.{}": HELD,
    "held_field.{}": sorted({column.name for table in HELD.values() for column in table.c} - held_of.UNTOLD),
    "influence.circle_{}": ("team", "staff"),
    "page.stage_{}": ("done", "now", "next"),
    "pulse.role_{}": ("teacher", *pulses.COUNTED_AS.values()),
    "report.mode_{}": MODES,
    "report.end_{}": ENDS,
    "decide.note_{}_{}": (
        "tell_decided",
        *(f"{mode}_{state}" for mode in WAITS for state in ("open", "returned", *CLOSED)),
    ),
    "decide.preview_{}": ("open", "returned", *CLOSED),
    "decide.shown_{}": ("worry", "harm", "advice"),
    "decide.who_{}": WHO,
    "decide.why_{}": ("harm", "few", "tied", "short", "late", "nobody"),
    "decide.can_{}": MODES,
    "decide.name_{}": MODES,
    "decide.mode_{}": MODES,
    "decide.which_{}": MODES,
    "decide.rule_{}": tuple(mode for mode in WAITS if mode != "delegate"),
    "decide.to_owner_{}": WAITS,
    "decide.majority_{}": tuple(each.replace(" ", "_") for each in MAJORITIES),
    "decide.circle_{}": ("team", "staff"),
    "decide.ask_{}": (
        "question",
        "reason",
        "closes",
        "review_on",
        "needed",
        "about",
        "worry",
        "harm",
        "advice",
        "outcome",
    ),
    "decide.{}_hint": ("closes", "review_on", "worry", "harm", "advice"),
    "decide.state_{}": ("open", "returned", *CLOSED),
    "decide.text_{}": MODES,
    "decide.title_{}": ("open", "delegated", "returned", *CLOSED),
    "ask.kind_{}": ASK_KINDS,
    "ask.ask_{}": ("granted", "declined"),
    "ask.title_{}": ("open", "granted", "declined", "withdrawn"),
    "ask.state_{}": ("open", "granted", "declined", "withdrawn"),
    "decide.took_{}": (*SAID, "vote", "not_me", "the_last"),
    "decide.{}": SAID,
    "decide.{}_it": ("amend", "extend", "withdraw", "answer"),
    "engine.shares_{}": ("with_names", "without_names", "nothing", "anonymous"),
    "engine.words.{}": CONTROL,
    "engine.{}": ("several", "date", "person"),
    "help.topic_{}": TOPICS,
    "help.{}": tuple(command.words.replace(" ", "_") for command in COMMANDS.commands.values() if command.listed),
    "line.{}_{}": (
        "convene_priority",
        *(f"reflect_{step}" for step in ("what", "so_what", "now_what")),
        *(f"close_{step}" for step in ("went_well", "change", "next_cycle")),
        "needs_strength",
        "results_learned",
    ),
    "phase.record_{}": MEETINGS,
    "phase.remind_{}": MEETINGS,
    "resource.{}": KINDS,
    "role.{}": ROLES,
    "role.words.{}": ROLES,
    "result.{}": ("adopt", "adapt", "abandon"),
    "thread.{}": ("amended", "extended", "withdrawn"),
    "thread.{}_{}": ("amended_tell", *(f"{what}_{mode}" for what in ("decided", "returned") for mode in WAITS)),
    "report.was_{}": ("met", "extended", "paused", "resumed"),
    "report.role_{}": ("administrator", "teacher", "hybrid", "support"),
    "report.roles_{}": ("administrator", "teacher", "hybrid", "support"),
}
"""What each key that is put together can become."""
BY_SCRIPT = "engine.shares_{}"
"""put together from what a script says, with a plus"""


@dataclass(frozen=True, slots=True)
class Saying:
    """One place in the program that says a phrase."""

    where: str
    keys: tuple[str, ...]
    words: frozenset[str] | None
    """the names of the words that are given; None where they are handed on"""
    is_family: bool
    """whether one of several keys is said here, each with the words that it needs"""


@cache
def trees() -> tuple[tuple[str, ast.Module], ...]:
    files = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    return tuple((str(path.relative_to(ROOT)), ast.parse(path.read_text())) for path in files)


def sayings() -> Iterator[Saying]:
    """Every call of `say` (of a room, a call, phrases or a report) with the keys that it may say."""
    for file, tree in trees():
        in_report = file.startswith("flows/report/")
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            match node.func:
                case ast.Attribute(attr="say"):
                    section = ""
                case ast.Name(id="say") if in_report:
                    section = "report."
                case _:
                    continue
            keys = tuple(_keys(node.args[0], section))
            given = [keyword.arg for keyword in node.keywords]
            words = None if None in given else frozenset(word for word in given if word)
            is_family = not isinstance(node.args[0], ast.Constant)
            yield Saying(f"{file}:{node.lineno}", keys, words, is_family)


def _keys(node: ast.expr, section: str = "") -> Iterator[str]:
    """The keys that an expression stands for; nothing where it hands on what it was given."""
    match node:
        case ast.Constant(value=str(key)):
            yield section + key
        case ast.JoinedStr():
            pattern = section + _pattern(node)
            yield from (_filled(pattern, value) for value in EXPANDED.get(pattern, ()))
        case ast.IfExp(body=one, orelse=other):
            yield from (*_keys(one, section), *_keys(other, section))


def _pattern(node: ast.JoinedStr) -> str:
    return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)


def _filled(pattern: str, value: str) -> str:
    return re.sub(r"\{\}(_\{\})?", value, pattern, count=1)


def texts() -> Iterator[tuple[str, str]]:
    """Every text in the sources that has the form of a key, put together or not, and where it stands."""
    for page in (*ROOT.glob("bot/web/templates/*.html"), ROOT / "bot/reports/templates/figures.html"):
        sections = "page|record|cohort|level|rollup|pulse"
        found = re.findall(rf"[\"']((?:{sections})\.[a-z_]+)[\"']", page.read_text())
        yield from ((key, page.name) for key in found)
    for file, tree in trees():
        parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            match node:
                case ast.Constant(value=str(key)) if _is_key(key) and id(node) not in parts:
                    yield key, file
                case ast.JoinedStr() if _is_key(_pattern(node)):
                    yield _pattern(node), file
                case ast.Call(func=ast.Name(id="say"), args=[first, *_]) if file.startswith("flows/report/"):
                    yield from ((key, file) for key in _keys(first, "report."))


def _is_key(words: str) -> bool:
    section, _, name = words.partition(".")
    is_name = re.fullmatch(r"[a-z_.{}]*[a-z_}]", name) and name != "{}" * (section == "report")
    return section in SECTIONS and bool(is_name) and not words.endswith((*FILES, "_"))


def placeholders(key: str) -> frozenset[str]:
    """The {words} of a phrase, in whichever number, but for the one that every phrase is given."""
    sentences = [PHRASES.sentences[each] for each in (key, f"{key}.one", f"{key}.other") if each in PHRASES.sentences]
    found = {word for sentence in sentences for word in PLACEHOLDER.findall(sentence)} - {"leadcycle"}
    return frozenset(found | ({"count"} if f"{key}.other" in PHRASES.sentences else set()))


def used() -> set[str]:
    """Every key that the program can say."""
    keys: set[str] = set()
    for text, _ in texts():
        keys |= {_filled(text, value) for value in EXPANDED.get(text, ())} if "{}" in text else {text}
    return keys


def present() -> set[str]:
    """Every phrase, however many numbers it comes in."""
    numbers = {key for key in PHRASES.sentences if key.endswith((".one", ".other"))}
    return set(PHRASES.keys) - numbers


# ---------------------------------------------------------------- the keys


def test_every_phrase_that_is_said_exists() -> None:
    missing = {f"{file}: {text}" for text, file in texts() if "{}" not in text and text not in PHRASES.keys}

    assert missing == set()


def test_every_key_that_is_put_together_stands_in_the_table_above() -> None:
    together = {text for text, _ in texts() if "{}" in text}
    in_reports = {key for key in EXPANDED if key.startswith("report.")}

    assert together - set(EXPANDED) == set()
    assert set(EXPANDED) - in_reports - together - {BY_SCRIPT} == set()


@pytest.mark.parametrize("pattern", EXPANDED)
def test_every_value_of_a_key_that_is_put_together_has_its_phrase(pattern: str) -> None:
    missing = {_filled(pattern, value) for value in EXPANDED[pattern]} - PHRASES.keys

    assert missing == set()


def test_no_phrase_is_there_in_vain() -> None:
    said = used() | {_filled(BY_SCRIPT, value) for value in EXPANDED[BY_SCRIPT]}

    assert {key for key in present() - said if not key.startswith("report.")} == set()


def test_no_phrase_of_a_report_is_there_in_vain() -> None:
    """Reports take most of their words from a vocabulary by name, in Python and in templates."""
    places = [*ROOT.glob("flows/report/*.py"), ROOT / "flows/orders/report.py", *ROOT.glob("bot/reports/**/*.py")]
    source = "\n".join(path.read_text() for path in (*places, *ROOT.glob("bot/reports/**/*.html")))
    names = {key.removeprefix("report.") for key in present() if key.startswith("report.")}
    families = re.compile(r"(state|end|mode|need|role|roles|was|outcome|carried|no|ask)_\w+")

    found = {name for name in names if families.fullmatch(name) or re.search(rf"\b{name}\b", source)}

    assert names - found == set()


# ---------------------------------------------------------------- the words


def test_each_phrase_is_given_its_words() -> None:
    lacking = {
        f"{saying.where}: {key} wants {', '.join(sorted(placeholders(key) - saying.words))}"
        for saying in sayings()
        for key in saying.keys
        if saying.words is not None and not placeholders(key) <= saying.words
    }

    assert lacking == set()


def test_no_word_is_given_in_vain() -> None:
    """A word that no phrase takes is a phrase that lost one."""
    vain = set()
    for saying in sayings():
        taken = frozenset().union(*(placeholders(key) for key in saying.keys))
        if saying.keys and saying.words is not None and saying.words - taken:
            vain.add(f"{saying.where}: {', '.join(sorted(saying.words - taken))}")

    assert vain == set()


def test_phrases_that_are_handed_on_are_given_their_words_too() -> None:
    """Some rules take a key and say it with words that are always the same."""
    for key in ("need.tie_to_lead", "need.nobody_voted", "need.choose_to_go_on", "plan.needed_to_go_on"):
        assert placeholders(key) <= {"phase"}
    for phase in MEETINGS:
        assert placeholders(f"phase.remind_{phase}") <= {"phase", "day"}
    for key in ("decide.no_question", "decide.no_mode", "cycle.status_none", "cycle.status_finished"):
        assert placeholders(key) == frozenset()


# ---------------------------------------------------------------- the sentences


def test_what_is_refused_says_what_to_do() -> None:
    """A refusal is one or more whole sentences."""
    for key, sentence in PHRASES.sentences.items():
        if key.startswith("refused.") and key != "refused.preview":
            assert sentence.lstrip("*{")[0].isalpha(), key
            assert sentence.rstrip("”").endswith((".", "?", "!")) or "example" in sentence, key


def test_every_kind_of_question_can_be_answered_in_a_chat() -> None:
    hints = {
        Kind.SEVERAL: "engine.several",
        Kind.DATE: "engine.date",
        Kind.PERSON: "engine.person",
        Kind.DOTS: "engine.dots",
    }

    assert all(hint in PHRASES.keys for hint in hints.values())


def test_every_phase_has_a_title_and_a_goal() -> None:
    for key in PHASES:
        assert SCRIPTS.cycle.phases[key].title
        assert SCRIPTS.cycle.phases[key].goal
