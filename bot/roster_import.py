"""Reads a roster of schools, teams and people, all of it or nothing, and says line by line what is wrong."""

import csv
import re
import tomllib
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache, partial
from io import StringIO
from itertools import islice, zip_longest
from operator import itemgetter
from typing import Any, TypeVar
from unicodedata import category, normalize

from babel import Locale, UnknownLocaleError

from flows import circles
from flows.calendar import WEEKDAYS, CalendarError, parse_weekday
from flows.loader import SHIPPED
from flows.newcomers import EMAIL, role_words, roles_by_word
from flows.options import quoted
from flows.people import BESIDE, LEAST_PEOPLE, PROMPTED, Membership, Role
from flows.phrases import Phrases, read_phrases

from .nearly import NEARLY_THE_SAME, near
from .roster import Account, Entry, Roster
from .time_zones import parse_zone

REQUIRED = ("school", "team", "name", "email", "roles")
_WHO_IS_WHAT = frozenset({"school", "team", "roles", "left"})
COLUMNS = (*REQUIRED, "meeting_day", "team_language", "language", "time_zone", "slack", "teams", "circle", "left")
_NO_ROLE = frozenset({"meeting_day", "team_language", "language", "time_zone", "slack", "teams", "left"})
_FIRST_LINE = f"{','.join(REQUIRED)}, and time_zone for a school that is new"
PLATFORMS = {"slack": "Slack", "teams": "Teams"}  # the columns of account ids
MOST_BYTES = 10_000_000
MOST_PROBLEMS = 1000
LONGEST_CELL = 200  # characters

Problem = tuple[int, str]  # (line, what is wrong there); line 0 is the whole file

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|[0-9]{3}))?")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ACCOUNTS = {
    "slack": (re.compile(r"[UW][A-Z0-9]{5,30}"), str.upper, "U012AB3CD"),
    "teams": (_GUID, str.lower, "8f0d3f1c-5a0b-4c57-9d4e-2b6a1c7e9f00"),
}
_ARCHIVE = b"PK\x03\x04"  # how a .xlsx begins
_UNSEEN = frozenset({"Cc", "Cf"})
_KEPT = "\t\n\v\f\u200c\u200d"  # the last two shape names in Persian and in the languages of India
_NOWHERE: tuple[Account, ...] = ()
_Value = TypeVar("_Value")
_Said = dict[Hashable, tuple[int, str]]  # (line, what was said there first)


class RosterError(Exception):
    """Nothing was imported; `problems` holds one sentence for each thing to mend, in the file's order."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(slots=True)
class _Reading:
    """What was read so far."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    is_whole: bool = True  # only then is it known whom a team lacks
    unclear: set[int] = field(default_factory=set)  # lines that do not tell who is what in which team
    zoned: set[str] = field(default_factory=set)  # the schools about whose time zone something may be written

    def stop(self, line: int, why: str) -> None:
        self.problems.append((line, f"{why} What follows was not read."))
        self.is_whole = False


def read(content: str | bytes, known: Set[str] | None = None, led: Set[tuple[str, str]] = frozenset()) -> Roster:
    """Return what a CSV file says: UTF-8, its columns divided by commas, semicolons or tabs.

    Raises `RosterError` with every problem of the file. New schools without a time zone are among them when
    it is `known` by their keys which schools are on record. Of the teams that are `led` on record, by their keys, a
    file may name less than all.
    """
    reading = _Reading()
    _read_table(_text(content), reading)
    if not reading.entries and not reading.problems:
        raise RosterError("The file names nobody. Write one line for each person below the first line.")
    said: _Said = {}
    problems = [*reading.problems, *_contradictions(reading.entries, said)]
    if reading.is_whole:
        problems += _incomplete(reading.entries, reading.unclear, led)
    if reading.is_whole and known is not None:
        problems += _without_zone(reading.entries, known | reading.zoned)
    refuse(problems)
    return Roster(tuple(_agreed(reading.entries, said)))


def refuse(problems: Iterable[Problem]) -> None:
    """Raise `RosterError` with the problems in the order of their lines, unless there is none."""
    if in_order := sorted(problems, key=itemgetter(0)):
        raise RosterError(*(f"line {line}: {what}" if line else what for line, what in in_order))


def _text(content: str | bytes) -> str:
    stored = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    if stored.startswith(_ARCHIVE):
        raise RosterError('This is an Excel workbook, not a CSV file. In Excel, save it as "CSV UTF-8".')
    if len(stored) > MOST_BYTES:
        raise RosterError(f"The file has {len(stored) / 1e6:,.1f} MB; a roster has at most 10 MB.")
    try:
        text = stored.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = stored.count(b"\n", 0, fault.start) + 1
        raise RosterError(f'line {line}: not UTF-8. In Excel, save as "CSV UTF-8".') from fault
    if not _clean(text):
        raise RosterError("The file is empty.")
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")


def _clean(cell: str) -> str:
    """Return the cell as one line; signs that show nothing or turn the writing around are dropped."""
    if not cell.isprintable():
        cell = "".join(sign for sign in cell if category(sign) not in _UNSEEN or sign in _KEPT)
    return " ".join(normalize("NFC", cell).split())


def _rows(text: str, delimiter: str, reading: _Reading) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines with anything in them, each with its number in the file."""
    reader = csv.reader(StringIO(text), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            cells = [_clean(cell) for cell in row]
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        reading.stop(line, 'the quotation marks (") do not pair up. Put them around a whole cell.')


def _read_table(text: str, reading: _Reading) -> None:
    delimiter = max(",;\t", key=next(filter(_clean, text.split("\n"))).count)  # Excel abroad writes ;
    rows = _rows(text, delimiter, reading)
    line, header = next(rows, (0, []))
    columns = [_column(cell) for cell in header]
    reading.problems += ((line, what) for what in _header_faults(header, columns) if line)
    reading.is_whole &= set(REQUIRED) <= set(columns)
    for line, row in rows if reading.is_whole else islice(rows, MOST_PROBLEMS):
        if len(reading.problems) >= MOST_PROBLEMS:
            reading.stop(line, f"there are {MOST_PROBLEMS:,} problems above; mend these first.")
            break
        _read_row(line, columns, row, delimiter, reading)


def _read_row(line: int, columns: Sequence[str], row: list[str], delimiter: str, reading: _Reading) -> None:
    pairs = list(zip_longest(columns, row, fillvalue=""))
    cells = {column: cell for column, cell in pairs if column}
    is_cut = any(cell for column, cell in pairs if not column)
    if is_cut:
        sign = {",": "a comma", ";": "a semicolon"}.get(delimiter, "a tab")
        what = f"there are more cells than columns. A cell with {sign} in it needs quotation marks."
        reading.problems.append((line, what))
        cells = {column: cells[column] for column in ("school", "team") if column in cells}
        reading.unclear.add(line)
    reading.entries.append(entry := _entry(line, cells, reading))
    if cells.get("time_zone") or is_cut or not cells.keys() <= set(COLUMNS):
        reading.zoned.add(entry.school_key)


def _column(cell: str) -> str:
    """Return the column that is also written "E-Mail" or "Time zone"; of an unknown one what is written."""
    said = "roles" if _letters(cell) == "role" else _letters(cell)
    return next((column for column in COLUMNS if _letters(column) == said), said)


def _letters(words: str) -> str:
    return re.sub(r"[\s_-]", "", words.casefold())


def _header_faults(header: Sequence[str], columns: Sequence[str]) -> Iterator[str]:
    if missing := [column for column in REQUIRED if column not in columns]:
        yield f"missing: {', '.join(missing)}. The first line holds at least {_FIRST_LINE}."
    free = [column for column in COLUMNS if column not in columns]
    for cell, column in zip(header, columns, strict=True):
        if column and column not in COLUMNS:
            yield f'"{quoted(cell)}" is not a column.{near(column, free, " Delete it.")}'
    for column in COLUMNS:
        if columns.count(column) > 1:
            yield f"the column {column} is there {columns.count(column)} times. Delete all but one."


def _entry(line: int, cells: Mapping[str, str], reading: _Reading) -> Entry:
    def said(column: str, meaning: Callable[[str], _Value], nothing: _Value) -> _Value:
        cell = cells.get(column, "")
        try:
            if column in REQUIRED and column in cells and not cell:
                raise RosterError(f"{column} is empty.")
            if len(cell) > LONGEST_CELL:
                raise RosterError(f"{column} has {len(cell):,} characters. Write at most {LONGEST_CELL}.")
            if column in _NO_ROLE and _letters(cell) in _spellings():
                raise RosterError(f'"{quoted(cell)}" is a role, under {column}. Put quotation marks around all roles.')
            return meaning(cell) if cell else nothing
        except (RosterError, CalendarError) as fault:
            reading.problems.extend((line, what) for what in str(fault).split("\n"))
            reading.unclear.update({line} if column in _WHO_IS_WHAT else ())
            return nothing

    return Entry(
        line,
        said("school", str, ""),
        said("team", str, ""),
        said("name", _name, ""),
        said("email", _email, ""),
        said("roles", _roles, ()),
        said("meeting_day", lambda cell: WEEKDAYS[parse_weekday(cell)], ""),
        said("language", _language, ""),
        said("team_language", _language, ""),
        said("time_zone", parse_zone, ""),
        said("slack", partial(_account, "slack"), _NOWHERE) + said("teams", partial(_account, "teams"), _NOWHERE),
        said("left", _left, None),
        said("circle", _circles, ()),
        is_back=cells.get("left", "").casefold() == "no",
    )


def _circles(cell: str) -> tuple[str, ...]:
    """Return the grades, departments or other circles, each once; none is one of the words that decisions keep."""
    names = tuple(dict.fromkeys(word for part in cell.split(";") if (word := part.strip())))
    if taken := [name for name in names if name.casefold() in (circles.TEAM, circles.STAFF)]:
        raise RosterError(f'"{quoted(taken[0])}" is not a circle of its own. Name a grade or department, like Grade 4.')
    return names


def _name(cell: str) -> str:
    if not any(sign.isalpha() for sign in cell):
        raise RosterError(f'"{quoted(cell)}" is not a name.')
    return cell


def _email(cell: str) -> str:
    if not EMAIL.fullmatch(cell):
        raise RosterError(f'"{quoted(cell)}" is not an e-mail address. Write it like ana@lincoln.example.')
    return cell.lower()


def _roles(cell: str) -> tuple[Role, ...]:
    """Return the roles in the order of `Role`, each once."""
    words = [word for part in re.split(r"[;,/|+&]", cell) if (word := part.strip())]
    if unknown := [word for word in words or [cell] if _letters(word) not in _spellings()]:
        raise RosterError(*map(_unknown_role, unknown))
    return tuple(sorted({_spellings()[_letters(word)] for word in words}, key=list(Role).index))


def _unknown_role(word: str) -> str:
    known = f" Known are {', '.join(Role)}."
    names = (name for role in Role for name in role_words(_english(), role))
    return f'"{quoted(word)}" is not a role.{near(word.casefold(), names, known, NEARLY_THE_SAME)}'


@cache
def _spellings() -> Mapping[str, Role]:
    """Return the roles by the words that the chat takes for them, too."""
    return {_letters(word): role for word, role in roles_by_word(_english()).items()}


@cache
def _english() -> Phrases:
    return read_phrases(tomllib.loads((SHIPPED / "phrases.toml").read_text("utf-8")))


def _language(cell: str) -> str:
    if match := _LANGUAGE.fullmatch(cell.lower()):
        with suppress(UnknownLocaleError):
            parts = (Locale(match[1]).language, (match[2] or "").title(), (match[3] or "").upper())
            return "-".join(filter(None, parts))
    raise RosterError(f'"{quoted(cell)}" is not the code of a language. Write it like en, es or pt-BR.')


def _account(platform: str, cell: str) -> tuple[Account, ...]:
    workspace, _, user = cell.rpartition("/")
    form, spelled, example = _ACCOUNTS[platform]
    if not form.fullmatch(spelled(user)):
        where = PLATFORMS[platform]
        raise RosterError(f'"{quoted(cell)}" is not the id of a {where} account. Write it like {example}.')
    return (Account(platform, spelled(user), workspace),)


def _left(cell: str) -> date | None:
    for form in ("%Y-%m-%d", "%m/%d/%Y"):
        with suppress(ValueError):
            return datetime.strptime(cell, form).date()
    if cell.casefold() == "no":
        return None
    raise RosterError(f'"{quoted(cell)}" is not a date. Write it like 2027-03-14 or 3/14/2027.')


_SAME = (
    ("school", "spelling", "school_key", 'the school "{.school}"'),
    ("zone", "time zone", "school_key", 'the school "{.school}"'),
    ("team", "spelling", "team_key", 'the team "{.team}"'),
    ("meeting_day", "meeting day", "team_key", 'the team "{.team}"'),
    ("team_language", "language", "team_key", 'the team "{.team}"'),
    ("name", "name", "email", "{.email}"),
    ("language", "language", "email", "{.email}"),
)
"""Which fields are the same in all entries with the same key, and how they and their owners are called."""


def _contradictions(entries: Iterable[Entry], said: _Said) -> Iterator[Problem]:
    """Yield where a line says something else than an earlier one; `said` learns what was said first."""
    for entry in entries:
        for key, about, what, value in _statements(entry):
            first, before = said.setdefault(key, (entry.line, value))
            if before.casefold() != value.casefold():
                both = f'"{quoted(value)}" here and "{quoted(before)}" in line {first}'
                yield entry.line, f"{about} has the {what} {both}. Write the same in both."
        first, _ = said.setdefault((entry.team_key, entry.email), (entry.line, ""))
        if first != entry.line and entry.team_key and entry.email:
            yield entry.line, f"{entry.email} is in this team already, in line {first}. Make it one line."


def _statements(entry: Entry) -> Iterator[tuple[Hashable, str, str, str]]:
    """Yield (its key, about whom, what, its value) of all that may be said in one way only."""
    for name, what, key, owner in _SAME:
        if getattr(entry, key) and getattr(entry, name):
            yield (name, getattr(entry, key)), owner.format(entry), what, getattr(entry, name)
    for account in entry.accounts if entry.email else ():
        where = f"{PLATFORMS[account.platform]} account"
        yield (where, entry.email, account.workspace), entry.email, where, account.user
        yield account, f"the {where} {account.user}", "e-mail", entry.email


def _agreed(entries: Iterable[Entry], said: _Said) -> Iterator[Entry]:
    """Yield the entries, each with all that the file says of its school, its team and its person."""
    accounts: dict[str, dict[Account, None]] = {}
    for entry in entries:
        accounts.setdefault(entry.email, {}).update(dict.fromkeys(entry.accounts))
    for entry in entries:
        first: dict[str, Any] = {name: said.get((name, getattr(entry, key)), (0, ""))[1] for name, _, key, _ in _SAME}
        yield replace(entry, accounts=tuple(accounts[entry.email]), **first)


def _incomplete(entries: Iterable[Entry], unclear: Set[int], led: Set[tuple[str, str]]) -> Iterator[Problem]:
    """Yield what each new team lacks, unless one of its lines is unclear: who knows what that one means."""
    teams: dict[Hashable, list[Entry]] = {}
    for entry in entries:
        teams.setdefault(entry.team_key, []).append(entry)
    for team in teams.values():
        present = [entry for entry in team if not entry.left]  # a team that everybody has left is history
        if present and team[0].team_key not in led and unclear.isdisjoint(entry.line for entry in team):
            for what in lacks(present):
                yield team[0].line, f'the team "{quoted(team[0].team)}" {what}'


def lacks(present: Sequence[Entry | Membership]) -> Iterator[str]:
    """Yield what these people lack to be a team."""
    roles = {role for entry in present for role in entry.roles}
    count = sum(1 for entry in present if not BESIDE.issuperset(entry.roles))
    if not roles & PROMPTED:
        yield "has nobody who is asked: only administrators, teachers, hybrid and support staff are. Add teachers."
    if Role.ADMINISTRATOR not in roles:
        yield "has no administrator. A principal or an assistant principal belongs to it."
    if count < LEAST_PEOPLE:
        beside = "coaches, district leaders, observers and staff"
        yield f"counts {count} without {beside}. A team takes at least {LEAST_PEOPLE} people."


def _without_zone(entries: Iterable[Entry], settled: Set[str]) -> Iterator[Problem]:
    """Yield each school that is not `settled` and has no time zone, at its first line of somebody who is there."""
    first: dict[str, Entry] = {}
    for entry in entries:
        if entry.school and not entry.left and entry.school_key not in settled:
            first.setdefault(entry.school_key, entry)
    yield from ((entry.line, no_zone(entry.school)) for entry in first.values())


def no_zone(school: str) -> str:
    """Return the sentence about a new school without a time zone."""
    return f'the school "{quoted(school)}" is new and has no time zone. Fill in the column time_zone.'
