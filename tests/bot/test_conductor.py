"""The conductor: each event acts once, nothing that was acknowledged is lost, and one fault stops nobody else."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from adapters import text
from bot import sample
from bot.conductor import UNHEARD_AFTER, Conductor
from bot.which_team import MOST_CARRIED
from bot.workspaces import Workspaces
from flows.events import Event, Filled, Said
from flows.messages import Message, Note
from flows.people import School as SchoolOnRecord
from flows.people import Team
from flows.records import Move
from flows.sends import Send, SendKind
from storage import everywhere, inbox, installations, outbox, people, records, tables
from storage.addresses import Destination
from storage.installations import Installation
from tests.world import CHANNEL, School, labels, scripts, told

TENANT = sample.TENANT
START = sample.START
FIRST = "What should we work on?"
"""the title of the first question"""
WHICH = "You are on several teams. Which one do you mean?"


def event(who: str, words: str | Filled, key: str = "one", **how: Any) -> Event:
    """What somebody says by slash in their direct conversation, unless it is said how."""
    what = words if isinstance(words, Filled) else Said(words, pressed=how.pop("pressed", True))
    place = how.pop("place", f"direct-{who}")
    return Event(
        key=key,
        platform=how.pop("platform", sample.PLATFORM),
        workspace=how.pop("workspace", sample.WORKSPACE),
        user=who,
        place=place,
        private=place.startswith("direct"),
        at=sample.opening(),
        what=what,
        about=how.pop("about", ""),
        answerable=how.pop("answerable", True),
    )


async def happens(school: School, happened: Event) -> str:
    """Let it arrive, and return what answers it at once."""
    reply = await school.rehearsal.happens(happened)
    return told(reply) if reply else ""


async def needs(school: School) -> list[str]:
    return [need.text for need in (await school.room()).needs]


async def counts(school: School) -> tuple[int, int]:
    """How many events wait and how many were set aside."""
    async with school.rehearsal.database.look_everywhere() as looking:
        return await everywhere.inbox_counts(looking)


async def time_passes(school: School, time: timedelta = UNHEARD_AFTER) -> None:
    """Make what waits in the inbox so much older."""
    async with school.rehearsal.database.begin(TENANT) as store:
        table = tables.inbox
        await store.update(table, table.c.done_at.is_(None), received_at=store.now - time)


async def breaks(school: School, key: str) -> None:
    """Make a captured event one that cannot be read, as a version of long ago might have written it."""
    async with school.rehearsal.database.begin(TENANT) as store:
        await store.update(tables.inbox, tables.inbox.c.key == key, payload={"from": "long ago"})


@pytest.fixture
async def begun(school: School) -> School:
    """A team of three, whose cycle has begun."""
    await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    return school


# ---------------------------------------------------------------- once


async def test_an_event_that_arrives_again_acts_once(begun: School) -> None:
    for times in (1, 2, 3, 4):
        again = event("ben", f"need Number {times}", key=f"{times}")
        replies = [await happens(begun, again) for _ in range(times)]
        assert [bool(reply) for reply in replies] == [True, *[False] * (times - 1)]

    assert await needs(begun) == [f"Number {times}" for times in (1, 2, 3, 4)]


async def test_an_event_that_arrives_four_times_at_once_acts_once(begun: School) -> None:
    happened = event("ben", "need More time")
    conductor = begun.rehearsal.conductor

    async def arrives() -> Any:
        await conductor.capture(happened)
        return await conductor.hear(happened)

    replies = await asyncio.gather(*(arrives() for _ in range(4)))

    assert await needs(begun) == ["More time"]
    assert len([reply for reply in replies if reply]) == 1


async def test_what_several_people_do_at_once_is_all_kept(begun: School) -> None:
    conductor = begun.rehearsal.conductor

    async def says(who: str, number: int) -> None:
        happened = event(who, f"need Number {number}", key=f"{who}-{number}")
        await conductor.capture(happened)
        await conductor.hear(happened)

    await asyncio.gather(*(says(who, n) for n, who in enumerate(("ana", "ben", "lena") * 3)))

    room = await begun.room()
    assert sorted(need.text for need in room.needs) == [f"Number {number}" for number in range(9)]
    assert sorted(need.number for need in room.needs) == list(range(1, 10))


async def test_a_key_belongs_to_its_platform(begun: School) -> None:
    async with begun.rehearsal.database.begin(TENANT) as store:
        await installations.install(store, "slack", Installation("T1"))
        await records.keep(store, people.Identity("ben", "slack", "T1", "U1", "direct-ben"))

    await happens(begun, event("ben", "need More time"))
    await happens(begun, event("U1", "need More rooms", platform="slack", workspace="T1"))
    assert await needs(begun) == ["More time", "More rooms"]


async def test_what_was_never_captured_is_not_heard(begun: School) -> None:
    assert await begun.rehearsal.conductor.hear(event("ben", "need More time")) is None
    assert await needs(begun) == []


async def test_processed_words_are_gone_and_the_key_stays(begun: School) -> None:
    await happens(begun, event("ben", "need More time"))

    async with begun.rehearsal.database.read(TENANT) as store:
        (row,) = await store.select(tables.inbox, tables.inbox.c.key == "one")
    assert row["payload"] is None
    assert row["done_at"] is not None


# ---------------------------------------------------------------- nothing lost


async def test_what_was_acknowledged_and_not_processed_is_recovered(begun: School) -> None:
    conductor = begun.rehearsal.conductor
    await conductor.capture(event("ben", "need More time"))
    assert await conductor.recover() == 0, "somebody may just be processing it"

    await time_passes(begun)
    assert await conductor.recover() == 1
    assert await needs(begun) == ["More time"]
    assert await conductor.recover() == 0


async def test_it_is_recovered_by_a_process_that_was_started_anew(begun: School) -> None:
    begun.restarts = True
    await begun.rehearsal.conductor.capture(event("ben", "need More time"))
    await begun.restart()
    await time_passes(begun)

    assert await begun.rehearsal.conductor.recover() == 1
    assert await needs(begun) == ["More time"]


async def test_events_are_recovered_in_the_order_in_which_they_happened(begun: School) -> None:
    conductor = begun.rehearsal.conductor
    late, early = event("ben", "need Second", "b"), event("ben", "need First", "a")
    await conductor.capture(replace(late, at=late.at + timedelta(seconds=2)))
    await conductor.capture(early)
    await time_passes(begun)
    await conductor.recover()

    assert await needs(begun) == ["First", "Second"]


async def test_words_that_come_late_take_no_newer_ones_place_and_are_given_back(begun: School) -> None:
    """Slack says again after a minute what it could not say; meanwhile the person has said something else."""
    conductor = begun.rehearsal.conductor
    first, since = event("ben", "best time 8:00", "a"), event("ben", "best time 13:00", "b")
    first = replace(first, at=first.at - timedelta(seconds=60), answerable=False)
    for each in (since, first):
        await conductor.capture(each)
        await conductor.hear(each)
    await begun.rehearsal.settle()

    assert (await begun.room()).member("ben").best_time == "13:00"
    told = text.draw(begun.people["ben"].posts[-1].message)
    assert "This reached me late, after what you have said since" in told
    assert "best time 8:00" in told


async def test_words_that_come_late_count_where_nothing_was_said_since(begun: School) -> None:
    conductor = begun.rehearsal.conductor
    for key, seconds, words in (("a", 200, "best time 8:00"), ("b", 100, "best time 9:00"), ("c", 95, "need Quiet")):
        said = event("ben", words, key)
        said = replace(said, at=said.at - timedelta(seconds=seconds))
        await conductor.capture(said)
        await conductor.hear(said)

    assert (await begun.room()).member("ben").best_time == "09:00"
    assert await needs(begun) == ["Quiet"]


async def test_who_pressed_before_the_crash_is_answered_by_a_message(begun: School) -> None:
    """The platform stopped waiting: a note becomes a message, and a form a button that opens it."""
    conductor = begun.rehearsal.conductor
    await conductor.capture(event("ben", "cycle status", "a"))
    await conductor.capture(event("ben", "decide Shall we start at eight?", "b"))
    await time_passes(begun)
    await conductor.recover()
    await begun.rehearsal.settle()

    status, form = (post.message for post in begun.people["ben"].posts[-2:])
    assert "Where we are" in text.draw(status)
    assert [button.says for button in form.buttons] == ["decide Shall we start at eight?"]
    await begun.people["ben"].presses("Open the form")
    assert begun.people["ben"].form is not None


async def test_a_poison_event_is_set_aside_after_five_tries_and_stops_nobody(begun: School) -> None:
    conductor = begun.rehearsal.conductor
    await conductor.capture(event("ana", "need Poison", "a"))
    await conductor.capture(event("ben", "need More time", "b"))
    await breaks(begun, "a")

    await time_passes(begun)
    assert await conductor.recover() == 2
    assert await needs(begun) == ["More time"]
    for _ in range(inbox.MOST_ATTEMPTS - 2):
        await conductor.recover()
        assert await counts(begun) == (1, 0)
    await conductor.recover()
    assert await counts(begun) == (0, 1)
    assert await conductor.recover() == 0


async def test_who_meets_a_fault_is_told_that_nothing_is_lost(begun: School) -> None:
    conductor = begun.rehearsal.conductor
    happened = event("ben", "need More time")
    await conductor.capture(happened)
    await breaks(begun, "one")

    reply = await conductor.hear(happened)
    assert "Your words are kept" in told(reply)
    assert await counts(begun) == (1, 0)


async def test_a_team_that_cannot_be_visited_stops_no_other(begun: School) -> None:
    await begun.another_team("science", "Cai", administrator="Dee", channel="science")
    await begun.people["dee"].starts()
    await begun.keep(Move("team", 1, 9, "opened", "a phase of long ago", begun.clock.now))
    begun.clock.set(begun.clock.now + timedelta(hours=1))

    assert await begun.rehearsal.conductor.tick() == 1
    assert await begun.rehearsal.conductor.tick() == 0, "or the one that fails would keep the clock busy"
    await begun.rehearsal.dispatcher.drain()
    assert [post.place for post in begun.stage.posts if post.message.title == FIRST] == ["direct-dee", "direct-cai"]


async def test_teams_that_cannot_be_visited_stop_no_other_also_where_more_are_due_than_one_look_finds(
    begun: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.everywhere.MOST_TEAMS", 1)
    await begun.another_team("zoology", "Cai", administrator="Dee", channel="zoology")
    await begun.people["dee"].starts()
    await begun.keep(Move("team", 1, 9, "opened", "a phase of long ago", begun.clock.now))
    begun.clock.set(begun.clock.now + timedelta(hours=1))

    assert [await begun.rehearsal.conductor.tick() for _ in range(3)] == [0, 1, 0]


# ---------------------------------------------------------------- who is it


async def test_a_stranger_is_told_whom_to_ask_and_changes_nothing(begun: School) -> None:
    before = await begun.room()

    for words in ("help", "need More time", "decide post 1", Filled("order need", {"need": "More time"})):
        assert "I do not know you yet" in await happens(begun, event("zoe", words, key=str(words)))
    assert await begun.room() == before


async def test_an_unknown_workspace_leaves_nothing_behind(begun: School) -> None:
    happened = event("ben", "need More time", workspace="elsewhere")

    assert not await begun.rehearsal.conductor.capture(happened)
    assert "I do not know you yet" in told(await begun.rehearsal.conductor.hear(happened))
    assert await counts(begun) == (0, 0)
    assert await needs(begun) == []


async def test_a_person_without_a_team_is_told_so(begun: School) -> None:
    await begun.people["lena"].says("team left Ben confirmed")

    assert "You are on no team now" in await happens(begun, event("ben", "help"))
    await begun.people["ben"].types("hello?")
    assert "You are on no team now" in begun.people["ben"].last.text


# ---------------------------------------------------------------- which team is it


async def two_teams(school: School) -> None:
    """Ben is on both teams; Cai and Dee only on the second one, whose channel is "science"."""
    await school.another_team("science", "Ben", "Cai", administrator="Dee", channel="science")


async def test_a_card_of_another_team_does_nothing_for_who_is_not_on_it(begun: School) -> None:
    await two_teams(begun)
    await begun.people["lena"].says("decide")
    await begun.people["lena"].submits({"question": "Shall we?", "mode": "consent"})
    await begun.people["lena"].presses("Post it")
    await begun.until("today 09:00")
    before = await begun.room(), await begun.room("science")

    for words in (
        "stand 1 good",
        "met",
        "need Mine",
        "action accept 1",
        "help",
        Filled("order need", {"need": "Mine"}),
    ):
        for place in (CHANNEL, "direct-cai"):
            reply = await happens(begun, event("cai", words, key=f"{words}{place}", about="team", place=place))
            assert "a team that you are not on" in reply, words
    assert (await begun.room(), await begun.room("science")) == before


async def test_who_has_moved_to_another_team_cannot_press_the_old_cards(begun: School) -> None:
    """The same number is another decision there."""
    await begun.another_team("science", "Cai", administrator="Ana", channel="science")
    await begun.people["lena"].says("team left Ana confirmed")

    reply = await happens(begun, event("ana", START, about="team"))
    assert "a team that you are not on" in reply
    assert (await begun.room("science")).cycles == ()


async def test_in_two_teams_a_card_and_a_channel_say_which_one_is_meant(begun: School) -> None:
    await two_teams(begun)

    await happens(begun, event("dee", START, "a"))
    await happens(begun, event("ben", "need For the first", "b", about="team"))
    await happens(begun, event("ben", "need For the second", "c", about="science"))
    await happens(begun, event("ben", "need In the channel", "d", place="science"))

    assert await needs(begun) == ["For the first"]
    assert [need.text for need in (await begun.room("science")).needs] == ["For the second", "In the channel"]


async def test_in_two_teams_a_command_that_says_neither_asks_which_and_a_press_does_it_there(begun: School) -> None:
    await two_teams(begun)
    await begun.people["dee"].starts()
    ben = begun.people["ben"]

    for gives, words in ((ben.says, "need By slash"), (ben.types, "/need By name"), (ben.types, "need By its words")):
        asked = await gives(words)
        message = asked.message if asked else ben.last
        assert message.text == WHICH
        assert labels(message) == ["Leadership team", "The science team"]
        assert await needs(begun) == [], "nothing is done before it is known for whom"
        ben.note = message
        await ben.presses("The science team")
    assert [need.text for need in (await begun.room("science")).needs] == ["By slash", "By name", "By its words"]
    assert await needs(begun) == []


async def test_in_two_teams_a_form_opens_for_the_team_that_was_chosen(begun: School) -> None:
    await two_teams(begun)
    ben = begun.people["ben"]

    assert WHICH in told(await ben.says("decide Shall we start at eight?"))
    await ben.presses("Leadership team")
    await ben.submits({"question": "Shall we start at eight?", "mode": "consent"})
    assert [each.question for each in (await begun.room()).decisions] == ["Shall we start at eight?"]
    assert (await begun.room("science")).decisions == ()


async def test_teams_of_the_same_name_are_told_apart_by_their_schools(begun: School) -> None:
    await two_teams(begun)
    async with begun.rehearsal.database.begin(TENANT) as store:
        await records.keep(store, SchoolOnRecord("lincoln", "Lincoln Elementary", sample.CALENDAR))
        await records.keep(store, Team("science", "lincoln", "Leadership team"))

    reply = await begun.rehearsal.happens(event("ben", "home"))
    assert isinstance(reply, Note)
    school = (await begun.room()).school.name
    assert labels(reply.message) == ["Leadership team (Lincoln Elementary)", f"Leadership team ({school})"]
    assert [button.about for button in reply.message.buttons] == ["science", "team"]


async def test_in_two_teams_a_new_channel_becomes_that_of_the_team_which_was_chosen(begun: School) -> None:
    await begun.another_team("science", "Cai", administrator="Lena", channel="science")

    assert WHICH in await happens(begun, event("lena", "channel here", "a", place="new"))
    await happens(begun, event("lena", "channel here", "b", place="new", about="science"))
    assert [each.place for each in (await begun.room("science")).channels] == ["new"]
    assert [each.place for each in (await begun.room()).channels] == [CHANNEL]


async def test_in_two_teams_who_invites_the_bot_hears_what_to_say_in_the_channel(begun: School) -> None:
    await begun.another_team("science", "Cai", administrator="Lena", channel="science")

    assert await happens(begun, event("lena", "channel here", place="new", answerable=False)) == ""
    said = text.draw(begun.people["lena"].last)
    assert said == "Say this in the channel that your team reads: /leadcycle channel here"


async def test_in_two_teams_words_that_no_button_can_carry_are_to_be_said_in_the_channel(begun: School) -> None:
    await two_teams(begun)

    for words, pressed in ((f"need {'x' * MOST_CARRIED}", True), ("Good morning", False)):
        said = event("ben", words, words[:4], pressed=pressed)
        assert "Write to me in the channel of the team that you mean" in await happens(begun, said)


async def test_in_two_teams_typed_words_answer_the_question_that_was_asked_last(begun: School) -> None:
    await two_teams(begun)
    await begun.people["dee"].starts()
    await begun.until("today 09:00")
    ben = begun.people["ben"]
    await ben.presses("Answer")
    await happens(begun, event("ben", "answer convene chat", "a", about="team"))
    await ben.types("We start on time")
    await happens(begun, event("ben", "answer convene chat", "b", about="science"))
    await ben.types("We say what we need")

    lines = {id: [line.text for line in (await begun.room(id)).lines] for id in ("team", "science")}
    assert lines == {"team": ["We start on time"], "science": ["We say what we need"]}


async def test_who_is_in_two_teams_is_asked_for_both_within_the_weekly_cap(begun: School) -> None:
    await two_teams(begun)
    await begun.people["dee"].starts()
    await begun.until("today 12:00")

    to_ben = [post.message.about for post in begun.people["ben"].posts if post.message.title.startswith(FIRST)]
    assert sorted(to_ben) == ["science", "team"]


async def test_a_command_in_a_channel_of_nobodys_means_the_only_team(begun: School) -> None:
    await happens(begun, event("ben", "need More time", place="staff-room"))

    assert await needs(begun) == ["More time"]


async def test_a_command_in_another_teams_channel_is_not_taken(begun: School) -> None:
    await two_teams(begun)

    assert "a team that you are not on" in await happens(begun, event("cai", "need More time", place=CHANNEL))
    assert await needs(begun) == []


async def test_what_people_say_to_each_other_in_a_channel_is_not_ours(begun: School) -> None:
    await two_teams(begun)
    before = len(begun.stage.posts)

    for who, words in (
        ("ben", "Good morning!"),
        ("zoe", "need more coffee"),
        ("cai", "met yesterday"),
        ("ben", "help"),
    ):
        chatter = event(who, words, key=words, place=CHANNEL, pressed=False, answerable=False)
        assert await begun.rehearsal.happens(chatter) is None
    assert len(begun.stage.posts) == before
    assert await needs(begun) == []


async def test_who_calls_the_bot_by_name_in_a_channel_is_answered_alone(begun: School) -> None:
    said = event("ben", "@Leadcycle need More time", place=CHANNEL, pressed=False, answerable=False)
    await begun.rehearsal.happens(said)

    assert await needs(begun) == ["More time"]
    assert "Noted as need 1" in begun.people["ben"].last.text
    assert "Noted" not in "".join(message.text for message in begun.channel.messages)


# ---------------------------------------------------------------- what is answered how


async def test_where_no_answer_can_be_shown_it_comes_as_a_message(begun: School) -> None:
    ben = begun.people["ben"]

    assert await ben.types("/cycle status") is None
    assert "Where we are" in text.draw(ben.last)
    assert await ben.types("/decide Shall we?") is None
    await ben.presses("Open the form")
    assert ben.form is not None


async def test_a_note_carries_its_team_so_that_its_buttons_find_it(begun: School) -> None:
    reply = await begun.people["ben"].says("actions")

    assert isinstance(reply, Note)
    assert reply.message.about == "team"


async def test_a_team_without_a_channel_loses_nothing_else(begun: School) -> None:
    """A post has nowhere to go; people are still asked."""
    async with begun.rehearsal.database.begin(TENANT) as store:
        await records.keep(store, Team("attic", "riverside", "Attic team"))
        store_of = await records.load(store, people.Membership, member="ben")
        await records.keep(store, replace(store_of[0], team="attic", position=0))
        await records.keep(store, replace(store_of[0], team="attic", member="lena", position=1))
    lena = begun.people["lena"]
    await happens(begun, event("ben", "decide", "a", about="attic"))
    filled = Filled("order decide", {"question": "Shall we?", "mode": "consent"})
    await happens(begun, event("ben", filled, "b", about="attic"))
    await happens(begun, event("ben", "decide post 1", "c", about="attic"))
    await begun.until("today 09:00")

    assert lena.was_told("Decision 1: what do you think?", times=1)


async def test_events_that_arrive_together_are_captured_together_and_one_stops_no_other(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    await school.team("Ana", "Ben", administrator="Lena")
    conductor = school.rehearsal.conductor
    events = [event("ana", f"need Words {number}", key=f"{number}") for number in range(6)]
    broken, capture = events[3], inbox.capture

    async def refusing(store: Any, each: Event) -> bool:
        if each is broken:
            raise OSError("this one cannot be written")
        return await capture(store, each)

    monkeypatch.setattr(inbox, "capture", refusing)
    found = await asyncio.gather(*map(conductor.capture, (*events, events[0])), return_exceptions=True)

    assert [each for each in found if isinstance(each, bool)] == [True] * 5 + [False]
    assert isinstance(found[3], OSError)
    monkeypatch.undo()
    assert await conductor.capture(broken)


async def test_whoever_waits_for_an_answer_goes_before_those_who_do_not(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    await school.team("Ana", "Ben", administrator="Lena")
    conductor, heard, found, all_found = school.rehearsal.conductor, list[str](), list[str](), asyncio.Event()
    typed = [event("ana", f"Words {number}", key=f"t{number}", pressed=False, answerable=False) for number in range(8)]
    asked = event("ben", "cycle status", key="asked")
    for each in (*typed, asked):
        await conductor.capture(each)
    tenant = Workspaces.tenant

    async def noting(*where: Any) -> str | None:
        found.append("")
        if len(found) == len(typed):
            all_found.set()
        return await tenant(*where)

    async def hears(each: Event) -> None:
        await conductor.hear(each)
        heard.append(each.key)

    monkeypatch.setattr(Workspaces, "tenant", noting)
    hearing = [asyncio.create_task(hears(each)) for each in typed]
    await all_found.wait()
    await asyncio.gather(*hearing, hears(asked))

    assert heard.index("asked") < 6
    assert sorted(heard) == sorted(each.key for each in (*typed, asked))


async def test_the_platforms_are_looked_at_as_soon_as_somebody_new_is_on_record(begun: School) -> None:
    looked: list[str] = []
    begun.rehearsal.conductor = Conductor(begun.rehearsal.database, scripts(), look_for=lambda: looked.append("now"))

    await happens(begun, event("ana", "team role Ben support staff", "a"))
    assert not looked
    await happens(begun, event("ana", "team add Zoe zoe@school.example teacher", "b"))
    assert looked == ["now"]


async def test_the_log_leads_from_an_event_to_what_it_put_into_the_outbox(begun: School) -> None:
    happened = event("ana", "/home", "Ev77", answerable=False)
    await begun.rehearsal.conductor.capture(happened)
    with capture_logs(processors=[merge_contextvars]) as lines:
        await begun.rehearsal.conductor.hear(happened)

    heard = [each for each in lines if each.get("heard") == "Ev77"]
    assert [each["event"] for each in heard] == ["inbox.heard", "outbox.enqueued"]
    assert heard[0]["sends"] == 1
    (row,) = [row for row in await begun.rows() if row.delivery == heard[1]["delivery"]]
    assert heard[1]["key"] == row.send.key


@pytest.mark.parametrize("kind", [each for each in SendKind if each not in (SendKind.REFRESH, SendKind.REPLY)])
async def test_what_has_no_words_any_more_is_cancelled_with_that_reason(begun: School, kind: SendKind) -> None:
    """It is taken back while nobody knows whether it arrived, and is not found then."""
    database, table = begun.rehearsal.database, tables.outbox
    team = (await begun.room()).team.id
    async with database.begin(TENANT) as store:
        to = Destination(sample.PLATFORM, sample.WORKSPACE, "direct-ana", "ana")
        send = Send("odd", team, "ana", SendKind.PROMPT, store.school_time, Message("Well?"))
        await outbox.enqueue(store, send, to)
        await store.update(table, table.c.key == "odd", message=None, kind=kind.value)
    posts = len(begun.stage.posts)

    await begun.rehearsal.dispatcher.drain()

    async with database.read(TENANT) as store:
        (found,) = await store.select(table, table.c.key == "odd")
    assert (found["state"], found["error"], found["attempt"]) == ("cancelled", "its words were destroyed", 0)
    assert len(begun.stage.posts) == posts
