"""The way to people and channels of Teams: known, made, followed, blocked and found again."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.base import Address, Failed, Sent
from flows.messages import Message
from flows.people import Member
from storage import people, records
from storage.addresses import Identity
from tests.slack.school import morning
from tests.teams.school import Person, TeamsSchool
from tests.teams.stand_in import BOT, TENANT

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PROMPT = "What should we work on?"


async def member(school: TeamsSchool, name: str) -> tuple[Member, Identity]:
    async with school.application.database.read(people.DISTRICT) as store:
        (found,) = [each for each in await records.load(store, Member) if each.name == name]
        (identity,) = await records.load(store, Identity, member=found.id)
    return found, identity


class Followed:
    """What is known of the conversations, after what Teams tells of them."""

    def __init__(self, school: TeamsSchool) -> None:
        self.school = school
        (platform,) = school.application.platforms
        self.references = platform._references  # type: ignore[attr-defined]

    async def happens(self, event: str, place: str = "", channel: str = "", team: str = "", **more: Any) -> None:
        """Teams tells it, in the conversation of the team's first channel, as it always does."""
        there = self.school.in_channel(self.school.team)
        there["channelData"] |= {"eventType": event}
        there["channelData"]["team"] |= {"name": team} if team else {}
        there["channelData"] |= {"channel": {"id": place, "name": channel}} if place else {"channel": None}
        told = self.school.people["ana"].said("conversationUpdate", **{**there, **more})
        assert (await self.school.after(self.school.tells(told))).status_code == 200

    async def closed(self, place: str) -> str:
        known = await self.references.find(TENANT, place)
        return str(known.closed)


async def test_people_are_found_by_their_email_and_keep_their_object_id_zone_and_language(
    teams_school: TeamsSchool,
) -> None:
    ben = teams_school.people["ben"]
    there = {"type": "clientInfo", "timezone": "America/Denver", "locale": "es-MX"}
    await ben.types("help", locale="es-MX", entities=[there])

    stranger = Person(teams_school, teams_school.microsoft.add("Kay Boone", "kay@example.org"))
    await stranger.types("help")
    assert set(teams_school.microsoft.known_as) == {True}, "they are asked about by the id that Teams has for them"
    known, identity = await member(teams_school, "Ben Carter")
    assert (identity.workspace, identity.user, identity.place) == (TENANT, ben.human.user, ben.human.direct)
    assert (known.zone, known.language) == ("America/Denver", "es")


@on_sqlite
async def test_a_conversation_that_is_missing_is_made_and_known_from_then_on(microsoft: Any, database_url: str) -> None:
    async with TeamsSchool.open(microsoft, database_url) as school:
        await school.founds(installed=False)
        ana, ben = school.people["ana"], school.people["ben"]
        await ana.installs()
        team = school.in_channel(school.channel)
        added = {"membersAdded": [{"id": BOT}], **team}
        await school.after(school.tells(ana.said("conversationUpdate", **added)))
        await ana.starts()
        await school.until(morning("2027-02-01"))

        assert PROMPT in ben.sees()[-1]
        assert microsoft.asked["create"] == 3, "everybody but Ana was written to first"
        await ben.types("Feedback that helps")
        await school.until(morning("2027-02-03"))
        assert microsoft.asked["create"] == 3


@on_sqlite
async def test_whoever_removed_the_app_is_told_of_once_and_written_to_again_after_they_installed_it_anew(
    teams_school: TeamsSchool,
) -> None:
    ana, ben = teams_school.people["ana"], teams_school.people["ben"]
    ben.human.installed = False  # without a word: Teams says it when we write
    await ana.starts()
    await teams_school.until(morning("2027-02-03", "09:00"))
    assert len([each for each in ana.sees() if "I cannot write to Ben Carter any more" in each]) == 1
    asked = teams_school.microsoft.asked["post"]
    assert not ben.sees()

    await ben.installs()
    await ben.types("help")
    assert len(ben.sees()) == 1
    await ben.installs("remove")
    await ben.installs()
    await ben.types("help")
    assert len(ben.sees()) == 2
    assert teams_school.microsoft.asked["post"] > asked


@on_sqlite
async def test_a_chat_that_teams_knows_no_more_is_made_anew_and_only_who_gets_none_is_gone(
    teams_school: TeamsSchool,
) -> None:
    ana, ben, lena, sam = (teams_school.people[name] for name in ("ana", "ben", "lena", "sam"))
    it, references = teams_school.microsoft, Followed(teams_school)
    await ana.starts()
    it.fails("post", 404)  # for Ana, who is asked first: her chat is the same one
    ben.human.chat, sam.human.chat = 2, 2  # theirs are others now
    sam.human.installed = False
    await teams_school.until(morning("2027-02-01"))

    for person in (ana, ben, lena):
        assert len([each for each in person.sees() if PROMPT in each]) == 1
    assert not await references.closed(ana.human.direct)
    assert (await member(teams_school, "Ben Carter"))[1].place == ben.human.direct
    assert len((await teams_school.states())["dead"]) == 1
    sam.human.chat = 1
    assert "blocked" in await references.closed(sam.human.direct)
    told = [words for words in ana.sees() if "any more" in words]
    assert len(told) == 1
    assert "Sam Lee" in told[0]

    asked = it.asked["create"]
    await teams_school.until(morning("2027-02-03", "15:00"))
    assert it.asked["create"] == asked
    assert len([words for words in ana.sees() if "any more" in words]) == 1


@on_sqlite
async def test_a_blocked_conversation_is_not_tried_again_until_it_opens(teams_school: TeamsSchool) -> None:
    ana, ben = teams_school.people["ana"], teams_school.people["ben"]
    await ben.installs("remove")
    before = teams_school.microsoft.asked["post"]
    await ana.types("help")
    answered = teams_school.microsoft.asked["post"] - before
    await teams_school.after(teams_school.tells(ben.said("installationUpdate", action="remove")))
    await ana.starts()
    await teams_school.until(morning("2027-02-01"))
    dead = (await teams_school.states())["dead"]
    assert dead == ["the app was removed"]
    assert answered == 1


@on_sqlite
async def test_the_newest_service_address_is_used_and_a_poisoned_one_never_sees_our_token(
    teams_school: TeamsSchool,
) -> None:
    ben, it = teams_school.people["ben"], teams_school.microsoft
    (platform,) = teams_school.application.platforms
    places = platform._references  # type: ignore[attr-defined]
    known = await places.find(TENANT, ben.human.direct)
    await places.keep(TENANT, replace(known, service_url="https://127.0.0.1.example/teams/"))
    tokens = len(it.tokens)
    outcome = await platform.send(Address(TENANT, ben.human.direct, ben.human.user), Message("hello"), "d1")
    assert isinstance(outcome, Failed)
    assert "TEAMS_ALLOWED_HOSTS" in outcome.reason
    assert len(it.tokens) == tokens

    await ben.types("help")
    assert ben.sees(), "what Ben said tells the address anew"


@on_sqlite
async def test_nothing_is_sent_where_an_answer_points_to(teams_school: TeamsSchool) -> None:
    ben, it = teams_school.people["ben"], teams_school.microsoft
    (platform,) = teams_school.application.platforms
    elsewhere = f"{it.service_url}v3/conversations/{ben.human.direct}/activities"
    it.fails("post", 307, headers={"Location": elsewhere})
    outcome = await platform.send(Address(TENANT, ben.human.direct, ben.human.user), Message("hello"), "d1")
    assert isinstance(outcome, Failed)
    assert not ben.sees()


@on_sqlite
async def test_a_thread_that_is_gone_does_not_close_its_channel(teams_school: TeamsSchool) -> None:
    it, there = teams_school.microsoft, teams_school.channel
    (platform,) = teams_school.application.platforms
    it.fails("post", 404)
    sent = await platform.send(Address(TENANT, there), Message("hello"), "d1", under=f"{there}/1700")
    assert isinstance(sent, Sent)
    assert it.in_place(there)[-1].thread == ""
    known = await platform._references.find(TENANT, there)  # type: ignore[attr-defined]
    assert known is None or not known.closed


@pytest.mark.parametrize("tells_its_tenant", [True, False])
@on_sqlite
async def test_somebody_of_another_tenant_is_nobody_here_whatever_their_e_mail_says(
    teams_school: TeamsSchool, tells_its_tenant: bool
) -> None:
    ana, microsoft = teams_school.people["ana"], teams_school.microsoft
    before = await member(teams_school, "Ana Ruiz")
    guest = Person(teams_school, microsoft.add("Ana Ruiz", "guest@elsewhere.example"))
    guest.human.email, guest.human.tenant = ana.human.email, "99990000-0000-4000-8000-00000000000b"
    sender = {"id": guest.human.account, "name": "Ana Ruiz", "aadObjectId": guest.human.user}
    home = {"tenantId": guest.human.tenant} if tells_its_tenant else {}
    posts = len(microsoft.posts)

    said = await guest.mentions("cycle start", **{"from": sender | home})
    assert said.status_code == 200
    assert await member(teams_school, "Ana Ruiz") == before, "one account, her own"
    told = [post.activity["text"].partition(".")[0] for post in microsoft.posts[posts:]]
    assert told == ([] if tells_its_tenant else ["I do not know you yet"]), "not heard, or a stranger"


@on_sqlite
async def test_channels_and_teams_are_followed_when_they_are_renamed_deleted_archived_and_come_back(
    teams_school: TeamsSchool,
) -> None:
    here, other, it = teams_school.channel, "19:grade4@thread.tacv2", Followed(teams_school)
    teams_school.microsoft.channels[other] = []
    await teams_school.people["ana"].mentions("help", other)
    await it.happens("channelRenamed", here, channel="Leads")
    await it.happens("teamRenamed", team="Riverside Elementary")
    assert not await it.closed(here)
    await it.happens("channelDeleted", here)
    known = await it.references.find(TENANT, here)
    assert (known.name, known.team, known.closed) == ("Leads", teams_school.team, "the channel was deleted")
    assert not await it.closed(other)

    for gone, why, back in (
        ("teamDeleted", "the team was deleted", "teamRestored"),
        ("teamHardDeleted", "the team was deleted", "teamrestored"),
        ("teamArchived", "the team was archived", "teamUnarchived"),
    ):
        await it.happens(gone)
        assert await it.closed(other) == why
        await it.happens(back)
        assert not await it.closed(other)
        assert await it.closed(here) == "the channel was deleted", "it does not come back with its team"
    await it.happens("channelRestored", here)
    assert not await it.closed(here)


@on_sqlite
async def test_what_fell_due_while_the_channel_was_closed_comes_once_where_the_channel_is_named_anew(
    teams_school: TeamsSchool,
) -> None:
    ana, lena, it = teams_school.people["ana"], teams_school.people["lena"], Followed(teams_school)
    await it.happens("teamArchived")
    posts = len(teams_school.microsoft.in_place(teams_school.channel))
    await ana.starts()
    await lena.types("decide Should we keep first period free?")
    await lena.fills(mode="consent")
    await lena.presses("Post it")
    await teams_school.until(morning("2027-02-03", "15:00"))
    assert len((await teams_school.states())["dead"]) == 2
    (told,) = [words for words in ana.sees() if "I cannot write to your team's channel any more" in words]
    assert "Then I post what is waiting." in told

    await it.happens("teamUnarchived")
    await ana.mentions("channel here")
    await ana.mentions("channel here")
    await teams_school.until(morning("2027-02-03", "15:10"))
    came = [each for each in teams_school.microsoft.in_place(teams_school.channel)[posts:] if each.card]
    told_of = [[word for word in ("Convene", "Decision 1") if word in str(each.card)] for each in came]
    assert told_of == [["Convene"], ["Decision 1"]]
    assert "dead" not in await teams_school.states()


@on_sqlite
async def test_what_is_no_sign_of_life_opens_nothing_and_whoever_comes_or_goes_closes_nothing(
    teams_school: TeamsSchool,
) -> None:
    here, team, it = teams_school.channel, teams_school.team, Followed(teams_school)
    sam, posts = teams_school.people["sam"], len(teams_school.microsoft.posts)
    people_come_and_go: list[dict[str, Any]] = [
        {"membersRemoved": [{"id": sam.human.account}]},
        {"membersAdded": [{"id": sam.human.account}]},
    ]
    for what in people_come_and_go:
        await it.happens("teamMemberRemoved", **what)
        assert not await it.closed(here), "somebody is not us"
    assert len(teams_school.microsoft.posts) == posts
    await sam.types("help")
    assert len(sam.sees()) == 1, "who left the Microsoft team is on the roster, and is answered"

    await it.happens("teamMemberRemoved", membersRemoved=[{"id": BOT}])
    assert await it.closed(here) == await it.closed(team) == "the app was removed"
    for what in people_come_and_go:
        await it.happens("teamMemberAdded", **what)
    for event in ("teamRenamed", "channelRenamed", "channelCreated", "channelMemberAdded", "somethingNew", ""):
        await it.happens(event, here, "Leads")
        await it.happens(event)
    await teams_school.after(
        teams_school.tells(sam.said("installationUpdate", action="remove-upgrade", **teams_school.in_channel(here)))
    )
    assert await it.closed(here) == await it.closed(team) == "the app was removed"
    await it.happens("teamMemberAdded", membersAdded=[{"id": BOT}])
    assert await it.closed(here) == await it.closed(team) == ""
