"""The way to people and channels in Teams: by the conversations that we know, made where there is none yet."""

from dataclasses import replace

from adapters.base import Account, Address, Failed, Gone, Outcome, Register, Sent
from flows.messages import Message

from . import marks, render
from .connector import GONE, Connector, Json
from .payloads import PLATFORM
from .references import Reference, References

THREADS = "@thread.tacv2"
"""in the ids of channels: group chats have no threads"""


class Sending:
    """Sends messages to addresses."""

    def __init__(self, connector: Connector, references: References, register: Register, service_url: str) -> None:
        """Bind it to the connector and to the conversations on record.

        At `service_url` Teams takes messages until it has told us an address itself.
        """
        self._connector = connector
        self._references = references
        self._register = register
        self._service_url = service_url

    async def send(self, address: Address, message: Message, delivery: str, replaces: str, under: str) -> Outcome:
        """Post a message, in the thread of the post `under` if that is given, or draw it over `replaces`.

        Where that post is gone, an update is not missed; an answer comes by itself.
        """
        alert = bool(address.user) and address.rings and not replaces
        activity = marks.marked(render.activity(message, alert=alert), delivery)
        if replaces:
            outcome = await self.replace(address.workspace, replaces, activity)
            if address.rings or not isinstance(outcome, Gone):
                return outcome
        if under:
            place, _, thread = under.rpartition("/")
            return await self.reply(address.workspace, place, thread, activity)
        return await self._to(address, activity)

    async def _to(self, address: Address, activity: Json) -> Outcome:
        """Post at an address, in a new conversation with the person where none is known, or Teams knows it no more.

        So somebody is gone only where Teams makes none.
        """
        if address.place:
            outcome = await self.reply(address.workspace, address.place, "", activity)
            if not (address.user and isinstance(outcome, Gone) and outcome.reason.startswith(GONE[404])):
                return outcome
        made = await self._made(address)
        return await self.reply(address.workspace, made, "", activity) if isinstance(made, str) else made

    async def replace(self, workspace: str, post: str, activity: Json) -> Outcome:
        """Draw an activity over the post with this id."""
        place, _, id = post.rpartition("/")
        known = await self._references.find(workspace, place)
        if known and known.closed:
            return Gone(known.closed)
        url = known.service_url if known else await self.service_of(workspace)
        outcome = await self._connector.replace(url, place, id, activity)
        return Sent(post) if isinstance(outcome, Sent) else outcome

    async def retract(self, workspace: str, post: str) -> None:
        """Delete a post of ours."""
        place, _, id = post.rpartition("/")
        await self._connector.delete(await self.service_of(workspace, place), place, id)

    async def service_of(self, workspace: str, place: str = "") -> str:
        """Return where Teams takes messages for a conversation: as it said last, there or anywhere in the tenant."""
        known = await self._references.find(workspace, place) if place else None
        if known is None:
            known = next(iter(await self._references.of(workspace)), None)
        return known.service_url if known else self._service_url

    async def reply(self, workspace: str, place: str, thread: str, activity: Json) -> Outcome:
        """Post an activity to a conversation; in a channel to the thread of this message, if it is given."""
        known = await self._references.find(workspace, place)
        if known and known.closed:
            return Gone(known.closed)
        url = known.service_url if known else await self.service_of(workspace)
        conversation = f"{place};messageid={thread}" if thread and THREADS in place else place
        outcome = await self._connector.post(url, conversation, activity)
        match outcome:
            case Sent(id):
                return Sent(f"{place}/{id}")
            case Gone() if conversation != place:  # the thread's first message may be deleted, and the channel stand
                return await self.reply(workspace, place, "", activity)
            case Gone(reason):
                await self._close(workspace, known or Reference(place, url), reason)
        return outcome

    async def _close(self, workspace: str, known: Reference, reason: str) -> None:
        await self._references.keep(workspace, replace(known, closed=reason))

    async def _made(self, address: Address) -> str | Outcome:
        """The direct conversation with a person, asked for by the person's account."""
        if not address.user:
            return Failed("there is no place and no person to write to")
        known = await self._references.find(address.workspace, address.place) if address.place else None
        url = known.service_url if known else await self.service_of(address.workspace)
        outcome = await self._connector.create(url, address.user)
        match outcome:
            case Sent(id):
                known = await self._references.find(address.workspace, id) or Reference(id, url, address.user)
                await self._references.keep(address.workspace, replace(known, closed=""))
                await self._register.changed(PLATFORM, address.workspace, [Account(address.user, "", place=id)])
                return id
            case Gone(reason) if known:
                await self._close(address.workspace, known, reason)
        return outcome
