"""What the migrations say of themselves, and what a database says of those that it went through.

A revision *expands* when the version before it can go on working beside it: it only adds what that version need not
know. It *contracts* when it cannot. A database keeps the newest contracting revision that it went through: a version
that knows this one may work on it, whatever was added since.
"""

from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, Text, column, inspect, select, table, text

from .faults import DatabaseTooNew, HalfMoved, MovedAway

FOLDER = Path(__file__).parent / "migrations"
EXPAND = "expand"
CONTRACT = "contract"
MOVING = "moving "
"""stands before the revision, if any, of a database into which another one is being moved"""
MOVED = "moved "
"""stands before the revision of a database that was moved into another one"""
SAYS = table("alembic_version", column("version_num", Text), column("oldest", Text))
"""what a database says of itself, in one row: its revision, and the newest contracting one that it went through"""

_VERSION_TABLE = (
    "CREATE TABLE IF NOT EXISTS alembic_version "
    "(version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)
"""as Alembic makes it"""


def config() -> Config:
    """Return how Alembic finds the migrations."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return made


def newest() -> str | None:
    """Return the revision of this version's tables."""
    return _scripts().get_current_head()


def is_known(revision: str | None) -> bool:
    """Tell whether this version has the migration; it has that to an empty database, None."""
    return revision is None or any(each.revision == revision for each in _scripts().walk_revisions())


def change_of(script: Script) -> str:
    """Return what a migration says that it does: `EXPAND`, or `CONTRACT` where it says nothing."""
    return str(getattr(script.module, "change", CONTRACT))


def present(connection: Connection, name: str) -> str | None:
    """Return the revision of the database with this name, None when it is empty.

    It may be one of a newer version beside which this one can work. Raises `DatabaseTooNew` where this one cannot,
    `HalfMoved` and `MovedAway`.
    """
    found = stored(connection)
    require_ours(found, None if found is None else _oldest(connection), name)
    return found


def require_ours(found: str | None, oldest: str | None, name: str) -> None:
    """Raise `HalfMoved`, `MovedAway` or `DatabaseTooNew` where a database says of itself that it is not for us.

    `found` stands as its revision, and a version that works on it has to know `oldest`.
    """
    if found is not None and found.startswith(MOVING):
        raise HalfMoved(
            f"{name} is not whole: moving another database into it did not come to its end. Run the same "
            "`leadcycle move-database` again, or name another database in LEADCYCLE_DATABASE_URL."
        )
    if found is not None and found.startswith(MOVED):
        raise MovedAway(
            f"{name} was moved into another database, and people would be asked twice from here. Write the new address "
            "into LEADCYCLE_DATABASE_URL. If this one is wanted after all, `leadcycle move-database` moves it into an "
            "empty one."
        )
    if not is_known(found) and (oldest is None or not is_known(oldest)):
        raise DatabaseTooNew(
            f"{name} was used by a newer Leadcycle (its tables are at {found}). "
            "Start that version again, or restore the backup from before the upgrade."
        )


def stored(connection: Connection) -> str | None:
    """Return what stands as the revision of the database, whatever it is."""
    return MigrationContext.configure(connection).get_current_revision()


def mark_moving(connection: Connection) -> None:
    """Let nobody use the database until `unmark_moving`, whatever its version."""
    found = stored(connection)
    if found is None:
        connection.execute(text(_VERSION_TABLE))
        connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:mark)"), {"mark": MOVING})
    elif not found.startswith(MOVING):
        connection.execute(text("UPDATE alembic_version SET version_num = :mark || version_num"), {"mark": MOVING})


def mark_moved(connection: Connection) -> None:
    """Let nobody use the database any more, but to move it once more."""
    connection.execute(text("UPDATE alembic_version SET version_num = :moved"), {"moved": f"{MOVED}{newest()}"})


def unmark_moving(connection: Connection) -> None:
    """Let the database be used again, as of the revision that it had before."""
    before = (stored(connection) or "").removeprefix(MOVING)
    if before:
        connection.execute(text("UPDATE alembic_version SET version_num = :before"), {"before": before})
    else:
        connection.execute(text("DELETE FROM alembic_version"))


def keep_oldest(connection: Connection) -> None:
    """Let the database say which revision a version has to know that works on it; Alembic's environment calls it."""
    reached = stored(connection)
    if reached is None:
        return
    if not _has_oldest(connection):
        connection.execute(text("ALTER TABLE alembic_version ADD COLUMN oldest TEXT"))
    way = _scripts().iterate_revisions(reached, "base")
    oldest = next(each.revision for each in way if change_of(each) == CONTRACT)
    connection.execute(text("UPDATE alembic_version SET oldest = :oldest"), {"oldest": oldest})


def _oldest(connection: Connection) -> str | None:
    return connection.execute(select(SAYS.c.oldest)).scalar() if _has_oldest(connection) else None


def _has_oldest(connection: Connection) -> bool:
    return any(each["name"] == "oldest" for each in inspect(connection).get_columns("alembic_version"))


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(config())
