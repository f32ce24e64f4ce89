"""The chat platforms that the settings name, each bound to the district's records."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import structlog

from adapters.base import Platform
from adapters.slack.manifest import manifest
from adapters.slack.payloads import PLATFORM
from storage.database import Database

from .conductor import Conductor
from .config import Settings, SettingsError
from .directory import Directory
from .installations import Installations, invitation
from .places import Places
from .sealing import Seal

if TYPE_CHECKING:
    from adapters.slack.app import Slack
    from adapters.slack.door import Client

log = structlog.get_logger()

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def are_set_up(settings: Settings) -> bool:
    """Whether any chat platform is; raises SettingsError where only a part of one is."""
    return bool([connecting for is_set_up, connecting in _CONNECTED if is_set_up(settings)])


def teams_is_set_up(settings: Settings) -> bool:
    """Whether Teams is; raises SettingsError where only a part of it is: without an id nobody could be checked."""
    proof = settings.teams_app_password.get_secret_value() or settings.teams_certificate
    if not (settings.teams_app_id or settings.teams_tenant_id or proof):
        return False
    for name, written in (("TEAMS_APP_ID", settings.teams_app_id), ("TEAMS_TENANT_ID", settings.teams_tenant_id)):
        if not written:
            raise SettingsError(f"{name} is missing: copy it from the overview of the bot's registration.")
        if not is_an_id(written):
            raise SettingsError(
                f"{name} is “{written}”; it should be an id like 00000000-0000-0000-0000-000000000000, from the "
                "overview of the bot's registration."
            )
    if not proof:
        raise SettingsError(
            "TEAMS_APP_PASSWORD is missing: make a client secret under Certificates & secrets of the bot's "
            "registration. With a certificate set TEAMS_CERTIFICATE instead."
        )
    for name, url in (
        ("TEAMS_OPENID_METADATA_URL", settings.teams_openid_metadata_url),
        ("TEAMS_TOKEN_URL", settings.teams_token_url),
        ("TEAMS_SERVICE_URL", settings.teams_service_url),
    ):
        if not url.startswith("https://"):
            raise SettingsError(
                f"{name} is {url}; it should begin with https://, or anybody on the way could be Teams."
            )
    if not settings.teams_allowed_hosts:
        raise SettingsError("TEAMS_ALLOWED_HOSTS names no host; leave it out, or name the hosts of your cloud.")
    return True


def unread_certificate(settings: Settings, fault: OSError) -> str:
    """Say that the file of the certificate cannot be read, and why."""
    return f"TEAMS_CERTIFICATE is {settings.teams_certificate}, which cannot be read: {fault.strerror}."


def unfit_certificate(settings: Settings, fault: ValueError) -> str:
    """Say that the file of the certificate holds something else."""
    return f"TEAMS_CERTIFICATE is {settings.teams_certificate}, which cannot be used: {fault}."


def is_an_id(written: str) -> bool:
    """Whether this is one of Microsoft's ids, as no secret is."""
    return bool(_GUID.fullmatch(written))


def slack_is_set_up(settings: Settings) -> bool:
    """Whether Slack is; raises SettingsError where only a part of it is."""
    token, several = settings.slack_bot_token.get_secret_value(), takes_several(settings)
    heard_by = settings.slack_signing_secret.get_secret_value() or settings.slack_app_token.get_secret_value()
    if heard_by and not (token or several):
        raise SettingsError(
            "SLACK_BOT_TOKEN is missing: copy it from the app's page, under OAuth & Permissions. "
            "For several workspaces set SLACK_CLIENT_ID instead."
        )
    if (token or several) and not heard_by:
        raise SettingsError(
            "SLACK_SIGNING_SECRET is missing: copy it from the app's page, under Basic Information. "
            "For Socket Mode set SLACK_APP_TOKEN instead."
        )
    socket = settings.slack_app_token.get_secret_value()
    if socket and not socket.startswith("xapp-"):
        raise SettingsError(
            "SLACK_APP_TOKEN begins with xapp-, and this one does not: generate it under Basic Information, App-Level "
            "Tokens, with the scope connections:write."
        )
    if several:
        _require_a_door(settings)
    return bool(token or several)


def takes_several(settings: Settings) -> bool:
    """Whether several workspaces can come in; beside a token the app's client may be there for signing in alone."""
    is_for_signing_in = "slack" in settings.sign_in and settings.slack_bot_token.get_secret_value()
    return bool(settings.slack_client_id) and not (is_for_signing_in and not settings.secret_keys)


def _require_a_door(settings: Settings) -> None:
    """Raise SettingsError where something is missing without which no workspace can come in."""
    if not settings.slack_client_secret.get_secret_value():
        raise SettingsError("SLACK_CLIENT_SECRET is missing: copy it from the app's page, under Basic Information.")
    if not settings.secret_keys:
        raise SettingsError(
            "LEADCYCLE_SECRET_KEYS is missing: the tokens of several workspaces are sealed with it. "
            "Write what `openssl rand -hex 32` prints there, and keep it apart from your backups."
        )
    if not settings.public_url.startswith("https:"):
        raise SettingsError(
            "LEADCYCLE_PUBLIC_URL should be the https:// address at which people reach Leadcycle: Slack sends whoever "
            "installs it there."
        )


def slack_link(settings: Settings) -> str:
    """Return a link by which one workspace can come in, once; raises SettingsError where several are not set up."""
    slack_is_set_up(settings)
    if not takes_several(settings):
        raise SettingsError(
            "One workspace needs no link: its app is installed on the app's own page. "
            "For several set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET."
        )
    return _client(settings).link(invitation(seal_of(settings)))


def _client(settings: Settings) -> "Client":
    from adapters.slack.door import Client

    secret = settings.slack_client_secret.get_secret_value()
    return Client(settings.slack_client_id, secret, settings.slack_api_url, settings.public_url)


def seal_of(settings: Settings) -> Seal:
    """Return what seals tokens; without keys it opens and closes nothing."""
    return Seal(key.get_secret_value() for key in settings.secret_keys)


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


async def connect(
    settings: Settings,
    database: Database,
    conductor: Conductor,
    directory: Directory,
    changed: Callable[[], None],
) -> list[Platform]:
    """Return the platforms that are set up, bound to the district; raises SettingsError with what stands in the way.

    `changed` is called when a workspace comes in.
    """
    connected: list[Platform] = []
    try:
        for is_set_up, connecting in _CONNECTED:
            if is_set_up(settings):
                connected.append(await connecting(settings, database, conductor, directory, changed))
    except BaseException:
        for platform in connected:
            await platform.close()
        raise
    return connected


async def _slack(
    settings: Settings, database: Database, conductor: Conductor, directory: Directory, changed: Callable[[], None]
) -> Platform:
    from adapters.slack.app import Slack  # half a second that a practice school need not wait
    from adapters.slack.door import Door

    installations = Installations(database, PLATFORM, seal_of(settings), changed)
    slack = Slack(
        conductor,
        directory,
        installations,
        settings.slack_signing_secret.get_secret_value(),
        settings.slack_api_url,
        settings.slack_app_token.get_secret_value(),
        Door(_client(settings), installations) if takes_several(settings) else None,
    )
    try:
        await installations.renew()
        if token := settings.slack_bot_token.get_secret_value():
            await _hold(slack, installations, token)
    except SettingsError:
        await slack.close()
        raise
    return slack


async def _teams(
    settings: Settings, database: Database, conductor: Conductor, directory: Directory, changed: Callable[[], None]
) -> Platform:
    from adapters.teams.app import Teams  # a second that nobody else need wait
    from adapters.teams.check import Bot
    from adapters.teams.token import Token, credential

    app, tenant = settings.teams_app_id.lower(), settings.teams_tenant_id.lower()
    hosts = tuple(host.lower() for host in settings.teams_allowed_hosts)
    try:
        proof = credential(settings.teams_app_password.get_secret_value(), settings.teams_certificate)
    except OSError as fault:
        raise SettingsError(unread_certificate(settings, fault)) from fault
    except ValueError as fault:
        raise SettingsError(unfit_certificate(settings, fault)) from fault
    installations = Installations(database, Teams.platform, seal_of(settings), changed)
    await installations.hold(app, tenant, "Microsoft Teams")
    token = Token(app, proof, f"{settings.teams_token_url.rstrip('/')}/{tenant}", settings.teams_scope)
    bot = Bot(app, tenant, settings.teams_issuer, settings.teams_openid_metadata_url, hosts)
    places = Places(database, Teams.platform)
    return Teams(conductor, directory, installations, places, bot, token, settings.teams_service_url)


_CONNECTED = ((slack_is_set_up, _slack), (teams_is_set_up, _teams))
"""each platform: whether it is set up, and how it is bound to the district"""


async def _hold(slack: "Slack", installations: Installations, token: str) -> None:
    """Speak with the token of the settings; where Slack cannot be asked whose it is, as it was the last time."""
    from adapters.slack.api import SlackRefused, SlackUnreachable

    try:
        await installations.hold(token, *await slack.whose(token))
    except SlackUnreachable as fault:
        if not await installations.held_before(token):
            raise SettingsError(str(fault)) from fault
        log.warning("Slack cannot be reached; what is to be sent waits", error=str(fault))
    except SlackRefused as fault:
        raise SettingsError(str(fault)) from fault
