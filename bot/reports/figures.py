"""The figures of several districts as one page: nothing is loaded from anywhere, and it prints well."""

from collections.abc import Sequence
from datetime import date

from flows import rollup
from flows.aims import Aim
from flows.phrases import Phrases
from flows.report.entries import in_full
from flows.rollup import Row

from .html import ENVIRONMENT


def draw(phrases: Phrases, aims: Sequence[Aim], rows: Sequence[tuple[Row, date]], total: Row) -> str:
    """Return the page: a table for each outcome, a district a line."""
    page = ENVIRONMENT.get_template("figures.html")
    outcomes = list(rollup.by_outcome(aims))
    days = [(row, in_full(day, phrases.language)) for row, day in rows]
    values = {"rows": days, "total": total, "told": rollup.counted(total), "outcomes": outcomes}
    return page.render(say=phrases.say, language=phrases.language, **values)
