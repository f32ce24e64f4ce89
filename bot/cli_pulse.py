"""What the command line does about comments of pulses."""

import asyncio
from typing import Annotated

import typer

from . import pulse_comments
from .options import Database, Sure
from .sentences import sentences

pulse_commands = typer.Typer(help="Read the comments of closed pulses, and take one out.", no_args_is_help=True)


@pulse_commands.command("comments")
def comments(database: Database = "") -> None:
    """List the comments that are kept, with school, pulse and number; goes into the audit log."""
    with sentences(database) as settings:
        for line in asyncio.run(pulse_comments.listing(settings.database_url)):
            typer.echo(line)


@pulse_commands.command("redact")
def redact(
    school: Annotated[str, typer.Argument(metavar="SCHOOL", help="Name the school as the list does.")],
    pulse: Annotated[int, typer.Argument(metavar="PULSE", help="Give the number of the pulse.")],
    number: Annotated[int, typer.Argument(metavar="COMMENT", help="Give the number of the comment.")],
    sure: Sure = False,
    database: Database = "",
) -> None:
    """Take out one comment for good, after showing it; also while the service runs."""
    with sentences(database) as settings:
        words = asyncio.run(pulse_comments.read(settings.database_url, school, pulse, number))
    typer.echo(words)
    if not sure:
        typer.confirm("Take this comment out? This cannot be undone.", abort=True)
    with sentences(database) as settings:
        typer.echo(asyncio.run(pulse_comments.redact(settings.database_url, school, pulse, number, words)))
