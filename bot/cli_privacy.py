"""What the command line does about people's words: erasing, holding, exporting, and the log of who did what."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from . import audit_log, erasing, files, journal, public_records
from .app import scripts_of
from .config import Settings
from .options import Database, Sure
from .sentences import sentences

legal_hold_commands = typer.Typer(
    help="Keep what is on record of a person, or of everybody, from being destroyed.", no_args_is_help=True
)

Everybody = Annotated[bool, typer.Option("--all", help="Take everybody, not one person.")]
Person = Annotated[str, typer.Argument(metavar="NAME", help="Name the person, or their e-mail; or take --all.")]


def erase(
    who: Annotated[str, typer.Argument(metavar="NAME", help="Name the person, or their e-mail.")] = "",
    once_more: Annotated[
        bool, typer.Option("--again", help="Erase everybody again who was erased before; a backup was put back.")
    ] = False,
    sure: Sure = False,
    database: Database = "",
) -> None:
    """Destroy what a person wrote and who they are, after saying what that means; also while the service runs."""
    if bool(who) == once_more:
        raise typer.BadParameter("Name the person, or take those of before with --again.")
    if once_more:
        with sentences(database) as settings:
            kept = journal.required(settings)
            typer.echo(asyncio.run(erasing.erase_again(settings.database_url, scripts_of(settings), kept)))
        return
    with sentences(database) as settings:
        journal.required(settings)
        typer.echo(asyncio.run(erasing.preview(settings.database_url, who)))
    if not sure:
        typer.confirm("Erase?", abort=True)
    with sentences(database) as settings:
        kept = journal.required(settings)
        typer.echo(asyncio.run(erasing.erase(settings.database_url, scripts_of(settings), kept, who)))


@legal_hold_commands.command("on")
def hold_on(
    because: Annotated[str, typer.Option("--because", help="Say why; it goes on record.")],
    who: Person = "",
    everybody: Everybody = False,
    database: Database = "",
) -> None:
    """Destroy nothing of this person from now on, neither by command nor by time; also while the service runs."""
    with sentences(database) as settings:
        kept = _journal(settings, who, everybody)
        typer.echo(asyncio.run(erasing.hold(settings.database_url, kept, who, because)))


@legal_hold_commands.command("off")
def hold_off(who: Person = "", everybody: Everybody = False, database: Database = "") -> None:
    """End a legal hold: what has run out meanwhile is destroyed within the hour."""
    with sentences(database) as settings:
        kept = _journal(settings, who, everybody)
        typer.echo(asyncio.run(erasing.release(settings.database_url, kept, who)))


@legal_hold_commands.command("show")
def hold_show(database: Database = "") -> None:
    """Print which legal holds stand, since when and why."""
    with sentences(database) as settings:
        for line in asyncio.run(erasing.show_holds(settings.database_url)):
            typer.echo(line)


def _journal(settings: Settings, who: str, everybody: bool) -> journal.Journal:
    """The journal, where one person is meant or everybody; raises BadParameter otherwise."""
    if bool(who) == everybody:
        raise typer.BadParameter("Name the person, or take everybody with --all.")
    return journal.required(settings)


def export(
    to: Annotated[Path, typer.Argument(metavar="DIR", help="Write the files into this folder.")],
    public: Annotated[
        bool,
        typer.Option("--public-records", help="Write decisions, plans and results only, as tables, without names."),
    ] = False,
    database: Database = "",
) -> None:
    """Write everything on record into a new folder as JSON Lines, one file for each kind; also while it runs."""
    if to.is_dir() and any(to.iterdir()):
        raise typer.BadParameter(f"{to} is not empty. Name a new folder, so that nothing of an earlier export is left.")
    with sentences(database) as settings:
        if public:
            for path, count in asyncio.run(public_records.write(settings.database_url, scripts_of(settings), to)):
                typer.echo(f"wrote {path}{f': {count} rows' if count is not None else ''}")
            return
        exported = asyncio.run(files.export(settings.database_url))
        to.mkdir(parents=True, exist_ok=True)
        for kind, lines in exported.items():
            (to / f"{kind}.jsonl").write_text("".join(lines), "utf-8")
            typer.echo(f"wrote {to / kind}.jsonl: {len(lines)} rows")


def _day(written: str) -> datetime:
    """When this day begins; raises BadParameter."""
    try:
        return datetime.strptime(written, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as fault:
        raise typer.BadParameter(f'--since is "{written}"; write a day like 2026-11-01.') from fault


def audit(
    since: Annotated[str, typer.Option("--since", help="Begin with this day, like 2026-11-01.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="List no more than the newest so many.")] = 200,
    as_json: Annotated[bool, typer.Option("--json", help="Print it for a program, with ids alone.")] = False,
    database: Database = "",
) -> None:
    """List who changed roles and settings, exported, read names, held or erased; never what people wrote."""
    first = _day(since) if since else None
    with sentences(database) as settings:
        for line in asyncio.run(audit_log.listing(settings.database_url, first, limit, as_json)):
            typer.echo(line)
