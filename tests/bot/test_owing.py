"""An answer that its reader may not have seen comes as a message, once; one that was seen does not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters import text
from bot import sample
from bot.conductor import UNHEARD_AFTER
from flows.events import Event, Filled, Said
from flows.messages import Button, Errors, Form, Message, Note, Reply
from storage import everywhere, outbox, restoration, tables, waves
from storage.state import State
from tests.world import School

TENANT = sample.TENANT


@pytest.fixture
async def begun(school: School) -> School:
    """A team of three, whose cycle has begun."""
    await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    return school


def event(words: str | Filled, key: str = "one", user: str = "ben", place: str = "direct-ben") -> Event:
    """What somebody does in their direct conversation, on a platform that tells what it has shown."""
    what = words if isinstance(words, Filled) else Said(words, pressed=True)
    here = (sample.PLATFORM, sample.WORKSPACE, user, place, place.startswith("direct"))
    return Event(key, *here, sample.opening(), what, answerable=True, owed=True)


async def hears(school: School, happened: Event) -> Reply | None:
    await school.rehearsal.conductor.capture(happened)
    return await school.rehearsal.conductor.hear(happened)


async def payloads(school: School) -> list[dict[str, Any]]:
    """What the inbox still holds."""
    async with school.rehearsal.database.read(TENANT) as store:
        return [row["payload"] for row in await store.select(tables.inbox) if row["payload"]]


async def time_passes(school: School, time: timedelta = UNHEARD_AFTER) -> None:
    """Make what was acted on so much older."""
    async with school.rehearsal.database.begin(TENANT) as store:
        await store.update(tables.inbox, tables.inbox.c.done_at.is_not(None), done_at=store.now - time)


async def recovers(school: School) -> list[str]:
    """Let somebody look for what is owed, and return what Ben is told by that."""
    before = len(school.people["ben"].posts)
    await school.rehearsal.conductor.recover()
    await school.rehearsal.settle()
    return [text.draw(post.message) for post in school.people["ben"].posts[before:]]


async def test_what_nobody_is_known_to_have_seen_comes_once_after_a_while(begun: School) -> None:
    assert isinstance(await hears(begun, event("need More time")), Note)
    assert await recovers(begun) == [], "somebody may just be showing it"
    await time_passes(begun)
    (told,) = await recovers(begun)
    assert "Noted as need 1" in told
    await time_passes(begun)
    assert await recovers(begun) == []
    assert [need.text for need in (await begun.room()).needs] == ["More time"]
    assert await payloads(begun) == []


async def test_what_was_shown_does_not_come(begun: School) -> None:
    happened = event("need More time")
    await hears(begun, happened)
    await begun.rehearsal.conductor.shown(happened)
    await time_passes(begun)
    assert (await recovers(begun), await payloads(begun)) == ([], [])


async def test_what_could_not_be_shown_comes_at_once_and_not_again(begun: School) -> None:
    happened = event("need More time")
    reply = await hears(begun, happened)
    assert reply is not None
    for _ in range(2):
        await begun.rehearsal.conductor.owe(happened, reply)
    await begun.rehearsal.settle()
    assert "Noted as need 1" in text.draw(begun.people["ben"].posts[-1].message)
    await time_passes(begun)
    assert (await recovers(begun), await payloads(begun)) == ([], [])


async def test_a_form_comes_as_a_button_that_opens_it(begun: School) -> None:
    assert isinstance(await hears(begun, event("decide Shall we start at eight?")), Form)
    await time_passes(begun)
    await recovers(begun)
    await begun.people["ben"].presses("Open the form")
    assert begun.people["ben"].form is not None


async def test_where_it_was_done_before_others_the_answer_comes_to_the_person_alone(begun: School) -> None:
    await hears(begun, event("need More time", place="leadership"))
    await time_passes(begun)
    (told,) = await recovers(begun)
    assert "Noted as need 1" in told


async def test_of_a_form_that_was_filled_in_the_answer_is_kept_and_not_what_was_typed(begun: School) -> None:
    await hears(begun, event(Filled("order best time", {"time": "8:00", "other": "Between us"})))
    (kept,) = await payloads(begun)
    assert kept["what"]["filled"] == "order best time"
    assert "Between us" not in str(kept)


async def test_a_form_that_was_refused_is_owed_nothing_and_may_come_again(begun: School) -> None:
    assert isinstance(await hears(begun, event(Filled("order best time", {"time": "when the sun rises"}))), Errors)
    assert await payloads(begun) == []
    assert isinstance(await hears(begun, event(Filled("order best time", {"time": "8:00"}))), Note)


async def test_who_meets_a_fault_is_shown_that_and_what_they_did_stays_in_the_inbox(begun: School) -> None:
    happened = event("need More time")
    await begun.rehearsal.conductor.capture(happened)
    await begun.rehearsal.conductor.shown(happened)
    assert len(await payloads(begun)) == 1, "nobody has acted on it yet"


async def test_what_was_acted_on_late_is_answered_once(begun: School) -> None:
    await begun.rehearsal.conductor.capture(event("need More time"))
    async with begun.rehearsal.database.begin(TENANT) as store:
        await store.update(tables.inbox, received_at=store.now - UNHEARD_AFTER)
    assert len(await recovers(begun)) == 1
    await time_passes(begun)
    assert await recovers(begun) == []


async def test_an_answer_that_cannot_be_read_stops_no_other(begun: School) -> None:
    for number in ("one", "two"):
        await hears(begun, event(f"need Number {number}", number))
    async with begun.rehearsal.database.begin(TENANT) as store:
        table = tables.inbox
        await store.update(table, table.c.key == "one", payload={"from": "long ago"}, done_at=store.now - UNHEARD_AFTER)
        await store.update(table, table.c.key == "two", done_at=store.now - UNHEARD_AFTER)
    (told,) = await recovers(begun)
    assert "Noted as need 2" in told


async def test_a_stranger_is_owed_an_answer_only_where_they_wrote_to_us(begun: School) -> None:
    for place in ("direct-zoe", "leadership"):
        await hears(begun, event("help", place, user="zoe", place=place))
    await time_passes(begun)
    await recovers(begun)
    assert [post.place for post in begun.stage.posts if "I do not know you yet" in text.draw(post.message)] == [
        "direct-zoe"
    ]


async def test_nothing_is_owed_any_more_when_an_older_backup_is_put_back(begun: School) -> None:
    await hears(begun, event("need More time"))
    async with begun.rehearsal.database.everywhere() as unit:
        await restoration.begin(unit)
    await time_passes(begun)
    assert (await recovers(begun), await payloads(begun)) == ([], [])


async def test_when_a_pulse_closes_nothing_is_owed_that_speaks_of_it(begun: School) -> None:
    answer = await hears(begun, event("help"))
    assert isinstance(answer, Note)
    async with begun.rehearsal.database.begin(TENANT) as store:
        (row,) = await store.select(tables.inbox, tables.inbox.c.key == "one")
        spoken = {**row["payload"], "what": {"said": "answer pulse", "pressed": True}}
        await store.update(tables.inbox, tables.inbox.c.key == "one", payload=spoken)
        await waves.destroy(store, "team", 1, "school")
    assert await payloads(begun) == []


async def test_what_came_as_a_message_is_the_readers_and_speaks_of_no_closed_pulse(begun: School) -> None:
    note = Note(Message("Thank you", buttons=(Button("Change my answers", "answer pulse"),)))
    await begun.rehearsal.conductor.owe(event("help"), note)
    await begun.rehearsal.settle()
    async with begun.rehearsal.database.begin(TENANT) as store:
        row = await outbox.by_key(store, "shown:one")
        assert row is not None
        assert (row.send.to, row.state) == ("ben", State.SENT)
        await waves.destroy(store, "team", 1, "school")
        assert await outbox.by_key(store, "shown:one") is None


async def test_only_what_has_waited_long_enough_is_looked_at(begun: School) -> None:
    for number, waited in (("one", UNHEARD_AFTER), ("two", UNHEARD_AFTER / 2)):
        await hears(begun, replace(event("help"), key=number))
        async with begun.rehearsal.database.begin(TENANT) as store:
            await store.update(tables.inbox, tables.inbox.c.key == number, done_at=store.now - waited)
    async with begun.rehearsal.database.look_everywhere() as looking:
        assert [each.key for each in await everywhere.unshown(looking, UNHEARD_AFTER)] == ["one"]
