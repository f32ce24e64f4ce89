"""A chart as a picture."""

import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters import chart, lettering, text
from flows.markup import escape, quote
from flows.messages import Bar, Chart
from tests.adapters.golden.samples import HOSTILE, LONG, PROGRESS, VOTE
from tests.adapters.golden.samples import SHARES as PULSE

SVG = "{http://www.w3.org/2000/svg}"
assert VOTE.chart
assert PROGRESS.chart
assert PULSE.chart
SHARES = PULSE.chart


def parsed(shown: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(chart.svg(shown))


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def rows(png: bytes) -> Iterator[bytes]:
    """The lines of a picture with eight bits of red, green, blue and opacity for each point."""
    assert (png[24], png[25], png[28]) == (8, 6, 0)
    packed, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        packed += png[at + 8 : at + 8 + length] if png[at + 4 : at + 8] == b"IDAT" else b""
        at += length + 12
    lines, wide = zlib.decompress(packed), 4 * size(png)[0]
    above = bytearray(wide)
    for start in range(0, len(lines), wide + 1):
        above = _unfiltered(lines[start], bytearray(lines[start + 1 : start + 1 + wide]), above)
        yield bytes(above)


def _unfiltered(kind: int, line: bytearray, above: bytearray) -> bytearray:
    """A line of a PNG as it was before it was filtered (w3.org/TR/png, 9: filtering)."""
    for at in range(len(line)):
        left, up = line[at - 4] if at >= 4 else 0, above[at]
        corner = above[at - 4] if at >= 4 else 0
        near = min((left, up, corner), key=lambda each: abs(left + up - corner - each))
        line[at] = (line[at] + (0, left, up, (left + up) // 2, near)[kind]) % 256
    return line


def test_a_picture_says_what_it_shows() -> None:
    picture = parsed(PROGRESS.chart)
    assert picture.get("role") == "img"
    assert picture.get("aria-label") == (
        "5 of 8 actions are done or on track. Done: 3; On track: 2; Planned: 1; Blocked: 1; Overdue: 1."
    )


def test_bars_are_as_long_as_their_numbers_and_in_their_order() -> None:
    picture = parsed(PROGRESS.chart)
    lengths = [float(bar.get("width", "")) for bar in picture.iter(f"{SVG}rect")]
    assert [round(length / lengths[-1]) for length in lengths] == [3, 2, 1, 1, 1]
    words = [each.text for each in picture.iter(f"{SVG}text")]
    assert words == ["Done", "3", "On track", "2", "Planned", "1", "Blocked", "1", "Overdue", "1"]
    tops = [float(bar.get("y", "")) for bar in picture.iter(f"{SVG}rect")]
    assert tops == sorted(tops)


WIDEST = ("W" * 60, "漢字で書かれた必要なこと、とても長い文章です。" * 3, "M" * 60, "🙏" * 60)


@pytest.mark.parametrize("words", [LONG, escape(HOSTILE), *WIDEST])
def test_nothing_is_longer_than_the_picture_is_wide(words: str) -> None:
    shown = Chart("t", "u", (Bar(words, 1_000_000, before=900_000), Bar("x", 0, words)), "Told.", earlier=words)
    picture = parsed(shown)
    for each in picture.iter(f"{SVG}text"):
        begins, size = float(each.get("x", 0)), float(each.get("font-size", chart.LETTERS))
        assert begins + lettering.width(each.text or "", size) <= chart.WIDTH, each.text
    for bar in picture.iter(f"{SVG}rect"):
        assert float(bar.get("width", "")) <= chart.WIDTH


@pytest.mark.parametrize("shown", [Chart("t", "u", tuple(Bar(each, 9) for each in WIDEST), "Told."), SHARES])
def test_no_letter_stands_at_the_edge_of_a_picture(shown: Chart) -> None:
    for row in rows(chart.png(shown)):
        assert set(row[-4 * chart.EDGE :]) == {255}, "white, and not see-through"


def test_letters_for_which_there_is_no_font_are_left_to_what_is_said() -> None:
    assert lettering.drawable("1. Ana \U00030edd\U00030edd Ruiz") in ("1. Ana …", "1. Ana \U00030edd\U00030edd Ruiz")
    assert lettering.drawable("Thanks \U0010fffe for this") == "Thanks for this"
    shown = Chart("t", "u", (Bar("1. \U00030edd", 3), Bar("2. Books", 1)), "Told.")
    assert chart.png(shown) in (chart.png(replace(shown, bars=(Bar("1. …", 3), shown.bars[1]))), chart.png(shown))
    assert "\U00030edd" in text.seen(shown)


def test_shares_are_drawn_on_a_scale_of_a_hundred_and_told_in_their_own_words() -> None:
    picture = parsed(SHARES)
    now = [float(bar.get("width", "")) for bar in picture.iter(f"{SVG}rect") if not bar.get("class")]

    assert [round(each / now[0], 2) for each in now] == [1, round(30 / 90, 2), round(10 / 90, 2)]
    half = parsed(Chart("t", "u", (Bar("Half", 50, "50%"),), "Told.", most=100))
    (bar,) = half.iter(f"{SVG}rect")
    assert float(bar.get("width", "")) <= chart.WIDTH / 2
    assert "at least 90%" in [each.text for each in picture.iter(f"{SVG}text")]


def test_what_was_before_is_told_in_words_and_looks_different_without_color() -> None:
    picture = parsed(SHARES)
    before = [bar for bar in picture.iter(f"{SVG}rect") if bar.get("class") == "before"]

    assert len(before) == 2
    for bar in before:
        assert bar.get("fill") == "none", "hollow"
        assert float(bar.get("height", "")) < chart.BAR, "thinner"
    assert "in May 2026: 40%" in [each.text for each in picture.iter(f"{SVG}text")]
    assert picture.get("aria-label") == (
        "Lowest: capacity and resources. Vision and strategy: at least 90% (in May 2026: 40%);"
        " Supportive administration: 30% (in May 2026: 62%); Capacity and resources: at most 10%."
    )


def test_the_picture_for_a_chat_is_sharp_and_has_words_in_it() -> None:
    width, height = size(chart.png(VOTE.chart))
    assert (width, height) == (704, 402)
    other = Chart(VOTE.chart.title, "Dots", tuple(Bar("", bar.value) for bar in VOTE.chart.bars), VOTE.chart.told)
    assert len(chart.png(other)) < 0.7 * len(chart.png(VOTE.chart)), "without a font both would be alike"


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=80), st.integers(0, 10**6))
def test_whatever_people_write_is_a_label_and_nothing_else(words: str, number: int) -> None:
    picture = parsed(Chart(escape(words), "u", (Bar(quote(words), number), Bar("x", 1)), escape(words)))
    assert {each.tag.removeprefix(SVG) for each in picture.iter()} == {"svg", "text", "rect"}


def test_what_makes_pictures_is_loaded_when_one_is_wanted() -> None:
    look = "import sys, bot.app, adapters.webchat.draw, adapters.slack.api; sys.exit('vl_convert' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0
