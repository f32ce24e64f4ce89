"""What concerns every team of a school: a day without school, and a hold."""

import asyncio
from datetime import date, time

from bot.sample import CALENDAR, PLATFORM, WORKSPACE
from flows.events import Event, Said
from flows.sends import SendKind
from storage.state import State
from tests.world import School, told

STARTED = (SendKind.PROMPT, SendKind.NUDGE)


async def two_teams(school: School) -> None:
    """Two teams of one school, each with a cycle that began on Monday, February 1; Lena is the principal of both."""
    await school.team("Ana", "Ben", administrator="Lena")
    await school.another_team("grade7", "Dan", "Eva", administrator="Lena", channel="grade-7")
    await school.begins()
    await school.people["lena"].says("cycle start")
    await school.people["lena"].presses("The grade7 team")
    await school.people["lena"].presses("Start it like this")


async def says(school: School, words: str) -> str:
    """Lena, who is on two teams, says what concerns the whole school, and yes to a day that is read back."""
    lena = school.people["lena"]
    reply = await lena.says(words)
    if "Right?" in told(reply):
        reply = await lena.presses("Yes")
    return told(reply)


async def test_a_closure_covers_today_while_messages_are_on_their_way(school: School) -> None:
    await two_teams(school)
    ben, dan, eva = (school.people[who] for who in ("ben", "dan", "eva"))
    await eva.says("best time 2:00 pm")
    await school.until("2027-02-02 12:00")
    sent = len(school.stage.posts)
    assert ben.was_told("Still open"), "the morning's messages are out"
    assert not eva.posts[1:], "and some of the day's are not"

    said = await says(school, "closure today because of snow")
    assert "Messages that are out already stay where they are." in said
    await school.until("2027-02-03 06:00")
    assert len(school.stage.posts) == sent
    await says(school, "closure today because the snow stays")
    await school.until("2027-02-04 07:29")
    assert len(school.stage.posts) == sent, "no post of either team either"

    await school.until("2027-02-04 08:00")
    cards = [post.message.title for post in school.stage.posts if post.place in ("leadership", "grade-7")]
    assert cards == ["Convene: we meet on Thursday, February 4"] * 2
    reasons = {row.error for row in await school.rows() if row.state is State.CANCELLED}
    assert reasons == {"out of hours", "weekly cap"}, "the second is Lena's, who is on both teams"
    assert not dan.was_told("snow")


async def test_cards_that_stand_are_drawn_anew_in_every_team(school: School) -> None:
    await two_teams(school)
    await school.until("2027-02-03 09:00")
    assert len(school.channel.messages) == 1
    said = await says(school, "closure today from 11:00 because of ice")
    assert "closes at 11:00" in said
    said = await says(school, "closure 2027-02-03 because of ice")
    assert "is closed" in said

    await school.until("2027-02-04 08:00")
    posts = [post for post in school.stage.posts if not post.place.startswith("direct")]
    cards = {post.place: post.message.title for post in posts if post.message.title}
    assert set(cards.values()) == {"Convene: we meet on Thursday, February 4"}
    assert len(cards) == 2
    moved = {post.place for post in posts if "has moved: we meet on Thursday, February 4" in post.message.text}
    assert moved == cards.keys(), "who read the card in the morning is told in its thread"


async def test_two_closures_at_the_same_time_are_both_kept(school: School) -> None:
    await two_teams(school)
    days = ("2027-03-01", "2027-03-02", "2027-03-03", "2027-03-04")
    conductor, events = school.rehearsal.conductor, []
    for number, day in enumerate(days):
        team = ("team", "grade7")[number % 2]
        events.append(
            Event(
                f"at-once-{number}",
                PLATFORM,
                WORKSPACE,
                "lena",
                school.people["lena"].place,
                True,
                school.clock.now,
                Said(f"closure {day}", True),
                team,
                True,
            )
        )
    for event in events:
        await conductor.capture(event)
    replies = await asyncio.gather(*(conductor.hear(event) for event in events))

    assert all("is closed" in told(reply) for reply in replies)
    calendar = (await school.room()).calendar
    assert not any(calendar.is_open(date.fromisoformat(day)) for day in days)


async def test_a_hold_stops_every_team_and_resume_sends_nothing_stale(school: School) -> None:
    await two_teams(school)
    ben, dan = school.people["ben"], school.people["dan"]
    await school.until("2027-02-02 06:00")
    sent = len(school.stage.posts)
    assert "Everything is on hold" in await says(school, "hold because of a death in the family of the school")

    await school.until("2027-02-09 06:00")
    assert len(school.stage.posts) == sent
    assert "Everything is on hold" in told(await dan.says("cycle status"))
    await ben.types("/leadcycle need Quiet halls")
    assert "others see it once the hold is over" in ben.last.text
    answered = len(school.stage.posts)
    assert answered == sent + 1

    assert "Nothing stale is sent" in await says(school, "resume")
    await school.until("2027-02-09 07:29")
    assert len(school.stage.posts) == answered
    await school.until("2027-02-10 12:00")
    after = school.stage.posts[answered:]
    assert {post.message.title for post in after if not post.place.startswith("direct")} == {
        "Convene: we meet on Wednesday, February 10"
    }
    assert all(post.at >= CALENDAR.at(date(2027, 2, 9), time(7, 30)) for post in after)
    started = [row for row in await school.rows() if row.send.kind in STARTED and row.state is State.SENT]
    assert len({row.send.key for row in started}) == len(started)
    assert not (await school.room("grade7")).hold


async def test_a_hold_that_begins_while_a_message_waits_stops_it_and_ends_with_a_reason(school: School) -> None:
    await two_teams(school)
    ben, lena = school.people["ben"], school.people["lena"]
    await ben.says("best time 2:00 pm")
    await school.until("2027-02-01 12:00")
    await says(school, "hold because of a fire")
    await school.until("2027-02-01 16:00")
    assert ben.posts == []

    await school.until("2027-02-04 12:00")
    await says(school, "resume")
    await school.until("2027-02-04 16:00")
    rows = [row for row in await school.rows() if row.send.to == "ben"]
    assert [(row.state, row.error) for row in rows] == [(State.CANCELLED, "on hold")]
    assert lena.posts
