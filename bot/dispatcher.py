"""The dispatcher: claims what is due, asks once more whether it is wanted, sends it and settles it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import TypeVar

import structlog

from adapters.base import Adapter, Address, Failed, Gone, Outcome, Sent, TryLater, Unfindable, Unreached, Unsure
from flows.messages import Message
from flows.sends import Drop, Go, Move, SendKind, Verdict
from storage import claims, lanes, recovery, settlements
from storage.claims import Claim
from storage.database import Database
from storage.everywhere import Everywhere
from storage.faults import named
from storage.outbox import OutboxRow
from storage.settlements import Settlement, settle
from storage.state import State
from storage.store import Store

from . import settling
from .copies import Copies, Copy
from .delays import Delays
from .look_ups import LookUps
from .measures import Measures
from .trail import tell_enqueued

log = structlog.get_logger()

Judge = Callable[[Store, Sequence[OutboxRow]], Awaitable[Sequence[Verdict]]]
"""Asked just before messages go: is each still wanted, and what does it say now?"""
OnGone = Callable[[Store, OutboxRow], Awaitable[None]]
"""Told, in the transaction that buries a message, that its address takes no messages any more."""
Claiming = Callable[[Everywhere, timedelta], Awaitable[Claim | None]]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Taken:
    """What was claimed, and when by our own monotonic clock its lease began at the earliest, in seconds."""

    claim: Claim
    began: float


class Dispatcher:
    """Sends what the outboxes of all tenants hold.

    `measures` count what it does, and `stir` is called whenever the database has answered it.
    `crash_point` is called with the name of each moment at which a process may die: leased, in flight,
    posted, settled. It does nothing; the fault tests put their own in.
    """

    def __init__(
        self,
        database: Database,
        adapters: Mapping[str, Adapter],
        judge: Judge,
        delays: Delays | None = None,
        *,
        on_gone: OnGone | None = None,
        hands: int = 4,
        most_under_way: int = 200,
        crash_point: Callable[[str], None] = lambda name: None,
        measures: Measures | None = None,
        stir: Callable[[], None] = lambda: None,
    ) -> None:
        """Bind the dispatcher to its database and its platforms, by their names."""
        self._database = database
        self._adapters = adapters
        self._judge = judge
        self._delays = delays or Delays()
        self._on_gone = on_gone
        self._hands = asyncio.Semaphore(hands)
        """so many transactions of claims that are under way at a time; who waits for a platform needs none"""
        self._most_under_way = most_under_way
        self._under_way = 0
        self._returned = asyncio.Event()
        self._crash_point = crash_point
        self._measures = measures or Measures()
        self._stir = stir
        self._woken = asyncio.Event()
        self._stopped = asyncio.Event()
        self._took_over = database.is_shared
        self._look_ups = LookUps(self._delays.look_ups)
        self._copies = Copies(database, adapters, lambda platform: self._measures.retracted.labels(platform).inc())

    # -------------------------------------------------------------- running

    async def run(self) -> None:
        """Send until `stop`; what is on its way then is settled before this returns."""
        await self._take_over()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tend_often())
            while taken := await self._found():
                tasks.create_task(self._tried(partial(self._deliver, taken)))
        await self._copies.remove()

    def wake(self) -> None:
        """Look for work now: something was just committed."""
        self._woken.set()
        self._woken = asyncio.Event()

    def stop(self) -> None:
        """Claim nothing more."""
        self._stopped.set()
        self.wake()

    async def drain(self) -> int:
        """Send everything that is due, one by one in the order in which it was due; return how many."""
        await self._take_over()
        count = 0
        while True:
            if taken := await self._claimed(claims.claim_first):
                await self._deliver(taken)
                count += 1
            elif not await self._tend():
                return count

    async def _found(self) -> Taken | None:
        """Claim something; with nothing to do, look less and less often until somebody wakes us. None after `stop`."""
        await self._has_room()
        pause = self._delays.poll
        while not self._stopped.is_set():
            woken = self._woken
            taken = await self._tried(self._claimed)
            if taken is None:
                await _rest(woken, pause)
                pause = min(pause * 1.5, self._delays.longest_poll)
            elif taken.claim is claims.HELD:
                pause = self._delays.poll
                await _rest(woken, self._delays.held)
            elif taken.claim.rows:
                return taken
        return None

    async def _has_room(self) -> None:
        """Wait until less is under way than may be: platforms that do not answer leave it there until they must."""
        while self._under_way >= self._most_under_way:
            self._returned.clear()
            await self._returned.wait()

    async def _tend_often(self) -> None:
        while not self._stopped.is_set():
            await self._tried(self._tend)
            await _rest(self._stopped, self._delays.tend)

    async def _tried(self, work: Callable[[], Awaitable[Result]]) -> Result | None:
        """Return what the work returned; a database that is down is tried again later."""
        try:
            return await work()
        except Exception as fault:
            log.error("dispatcher.trouble", error=named(fault))
            return None

    async def _take_over(self) -> None:
        """Take back what a process before this one held, where there can only be one."""
        if not self._took_over:
            async with self._database.everywhere() as everywhere:
                taken = await recovery.recover(everywhere, self._seconds("look_after"), everyones=True)
            self._measures.took_over(taken)
            self._took_over = True

    def _seconds(self, name: str) -> timedelta:
        return timedelta(seconds=getattr(self._delays, name))

    def _settlement(self, row: OutboxRow, outcome: Outcome) -> Settlement:
        adapter = self._adapters.get(row.destination.platform)
        return settling.settlement(row, outcome, adapter is not None and adapter.finds, self._delays)

    # -------------------------------------------------------------- claim, mark, send, settle

    async def _claimed(self, claiming: Claiming = claims.claim) -> Taken | None:
        """Claim what is due; None when nothing is."""
        began = monotonic()
        async with self._database.everywhere() as everywhere:
            claim = await claiming(everywhere, self._seconds("lease"))
        self._stir()
        self._under_way += len(claim.rows) if claim else 0
        return Taken(claim, began) if claim else None

    async def _deliver(self, taken: Taken) -> None:
        """Ask about what was claimed, send it and settle it."""
        claim = taken.claim
        self._measures.claimed.labels(claim.platform).inc(len(claim.rows))
        try:
            self._crash_point("leased")
            async with self._hands:
                going = await self._mark(claim.tenant, claim.rows)
            self._crash_point("in flight")
            await self._send_all(claim.tenant, going, taken.began)
        finally:
            self._under_way -= len(claim.rows)
            self._returned.set()

    async def _mark(self, tenant: str, rows: Sequence[OutboxRow]) -> list[tuple[OutboxRow, Message]]:
        """Ask the judge about the messages and mark what goes; one that breaks the judge stops no other."""
        try:
            return await self._judge_all(tenant, rows)
        except Exception as fault:
            if len(rows) == 1:
                log.error("dispatcher.judge", delivery=rows[0].delivery, error=type(fault).__name__)
                await self._settle(tenant, [(rows[0], Failed(type(fault).__name__))])
                return []
        return [marked for row in rows for marked in await self._mark(tenant, [row])]

    async def _judge_all(self, tenant: str, rows: Sequence[OutboxRow]) -> list[tuple[OutboxRow, Message]]:
        wanted: dict[str, Message] = {}
        unwanted: list[Settlement] = []
        async with self._database.begin(tenant) as store:
            if rows and await lanes.is_paused(store, rows[0].destination.platform, rows[0].destination.workspace):
                await settle(store, [self._settlement(row, TryLater(0)) for row in rows])
                return []
            for row, verdict in zip(rows, await self._judge(store, rows), strict=True):
                match verdict:
                    case Go(message):
                        wanted[row.delivery] = message
                    case Move(due, reason):
                        wait = self._seconds("poll") if due <= store.school_time else timedelta()
                        unwanted.append(settlements.moved(row, due, reason, wait))
                    case Drop(reason):
                        unwanted.append(settlements.cancelled(row, reason))
            going = await claims.mark_inflight(store, [row for row in rows if row.delivery in wanted])
            lost = {each.row.delivery for each in await settle(store, unwanted)}
        if going:
            log.info("dispatcher.in_flight", deliveries=[row.delivery for row in going])
        lost |= wanted.keys() - {row.delivery for row in going}
        for row in rows:
            if row.delivery in lost:
                log.warning("dispatcher.lost", delivery=row.delivery)
                self._measures.lost.labels(row.destination.platform).inc()
        for each in unwanted:
            if each.row.delivery not in lost:
                log.info("dispatcher.not_now", delivery=each.row.delivery, state=each.state.value, error=each.error)
        return [(row, wanted[row.delivery]) for row in going]

    async def _send_all(self, tenant: str, going: Iterable[tuple[OutboxRow, Message]], began: float) -> None:
        """Send at the same time, and settle together what has come back meanwhile."""
        pending = {asyncio.create_task(self._send(row, message, began)) for row, message in going}
        try:
            while pending:
                finished, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                if pending:
                    more, pending = await asyncio.wait(pending, timeout=self._delays.gather)
                    finished |= more
                self._crash_point("posted")
                await self._settle_surely(tenant, [task.result() for task in finished])
                self._crash_point("settled")
        finally:
            for task in pending:
                task.cancel()

    async def _send(self, row: OutboxRow, message: Message, began: float) -> tuple[OutboxRow, Outcome]:
        adapter = self._adapters.get(row.destination.platform)
        if adapter is None:
            return row, Unreached(f"{row.destination.platform} is not set up here")
        if monotonic() - began > self._delays.lease - self._delays.request:
            return row, Unreached("its lease was nearly over")
        try:
            async with asyncio.timeout(self._delays.request):
                return row, await adapter.send(_address(row), message, row.delivery, row.replaces, row.under)
        except Exception as fault:
            return row, Unsure(type(fault).__name__)

    async def _settle_surely(self, tenant: str, finished: Sequence[tuple[OutboxRow, Outcome]]) -> None:
        """Settle, and try again for as long as a lease lasts, also after its end: nobody else knows these outcomes."""
        began = monotonic()
        while True:
            try:
                async with self._hands:
                    return await self._settle(tenant, finished)
            except Exception as fault:
                log.error("dispatcher.settle", error=named(fault))
                if monotonic() - began > self._delays.lease:
                    return
                await asyncio.sleep(self._delays.poll)

    async def _settle(self, tenant: str, finished: Sequence[tuple[OutboxRow, Outcome]]) -> None:
        async with self._database.begin(tenant) as store:
            settled = [self._settlement(row, outcome) for row, outcome in finished]
            lost = {each.row.delivery for each in await settle(store, settled)}
            for row, outcome in finished:
                if row.delivery not in lost:
                    await self._follow_up(store, row, outcome)
        tell_enqueued(store)
        for each in settled:
            if each.row.delivery not in lost:
                log.info("dispatcher.settled", delivery=each.row.delivery, state=each.state.value, error=each.error)
        for row, outcome in finished:
            self._measures.came_to(row, outcome, store.school_time)
            if row.delivery in lost:
                self._measures.lost.labels(row.destination.platform).inc()
        await self._copies.add(*(_copy(*each) for each in finished if each[0].delivery in lost and _may_stand(*each)))

    async def _follow_up(self, store: Store, row: OutboxRow, outcome: Outcome) -> None:
        match outcome:
            case TryLater(seconds):
                await lanes.pause(store, row.destination.platform, row.destination.workspace, seconds)
            case Gone() if self._on_gone is not None:
                try:
                    async with store.connection.begin_nested():
                        await self._on_gone(store, row)
                except Exception as fault:
                    store.opened.clear()
                    store.enqueued.clear()
                    log.error("dispatcher.gone", delivery=row.delivery, error=type(fault).__name__)

    # -------------------------------------------------------------- now and then

    async def _tend(self) -> int:
        """Take back, expire, let refreshes go and look up; return how much there was to do."""
        await self._copies.remove()
        async with self._database.look_everywhere() as looking:
            if not await recovery.is_called_for(looking):
                return 0
        async with self._database.everywhere() as everywhere:
            taken = await recovery.recover(everywhere, self._seconds("look_after"))
            count = taken.total() + await recovery.expire(everywhere)
            count += await recovery.free_refreshes(everywhere)
            unsure = await claims.claim_unsure(everywhere, self._seconds("lease"), self._look_ups.allowed)
        self._measures.took_over(taken)
        await asyncio.gather(*(self._look_up(row, everywhere.now) for row in unsure))
        return count + len(unsure)

    async def _look_up(self, row: OutboxRow, now: datetime) -> None:
        """Find out whether an unsure message arrived, and settle it if that is known now."""
        there = row.destination.platform, row.destination.workspace
        self._look_ups.count(*there)
        settlement = await self._looked_up(row, now)
        async with self._database.begin(row.tenant) as store:
            await settle(store, [settlement])
            if settlement.state is State.DEAD:
                await self._follow_up(store, row, Gone(settlement.error))
            if wait := self._look_ups.paused(*there):
                await claims.put_off(store, *there, wait)
        tell_enqueued(store)
        self._measures.looked_up(settlement, store.school_time)
        log.info("dispatcher.looked_up", delivery=row.delivery, state=settlement.state.value)

    async def _looked_up(self, row: OutboxRow, now: datetime) -> Settlement:
        adapter = self._adapters.get(row.destination.platform)
        if row.replaces:
            return settlements.again(row, row.error, timedelta())
        if adapter is None or not adapter.finds or row.inflight_at is None:
            return settlements.held(row, row.error)
        try:
            async with asyncio.timeout(self._delays.request):
                found = await adapter.find(_address(row), row.delivery, row.left_ago(now), row.under)
        except Unfindable as fault:
            return settlements.held(row, str(fault))
        except Exception as fault:
            return settlements.unsure(row, type(fault).__name__, self._seconds("trouble"), looked=row.looked)
        if isinstance(found, TryLater):
            self._look_ups.pause(row.destination.platform, row.destination.workspace, found.seconds)
        return settling.looked_up(row, found, self._delays)


def _may_stand(row: OutboxRow, outcome: Outcome) -> bool:
    """Whether the platform may have made a new post of it; what draws over a post makes none."""
    return not row.replaces and isinstance(outcome, Sent | Unsure)


def _copy(row: OutboxRow, outcome: Outcome) -> Copy:
    return Copy(row, _address(row), outcome.id if isinstance(outcome, Sent) else "")


def _address(row: OutboxRow) -> Address:
    there, rings = row.destination, row.send.kind is not SendKind.ANSWER
    return Address(there.workspace, there.place, there.user, rings)


async def _rest(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, but no longer than this."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
