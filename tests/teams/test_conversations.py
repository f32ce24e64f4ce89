"""What people see in Teams: on their cards, beneath them and in their chats, also where Teams is slow or throttles."""

import asyncio
import socket
from dataclasses import replace
from typing import Any

import pytest

from adapters.base import Address, Sent, TryLater, Unreached
from bot.conductor import UNHEARD_AFTER
from flows.messages import Message
from storage import outbox, people, tables
from storage.state import State
from tests.slack.school import AT_ONCE, morning
from tests.teams import cards
from tests.teams.school import Person, TeamsSchool
from tests.teams.stand_in import BOT, TENANT, Microsoft

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PROMPT = "What should we work on?"


@on_sqlite
async def test_a_throttled_message_waits_as_teams_asks_and_the_attempt_does_not_count(
    teams_school: TeamsSchool,
) -> None:
    ben, it = teams_school.people["ben"], teams_school.microsoft
    it.fails("post", 429, headers={"Retry-After": "0"})
    await ben.types("help")
    assert len(ben.sees()) == 1
    async with teams_school.application.database.read(people.DISTRICT) as store:
        rows = await outbox.listing(store, [State.SENT])
    assert {row.attempt for row in rows} == {0}


@on_sqlite
async def test_two_requests_that_met_concern_one_message_and_slow_nobody_else_down(teams_school: TeamsSchool) -> None:
    ben, it = teams_school.people["ben"], teams_school.microsoft
    it.fails("post", 412)
    await ben.types("help")
    assert len(ben.sees()) == 1
    async with teams_school.application.database.read(people.DISTRICT) as store:
        (lane,) = [each for each in await store.select(tables.lane) if each["platform"] == "teams"]
    assert lane["pace"] == 1.0


@on_sqlite
async def test_nobody_gets_the_same_prompt_twice_a_press_on_it_proves_that_it_arrived_and_the_reminder_comes(
    teams_school: TeamsSchool,
) -> None:
    ana, ben, it = teams_school.people["ana"], teams_school.people["ben"], teams_school.microsoft
    await ana.starts()
    it.fails("post", 503, times=2, after_effect=True)
    it.fails("post", 0, times=2, after_effect=True)
    await teams_school.until(morning("2027-02-01"))
    assert len((await teams_school.states())["held"]) == 4
    await ben.presses("Who sees what")
    assert len((await teams_school.states())["held"]) == 3

    await teams_school.until(morning("2027-02-03", "07:45"))
    for person in teams_school.people.values():
        titles = [words.partition("\n")[0] for words in person.sees() if PROMPT in words]
        assert titles == [PROMPT, f"Still open: {PROMPT}"], "the reminder covers what may not have arrived"


@on_sqlite
@pytest.mark.parametrize("slow", ["create", "token"])
async def test_what_takes_too_long_before_a_message_can_leave_is_tried_again_and_nothing_is_held(
    microsoft: Microsoft, database_url: str, monkeypatch: pytest.MonkeyPatch, slow: str
) -> None:
    monkeypatch.setattr("adapters.teams.connector.BEFORE_SECONDS", 0.2)
    monkeypatch.setattr("tests.teams.school.AT_ONCE", replace(AT_ONCE, request=1.0))
    async with TeamsSchool.open(microsoft, database_url) as school:
        await school.founds(installed=False)
        ana = school.people["ana"]
        await ana.installs()
        added = ana.said("conversationUpdate", membersAdded=[{"id": BOT}], **school.in_channel(school.channel))
        await school.after(school.tells(added))
        await ana.starts()
        microsoft.tokens.clear()
        microsoft.slow[slow] = 1.5
        asyncio.get_running_loop().call_later(1.2, microsoft.slow.clear)
        await school.until(morning("2027-02-01"))

        asked = {name: [PROMPT in each for each in person.sees()].count(True) for name, person in school.people.items()}
        assert asked == dict.fromkeys(school.people, 1)
        assert set(await school.states()) == {"sent"}


@on_sqlite
@pytest.mark.parametrize("status", [429, 412, 500, 0])
async def test_a_copy_that_teams_did_not_delete_is_tried_again_and_one_that_is_no_more_is_well(
    teams_school: TeamsSchool, status: int
) -> None:
    ben, it = teams_school.people["ben"], teams_school.microsoft
    (platform,) = teams_school.application.platforms
    there = Address(TENANT, ben.human.direct, ben.human.user)
    copy = await platform.send(there, Message("hello"), "d1")
    assert isinstance(copy, Sent)
    it.fails("delete", status)
    with pytest.raises(OSError, match="Teams did not delete it"):
        await platform.retract(there, copy.id)
    assert len(ben.sees()) == 1
    for _ in range(2):
        await platform.retract(there, copy.id)
    assert not ben.sees()


@on_sqlite
async def test_where_teams_takes_no_connection_nothing_has_left(
    teams_school: TeamsSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.teams.connector.BEFORE_SECONDS", 0.3)
    ben = teams_school.people["ben"]
    (platform,) = teams_school.application.platforms
    places: Any = platform._references  # type: ignore[attr-defined]
    known = await places.find(TENANT, ben.human.direct)
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for waiting in (first, second):  # nobody takes them, so the third knocks in vain
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        await places.keep(TENANT, replace(known, service_url=f"https://127.0.0.1:{full.getsockname()[1]}/teams/"))
        outcome = await platform.send(Address(TENANT, ben.human.direct, ben.human.user), Message("hello"), "d1")
    assert outcome == Unreached("Teams cannot be reached: ConnectionTimeoutError")


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
    it.fails("put", 429, times=2, headers={"Retry-After": "0"})
    it.fails("put", 503, after_effect=True)
    for _ in range(2):
        await teams_school.after(teams_school.tells(ben.said("message", value=filled, replyToId=post.id)))
    answers = [each for each in (await teams_school.room()).conversations.values() if each.done_at]
    assert len(answers) == 1, "two submits of one card are one answer"
    assert "Change my answers" in cards.labels(post.card), "its thanks take its place, also where Teams was busy"
    assert "held" not in await teams_school.states(), "in doubt it is drawn once more"

    _, change = cards.sends(post.card, "Change my answers")
    it.posts.remove(post)
    await teams_school.after(teams_school.tells(ben.said("message", value=change, replyToId=post.id)))
    assert cards.asks(it.in_place(ben.human.direct)[-1].card, "priority"), "what has no place comes by itself"
    assert "dead" not in await teams_school.states()


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
    assert cards.labels(ben.card(post)) == ["Send", "Cancel"]
    await ben.presses("Cancel", post)
    assert cards.labels(ben.card(post)) == cards.labels(post.card), "given up, it gives the decision back"
    assert [(each.kind, each.reason) for each in (await teams_school.room()).stands] == [("good", "")]


@on_sqlite
@pytest.mark.parametrize("place", ["19:leadership@thread.tacv2", "19:leads@thread.v2"], ids=["channel", "group chat"])
async def test_words_to_a_decision_where_the_team_reads_it_are_kept_and_its_card_shows_there_what_became_of_it(
    teams_school: TeamsSchool, place: str
) -> None:
    ana, ben, lena, sam = (teams_school.people[name] for name in ("ana", "ben", "lena", "sam"))
    it = teams_school.microsoft
    it.channels[place] = list(it.channels[teams_school.channel])
    teams_school.channel = place
    added = ana.said("conversationUpdate", membersAdded=[{"id": BOT}], **teams_school.in_channel(place))
    await teams_school.after(teams_school.tells(added))
    await ana.mentions("channel here")
    threads = "1699999999999" if place.endswith("tacv2") else ""
    assert {each.thread for each in it.in_place(place)} == {threads}, "a group chat has no threads"

    await lena.mentions("decide Should we keep first period free?")
    await lena.fills(mode="consent")
    await lena.presses("Post it")
    await teams_school.until(morning("2027-02-01", "09:00"))
    (post,) = (each for each in it.in_place(place) if "Decision 1" in str(each.card))
    before, seen = len(it.in_place(place)), len(lena.sees())
    for person in (ana, ben):
        await person.presses("Good enough", post)
    await sam.presses("Worry, go ahead", post)
    await sam.fills(reason="The buses")
    await lena.mentions("stand 1 good")
    assert len(lena.sees()) == seen + 1
    said = {(each.kind, each.reason) for each in (await teams_school.room()).stands}
    assert said == {("good", ""), ("worry", "The buses")}
    assert len(it.in_place(place)) == before + 1, "only Lena's words are answered there"

    await teams_school.until(morning("2027-02-04", "09:00"))
    (decision,) = (await teams_school.room()).decisions
    assert decision.state == "decided"
    assert "Good enough" not in cards.labels(post.card)
    assert "The buses" in cards.words(post.card)


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


@on_sqlite
async def test_who_names_the_bot_in_a_channel_reads_there_where_the_answer_is(teams_school: TeamsSchool) -> None:
    ben, there = teams_school.people["ben"], teams_school.channel
    await ben.mentions("cycle status")
    said = teams_school.microsoft.in_place(there)[-1]
    assert (said.activity["text"], said.thread) == ("I answered you in our own chat.", "1699999999999")
    assert "No cycle is running" in str(teams_school.microsoft.in_place(ben.human.direct)[-1].card)


@on_sqlite
async def test_whoever_is_on_no_roster_is_told_whom_to_ask_where_they_wrote_to_us_and_a_bot_is_not(
    teams_school: TeamsSchool,
) -> None:
    kay, it = (
        Person(teams_school, teams_school.microsoft.add("Kay Boone", "kay@elsewhere.example")),
        teams_school.microsoft,
    )
    before = len(it.in_place(teams_school.channel))
    await kay.types("hello", locale="es-MX")
    await kay.types("need More time")
    spanish, english = kay.sees()
    assert spanish.startswith("Todavía no te conozco. Pide a quien administra")
    assert english.startswith("I do not know you yet. Ask your school's administrator")

    await teams_school.after(
        teams_school.tells(kay.said("message", text="hi", **teams_school.in_channel(teams_school.channel)))
    )
    assert len(it.in_place(teams_school.channel)) == before, "what people say among themselves is not for us"
    await kay.mentions("help")
    said = it.in_place(teams_school.channel)[-1]
    assert (said.activity["text"], said.thread) == (english, "1699999999999")

    bot = {"id": "28:other", "name": "Other", "aadObjectId": kay.human.user}
    await kay.types("hello", **{"from": bot})
    await kay.mentions("help", **{"from": bot})
    assert len(kay.sees()) == 2
    assert len(it.in_place(teams_school.channel)) == before + 1
    assert not (await teams_school.room()).needs


@on_sqlite
async def test_a_picture_without_words_is_answered_with_what_can_be_read(teams_school: TeamsSchool) -> None:
    ana, ben = teams_school.people["ana"], teams_school.people["ben"]
    await ana.starts()
    await teams_school.until(morning("2027-02-01"))
    page = {"contentType": "text/html", "content": '<p><img src="https://smba.example/views/1" alt="image"></p>'}
    image = {"contentType": "image/*", "contentUrl": "https://smba.example/attachments/1"}
    await ben.types("<p>&nbsp;</p>", textFormat="xml", attachments=[image, page])
    assert ben.sees()[-1].startswith("I can read words only, no pictures or files.")
    assert not any(each.answered_at for each in (await teams_school.room()).conversations.values())

    await ben.types("Feedback that helps", attachments=[image])
    assert "Change my answers" in ben.labels(), "words beside a picture are taken"
    await teams_school.after(
        teams_school.tells(ben.said("message", attachments=[image], **teams_school.in_channel(teams_school.channel)))
    )
    assert "no pictures" not in teams_school.channel_text()


@on_sqlite
async def test_the_language_that_was_named_stays_whatever_the_account_says_with_each_message(
    teams_school: TeamsSchool,
) -> None:
    ben = teams_school.people["ben"]
    await ben.types("help", locale="es-MX")
    await ben.types("language")
    assert (ben.labels(), ben.sees()[-1].partition(".")[0]) == (["English", "Español"], "I write to you in English")

    await ben.presses("Español")
    await ben.types("help", locale="en-US")
    card = teams_school.microsoft.in_place(ben.human.direct)[-1].card
    assert ("Lo que puedes hacer" in cards.words(card), card["lang"]) == (True, "es")
    await ben.types("language English", locale="es-MX")
    assert ben.sees()[-1] == "From now on I write to you in English."


@on_sqlite
async def test_a_walk_through_the_chat_says_that_it_is_closed_once_the_team_has_gone_on(
    teams_school: TeamsSchool,
) -> None:
    ana, ben, sam = (teams_school.people[name] for name in ("ana", "ben", "sam"))
    await ana.starts()
    await teams_school.until(morning("2027-02-01"))
    await sam.types("Reading in every subject")
    assert sam.labels() == ["Change my answers"]
    await ana.types("met")
    await teams_school.until(morning("2027-02-08"))
    await ben.types("hello there")  # is no answer, so its questions are put one by one
    await ben.types("Reading groups")
    await ben.types("Planning time")
    question = teams_school.microsoft.in_place(ben.human.direct)[-1]
    assert cards.labels(question.card) == ["Skip"]
    await ana.types("cycle next because we know enough")

    words = "This question is closed; the team has gone on."
    for person, post in ((sam, teams_school.microsoft.in_place(sam.human.direct)[1]), (ben, question)):
        assert (cards.labels(post.card), words in cards.words(post.card)) == ([], True), person.human.name
    await ben.types("Many start from nothing")
    assert words in ben.sees()[-1]


@on_sqlite
async def test_a_form_of_a_command_gives_back_the_card_in_whose_place_it_stands(teams_school: TeamsSchool) -> None:
    ana, ben = teams_school.people["ana"], teams_school.people["ben"]
    await ana.starts()
    await ben.types("actions")
    (before,) = teams_school.microsoft.in_place(ben.human.direct)[-1:]
    shown = cards.words(before.card)
    await ben.presses("Add an action", before)
    assert ben.labels()[-1] == "Cancel"
    await ben.presses("Cancel", before)
    assert cards.words(ben.card(before)) == shown


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


@on_sqlite
async def test_teams_says_how_long_to_wait_and_what_nobody_asked_for_rings_while_answers_and_updates_do_not(
    teams_school: TeamsSchool,
) -> None:
    ben, it = teams_school.people["ben"], teams_school.microsoft
    (platform,) = teams_school.application.platforms
    there = Address(TENANT, ben.human.direct, ben.human.user)
    it.fails("post", 429, headers={"Retry-After": "7"})
    assert await platform.send(there, Message("hello"), "d1") == TryLater(7.0)

    await teams_school.people["ana"].starts()
    await teams_school.until(morning("2027-02-01"))
    await ben.types("need Time to plan")
    prompt, answer = it.in_place(ben.human.direct)
    assert prompt.activity["channelData"] == {"notification": {"alert": True}}
    assert "channelData" not in answer.activity, "who has just written need not be called"
    await platform.send(there, Message("hello again"), "d1", replaces=f"{prompt.conversation}/{prompt.id}")
    assert "channelData" not in prompt.activity
    assert "hello again" in ben.sees()[0]


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
    it = teams_school.microsoft
    await ben.presses("My best time")
    assert "takes longer than usual" in ben.sentences[-1]
    post = it.in_place(ben.human.direct)[-1]
    assert cards.asks(post.card, "time")

    it.fails("put", 429, headers={"Retry-After": "0"})
    await ben.fills(time="when the sun rises")
    assert it.in_place(ben.human.direct)[-1] is post
    assert [box.get("value") for box in cards.inputs(post.card).values()] == ["when the sun rises"]
    assert "“when the sun rises” is not a time of day" in cards.words(post.card)
    _, above, box, *_ = post.card["body"]
    assert ("Attention" in str(above), box["type"]) == (True, "Input.Text"), "what is wrong stands at its field"
    await ben.fills(time="9:00")
    assert not cards.inputs(post.card)

    await ana.mentions("decide Should we keep first period free?")
    await ana.fills(mode="consent")
    await ana.presses("Post it")
    await teams_school.until(morning("2027-02-02", "09:00"))
    seen = len(ben.sees())
    await ben.presses_in_channel("Good enough")
    assert "Noted for decision 1" in ben.sees()[seen], "a word said in the channel is answered in one's own chat"


@on_sqlite
async def test_nothing_is_owed_for_what_teams_has_shown_and_what_a_process_took_with_it_comes_as_a_message(
    teams_school: TeamsSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, ben = teams_school.people["ana"], teams_school.people["ben"]
    conductor, database = teams_school.application.conductor, teams_school.application.database
    await ana.starts()
    await teams_school.until(morning("2027-02-01"))
    await ana.mentions("decide Should we keep first period free?")
    await ana.fills(mode="consent")
    await ana.presses("Post it")
    await teams_school.until(morning("2027-02-02", "09:00"))
    await ben.presses_in_channel("Good enough")
    await ben.presses("My best time")
    table = tables.inbox
    async with database.read(people.DISTRICT) as store:
        assert await store.select(table, table.c.payload.is_not(None)) == []

    async def dies(*given: Any) -> None:
        raise SystemError("it is dead by now")

    with monkeypatch.context() as dying:
        dying.setattr(conductor, "shown", dies)
        dying.setattr(conductor, "owe", dies)
        await ben.presses_in_channel("Good enough")
        await ben.fills(time="9:00")
    seen = len(ben.sees())
    async with database.begin(people.DISTRICT) as store:
        await store.update(table, table.c.payload.is_not(None), done_at=store.now - UNHEARD_AFTER)
    assert await conductor.recover() == 2
    await teams_school.settle()
    told = "".join(map(str, ben.sees()[seen:]))
    assert "Noted for decision 1" in told
    assert "9:00" in told
