"""The named exceptions: the only questions that are not asked for one tenant."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from sqlalchemy import Integer, Table, delete, func, null, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from . import legal_holds, owed, tables
from .moments import A_MOMENT, SOON, is_over
from .state import OPEN, State, is_in
from .store import Store

MOST_TEAMS = 100
"""Teams that are visited between two looks at which are due."""
KEYS_STAY = timedelta(days=1)
"""for which a copy of an event that was acted on is known: longer than any platform says one again"""


class Everywhere:
    """One transaction over all tenants; `store` narrows it to one."""

    def __init__(
        self,
        connection: AsyncConnection,
        now: datetime,
        school_time: datetime,
        count: Callable[[datetime], int],
        is_restored: bool = False,
    ) -> None:
        """Bind the transaction to its two times; `Database` does it."""
        self.connection = connection
        self.now = now
        self.school_time = school_time
        self._count = count
        self._is_restored = is_restored

    def store(self, tenant: str) -> Store:
        """Return the same transaction, seen by one tenant."""
        return Store(self.connection, tenant, self.now, self.school_time, self._count, self._is_restored)


@dataclass(frozen=True, slots=True)
class Due:
    """A team for which something has come due."""

    tenant: str
    team: str
    next_due: datetime


@dataclass(frozen=True, slots=True)
class Unheard:
    """An event that was acknowledged and not processed, or whose answer nobody is known to have seen."""

    tenant: str
    platform: str
    key: str


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many rows of an outbox are in one state, and since when the oldest is due."""

    tenant: str
    platform: str
    state: str
    rows: int
    oldest_due: datetime


@dataclass(frozen=True, slots=True)
class Trouble:
    """How many messages of a platform did not arrive, or may not have, for one reason."""

    platform: str
    state: str
    reason: str
    rows: int


async def tenants(everywhere: Everywhere) -> tuple[str, ...]:
    """Return the ids of all tenants."""
    statement = select(tables.tenant.c.tenant).order_by(tables.tenant.c.created_at, tables.tenant.c.tenant)
    return tuple((await everywhere.connection.execute(statement)).scalars())


async def practice(everywhere: Everywhere) -> bool | None:
    """Tell whether the database belongs to the practice school; None when it is empty."""
    statement = select(func.min(tables.tenant.c.practice.cast(Integer)))
    found = (await everywhere.connection.execute(statement)).scalar()
    return None if found is None else bool(found)


async def tenant_of(everywhere: Everywhere, platform: str, workspace: str) -> str | None:
    """Return the tenant to whom the workspace belongs."""
    table = tables.installation
    statement = select(table.c.tenant).where(table.c.platform == platform, table.c.workspace == workspace)
    return (await everywhere.connection.execute(statement)).scalar()


async def whose(everywhere: Everywhere, table: Table, mark: str) -> str | None:
    """Return the tenant of a ticket or a visit: whoever comes by a link says nothing but its token."""
    return (await everywhere.connection.execute(select(table.c.tenant).where(table.c.mark == mark))).scalar()


async def due_teams(everywhere: Everywhere, beyond: int = 0) -> tuple[Due, ...]:
    """Return the teams whose next due moment has come, the longest waiting first; so many more than the usual."""
    table = tables.agenda
    statement = (
        select(table.c.tenant, table.c.team, table.c.next_due)
        .where(table.c.next_due <= everywhere.school_time)
        .order_by(table.c.next_due, table.c.tenant, table.c.team)
        .limit(MOST_TEAMS + beyond)
    )
    return tuple(Due(*row) for row in await everywhere.connection.execute(statement))


async def next_due(everywhere: Everywhere) -> datetime | None:
    """Return the next moment (school time) at which a team or a message comes due, if there is one."""
    moments = (await everywhere.connection.execute(_NEXT_DUE)).one()
    return min((each for each in moments if each is not None), default=None)


_NEXT_DUE = select(
    select(func.min(tables.agenda.c.next_due)).scalar_subquery(),
    select(func.min(tables.outbox.c.due)).where(is_in(tables.outbox, State.READY)).scalar_subquery(),
)


async def unheard(everywhere: Everywhere, older_than: timedelta, limit: int = 100) -> tuple[Unheard, ...]:
    """Return events that nobody has processed for so long: by the platform's time, the oldest first.

    One that was received in times to come, by a clock that has been set back since, has waited for long enough.
    """
    table, values = tables.inbox, {"now": everywhere.now - older_than, "soon": everywhere.now + A_MOMENT}
    statement = (
        select(table.c.tenant, table.c.platform, table.c.key)
        .where(table.c.done_at.is_(None), table.c.aside_at.is_(None))
        .where(is_over(table.c.received_at, SOON))
        .order_by(table.c.at, table.c.tenant, table.c.platform, table.c.key)
        .limit(limit)
    )
    return tuple(Unheard(*row) for row in await everywhere.connection.execute(statement, values))


async def unshown(everywhere: Everywhere, older_than: timedelta, limit: int = 100) -> tuple[Unheard, ...]:
    """Return events that were processed so long ago and whose answer still waits to be shown, the oldest first."""
    table = tables.inbox
    statement = (
        select(table.c.tenant, table.c.platform, table.c.key)
        .where(*owed.IS_OWED, table.c.done_at <= everywhere.now - older_than)
        .order_by(table.c.done_at, table.c.tenant, table.c.platform, table.c.key)
        .limit(limit)
    )
    return tuple(Unheard(*row) for row in await everywhere.connection.execute(statement))


async def backlog(everywhere: Everywhere) -> tuple[Backlog, ...]:
    """Count what is on its way and what went wrong, by tenant, platform and state.

    What was sent or cancelled is not counted: those are the many.
    """
    table = tables.outbox
    group = (table.c.tenant, table.c.platform, table.c.state)
    counts = select(*group, func.count(), func.min(table.c.due)).group_by(*group)
    statement = union_all(*(counts.where(is_in(table, *states)) for states in _COUNTED))
    rows = await everywhere.connection.execute(statement)
    return tuple(sorted((Backlog(*row) for row in rows), key=attrgetter("tenant", "platform", "state")))


_COUNTED = (
    *((each,) for each in (State.WAITING, *OPEN)),
    (State.HELD, State.DEAD),
)
"""Each has an index of its own."""


async def troubles(everywhere: Everywhere) -> tuple[Trouble, ...]:
    """Count the messages that are dead, held or unsure, by platform, state and reason."""
    table = tables.outbox
    group = (table.c.platform, table.c.state, table.c.error)
    counts = select(*group, func.count()).group_by(*group)
    statement = union_all(*(counts.where(is_in(table, *states)) for states in _TROUBLED))
    rows = await everywhere.connection.execute(statement)
    return tuple(sorted((Trouble(*row) for row in rows), key=attrgetter("platform", "state", "reason")))


_TROUBLED = ((State.UNSURE,), (State.HELD, State.DEAD))
"""Each has an index of its own."""


async def inbox_counts(everywhere: Everywhere) -> tuple[int, int]:
    """Return how many events wait to be processed and how many were set aside."""
    table = tables.inbox
    statement = select(
        func.count().filter(table.c.done_at.is_(None), table.c.aside_at.is_(None)),
        func.count().filter(table.c.aside_at.is_not(None)),
    )
    waiting, aside = (await everywhere.connection.execute(statement)).one()
    return waiting, aside


async def inbox_oldest(everywhere: Everywhere) -> datetime | None:
    """Return since when (machine time) the oldest event waits that was neither processed nor set aside."""
    table = tables.inbox
    waits = select(func.min(table.c.received_at)).where(table.c.done_at.is_(None), table.c.aside_at.is_(None))
    found: datetime | None = (await everywhere.connection.execute(waits)).scalar()
    return found


async def paused_lanes(everywhere: Everywhere) -> dict[str, int]:
    """Return to how many workspaces of each platform nothing is sent right now, by the platform's wish or ours."""
    table = tables.lane
    is_paused = func.count().filter(table.c.paused_until > everywhere.now)
    rows = await everywhere.connection.execute(
        select(table.c.platform, is_paused.label("paused")).group_by(table.c.platform)
    )
    return {row.platform: row.paused for row in rows}


async def prune_inbox(everywhere: Everywhere, aside: timedelta) -> int:
    """Forget the keys of events that were finished a day ago, and what was set aside so long ago; return how many.

    What was set aside was acknowledged and not acted on: its words wait for somebody to look.
    """
    table, now = tables.inbox, everywhere.now
    finished = (table.c.done_at <= now - KEYS_STAY) | (table.c.aside_at <= now - aside)
    free = legal_holds.allows(table.c.tenant)
    return (await everywhere.connection.execute(delete(table).where(finished, free))).rowcount


async def destroy_words(everywhere: Everywhere, older_than: timedelta) -> int:
    """Delete the words of messages that were settled so long ago; return how many."""
    table = tables.outbox
    free = legal_holds.allows(table.c.tenant, table.c.to)
    wordy = table.c.message.is_not(null()) & (table.c.settled_at <= everywhere.now - older_than) & free
    return (await everywhere.connection.execute(update(table).where(wordy).values(message=None))).rowcount


async def prune_outbox(everywhere: Everywhere, older_than: timedelta) -> int:
    """Forget messages that were settled so long ago and have no words any more, with their keys; return how many."""
    table = tables.outbox
    free = legal_holds.allows(table.c.tenant, table.c.to)
    wordless = table.c.message.is_(null())
    old = delete(table).where(table.c.settled_at <= everywhere.now - older_than, wordless, free)
    return (await everywhere.connection.execute(old)).rowcount
