"""A report as tables that a spreadsheet opens: no cell in them is ever a formula."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from adapters.text import clean
from flows.report import Report
from flows.report.entries import ActionEntry, AskEntry, Concern, DecisionEntry, IndicatorEntry, NeedEntry

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes the letters of a CSV file for those of another alphabet."""

_BLANK = ("\t", "\r", "\n")
_FORMULA = re.compile(r"""(^|[;,\t\r\n"'|])(\s*)(?=[=+\-@＝＋－＠])""")
"""What a spreadsheet takes for the beginning of a formula, full-width signs too: at the beginning of a cell, and after
what it may take for the end of one, because with other settings it splits there (OWASP, "CSV Injection")."""

Words = Mapping[str, str]
Cell = str | int | date | bool | None
Entry = TypeVar("Entry")
Columns = Mapping[str, Callable[[Words, Entry], Cell]]
"""what stands in each column, by the word that heads it"""

_ACTIONS: Columns[ActionEntry] = {
    "number": lambda words, action: action.number,
    "action": lambda words, action: action.what,
    "owner": lambda words, action: action.owner,
    "due": lambda words, action: action.due,
    "serves": lambda words, action: action.need,
    "uses": lambda words, action: action.resource,
    "why_without": lambda words, action: action.why_without,
    "predicted": lambda words, action: action.prediction,
    "measured": lambda words, action: action.measure,
    "blocker": lambda words, action: action.blocker,
    "evidence": lambda words, action: "\n".join(map(str, action.seen)),
    "result": lambda words, action: action.result,
    "end": lambda words, action: words[f"end_{action.end}"],
    "goes_on": lambda words, action: action.goes_on,
}

_DECISIONS: Columns[DecisionEntry] = {
    "number": lambda words, decision: decision.number,
    "question": lambda words, decision: decision.question,
    "mode": lambda words, decision: words[f"mode_{decision.mode}"],
    "reason": lambda words, decision: decision.reason,
    "limits": lambda words, decision: decision.limits,
    "posted_by": lambda words, decision: decision.posted_by,
    "asked": lambda words, decision: decision.asked,
    "answers": lambda words, decision: decision.spoke,
    "concerns": lambda words, decision: "\n".join(_concern(words, each) for each in decision.concerns),
    "state": lambda words, decision: words[f"state_{decision.state}"],
    "outcome": lambda words, decision: decision.outcome,
    "closed_on": lambda words, decision: decision.closed_on,
    "review_on": lambda words, decision: decision.review_on,
}

_ASKS: Columns[AskEntry] = {
    "number": lambda words, ask: ask.number,
    "ask": lambda words, ask: ask.what,
    "ask_kind": lambda words, ask: words[f"ask_{ask.kind}"],
    "ask_for": lambda words, ask: ask.reason,
    "serves": lambda words, ask: ask.need,
    "ask_of": lambda words, ask: ask.of,
    "ask_due": lambda words, ask: ask.due,
    "state": lambda words, ask: words[f"ask_{ask.state}"],
    "ask_answer": lambda words, ask: ask.answer,
    "ask_answered": lambda words, ask: ask.answered_on,
}

_NEEDS: Columns[NeedEntry] = {
    "number": lambda words, need: need.number,
    "need": lambda words, need: need.text,
    "also": lambda words, need: "\n".join(need.also),
    "evidence": lambda words, need: need.evidence,
    "need_chosen": lambda words, need: "chosen" in need.marks,
    "need_tied": lambda words, need: "tied" in need.marks,
    "need_met": lambda words, need: "met" in need.marks,
    "dots": lambda words, need: need.dots,
}

_OUTCOMES: Columns[tuple[str, IndicatorEntry]] = {
    "outcome": lambda words, row: row[0],
    "number": lambda words, row: row[1].number or None,
    "indicator": lambda words, row: row[1].what,
    "from": lambda words, row: row[1].start,
    "to": lambda words, row: row[1].goal,
    "by": lambda words, row: row[1].by,
    "evidence": lambda words, row: row[1].seen,
    "link": lambda words, row: row[1].link,
}


def draw(report: Report) -> Mapping[str, str]:
    """Return each table by the name of its file."""
    return {
        "actions.csv": _table(report, _ACTIONS, report.actions),
        "asks.csv": _table(report, _ASKS, report.asks),
        "decisions.csv": _table(report, _DECISIONS, report.decisions),
        "needs.csv": _table(report, _NEEDS, report.needs),
        "outcomes.csv": _table(report, _OUTCOMES, _toward(report)),
    }


def _toward(report: Report) -> Iterator[tuple[str, IndicatorEntry]]:
    """Each indicator with its outcome; an outcome without one has a row that says so."""
    for each in report.evidence:
        none = IndicatorEntry(0, each.text, "", "", None, "", "", "")
        yield from ((each.outcome, known) for known in each.indicators or (none,))


def _concern(words: Words, concern: Concern) -> str:
    answer = f" {words['answered']}: {concern.answer}" if concern.answer else ""
    return f"{words[concern.kind]}: {concern.reason}{answer}"


def _table(report: Report, columns: Columns[Entry], entries: Iterable[Entry]) -> str:
    """Return a table; its rows name school, team and cycle, so those of many teams can be put together."""
    words = report.words
    heads = [inert(words[word]) for word in ("school", "team", "cycle", *columns)]
    whose = (report.school, report.team, report.cycle)
    cells = ((*whose, *(cell(words, entry) for cell in columns.values())) for entry in entries)
    return written((heads, *([_shown(each, words) for each in row] for row in cells)))


def written(rows: Iterable[Sequence[str]]) -> str:
    """Return a file of these rows, every cell quoted: with other settings a spreadsheet splits at other signs."""
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return BYTE_ORDER_MARK + file.getvalue()


def _shown(cell: Cell, words: Words) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return words["yes"] if cell else words["no"]
        case _:
            return inert(str(cell))


def inert(text: str) -> str:
    """Return the words as a spreadsheet shows them: before what looks like a formula stands an apostrophe."""
    words = _FORMULA.sub(r"\1\2'", clean(text))
    return f"'{words}" if text.startswith(_BLANK) and not words.startswith("'") else words
