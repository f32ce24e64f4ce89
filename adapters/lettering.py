"""How wide words are in a sans-serif, and which letters a picture can show: for drawings that no browser lays out."""

import unicodedata
from functools import lru_cache

ROOMY = 1.1
"""How much wider the widest usual sans-serif is than Helvetica, whose widths these are."""
_WIDE, _UPPER, _LOWER = 1.0, 0.78, 0.56
_WIDTHS = {
    letter: width
    for letters, width in (
        ("'|ijl", 0.26),
        (" !,./:;I[\\]ft", 0.28),
        ("()-`r{}", 0.34),
        ('"*', 0.39),
        ("Jckstvxyz^", 0.5),
        ("+<=>~", 0.59),
        ("FTZ", 0.61),
        ("&ABEKPSVXY", 0.67),
        ("CDHNRUw", 0.73),
        ("mM", 0.84),
        ("%", 0.89),
        ("W", 0.95),
        ("@", 1.02),
    )
    for letter in letters
}
_NEVER_THERE = "\U0010fffd"
"""is in no font: what is drawn for it is drawn for every letter that has no font"""
_LETTER = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" font-family="sans-serif">'
    '<text y="18">{}</text></svg>'
)


def width(words: str, size: float) -> float:
    """Return how wide the words are at this size, in its unit."""
    return size * ROOMY * sum(map(_width, words))


@lru_cache(1024)
def _width(letter: str) -> float:
    base = unicodedata.normalize("NFD", letter)[0]
    if unicodedata.category(base) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(base) in "WF" or (unicodedata.category(base) in ("So", "Po") and base > "\x7f"):
        return _WIDE
    return _WIDTHS.get(base, _UPPER if base.isupper() else _LOWER)


def drawable(words: str) -> str:
    """Return the words as far as a font of this computer has their letters; signs that none has are left out."""
    kept = []
    for letter in words:
        if _has_font(letter):
            kept.append(letter)
        elif unicodedata.category(letter)[0] in "LN":
            return f"{''.join(kept).rstrip()} …".lstrip()
    return " ".join("".join(kept).split())


@lru_cache(4096)
def _has_font(letter: str) -> bool:
    if letter.isascii() or unicodedata.category(letter) in ("Mn", "Cf", "Zs"):
        return True
    return _drawn(letter) != _drawn(_NEVER_THERE)


def _drawn(letter: str) -> bytes:
    import vl_convert  # only where a picture is wanted: it is large

    return vl_convert.svg_to_png(_LETTER.format(letter))
