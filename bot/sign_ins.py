"""With which accounts people may sign in to the pages, as the settings say."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.routing import BaseRoute

from adapters.slack.payloads import PLATFORM as SLACK
from storage.database import Database

from . import platforms
from .config import Settings, SettingsError
from .web.cookies import Cookies
from .web.draw import Drawing
from .web.patience import Patience

if TYPE_CHECKING:
    from .web.openid import Client, Provider

TEAMS = "teams"
PATH, BACK = "/sign-in", "back"
LABELS: Mapping[str, str] = {SLACK: "Slack", TEAMS: "Microsoft"}
"""what people call the accounts of each platform"""


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


def named(platforms: Iterable[str]) -> list[tuple[str, str]]:
    """Return the path at which signing in with accounts of each platform begins, and what people call those."""
    return [(f"{PATH}/{each}", LABELS[each]) for each in platforms]


def routes(
    providers: "Mapping[str, Provider]", database: Database, drawing: Drawing, cookies: Cookies, patience: Patience
) -> list[BaseRoute]:
    """Return the routes of signing in; none where no provider is set up."""
    if not providers:
        return []
    from .web.sign_in import SignIn

    return SignIn(database, drawing, cookies, patience, providers).routes()


def back_of(pages: str, platform: str) -> str:
    """Return the address to which a provider sends people back, as it is registered there."""
    return f"{pages.rstrip('/')}{PATH}/{platform}/{BACK}"


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
    return Client(SLACK, issuer, settings.slack_client_id, secret, *claims, back_of(settings.public_url, SLACK))


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
    return Client(
        TEAMS, issuer, settings.teams_app_id.lower(), secret, "tid", "oid", back_of(settings.public_url, TEAMS)
    )


_CLIENTS = {SLACK: _slack, TEAMS: _teams}
