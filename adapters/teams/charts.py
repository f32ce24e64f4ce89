"""A chart on an Adaptive Card: Teams' own, or bars made of columns where a client has none."""

from collections.abc import Iterator, Sequence
from itertools import chain

from adapters import text
from flows.messages import Bar, Chart

from .words import MOST_TITLE, Json, inert, lines, small

KIND = "Chart.HorizontalBar"
"""Teams' own: learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/charts-in-adaptive-cards

Some phones show nothing in its place (github.com/microsoft/Teams-AdaptiveCards-Mobile/issues/314), so it has a
fallback, which every client draws that does not know the element.
"""
MOST_BARS, MOST_LABEL = 20, 120


def chart(shown: Chart) -> list[Json]:
    """Return the bars, after a sentence that says what there is to see in them."""
    bars, missing = shown.bars[:MOST_BARS], len(shown.bars) - MOST_BARS
    title = text.cut(text.one_line(shown.title), MOST_TITLE)
    own = {
        "type": KIND,
        "title": inert(title),
        "displayMode": "AbsoluteNoAxis",
        "data": [{"x": inert(text.bar_label(bar, text.MOST_BAR)), "y": bar.value} for bar in bars],
        "fallback": {"type": "Container", "items": [*lines([(title, True)]), *_drawn(bars)]},
    }
    rest = small(text.left_out(missing)) if missing > 0 else []
    return [*small(shown.told), *([own] if bars else []), *rest]


def _drawn(bars: Sequence[Bar]) -> Iterator[Json]:
    most = max(bar.value for bar in bars)
    return chain.from_iterable(_bar(bar, most) for bar in bars)


def _bar(bar: Bar, most: int) -> list[Json]:
    """Return the label, and beneath it the bar as wide as its number, which stands behind it."""
    number = lines([(str(bar.value), True)], size="Small")
    columns: list[Json] = [{"type": "Column", "width": "auto", "verticalContentAlignment": "Center", "items": number}]
    if bar.value:
        columns.insert(0, {"type": "Column", "width": bar.value, "style": "accent", "items": []})
    if bar.value < most:
        columns.append({"type": "Column", "width": most - bar.value, "items": []})
    label = lines([(text.bar_label(bar, MOST_LABEL), False)], "Small", size="Small")
    return [*label, {"type": "ColumnSet", "spacing": "None", "columns": columns}]
