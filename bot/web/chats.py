"""The way from a page back into the chat: to the team's channel, or to one's own conversation with Leadcycle."""

from dataclasses import dataclass
from urllib.parse import quote

from adapters.slack import links as slack
from adapters.teams import links as teams
from bot import sample
from bot.config import Settings
from storage import people
from storage.addresses import Destination
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Way:
    """An address that opens a conversation."""

    platform: str
    """as people call it; empty for the practice school"""
    url: str


class Chats:
    """Knows under which address each platform opens a conversation."""

    def __init__(self, settings: Settings) -> None:
        """Take the clouds and the bot's id of these settings."""
        self._settings = settings

    async def way(self, store: Store, member: str, team: str = "") -> Way | None:
        """Return the way to the channel of a team of theirs, or to their own conversation; None where there is none."""
        own = await people.destination_of(store, "", member)
        if own is None:
            return None
        channel = await people.destination_of(store, team) if team else None
        is_theirs = channel and (channel.platform, channel.workspace) == (own.platform, own.workspace)
        return self._to(channel if channel and is_theirs else own, own.user)

    def _to(self, there: Destination, user: str) -> Way | None:
        match there.platform:
            case "slack" if there.place:
                return Way("Slack", slack.conversation(self._settings.slack_api_url, there.workspace, there.place))
            case "teams":
                bot, service = self._settings.teams_app_id.lower(), self._settings.teams_service_url
                return Way("Teams", teams.chat(service, there.workspace, bot))
            case sample.PLATFORM:
                return Way("", f"/practice/as/{quote(user, safe='')}/{quote(there.place, safe='')}")
        return None
