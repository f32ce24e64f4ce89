"""The port between the bot and a chat platform: what an adapter offers, and what it may ask for."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from starlette.routing import BaseRoute

from flows.events import Event
from flows.messages import Message, Reply


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes: a place in a workspace of a platform."""

    workspace: str
    place: str
    """the platform's id of a channel or of a direct conversation"""
    user: str = ""
    """the platform's id of the person, when the place is a direct conversation"""
    rings: bool = True
    """whether the person may be called there; what answers somebody who has just done something calls nobody"""


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform took the message and gave it this id."""

    id: str


@dataclass(frozen=True, slots=True)
class TryLater:
    """The platform asks to wait; nothing was sent and the attempt does not count."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Gone:
    """This address takes no messages any more; the reason is a sentence for the operator."""

    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Certainly not sent; the reason is a sentence for the operator."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unreached(Failed):
    """Certainly not sent, and no fault of the message: nobody could be asked."""


@dataclass(frozen=True, slots=True)
class Unsure:
    """The bytes left, and nobody knows whether the message arrived."""

    reason: str


class Unfindable(OSError):
    """Whether a message arrived cannot be told, now or later; the reason is for the operator."""


Outcome = Sent | TryLater | Gone | Failed | Unsure


class Adapter(Protocol):
    """One chat platform."""

    platform: str
    finds: bool
    """whether `find` can tell if an unsure message arrived; where it cannot, such a message is held"""

    def routes(self) -> Sequence[BaseRoute]:
        """Return the HTTP routes of the platform."""
        ...

    async def send(
        self, address: Address, message: Message, delivery: str, replaces: str = "", under: str = ""
    ) -> Outcome:
        """Post the message, marked with the opaque `delivery` key, or draw it over the post `replaces`.

        With `under` it is posted in the thread of that post, where the platform has threads.
        """
        ...

    async def find(
        self, address: Address, delivery: str, ago: timedelta | None, under: str = ""
    ) -> str | Gone | TryLater | None:
        """Return the id of the post that carries the `delivery` key, or None, or that there is no such place any more.

        Its bytes left so long `ago`, at most; with None nobody knows how long ago that was. What moment of the
        platform's clock that is, the platform says itself. With `under` it is looked for in the thread of that post.
        Raises OSError when it cannot tell, and `Unfindable` when it never can.
        """
        ...


class Platform(Adapter, Protocol):
    """A chat platform of real people, which has a life of its own beside what is sent."""

    async def workspaces(self) -> Sequence[str]:
        """Return the workspaces in which we may speak."""
        ...

    def accounts(self, workspace: str) -> AsyncIterator["Account"]:
        """Yield everybody of a workspace whom the platform tells of; raises what kept it from telling."""
        ...

    async def watch(self) -> None:
        """See to it that events can reach us."""
        ...

    async def finish(self) -> None:
        """Wait until everything that was acknowledged is done."""
        ...

    async def close(self) -> None:
        """Finish what was acknowledged and let go of the connections."""
        ...


@dataclass(frozen=True, slots=True)
class Account:
    """What a platform says of one person of a workspace."""

    user: str
    name: str
    email: str = ""
    language: str = ""
    """as in "es" or "pt-BR"; empty where it is not known"""
    zone: str = ""
    """the person's time zone, like America/Chicago; empty where it is not known"""
    is_active: bool = True
    place: str = ""
    """the direct conversation with the person, where the platform has told it"""


class Register(Protocol):
    """What an adapter tells the bot about the people of a workspace."""

    async def changed(self, platform: str, workspace: str, accounts: Sequence[Account]) -> None:
        """Take down what the platform says now of these people; who is nobody's member is passed over."""
        ...

    async def names(self, platform: str, workspace: str, users: Collection[str]) -> Mapping[str, str]:
        """Return what those of these accounts are called whose people are members."""
        ...


class Installations(Protocol):
    """Where an adapter may speak, and with which token."""

    async def workspaces(self) -> Sequence[str]:
        """Return the workspaces in which we may speak."""
        ...

    async def token(self, workspace: str) -> str:
        """Return the token for a workspace; empty where we have none."""
        ...

    async def let_go(self, workspace: str, reason: str, at: datetime) -> None:
        """Send nothing there until it is installed again; what the platform said before that counts no more."""
        ...

    async def redeem(self, invitation: str) -> bool:
        """Take the invitation to install once; False where it is not ours, too old, or was taken before."""
        ...

    async def install(self, workspace: str, name: str, token: str) -> bool:
        """Speak in this workspace from now on; False when it belongs to somebody else."""
        ...


class Ears(Protocol):
    """What an adapter asks of the bot for each event."""

    async def capture(self, event: Event) -> bool:
        """Commit the event to the inbox; False when it was there already. Raises when it could not be kept."""
        ...

    async def hear(self, event: Event) -> Reply | None:
        """Act on a captured event and return what answers the person at once, if anything does."""
        ...

    async def owe(self, event: Event, reply: Reply, over: str = "") -> None:
        """Send as a message what could not be shown in answer to the event; in place of the post `over`, if any."""
        ...

    async def shown(self, event: Event) -> None:
        """Take down that the person was shown what answers the event; an owed one comes as a message otherwise."""
        ...

    async def standing(self, platform: str, workspace: str, delivery: str, post: str) -> Message | None:
        """Return what the post with this delivery key says now; None for one that is on record no more."""
        ...

    async def arrived(self, platform: str, workspace: str, delivery: str, post: str) -> None:
        """Take down that the message with this delivery key has arrived: somebody pressed its post."""
        ...
