"""Many messages that are owed at once, and the workers of the service that send them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot.delays import Delays
from bot.dispatcher import Dispatcher
from flows.messages import Button, Message
from flows.sends import Send, SendKind
from storage import lanes, outbox, people
from storage.addresses import Destination
from storage.outbox import OutboxRow
from storage.state import OPEN, State
from tests.running import Running

EACH = 5
"""messages for each person"""
BRISK = Delays(
    request=1.0,
    lease=10,
    look_after=0.5,
    look_again=0.4,
    trouble=0.1,
    look_ups=60_000,
    retry=0.05,
    poll=0.01,
    longest_poll=0.05,
    tend=0.05,
)


async def owed(school: Running, where: Mapping[str, Destination]) -> None:
    """Each of these people is owed several messages, by a platform whose limit is out of the way."""
    async with school.application.database.begin(people.DISTRICT) as store:
        for each in {(there.platform, there.workspace) for there in where.values()}:
            await lanes.limit(store, *each, 10_000, 10_000)
        for user, there in where.items():
            for number in range(EACH):
                words = Message(f"Number {number}", buttons=(Button("Help", "help"),))
                send = Send(f"run:{user}:{number}", "", "", SendKind.ANSWER, store.school_time, words)
                await outbox.enqueue(store, send, there)


async def rows(school: Running, *states: State) -> tuple[OutboxRow, ...]:
    """What was owed and is in one of these states, or in any."""
    async with school.application.database.read(people.DISTRICT) as store:
        found = await outbox.listing(store, states or None, limit=10_000)
    return tuple(row for row in found if row.send.key.startswith("run:"))


@asynccontextmanager
async def working(school: Running, delays: Delays = BRISK) -> AsyncIterator[None]:
    """Let the workers of the service work meanwhile, and until nothing is on its way any more."""
    application = school.application
    adapters = {each.platform: each for each in application.platforms}
    dispatcher = Dispatcher(application.database, adapters, application.conductor.judge, delays)
    sending = asyncio.create_task(dispatcher.run())
    try:
        yield
        async with asyncio.timeout(90):
            while await rows(school, *OPEN):  # noqa: ASYNC110 (who asks the database is told by nobody)
                await asyncio.sleep(BRISK.tend)
    finally:
        dispatcher.stop()
        await sending
