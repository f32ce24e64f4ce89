"""What the command line does with whole databases."""

import asyncio
from typing import Annotated

import typer

from storage.moving import Contents, move

from . import journal
from .sentences import sentences

STEP = 50_000
"""rows after which somebody who waits wants to hear something"""


def move_database(
    source: Annotated[str, typer.Argument(metavar="FROM", help="Take everything from this address.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="Put it into the empty database at this address.")],
) -> None:
    """Move from SQLite to PostgreSQL, back, or to another server: all of it, or nothing. Stop the service first.

    Every row is read again in the new place and compared. If it is interrupted, run it again.
    """
    with sentences() as settings:
        carried = journal.carried(settings, source, target)
        along = (carried.carry,) if carried else ()
        rows = asyncio.run(move(source, target, _tell, *along))
        typer.echo(f"Moved: {rows:,} rows, each read again and found the same.")
        if carried:
            typer.echo(f"Carried along: who was erased or held, and which pulses were closed, in {carried.new.file}.")
        typer.echo(
            "Now write the new address into LEADCYCLE_DATABASE_URL and start Leadcycle; the old database is refused "
            "from now on."
        )


def _tell(table: str, copied: int, of: int, found: Contents | None) -> None:
    if found and found.rows:
        typer.echo(f"{table}: {found.rows:,} rows, checksum {found.checksum:032x}")
    elif not found and copied % STEP == 0:
        typer.echo(f"{table}: {copied:,} of {of:,} …")
