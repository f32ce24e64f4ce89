"""A chart on an Adaptive Card: Teams' own, or bars made of columns where a client has none."""

from dataclasses import replace
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
LOW = "14px"  # as low as a client draws a bar without words in it


def chart(shown: Chart) -> list[Json]:
    """Return the bars, after a sentence that says what there is to see in them.

    Teams' own is scaled to the greatest number and prints digits: what is more than counts is made of columns.
    """
    bars, missing = shown.bars[:MOST_BARS], len(shown.bars) - MOST_BARS
    first = replace(shown, bars=bars)
    drawn = _counts(first) if shown.is_plain else _shares(first)
    rest = small(text.left_out(missing)) if missing > 0 else []
    return [*small(shown.told), *([drawn] if bars else []), *rest]


def _counts(shown: Chart) -> Json:
    """Return Teams' own chart, with bars made of columns for a client that has none."""
    title = text.cut(text.one_line(shown.title), MOST_TITLE)
    points = [{"x": inert(text.bar_label(bar, text.MOST_BAR)), "y": bar.value} for bar in shown.bars]
    bars = chain.from_iterable(_count(bar, shown.scale) for bar in shown.bars)
    fallback = {"type": "Container", "items": [*lines([(title, True)]), *bars]}
    return {
        "type": KIND,
        "title": inert(title),
        "displayMode": "AbsoluteNoAxis",
        "data": points,
        "fallback": fallback,
    }


def _count(bar: Bar, scale: int) -> list[Json]:
    """Return the label, and beneath it the bar as wide as its number, which stands behind it."""
    number = lines([(str(bar.value), True)], size="Small")
    behind = {"type": "Column", "width": "auto", "verticalContentAlignment": "Center", "items": number}
    label = lines([(text.bar_label(bar, MOST_LABEL), False)], "Small", size="Small")
    return [*label, _columns(bar.value, scale, behind)]


def _shares(shown: Chart) -> Json:
    """Return each label with its words and the bar beneath; then what was before, which says so, with its own."""
    items = lines([(text.cut(text.one_line(shown.title), MOST_TITLE), True)])
    for bar in shown.bars:
        said = [(f"{text.bar_label(bar, MOST_LABEL)}: ", False), (text.number(bar), True)]
        items += [*lines(said, "Small", size="Small"), _columns(bar.value, shown.scale)]
        if bar.before is not None:
            was = lines([(text.number_before(shown, bar), False)], "None", size="Small", isSubtle=True)
            items += [*was, _columns(bar.before, shown.scale)]
    return {"type": "Container", "items": items}


def _columns(value: int, scale: int, *behind: Json) -> Json:
    """Return a bar of this share of the width."""
    look = {} if behind else {"minHeight": LOW}
    columns: list[Json] = [{"type": "Column", "width": value, "style": "accent", "items": [], **look}] if value else []
    columns += behind
    if value < scale:
        columns.append({"type": "Column", "width": scale - value, "items": [], **look})
    return {"type": "ColumnSet", "spacing": "None", "columns": columns}
