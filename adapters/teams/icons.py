"""The app's two icons, both drawn from one mark: the way around with three stations that the practice page shows.

What Teams wants of them: learn.microsoft.com/microsoftteams/platform/concepts/design/design-teams-app-icon-store-appbar
They are drawn here, from distances: what makes pictures of charts darkens white edges on nothing.
"""

import struct
import zlib
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import atan2, cos, degrees, dist, hypot, radians, sin

COLOR_SIZE, OUTLINE_SIZE = 192, 32
"""in pixels, on each side"""
SAFE = 120
"""pixels in the middle of the color icon in which the mark has to stay: Teams cuts the edges round"""
GROUND, WHITE, MINT = "#0b6b61", "#ffffff", "#9fe3d6"
"""the colors of the practice page's mark"""

RADIUS = 9.2
STATIONS = (2.0, 129.0, 214.0)
"""the way is a circle around 0, 0; on it the stations stand, in degrees, as they do on the practice page"""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Look:
    """How the mark is drawn at one size; lengths in the mark's own units."""

    size: int
    side: float
    """of the square that is shown"""
    line: float
    dot: float
    gap: float
    """between a station and the way"""
    station: str
    ground: str = ""
    """nothing where it is empty"""


_COLOR = _Look(COLOR_SIZE, side=36.4, line=2.6, dot=2.1, gap=0.45, station=MINT, ground=GROUND)
_OUTLINE = _Look(OUTLINE_SIZE, side=25, line=1.8, dot=2.0, gap=0.9, station=WHITE)


@cache
def color() -> bytes:
    """Return the icon for the store and for messages, as PNG: the mark on a full square."""
    return _png(_COLOR)


@cache
def outline() -> bytes:
    """Return the icon for the app bar, as PNG: white on nothing."""
    return _png(_OUTLINE)


def place(angle: float) -> Point:
    """Return where on the way this angle is, in the mark's own units."""
    return RADIUS * cos(radians(angle)), RADIUS * sin(radians(angle))


def _png(look: _Look) -> bytes:
    """Return the picture with red, green, blue and alpha for each pixel: www.w3.org/TR/png-3."""
    numbers = range(look.size)
    rows = b"".join(b"\0" + b"".join(_pixel(look, x, y) for x in numbers) for y in numbers)
    header = struct.pack(">IIBBBBB", look.size, look.size, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


def _pixel(look: _Look, x: int, y: int) -> bytes:
    unit = look.side / look.size
    at = ((x + 0.5) * unit - look.side / 2, (y + 0.5) * unit - look.side / 2)
    way = _covered(_to_way(look, at) / unit)
    station = _covered((min(dist(at, place(angle)) for angle in STATIONS) - look.dot) / unit)
    if not look.ground:
        return bytes((*_rgb(WHITE), round(255 * max(way, station))))
    seen = _mixed(_mixed(_rgb(look.ground), _rgb(WHITE), way), _rgb(look.station), station)
    return seen + b"\xff"


def _covered(distance: float) -> float:
    """How much of a pixel is inside of an edge that is so many pixels away; inside it is less than none."""
    return min(1.0, max(0.0, 0.5 - distance))


def _to_way(look: _Look, at: Point) -> float:
    """How far it is to the line from station to station, which stays clear of both and has round ends."""
    clear = degrees((look.dot + look.gap + look.line / 2) / RADIUS)
    angle = degrees(atan2(at[1], at[0]))
    ends = [(here + clear, there - clear) for here, there in pairwise((*STATIONS, STATIONS[0] + 360))]
    if any((angle - first) % 360 <= last - first for first, last in ends):
        return abs(hypot(*at) - RADIUS) - look.line / 2
    return min(dist(at, place(end)) for both in ends for end in both) - look.line / 2


def _rgb(written: str) -> bytes:
    return bytes.fromhex(written[1:])


def _mixed(below: bytes, above: bytes, share: float) -> bytes:
    return bytes(round(one + (other - one) * share) for one, other in zip(below, above, strict=True))
