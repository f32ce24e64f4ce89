"""How much of a person's attention the bot has taken: what it started, from the outbox."""

from datetime import datetime

from sqlalchemy import func, select

from flows.sends import SendKind

from .state import State
from .store import Store
from .tables import outbox

_STARTED = (SendKind.PROMPT, SendKind.NUDGE)
_LEFT = (State.SENT, State.INFLIGHT, State.UNSURE, State.HELD)
"""States in which a message has reached the person, or may have."""


async def started(store: Store, member: str, since: datetime, *kinds: SendKind) -> int:
    """Count the messages of these kinds, or all that the bot started, that reached the person since then."""
    wanted = [kind.value for kind in kinds or _STARTED]
    count = (
        select(func.count())
        .select_from(outbox)
        .where(
            outbox.c.tenant == store.tenant,
            outbox.c.to == member,
            outbox.c.due >= since,
            outbox.c.kind.in_(wanted),
            outbox.c.state.in_(_LEFT),
        )
    )
    return int((await store.connection.execute(count)).scalar_one())
