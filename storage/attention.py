"""How much of people's attention the bot has taken: what it started, from the outbox."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from flows.sends import SendKind

from .state import State
from .store import Store
from .tables import outbox

_STARTED = (SendKind.PROMPT, SendKind.NUDGE)
_LEFT = (State.SENT, State.INFLIGHT, State.UNSURE, State.HELD)
"""States in which a message has reached the person, or may have."""


async def started(store: Store, members: Collection[str], since: datetime, *kinds: SendKind) -> Counter[str]:
    """Count, by member, the messages of these kinds, or all that the bot started, that reached them since then."""
    wanted = [kind.value for kind in kinds or _STARTED]
    count = (
        select(outbox.c.to, func.count())
        .where(
            outbox.c.tenant == store.tenant,
            outbox.c.to.in_(members),
            outbox.c.due >= since,
            outbox.c.kind.in_(wanted),
            outbox.c.state.in_(_LEFT),
        )
        .group_by(outbox.c.to)
    )
    return Counter({str(member): int(number) for member, number in map(tuple, await store.rows(count))})
