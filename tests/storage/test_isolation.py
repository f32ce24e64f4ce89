"""Nothing of one tenant is seen or touched by another, whichever function is asked."""

import inspect
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from flows import audit as deeds
from flows.entering import Ticket
from flows.events import Event, Said
from flows.flow import Answer, Conversation
from flows.loader import Scripts, load_scripts
from flows.people import Member, Team
from flows.records import KEYS
from flows.sends import SendKind
from storage import (
    agenda,
    attention,
    audit,
    claims,
    conversations,
    erasing,
    glimpses,
    inbox,
    installations,
    interventions,
    lanes,
    legal_holds,
    outbox,
    own_record,
    people,
    practice,
    records,
    retention,
    rollups,
    rooms,
    settlements,
    tables,
    visits,
)
from storage.database import Database
from storage.faults import NoSuchTeam
from storage.installations import Installation
from storage.interventions import Chosen, Deed
from storage.store import Store

from . import samples
from .samples import CONVERSATION, MESSAGE, NOON, a_send, direct

EVENT = Event("Ev1", "slack", "T1", "U1", "D1", True, NOON, Said("hello"))
KEY = CONVERSATION.key
LATER = NOON + timedelta(days=9999)
MODULES = (
    *(audit, erasing, legal_holds, retention),
    *(agenda, attention, claims, conversations, inbox, installations, interventions, lanes, outbox),
    *(own_record, glimpses, people, practice, records, rollups, rooms, settlements, visits),
)
Question = Callable[[Store, "Theirs"], Awaitable[Any]]


class Theirs:
    """What the other tenant has, as far as a stranger might guess it."""

    def __init__(self, row: outbox.OutboxRow, room: Any, scripts: Scripts) -> None:
        self.row = row
        self.room = room
        self.scripts = scripts


async def _fill(store: Store) -> None:
    """Keep something in every table."""
    await samples.found(store)
    await records.keep(store, *samples.RECORDS)
    await conversations.save(store, CONVERSATION)
    await agenda.plan(store, "grade-4", NOON, NOON)
    await visits.issue(store, Ticket("ticket", "ana", store.now + timedelta(minutes=10)))
    await visits.begin(store, "visit", "ana")
    await inbox.capture(store, EVENT)
    await people.remember_place(store, "slack", "T1", "D1", {"serviceUrl": "https://theirs.example"})
    await installations.install(store, "slack", Installation("T1", token="sealed"))
    await outbox.enqueue(store, a_send("one", conversation=KEY), direct())
    await practice.write(store, "D1", "one", NOON, message=MESSAGE)
    await practice.move_clock(store, timedelta(hours=1))
    await legal_holds.begin(store, "ana", "a lawsuit", store.now)
    await audit.write(store, "ana", [deeds.Deed("read", "ana")])


NOTHING: dict[str, tuple[Question, Any]] = {
    "agenda.visited": (lambda store, its: agenda.visited(store, "grade-4"), None),
    "attention.started": (lambda store, its: attention.started(store, ["ana"], NOON), {}),
    "claims.mark_inflight": (lambda store, its: claims.mark_inflight(store, [its.row]), ()),
    "claims.put_off": (lambda store, its: claims.put_off(store, "slack", "T1", timedelta(1)), None),
    "conversations.load": (lambda store, its: conversations.load(store, "grade-4", KEY), None),
    "conversations.open_of": (lambda store, its: conversations.open_of(store, "ana"), ()),
    "conversations.answers_of": (lambda store, its: conversations.answers_of(store, "grade-4", [KEY]), {}),
    "conversations.revisions": (lambda store, its: conversations.revisions(store, "grade-4", KEY), ()),
    "conversations.destroy_answers": (
        lambda store, its: conversations.destroy_answers(store, "grade-4", KEY),
        0,
    ),
    "conversations.destroy_replaced": (
        lambda store, its: conversations.destroy_replaced(store, "grade-4", KEY, Answer("need", 0, "", "", 9)),
        0,
    ),
    "conversations.destroy_item": (
        lambda store, its: conversations.destroy_item(store, "grade-4", KEY, ["need"], 0),
        0,
    ),
    "audit.listing": (lambda store, its: audit.listing(store), ()),
    "erasing.erase": (lambda store, its: erasing.erase(store, "ana", NOON.date()), erasing.Erased(0, 0, 0, 0, 0)),
    "erasing.is_erased": (lambda store, its: erasing.is_erased(store, "ana"), True),
    "erasing.unquote": (lambda store, its: erasing.unquote(store, "grade-4", {"members": {"ana": ""}}), None),
    "legal_holds.standing": (lambda store, its: legal_holds.standing(store), ()),
    "legal_holds.on": (lambda store, its: legal_holds.on(store, "ana"), None),
    "legal_holds.end": (lambda store, its: legal_holds.end(store, "ana"), False),
    "outbox.destroy_settled": (lambda store, its: outbox.destroy_settled(store, "grade-4"), 0),
    "retention.expired": (lambda store, its: retention.expired(store, LATER), []),
    "retention.destroy_answers": (lambda store, its: retention.destroy_answers(store, []), 0),
    "retention.expire_comments": (lambda store, its: retention.expire_comments(store, LATER), 0),
    "retention.expire_doubts": (lambda store, its: retention.expire_doubts(store, LATER), 0),
    "retention.expire_decisions": (lambda store, its: retention.expire_decisions(store, LATER), 0),
    "glimpses.load": (lambda store, its: glimpses.load(store, ["grade-4"], its.scripts), ()),
    "inbox.is_overtaken": (lambda store, its: inbox.is_overtaken(store, EVENT), False),
    "inbox.take": (lambda store, its: inbox.take(store, "slack", "Ev1"), None),
    "inbox.done": (lambda store, its: inbox.done(store, "slack", "Ev1"), None),
    "inbox.failed": (lambda store, its: inbox.failed(store, "slack", "Ev1", "Error"), False),
    "inbox.forget": (lambda store, its: inbox.forget(store, "slack", "Ev1"), None),
    "inbox.try_again": (lambda store, its: inbox.try_again(store, "slack", "Ev1"), False),
    "interventions.entries": (lambda store, its: interventions.entries(store, Chosen(), 9), ()),
    "interventions.counts": (lambda store, its: interventions.counts(store, Chosen()), {}),
    "interventions.intervene": (lambda store, its: interventions.intervene(store, Deed.CANCEL, Chosen()), 0),
    "interventions.waits": (lambda store, its: interventions.waits(store, 9), ()),
    "interventions.hear_again": (lambda store, its: interventions.hear_again(store), 0),
    "lanes.is_paused": (lambda store, its: lanes.is_paused(store, "test", "T1"), False),
    "lanes.pause": (lambda store, its: lanes.pause(store, "test", "T1", 60), None),
    "lanes.rate": (lambda store, its: lanes.rate(store, "test", "T1"), lanes.UNLIMITED.rate),
    "lanes.resume": (lambda store, its: lanes.resume(store, "test", "T1"), None),
    "lanes.wake": (lambda store, its: lanes.wake(store, "test", "T1"), None),
    "outbox.arrived_last": (lambda store, its: outbox.arrived_last(store, "grade-4", "ana"), ""),
    "outbox.cancel": (lambda store, its: outbox.cancel(store, "grade-4", KEY, "done"), 0),
    "outbox.cancel_key": (lambda store, its: outbox.cancel_key(store, "one", "done"), False),
    "outbox.confirm": (lambda store, its: outbox.confirm(store, its.row.delivery), False),
    "outbox.enqueue_all": (
        lambda store, its: outbox.enqueue_all(store, [(a_send("one", SendKind.REFRESH), direct())]),
        None,
    ),
    "outbox.find": (lambda store, its: outbox.find(store, its.row.delivery), None),
    "outbox.by_key": (lambda store, its: outbox.by_key(store, "one"), None),
    "outbox.listing": (lambda store, its: outbox.listing(store), ()),
    "outbox.destroy_bodies": (lambda store, its: outbox.destroy_bodies(store, "grade-4", KEY), 0),
    "own_record.of": (lambda store, its: own_record.of(store, "ana"), {}),
    "visits.ticket": (lambda store, its: visits.ticket(store, "ticket"), None),
    "visits.use": (lambda store, its: visits.use(store, "ticket"), None),
    "visits.find": (lambda store, its: visits.find(store, "visit"), None),
    "visits.seen": (lambda store, its: visits.seen(store, "visit", NOON), None),
    "visits.end": (lambda store, its: visits.end(store, "visit"), None),
    "visits.end_all": (lambda store, its: visits.end_all(store, "ana"), 0),
    "people.count": (lambda store, its: people.count(store, "slack", "T1"), 0),
    "people.workspaces": (lambda store, its: people.workspaces(store), ()),
    "people.references_of": (lambda store, its: people.references_of(store, "slack", "T1"), ()),
    "people.who": (lambda store, its: people.who(store, "slack", "T1", "U1"), None),
    "people.memberships_of": (lambda store, its: people.memberships_of(store, "ana"), ()),
    "people.teams_of": (lambda store, its: people.teams_of(store, ["ana"]), {}),
    "people.team_in": (lambda store, its: people.team_in(store, "slack", "T1", "C1"), None),
    "people.destination_of": (lambda store, its: people.destination_of(store, "grade-4", "ana"), None),
    "people.reference_of": (lambda store, its: people.reference_of(store, "slack", "T1", "D1"), None),
    "installations.install": (lambda store, its: installations.install(store, "slack", Installation("T1")), False),
    "installations.of": (lambda store, its: installations.of(store, "slack"), ()),
    "installations.find": (lambda store, its: installations.find(store, "slack", "T1"), None),
    "installations.keep": (lambda store, its: installations.keep(store, "slack", Installation("T1")), None),
    "installations.close": (lambda store, its: installations.close(store, "slack", "T1", "gone", NOON), False),
    "people.teams_beside": (lambda store, its: people.teams_beside(store, "lincoln", "grade-5"), ()),
    "people.lock_school": (lambda store, its: people.lock_school(store, "lincoln"), None),
    "people.is_empty": (lambda store, its: people.is_empty(store), True),
    "practice.find": (lambda store, its: practice.find(store, "one"), None),
    "practice.lines": (lambda store, its: practice.lines(store, "D1"), ()),
    "practice.redraw": (lambda store, its: practice.redraw(store, 1, MESSAGE), False),
    "practice.version": (lambda store, its: practice.version(store), 0),
    "practice.newest_message": (lambda store, its: practice.newest_message(store), 0),
    "records.discard": (lambda store, its: records.discard(store, *samples.RECORDS, samples.ANA), None),
    "rollups.rows": (lambda store, its: rollups.rows(store), ()),
    "settlements.settle": (
        lambda store, its: settlements.settle(store, [settlements.sent(its.row, "p1")]),
        "lost",
    ),
}
"""What a stranger gets who asks for what another tenant has, under its very names."""

WRITES = {
    *("audit.write", "legal_holds.begin"),
    *("agenda.plan", "conversations.save", "conversations.answered", "inbox.capture", "inbox.once"),
    *("lanes.close", "lanes.ensure", "lanes.keep", "lanes.limit", "outbox.enqueue"),
    *("people.found_tenant", "people.heard", "people.remember_place"),
    *("practice.write", "practice.move_clock", "records.keep", "visits.issue", "visits.begin"),
}
"""These write rows of their own; that they leave the other's alone is asked below."""

OTHERWISE = {"people.lock_team", "records.load", "rooms.load", "rooms.with_answers"}
"""These have a test of their own below."""


@pytest.fixture(scope="module")
def scripts() -> Scripts:
    return load_scripts()


def _functions(module: ModuleType) -> Iterator[str]:
    """Yield the public functions of a repository that take a store."""
    name = module.__name__.removeprefix("storage.")
    for each, function in inspect.getmembers(module, inspect.iscoroutinefunction):
        first = next(iter(inspect.signature(function).parameters), "")
        if function.__module__ == module.__name__ and not each.startswith("_") and first == "store":
            yield f"{name}.{each}"


def test_every_function_that_takes_a_store_is_asked() -> None:
    assert {each for module in MODULES for each in _functions(module)} == {*NOTHING, *WRITES, *OTHERWISE}


async def _everything(store: Store) -> dict[str, list[dict[str, Any]]]:
    rows = {name: await store.select(table) for name, table in tables.metadata.tables.items()}
    return {name: sorted(each, key=repr) for name, each in rows.items()}


@pytest.fixture
async def theirs(database: Database, scripts: Scripts) -> Theirs:
    async with database.begin("theirs") as store:
        await _fill(store)
        (row,) = await outbox.listing(store)
        return Theirs(row, await rooms.load(store, "grade-4", scripts), scripts)


async def test_a_stranger_gets_nothing_and_changes_nothing(database: Database, theirs: Theirs) -> None:
    async with database.read("theirs") as store:
        before = await _everything(store)
    for name, (ask, nothing) in NOTHING.items():
        async with database.begin("ours") as store:
            answer = await ask(store, theirs)
        assert answer == nothing or nothing == "lost", name
    async with database.read("theirs") as store:
        assert await _everything(store) == before


async def test_facts_and_rooms_of_another_tenant_are_not_there(database: Database, theirs: Theirs) -> None:
    async with database.begin("ours") as store:
        for kind in (*KEYS, Member, Team, Conversation):
            assert await records.load(store, kind) == ()
        with pytest.raises(NoSuchTeam):
            await people.lock_team(store, "grade-4")
        with pytest.raises(NoSuchTeam):
            await rooms.load(store, "grade-4", theirs.scripts)
        room = await rooms.with_answers(store, theirs.room, [KEY])
        assert room.conversations[KEY].answers == {}


async def test_the_same_names_in_two_tenants_are_two_things(database: Database, theirs: Theirs) -> None:
    async with database.read("theirs") as store:
        before = await _everything(store)
    async with database.begin("ours") as store:
        await _fill(store)
        await lanes.limit(store, "test", "T1", 1, 1)
    async with database.read("theirs") as store:
        assert await _everything(store) == before


async def test_a_record_cannot_name_a_team_of_another_tenant(database: Database, theirs: Theirs) -> None:
    async def keep() -> None:
        async with database.begin("ours") as store:
            await records.keep(store, samples.RECORDS[0])

    with pytest.raises(IntegrityError):
        await keep()
