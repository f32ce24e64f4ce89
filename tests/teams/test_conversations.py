"""The way to people and channels of Teams: known, made, followed, throttled, blocked and found again."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from adapters.base import Address, Failed, Sent, TryLater
from flows.messages import Message
from flows.people import Member
from storage import outbox, people, records
from storage.addresses import Identity
from storage.state import State
from tests.slack.school import morning
from tests.teams import cards
from tests.teams.school import Person, TeamsSchool
from tests.teams.stand_in import BOT, TENANT

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PROMPT = "What should we work on?"


async def states(school: TeamsSchool) -> dict[str, list[str]]:
    """The states of everything that was to be sent, by the reason they have."""
    async with school.application.database.read(people.DISTRICT) as store:
        found: dict[str, list[str]] = {}
        for row in await outbox.listing(store, limit=1000):
            found.setdefault(row.state.value, []).append(row.error)
    return found


async def member(school: TeamsSchool, name: str) -> tuple[Member, Identity]:
    async with school.application.database.read(people.DISTRICT) as store:
        (found,) = [each for each in await records.load(store, Member) if each.name == name]
        (identity,) = await records.load(store, Identity, member=found.id)
    return found, identity


async def test_people_are_found_by_their_email_and_keep_their_object_id_zone_and_language(
    teams_school: TeamsSchool,
) -> None:
    ben = teams_school.people["ben"]
    there = {"type": "clientInfo", "timezone": "America/Denver", "locale": "es-MX"}
    await ben.types("help", locale="es-MX", entities=[there])

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
async def test_a_blocked_conversation_is_not_tried_again_until_it_opens(teams_school: TeamsSchool) -> None:
    ana, ben = teams_school.people["ana"], teams_school.people["ben"]
    await ben.installs("remove")
    before = teams_school.microsoft.asked["post"]
    await ana.types("help")
    answered = teams_school.microsoft.asked["post"] - before
    await teams_school.after(teams_school.tells(ben.said("installationUpdate", action="remove")))
    await ana.starts()
    await teams_school.until(morning("2027-02-01"))
    dead = (await states(teams_school))["dead"]
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
@pytest.mark.parametrize("status", [429, 412])
async def test_a_throttled_message_waits_as_teams_asks_and_the_attempt_does_not_count(
    teams_school: TeamsSchool, status: int
) -> None:
    ben, it = teams_school.people["ben"], teams_school.microsoft
    it.fails("post", status, headers={"Retry-After": "0"})
    await ben.types("help")
    assert len(ben.sees()) == 1
    async with teams_school.application.database.read(people.DISTRICT) as store:
        rows = await outbox.listing(store, [State.SENT])
    assert {row.attempt for row in rows} == {0}


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


@on_sqlite
async def test_nobody_gets_the_same_prompt_twice_and_a_press_on_it_proves_that_it_arrived(
    teams_school: TeamsSchool,
) -> None:
    ana, ben, it = teams_school.people["ana"], teams_school.people["ben"], teams_school.microsoft
    await ana.starts()
    it.fails("post", 503, times=4, after_effect=True)
    await teams_school.until(morning("2027-02-01"))
    assert len([each for each in ben.sees() if PROMPT in each]) == 1
    assert len((await states(teams_school))["held"]) == 4

    await ben.presses("Who sees what")
    assert len((await states(teams_school))["held"]) == 3


@on_sqlite
async def test_a_refused_form_stands_there_again_with_its_sentence_and_what_was_typed(
    teams_school: TeamsSchool,
) -> None:
    ana, ben = teams_school.people["ana"], teams_school.people["ben"]
    await ana.starts()
    await ben.types("action Visit two lessons")
    await ben.answers(due="2027-02-14", prediction="Calm", measure="A list", reason="It cannot wait")

    post = teams_school.microsoft.in_place(ben.human.direct)[-1]
    card = ben.card(post)
    assert "Attention" in str(card), "what is wrong stands at its field"
    assert [box.get("value") for name, box in cards.inputs(card).items() if "prediction" in name] == ["Calm"]
    await ben.fills(due="2027-02-12")
    assert [each.what for each in (await teams_school.room()).actions] == ["Visit two lessons"]


@on_sqlite
async def test_an_older_client_sends_a_card_as_a_message_and_its_post_is_drawn_anew(teams_school: TeamsSchool) -> None:
    ana, ben, it = teams_school.people["ana"], teams_school.people["ben"], teams_school.microsoft
    await ana.starts()
    await teams_school.until(morning("2027-02-01"))
    post = it.in_place(ben.human.direct)[-1]
    _, data = cards.sends(post.card, "My best time")
    await teams_school.after(teams_school.tells(ben.said("message", value=data, replyToId=post.id)))
    assert cards.asks(it.in_place(ben.human.direct)[-1].card, "time")
    _, filled = cards.sends(post.card, "Send", {"priority": "Feedback that helps"})
    for _ in range(2):
        await teams_school.after(teams_school.tells(ben.said("message", value=filled, replyToId=post.id)))
    answers = [each for each in (await teams_school.room()).conversations.values() if each.done_at]
    assert len(answers) == 1, "two submits of one card are one answer"


@on_sqlite
async def test_what_answers_a_button_beside_a_form_takes_no_place_of_the_form(teams_school: TeamsSchool) -> None:
    ana, ben, it = teams_school.people["ana"], teams_school.people["ben"], teams_school.microsoft
    await ana.starts()
    await teams_school.until(morning("2027-02-01"))
    (prompt,) = it.in_place(ben.human.direct)
    await ben.presses("Who sees what", prompt)
    await ben.presses("My best time", prompt)

    assert cards.asks(ben.card(prompt), "priority"), "what is half filled in stays"
    _, note, form = it.in_place(ben.human.direct)
    assert "who sees" in cards.words(note.card).casefold()
    assert cards.asks(form.card, "time")
    await ben.fills(time="9:00")
    await ben.fills(priority="Feedback that helps")
    assert not cards.inputs(ben.card(prompt)), "its thanks do take its place"
    assert "Change my answers" in cards.labels(ben.card(prompt))


@on_sqlite
async def test_a_typed_command_that_needs_a_form_shows_it_at_once(teams_school: TeamsSchool) -> None:
    lena = teams_school.people["lena"]
    await lena.mentions("decide Should we keep first period free?")
    (shown,) = teams_school.microsoft.in_place(lena.human.direct)
    assert cards.asks(lena.card(shown), "mode")
    assert lena.labels() == ["Preview"], "nobody opens what is open"


@on_sqlite
async def test_a_word_to_a_decision_in_the_channel_leaves_the_decision_there(teams_school: TeamsSchool) -> None:
    ana, ben, lena = (teams_school.people[name] for name in ("ana", "ben", "lena"))
    await ana.starts()
    await lena.types("decide Should we keep first period free?")
    await lena.fills(mode="consent")
    await lena.presses("Post it")
    await teams_school.until(morning("2027-02-01", "09:00"))
    (post,) = (each for each in teams_school.microsoft.in_place(teams_school.channel) if "Decision 1" in str(each.card))

    await ben.presses("Good enough", post)
    assert ben.sentences[0].startswith("Noted for decision 1")
    await ben.presses("Worry, go ahead", post)  # it can be changed until the decision closes
    assert cards.labels(ben.card(post)) == ["Send"]


@on_sqlite
async def test_what_answers_a_button_comes_after_all_where_teams_asks_for_patience(teams_school: TeamsSchool) -> None:
    ana, ben, it = teams_school.people["ana"], teams_school.people["ben"], teams_school.microsoft
    await ana.starts()
    await teams_school.until(morning("2027-02-01"))
    (prompt,) = it.in_place(ben.human.direct)
    it.fails("post", 429, times=2, headers={"Retry-After": "0"})
    await ben.presses("My best time", prompt)

    _, form = it.in_place(ben.human.direct)
    assert cards.asks(form.card, "time")


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

    said = await guest.mentions("cycle start", **{"from": sender | home})
    assert said.status_code == 200
    assert await member(teams_school, "Ana Ruiz") == before, "one account, her own"
    assert microsoft.in_place(guest.human.direct) == []


@on_sqlite
async def test_who_names_the_bot_in_a_channel_reads_there_where_the_answer_is(teams_school: TeamsSchool) -> None:
    ben, there = teams_school.people["ben"], teams_school.channel
    await ben.mentions("cycle status")
    said = teams_school.microsoft.in_place(there)[-1]
    assert (said.activity["text"], said.thread) == ("I answered you in our own chat.", "1699999999999")
    assert "No cycle is running" in str(teams_school.microsoft.in_place(ben.human.direct)[-1].card)


@on_sqlite
async def test_a_mention_is_no_part_of_the_words_and_a_slash_may_stand_before_them(teams_school: TeamsSchool) -> None:
    ana, ben = teams_school.people["ana"], teams_school.people["ben"]
    await ana.starts()
    await ben.mentions("need Tea &amp; &lt;b&gt;quiet&lt;/b&gt;&nbsp;rooms")
    await ben.types("/need Time to plan")
    named = [{"type": "mention", "mentioned": {"id": "29:x", "name": "Lena"}, "text": "<at>Lena</at>"}]
    await ben.types("/leadcycle need Ask <at>Lena</at>", entities=named)
    found = {each.text for each in (await teams_school.room()).needs}
    assert found == {"Tea & <b>quiet</b> rooms", "Time to plan", "Ask @Lena"}


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


@on_sqlite
async def test_teams_says_how_long_to_wait_and_a_message_to_a_person_rings_while_its_update_does_not(
    teams_school: TeamsSchool,
) -> None:
    ben, it = teams_school.people["ben"], teams_school.microsoft
    (platform,) = teams_school.application.platforms
    there = Address(TENANT, ben.human.direct, ben.human.user)
    it.fails("post", 429, headers={"Retry-After": "7"})
    assert await platform.send(there, Message("hello"), "d1") == TryLater(7.0)

    sent = await platform.send(there, Message("hello"), "d1")
    assert isinstance(sent, Sent)
    post = it.in_place(ben.human.direct)[-1]
    assert post.activity["channelData"] == {"notification": {"alert": True}}
    await platform.send(there, Message("hello again"), "d1", replaces=sent.id)
    assert "channelData" not in it.in_place(ben.human.direct)[-1].activity


@on_sqlite
async def test_two_people_who_press_at_the_same_time_are_both_heard_and_see_their_own_answers(
    teams_school: TeamsSchool,
) -> None:
    ana, ben, sam = (teams_school.people[name] for name in ("ana", "ben", "sam"))
    await ana.starts()
    await teams_school.until(morning("2027-02-01"))
    await asyncio.gather(ben.fills(priority="Feedback"), sam.fills(priority="Reading"))
    done = [each for each in (await teams_school.room()).conversations.values() if each.done_at]
    assert len(done) == 2


@on_sqlite
async def test_what_takes_longer_says_so_at_once_and_comes_in_place_of_its_card(
    teams_school: TeamsSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, ben = teams_school.people["ana"], teams_school.people["ben"]
    await ana.starts()
    await teams_school.until(morning("2027-02-01"))
    monkeypatch.setattr("adapters.teams.app.PATIENCE", 0.0)
    await ben.presses("My best time")

    assert "takes longer than usual" in ben.sentences[-1]
    post = teams_school.microsoft.in_place(ben.human.direct)[-1]
    assert cards.asks(post.card, "time")
