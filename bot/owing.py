"""Owing: an answer that its reader may not have seen becomes a message."""

from collections.abc import Callable
from datetime import timedelta

import structlog

from flows import replies
from flows.events import Event
from flows.loader import Scripts
from flows.messages import Reply
from flows.sends import Send, SendKind
from storage import everywhere, outbox, owed, people
from storage.addresses import Destination
from storage.database import Database
from storage.store import Store

from . import enqueuing
from .trail import tell_enqueued
from .workspaces import Workspaces

log = structlog.get_logger()


class Owing:
    """The answers that platforms are to show at once, until they have."""

    def __init__(self, database: Database, workspaces: Workspaces, scripts: Scripts, wake: Callable[[], None]) -> None:
        """Bind it to where answers wait; `wake` is called after a commit that wrote something to send."""
        self._database = database
        self._workspaces = workspaces
        self._scripts = scripts
        self._wake = wake

    async def shown(self, event: Event) -> None:
        """Note that the person was shown what answers the event: nothing of it is owed any more."""
        tenant = await self._workspaces.tenant(event.platform, event.workspace) if event.owed else None
        if tenant:
            async with self._database.begin(tenant) as store:
                await owed.shown(store, event.platform, event.key)

    async def owe(self, event: Event, reply: Reply, over: str = "") -> None:
        """Send as a message what could not be shown in answer to the event; in place of the post `over`, if any."""
        tenant = await self._workspaces.tenant(event.platform, event.workspace)
        if tenant is None:
            return
        async with self._database.begin(tenant) as store:
            await self._send(store, event, reply, over)
        self._follow(store, event.key)

    async def recover(self, older_than: timedelta) -> int:
        """Send what has been owed for so long, because whoever was to show it died; return how many answers it was."""
        async with self._database.look_everywhere() as looking:
            found = await everywhere.unshown(looking, older_than)
        for each in found:
            try:
                async with self._database.begin(each.tenant) as store:
                    if kept := await owed.take(store, each.platform, each.key):
                        await self._send(store, *kept)
            except Exception:
                log.exception("an answer stays owed until the next look", platform=each.platform, key=each.key)
            else:
                self._follow(store, each.key)
        return len(found)

    async def _send(self, store: Store, event: Event, reply: Reply, over: str = "") -> None:
        """Write it into the outbox, once for each event; who is on no roster gets it only where they wrote to us."""
        await owed.shown(store, event.platform, event.key)
        person = await people.who(store, event.platform, event.workspace, event.user)
        if person is None and not event.private:
            return
        phrases = self._scripts.phrases(person.member.language if person else "")
        here = Destination(event.platform, event.workspace, event.place, event.user)
        there, to = (enqueuing.direct(person, event), person.member.id) if person else (here, "")
        message = replies.as_message(reply, event, phrases, event.about)
        send = Send(f"shown:{event.key}", "", to, SendKind.ANSWER, store.school_time, message)
        await outbox.enqueue(store, send, there, over)

    def _follow(self, store: Store, key: str) -> None:
        with structlog.contextvars.bound_contextvars(heard=key):
            tell_enqueued(store)
        self._wake()
