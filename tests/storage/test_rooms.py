"""A team's room holds what its rules look at, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from flows.decision_records import Decision, Stand
from flows.flow import Conversation
from flows.loader import Scripts, load_scripts
from flows.people import Leave, Member, Membership, Team
from flows.records import KEYS, Cycle, Move, Need
from storage import conversations, rooms
from storage.database import Database
from storage.faults import NoSuchTeam
from storage.records import keep
from storage.store import Store

from . import samples
from .samples import CONVERSATION, NOON


@pytest.fixture(scope="module")
def scripts() -> Scripts:
    return load_scripts()


async def _fill(store: Store) -> None:
    await samples.found(store)
    await keep(store, *samples.RECORDS)
    await conversations.save(store, CONVERSATION)


async def test_a_room_holds_every_fact_of_the_team_as_it_was_kept(database: Database, scripts: Scripts) -> None:
    async with database.begin("d1") as store:
        await _fill(store)
    async with database.read("d1") as store:
        room = await rooms.load(store, "grade-4", scripts)

    assert (room.school, room.team) == (samples.SCHOOL, samples.TEAM)
    assert room.members == (samples.ANA, samples.BEN)
    assert [each.member for each in room.memberships] == ["ana", "ben"]
    assert room.leaves == (samples.LEAVE,)
    for record in samples.RECORDS:
        assert getattr(room, f"{type(record).__name__.lower()}s") == (record,)
    assert room.conversations == {CONVERSATION.key: replace(CONVERSATION, answers={})}


async def test_answers_are_there_in_the_conversations_of_the_speaker(database: Database, scripts: Scripts) -> None:
    other = replace(CONVERSATION, key="1:needs:ben", member="ben", opened_at=NOON - timedelta(hours=1))
    async with database.begin("d1") as store:
        await _fill(store)
        await conversations.save(store, other)
        room = await rooms.load(store, "grade-4", scripts, speaker=CONVERSATION.member)
    assert list(room.conversations) == [other.key, CONVERSATION.key]
    assert room.conversations[CONVERSATION.key] == CONVERSATION
    assert room.conversations[other.key].answers == {}


async def test_of_earlier_cycles_only_what_lasts_is_there(database: Database, scripts: Scripts) -> None:
    async with database.begin("d1") as store:
        await _fill(store)
        await keep(store, Cycle("grade-4", 2, samples.DAY, 8), Move("grade-4", 2, 1, "opened", "needs", NOON))
        await keep(store, replace(CONVERSATION, key="hello", cycle=0))
        room = await rooms.load(store, "grade-4", scripts)

    assert [each.cycle for each in room.moves] == [2]
    assert (room.leads, room.lines, room.ballots, room.consents, room.occurrences) == ((), (), (), (), ())
    assert (len(room.cycles), len(room.needs), len(room.actions), len(room.decisions)) == (2, 1, 1, 1)
    assert len(room.stands) == 1
    assert list(room.conversations) == ["hello"]


async def test_another_team_of_the_same_school_is_not_in_the_room(database: Database, scripts: Scripts) -> None:
    def theirs(fact: object) -> object:
        return replace(fact, team="grade-5")  # type: ignore[type-var]

    async with database.begin("d1") as store:
        await _fill(store)
        await keep(
            store,
            Team("grade-5", "lincoln", "Grade 5"),
            Member("kay", "Kay"),
            Leave("kay", NOON.date(), NOON.date()),
        )
        await keep(store, Membership("grade-5", "kay", (), 1), *(theirs(each) for each in samples.RECORDS))
        await conversations.save(store, replace(CONVERSATION, team="grade-5"))
        room = await rooms.load(store, "grade-4", scripts)
    assert [each.id for each in room.members] == ["ana", "ben"]
    assert room.leaves == (samples.LEAVE,)
    for kind in KEYS:
        assert len(getattr(room, f"{kind.__name__.lower()}s")) == 1


async def test_records_come_in_the_order_of_their_numbers(database: Database, scripts: Scripts) -> None:
    need = next(each for each in samples.RECORDS if isinstance(each, Need))
    async with database.begin("d1") as store:
        await _fill(store)
        await keep(store, *(replace(need, number=n) for n in (10, 2, 9)))
        room = await rooms.load(store, "grade-4", scripts)
    assert [each.number for each in room.needs] == [1, 2, 9, 10]


async def test_a_team_that_is_not_there_is_named(database: Database, scripts: Scripts) -> None:
    async with database.begin("d1") as store:
        for lock in (False, True):
            with pytest.raises(NoSuchTeam, match="grade-4"):
                await rooms.load(store, "grade-4", scripts, lock=lock)


async def test_a_room_is_read_in_one_question_and_locked_in_another_where_others_write_too(
    database: Database, scripts: Scripts
) -> None:
    asked: list[str] = []
    async with database.begin("d1") as store:
        await _fill(store)

        @event.listens_for(database.writer.sync_engine, "before_cursor_execute")
        def count(connection: object, cursor: object, statement: str, *rest: object) -> None:
            asked.append(statement)

        await rooms.load(store, "grade-4", scripts, lock=True)
    assert len(asked) == (2 if database.is_shared else 1)


async def test_a_room_without_anything_is_empty(database: Database, scripts: Scripts) -> None:
    async with database.begin("d1") as store:
        await keep(store, samples.SCHOOL, samples.TEAM)
        room = await rooms.load(store, "grade-4", scripts)
    assert (room.members, room.cycles, room.conversations) == ((), (), {})
    assert Decision not in {type(each) for each in room.decisions}
    assert Stand not in {type(each) for each in room.stands}
    assert Conversation not in {type(each) for each in room.conversations.values()}
