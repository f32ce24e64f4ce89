"""The chat platforms that the settings name, each bound to the district's records."""

from typing import TYPE_CHECKING, Any

from adapters.slack.manifest import manifest
from storage import everywhere, lanes, people
from storage.database import Database

from .conductor import Conductor
from .config import Settings, SettingsError
from .directory import Directory

if TYPE_CHECKING:
    from adapters.slack.app import Slack


def are_set_up(settings: Settings) -> bool:
    """Whether any chat platform is; raises SettingsError where only a part of it is."""
    token = settings.slack_bot_token.get_secret_value()
    heard_by = settings.slack_signing_secret.get_secret_value() or settings.slack_app_token.get_secret_value()
    if heard_by and not token:
        raise SettingsError("SLACK_BOT_TOKEN is missing: copy it from the app's page, under OAuth & Permissions.")
    if token and not heard_by:
        raise SettingsError(
            "SLACK_SIGNING_SECRET is missing: copy it from the app's page, under Basic Information. "
            "For Socket Mode set SLACK_APP_TOKEN instead."
        )
    return bool(token)


def slack_manifest(settings: Settings, socket: bool = False) -> dict[str, Any]:
    """Return the manifest of the district's own Slack app; raises SettingsError for an address that Slack refuses.

    It is for Socket Mode where that is wanted, or where there is no public address.
    """
    if socket or settings.slack_app_token.get_secret_value():
        return manifest()
    if settings.public_url.startswith("http:"):
        raise SettingsError(
            f"LEADCYCLE_PUBLIC_URL is {settings.public_url}, and Slack speaks to https:// only. "
            "Serve behind https, or make an app for Socket Mode: leadcycle slack manifest --socket"
        )
    return manifest(settings.public_url)


async def connect(settings: Settings, database: Database, conductor: Conductor, directory: Directory) -> "Slack":
    """Return Slack, its workspace bound to the district; raises SettingsError with what stands in the way."""
    from adapters.slack.api import SlackRefused  # half a second that a practice school need not wait
    from adapters.slack.app import Slack

    slack = Slack(
        conductor,
        directory,
        settings.slack_bot_token.get_secret_value(),
        settings.slack_signing_secret.get_secret_value(),
        settings.slack_api_url,
        settings.slack_app_token.get_secret_value(),
    )
    try:
        await _bind(database, slack.platform, await slack.introduce())
    except SlackRefused as fault:
        await slack.close()
        raise SettingsError(str(fault)) from fault
    except SettingsError:
        await slack.close()
        raise
    return slack


async def _bind(database: Database, platform: str, workspace: str) -> None:
    """Let the workspace belong to the district, the first tenant of this database; what waited for it may go."""
    async with database.look_everywhere() as looking:
        found = await everywhere.tenants(looking)
    async with database.begin(found[0] if found else people.DISTRICT) as store:
        await people.found_tenant(store, "Our district")
        if not await people.install(store, platform, workspace):
            raise SettingsError(f"The {platform} workspace {workspace} belongs to another district of this database.")
        await lanes.resume(store, platform, workspace)
