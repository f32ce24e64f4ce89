"""What stands in the way of a command, said in a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from sqlalchemy.exc import DBAPIError

from adapters.webchat.board import CannotMove
from flows.calendar import CalendarError
from flows.loader import NoSuchScript, ScriptError
from storage.faults import StorageError, has_broken_off, named

from . import erasing, files, inviting, ledger, pulse_comments, restoring, school_time, state_view
from .calendar_import import CalendarImportError
from .config import Settings, SettingsError, read_settings
from .roster_import import RosterError
from .told.telling import NotEmpty

VARIABLE = "LEADCYCLE_DATABASE_URL"
SENTENCES = (
    SettingsError,
    StorageError,
    ScriptError,
    NoSuchScript,
    CalendarError,
    CalendarImportError,
    RosterError,
    CannotMove,
    NotEmpty,
    files.NothingToReport,
    files.OtherTables,
    files.PracticeOnly,
    inviting.NotInvited,
    school_time.NotHeld,
    ledger.NotChosen,
    restoring.NotRestored,
    erasing.CannotErase,
    pulse_comments.NoSuchComment,
    state_view.NoRollup,
)
"""Failures whose message says what is wrong and what to do; all others are mistakes of the program."""


@contextmanager
def sentences(database: str = "") -> Iterator[Settings]:
    """Read the settings with this `database`, if any, and end with a sentence where one is due."""
    try:
        settings = read_settings()
        yield settings.model_copy(update={"database_url": database}) if database else settings
    except SENTENCES as fault:
        typer.echo(chosen_by(database, str(fault)), err=True)
        raise typer.Exit(1) from fault
    except DBAPIError as fault:
        if not has_broken_off(fault):
            raise
        typer.echo(f"The database broke off: {named(fault)}. See whether it runs, then run this again.", err=True)
        raise typer.Exit(1) from fault
    except BrokenPipeError:
        raise  # whoever reads our output has enough of it
    except OSError as fault:
        typer.echo(f"{fault.filename or 'The database'} cannot be used: {fault.strerror or fault}.", err=True)
        raise typer.Exit(1) from fault


def chosen_by(database: str, sentence: str) -> str:
    """Return the sentence with the name of what did choose the database: the option, if it was used."""
    return sentence.replace(VARIABLE, "--database") if database else sentence
