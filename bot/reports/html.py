"""A report, or a protocol, as one page: nothing is loaded from anywhere, and it reads well on paper and on a phone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from adapters import chart
from adapters.text import one_line, verbatim
from flows.phrases import Phrases
from flows.report import Report
from flows.skills import Skill


def draw(report: Report, back: str = "", cycles: Sequence[tuple[int, str]] = ()) -> str:
    """Return the page; every word in it is shown as characters, whatever it looks like.

    Shown by a service, it leads `back` to the chat, and to the reports of the team's `cycles` by their numbers.
    """
    page = ENVIRONMENT.get_template("report.html")
    chosen = [need for need in report.needs if "chosen" in need.marks]
    ways = {"back": back, "cycles": cycles}
    return page.render(report=report, words=report.words, day=report.day, chosen=chosen, **ways)


def draw_skill(skill: Skill, phrases: Phrases) -> str:
    """Return one printed page that shows a protocol for a meeting in large type."""
    page = ENVIRONMENT.get_template("skill.html")

    def minutes(count: int) -> str:
        return phrases.say("skill.minutes", count=count)

    return page.render(skill=skill, language=phrases.language, minutes=minutes)


def _shown(value: Any) -> Any:
    """Take out the characters that no browser can show, and those that turn the text around them."""
    return verbatim(value) if type(value) is str else value


ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=_shown,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
ENVIRONMENT.filters |= {"bars": chart.svg, "one_line": one_line}
