"""The command line: each command explains itself, and says in a sentence what stands in its way."""

import asyncio
import json
import logging
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from flows import entering
from flows.flow import Flow
from flows.loader import NoSuchScript, Scripts

from . import event_loop, files, foundings, inviting, logs, oneroster, platforms, play, preview, school_time
from .app import pages_of, scripts_of, serve
from .cli_backup import backup, restore_commands
from .cli_database import move_database
from .cli_outbox import inbox_commands, outbox_commands
from .cli_privacy import audit, erase, export, legal_hold_commands
from .cli_pulse import pulse_commands
from .cli_rollup import rollup_commands
from .cli_teams import teams_commands
from .config import PRACTICE_DATABASE, Settings, SettingsError, strangers
from .nearly import near
from .options import Database, Sure
from .sentences import chosen_by, sentences
from .told.telling import tell

app = typer.Typer(
    name="leadcycle",
    help="Leadcycle carries school teams through collective leadership cycles, in the chat that they already use.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
roster_commands = typer.Typer(help="Import who is in which team.", no_args_is_help=True)
calendar_commands = typer.Typer(help="Set and show when school is open.", no_args_is_help=True)
slack_commands = typer.Typer(help="Connect Leadcycle to Slack.", no_args_is_help=True)
app.add_typer(roster_commands, name="roster")
app.add_typer(calendar_commands, name="calendar")
app.add_typer(slack_commands, name="slack")
app.add_typer(teams_commands, name="teams")
app.add_typer(outbox_commands, name="outbox")
app.add_typer(inbox_commands, name="inbox")
app.add_typer(restore_commands, name="restore-mode")
app.add_typer(legal_hold_commands, name="legal-hold")
app.add_typer(rollup_commands, name="rollup")
app.add_typer(pulse_commands, name="pulse")
for command in (backup, erase, audit, export):
    app.command()(command)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"Leadcycle {metadata.version('leadcycle')}")
        raise typer.Exit


@app.callback()
def leadcycle(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Take what is said before any command."""


File = Annotated[Path, typer.Argument(metavar="FILE", help="Read this file.")]
Script = Annotated[str, typer.Argument(metavar="FLOW", help="Take the script of this name, like needs.")]
Language = Annotated[str, typer.Option("--language", help="Take it in this language, like es.")]
School = Annotated[str, typer.Option("--school", help="Take this school only; else take every school.")]
Check = Annotated[bool, typer.Option("--check", help="Only say what would happen; change nothing.")]


@app.command("serve")
def serve_command(database: Database = "") -> None:
    """Run the service. With no chat platform set up and an empty database, it is a practice school."""
    with sentences(database) as settings:
        why = "LEADCYCLE_PRACTICE is set" if settings.practice else "No chat platform is set up"
        _serve(settings, f"{why}: this is a practice school. Open {settings.practice_page} in your browser.")


def _serve(settings: Settings, greeting: str) -> None:
    logs.set_up(settings.log_format)
    for stranger in strangers(settings.secrets):
        typer.echo(stranger, err=True)

    def greet(is_practice: bool, code: str) -> None:
        listens = f"Leadcycle listens {' and '.join(_ears(settings))}."
        typer.echo(f"{greeting if is_practice else listens} Ctrl+C stops it.")
        if code:
            typer.echo(foundings.invitation(code, settings.database_url))

    with suppress(KeyboardInterrupt):
        event_loop.run(serve(settings, greet))
    typer.echo("Stopped.")


def _ears(settings: Settings) -> Iterator[str]:
    """Yield where each platform is listened to that is set up."""
    if platforms.slack_is_set_up(settings):
        is_socket = bool(settings.slack_app_token.get_secret_value())
        where = "a connection of its own (Socket Mode)" if is_socket else f"{settings.address}/slack/events"
        yield f"to Slack at {where}"
    if platforms.teams_is_set_up(settings):
        yield f"to Teams at {settings.address}/api/messages"


@app.command()
def demo(
    told: Annotated[
        bool, typer.Option("--tell", help="Tell a whole cycle here, with scripted people, and check it.")
    ] = False,
    seed: Annotated[str, typer.Option("--seed", help="Tell it with other people, like 7; only with --tell.")] = "",
    report: Annotated[
        Path | None, typer.Option("--report", help="Write the report's files into this folder; only with --tell.")
    ] = None,
    database: Annotated[
        str,
        typer.Option("--database", help="Use this database; else leadcycle-practice.db, or with --tell a fresh one."),
    ] = "",
) -> None:
    """Practice a whole cycle in the browser with a sample school, or have one told."""
    if seed and not seed.isdecimal():
        raise typer.BadParameter(f'--seed is "{seed}"; write a whole number, like 7.')
    if not told and (seed or report):
        raise typer.BadParameter("--seed and --report go with --tell.")
    if told:
        _tell(database, int(seed or 1), report)
    with sentences(database or PRACTICE_DATABASE) as settings:
        where = f"Open {settings.practice_page} in your browser."
        practice = settings.model_copy(update={"practice": True})
        _serve(practice, f"A practice school: nothing leaves this computer.\n{where}")


def _tell(database: str, seed: int, report: Path | None) -> NoReturn:
    """Tell a cycle, and end with 0 if it went well."""
    with tempfile.TemporaryDirectory() as folder, sentences(database or f"sqlite:///{folder}/told.db") as settings:
        logs.set_up(settings.log_format, logging.WARNING)
        went_well = event_loop.run(tell(settings.database_url, seed, scripts_of(settings), typer.echo, report))
        raise typer.Exit(0 if went_well else 1)


@app.command()
def check() -> None:
    """Judge all scripts, in the words of whoever writes them; what is not translated is noted."""
    with sentences() as settings:
        scripts = scripts_of(settings)
        for note in scripts.notes:
            typer.echo(f"note  {note}")
        known = f"{len(scripts.flows)} scripts, {len(scripts.skills())} skills"
        typer.echo(f"All {known}, the phrases and the cycle are good.")


@app.command("play")
def play_command(
    flow: Script,
    name: Annotated[str, typer.Option(help="Give this name to whom the bot talks to.")] = "Ana",
    language: Language = "en",
) -> None:
    """Talk a script through in the terminal, as one person would in the chat."""
    with sentences() as settings:
        scripts = scripts_of(settings)
        play.play(flow_called(scripts, flow, language), scripts.phrases(language), sys.stdin, sys.stdout, name)


@app.command("preview")
def preview_command(flow: Script, language: Language = "en") -> None:
    """Print what people see of a script: as text, and what Slack and Teams get."""
    with sentences() as settings:
        scripts = scripts_of(settings)
        chosen = flow_called(scripts, flow, language)
        if language.replace("_", "-").partition("-")[0] not in scripts.languages:
            typer.echo(f"note  Nothing is written in {language}, so this is in English.")
        typer.echo(preview.preview(flow, *play.sample(chosen, scripts.phrases(language))))


def flow_called(scripts: Scripts, name: str, language: str) -> Flow:
    """The script of this name; raises NoSuchScript with the one that is nearly called so."""
    try:
        return scripts.flow(name, language)
    except NoSuchScript as fault:
        raise NoSuchScript(f"{fault}{near(name, scripts.flows, '')}") from fault


@app.command()
def skills(
    to: Annotated[Path, typer.Option("--to", help="Write the pages into this folder.")] = Path("skills"),
) -> None:
    """Write each protocol for a meeting as one page to print, in each language."""
    with sentences() as settings:
        for path in files.write_skills(scripts_of(settings), to):
            typer.echo(f"wrote {path}")


@app.command()
def migrate(database: Database = "") -> None:
    """Bring the database up to this version; `serve` does it too."""
    with sentences(database) as settings:
        typer.echo(asyncio.run(files.migrate(settings.database_url)))


app.command("move-database")(move_database)


@roster_commands.command("import")
def roster_import(
    file: File,
    check: Check = False,
    database: Database = "",
    zone: Annotated[
        str, typer.Option("--time-zone", help="Give this time zone to new schools of a OneRoster export.")
    ] = "",
    school: Annotated[
        str, typer.Option("--school", help="Take the staff of this school of a OneRoster export only.")
    ] = "",
    team: Annotated[
        str, typer.Option("--team", help="Put staff of a OneRoster export on this team as staff beyond the team.")
    ] = "",
) -> None:
    """Import people and teams from a CSV file, or staff from a OneRoster export (a folder or .zip).

    All of it is imported, or nothing, and every problem is named with its line.
    """
    with sentences(database) as settings:
        typer.echo(f"Reading {file} …")
        if oneroster.is_export(file):
            told = files.import_oneroster(settings.database_url, file, zone, check, school, team)
            typer.echo(asyncio.run(told))
            return
        if school or team:
            raise typer.BadParameter("--school and --team go with a OneRoster export; a CSV file names both itself.")
        typer.echo(asyncio.run(files.import_roster(settings.database_url, file.read_bytes(), check, _tell_step)))


def _tell_step(step: str) -> None:
    typer.echo(f"  {step}", err=True)


@calendar_commands.command("import")
def calendar_import(
    file: File,
    school: School = "",
    check: Check = False,
    database: Database = "",
) -> None:
    """Import terms, closures and half days from a CSV or ICS file; all of it, or nothing."""
    with sentences(database) as settings:
        typer.echo(f"Reading {file} …")
        typer.echo(asyncio.run(files.import_calendar(settings.database_url, file.read_bytes(), school, check)))


@calendar_commands.command("hours")
def calendar_hours(
    opens: Annotated[str, typer.Argument(help="Say when school opens, like 7:30.")],
    closes: Annotated[str, typer.Argument(help="Say when it closes, like 15:30 or 3:30 pm.")],
    weekdays: Annotated[str, typer.Option("--weekdays", help="Set the days with school, like Mon-Fri.")] = "",
    school: School = "",
    database: Database = "",
) -> None:
    """Set contract hours: Leadcycle starts nothing before or after them."""
    with sentences(database) as settings:
        typer.echo(asyncio.run(school_time.hours(settings.database_url, opens, closes, weekdays, school)))


@calendar_commands.command("holidays")
def calendar_holidays(
    state: Annotated[
        str, typer.Option("--state", help='Take the holidays of this state, like SC or "South Carolina".')
    ] = "",
    country: Annotated[str, typer.Option("--country", help="Take the holidays of this country.")] = "US",
    school: School = "",
    check: Check = False,
    database: Database = "",
) -> None:
    """Close the public holidays to come that fall on school days of the terms on record."""
    with sentences(database) as settings:
        typer.echo(asyncio.run(school_time.holidays(settings.database_url, country, state, school, check)))


@calendar_commands.command("show")
def calendar_show(school: School = "", database: Database = "") -> None:
    """Print what is in force: hours, terms, what is closed next; also while the service runs."""
    with sentences(database) as settings:
        typer.echo(asyncio.run(school_time.show(settings.database_url, school)))


@app.command()
def hold(
    school: Annotated[str, typer.Option("--school", help="Stop this school only; else the whole district.")] = "",
    because: Annotated[
        str, typer.Option("--because", help="Say why; it goes on record, and nobody sees it in the chat.")
    ] = "",
    sure: Sure = False,
    database: Database = "",
) -> None:
    """Stop everything that Leadcycle would start, until `leadcycle resume`; also while the service runs."""
    if not (sure or (school and because)):
        why = "" if because else " No reason goes on record (--because)."
        where = school or "the whole district (--school stops one school)"
        with sentences(database) as settings:
            asyncio.run(school_time.require_not_held(settings.database_url, school))
        typer.confirm(f"This stops everything in {where}.{why} Hold?", abort=True)
    with sentences(database) as settings:
        typer.echo(asyncio.run(school_time.hold(settings.database_url, school, because)))


@app.command()
def resume(
    school: Annotated[str, typer.Option("--school", help="End this school's own hold; else the district's.")] = "",
    database: Database = "",
) -> None:
    """Go on after a hold; nothing stale is sent; also while the service runs."""
    with sentences(database) as settings:
        typer.echo(asyncio.run(school_time.resume(settings.database_url, school)))


@app.command()
def invite(
    who: Annotated[str, typer.Argument(metavar="NAME", help="Name the person, or their e-mail.")],
    days: Annotated[
        int, typer.Option("--days", min=1, max=entering.STAYS_AT_MOST, help="How long they stay signed in.")
    ] = entering.STAYS,
    database: Database = "",
) -> None:
    """Print a link that lets somebody without an account in the chat into the pages: once, within a week."""
    with sentences(database) as settings:
        if not (pages := pages_of(settings)):
            raise SettingsError("Nobody could open the link: set LEADCYCLE_PUBLIC_URL to this service's address.")
        typer.echo(asyncio.run(inviting.invite(settings.database_url, pages, who, days)))


@slack_commands.command("manifest")
def slack_manifest(
    socket: Annotated[
        bool, typer.Option("--socket", help="Print it for Socket Mode, which needs no public address.")
    ] = False,
) -> None:
    """Print the manifest from which you make your own Slack app, for the address in LEADCYCLE_PUBLIC_URL."""
    with sentences() as settings:
        drawn = platforms.slack_manifest(settings, socket)
        if drawn["settings"]["socket_mode_enabled"] and not socket:
            typer.echo("This app uses Socket Mode. For one that Slack calls, set LEADCYCLE_PUBLIC_URL.", err=True)
        typer.echo(json.dumps(drawn, indent=2, ensure_ascii=False))


@slack_commands.command("install")
def slack_install() -> None:
    """Print a link by which one more workspace lets Leadcycle in: once, within a day."""
    with sentences() as settings:
        typer.echo(platforms.slack_link(settings))
        typer.echo("Send it to an administrator of the workspace. It is good once, within 24 hours.", err=True)


@app.command()
def report(
    team: Annotated[str, typer.Argument(metavar="TEAM", help="Name the team where there are several.")] = "",
    to: Annotated[Path, typer.Option("--to", help="Write the files into this folder.")] = Path("report"),
    cycle: Annotated[
        int, typer.Option("--cycle", help="Take the cycle of this number; else the newest.", show_default=False)
    ] = 0,
    database: Database = "",
) -> None:
    """Write a team's cycle report as HTML, Markdown and CSV; also while the service runs."""
    with sentences(database) as settings:
        for path in asyncio.run(files.write_report(settings.database_url, scripts_of(settings), team, to, cycle)):
            typer.echo(f"wrote {path}")


@app.command()
def doctor(database: Database = "") -> None:
    """Look for what needs your attention: settings, scripts, database, calendar, people who cannot be reached."""
    from . import doctor as examination  # with all that it asks Slack

    with sentences(database) as settings:
        findings = asyncio.run(examination.examine(settings))
        for finding in findings:
            told = chosen_by(database, finding.sentence) if finding.is_of_database else finding.sentence
            typer.echo(f"{'ok  ' if finding.is_good else 'look'}  {told}")
        raise typer.Exit(0 if all(finding.is_good for finding in findings) else 1)
