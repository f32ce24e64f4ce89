"""What the command line does with messages and events that wait for somebody to look."""

import asyncio
from collections.abc import Iterable
from typing import Annotated

import typer

from storage.interventions import UNSETTLED, Deed
from storage.state import State

from . import ledger, sample
from .nearly import near
from .options import Database, Sure
from .roster_import import PLATFORMS as CHATS
from .sentences import sentences

PLATFORMS = (*CHATS, sample.PLATFORM)
"""where a message can be"""

outbox_commands = typer.Typer(
    help="Show what waits, is unsure, held or dead, and why; also while the service runs.", invoke_without_command=True
)
inbox_commands = typer.Typer(
    help="Show the events that wait or were set aside, and why; also while the service runs.",
    invoke_without_command=True,
)


def _states(written: Iterable[str] | None) -> list[str]:
    """The states, if a message can be in them; raises BadParameter."""
    known = [each.value for each in UNSETTLED]
    for each in written or ():
        if each not in known:
            raise typer.BadParameter(f"{each} is none of {', '.join(known)}.")
    return list(written or ())


def _platform(written: str) -> str:
    """The platform as messages name it, if there is one; raises BadParameter."""
    name = written.casefold()
    if name and name not in PLATFORMS:
        question = near(name, PLATFORMS, "")
        raise typer.BadParameter(f"{written} is none of {', '.join(PLATFORMS)}.{question}")
    return name


States = Annotated[
    list[str] | None,
    typer.Option("--state", callback=_states, help="Take messages in this state only, like held; may be repeated."),
]
Team = Annotated[str, typer.Option("--team", help="Take the messages of this team only.")]
Platform = Annotated[
    str,
    typer.Option("--platform", callback=_platform, help="Take the messages on this platform only, like slack."),
]
Limit = Annotated[int, typer.Option("--limit", min=1, help="List no more than so many.")]
Ids = Annotated[list[str] | None, typer.Argument(metavar="ID", help="Take the message whose key begins so.")]
All = Annotated[bool, typer.Option("--all", help="Take all messages with which it can be done, not one by its ID.")]


def _has_command(context: typer.Context) -> bool:
    """Whether a command follows that does something; raises BadParameter for an option that it would not hear of."""
    command = context.invoked_subcommand
    if not command:
        return False
    for each in context.command.params:
        source = context.get_parameter_source(each.name) if each.name else None
        if source and source.name == "COMMANDLINE":
            raise typer.BadParameter(f"Write {each.opts[0]} after {command}: before it, it would not be heard.")
    return True


@outbox_commands.callback()
def outbox(
    context: typer.Context,
    state: States = None,
    team: Team = "",
    platform: Platform = "",
    limit: Limit = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print it for a program.")] = False,
    database: Database = "",
) -> None:
    """Show what waits, is unsure, held or dead, and why; also while the service runs."""
    if _has_command(context):
        return
    states = [State(each) for each in state or ()]
    with sentences(database) as settings:
        asked = (settings.database_url, states, team, platform, limit)
        if as_json:
            typer.echo(asyncio.run(ledger.outbox_as_json(*asked)))
            return
        for line in asyncio.run(ledger.outbox(*asked)):
            typer.echo(line)


@outbox_commands.command()
def retry(
    ids: Ids = None,
    every: All = False,
    team: Team = "",
    platform: Platform = "",
    sure: Sure = False,
    database: Database = "",
) -> None:
    """Send once more what could not be delivered: what stood in the way was mended."""
    _intervene(Deed.RETRY, ids, every, (), team, platform, sure, database)


def _judged(deed: Deed, told: str) -> None:
    """Offer what an operator can say who has looked whether a message arrived."""

    @outbox_commands.command(deed.value, help=told)
    def intervene(
        ids: Ids = None,
        every: All = False,
        state: States = None,
        team: Team = "",
        platform: Platform = "",
        sure: Sure = False,
        database: Database = "",
    ) -> None:
        _intervene(deed, ids, every, state or (), team, platform, sure, database)


_judged(Deed.RELEASE, "Send what is held or unsure: you have looked, and it did not arrive.")
_judged(Deed.CONFIRM, "Settle what is held or unsure: you have looked, and it did arrive.")
_judged(
    Deed.CANCEL,
    "Never send it; with --all what is unsure, held or dead, and what merely waits only with --state ready.",
)


def _intervene(
    deed: Deed,
    ids: list[str] | None,
    every: bool,
    state: Iterable[str],
    team: str,
    platform: str,
    sure: bool,
    database: str,
) -> None:
    """Do it to the messages that are named, or after asking to all of them."""
    if bool(ids) == every:
        raise typer.BadParameter("Name the message by its ID, or take all with --all.")
    if ids and (state or team or platform):
        raise typer.BadParameter("--state, --team and --platform go with --all.")
    with sentences(database) as settings:
        if ids:
            for line in asyncio.run(ledger.intervene(settings.database_url, deed, ids)):
                typer.echo(line)
            return
        asked = (settings.database_url, deed, [State(each) for each in state], team, platform)
        count = asyncio.run(ledger.concerned(*asked))
    if count and not sure:
        typer.confirm(f"This concerns {count} message{'' if count == 1 else 's'}. {deed.value.title()}?", abort=True)
    with sentences(database):
        typer.echo(asyncio.run(ledger.intervene_all(*asked)))


@inbox_commands.callback()
def inbox(
    context: typer.Context,
    limit: Limit = 50,
    database: Database = "",
) -> None:
    """Show the events that wait or were set aside, and why; also while the service runs."""
    if _has_command(context):
        return
    with sentences(database) as settings:
        for line in asyncio.run(ledger.inbox(settings.database_url, limit)):
            typer.echo(line)


@inbox_commands.command("retry")
def inbox_retry(
    keys: Annotated[list[str] | None, typer.Argument(metavar="KEY", help="Take the event with this key.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Take all events that were set aside.")] = False,
    database: Database = "",
) -> None:
    """Act once more on events that were set aside: what made them fail was mended."""
    if bool(keys) == every:
        raise typer.BadParameter("Name the event by its key, or take all with --all.")
    with sentences(database) as settings:
        typer.echo(asyncio.run(ledger.hear_again(settings.database_url, keys or ())))
