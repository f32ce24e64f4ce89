"""The skills of a school: read from the `skills` folders beside the scripts, judged, in every language."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from . import skills, toml_files
from .skills import Skill
from .toml_files import File

FOLDER = "skills"


def load(folders: tuple[Path, ...], complaints: list[str], notes: list[str]) -> Mapping[str, Mapping[str, Skill]]:
    """Return the skills by name and language, "" for the original; a later folder's file replaces an earlier one's."""
    places = tuple(folder / FOLDER for folder in folders if (folder / FOLDER).is_dir())
    wrong: list[str] = []
    files = tuple(toml_files.find(places, wrong))
    complaints += (f"{FOLDER}/{complaint}" for complaint in wrong)
    originals = {file.name: file for file in files if not file.language}
    found: dict[str, dict[str, Skill]] = {}
    for name, file in originals.items():
        if not _complain(file, tuple(skills.judge(file.table)), complaints):
            found[name] = {"": skills.read(name, file.table)}
    for file in {(file.name, file.language): file for file in files if file.language}.values():
        original = originals.get(file.name)
        if original is None:
            _complain(file, (f": there is no {file.name}.toml of which this is a translation.",), complaints)
        elif file.folder >= original.folder and file.name in found:
            found[file.name] |= _translation(original, file, complaints, notes)
    notes += _without_sibling(files)
    return found


def _without_sibling(files: tuple[File, ...]) -> Iterator[str]:
    """Note each skill that is not there in a language into which others are translated."""
    languages = sorted({file.language for file in files if file.language})
    for name, original in {file.name: file for file in files if not file.language}.items():
        there = {file.language for file in files if file.name == name and file.folder >= original.folder}
        for language in (each for each in languages if each not in there):
            yield f"{FOLDER}/{name}.{language}.toml: there is none for this {name}.toml, so people read that as it is."


def _translation(original: File, file: File, complaints: list[str], notes: list[str]) -> dict[str, Skill]:
    if _complain(file, tuple(skills.judge_translation(original.table, file.table, original.file)), complaints):
        return {}
    table = skills.translated(original.table, file.table)
    notes += (f"{FOLDER}/{file.file}{note}" for note in skills.missing(original.table, file.table, original.file))
    if _complain(file, tuple(skills.judge(table)), complaints):
        return {}
    return {file.language: skills.read(file.name, table)}


def _complain(file: File, wrong: tuple[str, ...], complaints: list[str]) -> bool:
    """Note the complaints about a file; tell whether there are any."""
    complaints += (f"{FOLDER}/{file.file}{complaint}" for complaint in wrong)
    return bool(wrong)
