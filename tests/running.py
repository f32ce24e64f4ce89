"""A running application whose clock a test moves by hand."""

from collections.abc import Awaitable
from datetime import datetime
from typing import TypeVar

from bot.app import Application
from storage import everywhere
from storage.clock import HandClock

Result = TypeVar("Result")


class Running:
    """What happens by itself in an application, when its time has come."""

    application: Application
    clock: HandClock

    async def after(self, happening: Awaitable[Result]) -> Result:
        """Let something happen, and do everything that is due then."""
        result = await happening
        await self.settle()
        return result

    async def settle(self) -> None:
        """Do everything that is due now."""
        for platform in self.application.platforms:
            await platform.finish()
        while await self.application.conductor.tick():
            await self.application.dispatcher.drain()
        await self.application.dispatcher.drain()

    async def until(self, moment: datetime) -> None:
        """Move the clock forward and visit every due moment on the way, in order."""
        while (due := await self._next_due()) is not None and due <= moment:
            self.clock.set(max(due, self.clock.now))
            await self.settle()
        self.clock.set(max(moment, self.clock.now))
        await self.settle()

    async def _next_due(self) -> datetime | None:
        async with self.application.database.look_everywhere() as looking:
            return await everywhere.next_due(looking)
