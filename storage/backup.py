"""An online backup of a SQLite file: one state of it, copied while it is served."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL

from . import engines
from .faults import CannotBackUp

_MARK = (
    "INSERT OR REPLACE INTO restored (tenant, since, at) "
    "SELECT tenant, strftime('%Y-%m-%d %H:%M:%f000', 'now'), NULL FROM tenant"
)
"""A copy knows that it is one: whoever serves it begins in restore mode."""


def back_up(url: str, to: Path) -> int:
    """Copy the database into a new file that only its owner reads, and return the copy's bytes.

    Raises `CannotBackUp`: for a file that is there already, for a copy that is not sound, and for PostgreSQL, which
    has a program of its own for it.
    """
    address = engines.address_of(url)
    if address.get_backend_name() != "sqlite":
        raise CannotBackUp(_other_program(address, to))
    file = Path(str(address.database)).absolute()
    if not file.exists():
        raise CannotBackUp(f"There is no database file {file}. Look at LEADCYCLE_DATABASE_URL.")
    try:
        os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError as fault:
        raise CannotBackUp(f"{to} is there already, and no backup is written over. Name a new file.") from fault
    try:
        _copy(file, to)
    except BaseException as fault:
        to.unlink()
        if isinstance(fault, sqlite3.Error):
            raise CannotBackUp(f"{file} cannot be copied: {fault}.") from fault
        raise
    _sync(to)
    return to.stat().st_size


def _copy(file: Path, to: Path) -> None:
    """Copy all pages in one step: in smaller ones each commit of the service would begin the copy anew."""
    with (
        closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=engines.BUSY_SECONDS)) as source,
        closing(sqlite3.connect(to, isolation_level=None)) as copy,
    ):
        source.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without others beside it
        if copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'restored'").fetchone():
            copy.execute(_MARK)
        found = "; ".join(row[0] for row in copy.execute("PRAGMA integrity_check"))
        if found != "ok":
            raise CannotBackUp(f"The copy of {file} is not sound ({found}). Keep your older backups.")


def _sync(file: Path) -> None:
    """Wait until the copy and its name are on the disk."""
    for each, how in ((file, os.O_RDONLY), (file.absolute().parent, os.O_RDONLY)):
        handle = os.open(each, how)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _other_program(address: URL, to: Path) -> str:
    """What backs up PostgreSQL, as it is typed; the password stays where it was read."""
    query = {"sslmode" if name == "ssl" else name: value for name, value in address.query.items()}
    user, host, port, name = address.username, address.host, address.port, address.database
    plain = URL.create("postgresql", user, host=host, port=port, database=name, query=query)
    return (
        "PostgreSQL has a program for its backups, which may run at any time. Run this:\n"
        f"  pg_dump --format=custom --file={to} '{plain.render_as_string()}'\n"
        "It asks for the password, or takes it from PGPASSWORD or ~/.pgpass. With deploy/compose.yaml the program is "
        "in the container of the database; in that folder:\n"
        f"  docker compose exec -T database pg_dump --format=custom --username=leadcycle --dbname=leadcycle > {to}"
    )
