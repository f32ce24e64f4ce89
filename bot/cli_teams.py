"""What the command line does for Microsoft Teams."""

import re
from pathlib import Path
from typing import Annotated

import typer

from adapters.teams.manifest import MOST_DEVELOPER, NAME, VERSION, App
from adapters.teams.package import FILE, package

from . import platforms
from .app import scripts_of
from .config import Settings, SettingsError
from .sentences import sentences

teams_commands = typer.Typer(help="Connect Leadcycle to Microsoft Teams.", no_args_is_help=True)


def _number(written: str) -> str:
    """The version, if it is one as Teams counts: semver.org; raises BadParameter."""
    if not re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", written):
        raise typer.BadParameter("a version is three numbers, like 1.0.1.")
    return written


def _name(written: str) -> str:
    if not 0 < len(written.strip()) <= MOST_DEVELOPER:
        raise typer.BadParameter(f"a name has 1 to {MOST_DEVELOPER} characters.")
    return written.strip()


def _page(written: str) -> str:
    if written and not re.match(r"https://[^\s/]", written, re.IGNORECASE):
        raise typer.BadParameter("Teams links to addresses that begin with https:// only.")
    return written


@teams_commands.command("package")
def teams_package(
    to: Annotated[Path, typer.Option("--to", help="Write the package into this file.")] = Path(FILE),
    version: Annotated[
        str,
        typer.Option(
            "--version", callback=_number, help="Give it this version; Teams takes a change under a higher one only."
        ),
    ] = VERSION,
    developer: Annotated[
        str, typer.Option("--developer", callback=_name, help="Say whose app it is: the name of your district.")
    ] = NAME,
    website: Annotated[
        str, typer.Option("--website", callback=_page, help="Link to this page about it; else to Leadcycle's address.")
    ] = "",
    privacy: Annotated[
        str, typer.Option("--privacy", callback=_page, help="Link to your privacy policy; else to the same.")
    ] = "",
    terms: Annotated[
        str, typer.Option("--terms", callback=_page, help="Link to your terms of use; else to the same.")
    ] = "",
) -> None:
    """Write the app package that you upload to Teams, for the address in LEADCYCLE_PUBLIC_URL."""
    with sentences() as settings:
        address = _address(settings)
        app = App(settings.teams_app_id, address, version, developer, website, privacy, terms)
        if not to.absolute().parent.is_dir():
            raise SettingsError(f"There is no folder {to.parent}. Create it, or name another file with --to.")
        to.write_bytes(package(app, scripts_of(settings)))
        typer.echo(f"wrote {to}")
        typer.echo(
            f"Version {version}, for {address}. Upload it under Manage apps in the Teams admin center.", err=True
        )


def _address(settings: Settings) -> str:
    """The address at which Teams reaches us; raises SettingsError where it could not, or Teams is not set up."""
    if not platforms.teams_is_set_up(settings):
        raise SettingsError(
            "Teams is not set up yet: write TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID into .env, as "
            "docs/teams.md tells."
        )
    if not settings.public_url.startswith("https:"):
        now = f"is {settings.public_url}" if settings.public_url else "is not set"
        raise SettingsError(
            f"LEADCYCLE_PUBLIC_URL {now}, and Teams speaks to https:// only: write the https:// address at which it "
            "reaches this service."
        )
    return settings.public_url.rstrip("/")
