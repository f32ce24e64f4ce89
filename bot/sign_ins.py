"""With which accounts people may sign in to the pages, as the settings say."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from adapters.slack.payloads import PLATFORM as SLACK

from . import platforms
from .config import Settings, SettingsError

if TYPE_CHECKING:
    from .web.openid import Client, Provider

TEAMS = "teams"


def providers(settings: Settings) -> dict[str, "Provider"]:
    """Return the providers that are set up, by platform; raises SettingsError with what is missing."""
    if not settings.sign_in:
        return {}
    from .web.openid import Provider  # a tenth of a second that nobody else need wait

    if not settings.public_url.startswith("https://"):
        raise SettingsError(
            "LEADCYCLE_PUBLIC_URL should be the https:// address of the pages: Slack and Microsoft send whoever signs "
            "in back there. Set it, or delete LEADCYCLE_SIGN_IN."
        )
    return {each: Provider(_CLIENTS[each](settings)) for each in settings.sign_in}


def _slack(settings: Settings) -> "Client":
    """Slack knows people by the ids of workspace and user (docs.slack.dev/authentication/sign-in-with-slack)."""
    from .web.openid import Client

    platforms.slack_is_set_up(settings)
    secret = settings.slack_client_secret.get_secret_value()
    for name, written in (("SLACK_CLIENT_ID", settings.slack_client_id), ("SLACK_CLIENT_SECRET", secret)):
        if not written:
            raise SettingsError(
                f"{name} is missing, and LEADCYCLE_SIGN_IN names slack: copy it from the app's page, under Basic "
                "Information."
            )
    api = urlsplit(settings.slack_api_url)
    claims = ("https://slack.com/team_id", "https://slack.com/user_id")
    issuer = f"{api.scheme}://{api.netloc}"
    return Client(SLACK, issuer, settings.slack_client_id, secret, *claims, _back(settings, SLACK))


def _teams(settings: Settings) -> "Client":
    """Entra knows people by tenant and object id; `sub` is another one for each app, and e-mail may change
    (learn.microsoft.com/entra/identity-platform/id-token-claims-reference).
    """
    from .web.openid import Client

    secret = settings.teams_app_password.get_secret_value()
    if not (platforms.teams_is_set_up(settings) and secret):
        raise SettingsError(
            "LEADCYCLE_SIGN_IN names teams: set TEAMS_APP_ID, TEAMS_TENANT_ID and TEAMS_APP_PASSWORD. Signing in "
            "takes a client secret, also where the bot itself has a certificate."
        )
    tenant = settings.teams_tenant_id.lower()
    issuer = f"{settings.teams_token_url.rstrip('/')}/{tenant}/v2.0"
    return Client(TEAMS, issuer, settings.teams_app_id.lower(), secret, "tid", "oid", _back(settings, TEAMS))


def _back(settings: Settings, platform: str) -> str:
    from .web.sign_in import back_of

    return back_of(settings.public_url, platform)


_CLIENTS = {SLACK: _slack, TEAMS: _teams}
