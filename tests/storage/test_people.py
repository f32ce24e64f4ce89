"""Who is who, where they are reached, and whose a workspace is."""

from dataclasses import replace
from datetime import timedelta

from flows.people import Membership, Role
from storage import everywhere, people
from storage.addresses import Destination, Identity
from storage.database import Database
from storage.records import keep

from . import samples
from .samples import NOON


async def test_the_person_behind_an_account_is_known_with_their_teams(database: Database) -> None:
    async with database.begin("d1") as store:
        await samples.found(store)
        person = await people.who(store, "slack", "T1", "U1")
        assert person is not None
        assert (person.member, person.identity) == (samples.ANA, samples.ANA_ON_SLACK)
        assert [each.team for each in person.memberships] == ["grade-4"]
        assert await people.who(store, "slack", "T2", "U1") is None
        assert await people.who(store, "teams", "T1", "U1") is None


async def test_a_team_that_somebody_left_is_not_theirs_any_more(database: Database) -> None:
    async with database.begin("d1") as store:
        await samples.found(store)
        await keep(store, Membership("grade-4", "ana", (Role.TEACHER,), 1, left_on=samples.DAY))
        assert await people.memberships_of(store, "ana") == ()
        person = await people.who(store, "slack", "T1", "U1")
        assert person is not None
        assert (person.member, person.memberships) == (samples.ANA, ())


async def test_a_person_is_reached_on_the_account_that_was_heard_last(database: Database) -> None:
    on_teams = Identity("ana", "teams", "W1", "A1", "a:1", NOON + timedelta(days=1))
    async with database.begin("d1") as store:
        await samples.found(store)
        await keep(store, replace(on_teams, seen_at=None))
        assert await people.destination_of(store, "grade-4", "ana") == Destination("slack", "T1", "D1", "U1")
        await keep(store, on_teams)
        assert await people.destination_of(store, "grade-4", "ana") == Destination("teams", "W1", "a:1", "A1")
        assert await people.destination_of(store, "grade-4", "ben") is None


async def test_who_is_heard_is_reached_there_from_then_on(database: Database) -> None:
    new = Identity("ana", "teams", "W1", "A1")
    async with database.begin("d1") as store:
        await samples.found(store)
        await keep(store, new, replace(samples.ANA_ON_SLACK, seen_at=NOON))
        on_record = await people.heard(store, new, "a:1")
        assert on_record == replace(new, place="a:1", seen_at=store.now)
        assert await people.destination_of(store, "grade-4", "ana") == Destination("teams", "W1", "a:1", "A1")
        assert await people.heard(store, on_record, "a:1") is on_record, "written once a day"
        assert (await people.heard(store, on_record, "a:2")).place == "a:2"


async def test_a_team_is_reached_in_its_channel_and_known_by_it(database: Database) -> None:
    async with database.begin("d1") as store:
        await samples.found(store)
        assert await people.destination_of(store, "grade-4") == Destination("slack", "T1", "C1")
        assert await people.destination_of(store, "grade-5") is None
        assert await people.team_in(store, "slack", "T1", "C1") == samples.TEAM
        assert await people.team_in(store, "slack", "T1", "C2") is None


async def test_the_newest_reference_of_a_conversation_counts(database: Database) -> None:
    async with database.begin("d1") as store:
        await people.remember_place(store, "teams", "W1", "a:1", {"serviceUrl": "https://old.example"})
        await people.remember_place(store, "teams", "W1", "a:1", {"serviceUrl": "https://new.example"})
        assert await people.reference_of(store, "teams", "W1", "a:1") == {"serviceUrl": "https://new.example"}
        assert await people.reference_of(store, "teams", "W1", "a:2") is None


async def test_the_practice_school_is_told_from_real_ones(database: Database) -> None:
    async with database.everywhere() as looking:
        assert await everywhere.practice(looking) is None
    async with database.begin("p") as store:
        assert await people.is_empty(store)
        assert await people.found_tenant(store, "Practice", practice=True)
        assert not await people.found_tenant(store, "Practice", practice=True)
    async with database.everywhere() as looking:
        assert await everywhere.practice(looking) is True
    async with database.begin("d1") as store:
        await samples.found(store)
        assert not await people.is_empty(store)
    async with database.everywhere() as looking:
        assert await everywhere.practice(looking) is False
        assert await everywhere.tenants(looking) == ("p", "d1")
