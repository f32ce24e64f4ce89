"""Two replicas on one database: what people do to one thing at the same time has one outcome, and is told once."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from flows.decision_records import Decision
from flows.people import Membership, Role
from storage import records
from storage.people import DISTRICT
from tests.slack import payloads, wire
from tests.slack.school import Person, SlackSchool, morning, slack_of, written
from tests.slack.wire import Request

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
NUMBERS = (1, 2)


async def command(person: Person, words: str) -> Request:
    """A command that is not sent yet."""
    slack = person.school.slack
    place, _ = await slack._place(person.user, person.direct)
    return wire.command(payloads.command(await slack._scene(person.user), place, "/leadcycle", words))


async def at_once(school: SlackSchool, *requests: Request) -> None:
    """Send them at the same moment, to one replica and to the other in turn; let both finish what follows."""
    async with school.replica() as (other, elsewhere):
        addresses = [school.slack.events_url, elsewhere] * len(requests)
        sent = [school.slack.sends(request, to=address) for request, address in zip(requests, addresses, strict=False)]
        answers = await asyncio.gather(*sent)
        assert {each.status for each in answers} == {200}
        replicas = (school.application, other)
        await asyncio.gather(*(slack_of(each).finish() for each in replicas))
        await asyncio.gather(*(each.conductor.tick() for each in replicas))
        await asyncio.gather(*(each.dispatcher.drain() for each in replicas))
    await school.settle()


async def decides(person: Person) -> None:
    """Somebody asks the team several things by consent, and all of it is out."""
    for number in NUMBERS:
        await person.slash(f"/decide Shall we do number {number}?")
        await person.submits(question=f"Shall we do number {number}?", mode="consent")
        await person.presses("Post it", await person.form())
    await person.school.until(morning("2027-02-01", "09:00"))


async def decision(school: SlackSchool, number: int) -> Decision:
    return next(each for each in (await school.room()).decisions if each.number == number)


async def notes(person: Person, words: str) -> int:
    """How many notes for this person's eyes alone hold these words."""
    found = await person.school.slack.ephemerals(person.user)
    return len([each for each in found if words in written(each)])


async def test_two_administrators_who_take_over_and_close_one_decision_at_once_close_it_once(
    slack_school: SlackSchool,
) -> None:
    lena, ana, ben = (slack_school.people[name] for name in ("lena", "ana", "ben"))
    await decides(ben)
    async with slack_school.application.database.begin(DISTRICT) as store:
        members = {each.name: each.id for each in (await slack_school.room()).members}
        for each in await records.load(store, Membership):
            if each.member == members["Ana Ruiz"]:
                await records.keep(store, replace(each, roles=(*each.roles, Role.ADMINISTRATOR)))
            if each.member == members["Ben Carter"]:
                await records.keep(store, replace(each, left_on=date(2027, 2, 1)))

    both = [(lena, "Lena"), (ana, "Ana")]
    await at_once(slack_school, *[await command(who, f"decide take {n}") for n in NUMBERS for who, _ in both])
    owners = {number: (await decision(slack_school, number)).owner for number in NUMBERS}
    assert set(owners.values()) <= {members["Lena Ortiz"], members["Ana Ruiz"]}
    assert await notes(lena, "is yours now") + await notes(ana, "is yours now") == len(NUMBERS)

    closing = [(who, f"decide withdraw {n} because {name} says so") for n in NUMBERS for who, name in both]
    await at_once(slack_school, *[await command(who, words) for who, words in closing])
    for number in NUMBERS:
        closed = await decision(slack_school, number)
        name = "Lena" if owners[number] == members["Lena Ortiz"] else "Ana"
        assert (closed.state, closed.outcome, closed.owner) == ("withdrawn", f"{name} says so", owners[number])


async def test_a_decision_that_its_last_voice_and_its_owner_close_at_once_is_closed_in_one_way(
    slack_school: SlackSchool,
) -> None:
    lena, *others = slack_school.people.values()
    await decides(lena)
    for number in NUMBERS:
        for person in others[:-1]:
            await person.slash(f"/leadcycle stand {number} good")
    races = [[(lena, f"decide withdraw {n} because of the bus"), (others[-1], f"stand {n} good")] for n in NUMBERS]
    await at_once(slack_school, *[await command(who, words) for race in races for who, words in race])

    for number in NUMBERS:
        closed = await decision(slack_school, number)
        is_withdrawn = closed.state == "withdrawn"
        assert is_withdrawn or closed.state == "decided"
        assert closed.outcome.endswith("of the bus") == is_withdrawn, "the outcome is that of the one who was first"
    withdrawn = [each for each in (await slack_school.room()).decisions if each.state == "withdrawn"]
    assert await notes(lena, "withdrawn") == len(withdrawn)
