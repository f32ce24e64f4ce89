"""Words on an Adaptive Card: whatever people write stays inert, and every line wraps."""

import re
from collections.abc import Sequence
from typing import Any

from adapters import text
from adapters.wording import say
from flows.messages import Item

Json = dict[str, Any]

# Our own: one text is as long as on Slack, and a card has room for several.
MOST_TEXT, MOST_LINES, MOST_TITLE, MOST_LABEL, MOST_DETAIL, MOST_NOTE = 3_000, 40, 300, 1_000, 500, 1_500

_MARKS = re.compile(
    r"[\\`*_\[\]<~]|&(?=#?\w+;)|^[#>]|^[-+](?= )|(?<=^\d)[.)]|(?<=^\d\d)[.)]|(?<=^\d{3})[.)]|(?<=^\d{4})[.)]"
)
"""what Markdown would read in a line: no more of it, because not every client takes the backslash before the others"""
_LINK = re.compile(r"://|\bwww\.", re.IGNORECASE)
"""what some clients make a link of, however it is written"""


def heading(title: str) -> list[Json]:
    """Return a title that screen readers announce as one; as rich text where it might become a link."""
    words = text.cut(text.one_line(title), MOST_TITLE)
    look = {"size": "Large", "weight": "Bolder"}
    if not words:
        return []
    if _LINK.search(words):
        return [_rich([_run(words, True, look)])]
    return [{"type": "TextBlock", "text": literal(words), "style": "heading", "wrap": True} | look]


def lines(runs: Sequence[text.Run], spacing: str = "Default", **look: Any) -> list[Json]:
    """Return one block for each line: not every Teams breaks lines inside a block."""
    blocks: list[Json] = []
    for line in _by_line(runs):
        if line:
            blocks.append(_rich([_run(characters, bold, look) for characters, bold in line], spacing))
        spacing = "None" if line else "Default"
    return blocks


def paragraphs(words: str) -> list[Json]:
    """Return a marked-up text."""
    return lines(text.runs(words, MOST_TEXT))


def small(words: str, spacing: str = "Default", most: int = MOST_DETAIL) -> list[Json]:
    """Return a marked-up text as small print."""
    return lines(text.runs(words, most), spacing, size="Small", isSubtle=True)


def note(words: str) -> list[Json]:
    """Return the small print of a message: who reads the answers, and whom to turn to in danger, is never cut."""
    return small(words, most=MOST_NOTE)


def bold(words: str) -> Json:
    """Return a marked-up text as one bold line."""
    return _rich([_run(text.cut(text.one_line(words), MOST_LABEL), True, {})])


def item(shown: Item) -> list[Json]:
    """Return an entry of a list without its buttons; people's own words stand on a ground of their own."""
    label = [(text.cut(text.lead(shown), MOST_TITLE), True)] if shown.label else []
    said = text.quote(shown, MOST_TEXT)
    blocks = lines([*label, *said])
    if shown.quoted:
        quoted = [*lines(label), *lines(said, "None" if label else "Default")]
        blocks = [{"type": "Container", "style": "emphasis", "items": quoted}] if quoted else []
    return [*blocks, *small(shown.detail, "None")]


def refused(sentence: str) -> Json:
    """Return a sentence in plain words, which may quote people's, as one line that stands out."""
    words = text.cut(" ".join(text.clean(sentence).split()), MOST_LABEL)
    return _rich([_run(words, True, {"color": "Attention"})])


def literal(line: str) -> str:
    """Return a line so that Markdown shows it as it is."""
    return _MARKS.sub(lambda mark: "\\" + mark[0], inert(line))


def inert(characters: str) -> str:
    """Cards turn {{DATE(…)}} into a date in every text; a joiner without width prevents it."""
    return characters.replace("{{", "{\u2060{")


def _rich(inlines: list[Json], spacing: str = "Default") -> Json:
    """Rich text never reads Markdown: whatever is in its characters stays inert. It always wraps."""
    block: Json = {"type": "RichTextBlock", "inlines": inlines}
    return block | ({"spacing": spacing} if spacing != "Default" else {})


def _by_line(runs: Sequence[text.Run]) -> list[list[text.Run]]:
    found: list[list[text.Run]] = [[]]
    for run, is_bold in runs:
        first, *others = run.split("\n")
        found[-1] += [(first, is_bold)] if first else []
        found += [[(other, is_bold)] if other else [] for other in others]
    return found if len(found) <= MOST_LINES else [*found[:MOST_LINES], [(say("drawn.rest"), False)]]


def _run(characters: str, is_bold: bool, look: Json) -> Json:
    return {"type": "TextRun", "text": inert(characters)} | look | ({"weight": "Bolder"} if is_bold else {})
