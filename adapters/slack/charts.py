"""A chart drawn as Slack's own block, and as a picture where Slack does not know that block."""

from typing import Any

from adapters import text
from flows.messages import Chart

Json = dict[str, Any]

# Slack's limits: docs.slack.dev/reference/block-kit/blocks/data-visualization-block, November 2026. It stands in
# messages only, twice at most. People's words are cut to what is a glance; in full they are among the items.
MOST_TITLE, MOST_UNIT, MOST_LABEL, MOST_BARS = 50, 20, 20, 20


def block(chart: Chart) -> list[Json]:
    """Return the block that Slack draws itself; what finds no room there is counted beneath."""
    bars = chart.bars[:MOST_BARS]
    labels = _apart([text.bar_label(bar, MOST_LABEL) for bar in bars])
    unit = text.cut(text.one_line(chart.unit), MOST_UNIT) or "…"
    points = [{"label": label, "value": bar.value} for label, bar in zip(labels, bars, strict=True)]
    drawn = {"type": "bar", "series": [{"name": unit, "data": points}], "axis_config": {"categories": labels}}
    return [{"type": "data_visualization", "title": title(chart), "chart": drawn}, *_missing(chart)]


def picture(chart: Chart, file: str) -> list[Json]:
    """Return the block that shows the uploaded picture with this id."""
    heading = {"type": "plain_text", "text": title(chart), "emoji": False}
    return [{"type": "image", "title": heading, "slack_file": {"id": file}, "alt_text": text.seen(chart)}]


def title(chart: Chart) -> str:
    """Return the title on one line, as long as Slack takes it."""
    return text.cut(text.one_line(chart.title), MOST_TITLE) or "…"


def _apart(labels: list[str]) -> list[str]:
    """Return the labels so that no two are the same: Slack tells the bars by them."""
    if len(set(labels)) == len(labels):
        return labels
    return [text.cut(f"{number}. {label}", MOST_LABEL) for number, label in enumerate(labels, 1)]


def _missing(chart: Chart) -> list[Json]:
    missing = len(chart.bars) - MOST_BARS
    words = {"type": "plain_text", "text": text.left_out(missing), "emoji": False}
    return [{"type": "context", "elements": [words]}] if missing > 0 else []
