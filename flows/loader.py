"""All scripts of a school: read from their folders, judged together, ready to be asked."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from . import aims, conditions, cycle_script, skill_files, toml_files
from .aims import Aim, Aims
from .complaints import judge
from .conditions import Conditions
from .cycle_script import CycleScript
from .flow import Flow
from .messages import Kind
from .phrase_complaints import judge_phrases, untranslated
from .phrases import Phrases, read_phrases
from .relied_on import judge_own
from .script import read_script
from .skills import Skill
from .toml_files import File
from .translation import judge_course, judge_translation, missing, missing_of_course, translated

SHIPPED = Path(__file__).parent / "scripts"
"""the folder of the scripts that come with Leadcycle"""

_ENGLISH = "en"
_PHRASES = ("phrases", "moves")
_NO_FLOWS = {
    "phrases": "what the bot says by itself",
    "moves": "what is suggested to coaches",
    "cycle": "the timetable of a cycle",
    "outcomes": "what the work is for",
    conditions.NAME: "what a pulse asks about",
}

Words = TypeVar("Words", Flow, Phrases, CycleScript, Skill, tuple[Aim, ...], Conditions)


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
    courses: Mapping[str, CycleScript] = field(default_factory=dict)
    """the course of a cycle by language"""
    skills_by_name: Mapping[str, Mapping[str, Skill]] = field(default_factory=dict)
    """skill name, then language; "" is the original"""
    aims_by_language: Aims = field(default_factory=dict)
    """the outcomes that evidence is put on record for"""
    conditions_by_language: Mapping[str, Conditions] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """what is not translated, one sentence for each piece: people read it in the original's language"""

    @property
    def flows(self) -> frozenset[str]:
        """The names of all flows."""
        return frozenset(self.by_name)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which the bot can write, as codes; first that of the original."""
        return tuple(code or _ENGLISH for code in sorted(self.by_language))

    @property
    def cycle(self) -> CycleScript:
        """The course of a cycle as it was first written; raises NoSuchScript if no folder has a cycle.toml."""
        return self.course("")

    def course(self, language: str = _ENGLISH) -> CycleScript:
        """The course of a cycle with its words in this language; raises NoSuchScript as `cycle` does."""
        if not self.courses:
            raise NoSuchScript("There is no cycle.toml in the script folders.")
        return _in_language(self.courses, language)

    def flow(self, name: str, language: str = _ENGLISH) -> Flow:
        """Return the flow in this language ("es-MX", else "es") or as it was first written."""
        if name in _NO_FLOWS:
            raise NoSuchScript(
                f"{name}.toml is {_NO_FLOWS[name]}, not a script that asks. Judge it with leadcycle check."
            )
        if name not in self.by_name:
            raise NoSuchScript(f'There is no script "{name}.toml". Known are: {", ".join(sorted(self.flows))}.')
        return _in_language(self.by_name[name], language)

    def skills(self, language: str = _ENGLISH) -> Mapping[str, Skill]:
        """Return the protocols for meetings by name, each in this language or as it was first written."""
        return {name: _in_language(known, language) for name, known in sorted(self.skills_by_name.items())}

    def aims(self, language: str = _ENGLISH) -> tuple[Aim, ...]:
        """Return the outcomes in this language or as they were first written; none without an outcomes.toml."""
        return _in_language(self.aims_by_language, language) if self.aims_by_language else ()

    def conditions(self, language: str = _ENGLISH) -> Conditions:
        """Return what a pulse asks about, in this language; none where no folder has a conditions.toml."""
        return _in_language(self.conditions_by_language, language) if self.conditions_by_language else Conditions()

    def phrases(self, language: str = _ENGLISH) -> Phrases:
        """Return the bot's phrases in this language; those that are not translated are English."""
        return _in_language(self.by_language, language)


def _in_language(known: Mapping[str, Words], language: str) -> Words:
    """Return what is there for the language, for the language without its region, or the original."""
    code = language.replace("_", "-")
    if code not in known:
        code = code.partition("-")[0]
    return known[code if code in known else ""]


def load_scripts(*folders: Path | str) -> Scripts:
    """Return the scripts of these folders, or the shipped ones; a later folder goes before an earlier one.

    A flow's file replaces the one of the same name, phrases are replaced one by one.
    Raises ScriptError with every complaint about every file.
    """
    places = tuple(Path(folder) for folder in folders) or (SHIPPED,)
    complaints: list[str] = []
    notes: list[str] = []
    files = tuple(toml_files.find(places, complaints))
    phrases = _phrases(files, complaints, notes)
    scripts = [file for file in files if file.name not in _NO_FLOWS]
    flows = _flows(scripts, phrases, complaints, notes)
    names = frozenset(file.name for file in scripts)
    skills = skill_files.load(places, complaints, notes)
    courses = _courses([file for file in files if file.name == "cycle"], names, frozenset(skills), complaints, notes)
    outcomes = aims.load(files, complaints, notes)
    told = _conditions([file for file in files if file.name == conditions.NAME], flows, complaints)
    if complaints:
        raise ScriptError(tuple(complaints))
    notes += _without_sibling(files)
    return Scripts(flows, phrases, courses, skills, outcomes, told, tuple(notes))


def _phrases(files: Iterable[File], complaints: list[str], notes: list[str]) -> dict[str, Phrases]:
    """Return the phrases of all files of phrases by language, "" for the original."""
    parts = [_phrases_of(name, [file for file in files if file.name == name], complaints, notes) for name in _PHRASES]
    found: dict[str, Phrases] = {}
    for language in {language for part in parts for language in part}:
        found[language] = Phrases(language=language or _ENGLISH)
        for part in parts:
            found[language] = found[language].over(part.get(language, part[""]))
    return found


def _phrases_of(name: str, files: list[File], complaints: list[str], notes: list[str]) -> dict[str, Phrases]:
    """Return those of one file by language; what is not translated is filled up from the original."""
    shipped = next((file for file in files if not file.language), None)
    found = {"": Phrases()}
    for file in sorted(files, key=lambda file: (file.language != "", file.folder)):
        known = None if file is shipped or shipped is None else shipped.table
        complaints += (f"{file.file}{complaint}" for complaint in judge_phrases(file.table, known))
        below = found.get(file.language, found[""])
        found[file.language] = read_phrases(file.table, file.language or _ENGLISH).over(below)
    for language in sorted(set(found) - {""}):
        tables = [file.table for file in files if file.language == language]
        notes += (f"{name}.{language}.toml{note}" for note in untranslated(found[""], tables, f"{name}.toml"))
    return found


def _flows(
    files: list[File], phrases: Mapping[str, Phrases], complaints: list[str], notes: list[str]
) -> dict[str, dict[str, Flow]]:
    """Return the flows by name and language, as far as nothing is wrong with them."""
    flows: dict[str, dict[str, Flow]] = {}
    originals = {file.name: file for file in files if not file.language}
    for file in originals.values():
        wrong = (*judge(file.table, _control(phrases, "")), *_replaced(file, files))
        complaints += (f"{file.file}{complaint}" for complaint in wrong)
        if not wrong:
            flows[file.name] = {"": read_script(file.name, file.table)}
    for file in _newest(files):
        original = originals.get(file.name)
        if original is None:
            complaints.append(f"{file.file}: there is no {file.name}.toml of which this is a translation.")
        elif file.folder >= original.folder and file.name in flows:
            flows[file.name] |= _translation(original, file, phrases, complaints)
            notes += (f"{file.file}{note}" for note in missing(original.table, file.table, original.file))
    return flows


def _newest(files: Iterable[File]) -> Iterable[File]:
    """Return the translations, of each name and language the one that goes before the others."""
    return {(file.name, file.language): file for file in files if file.language}.values()


def _without_sibling(files: tuple[File, ...]) -> Iterator[str]:
    """Note each script that is not there in a language into which others are translated."""
    languages = sorted({file.language for file in files if file.language})
    for name, original in {file.name: file for file in files if not file.language}.items():
        for language in languages if name not in _PHRASES else ():
            if not any(
                (file.name, file.language) == (name, language) and file.folder >= original.folder for file in files
            ):
                yield f"{name}.{language}.toml: there is none for this {name}.toml, so people read that as it is."


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


def _courses(
    files: list[File], flows: frozenset[str], skills: frozenset[str], complaints: list[str], notes: list[str]
) -> dict[str, CycleScript]:
    """Return the course of a cycle by language; a school's own cycle.toml has its own translations."""
    original = next((file for file in reversed(files) if not file.language), None)
    if original is None:
        return {}
    course, wrong = cycle_script.read(original.table, flows, skills)
    complaints += wrong
    courses = {"": course} if course else {}
    for file in _newest(files) if course else ():
        if file.folder < original.folder:
            continue
        differs = tuple(judge_course(original.table, file.table, original.file))
        complaints += (f"{file.file}{complaint}" for complaint in differs)
        notes += (f"{file.file}{note}" for note in missing_of_course(original.table, file.table, original.file))
        spoken, _ = cycle_script.read(translated(original.table, file.table), flows, skills)
        courses |= {file.language: spoken} if spoken and not differs else {}
    return courses


def _conditions(
    files: list[File], flows: Mapping[str, Mapping[str, Flow]], complaints: list[str]
) -> dict[str, Conditions]:
    """Return what a pulse asks about by language; a school's own file has its own translations."""
    original = next((file for file in reversed(files) if not file.language), None)
    if original is None:
        return {}
    scales = (step.key for step in flows["pulse"][""].steps if step.kind is Kind.SCALE) if "pulse" in flows else ()
    wrong = [f"{original.file}{complaint}" for complaint in conditions.judge(original.table, frozenset(scales))]
    complaints += wrong
    found = {} if wrong else {"": conditions.read(original.table)}
    for file in _newest(files) if found else ():
        if file.folder >= original.folder:
            differs = tuple(conditions.judge_translation(original.table, file.table, original.file))
            complaints += (f"{file.file}{complaint}" for complaint in differs)
            table = conditions.translated(original.table, file.table)
            found |= {} if differs else {file.language: conditions.read(table)}
    return found
