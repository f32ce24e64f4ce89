"""Messages arrive once: whatever the platform answers, and whenever a worker dies."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import event
from starlette.routing import BaseRoute

from adapters.base import Address, Failed, Gone, Outcome, Sent, TryLater, Unfindable, Unreached, Unsure
from bot import dispatcher as module
from bot.delays import Delays
from bot.dispatcher import Dispatcher, Taken
from bot.measures import Measures
from bot.settling import MOST_ATTEMPTS
from bot.trail import tell_enqueued
from flows.messages import Message
from flows.sends import Drop, Go, Move, Send, SendKind, Verdict
from storage import claims, lanes, outbox, tables
from storage.clock import HandClock
from storage.database import Database
from storage.outbox import OutboxRow
from storage.settlements import Settlement, settle
from storage.state import State
from storage.store import Store
from tests.machine_time import put_ahead
from tests.storage.samples import NOON, a_send, direct, pile_up

AT_ONCE = Delays(
    look_after=0, look_again=0, trouble=0.05, look_ups=60_000, retry=0, poll=0.01, longest_poll=0.02, tend=0.02
)


@dataclass
class Platform:
    """A platform that remembers what arrived, by delivery key, and fails as it is told."""

    platform: str = "test"
    finds: bool = True
    posts: list[tuple[str, str, str]] = field(default_factory=list)
    """(delivery key, place, text) in the order of arrival"""
    threads: dict[str, str] = field(default_factory=dict)
    """the post in whose thread it stands, by delivery key"""
    behind: timedelta = timedelta()
    """by how much its clock is behind ours"""
    moments: dict[str, datetime] = field(default_factory=dict)
    """when it was posted, by its own clock and delivery key"""
    redrawn: list[tuple[str, str]] = field(default_factory=list)
    retracted: list[str] = field(default_factory=list)
    before: list[Outcome | Exception] = field(default_factory=list)
    """what the next requests come to, with nothing posted"""
    after: list[Outcome | Exception] = field(default_factory=list)
    """what the next requests come to, although the message was posted"""
    blind: int = 0
    """so many look-ups fail"""
    busy: list[float] = field(default_factory=list)
    """so many seconds the next look-ups are to wait"""
    looks: int = 0
    asked: list[timedelta | None] = field(default_factory=list)
    """how long ago what was looked up had left"""
    together: int = 0
    most_together: int = 0
    takes: float = 0.0
    silent: set[str] = field(default_factory=set)
    """workspaces in which nothing is answered"""
    news: asyncio.Event = field(default_factory=asyncio.Event)
    """set whenever a request begins or has had its effect"""

    def routes(self) -> Sequence[BaseRoute]:
        return ()

    async def send(
        self, address: Address, message: Message, delivery: str, replaces: str = "", under: str = ""
    ) -> Outcome:
        with self._counted():
            if address.workspace in self.silent:
                await asyncio.Event().wait()
            await asyncio.sleep(self.takes)
            if self.before:
                return _come_to(self.before.pop(0))
            if replaces:
                self.redrawn.append((replaces, message.text))
                return Sent(replaces)
            self.posts.append((delivery, address.place, message.text))
            self.threads[delivery] = under
            self.moments[delivery] = datetime.now(UTC) - self.behind
            self.news.set()
            if self.after:
                return _come_to(self.after.pop(0))
            return Sent(f"id-{delivery}")

    async def find(
        self, address: Address, delivery: str, ago: timedelta | None, under: str = ""
    ) -> str | Gone | TryLater | None:
        self.looks += 1
        self.asked.append(ago)
        if self.blind:
            self.blind -= 1
            raise OSError("history is not available")
        if self.busy:
            return TryLater(self.busy.pop())
        if self.threads.get(delivery) != under:
            return None
        earliest = datetime.now(UTC) - self.behind - (ago or timedelta(days=1)) - timedelta(minutes=5)
        is_there = self.moments[delivery] >= earliest
        return f"id-{delivery}" if is_there else None

    async def find_copy(self, address: Address, delivery: str, ago: timedelta | None, of: str, under: str = "") -> str:
        if self.blind:
            self.blind -= 1
            raise OSError("history is not available")
        return f"copy of {of}" if self.by_delivery[delivery] else ""

    async def retract(self, address: Address, id: str) -> None:
        self.retracted.append(id)

    @property
    def by_delivery(self) -> Counter[str]:
        return Counter(delivery for delivery, _, _ in self.posts)

    @property
    def texts(self) -> list[str]:
        return [text for _, _, text in self.posts]

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self.together += 1
        self.most_together = max(self.most_together, self.together)
        self.news.set()
        yield
        self.together -= 1


def _come_to(outcome: Outcome | Exception) -> Outcome:
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


async def yes(store: Store, rows: Sequence[OutboxRow]) -> Sequence[Verdict]:
    """A judge who wants everything, as it was written."""
    return [Go(row.send.message or Message(f"{row.send.card} now")) for row in rows]


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOON)


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def dispatcher(database: Database, platform: Platform) -> Dispatcher:
    return Dispatcher(database, {"test": platform}, yes, AT_ONCE)


def said(key: str, **changes: object) -> Send:
    return a_send(key, message=Message(key), **changes)


async def enqueue(database: Database, *sends: Send, user: str = "U1", tenant: str = "d1") -> None:
    async with database.begin(tenant) as store:
        for send in sends:
            await outbox.enqueue(store, send, direct(user))


async def row(database: Database, key: str, tenant: str = "d1") -> OutboxRow:
    async with database.read(tenant) as store:
        found = await outbox.by_key(store, key)
        assert found is not None
        return found


async def states(database: Database, tenant: str = "d1") -> dict[str, State]:
    async with database.read(tenant) as store:
        return {each.send.key: each.state for each in await outbox.listing(store)}


async def test_what_is_due_arrives_once_and_keeps_the_platforms_id(
    database: Database, dispatcher: Dispatcher, platform: Platform
) -> None:
    await enqueue(database, said("one"), said("two"), said("later", due=NOON + timedelta(hours=1)))

    assert await dispatcher.drain() == 2
    assert await dispatcher.drain() == 0

    assert platform.texts == ["one", "two"]
    assert (await row(database, "one")).message_id == f"id-{platform.posts[0][0]}"
    assert await states(database) == {"one": State.SENT, "two": State.SENT, "later": State.READY}


async def test_what_comes_due_goes_out_when_the_clock_gets_there(
    database: Database, dispatcher: Dispatcher, platform: Platform, clock: HandClock
) -> None:
    await enqueue(database, said("later", due=NOON + timedelta(hours=1)))
    clock.set(NOON + timedelta(hours=1))
    assert await dispatcher.drain() == 1


async def test_a_drained_outbox_goes_out_in_the_order_in_which_it_was_due(
    database: Database, dispatcher: Dispatcher, platform: Platform
) -> None:
    await enqueue(database, said("second"), said("third", kind=SendKind.ANSWER), user="U1")
    await enqueue(database, said("first", due=NOON - timedelta(minutes=1)), said("fourth"), user="U2")
    await dispatcher.drain()
    assert platform.texts == ["first", "second", "third", "fourth"]


async def test_a_message_that_is_not_wanted_any_more_is_cancelled_with_the_reason(
    database: Database, platform: Platform
) -> None:
    async def nobody(store: Store, rows: Sequence[OutboxRow]) -> Sequence[Verdict]:
        return [Drop("on leave") for _ in rows]

    await enqueue(database, said("one"))
    await Dispatcher(database, {"test": platform}, nobody, AT_ONCE).drain()

    found = await row(database, "one")
    assert (found.state, found.error, platform.posts) == (State.CANCELLED, "on leave", [])


async def test_a_message_that_is_moved_goes_out_at_its_new_time(
    database: Database, platform: Platform, clock: HandClock
) -> None:
    async def tomorrow(store: Store, rows: Sequence[OutboxRow]) -> Sequence[Verdict]:
        if store.school_time < NOON + timedelta(days=1):
            return [Move(NOON + timedelta(days=1), "after hours") for _ in rows]
        return await yes(store, rows)

    await enqueue(database, said("one"))
    dispatcher = Dispatcher(database, {"test": platform}, tomorrow, AT_ONCE)
    await dispatcher.drain()
    moved = await row(database, "one")
    assert (moved.state, moved.send.due, moved.error) == (
        State.READY,
        NOON + timedelta(days=1),
        "after hours",
    )

    clock.set(NOON + timedelta(days=1))
    assert await dispatcher.drain() == 1
    assert platform.texts == ["one"]


async def test_what_is_stale_is_never_sent(
    database: Database, dispatcher: Dispatcher, platform: Platform, clock: HandClock
) -> None:
    await enqueue(database, said("tuesday", expires=NOON + timedelta(hours=4)))
    clock.set(NOON + timedelta(days=1))
    await dispatcher.drain()
    found = await row(database, "tuesday")
    assert (found.state, found.error, platform.posts) == (State.CANCELLED, "expired", [])


@pytest.mark.parametrize("answer", [Unsure("reset"), TimeoutError(), ConnectionResetError()], ids=repr)
async def test_an_unsure_message_that_arrived_is_found_and_not_sent_again(
    database: Database, dispatcher: Dispatcher, platform: Platform, answer: Outcome | Exception
) -> None:
    platform.after = [answer]
    await enqueue(database, said("one"))
    await dispatcher.drain()
    found = await row(database, "one")
    assert (found.state, found.message_id) == (State.SENT, f"id-{found.delivery}")
    assert platform.texts == ["one"]


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(hours=3), timedelta(hours=-3)], ids=str)
@pytest.mark.parametrize("behind", [timedelta(hours=2), timedelta(hours=-2)], ids=str)
async def test_a_message_is_found_however_far_the_platforms_clock_and_the_databases_are_apart(
    database: Database, dispatcher: Dispatcher, platform: Platform, ahead: timedelta, behind: timedelta
) -> None:
    platform.behind = behind
    platform.after = [Unsure("reset")]
    put_ahead(database, ahead)
    await enqueue(database, said("one"))
    await dispatcher.drain()
    assert (await row(database, "one")).state is State.SENT
    assert platform.texts == ["one"]


async def test_where_the_databases_clock_was_set_back_nobody_says_how_long_ago_a_message_left(
    database: Database, dispatcher: Dispatcher, platform: Platform
) -> None:
    put_ahead(database, timedelta(hours=1))
    platform.after = [Unsure("reset")]
    await enqueue(database, said("one"))
    taken = await dispatcher._claimed()
    assert taken
    await dispatcher._deliver(taken)
    put_ahead(database, timedelta())
    async with database.begin("d1") as store:
        await store.update(tables.outbox, wait_until=store.now)
    await dispatcher.drain()
    assert (platform.asked, platform.texts) == ([None], ["one"])
    assert await states(database) == {"one": State.SENT}


async def test_when_the_databases_clock_is_set_back_everything_goes_on_at_once_and_nothing_twice(
    database: Database, platform: Platform
) -> None:
    def die(name: str) -> None:
        if name == "posted":
            raise Killed

    put_ahead(database, timedelta(hours=1))
    await enqueue(database, said("before"), said("after"))
    with pytest.raises(Killed):
        await Dispatcher(database, {"test": platform}, yes, AT_ONCE, crash_point=die).drain()
    platform.before = [TryLater(30)]
    await enqueue(database, said("paused"), user="U2")
    taken = await (it := Dispatcher(database, {"test": platform}, yes, AT_ONCE))._claimed()
    assert taken
    await it._deliver(taken)
    await enqueue(database, said("other"), user="U3")
    assert (platform.texts, await it._claimed()) == (["before"], None)

    put_ahead(database, timedelta())
    await run_until(it, platform, lambda: len(platform.posts) == 4)
    assert sorted(platform.texts) == ["after", "before", "other", "paused"]


async def test_what_never_can_be_looked_up_is_held_and_holds_up_nothing(
    database: Database, dispatcher: Dispatcher, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def find(*given: object) -> None:
        raise Unfindable("there is too much to look through")

    monkeypatch.setattr(platform, "find", find)
    platform.after = [Unsure("reset")]
    await enqueue(database, said("one"), said("two"))
    await dispatcher.drain()
    assert await states(database) == {"one": State.HELD, "two": State.SENT}
    assert (await row(database, "one")).error == "there is too much to look through"


async def owe_in_doubt(database: Database, platform: Platform, count: int) -> None:
    """So many people are written to, and nobody knows whether that arrived."""
    for number in range(count):
        await enqueue(database, said(f"to {number}"), user=f"U{number}")
    platform.after = [Unsure("reset")] * count
    await Dispatcher(database, {"test": platform}, yes, replace(AT_ONCE, look_ups=0)).drain()
    assert platform.looks == 0


async def test_look_ups_keep_the_pace_that_a_workspace_takes(database: Database, platform: Platform) -> None:
    await owe_in_doubt(database, platform, 7)
    slow = Dispatcher(database, {"test": platform}, yes, replace(AT_ONCE, look_ups=1))
    await slow.drain()
    await slow.drain()
    assert platform.looks == 1, "no more than one in a minute"
    await Dispatcher(database, {"test": platform}, yes, AT_ONCE).drain()
    assert platform.looks == 7
    assert set((await states(database)).values()) == {State.SENT}


async def test_a_platform_that_asks_to_wait_is_asked_by_nobody_what_arrived_until_then(
    database: Database, platform: Platform
) -> None:
    await owe_in_doubt(database, platform, 7)
    platform.busy = [60]
    asking = Dispatcher(database, {"test": platform}, yes, replace(AT_ONCE, look_ups=6))
    for each in (asking, asking, Dispatcher(database, {"test": platform}, yes, AT_ONCE)):
        await each.drain()
        assert platform.looks == 1
    assert Counter((await states(database)).values()) == {State.UNSURE: 7}

    async with database.begin("d1") as store:
        await store.update(tables.outbox, wait_until=store.now)
    await asking.drain()
    assert platform.looks == 1, "who heard it keeps to it"
    await Dispatcher(database, {"test": platform}, yes, AT_ONCE).drain()
    assert (platform.looks, len(platform.texts)) == (8, 7)


async def test_an_unsure_message_that_is_not_found_twice_is_sent_again(
    database: Database, dispatcher: Dispatcher, platform: Platform
) -> None:
    platform.before = [Unsure("reset")]
    await enqueue(database, said("one"))
    await dispatcher.drain()
    assert (platform.texts, platform.looks) == (["one"], 2)
    assert await states(database) == {"one": State.SENT}


async def test_while_a_message_cannot_be_looked_up_nothing_is_sent_after_it(
    database: Database, platform: Platform
) -> None:
    slow = replace(AT_ONCE, trouble=60)
    platform.after, platform.blind = [Unsure("reset")], 1
    await enqueue(database, said("one"), said("two"))
    await enqueue(database, said("other"), user="U2")

    await Dispatcher(database, {"test": platform}, yes, slow).drain()

    assert platform.texts == ["one", "other"]
    assert await states(database) == {"one": State.UNSURE, "two": State.READY, "other": State.SENT}


async def test_where_nothing_can_be_found_an_unsure_message_is_held_until_a_press_proves_it(
    database: Database, platform: Platform
) -> None:
    platform.finds, platform.after = False, [Unsure("timeout")]
    await enqueue(database, said("one"), said("two"))
    await Dispatcher(database, {"test": platform}, yes, replace(AT_ONCE, look_after=60)).drain()
    assert platform.texts == ["one", "two"]
    held = await row(database, "one")
    assert held.state is State.HELD

    async with database.begin("d1") as store:
        assert await outbox.confirm(store, held.delivery, "from the press")
    assert (await row(database, "one")).message_id == "from the press"


async def test_a_platform_that_asks_to_wait_gets_nothing_more_from_the_whole_lane(
    database: Database, dispatcher: Dispatcher, platform: Platform
) -> None:
    platform.before = [TryLater(60)]
    await enqueue(database, said("one"))
    await enqueue(database, said("two"), user="U2")
    await enqueue(database, said("elsewhere"), tenant="d2")

    await dispatcher.drain()

    assert platform.texts == ["elsewhere"]
    assert (await row(database, "one")).attempt == 0
    assert await states(database) == {"one": State.READY, "two": State.READY}


async def test_the_lane_goes_on_when_the_pause_is_over(
    database: Database, dispatcher: Dispatcher, platform: Platform
) -> None:
    platform.before = [TryLater(3600)]
    await enqueue(database, said("one"))
    await dispatcher.drain()
    assert platform.texts == []
    await end_pauses(database)
    await dispatcher.drain()
    assert platform.texts == ["one"]


async def test_a_definite_failure_is_sent_again_and_given_up_at_last(
    database: Database, dispatcher: Dispatcher, platform: Platform
) -> None:
    platform.before = [Failed("no route")] * 3
    await enqueue(database, said("one"))
    await dispatcher.drain()
    assert platform.texts == ["one"]

    platform.before = [Failed("no route")] * MOST_ATTEMPTS
    await enqueue(database, said("two"))
    await dispatcher.drain()
    found = await row(database, "two")
    assert (found.state, found.error, platform.texts) == (State.DEAD, "no route", ["one"])


async def test_an_outage_of_any_length_buries_no_message(
    database: Database, dispatcher: Dispatcher, platform: Platform
) -> None:
    platform.before = [Unreached("no route")] * (2 * MOST_ATTEMPTS)
    await enqueue(database, said("one"))
    await dispatcher.drain()
    assert platform.texts == ["one"]


async def test_an_address_that_is_gone_is_reported_once(database: Database, platform: Platform) -> None:
    told: list[str] = []

    async def tell(store: Store, row: OutboxRow) -> None:
        told.append(row.send.key)
        await outbox.enqueue(store, said("to the facilitator", kind=SendKind.ANSWER), direct("U9"))

    platform.before = [Gone("account inactive")]
    await enqueue(database, said("one"))
    await Dispatcher(database, {"test": platform}, yes, AT_ONCE, on_gone=tell).drain()

    found = await row(database, "one")
    assert (found.state, found.error, told) == (State.DEAD, "account inactive", ["one"])
    assert platform.texts == ["to the facilitator"]


async def test_a_report_that_fails_buries_the_message_all_the_same(database: Database, platform: Platform) -> None:
    async def fail(store: Store, row: OutboxRow) -> None:
        raise RuntimeError

    platform.before = [Gone("account inactive")]
    await enqueue(database, said("one"))
    await Dispatcher(database, {"test": platform}, yes, AT_ONCE, on_gone=fail).drain()
    assert await states(database) == {"one": State.DEAD}


async def test_a_message_that_breaks_the_judge_stops_no_other(database: Database, platform: Platform) -> None:
    async def judge(store: Store, rows: Sequence[OutboxRow]) -> Sequence[Verdict]:
        if any(row.send.key == "poison" for row in rows):
            raise KeyError("somebody's words")
        return await yes(store, rows)

    for number, key in enumerate(("one", "poison", "two")):
        await enqueue(database, said(key), user=f"U{number}")
    running = Dispatcher(database, {"test": platform}, judge, AT_ONCE)
    await run_until(running, platform, lambda: len(platform.posts) == 2)

    assert sorted(platform.texts) == ["one", "two"]
    assert (await row(database, "poison")).error == "KeyError"


async def test_a_platform_that_is_not_set_up_loses_nothing(database: Database) -> None:
    await enqueue(database, said("one"))
    await Dispatcher(database, {}, yes, replace(AT_ONCE, retry=60)).drain()
    found = await row(database, "one")
    assert (found.state, found.error) == (State.READY, "test is not set up here")


async def test_thirty_changes_of_a_posted_card_make_one_update(
    database: Database, dispatcher: Dispatcher, platform: Platform
) -> None:
    await enqueue(database, said("card", kind=SendKind.POST))
    await dispatcher.drain()
    for _ in range(30):
        await enqueue(database, a_send("card", SendKind.REFRESH, message=None, card="votes"))
    await dispatcher.drain()
    assert platform.redrawn == [(f"id-{platform.posts[0][0]}", "votes now")]


async def test_a_card_that_changes_before_it_is_posted_is_redrawn_once_it_has_an_id(
    database: Database, dispatcher: Dispatcher, platform: Platform
) -> None:
    await enqueue(
        database,
        said("card", kind=SendKind.POST),
        a_send("card", SendKind.REFRESH, message=None, card="votes", due=NOON - timedelta(hours=1)),
    )
    await dispatcher.drain()
    assert (platform.texts, len(platform.redrawn)) == (["card"], 1)


async def test_a_card_that_changes_while_it_is_redrawn_is_redrawn_once_more(
    database: Database, platform: Platform
) -> None:
    refresh = a_send("card", SendKind.REFRESH, message=None, card="votes")
    changed = False

    async def change_once(store: Store, rows: Sequence[OutboxRow]) -> Sequence[Verdict]:
        nonlocal changed
        if any(row.send.kind is SendKind.REFRESH for row in rows) and not changed:
            changed = True
            assert await outbox.enqueue(store, refresh, direct())
            assert not await outbox.enqueue(store, refresh, direct())
        return await yes(store, rows)

    dispatcher = Dispatcher(database, {"test": platform}, change_once, AT_ONCE)
    await enqueue(database, said("card", kind=SendKind.POST), refresh)
    await dispatcher.drain()
    assert len(platform.redrawn) == 2


async def test_an_unsure_update_is_simply_drawn_again(
    database: Database, dispatcher: Dispatcher, platform: Platform
) -> None:
    await enqueue(database, said("card", kind=SendKind.POST))
    await dispatcher.drain()
    platform.before = [Unsure("reset")]
    await enqueue(database, a_send("card", SendKind.REFRESH, message=None, card="votes"))
    await dispatcher.drain()
    assert (len(platform.redrawn), platform.looks) == (1, 0)


async def test_an_answer_over_a_card_that_is_in_doubt_is_drawn_again_also_where_nothing_can_be_found(
    database: Database, platform: Platform
) -> None:
    platform.finds, platform.before = False, [Unsure("reset")]
    async with database.begin("d1") as store:
        await outbox.enqueue(store, said("thanks", kind=SendKind.ANSWER), direct("U1"), "the-card")
    await Dispatcher(database, {"test": platform}, yes, AT_ONCE).drain()

    assert platform.redrawn == [("the-card", "thanks")]
    assert (await row(database, "thanks")).state is State.SENT


def reply(key: str, **changes: object) -> Send:
    return said(key, kind=SendKind.REPLY, under="card", **changes)


async def test_a_reply_waits_for_its_post_and_stands_in_its_thread(
    database: Database, platform: Platform, clock: HandClock
) -> None:
    await enqueue(database, said("card", kind=SendKind.POST, due=NOON + timedelta(hours=1)), reply("one"))
    dispatcher = Dispatcher(database, {"test": platform}, yes, AT_ONCE)
    assert await dispatcher.drain() == 0
    assert await states(database) == {"card": State.READY, "one": State.WAITING}

    clock.set(NOON + timedelta(hours=1))
    await dispatcher.drain()
    await enqueue(database, reply("two"), reply("one"))
    await dispatcher.drain()
    card, *replies = (delivery for delivery, _, _ in platform.posts)
    assert platform.texts == ["card", "one", "two"]
    assert [platform.threads[each] for each in (card, *replies)] == ["", f"id-{card}", f"id-{card}"]
    assert set((await states(database)).values()) == {State.SENT}


async def test_a_reply_goes_where_its_post_stands_also_when_the_team_reads_another_channel(
    database: Database, dispatcher: Dispatcher, platform: Platform
) -> None:
    await enqueue(database, said("card", kind=SendKind.POST), user="U1")
    await dispatcher.drain()
    await enqueue(database, reply("one"), user="U2")
    await dispatcher.drain()
    assert {place for _, place, _ in platform.posts} == {"D-U1"}


async def test_a_reply_to_a_post_that_never_was_is_cancelled(
    database: Database, dispatcher: Dispatcher, platform: Platform
) -> None:
    await enqueue(database, reply("early"))
    await enqueue(database, said("card", kind=SendKind.POST), reply("one"))
    platform.before = [Gone("channel_not_found")]
    await dispatcher.drain()
    await enqueue(database, reply("late"))

    assert await dispatcher.drain() == 0
    assert await states(database) == {"card": State.DEAD, "one": State.CANCELLED}
    assert (await row(database, "one")).error == "its post was never posted"
    assert platform.posts == []


async def test_a_reply_that_stands_is_redrawn_in_its_place_and_holds_up_no_redrawing_of_its_post(
    database: Database, dispatcher: Dispatcher, platform: Platform
) -> None:
    await enqueue(database, said("card", kind=SendKind.POST), reply("one"))
    await enqueue(database, a_send("card", SendKind.REFRESH, message=None, card="votes"))
    for _ in range(3):
        await enqueue(database, a_send("one", SendKind.REFRESH, message=None, card="lines"))
    await dispatcher.drain()

    card, one = (delivery for delivery, _, _ in platform.posts)
    assert sorted(platform.redrawn) == sorted([(f"id-{card}", "votes now"), (f"id-{one}", "lines now")])
    assert platform.texts == ["card", "one"]


async def test_a_redrawing_that_has_to_go_again_is_superseded_by_no_reply(
    database: Database, dispatcher: Dispatcher, platform: Platform
) -> None:
    await enqueue(database, said("card", kind=SendKind.POST))
    await dispatcher.drain()
    platform.before = [Failed("busy")]
    await enqueue(database, reply("later", due=NOON + timedelta(hours=1)))
    await enqueue(database, a_send("card", SendKind.REFRESH, message=None, card="votes"))
    await dispatcher.drain()
    assert len(platform.redrawn) == 1


async def test_a_reply_that_was_not_wanted_is_wanted_again(database: Database, platform: Platform) -> None:
    wanted = False

    async def later(store: Store, rows: Sequence[OutboxRow]) -> Sequence[Verdict]:
        replies = any(row.send.kind is not SendKind.POST for row in rows)
        return [Drop("taken back") for _ in rows] if replies and not wanted else await yes(store, rows)

    dispatcher = Dispatcher(database, {"test": platform}, later, AT_ONCE)
    await enqueue(database, said("card", kind=SendKind.POST), reply("one"))
    await dispatcher.drain()
    assert (await row(database, "one")).state is State.CANCELLED
    wanted = True
    await enqueue(database, reply("one"), reply("one"))
    await dispatcher.drain()
    await enqueue(database, reply("one"))
    await dispatcher.drain()
    assert platform.texts == ["card", "one"]


async def test_an_unsure_reply_is_found_in_its_thread_and_not_posted_twice(
    database: Database, dispatcher: Dispatcher, platform: Platform
) -> None:
    await enqueue(database, said("card", kind=SendKind.POST))
    await dispatcher.drain()
    platform.after = [Unsure("reset")]
    await enqueue(database, reply("one"))
    await dispatcher.drain()
    found = await row(database, "one")
    assert (found.state, found.message_id) == (State.SENT, f"id-{found.delivery}")
    assert (platform.texts, platform.looks) == (["card", "one"], 1)


@pytest.mark.parametrize("moment", ["leased", "in flight", "posted", "settled"])
async def test_a_worker_that_dies_over_a_reply_loses_nothing_and_doubles_nothing(
    database: Database, platform: Platform, moment: str
) -> None:
    def die(name: str) -> None:
        if name == moment:
            raise Killed

    await enqueue(database, said("card", kind=SendKind.POST))
    await Dispatcher(database, {"test": platform}, yes, AT_ONCE).drain()
    await enqueue(database, reply("one"))
    with pytest.raises(Killed):
        await Dispatcher(database, {"test": platform}, yes, AT_ONCE, crash_point=die).drain()
    await expire_leases(database)
    await Dispatcher(database, {"test": platform}, yes, AT_ONCE).drain()

    assert platform.texts == ["card", "one"]
    assert platform.threads[(await row(database, "one")).delivery] == f"id-{(await row(database, 'card')).delivery}"
    assert set((await states(database)).values()) == {State.SENT}


async def test_many_people_are_written_to_at_once_and_one_person_one_after_the_other(
    database: Database, platform: Platform
) -> None:
    platform.takes = 0.02
    for person in range(20):
        await enqueue(database, *(said(f"{person}-{n}") for n in range(3)), user=f"U{person}")

    running = Dispatcher(database, {"test": platform}, yes, AT_ONCE)
    await run_until(running, platform, lambda: len(platform.posts) == 60)

    assert max(platform.by_delivery.values()) == 1
    assert platform.most_together > 10
    for person in range(20):
        mine = [text for _, place, text in platform.posts if place == f"D-U{person}"]
        assert mine == [f"{person}-{n}" for n in range(3)]


async def test_a_commit_wakes_the_dispatcher(database: Database, platform: Platform) -> None:
    dispatcher = Dispatcher(database, {"test": platform}, yes, replace(AT_ONCE, poll=30, longest_poll=30))
    await enqueue(database, said("before"))
    running = asyncio.create_task(dispatcher.run())
    await until(platform, lambda: len(platform.posts) == 1)
    await enqueue(database, said("one"), user="U2")
    dispatcher.wake()
    await until(platform, lambda: len(platform.posts) == 2)
    dispatcher.stop()
    await running


async def test_stopping_settles_what_is_on_its_way(database: Database, platform: Platform) -> None:
    platform.takes = 0.2
    dispatcher = Dispatcher(database, {"test": platform}, yes, AT_ONCE)
    await enqueue(database, said("one"))
    running = asyncio.create_task(dispatcher.run())
    await until(platform, lambda: platform.together == 1)
    dispatcher.stop()
    await running
    assert await states(database) == {"one": State.SENT}


async def test_where_nothing_is_to_be_done_nothing_is_written(database: Database, platform: Platform) -> None:
    dispatcher = Dispatcher(database, {"test": platform}, yes, AT_ONCE)
    await enqueue(database, said("one"))
    await dispatcher.drain()
    asked: list[str] = []
    for engine in (database.writer, database.reader):

        @event.listens_for(engine.sync_engine, "before_cursor_execute")
        def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
            asked.append(statement)

    assert await dispatcher.drain() == 0
    assert asked
    assert not [each for each in asked if each.startswith("UPDATE")]


class Killed(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("moment", ["leased", "in flight", "posted", "settled"])
async def test_a_worker_that_dies_at_any_moment_loses_nothing_and_doubles_nothing(
    database: Database, platform: Platform, moment: str
) -> None:
    def die(name: str) -> None:
        if name == moment:
            raise Killed

    await enqueue(database, said("one"), said("two"))
    with pytest.raises(Killed):
        await Dispatcher(database, {"test": platform}, yes, AT_ONCE, crash_point=die).drain()
    posted_before = len(platform.posts)

    await expire_leases(database)
    await Dispatcher(database, {"test": platform}, yes, AT_ONCE).drain()
    assert posted_before == (moment in ("posted", "settled"))
    assert platform.texts == ["one", "two"]
    assert await states(database) == {"one": State.SENT, "two": State.SENT}


async def test_a_worker_that_slept_beyond_its_lease_sends_nothing(
    database: Database, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter([0.0, *[100.0] * 50])
    monkeypatch.setattr("bot.dispatcher.monotonic", lambda: next(moments))
    await enqueue(database, said("one"))
    await Dispatcher(database, {"test": platform}, yes, replace(AT_ONCE, retry=60)).drain()
    assert (platform.posts, await states(database)) == ([], {"one": State.READY})


@pytest.mark.parametrize("is_wanted", [True, False], ids=["wanted", "unwanted"])
async def test_what_was_lost_before_it_left_is_told_and_counted(
    database: Database, platform: Platform, is_wanted: bool
) -> None:
    """Else nobody knows why a message that was taken came to nothing."""
    measures, judged = Measures(), 0

    async def overtaken(store: Store, rows: Sequence[OutboxRow]) -> Sequence[Verdict]:
        nonlocal judged
        judged += 1
        if judged == 1:
            version = tables.outbox.c.version + 1
            await store.update(tables.outbox, state=State.READY, lease_by="", lease_until=None, version=version)
        return await yes(store, rows) if is_wanted else [Drop("closed") for _ in rows]

    await enqueue(database, said("one"))
    with structlog.testing.capture_logs() as lines:
        await Dispatcher(database, {"test": platform}, overtaken, AT_ONCE, measures=measures).drain()
    told = [each["event"] for each in lines if each["event"].startswith("dispatcher.")]
    assert told == [
        "dispatcher.lost",
        *(["dispatcher.in_flight", "dispatcher.settled"] if is_wanted else ["dispatcher.not_now"]),
    ]
    assert measures.registry.get_sample_value("leadcycle_leases_lost_total", {"platform": "test"}) == 1


@pytest.mark.parametrize("found", [None, Taken(claims.HELD, 0)], ids=["nothing is due", "all lanes are held"])
async def test_where_nothing_can_be_done_one_look_follows_the_other(
    database: Database, platform: Platform, monkeypatch: pytest.MonkeyPatch, found: Taken | None
) -> None:
    dispatcher = Dispatcher(database, {"test": platform}, yes, replace(AT_ONCE, held=0.001))
    rest, waiting, most, looks = module._rest, 0, 0, 0

    async def counted(event: asyncio.Event, seconds: float) -> None:
        nonlocal waiting, most
        waiting += 1
        most = max(most, waiting)
        await rest(event, seconds)
        waiting -= 1

    async def looked() -> Taken | None:
        nonlocal looks
        looks += 1
        if looks == 20:
            dispatcher.stop()
        return found

    async def nothing_to_tend() -> None:
        await dispatcher._stopped.wait()

    monkeypatch.setattr(dispatcher, "_claimed", looked)
    monkeypatch.setattr(dispatcher, "_tend_often", nothing_to_tend)
    monkeypatch.setattr(module, "_rest", counted)
    await dispatcher.run()
    assert (most, looks) == (1, 20)


async def test_a_workspace_that_does_not_answer_holds_up_no_other(database: Database, platform: Platform) -> None:
    platform.silent = {"T1"}
    dispatcher = Dispatcher(database, {"test": platform}, yes, AT_ONCE)
    async with database.begin("d1") as store:
        await lanes.limit(store, "test", "T1", rate=1_000, burst=2)
        for number in range(30):
            await outbox.enqueue(store, said(f"silent {number}"), direct(f"U{number}"))
    running = asyncio.create_task(dispatcher.run())
    await until(platform, lambda: platform.together == 30)
    async with database.begin("d1") as store:
        await outbox.enqueue(store, said("heard"), direct(workspace="T2"))
    dispatcher.wake()
    await until(platform, lambda: platform.texts == ["heard"])
    running.cancel()
    await asyncio.wait([running])


async def test_no_more_is_under_way_than_may_be(database: Database, platform: Platform) -> None:
    platform.takes = 0.01
    dispatcher = Dispatcher(database, {"test": platform}, yes, AT_ONCE, most_under_way=1)
    async with database.begin("d1") as store:
        await pile_up(store, 3 * lanes.MOST_CLAIMED)
    running = asyncio.create_task(dispatcher.run())
    await until(platform, lambda: len(platform.posts) == 3 * lanes.MOST_CLAIMED)
    dispatcher.stop()
    await running
    assert platform.most_together == lanes.MOST_CLAIMED


async def test_what_a_process_took_and_left_is_counted_by_the_one_that_takes_it_over(
    database: Database, platform: Platform
) -> None:
    measures = Measures()
    await enqueue(database, said("one"))
    async with database.everywhere() as everywhere:
        assert await claims.claim(everywhere, timedelta())
    await Dispatcher(database, {"test": platform}, yes, AT_ONCE, measures=measures).drain()
    assert measures.registry.get_sample_value("leadcycle_leases_taken_over_total", {"platform": "test"}) == 1
    assert len(platform.posts) == 1


async def test_a_post_that_came_back_after_its_lease_still_counts(database: Database, platform: Platform) -> None:
    """Its row was unsure by then; what is known now settles the doubt."""
    await enqueue(database, said("one"))
    held_up = Dispatcher(database, {"test": platform}, yes, AT_ONCE)
    other = Dispatcher(database, {"test": platform}, yes, replace(AT_ONCE, look_after=60))

    async def overtake() -> None:
        await expire_leases(database)
        await other.drain()

    await drain_with(held_up, overtake)
    assert await states(database) == {"one": State.SENT}
    assert (platform.texts, platform.retracted) == (["one"], [])


async def test_a_post_that_somebody_else_has_sent_meanwhile_is_taken_back(
    database: Database, platform: Platform
) -> None:
    await enqueue(database, said("one"))
    held_up = Dispatcher(database, {"test": platform}, yes, AT_ONCE)
    blind = Platform()
    other = Dispatcher(database, {"test": blind}, yes, AT_ONCE)

    async def overtake() -> None:
        await expire_leases(database)
        await other.drain()

    platform.after = [Sent("the first one")]
    await drain_with(held_up, overtake)
    assert (blind.texts, platform.retracted) == (["one"], ["the first one"])


async def test_a_redrawing_that_somebody_else_is_about_to_repeat_deletes_no_post(
    database: Database, platform: Platform
) -> None:
    """Its sender stood still beyond its lease; what it drew over is the post that everybody has."""
    await enqueue(database, said("card", kind=SendKind.POST))
    held_up = Dispatcher(database, {"test": platform}, yes, AT_ONCE)
    await held_up.drain()
    await enqueue(database, said("card", kind=SendKind.REFRESH))

    def die(name: str) -> None:
        if name == "in flight":
            raise Killed

    async def overtake() -> None:
        await expire_leases(database)
        with pytest.raises(Killed):
            await Dispatcher(database, {"test": platform}, yes, AT_ONCE, crash_point=die).drain()

    await drain_with(held_up, overtake)
    assert (platform.texts, platform.retracted) == (["card"], [])


@pytest.mark.parametrize("blind", [0, 1])
async def test_a_post_of_which_its_sender_heard_nothing_is_taken_back_when_somebody_else_has_sent_it(
    database: Database, platform: Platform, blind: int
) -> None:
    """Its sender stood still beyond its lease, just before the bytes left; the look-up may fail at first."""
    await enqueue(database, said("one"))
    held_up = Dispatcher(database, {"test": platform}, yes, AT_ONCE)
    elsewhere = Platform()
    other = Dispatcher(database, {"test": elsewhere}, yes, AT_ONCE)

    async def overtake() -> None:
        await expire_leases(database)
        await other.drain()
        platform.blind = blind

    platform.after = [Unsure("reset")]
    await drain_with(held_up, overtake)
    assert elsewhere.texts == platform.texts == ["one"]
    assert platform.retracted == [f"copy of id-{elsewhere.posts[0][0]}"]


async def test_what_came_of_a_post_is_written_down_also_when_the_database_fails_after_the_lease(
    database: Database, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who stood still that long finds its connections closed."""
    moments = iter([0.0, 0.0, *[100.0] * 50])
    monkeypatch.setattr("bot.dispatcher.monotonic", lambda: next(moments))
    faults = [ConnectionError("the connection is closed")]

    async def fails_once(*given: Any) -> tuple[Settlement, ...]:
        if given[1] and faults:
            raise faults.pop()
        return await settle(*given)

    monkeypatch.setattr("bot.dispatcher.settle", fails_once)
    await enqueue(database, said("one"))
    await Dispatcher(database, {"test": platform}, yes, AT_ONCE).drain()
    assert (faults, platform.looks, await states(database)) == ([], 0, {"one": State.SENT})


async def test_the_log_holds_no_words(database: Database, platform: Platform) -> None:
    secret = Message("Ana is worried about her pay")
    await enqueue(database, a_send("one", message=secret), a_send("two", message=secret))
    platform.before = [Unsure("reset"), Failed("no route")]
    with structlog.testing.capture_logs() as lines:
        await Dispatcher(database, {"test": platform}, yes, AT_ONCE).drain()
    assert lines
    assert "worried" not in repr(lines)


async def run_until(dispatcher: Dispatcher, platform: Platform, is_so: Callable[[], bool]) -> None:
    running = asyncio.create_task(dispatcher.run())
    await until(platform, is_so)
    dispatcher.stop()
    await running


async def until(platform: Platform, is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not is_so():
            platform.news.clear()
            await platform.news.wait()


async def end_pauses(database: Database) -> None:
    """Let the time pass for which a platform asked, as far as lanes go."""
    async with database.begin("d1") as store:
        await store.update(tables.lane, paused_until=store.now)


async def expire_leases(database: Database) -> None:
    """Let an hour pass on the database's clock, as far as leases go."""
    table = tables.outbox
    async with database.begin("d1") as store:
        await store.update(table, table.c.lease_until.is_not(None), lease_until=store.now - timedelta(hours=1))


async def drain_with(dispatcher: Dispatcher, meanwhile: Callable[[], Awaitable[None]]) -> None:
    """Drain, and do something else between a post and its settlement."""
    settle, happened = dispatcher._settle_surely, list[bool]()

    async def interrupted(*arguments: Any) -> None:
        if not happened:
            happened.append(True)
            await meanwhile()
        await settle(*arguments)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(dispatcher, "_settle_surely", interrupted)
        await dispatcher.drain()


async def test_one_key_follows_a_message_through_the_log_until_it_is_settled(
    database: Database, platform: Platform
) -> None:
    platform.after = [TimeoutError()]
    dispatcher = Dispatcher(database, {"test": platform}, yes, AT_ONCE)
    with structlog.testing.capture_logs() as lines:
        async with database.begin("d1") as store:
            await outbox.enqueue(store, replace(said("a secret"), key="ask:ana"), direct())
        tell_enqueued(store)
        await dispatcher.drain()

    ((delivery, _, _),) = platform.posts
    followed = [each for each in lines if delivery in (each.get("delivery"), *each.get("deliveries", ()))]
    assert [(each["event"], each.get("state", "")) for each in followed] == [
        ("outbox.enqueued", "ready"),
        ("dispatcher.in_flight", ""),
        ("dispatcher.settled", "unsure"),
        ("dispatcher.looked_up", "sent"),
    ]
    assert followed[0]["key"] == "ask:ana"
    assert "a secret" not in str(lines)
