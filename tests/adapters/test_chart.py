"""A chart as a picture."""

import struct
import subprocess
import sys
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters import chart
from flows.markup import escape, quote
from flows.messages import Bar, Chart
from tests.adapters.golden.samples import HOSTILE, LONG, PROGRESS, VOTE

SVG = "{http://www.w3.org/2000/svg}"
assert VOTE.chart
assert PROGRESS.chart


def parsed(shown: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(chart.svg(shown))


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


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


def test_nothing_is_longer_than_the_picture_is_wide() -> None:
    picture = parsed(Chart("t", "u", (Bar(LONG, 1_000_000), Bar(escape(HOSTILE), 0)), "Told."))
    _, _, width, _ = map(float, picture.get("viewBox", "").split())
    assert all(float(bar.get("width", "")) <= width for bar in picture.iter(f"{SVG}rect"))
    assert all(len(each.text or "") <= chart.MOST_LABEL for each in picture.iter(f"{SVG}text"))


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
