"""School time: the bot starts nothing outside contract hours, and takes no more attention than it promised."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.rehearsal import Player, Post
from bot.sample import CALENDAR
from flows.calendar import Closure, SchoolCalendar
from flows.people import School as SchoolOnRecord
from flows.sends import SendKind
from storage.outbox import OutboxRow
from storage.state import State
from tests.world import School, labels, plans, told

STARTED = (SendKind.PROMPT, SendKind.NUDGE)


def when(post: Post) -> str:
    """The wall time at which it was posted."""
    return f"{CALENDAR.local(post.at):%a %b %d %H:%M}"


def week(moment: datetime) -> date:
    day = CALENDAR.local_date(moment)
    return day - timedelta(days=day.weekday())


async def started(school: School, who: str = "") -> list[OutboxRow]:
    """What the bot started and what arrived, for this person or everybody."""
    rows = [row for row in await school.rows() if row.send.kind in STARTED and row.state is State.SENT]
    return [row for row in rows if not who or row.send.to == who]


async def fates(school: School, who: str) -> list[str]:
    """What became of each message that the bot meant to start."""
    rows = [row for row in await school.rows() if row.send.kind in STARTED and row.send.to == who]
    return [row.error if row.state is State.CANCELLED else row.state.value for row in rows]


async def keeps(school: School, calendar: SchoolCalendar) -> None:
    """Import another calendar."""
    room = await school.room()
    await school.keep(SchoolOnRecord(room.school.id, room.school.name, calendar))
    school.calendar = calendar


async def closes(school: School, day: date, name: str) -> None:
    """Announce a day without school, as an office does on a snowy morning."""
    known = (await school.room()).calendar
    await keeps(school, replace(known, closures=(*known.closures, Closure(day, day, name))))


# ---------------------------------------------------------------- a whole cycle


async def test_through_a_whole_silent_cycle_nobody_is_written_to_out_of_hours_or_too_often(school: School) -> None:
    """Nobody answers anything; the facilitator goes on; ten weeks cross two breaks and a change of the clock."""
    ana, *_ = await school.team("Ana", "Ben", "Cai", administrator="Lena")
    await school.begins()
    for day in ("2027-02-10", "2027-03-03", "2027-03-10"):
        await school.until(f"{day} 12:00")
        await ana.says("cycle next because we did it in the room")
    due = {"due": "2027-03-31", "prediction": "Calm", "measure": "A list", "reason": "It cannot wait"}
    for player in school.people.values():
        await player.says(f"action Something of {player.id}")
        await player.submits({"what": "Something", "owner": player.id, **due})
    await school.until("2027-05-05 12:00")

    assert (await school.room()).moves[-1].kind == "finished"
    asked = school.stage.posts
    assert all(CALENDAR.is_working(post.at) for post in asked)
    for who in school.people:
        rows = await started(school, who)
        assert max(Counter(week(row.send.due) for row in rows).values()) <= 2, who
        assert sum(row.send.kind is SendKind.NUDGE for row in rows) <= 4, who
        assert len(rows) <= (17 if who == "ana" else 16), who
    cards = {when(post) for post in asked if "How are your actions going" in post.message.title}
    assert {each[:3] for each in cards} == {"Fri"}
    assert {each[-5:] for each in cards} == {"14:30", "11:00"}, "the same wall time before and after March 14"
    assert all(
        row.state in (State.SENT, State.CANCELLED) and (row.error or row.state is State.SENT)
        for row in await school.rows()
    )


# ---------------------------------------------------------------- nights, weekends, breaks


async def test_who_writes_at_night_is_answered_at_once_and_what_it_causes_for_others_waits(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("2027-02-03 08:00")
    await school.until("today 21:00")
    before = len(school.stage.posts)

    await ben.types("help")
    await ana.says("record")
    await ana.submits({"norms.0": "On time", "purpose.0": "One thing", "priority.0": "Feedback"})
    assert [post.place for post in school.stage.posts[before:]] == [ben.place]
    assert "Feedback" not in "".join(message.text for message in school.channel.messages)

    await school.until("next school day 07:29")
    assert len(school.stage.posts) == before + 1
    await school.until("today 07:30")
    assert "Our Priority of Practice: Feedback" in school.channel.drawn
    assert lena.was_told("Feedback") is False


AFTER_THE_BREAK = "Monday, February 22, 7:30\u202fAM"


async def test_what_somebody_does_at_night_says_when_others_see_it(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await plans(ana, "Visit two lessons", "3/12")
    await school.until("2027-02-12 14:35")
    await ben.fills(what="They asked first", so_what=None, now_what=None)
    await ben.says("decide Shall we start at eight?")
    await ben.submits({"question": "Shall we start at eight?", "mode": "consent"})
    assert "Your team sees it" not in told(await ben.presses("Post it"))
    morning = f"Your team sees it on {AFTER_THE_BREAK}."
    await school.until("today 14:50")

    await school.until("2027-02-12 20:00")
    assert morning in told(await ben.presses("Share with the team"))
    assert morning in told(await ana.says("action pass 1 to Ben"))
    assert "Your team sees it" not in told(await ben.says("decisions"))
    declined = told(await ben.says("action decline 1"))
    assert morning in declined
    assert f"Ana A. hears of it on {AFTER_THE_BREAK}, at the earliest." in declined
    assert "Your team sees it" not in told(await ana.says("stand 1 good")), "nobody sees a stand before the close"
    assert morning in told(await ben.says("decide withdraw 1 because we were too quick"))
    assert morning in told(await lena.says("cycle next because the work is done"))


async def test_what_the_channel_does_not_hold_yet_is_not_announced_at_night(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await school.until("today 20:00")
    assert "Your team sees it" not in told(await ben.says("need Planning time")), "its card comes with the meeting"

    await school.until("2027-02-10 20:00")
    thursday = "Your team sees it on Thursday, February 11, 7:30\u202fAM."
    assert told(await ben.says("need Quiet halls")).endswith(thursday)
    await ana.says("record")
    assert thursday in told(await ana.fills(chosen=["1"]))
    await school.until("next school day 09:00")
    assert "Your team sees it" not in told(await ben.says("resource The late start"))


async def test_a_message_that_comes_due_after_the_last_bell_waits_for_the_next_opening(school: School) -> None:
    _, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.until("Friday 15:27")
    await lena.says("/decide Shall we?")
    await lena.submits({"question": "Shall we?", "mode": "consent", "closes": "2027-02-12"})
    await lena.presses("Post it")

    await school.until("2027-02-12 08:00")
    assert [when(post) for post in ben.posts] == ["Mon Feb 08 07:30", "Fri Feb 12 07:45"]


async def test_nothing_is_sent_in_a_break(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await ana.says("met")
    await school.until("2027-02-12 15:31")
    before = len(school.stage.posts)

    await school.until("2027-02-22 07:29")
    assert len(school.stage.posts) == before


async def test_a_storm_that_is_announced_in_the_morning_stops_the_day(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("2027-02-02 15:29")
    before = len(school.stage.posts)
    await school.until("2027-02-03 06:00")
    await closes(school, date(2027, 2, 3), "Snow")

    await school.until("2027-02-04 07:29")
    assert len(school.stage.posts) == before
    await school.until("2027-02-04 08:00")
    assert "we meet on Thursday, February 4" in school.channel.drawn
    assert "Thursday, February 4" in told(await ana.says("cycle status"))
    assert not ben.was_told("Your team's meeting was")


async def test_on_a_half_day_the_weekly_card_comes_before_the_early_bell(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    for _ in range(3):
        await ana.says("cycle next because we are quick")
    await school.until("2027-03-25 12:00")
    before = len(ana.posts)

    await school.until("2027-03-26 16:00")
    assert [when(post) for post in ana.posts[before:]] == ["Fri Mar 26 11:00"]


# ---------------------------------------------------------------- attention


async def test_three_decisions_in_a_week_cost_two_messages_and_the_third_is_in_the_channel(school: School) -> None:
    _, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    for number in (1, 2, 3):
        await lena.says(f"/decide Question {number}?")
        await lena.submits({"question": f"Question {number}?", "mode": "consent"})
        await lena.presses("Post it")
        await school.until(f"2027-02-01 1{number}:00")
    await school.until("Friday 15:00")

    assert len(ben.posts) == 2
    assert await fates(school, "ben") == ["sent", "sent", *["weekly cap"] * 2], "the third, and the one reminder"
    assert "Question 3?" in "".join(item.text for message in school.channel.messages for item in message.items)


async def test_what_keeps_until_next_week_waits_for_it(school: School) -> None:
    _, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    for number in (1, 2, 3):
        await lena.says(f"/decide Question {number}?")
        await lena.submits({"question": f"Question {number}?", "mode": "consent", "closes": "2027-02-12"})
        await lena.presses("Post it")
        await school.until(f"2027-02-01 1{number}:00")
    await school.until("2027-02-12 15:00")

    assert [when(post)[:10] for post in ben.posts] == ["Mon Feb 01", "Mon Feb 01", "Mon Feb 08", "Fri Feb 12"]


async def test_answers_to_what_somebody_writes_do_not_count(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    for _ in range(5):
        await ben.types("help")

    await school.until("2027-02-03 08:00")
    assert await fates(school, "ben") == ["sent", "sent"]
    assert ben.was_told("Hello Ben. I am Leadcycle", times=1)
    assert ben.was_told("Still open", times=1)


async def test_who_answered_or_put_it_off_for_the_cycle_is_not_reminded(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("today 08:00")
    await ana.fills(priority="Feedback")
    await ben.types("stop")
    await school.until("2027-02-03 08:00")

    assert [player.was_told("Still open") for player in (ana, ben, lena)] == [False, False, True]


# ---------------------------------------------------------------- people's own time


async def test_a_person_is_asked_at_the_time_they_chose(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await ben.says("best time")
    await ben.submits({"time": "1:05 pm"})
    await school.begins()
    await school.until("2027-02-02 15:00")

    assert [when(post) for post in ben.posts] == ["Mon Feb 01 13:05", "Tue Feb 02 13:05"]
    assert [when(post) for post in ana.posts] == ["Mon Feb 01 07:45", "Tue Feb 02 07:45"]


async def test_who_is_on_leave_gets_nothing_and_nobody_hears_of_it(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await ben.types("leave today to Wednesday")
    assert not (await school.room()).leaves, "a day in one's own words is read back first"
    await ben.presses("Yes")
    answered = len(ben.posts)
    await school.until("2027-02-03 15:00")

    assert len(ben.posts) == answered
    assert not any("Ben" in message.text + message.note for message in school.channel.messages)
    assert not any(player.was_told("leave") for player in (ana, lena))
    await school.until("2027-02-09 08:00")
    assert (await school.room()).leaves[0].last == date(2027, 2, 3)


async def test_leave_that_begins_after_the_message_was_written_still_stops_it(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await ben.says("best time 2:00 pm")
    await school.begins()
    await school.until("today 12:00")
    await ben.says("leave 2027-02-01 to 2027-02-05")
    await school.until("2027-02-01 15:00")

    assert ben.posts == []
    assert await fates(school, "ben") == ["on leave"]


# ---------------------------------------------------------------- a process that was away


async def test_after_three_days_without_the_process_nothing_stale_goes_out(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    school.clock.set(CALENDAR.at(date(2027, 2, 4), time(7, 40)))
    await school.restart()
    await school.rehearsal.settle()

    assert school.stage.posts == []
    notes = {each.key: each.note for each in (await school.room()).occurrences}
    assert notes == {"1.ask0": "stale", "1.nudge0": "stale", "1.agenda": "stale"}
    await school.until("today 08:00")
    assert [player.was_told("Your team's meeting was") for player in (ana, ben, lena)] == [True, False, False]


async def test_a_message_that_was_written_and_not_sent_expires_with_its_reason(school: School) -> None:
    """The process stops between writing the messages and sending them, and comes back on Thursday."""
    await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    school.clock.set(CALENDAR.at(date(2027, 2, 1), time(7, 45)))
    await school.rehearsal.conductor.tick()
    school.clock.set(CALENDAR.at(date(2027, 2, 4), time(9)))
    await school.rehearsal.settle()

    assert await fates(school, "ben") == ["expired"]
    assert not any("Welcome" in post.message.title for post in school.stage.posts)


async def test_a_late_question_is_not_followed_by_its_reminder_in_the_same_minute(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    school.clock.set(CALENDAR.at(date(2027, 2, 2), time(9)))
    await school.rehearsal.settle()

    assert [when(post) for post in ben.posts] == ["Tue Feb 02 09:00"]
    await school.until("2027-02-03 12:00")
    assert not ben.was_told("Still open")


async def test_a_clock_that_is_set_back_asks_nobody_twice(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("2027-02-02 12:00")
    school.clock.set(CALENDAR.at(date(2027, 2, 1), time(7)))
    await school.rehearsal.settle()
    await school.until("2027-02-02 12:00")

    assert len(ben.posts) == 2


async def test_when_the_school_year_is_over_nothing_is_sent_and_nothing_breaks(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await keeps(school, replace(CALENDAR, terms=CALENDAR.terms[:2]))
    school.clock.set(CALENDAR.at(date(2027, 6, 11), time(15, 28)))

    await lena.says("/decide Shall we?")
    assert "Import the next terms" in told(await lena.submits({"question": "Shall we?", "mode": "consent"}))
    await school.until("2027-07-15 12:00")
    assert "No cycle is running" in told(await ana.says("cycle status"))
    assert "Import the next terms" in told(await ana.starts())
    assert "What you can do" in told(await ben.says("help"))
    assert school.stage.posts == []


async def test_not_now_says_when_it_asks_again_and_offers_the_other_ways_out(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("2027-02-01 12:00")
    assert "You can also say *my best time* or *not this cycle*." in ben.last.note

    await ben.presses("Not now")
    assert labels(ben.note) == ["Answer", "My best time", "Not this cycle"]
    assert "I ask once more on " in told_of(ben)
    await ben.types("my best time")
    assert labels(ben.last) == ["Open the form"]
    ben.note = None

    await school.until("next school day 14:00")
    assert labels(ben.last) == ["Answer", "Not now", "Not this cycle", "No more reminders"]
    await ben.presses("Not now")
    assert "I do not ask about it again" in told_of(ben)
    await ben.presses("Not this cycle")
    assert "I will not ask you about this again in this cycle" in told_of(ben)


async def test_typed_words_that_put_off_say_as_much_as_the_button(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("2027-02-01 12:00")

    await ben.types("not now")
    assert "I ask once more on " in ben.last.text
    assert labels(ben.last) == ["Answer", "My best time", "Not this cycle"]
    await ana.types("stop")
    assert "I will not ask you about this again" in ana.last.text
    assert labels(ana.last) == ["Answer"]


def told_of(player: Player) -> str:
    assert player.note
    return player.note.text
