"""A chart as a picture: SVG for a page, PNG for a chat. It needs no network and no fonts of the computer's own."""

from collections.abc import Callable, Iterator

from markupsafe import Markup

from flows.messages import Bar, Chart

from . import lettering, text

# In pixels: as wide as a card on a phone. A label stands above its bar, a number behind it, what was before beneath.
WIDTH, ROW, BASELINE, BAR, EDGE = 320, 44, 15, 14, 16
BEFORE, THIN = 18, 8  # the row of a number before, and its bar: thinner, and hollow
GAP, SHORTEST = 6, 120
LETTERS, SMALL = 14, 12
SCALE = 2  # of the PNG, for screens with small pixels
INK, FILL, PAPER = "#17211f", "#0b6b61", "#ffffff"

Read = Callable[[str], str]
"""takes out of words what cannot be drawn"""

_PICTURE = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" class="bars" role="img" aria-label="{seen}" viewBox="{box}"'
    ' font-family="sans-serif" font-size="{size}" fill="{ink}">{shapes}</svg>'
)
_PAPER = Markup('<rect x="{x}" y="{x}" width="100%" height="100%" fill="{color}"/>')
_ROW = Markup(
    '<text y="{label_at}">{label}</text>'
    '<rect y="{at}" width="{length}" height="{bar}" rx="3" fill="{fill}"/>'
    '<text x="{number_x}" y="{number_at}" font-weight="bold">{number}</text>'
)
_BEFORE = Markup(
    '<rect class="before" x="0.75" y="{at}" width="{length}" height="{bar}" rx="2" fill="none" stroke="{fill}"'
    ' stroke-width="1.5"/><text x="{number_x}" y="{number_at}" font-size="{size}">{number}</text>'
)


def svg(chart: Chart) -> Markup:
    """Return the bars as SVG to stand in a page, whose style may color them; what it shows is its label."""
    return _picture(chart, Markup().join(_rows(chart, str)), 0)


def png(chart: Chart) -> bytes:
    """Return the bars as PNG on white; letters for which this computer has no font are left to its alternative text."""
    import vl_convert  # only where a picture is wanted: it is large

    paper = _PAPER.format(x=-EDGE, color=PAPER)
    shapes = paper + Markup().join(_rows(chart, lettering.drawable))
    return vl_convert.svg_to_png(_picture(chart, shapes, EDGE), scale=SCALE)


def _picture(chart: Chart, shapes: Markup, edge: int) -> Markup:
    height = sum(map(_height, chart.bars)) - (ROW - BASELINE - BAR) // 2
    box = f"{-edge} {-edge} {WIDTH + 2 * edge} {height + 2 * edge}"
    return _PICTURE.format(seen=text.seen(chart), box=box, size=LETTERS, ink=INK, shapes=shapes)


def _height(bar: Bar) -> int:
    return ROW if bar.before is None else ROW + BEFORE


def _rows(chart: Chart, read: Read) -> Iterator[Markup]:
    top, full = 0, _full(chart, read)
    for bar in chart.bars:
        yield _row(bar, top, full * bar.value / chart.scale, read)
        if bar.before is not None:
            yield _before(chart, bar, top + ROW - GAP, full * bar.before / chart.scale, read)
        top += _height(bar)


def _full(chart: Chart, read: Read) -> int:
    """How long the longest bar can be so that every number has room behind its own; never hardly anything."""
    told = [(bar.value, lettering.width(read(text.number(bar)), LETTERS)) for bar in chart.bars]
    before = [(bar, lettering.width(read(text.number_before(chart, bar)), SMALL)) for bar in chart.bars]
    told += [(bar.before, room) for bar, room in before if bar.before is not None]
    fits = [(WIDTH - GAP - room) * chart.scale / value for value, room in told if value]
    return max(SHORTEST, int(min([*fits, WIDTH - GAP])))


def _row(bar: Bar, top: int, length: float, read: Read) -> Markup:
    return _ROW.format(
        label=_label(bar, read),
        label_at=top + BASELINE,
        at=top + BASELINE + 7,
        length=round(length, 1),
        bar=BAR,
        fill=FILL,
        number=_cut(read(text.number(bar)), WIDTH - GAP - length),
        number_x=round(length + GAP, 1),
        number_at=top + BASELINE + 7 + BAR - 2,
    )


def _before(chart: Chart, bar: Bar, top: int, length: float, read: Read) -> Markup:
    return _BEFORE.format(
        at=top + 4,
        length=round(max(length - 1.5, 0), 1),
        bar=THIN,
        fill=FILL,
        number=_cut(read(text.number_before(chart, bar)), WIDTH - GAP - length, SMALL),
        number_x=round(length + GAP, 1),
        number_at=top + 4 + THIN,
        size=SMALL,
    )


def _label(bar: Bar, read: Read) -> str:
    return _cut(read(text.bar_label(bar, text.MOST_BAR)), WIDTH) or "…"


def _cut(words: str, room: float, size: int = LETTERS) -> str:
    """Return as much of the words as has room."""
    most = text.MOST_BAR
    while most > 1 and lettering.width(text.cut(words, most), size) > room:
        most -= 1
    return text.cut(words, most)
