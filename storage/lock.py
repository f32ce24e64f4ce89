"""One process for each SQLite file: a lock that the operating system lets go of when the process dies."""

import os
import sys
from pathlib import Path

from .faults import DatabaseInUse, NotADatabase


class FileLock:
    """An exclusive lock beside the database file, held until `release`.

    It is a file of its own: closing any handle of the database itself would drop SQLite's locks. It lies beside the
    file itself, by whichever symbolic link that is named: so there is one.
    """

    def __init__(self, database: Path) -> None:
        """Take the lock, or raise `DatabaseInUse`; `NotADatabase` where nothing can be written."""
        if not database.parent.is_dir():  # most often a mistyped one, so it is not made
            raise NotADatabase(f"There is no folder {database.parent}. Create it, or correct LEADCYCLE_DATABASE_URL.")
        try:
            self._file = _taken(f"{database.resolve()}.lock")
        except BlockingIOError as taken:
            raise DatabaseInUse(
                f"{database} is in use by another Leadcycle. Stop that one first, then run this again."
            ) from taken
        except OSError as fault:
            raise NotADatabase(
                f"{database} cannot be written here ({fault.strerror}). Choose another folder "
                "in LEADCYCLE_DATABASE_URL, or allow Leadcycle to write into this one."
            ) from fault

    def release(self) -> None:
        """Let the next process have the database."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def _taken(name: str) -> int:
    """Open the file of this name and lock it; what somebody deleted meanwhile would keep nobody out."""
    while True:
        file = os.open(name, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _take(file)
            if _is_called(file, name):
                return file
        except OSError:
            os.close(file)
            raise
        os.close(file)


def _is_called(file: int, name: str) -> bool:
    try:
        return os.path.samestat(os.fstat(file), os.stat(name))
    except FileNotFoundError:
        return False


def _take(file: int) -> None:
    """Lock it, or raise BlockingIOError."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except PermissionError as taken:
            raise BlockingIOError(*taken.args) from taken
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
