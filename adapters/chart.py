"""A chart as a picture: SVG for a page, PNG for a chat. It needs no network and no fonts of the computer's own."""

from collections.abc import Iterator

from markupsafe import Markup

from flows.messages import Bar, Chart

from . import text

# In pixels: as wide as a card on a phone. A label stands above its bar, a number behind it.
WIDTH, ROW, BASELINE, BAR, LENGTH, EDGE = 320, 44, 15, 14, 268, 16
MOST_LABEL = 42  # characters that fit into the width
SCALE = 2  # of the PNG, for screens with small pixels
INK, FILL, PAPER = "#17211f", "#0b6b61", "#ffffff"

_PICTURE = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" class="bars" role="img" aria-label="{seen}" viewBox="{box}"'
    ' font-family="sans-serif" font-size="14" fill="{ink}">{shapes}</svg>'
)
_PAPER = Markup('<rect x="{x}" y="{x}" width="100%" height="100%" fill="{color}"/>')
_ROW = Markup(
    '<text y="{label_at}">{label}</text>'
    '<rect y="{at}" width="{length}" height="{bar}" rx="3" fill="{fill}"/>'
    '<text x="{value_x}" y="{value_at}" font-weight="bold">{value}</text>'
)


def svg(chart: Chart) -> Markup:
    """Return the bars as SVG to stand in a page, whose style may color them; what it shows is its label."""
    return _picture(chart, Markup().join(_rows(chart)), 0)


def png(chart: Chart) -> bytes:
    """Return the bars as PNG on white."""
    import vl_convert  # only where a picture is wanted: it is large

    paper = _PAPER.format(x=-EDGE, color=PAPER)
    return vl_convert.svg_to_png(_picture(chart, paper + Markup().join(_rows(chart)), EDGE), scale=SCALE)


def _picture(chart: Chart, shapes: Markup, edge: int) -> Markup:
    height = ROW * len(chart.bars) - (ROW - BASELINE - BAR) // 2
    box = f"{-edge} {-edge} {WIDTH + 2 * edge} {height + 2 * edge}"
    return _PICTURE.format(seen=text.seen(chart), box=box, ink=INK, shapes=shapes)


def _rows(chart: Chart) -> Iterator[Markup]:
    most = max((bar.value for bar in chart.bars), default=0) or 1
    for place, bar in enumerate(chart.bars):
        yield _row(bar, place * ROW, round(LENGTH * bar.value / most, 1))


def _row(bar: Bar, top: int, length: float) -> Markup:
    return _ROW.format(
        label=text.bar_label(bar, MOST_LABEL),
        label_at=top + BASELINE,
        at=top + BASELINE + 7,
        length=length,
        bar=BAR,
        fill=FILL,
        value=bar.value,
        value_x=length + 6,
        value_at=top + BASELINE + 7 + BAR - 2,
    )
