"""The files of a report: whole, the same every time, and deaf to hostile words."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape

from adapters import chart
from adapters.text import bars
from adapters.text import seen as told_of
from bot import public_records, state_view
from bot.reports import csv as tables
from bot.reports import html, markdown, write
from flows import rollup
from flows.phrases import Phrases
from flows.report import Report, build
from tests.flows.report_rooms import FINISHED, LATER, begun, course, finished, shuffled, team

ROLLUP = [f"rollup.{key}" for key in ("district", "on", "people", "all_districts", *(f.key for f in rollup.FIGURES))]
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=https://evil.example/x onerror=alert(1)>',
    "[press](javascript:alert(1)) ![x](https://evil.example/x.png)",
    '=HYPERLINK("https://evil.example","x")',
    "+1\n-2\n@SUM(A1)\n# heading\n1. list\n---\n> quote",
    "| a | b |\n|---|---|\n`code` **bold** www.evil.example &lt;b&gt;",
    "\x00\x1b[31m\x01=1+1",
    "{{ 7 * 7 }} {% raw %} </style></title>",
)


class Reader(HTMLParser):
    """What a browser would see: elements, where they load from, and the words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.open: list[str] = []
        self.loads: list[str] = []
        self.handlers: list[str] = []
        self.ids: list[str] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        if tag not in ("meta", "rect", "path", "circle"):
            self.open.append(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action", "data")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("rect", "path", "circle"):
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words += data


def hostile(report: Any, words: str) -> Any:
    """The report with these words wherever a person's words could stand."""
    if isinstance(report, tuple):
        return tuple(hostile(each, words) for each in report)
    if not is_dataclass(report):
        return report
    keys = {"words", "language", "mode", "state", "end", "kind", "marks", "label", "when", "spoke"}
    changed: dict[str, Any] = {}
    for field in fields(report):
        value = getattr(report, field.name)
        if field.name not in keys:
            changed[field.name] = words if isinstance(value, str) and value else hostile(value, words)
    return replace(report, **changed)


def rows(text: str) -> list[dict[str, str]]:
    """The table as a spreadsheet reads it."""
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_report_is_seven_files(tmp_path: Path) -> None:
    written = write(build(finished(), LATER), tmp_path / "cycle 2")

    assert [path.name for path in written] == [
        "report.html",
        "report.md",
        "actions.csv",
        "asks.csv",
        "decisions.csv",
        "needs.csv",
        "outcomes.csv",
    ]
    assert all(path.stat().st_size for path in written)


def test_the_same_facts_make_the_same_bytes_in_whatever_order_they_come(tmp_path: Path) -> None:
    first = write(build(finished(), LATER), tmp_path / "first")
    for seed in range(3):
        again = write(build(shuffled(finished(), seed), LATER), tmp_path / str(seed))
        assert [path.read_bytes() for path in again] == [path.read_bytes() for path in first]


def test_the_page_is_whole_and_loads_nothing() -> None:
    page = html.draw(build(finished(), LATER))
    seen = Reader(page)

    assert page.startswith('<!doctype html>\n<html lang="en">')
    assert seen.open == []
    assert seen.loads == []
    assert not {"script", "link", "iframe", "img", "form"} & set(seen.elements)
    assert "url(" not in page
    assert "@import" not in page
    assert len(seen.ids) == len(set(seen.ids))


def test_headings_of_the_page_never_skip_a_level() -> None:
    levels = [
        int(tag[1]) for tag in Reader(html.draw(build(finished(), LATER))).elements if re.fullmatch("h[1-6]", tag)
    ]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_charts_are_drawn_as_everywhere_and_say_the_same_in_words() -> None:
    report = build(finished(6), LATER)
    page = html.draw(report)

    assert report.ends
    assert report.dots
    for shown in (report.ends, report.dots):
        assert chart.svg(shown) in page
        assert f'aria-label="{escape(told_of(shown))}"' in page
    assert bars(report.ends) == ["Adopted: 1", "Adapted, goes on: 1", "Blocked: 1"]
    assert "1 of 3 actions becomes part of how we work." in " ".join(Reader(page).words.split())
    assert build(finished(5), LATER).dots is None, "no dots in a small team"
    assert html.draw(build(team(3).having([begun()[1], *course(*FINISHED[:1])]), LATER)).count("<figure") == 0


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_only_words_on_the_page(words: str) -> None:
    calm = Reader(html.draw(build(finished(), LATER)))
    seen = Reader(html.draw(hostile(build(finished(), LATER), words)))

    assert seen.elements == calm.elements
    assert (seen.loads, seen.handlers, seen.open) == ([], [], [])
    assert "".join(re.sub("[\x00-\x1f]", "", words).split()) in "".join(seen.words.split())


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_only_words_in_markdown(words: str) -> None:
    calm, drawn = (markdown.draw(each) for each in (build(finished(), LATER), hostile(build(finished(), LATER), words)))

    assert [_block(line) for line in drawn.splitlines()] == [_block(line) for line in calm.splitlines()]
    for line in drawn.splitlines():
        bare = re.sub(r"\\.", "", line)
        assert not re.search(r"[<\[\]|`&]|https?://|www\.", bare)
    assert "\x00" not in drawn
    assert "\x1b" not in drawn


def _block(line: str) -> str:
    """What begins the line: a heading, a list, a quote; not what is in it."""
    found = re.match(r"\s*(#{1,6} |[-+*] |\d+[.)] |> |---|$|)", line)
    return found[0] if found else ""


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_no_formulas(words: str) -> None:
    for text in tables.draw(hostile(build(finished(), LATER), words)).values():
        assert text.startswith("\ufeff")
        for row in rows(text):
            assert None not in row.values()
            assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in row.values())


def test_what_was_seen_of_an_action_is_in_every_file_that_shows_actions() -> None:
    report = build(finished(), LATER)

    assert rows(tables.draw(report)["actions.csv"])[0]["What we saw"] == (
        "Two lessons in one folder (Administrator)\nTen of twelve planned ahead (Teacher)"
    )
    assert "- **What we saw:** Ten of twelve planned ahead (Teacher)" in markdown.draw(report)
    seen = " ".join(Reader(html.draw(report)).words.split())
    assert "What we saw Administrator Two lessons in one folder Teacher Ten of twelve planned ahead" in seen


def test_a_cell_that_looks_like_a_formula_gets_an_apostrophe() -> None:
    for words in ("=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "  =1", "＝1"):
        assert tables.inert(words).startswith("'")
    assert tables.inert("1 = 1") == "1 = 1"
    for words in ("Snacks;=1+1", "Snacks,=1+1", "Snacks\t@A1", "Snacks\n+1", 'Snacks"=1+1', "Snacks; =1+1", "a;-1;=2"):
        for cell in re.split(r"[;,\t\n\"]", tables.inert(words)):
            assert not cell.strip().startswith(("=", "+", "-", "@")), words
    assert tables.inert("well-known, e-mail; 3 - 1 = 2") == "well-known, e-mail; 3 - 1 = 2"


@pytest.mark.parametrize("words", [*HOSTILE, "Snacks;=1+1", 'Snacks";=1+1;"', "Snacks,-1\n=2\t@3"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_separator_that_a_spreadsheet_may_choose_makes_a_formula(words: str, separator: str) -> None:
    for text in tables.draw(hostile(build(finished(), LATER), words)).values():
        for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=separator):
            assert not any(cell.strip(' "').startswith(("=", "+", "-", "@")) for cell in row), row


def test_every_cell_of_every_file_is_quoted() -> None:
    public = public_records._table(("what",), [("Snacks;=1+1",)])
    state = state_view._table(Phrases(dict.fromkeys(ROLLUP, "x")), [], rollup.Row("", "", 0, {}))
    for text in (public, state, *tables.draw(build(finished(), LATER)).values()):
        read = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), quoting=csv.QUOTE_NONNUMERIC)
        assert all(isinstance(cell, str) for row in read for cell in row), "what is not quoted is read as a number"


def test_tables_name_school_team_and_cycle_in_every_row_and_days_as_numbers() -> None:
    drawn = tables.draw(build(finished(), LATER))
    action = rows(drawn["actions.csv"])[0]

    assert [action[each] for each in ("School", "Team", "Cycle", "No.", "By")] == [
        "Lincoln Middle School",
        "Leadership team",
        "2",
        "1",
        "2026-11-06",
    ]
    assert [row["Chosen"] for row in rows(drawn["needs.csv"])] == ["yes", "no", "no"]
    assert rows(drawn["decisions.csv"])[0]["Concerns"] == "A worry: Coaches lose their slot"


@pytest.mark.parametrize("size", range(1, 9))
def test_figures_about_who_said_what_are_in_no_file_of_a_small_team(size: int) -> None:
    report = build(finished(size), LATER)
    drawn = tables.draw(report)
    dots = [row["Dots"] for row in rows(drawn["needs.csv"])]

    assert any(dots) == (size >= 6)
    assert bool(rows(drawn["decisions.csv"])[0]["Who spoke"]) == (size >= 6)
    for text in (html.draw(report), markdown.draw(report)):
        assert ("Dots" in text) == (size >= 6)
        assert ("4 of 6" in text) == (size >= 6)


def test_nobody_is_named_for_a_need_a_concern_or_an_unnamed_line() -> None:
    silent = replace(finished(), actions=(), lines=tuple(line for line in finished().lines if not line.named))
    for _, text in _texts(build(silent, LATER)):
        assert not any(member.name in text or member.first_name in text for member in silent.members)


def test_an_empty_cycle_has_all_its_headings_and_says_what_is_missing() -> None:
    empty = build(team(3).having([begun()[1], *course(*FINISHED[:1])]), LATER)
    for name, text in _texts(empty):
        if not name.endswith(".csv"):
            assert "No need is on record." in text
            assert "No action has been adopted yet." in text
            assert text.count("No evidence recorded") == 4


def test_what_is_carried_over_has_no_day_that_is_over() -> None:
    report = build(finished(), LATER)
    days = {report.day(each.due) for each in report.carried_actions() if report.ended_on and each.due < report.ended_on}
    page = html.draw(report)

    assert days
    for drawn in (
        markdown.draw(report).partition("## What goes on into the next cycle")[2].partition("## ")[0],
        page[page.index('id="carried"') : page.index('id="practices"')],
    ):
        assert report.carried_actions()[0].owner in drawn
        assert not any(day in drawn for day in days)


def test_a_reopened_cycle_shows_both_openings_and_why() -> None:
    again = course(*FINISHED[:4], "10-26 opened needs A new class arrived")
    report = build(team(3).having([*begun(), *again]), LATER)

    assert markdown.draw(report).count("- **Needs and resources**") == 2
    assert "  - Opened again: A new class arrived" in markdown.draw(report)
    assert "A new class arrived" in html.draw(report)


def _texts(report: Report) -> Iterator[tuple[str, str]]:
    """Every file of the report."""
    yield "report.html", html.draw(report)
    yield "report.md", markdown.draw(report)
    yield from tables.draw(report).items()


def test_a_page_that_is_served_leads_to_the_chat_and_to_the_reports_of_earlier_cycles() -> None:
    report = build(finished(), LATER)
    served = html.draw(report, "/practice", [(1, "/report/1"), (2, "/report/2")])

    assert '<a href="/practice">Back</a>' in served
    assert re.findall(r'<a href="/report/(\d)"( aria-current="page")?>', served) == [
        ("1", ""),
        ("2", ' aria-current="page"'),
    ]
    assert "<nav" not in html.draw(report), "a file leads nowhere"
