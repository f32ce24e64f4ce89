"""The one mark our texts know, *bold*, and the way people's words stay inert inside it."""

import re
from collections.abc import Iterator

_SPAN = re.compile(r"\\(?P<literal>[*\\])|\*(?P<bold>(?:\\[*\\]|[^*\\\n])+)\*")
_LITERAL = re.compile(r"\\([*\\])")


def escape(words: str) -> str:
    """Return people's words so that no character in them marks anything up."""
    return words.replace("\\", "\\\\").replace("*", "\\*")


def spans(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the text piece by piece as (characters, is_bold); the pieces join to `plain(text)`."""
    end = 0
    for match in _SPAN.finditer(text):
        if match.start() > end:
            yield text[end : match.start()], False
        if bold := match["bold"]:
            yield _LITERAL.sub(r"\1", bold), True
        else:
            yield match["literal"], False
        end = match.end()
    if end < len(text):
        yield text[end:], False


def plain(text: str) -> str:
    """Return the text without marks: for notifications, screen readers, logs and transcripts."""
    return "".join(piece for piece, _ in spans(text))
