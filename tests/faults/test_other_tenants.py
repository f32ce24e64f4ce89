"""Whoever sends the ids of another tenant gets what nobody has: each command and form, in each role."""

from collections.abc import Iterator
from typing import Any

import pytest

from adapters import text
from bot import sample
from bot.sample import Part
from flows.command_table import TOPICS
from flows.events import Event, Filled, Said
from flows.people import Role, Team
from storage import outbox
from storage.database import Database
from storage.state import State
from tests.storage import samples
from tests.storage.test_isolation import _everything, _fill
from tests.world import School

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
THEIRS = "theirs"
TEAM, CHANNEL, CONVERSATION = samples.TEAM.id, samples.CHANNEL.place, samples.CONVERSATION.key


async def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    """All that the other tenant has."""
    async with database.read(THEIRS) as store:
        return await _everything(store)


@pytest.fixture
async def ours(school: School) -> School:
    """A team with somebody in each role, in a cycle, beside another tenant that has something of each kind."""
    parts = [Part(role.name.casefold(), f"{role.value.title()} A.", (role,), role.value) for role in Role]
    async with school.rehearsal.database.begin(sample.TENANT) as store:
        await sample.found_district(store)
        await sample.found_team(store, Team("team", "riverside", "Leadership team"), tuple(parts), "leadership")
    async with school.rehearsal.database.begin(THEIRS) as store:
        await _fill(store)
    return school


def commands() -> Iterator[str]:
    """Every command that there is, with what most of them want."""
    for each in {command.words for topic in TOPICS.values() for command in topic}:
        yield f"{each} 1"


async def happens(school: School, who: Role, what: Said | Filled, **where: Any) -> str:
    """Somebody of our team does this; returns what they are answered."""
    school.rehearsal.events += 1
    user = who.name.casefold()
    here = {"place": f"direct-{user}", "private": True, "about": "", **where}
    key = f"{user}-{school.rehearsal.events}"
    event = Event(key, sample.PLATFORM, sample.WORKSPACE, user, at=school.clock.now, what=what, answerable=True, **here)
    assert await school.rehearsal.conductor.capture(event)
    reply = await school.rehearsal.conductor.hear(event)
    message = getattr(reply, "message", None)
    return text.draw(message) if message else str(reply)


async def test_no_command_in_no_role_reaches_a_team_of_another_tenant(ours: School) -> None:
    before = await everything(ours.rehearsal.database)
    own = await ours.room("team")
    refusal = ours.rehearsal.scripts.phrases().say("refused.other_team")
    answers = {
        (role, words): await happens(ours, role, Said(words, pressed=True), about=TEAM)
        for role in Role
        for words in commands()
    }
    assert len(answers) > 80 * len(Role)
    assert {each: answer for each, answer in answers.items() if answer != refusal} == {}
    assert await everything(ours.rehearsal.database) == before
    assert await ours.room("team") == own


async def test_no_form_place_or_press_in_no_role_reaches_what_another_tenant_has(ours: School) -> None:
    database, conductor = ours.rehearsal.database, ours.rehearsal.conductor
    before = await everything(database)
    for role in Role:
        for ref in (f"flow {CONVERSATION}", f"card {CONVERSATION}"):
            answer = await happens(ours, role, Filled(ref, {"need": "Mine", "need.0": "Mine"}))
            assert samples.HOSTILE not in answer
        for words in ("record", "needs", "decisions", "actions", "report", "home", "cycle status"):
            answer = await happens(ours, role, Said(words, pressed=True), place=CHANNEL, private=False)
            assert "Ana Díaz" not in answer
            assert samples.HOSTILE not in answer
        for words in (f"team left {samples.ANA.id} confirmed", f"team role {samples.ANA.name} observer"):
            await happens(ours, role, Said(words, pressed=True))
    async with database.read(THEIRS) as store:
        (row,) = await outbox.listing(store)
    await conductor.arrived(sample.PLATFORM, sample.WORKSPACE, row.delivery, "leadership/1")

    assert await everything(database) == before
    async with database.read(sample.TENANT) as store:
        sent = await outbox.listing(store, limit=1_000)
    assert all(each.destination.workspace == sample.WORKSPACE for each in sent)
    assert not [each for each in sent if each.state is State.DEAD]


async def test_nobody_of_ours_is_anybody_where_another_tenant_lives(ours: School) -> None:
    """The workspace tells the tenant: our accounts are unknown in theirs."""
    before = await everything(ours.rehearsal.database)
    for role in Role:
        user = role.name.casefold()
        said = Said("decide Shall we read along?", pressed=True)
        event = Event(f"there-{user}", "slack", "T1", user, "D1", True, ours.clock.now, said, TEAM, True)
        await ours.rehearsal.conductor.capture(event)
        reply = await ours.rehearsal.conductor.hear(event)
        assert "I do not know you yet." in text.draw(reply.message)  # type: ignore[union-attr]
    after = await everything(ours.rehearsal.database)
    assert {name: rows for name, rows in after.items() if name != "inbox"} == {
        name: rows for name, rows in before.items() if name != "inbox"
    }
