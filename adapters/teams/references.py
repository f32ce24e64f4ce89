"""The conversations of Teams that we know, and what Teams wants to hear again when we write there."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reference:
    """One conversation."""

    place: str
    """its id, without what names a thread in it"""
    service_url: str
    """where it takes messages, as Teams said the last time"""
    user: str = ""
    """the Entra object id of the person, where it is personal"""
    account: str = ""
    """the id that Teams gives this person for our bot, where it is personal"""
    team: str = ""
    """the id of the Microsoft team that its channel is in"""
    name: str = ""
    """of the channel, as it is called now; the first channel of a team has none"""
    team_name: str = ""
    """of the Microsoft team, as Teams said here the last time"""
    closed: str = ""
    """why it takes nothing from us any more: a sentence for the operator"""


class References(Protocol):
    """What an adapter remembers of its conversations."""

    async def find(self, workspace: str, place: str) -> Reference | None:
        """Return what is known of a conversation."""
        ...

    async def keep(self, workspace: str, reference: Reference) -> None:
        """Keep what is known now; where nothing has changed, nothing is written."""
        ...

    async def of(self, workspace: str) -> tuple[Reference, ...]:
        """Return all conversations of a workspace, what was heard last first."""
        ...
