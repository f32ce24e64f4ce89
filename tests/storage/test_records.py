"""What is kept comes back as it was, on both databases."""

from dataclasses import replace

import pytest

from flows.people import Channel, Leave, Member, Membership, School, Team
from flows.records import KEYS, Need
from storage.addresses import Identity
from storage.database import Database
from storage.records import discard, keep, load

from . import samples

FACTS = (
    samples.SCHOOL,
    samples.TEAM,
    samples.ANA,
    *samples.MEMBERSHIPS,
    samples.LEAVE,
    samples.ANA_ON_SLACK,
    samples.CHANNEL,
    *samples.RECORDS,
)


def test_there_is_a_sample_of_every_kind_of_fact() -> None:
    assert {type(each) for each in FACTS} == {
        *KEYS,
        *(School, Team, Member, Membership, Leave, Identity, Channel),
    }


async def test_every_kind_of_fact_comes_back_as_it_was_kept(database: Database) -> None:
    async with database.begin("d1") as store:
        await samples.found(store)
        await keep(store, *samples.RECORDS)

    async with database.read("d1") as store:
        for fact in FACTS:
            assert fact in await load(store, type(fact))


async def test_a_fact_that_is_kept_again_is_there_once(database: Database) -> None:
    async with database.begin("d1") as store:
        await samples.found(store)
        for record in samples.RECORDS:
            await keep(store, record, record)
            await keep(store, record)
            assert await load(store, type(record)) == (record,)


async def test_the_last_of_several_with_one_key_counts(database: Database) -> None:
    need = next(each for each in samples.RECORDS if isinstance(each, Need))
    async with database.begin("d1") as store:
        await samples.found(store)
        await keep(store, need, replace(need, text="First"), replace(need, text="Second"))
        assert [each.text for each in await load(store, Need)] == ["Second"]


async def test_facts_come_in_the_order_of_their_keys_and_only_those_asked_for(database: Database) -> None:
    need = next(each for each in samples.RECORDS if isinstance(each, Need))
    async with database.begin("d1") as store:
        await samples.found(store)
        await keep(store, *(replace(need, number=n, cycle=n % 2) for n in (10, 9, 2, 1)))
        assert [each.number for each in await load(store, Need)] == [1, 2, 9, 10]
        assert [each.number for each in await load(store, Need, cycle=1)] == [1, 9]


async def test_a_discarded_fact_is_gone_and_no_other(database: Database) -> None:
    need = next(each for each in samples.RECORDS if isinstance(each, Need))
    async with database.begin("d1") as store:
        await samples.found(store)
        await keep(store, need, replace(need, number=2))
        await discard(store, need)
        assert [each.number for each in await load(store, Need)] == [2]


@pytest.mark.parametrize("text", ["a\0b", "half \ud83d of a pair", "x" * 40_000, "", " "], ids=repr)
async def test_no_text_is_too_odd_to_be_kept(database: Database, text: str) -> None:
    need = next(each for each in samples.RECORDS if isinstance(each, Need))
    async with database.begin("d1") as store:
        await samples.found(store)
        await keep(store, replace(need, text=text))
        (found,) = await load(store, Need)
    assert found.text == text.replace("\0", "").replace("\ud83d", "?")
