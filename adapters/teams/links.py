"""Addresses that open something in Teams."""

from urllib.parse import quote, urlsplit

_CLOUDS = {"gov": "gov.teams.microsoft.us", "dod": "dod.teams.microsoft.us"}
"""of GCC High and DoD; GCC opens in the app of everybody"""


def chat(service_url: str, tenant: str, bot: str) -> str:
    """Return the address that opens the personal chat with the bot.

    learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/deep-link-teams, a bot's id with 28: before it.
    `service_url` tells the cloud.
    """
    words = (urlsplit(service_url).hostname or "").split(".")
    host = next((_CLOUDS[each] for each in words if each in _CLOUDS), "teams.microsoft.com")
    return f"https://{host}/l/chat/0/0?tenantId={quote(tenant, safe='')}&users={quote(f'28:{bot}', safe='')}"
