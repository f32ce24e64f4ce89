"""The journal of erasures, legal holds and closed pulses, in a file outside the database that no backup undoes.

It holds opaque ids, and the reason of a hold.
"""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from storage.engines import address_of

from .config import Settings, SettingsError

ERASED, HELD, RELEASED, CLOSED = "erased", "held", "released", "closed"
EVERYBODY = "*"
"""whom a hold of the whole district is about"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line."""

    at: str
    deed: str
    tenant: str
    member: str
    """an id, or empty for everybody; of a closed pulse what tells it from all others"""
    because: str
    """why somebody is held; empty for other deeds"""


@dataclass(frozen=True, slots=True)
class Journal:
    """A file that is only ever added to."""

    file: Path

    def add(self, at: datetime, deed: str, tenant: str, member: str, because: str = "") -> None:
        """Write a line and wait until it is on the disk; only its owner may read it.

        All of it is written or, where that raises OSError, nothing: half an id would be somebody else's.
        """
        is_new, said = not self.file.exists(), (at.isoformat(), deed, tenant, member or EVERYBODY, *because.split())
        handle = os.open(self.file, os.O_CREAT | os.O_APPEND | os.O_RDWR, 0o600)
        try:
            _wait_for_others(handle)
            _append(handle, f"{' '.join(said)}\n".encode(), self.file)
        finally:
            os.close(handle)
        if is_new:
            _sync_folder(self.file)

    def entries(self) -> Iterator[Entry]:
        """Yield what was written, oldest first; raises SettingsError for a line that was not written by us.

        A last one that was cut off, as by a power failure, is none: nobody was told yet that it is done.
        """
        *lines, rest = self.file.read_bytes().split(b"\n") if self.file.exists() else [b""]
        for number, line in enumerate(lines, 1):
            entry = _entry(line)
            if entry is None:
                raise SettingsError(f"{self.file} line {number} cannot be read. Put back a copy of the file.")
            yield entry
        if last := _entry(rest):
            yield last


def _entry(line: bytes) -> Entry | None:
    """What a line says; None where it is not whole."""
    try:
        words = line.decode().split(maxsplit=4)
        datetime.fromisoformat(words[0])
    except (ValueError, IndexError):
        return None
    is_whole = len(words) == 4 or (len(words) == 5 and words[1] == HELD)
    if not is_whole or words[1] not in (ERASED, HELD, RELEASED, CLOSED):
        return None
    at, deed, tenant, member, because = (*words, "")[:5]
    return Entry(at, deed, tenant, "" if member == EVERYBODY else member, because)


def _append(handle: int, line: bytes, file: Path) -> None:
    """Write after the last whole line; a full disk may take a part of a line, and says so by the count alone."""
    content = file.read_bytes()
    rest, end = content.rpartition(b"\n")[2], len(content)
    if _entry(rest):
        line = b"\n" + line
    elif rest:
        end -= len(rest)
        os.ftruncate(handle, end)
    try:
        if os.write(handle, line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(file))
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, end)
        raise


def _wait_for_others(handle: int) -> None:
    """Let one process write at a time, where the file system can tell: what fails is cut off again."""
    if sys.platform != "win32":
        import fcntl

        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)


@dataclass(frozen=True, slots=True)
class Carried:
    """The journal beside a database that is moved, and the one in which it goes on."""

    old: Journal
    new: Journal

    def carry(self) -> None:
        """Add to the new one what it does not know yet."""
        known = set(self.new.entries())
        for each in self.old.entries():
            if each not in known:
                self.new.add(datetime.fromisoformat(each.at), each.deed, each.tenant, each.member, each.because)


def carried(settings: Settings, source: str, target: str) -> Carried | None:
    """What has to go along from one address to another; None where there is nothing, or both have the same file.

    Raises SettingsError where the new database has no such file.
    """
    old = journal_of(settings.model_copy(update={"database_url": source, "erasures": None}))
    new = journal_of(settings.model_copy(update={"database_url": target}))
    if old is None or not any(old.entries()) or (new and new.file.absolute() == old.file.absolute()):
        return None
    if new is None:
        raise SettingsError(
            f"{old.file} remembers who was erased or held and which pulses were closed, and the new database has "
            "no such file yet. Set LEADCYCLE_ERASURES to a file that is kept apart from the new one's backups, and run "
            "this again: it is carried along."
        )
    return Carried(old, new)


def _sync_folder(file: Path) -> None:
    handle = os.open(file.absolute().parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def journal_of(settings: Settings) -> Journal | None:
    """The journal of this database: the file that is named, or one beside a SQLite file; None where neither is."""
    if settings.erasures:
        return Journal(settings.erasures)
    address = address_of(settings.database_url)
    return Journal(Path(f"{address.database}.erasures")) if address.get_backend_name() == "sqlite" else None


def required(settings: Settings) -> Journal:
    """The journal; raises SettingsError where nobody has said which file it is."""
    if journal := journal_of(settings):
        return journal
    raise SettingsError(
        "LEADCYCLE_ERASURES is not set: name a file outside the database that is kept apart from its backups. It "
        "remembers who was erased, so that a backup that is put back does not bring them back."
    )
