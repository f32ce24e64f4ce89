"""Reads the staff of a OneRoster export (CSV, 1.1 or 1.2), all of it or nothing; who is no staff is left out unread."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import StringIO
from itertools import chain
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from flows.newcomers import EMAIL
from flows.options import quoted

from .roster_import import MOST_BYTES, MOST_PROBLEMS, RosterError

USERS, ORGS, ROLES = "users.csv", "orgs.csv", "roles.csv"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    USERS: ("sourcedId", "status", "enabledUser", "givenName", "familyName", "email"),
    ORGS: ("sourcedId", "status", "name", "type"),
    ROLES: ("status", "userSourcedId", "role", "orgSourcedId"),
}
"""What is read of each file (OneRoster 1.1, 4.1; 1.2, CSV binding); all other columns are passed over."""
IN_USERS = ("role", "orgSourcedIds")
"""in users.csv up to 1.1; from 1.2 on they stand in roles.csv"""
_SCHOOL_STAFF = ("administrator", "aide", "counselor", "principal", "siteadministrator", "teacher", "proctor")
STAFF = frozenset({*_SCHOOL_STAFF, "districtadministrator", "systemadministrator"})
OTHERS = frozenset({"student", "guardian", "parent", "relative"})
_GONE = frozenset({"tobedeleted", "inactive"})
_MOST_TOGETHER = 10 * MOST_BYTES
"""bytes of an unpacked file: students are many"""

Row = tuple[int, Mapping[str, str]]
"""a line of a file, by its number and its columns"""


@dataclass(frozen=True, slots=True)
class Staff:
    """One member of the staff."""

    name: str
    email: str
    """in small letters"""
    schools: tuple[str, ...]
    """by name"""


@dataclass(frozen=True, slots=True)
class Export:
    """What an export says of staff."""

    staff: tuple[Staff, ...]
    left_out: int
    """people who are no staff, or not any more"""
    without_email: tuple[int, ...] = ()
    """the lines of staff who have none, and are left out: nothing could find them in the chat"""

    only: str = ""
    """the one school whose staff is meant; empty: every school"""

    @property
    def schools(self) -> tuple[str, ...]:
        """The schools that have staff, by name."""
        return tuple(sorted({school for each in self.staff for school in each.schools}))

    def of_school(self, name: str) -> "Export":
        """Return what it says of the staff of one school, by its name; raises RosterError where nobody works there."""
        found = next((each for each in self.schools if each.casefold() == name.strip().casefold()), None)
        if found is None:
            known = ", ".join(self.schools)
            raise RosterError(f"Nobody of the export works at {name}. Its schools with staff: {known}.")
        staff = tuple(replace(each, schools=(found,)) for each in self.staff if found in each.schools)
        return replace(self, staff=staff, left_out=self.left_out + len(self.staff) - len(staff), only=found)


@dataclass(slots=True)
class _Reading:
    """The files, and what is wrong with them so far."""

    files: Mapping[str, bytes]
    problems: list[str] = field(default_factory=list)

    def wrong(self, file: str, line: int, what: str) -> None:
        self.problems.append(f"{file} line {line}: {what}")


def is_export(path: Path) -> bool:
    """Whether this is the form of a OneRoster export: a folder, or a .zip."""
    return path.is_dir() or path.suffix.casefold() == ".zip"


def read(path: Path) -> Export:
    """Return the staff of an export; raises RosterError with every problem of its files."""
    reading = _Reading(_files(path))
    if not reading.files:
        raise RosterError(f"{path} holds no OneRoster export: no {USERS}, {ORGS} or {ROLES}.")
    users, orgs = _rows(reading, USERS), _rows(reading, ORGS)
    has_roles = _has_roles(reading.files.get(USERS, b""))
    roles = [] if has_roles else _rows(reading, ROLES)
    if reading.problems:
        raise RosterError(*reading.problems)
    schools = {row["sourcedId"]: row["name"] for _, row in orgs if row["type"].casefold() == "school"}
    known = {row["sourcedId"] for _, row in orgs}
    held = _in_users(users) if has_roles else _in_roles(roles)
    _check_roles(reading, held, known, has_roles)
    _check_ids(reading, users, held)
    there = _there(users, held)
    staff = tuple(_staff(reading, there, schools))
    if reading.problems:
        raise RosterError(*reading.problems[:MOST_PROBLEMS])
    without = tuple(line for line, row, _ in there if not row["email"])
    if without and not staff:
        raise RosterError(f"None of the staff has an e-mail: fill in the column email of {USERS}.")
    if not staff:
        raise RosterError(f"{USERS} names no staff: nobody is a teacher, principal, aide, counselor or administrator.")
    return Export(staff, len(users) - len(there), without)


def _files(path: Path) -> Mapping[str, bytes]:
    """The three files by name, wherever in the folder or archive they are."""
    wanted = tuple(COLUMNS)
    if path.is_dir():
        return {each.name.casefold(): each.read_bytes() for each in path.iterdir() if each.name.casefold() in wanted}
    try:
        with ZipFile(path) as archive:
            inside = [each for each in archive.infolist() if Path(each.filename).name.casefold() in wanted]
            if large := next((each for each in inside if each.file_size > _MOST_TOGETHER), None):
                raise RosterError(f"{large.filename} has {large.file_size / 1e6:,.0f} MB; at most 100 MB are read.")
            return {Path(each.filename).name.casefold(): archive.read(each) for each in inside}
    except (BadZipFile, RuntimeError, NotImplementedError) as fault:  # broken; with a password; packed in a rare way
        raise RosterError(f"{path.name} is no archive that can be opened. Export or download it again.") from fault


def _has_roles(users: bytes) -> bool:
    """Whether users.csv says itself what people do, as up to 1.1."""
    return b"role" in [cell.strip(b'" ') for cell in users.split(b"\n", 1)[0].strip().split(b",")]


def _rows(reading: _Reading, file: str) -> list[Row]:
    """The lines of a file that are not marked as deleted, with trimmed cells; its problems are noted."""
    content = reading.files.get(file)
    if content is None:
        reading.problems.append(f"{file} is missing. A OneRoster export holds {USERS}, {ORGS} and, from 1.2, {ROLES}.")
        return []
    try:
        rows = csv.DictReader(StringIO(content.decode("utf-8-sig")), strict=True)
        present = rows.fieldnames or ()
        if missing := [column for column in COLUMNS[file] if column not in present]:
            reading.wrong(file, 1, f"missing: {', '.join(missing)}.")
            return []
        if file == USERS and "role" in present and "orgSourcedIds" not in present:
            reading.wrong(file, 1, "missing: orgSourcedIds.")
            return []
        return [(rows.line_num, {key: (cell or "").strip() for key, cell in row.items() if key}) for row in rows]
    except UnicodeDecodeError as fault:
        reading.wrong(file, content.count(b"\n", 0, fault.start) + 1, "not UTF-8. Export it as UTF-8.")
    except csv.Error:
        reading.wrong(file, rows.line_num, 'the quotation marks (") do not pair up.')
    return []


Held = Mapping[str, Sequence[tuple[int, str, str]]]
"""by user: the line, the role and the organization of each role that is held"""


def _in_users(users: Sequence[Row]) -> Held:
    return {
        row["sourcedId"]: [(line, row["role"], org.strip()) for org in row["orgSourcedIds"].split(",")]
        for line, row in users
    }


def _in_roles(roles: Sequence[Row]) -> Held:
    held: dict[str, list[tuple[int, str, str]]] = {}
    for line, row in roles:
        if row["status"].casefold() not in _GONE:
            held.setdefault(row["userSourcedId"], []).append((line, row["role"], row["orgSourcedId"]))
    return held


def _check_roles(reading: _Reading, held: Held, known: set[str], in_users: bool) -> None:
    """Note every role that cannot be used."""
    file, organisation = (USERS, "orgSourcedIds") if in_users else (ROLES, "orgSourcedId")
    for line, role, org in chain.from_iterable(held.values()):
        if not role:
            reading.wrong(file, line, "role is empty.")
        elif role.casefold() not in STAFF | OTHERS:
            reading.wrong(file, line, f'"{quoted(role)}" is not a role of OneRoster.')
        elif role.casefold() in STAFF and not org:
            reading.wrong(file, line, f"{organisation} is empty.")
        elif role.casefold() in STAFF and org not in known:
            reading.wrong(file, line, f'the organization "{quoted(org)}" is not in {ORGS}.')


def _check_ids(reading: _Reading, users: Sequence[Row], held: Held) -> None:
    """Note each line with the sourcedId of somebody else, where one of them is staff: what is theirs is not known."""
    staff = {user for user, roles in held.items() if any(role.casefold() in STAFF for _, role, _ in roles)}
    staff |= {row["sourcedId"] for _, row in users if row.get("role", "").casefold() in STAFF}
    first: dict[str, int] = {}
    for line, row in users:
        id = row["sourcedId"]
        if id in staff and row["status"].casefold() not in _GONE and first.setdefault(id, line) != line:
            reading.wrong(USERS, line, f'the sourcedId "{quoted(id)}" is that of line {first[id]}, too.')


def _there(users: Sequence[Row], held: Held) -> list[tuple[int, Mapping[str, str], list[str]]]:
    """Everybody who works there now: the line, the columns and the organizations."""
    found = []
    for line, row in users:
        orgs = [org for _, role, org in held.get(row["sourcedId"], ()) if role.casefold() in STAFF]
        if orgs and row["status"].casefold() not in _GONE and row["enabledUser"].casefold() != "false":
            found.append((line, row, orgs))
    return found


def _staff(
    reading: _Reading, there: Sequence[tuple[int, Mapping[str, str], list[str]]], schools: Mapping[str, str]
) -> Iterator[Staff]:
    """Yield everybody who has an e-mail; every line of theirs that cannot be used is noted."""
    first: dict[str, int] = {}
    for line, row, orgs in there:
        name, email = f"{row['givenName']} {row['familyName']}".strip(), row["email"].casefold()
        if not email:
            continue
        if not any(sign.isalpha() for sign in name):
            reading.wrong(USERS, line, "givenName and familyName are empty.")
        if row["enabledUser"].casefold() not in ("true", "false", ""):
            reading.wrong(USERS, line, f'enabledUser is "{quoted(row["enabledUser"])}". Write true or false.')
        if not EMAIL.fullmatch(email):
            reading.wrong(USERS, line, f'"{quoted(email)}" is not an e-mail address.')
        elif first.setdefault(email, line) != line:
            reading.wrong(USERS, line, f"{email} is that of line {first[email]}, too.")
        yield Staff(name, email, tuple(dict.fromkeys(schools[org] for org in orgs if org in schools)))
