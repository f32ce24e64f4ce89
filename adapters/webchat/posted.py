"""What a page posted: a small, plain form, read with limits."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

MOST_BYTES = 1_000_000
"""the longest text (40,000 characters) percent-encoded, with room"""
MOST_FIELDS = 500
MOST_DIGITS = 19
"""of a 64-bit number"""
_KEY = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Posted:
    """The posted values by name, each name with all of its values."""

    values: Mapping[str, list[str]]

    def one(self, name: str) -> str:
        """Return the first value of the name, or nothing."""
        return self.values.get(name, [""])[0]

    def every(self, name: str) -> list[str]:
        """Return all values of the name."""
        return self.values.get(name, [])

    def starting(self, prefix: str) -> Iterator[tuple[str, str]]:
        """Yield (rest of the name, value) for the names that start so."""
        for name, values in self.values.items():
            if name.startswith(prefix):
                yield name.removeprefix(prefix), values[0]

    @property
    def key(self) -> str:
        """The page's key of this request, the same when it is repeated; refused (400) when it is none."""
        if not _KEY.fullmatch(key := self.one("key")):
            raise HTTPException(400, "This page needs JavaScript to answer. Reading works without it.")
        return key

    @property
    def line(self) -> int:
        """The number of the line that was pressed or opened the form; 0 when there is none."""
        return whole(self.one("line"))

    @property
    def note(self) -> str:
        """The id of the note that was pressed or opened the form, or nothing."""
        note = self.one("note")
        return note if _KEY.fullmatch(note) else ""


def whole(words: str) -> int:
    """Return the whole number that the words are, up to what a database holds; 0 for anything else."""
    return int(words) if words.isascii() and words.isdigit() and len(words) < MOST_DIGITS else 0


async def read(request: Request) -> Posted:
    """Return what was posted; refuses what is too long (413) or not a plain form (415)."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise HTTPException(415, "Only the page's own forms are read here.")
    try:
        pairs = parse_qsl(
            (await _body(request)).decode("ascii", "replace"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise HTTPException(413, "That form has too many fields.") from None
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(_clean(value))
    return Posted(values)


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413, "That is too long to be sent at once.")
    return bytes(body)


def _clean(text: str) -> str:
    """Return the text with plain line ends and without NUL, which databases refuse."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
