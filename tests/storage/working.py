"""As much of a working process as two releases need beside each other: it writes messages, and posts what is due."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from storage import claims, outbox, people, settlements
from storage.database import Database
from storage.store import Store
from tests.storage.samples import a_send, direct

MANY = 40
LEASE = timedelta(seconds=30)


async def nothing_more(store: Store, key: str) -> None:
    """A message has no columns but those that everybody knows."""


async def write(database: Database, who: str, also: Callable[[Store, str], Awaitable[None]] = nothing_more) -> None:
    """Write messages whose keys begin with `who`, each in a transaction of its own."""
    for number in range(MANY):
        async with database.begin(people.DISTRICT) as store:
            await outbox.enqueue(store, a_send(f"{who} {number}"), direct(f"{who} {number}"))
            await also(store, f"{who} {number}")


async def post_all(database: Database, posted: Callable[[str], None]) -> None:
    """Claim, mark, post and settle until nothing is due any more."""
    while True:
        async with database.everywhere() as everywhere:
            claim = await claims.claim(everywhere, LEASE)
        if claim is None:
            return
        async with database.begin(claim.tenant) as store:
            going = await claims.mark_inflight(store, claim.rows)
        for row in going:
            posted(row.send.key)
        async with database.begin(claim.tenant) as store:
            assert await settlements.settle(store, [settlements.sent(row, "posted") for row in going]) == ()
