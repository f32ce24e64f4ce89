"""What the command line does for those who look at several schools or districts."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from . import state_view
from .app import scripts_of
from .options import Database
from .sentences import sentences

rollup_commands = typer.Typer(
    help="Write this deployment's figures for its state, or put those of several together.",
    invoke_without_command=True,
)


@rollup_commands.callback()
def rollup(
    context: typer.Context,
    to: Annotated[Path, typer.Option("--to", help="Write the figures into this file.")] = Path("rollup.json"),
    name: Annotated[str, typer.Option("--name", help="Call the district so in it; else as it is on record.")] = "",
    database: Database = "",
) -> None:
    """Write this deployment's figures as JSON: no names of people or schools, no words; also while it runs."""
    if context.invoked_subcommand:
        return
    with sentences(database) as settings:
        typer.echo(state_view.write(*asyncio.run(state_view.total_of(settings.database_url, name)), to))


@rollup_commands.command("merge")
def rollup_merge(
    files: Annotated[list[Path], typer.Argument(metavar="FILES…", help="Take these roll-up files.")],
    to: Annotated[Path, typer.Option("--to", help="Write the page and the table into this folder.")] = Path("state"),
) -> None:
    """Put the roll-up files of several deployments together: a page to read and print, and a table."""
    with sentences() as settings:
        for path in state_view.merge(scripts_of(settings), files, to):
            typer.echo(f"wrote {path}")
