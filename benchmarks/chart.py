"""The chart of docs/performance.md: posts a second, ours beside those of the peers, drawn from the figures."""

from html import escape
from pathlib import Path
from typing import Any

from .figures import Figures

FILE = Path(__file__).parents[1] / "docs" / "performance.svg"
WIDTH, LEFT, RIGHT, BAR, GAP, TOP = 760, 230, 90, 18, 10, 56
OURS, PEER, INK, PAPER = "#0b6e4f", "#9aa5b1", "#1f2933", "#ffffff"


def write(figures: Figures) -> None:
    """Draw the chart if there is something to draw."""
    rows = figures.get("posts", {}).get("rows", ())
    if rows:
        FILE.write_text(drawn(rows, figures["posts"]["when"]), "utf-8")


def drawn(rows: list[dict[str, Any]], when: str) -> str:
    """Return the chart as SVG: a bar for each app, the widest for the quickest."""
    most, height = max(each["rate"] for each in rows), TOP + len(rows) * (BAR + GAP) + GAP
    told = "; ".join(f"{_label(each)}: {each['rate']:.0f}" for each in rows)
    title = f"Posts a second to a stand-in that takes 2 ms for each, {when}"
    bars = "\n".join(_bar(each, TOP + number * (BAR + GAP), most) for number, each in enumerate(rows))
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"
 role="img" aria-labelledby="title told" font-family="system-ui, sans-serif" font-size="13" fill="{INK}">
<title id="title">{escape(title)}</title>
<desc id="told">{escape(told)}</desc>
<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>
<text x="{GAP}" y="28" font-size="16" font-weight="600">{escape(title)}</text>
{bars}
</svg>
"""


def _bar(row: dict[str, Any], y: int, most: float) -> str:
    width = (WIDTH - LEFT - RIGHT) * row["rate"] / most
    color, middle = OURS if row["app"].startswith("leadcycle") else PEER, y + BAR - 5
    return (
        f'<text x="{LEFT - GAP}" y="{middle}" text-anchor="end">{escape(_label(row))}</text>'
        f'<rect x="{LEFT}" y="{y}" width="{width:.0f}" height="{BAR}" rx="2" fill="{color}"/>'
        f'<text x="{LEFT + width + 6:.0f}" y="{middle}">{row["rate"]:,.0f}</text>'
    )


def _label(row: dict[str, Any]) -> str:
    workers = f"{row['workers']} worker{'s' if row['workers'] > 1 else ''}"
    return f"{row['app']}, {'SQLite' if row['database'] == 'sqlite' else workers}"
