"""Copies: what a process may have posted of a message that others had taken over while it stood still."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, runtime_checkable

import structlog

from adapters.base import Adapter, Address
from storage import outbox
from storage.database import Database
from storage.outbox import OutboxRow
from storage.state import CLOSED

log = structlog.get_logger()


@runtime_checkable
class Retracts(Protocol):
    """An adapter that can take a post back."""

    async def retract(self, address: Address, id: str) -> None:
        """Delete the post with this id; one that is no more is well."""
        ...


@runtime_checkable
class FindsCopies(Protocol):
    """An adapter that can tell a post from its copy."""

    async def find_copy(self, address: Address, delivery: str, ago: timedelta | None, of: str, under: str = "") -> str:
        """Return the id of another post than `of` that carries the delivery key; empty where there is none.

        It left so long `ago`, at most; with None nobody knows how long ago that was. Raises when that cannot be told.
        """
        ...


@dataclass(frozen=True, slots=True)
class Copy:
    """A message that somebody else has sent since we lost its lease."""

    row: OutboxRow
    address: Address
    id: str
    """of our own post; empty where nobody knows whether there is one"""


class Copies:
    """Deletes them, so that each message stands there once."""

    def __init__(
        self,
        database: Database,
        adapters: Mapping[str, Adapter],
        removed: Callable[[str], None] = lambda platform: None,
    ) -> None:
        """Bind it to the outboxes and the platforms, by their names; `removed` is told where a post was deleted."""
        self._database = database
        self._adapters = adapters
        self._told = removed
        self._kept: list[Copy] = []

    async def add(self, *copies: Copy) -> None:
        """Delete these; what fails, or cannot be told yet, is tried again with every `remove`."""
        for copy in copies:
            log.warning("dispatcher.lost", delivery=copy.row.delivery)
        self._kept += copies
        await self.remove()

    async def remove(self) -> None:
        """Delete what can be deleted now."""
        copies, self._kept = self._kept, []
        for copy in copies:
            try:
                is_done = await self._removed(copy)
            except Exception as fault:
                log.error("dispatcher.copy", delivery=copy.row.delivery, error=type(fault).__name__)
                is_done = False
            if not is_done:
                self._kept.append(copy)

    async def _removed(self, copy: Copy) -> bool:
        """Tell whether nothing is left to do."""
        adapter: object = self._adapters.get(copy.row.destination.platform)
        id = copy.id or await self._found(copy, adapter)
        if id and isinstance(adapter, Retracts):
            await adapter.retract(copy.address, id)
            self._told(copy.row.destination.platform)
        return id is not None

    async def _found(self, copy: Copy, adapter: object) -> str | None:
        """Return the id of our own post, if there is one; None while nobody knows yet which one stands."""
        if not isinstance(adapter, FindsCopies):
            return ""
        async with self._database.read(copy.row.tenant) as store:
            row = await outbox.find(store, copy.row.delivery)
        if row is None or row.state in CLOSED:
            of, ago = row.message_id if row else "", copy.row.left_ago(store.now)
            return await adapter.find_copy(copy.address, copy.row.delivery, ago, of, copy.row.under) if of else ""
        return None
