"""Conversations come back with the newest answers, and every revision stays until it is destroyed."""

from dataclasses import replace
from datetime import timedelta

from flows.flow import Answer
from flows.records import Cycle
from storage import conversations
from storage.database import Database
from storage.records import keep

from . import samples
from .samples import CONVERSATION, DAY, NOON

KEY = CONVERSATION.key


async def test_a_conversation_comes_back_as_it_was_saved(database: Database) -> None:
    async with database.begin("d1") as store:
        await samples.found(store)
        await conversations.save(store, CONVERSATION)
        await conversations.save(store, CONVERSATION)
    async with database.read("d1") as store:
        assert await conversations.load(store, "grade-4", KEY) == CONVERSATION
        assert await conversations.load(store, "grade-4", "another") is None


async def test_answers_keep_the_order_in_which_they_were_first_given(database: Database) -> None:
    async with database.begin("d1") as store:
        await samples.found(store)
        await conversations.save(store, CONVERSATION)
    async with database.begin("d1") as store:
        changed = Answer("need", 0, "Something else", "What do you need?", revision=2)
        late = Answer("a-new-step", 0, True, "One more?")
        await conversations.answered(store, "grade-4", [(KEY, changed), (KEY, late)])
    async with database.read("d1") as store:
        found = await conversations.load(store, "grade-4", KEY)

    assert found is not None
    assert list(found.answers) == [("need", 0), ("area", 0), ("need", 1), ("a-new-step", 0)]
    assert found.answers["need", 0] == changed


async def test_every_revision_is_kept_until_the_answers_are_destroyed(database: Database) -> None:
    second = Answer("need", 0, "Something else", "What do you need?", revision=2)
    async with database.begin("d1") as store:
        await samples.found(store)
        await conversations.save(store, CONVERSATION)
        await conversations.answered(store, "grade-4", [(KEY, second)])

        values = [each.value for each in await conversations.revisions(store, "grade-4", KEY)]
        assert values == [samples.HOSTILE, ["reading", "maths"], None, "Something else"]

        assert await conversations.destroy_answers(store, "grade-4", KEY) == 4
        assert await conversations.revisions(store, "grade-4", KEY) == ()


async def test_keeping_a_conversation_without_its_answers_leaves_them_alone(database: Database) -> None:
    async with database.begin("d1") as store:
        await samples.found(store)
        await conversations.save(store, CONVERSATION)
        await keep(store, replace(CONVERSATION, answers={}, done_at=NOON))
        found = await conversations.load(store, "grade-4", KEY)
    assert found == replace(CONVERSATION, done_at=NOON)


async def test_a_person_can_answer_what_is_open_and_of_the_newest_cycle(database: Database) -> None:
    hour = timedelta(hours=1)
    theirs = {
        "late": replace(CONVERSATION, opened_at=NOON + hour),
        "early": replace(CONVERSATION, opened_at=NOON - hour),
        "hello": replace(CONVERSATION, cycle=0),
        "earlier cycle": replace(CONVERSATION, cycle=1, closes_at=None),
        "done": replace(CONVERSATION, done_at=NOON),
        "declined": replace(CONVERSATION, declined_at=NOON),
        "closed": replace(CONVERSATION, closes_at=NOON),
        "somebody else's": replace(CONVERSATION, member="ben"),
    }
    async with database.begin("d1") as store:
        await samples.found(store)
        await keep(store, Cycle("grade-4", 1, DAY, 10), Cycle("grade-4", 2, DAY, 10))
        for key, each in theirs.items():
            cycle = 1 if key == "earlier cycle" else each.cycle and 2
            await conversations.save(store, replace(each, key=key, cycle=cycle))
        found = await conversations.open_of(store, "ana")
    assert [each.key for each in found] == ["early", "hello", "late"]
    assert found[0].answers == CONVERSATION.answers
