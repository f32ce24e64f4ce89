"""Script files as they lie in a folder: found, named and parsed, or complained about."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError

from .shapes import NAME

_ADVICE = (
    (
        r"Cannot (declare|overwrite|mutate|define)",
        "The same name is there twice. Rename one of them or take it out.",
    ),
    (r"Expected '=' after a key", 'A line is written like say = "What would help?".'),
    (r"Expected newline or end of document", 'Inside "…" write a quote as \\", and begin a remark with #.'),
    (r"Illegal character|Unterminated|Expected \"'", 'The text must end with a quote " on the same line.'),
    (r"Unescaped '\\'|Invalid hex", "Write a backslash twice, like \\\\."),
    (r"Expected '\]'|Unclosed array", "A square bracket [ … ] is not closed."),
    (r"Expected '\}'|Unclosed inline table", "A curly bracket { … } is not closed."),
    (r"Invalid value|Expected", 'Text stands in quotes, like say = "What would help?".'),
)
_WHERE = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class File:
    """One parsed file: `needs.es.toml` is named "needs", in the language "es"."""

    path: Path
    name: str
    language: str
    folder: int
    """the place of its folder: later folders go before earlier ones"""
    table: Mapping[str, Any]

    @property
    def file(self) -> str:
        """What it is called in complaints."""
        return self.path.name


def find(folders: tuple[Path, ...], complaints: list[str]) -> Iterator[File]:
    """Yield every script of these folders that can be read; note the complaints about the others."""
    for place, folder in enumerate(folders):
        if not folder.is_dir():
            complaints.append(f"There is no folder {folder}. Create it, or correct LEADCYCLE_SCRIPTS.")
            continue
        for path in sorted(each for each in folder.iterdir() if each.suffix.casefold() == ".toml"):
            file = _read(path, place)
            if isinstance(file, str):
                complaints.append(f"{path.name}{file}")
            else:
                yield file


def _read(path: Path, place: int) -> File | str:
    """Return the parsed file, or what is wrong with it."""
    if path.suffix != ".toml":
        return f": a script's file name has small letters. Rename it to {path.name.lower()}."
    name, _, language = path.name.removesuffix(".toml").partition(".")
    if not NAME.fullmatch(name):
        return ": a script's file name has small letters, digits and _ only, like needs.toml."
    if language and not _is_language(language):
        return f': "{language}" is not the code of a language. A translation is named like {name}.es.toml.'
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return ": it is not saved as UTF-8. Open it in your editor and save it with the encoding UTF-8."
    except OSError as error:
        return f": it cannot be opened ({error.strerror})."
    try:
        return File(path, name, language, place, tomllib.loads(text.replace("\r\n", "\n")))
    except tomllib.TOMLDecodeError as error:
        return _unreadable(str(error), text)


def _is_language(code: str) -> bool:
    try:
        Locale.parse(code.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return False
    return True


def _unreadable(error: str, text: str) -> str:
    """Return a syntax error in plain words, with its line."""
    found = _WHERE.fullmatch(error)
    what = found["what"] if found else error
    advice = next((words for pattern, words in _ADVICE if re.search(pattern, what)), what)
    lines = text.splitlines()
    if not found or not found["line"]:
        return f": its last lines cannot be read. {advice}"
    number = int(found["line"])
    line = lines[number - 1].strip() if number <= len(lines) else ""
    if re.search("[“”„«»‘’]", line) and "Cannot" not in what:
        advice = 'Use straight quotes "…" around text; a word processor makes them curly.'
    return f" line {number}: this cannot be read:  {line[:80]}\n    {advice}"
