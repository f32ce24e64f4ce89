"""What the command line does for backups, before and after."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from . import restoring
from .options import Database, Sure
from .sentences import sentences

restore_commands = typer.Typer(help="Post nothing twice after an older backup was put back.", no_args_is_help=True)


def backup(
    to: Annotated[Path, typer.Argument(metavar="FILE", help="Write the backup into this new file.")],
    database: Database = "",
) -> None:
    """Copy a SQLite database into a new file and check the copy, also while the service runs."""
    with sentences(database) as settings:
        typer.echo(asyncio.run(restoring.backup(settings.database_url, to)))


@restore_commands.command("on")
def restore_on(database: Database = "") -> None:
    """Hold what may be out already; run it after the restore and before the service starts."""
    with sentences(database) as settings:
        typer.echo(asyncio.run(restoring.begin(settings.database_url)))


@restore_commands.command("show")
def restore_show(database: Database = "") -> None:
    """Print whether restore mode is on, and what is left to do; also while the service runs."""
    with sentences(database) as settings:
        typer.echo(asyncio.run(restoring.show(settings.database_url)))


@restore_commands.command("off")
def restore_off(sure: Sure = False, database: Database = "") -> None:
    """Let new messages go again; what is held stays held; also while the service runs."""
    with sentences(database) as settings:
        late = asyncio.run(restoring.left(settings.database_url))
    if late and not sure:
        teams = f"{late} team{' is' if late == 1 else 's are'}"
        typer.confirm(
            f"{teams} not caught up yet with the time since the backup: start the service, and wait a minute. "
            "Turn it off now, so that they may be written to twice?",
            abort=True,
        )
    with sentences(database) as settings:
        typer.echo(asyncio.run(restoring.end(settings.database_url)))
