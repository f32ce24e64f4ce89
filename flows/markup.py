"""The marks of our texts, *bold* and people's words, and the way these words stay inert inside a sentence."""

import re
from collections.abc import Iterator

CALL = "\\/"
"""stands before a command, for the way in which people of a platform call us: `called` puts that in its place"""
BY_SLASH = "/leadcycle"

_SPAN = re.compile(r"\\(?P<literal>[*\\])|\\[‹›]|\*(?P<bold>(?:\\[*\\‹›]|[^*\\\n])+)\*")
_MARK = re.compile(r"\\([*\\])|\\[‹›]")
_ESCAPED = re.compile(r"\\.")
_WORDS = re.compile(r"\\[*\\]|(?P<words>\\‹(?:\\[*\\]|[^\\])*\\›)")
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""embeddings, overrides and isolates (Unicode UAX 9): they act upon whatever stands after them"""
_LEFTWARD = re.compile("[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
"""letters of scripts that run from right to left"""


def escape(words: str) -> str:
    """Return people's words so that no character in them marks anything up or turns the text around them."""
    inert = upright(words).replace("\\", "\\\\").replace("*", "\\*")
    return f"\u2068{inert}\u2069" if _LEFTWARD.search(inert) else inert


def upright(words: str) -> str:
    """Return people's words without the characters that turn the direction of a text."""
    return _DIRECTIONS.sub("", words)


def quote(words: str) -> str:
    """Return people's words escaped and marked as theirs."""
    return marked(escape(words))


def marked(inert: str) -> str:
    """Return escaped words marked as somebody's: notifications leave them out (see `silent`)."""
    return f"\\‹{inert}\\›"


def called(text: str, by: str = BY_SLASH) -> str:
    """Return the text with the way in which people call us before each command that it names."""
    return _ESCAPED.sub(lambda found: by if found[0] == CALL else found[0], text) if CALL in text else text


def spans(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the text piece by piece as (characters, is_bold); the pieces join to `plain(text)`."""
    end, text = 0, called(text)
    for match in _SPAN.finditer(text):
        if match.start() > end:
            yield text[end : match.start()], False
        if bold := match["bold"]:
            yield _MARK.sub(r"\1", bold), True
        elif match["literal"]:
            yield match["literal"], False
        end = match.end()
    if end < len(text):
        yield text[end:], False


def plain(text: str) -> str:
    """Return the text without marks: for screens, logs and transcripts. Most texts have none."""
    return text if "\\" not in text and "*" not in text else "".join(piece for piece, _ in spans(text))


def silent(text: str) -> str:
    """Return the text without marks and with … for people's words: for whatever is projected or read aloud."""
    if "\\" not in text:
        return plain(text)
    return plain(_WORDS.sub(lambda found: "…" if found["words"] else found[0], text)).replace("….", "…")
