"""What is kept no longer is destroyed by the clock, and what a legal hold covers is not."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot import erasing
from bot.config import Settings
from bot.journal import Journal
from bot.retention import expire
from bot.sample import PLATFORM, TENANT, WORKSPACE
from flows.events import Event, Said
from flows.people import ERASED
from storage import audit, inbox, tables
from tests.scenarios.test_erasing import WORD, a_cycle_with_ben, a_few_words_of_ben, everything, journal, tables_with
from tests.world import School

__all__ = ["journal"]


async def test_raw_answers_are_destroyed_so_long_after_their_cycle_closed_and_held_ones_are_not(
    school: School, journal: Journal
) -> None:
    await a_cycle_with_ben(school)
    cai = school.people["cai"]
    await cai.says(f"reflect My own {WORD}")
    settings, database = Settings(database_url=school.url, keep_answers=30), school.rehearsal.database
    await erasing.hold(school.url, journal, "Cai C.", "a lawsuit")
    for _ in range(2):
        await school.guide.says("cycle next because it is done")
    assert not (await school.room()).moves or (await school.room()).moves[-1].kind == "finished"

    school.clock.set(school.clock.now + timedelta(days=29))
    await expire(database, settings)
    assert "answer" in await tables_with(database, "My quokka week")
    school.clock.set(school.clock.now + timedelta(days=2))
    await expire(database, settings)

    left = await everything(database)
    assert "My quokka week" not in left["answer"]
    assert f"My own {WORD}" in left["answer"]
    assert f"A quiet {WORD}" in left["need"], "what the team worked on stays with its report"
    async with database.read(TENANT) as store:
        assert {each.by for each in await audit.listing(store, deed="retention")} == {""}


@pytest.mark.parametrize("stop", ["cycle pause because the building flooded", "hold because we mourn", ""])
async def test_raw_answers_of_a_cycle_that_nobody_finishes_run_out_some_time_after_its_weeks(
    school: School, stop: str
) -> None:
    _, ben, *_ = await school.team("Ana", "Ben", "Cai", administrator="Lena")
    await school.begins()
    await school.until("next school day 09:00")
    await ben.says("answer convene")
    await ben.submits({field.key: f"My {WORD}" for field in ben.form.fields})
    if stop:
        await school.people["lena"].says(stop)
    room, database = await school.room(), school.rehearsal.database
    assert room.cycle
    begun_on = room.calendar.at(room.cycle.started_on, time(12))

    for days, is_there in ((10 * 7 + 120 + 89, True), (10 * 7 + 120 + 91, False)):
        school.clock.set(begun_on + timedelta(days=days))
        await expire(database, Settings(database_url=school.url))
        assert (WORD in (await everything(database))["answer"]) is is_there, days


async def test_what_was_set_aside_is_destroyed_with_its_words_after_the_days_of_the_setting(school: School) -> None:
    await school.team("Ana", "Ben", administrator="Lena")
    database = school.rehearsal.database
    async with database.begin(TENANT) as store:
        said = Event("failed", PLATFORM, WORKSPACE, "ben", "direct-ben", True, store.school_time, Said(f"My {WORD}"))
        await inbox.capture(store, said)
        await store.update(tables.inbox, tables.inbox.c.key == "failed", aside_at=store.now - timedelta(days=3))

    await expire(database, Settings(database_url=school.url))
    assert await tables_with(database, WORD) == ["inbox"]
    await expire(database, Settings(database_url=school.url, keep_events=3))
    assert await tables_with(database, WORD) == []


async def test_decisions_are_kept_unless_the_district_says_for_how_long(school: School, journal: Journal) -> None:
    await a_few_words_of_ben(school)
    database = school.rehearsal.database
    school.clock.set(school.clock.now + timedelta(days=800))
    await expire(database, Settings(database_url=school.url))
    assert (await school.room()).decisions[0].question != ERASED

    await expire(database, Settings(database_url=school.url, keep_decisions=700))

    decision = (await school.room()).decisions[0]
    assert (decision.question, decision.reason, decision.asked) == (ERASED, "", ())
    assert "stand" not in await tables_with(database, WORD)


@pytest.mark.parametrize("held", ["Cai C.", "Ana A."])
async def test_a_decision_stays_in_which_words_of_a_held_person_stand(
    school: School, journal: Journal, held: str
) -> None:
    await a_few_words_of_ben(school)
    (decision,) = (await school.room()).decisions
    by = {"Cai C.": {"closed_by": "cai"}, "Ana A.": {"taken_from": "ana"}}[held]
    await school.keep(replace(decision, state="decided", closed_at=school.clock.now, **by))
    await erasing.hold(school.url, journal, held, "a lawsuit")
    database, settings = school.rehearsal.database, Settings(database_url=school.url, keep_decisions=700)
    school.clock.set(school.clock.now + timedelta(days=800))

    await expire(database, settings)
    assert (await school.room()).decisions[0].question == decision.question
    await erasing.release(school.url, journal, held)
    await expire(database, settings)
    assert (await school.room()).decisions[0].question == ERASED


async def test_what_a_held_person_said_in_the_place_of_another_stays(school: School, journal: Journal) -> None:
    await a_few_words_of_ben(school)
    (stand,) = (each for each in (await school.room()).stands if each.member == "ben")
    await school.keep(replace(stand, through="cai"))
    await erasing.hold(school.url, journal, "Cai C.", "a lawsuit")
    school.clock.set(school.clock.now + timedelta(days=800))
    await expire(school.rehearsal.database, Settings(database_url=school.url, keep_decisions=700))
    assert (await school.room()).decisions[0].question == ERASED
    assert "stand" in await tables_with(school.rehearsal.database, WORD)
