"""All scripts of a school: read from their folders, judged together, ready to be asked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from . import cycle_script, toml_files
from .complaints import judge
from .cycle_script import CycleScript
from .flow import Flow
from .phrase_complaints import judge_phrases
from .phrases import Phrases, read_phrases
from .relied_on import judge_own
from .script import read_script
from .toml_files import File
from .translation import judge_translation, translated

SHIPPED = Path(__file__).parent / "scripts"
"""the folder of the scripts that come with Leadcycle"""

_ENGLISH = "en"
_NO_FLOWS = {"phrases": "what the bot says by itself", "cycle": "the timetable of a cycle"}

Words = TypeVar("Words", Flow, Phrases)


class ScriptError(Exception):
    """Scripts that cannot be used; `complaints` says everything that is wrong, in a coach's words."""

    def __init__(self, complaints: tuple[str, ...]) -> None:
        """Keep the complaints; the message is all of them, one a line."""
        super().__init__("\n".join(complaints))
        self.complaints = complaints


class NoSuchScript(LookupError):
    """No folder has a script of this name."""


@dataclass(frozen=True, slots=True)
class Scripts:
    """Every script and phrase, in every language that there is."""

    by_name: Mapping[str, Mapping[str, Flow]]
    """flow name, then language; "" is the original"""
    by_language: Mapping[str, Phrases] = field(default_factory=dict)
    course: CycleScript | None = None

    @property
    def flows(self) -> frozenset[str]:
        """The names of all flows."""
        return frozenset(self.by_name)

    @property
    def cycle(self) -> CycleScript:
        """The course of a cycle; raises NoSuchScript if no folder has a cycle.toml."""
        if self.course is None:
            raise NoSuchScript("There is no cycle.toml in the script folders.")
        return self.course

    def flow(self, name: str, language: str = _ENGLISH) -> Flow:
        """Return the flow in this language ("es-MX", else "es") or as it was first written."""
        if name in _NO_FLOWS:
            raise NoSuchScript(
                f"{name}.toml is {_NO_FLOWS[name]}, not a script that asks. Judge it with leadcycle check."
            )
        if name not in self.by_name:
            raise NoSuchScript(f'There is no script "{name}.toml". Known are: {", ".join(sorted(self.flows))}.')
        return _in_language(self.by_name[name], language)

    def phrases(self, language: str = _ENGLISH) -> Phrases:
        """Return the bot's phrases in this language; those that are not translated are English."""
        return _in_language(self.by_language, language)


def _in_language(known: Mapping[str, Words], language: str) -> Words:
    """Return what is there for the language, for the language without its region, or the original."""
    code = language.replace("_", "-")
    return next(known[each] for each in (code, code.partition("-")[0], "") if each in known)


def load_scripts(*folders: Path | str) -> Scripts:
    """Return the scripts of these folders, or the shipped ones; a later folder goes before an earlier one.

    A flow's file replaces the one of the same name, phrases are replaced one by one.
    Raises ScriptError with every complaint about every file.
    """
    places = tuple(Path(folder) for folder in folders) or (SHIPPED,)
    complaints: list[str] = []
    files = tuple(toml_files.find(places, complaints))
    phrases = _phrases([file for file in files if file.name == "phrases"], complaints)
    scripts = [file for file in files if file.name not in _NO_FLOWS]
    flows = _flows(scripts, phrases, complaints)
    names = frozenset(file.name for file in scripts)
    course = _course([file for file in files if file.name == "cycle"], names, complaints)
    if complaints:
        raise ScriptError(tuple(complaints))
    return Scripts(flows, phrases, course)


def _phrases(files: list[File], complaints: list[str]) -> dict[str, Phrases]:
    """Return the phrases by language, "" for the original; what is not translated is filled up from there."""
    shipped = next((file for file in files if not file.language), None)
    found = {"": Phrases()}
    for file in sorted(files, key=lambda file: (file.language != "", file.folder)):
        known = None if file is shipped or shipped is None else shipped.table
        complaints += (f"{file.file}{complaint}" for complaint in judge_phrases(file.table, known))
        below = found.get(file.language, found[""])
        found[file.language] = read_phrases(file.table, file.language or _ENGLISH).over(below)
    return found


def _flows(files: list[File], phrases: Mapping[str, Phrases], complaints: list[str]) -> dict[str, dict[str, Flow]]:
    """Return the flows by name and language, as far as nothing is wrong with them."""
    flows: dict[str, dict[str, Flow]] = {}
    originals = {file.name: file for file in files if not file.language}
    for file in originals.values():
        wrong = (*judge(file.table, _control(phrases, "")), *_replaced(file, files))
        complaints += (f"{file.file}{complaint}" for complaint in wrong)
        if not wrong:
            flows[file.name] = {"": read_script(file.name, file.table)}
    for file in {(file.name, file.language): file for file in files if file.language}.values():
        original = originals.get(file.name)
        if original is None:
            complaints.append(f"{file.file}: there is no {file.name}.toml of which this is a translation.")
        elif file.folder >= original.folder and file.name in flows:
            flows[file.name] |= _translation(original, file, phrases, complaints)
    return flows


def _replaced(file: File, files: list[File]) -> Iterator[str]:
    """Complain where a school's own script lacks what the one that it replaces has for the rules."""
    for other in files:
        if other.name == file.name and not other.language and other.folder == 0 and other is not file:
            yield from judge_own(file.name, other.table, file.table)


def _translation(original: File, file: File, phrases: Mapping[str, Phrases], complaints: list[str]) -> dict[str, Flow]:
    """Return the flow in the file's language, if nothing is wrong with it."""
    wrong = tuple(judge_translation(original.table, file.table, original.file))
    table = translated(original.table, file.table)
    wrong = wrong or tuple(judge(table, _control(phrases, file.language)))
    complaints += (f"{file.file}{complaint}" for complaint in wrong)
    return {} if wrong else {file.language: read_script(file.name, table, file.language)}


def _control(phrases: Mapping[str, Phrases], language: str) -> frozenset[str]:
    """Return the words that steer the chat in this language."""
    lists = phrases.get(language, phrases[""]).lists
    return frozenset(word for key, words in lists.items() if key.startswith("engine.words.") for word in words)


def _course(files: list[File], flows: frozenset[str], complaints: list[str]) -> CycleScript | None:
    if not files:
        return None
    course, wrong = cycle_script.read(files[-1].table, flows)
    complaints += wrong
    return course
