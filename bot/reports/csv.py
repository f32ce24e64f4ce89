"""A report as tables that a spreadsheet opens: no cell in them is ever a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from adapters.text import clean
from flows.report import Report

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes the letters of a CSV file for those of another alphabet."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, full-width signs too (OWASP, "CSV Injection")."""

Cell = str | int | date | bool | None


def draw(report: Report) -> Mapping[str, str]:
    """Return each table by the name of its file."""
    return {
        "actions.csv": _table(report, _ACTIONS, _actions(report)),
        "decisions.csv": _table(report, _DECISIONS, _decisions(report)),
        "needs.csv": _table(report, _NEEDS, _needs(report)),
    }


_ACTIONS = (
    "number action owner due serves uses why_without predicted measured blocker result end goes_on"
).split()
_DECISIONS = (
    "number question mode reason limits posted_by asked answers concerns state outcome closed_on review_on"
).split()
_NEEDS = "number need also evidence need_chosen need_tied need_met dots".split()


def _actions(report: Report) -> Iterator[tuple[Cell, ...]]:
    for each in report.actions:
        plan = (each.number, each.what, each.owner, each.due, each.need, each.resource, each.why_without)
        came = (each.prediction, each.measure, each.blocker, each.result, report.words[f"end_{each.end}"])
        yield (*plan, *came, each.goes_on)


def _decisions(report: Report) -> Iterator[tuple[Cell, ...]]:
    for each in report.decisions:
        concerns = "\n".join(f"{report.words[concern.kind]}: {concern.reason}" for concern in each.concerns)
        asked = (each.number, each.question, report.words[f"mode_{each.mode}"], each.reason, each.limits)
        part = (each.posted_by, each.asked, each.spoke, concerns)
        yield (*asked, *part, report.words[f"state_{each.state}"], each.outcome, each.closed_on, each.review_on)


def _needs(report: Report) -> Iterator[tuple[Cell, ...]]:
    for each in report.needs:
        marks = ("chosen" in each.marks, "tied" in each.marks, "met" in each.marks)
        yield (each.number, each.text, "\n".join(each.also), each.evidence, *marks, each.dots)


def _table(report: Report, columns: Iterable[str], rows: Iterable[tuple[Cell, ...]]) -> str:
    """Return the table; each row names its school, team and cycle, so that the tables of many teams can be one."""
    words = report.words
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([inert(words[column]) for column in ("school", "team", "cycle", *columns)])
    for row in rows:
        writer.writerow([_cell(each, words) for each in (report.school, report.team, report.cycle, *row)])
    return BYTE_ORDER_MARK + file.getvalue()


def _cell(value: Cell, words: Mapping[str, str]) -> str:
    match value:
        case None:
            return ""
        case bool():
            return words["yes"] if value else words["no"]
        case _:
            return inert(str(value))


def inert(text: str) -> str:
    """Return the words so that a spreadsheet shows them: what looks like a formula gets an apostrophe in front."""
    words = clean(text)
    return f"'{words}" if words.startswith(FORMULA) or text.startswith(FORMULA) else words
