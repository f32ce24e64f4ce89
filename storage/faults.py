"""What can be wrong with a database, each as a sentence that the person who runs Leadcycle can act on."""

from sqlalchemy.exc import DBAPIError, InternalError


class StorageError(Exception):
    """Something about the database that a person has to put right; the message says what and how."""


class NotADatabase(StorageError):
    """The address of the database cannot be meant, or there is no file at it yet."""


class DatabaseDoesNotAnswer(StorageError):
    """There is no database at the address, or it lets nobody in."""


class DatabaseInUse(StorageError):
    """Another process holds the SQLite file; two of them would lose each other's work."""


class DatabaseTooNew(StorageError):
    """A newer Leadcycle has used this database; this one does not know its tables."""


class HalfMoved(StorageError):
    """Another database was being moved into this one, and not all of it has come."""


class MovedAway(StorageError):
    """What this database held lives in another one now, and people would be asked twice from here."""


class NotMoved(StorageError):
    """A database was not moved into another one, and both are as they were."""


class ReadOnly(StorageError):
    """The database was opened for reading only."""


class NoSuchTeam(StorageError):
    """The tenant has no team with this id."""


class CannotBackUp(StorageError):
    """No backup was made; the message says why, and what to do."""


class OnANetwork(StorageError):
    """The SQLite file lies on a network file system, whose locks cannot be relied on."""


_FULL = frozenset({"SQLITE_FULL", "53100"})
"""What SQLite (sqlite.org/rescode.html) and PostgreSQL (its error codes, class 53) call it."""


_GONE = ("08", "57P")
"""How codes of PostgreSQL begin that tell of a connection that is no more, or of a server that ends or starts."""


def has_broken_off(fault: DBAPIError) -> bool:
    """Tell whether the database ended the connection in the middle of a question: no mistake of the program.

    asyncpg calls it an error inside itself where it hears of the end while it asks.
    """
    code = str(getattr(fault.orig, "sqlstate", None) or "")
    return fault.connection_invalidated or isinstance(fault, InternalError) or code.startswith(_GONE)


def named(fault: Exception) -> str:
    """Return what kind of fault it is and what the database itself calls it, but never its words.

    They may hold what somebody wrote.
    """
    own = getattr(fault, "orig", None)
    name = str(getattr(own, "sqlite_errorname", None) or getattr(own, "sqlstate", None) or "")
    kind = "the disk is full" if name in _FULL else type(fault).__name__
    return f"{kind} ({name})" if name else kind
