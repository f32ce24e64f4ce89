"""No more than the weekly cap for one person, whatever overlaps; and nothing for those who only read along."""

from collections import Counter
from datetime import date, timedelta

from adapters import text
from bot.rehearsal import Player
from bot.sample import CALENDAR
from flows.sends import SendKind
from storage.outbox import OutboxRow
from storage.state import State
from tests.world import School, told

STARTED = (SendKind.PROMPT, SendKind.NUDGE)


async def reached(school: School, who: str) -> list[OutboxRow]:
    """What the bot started and what arrived."""
    rows = await school.rows()
    return [row for row in rows if row.send.to == who and row.send.kind in STARTED and row.state is State.SENT]


def week(row: OutboxRow) -> date:
    day = CALENDAR.local_date(row.send.due)
    return day - timedelta(days=day.weekday())


async def test_who_is_on_two_teams_gets_two_messages_a_week_in_all(school: School) -> None:
    """Both teams ask, remind and decide in the same weeks, and Lena answers nothing."""
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    _, dan, _ = await school.another_team("grade7", "Dan", "Eva", administrator="Lena", channel="grade-7")
    await school.begins()
    await lena.says("cycle start")
    await lena.presses("The grade7 team")
    await lena.presses("Start it like this")
    for owner in (ben, dan):
        await owner.says("/decide Shall we begin at eight?")
        await owner.submits({"question": "Shall we begin at eight?", "mode": "consent", "closes": "2027-02-10"})
        await owner.presses("Post it")
    await school.until("2027-03-12 15:00")

    weeks = Counter(week(row) for row in await reached(school, "lena"))
    assert max(weeks.values()) == 2
    assert len(weeks) >= 3
    teams = {row.send.team for row in await reached(school, "lena")}
    assert teams == {"team", "grade7"}, "neither team crowds the other out for good"
    held_back = [row for row in await school.rows() if row.send.to == "lena" and row.error == "weekly cap"]
    assert held_back, "what was over the cap has its reason on record"
    assert ana.posts


async def posts_one(owner: Player, question: str) -> None:
    """Ask for consent by the form, as it stands."""
    await owner.says(f"/decide {question}")
    await owner.submits({"question": question, "mode": "consent"})
    await owner.presses("Post it")


async def test_three_decisions_of_one_minute_ask_in_one_message_and_remind_in_one(school: School) -> None:
    """So do those of another team; Lena owns those of both and is asked nothing."""
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.another_team("grade7", "Ben", "Eva", administrator="Mia", channel="grade-7")
    mia = school.people["mia"]
    await school.until("2027-02-01 09:00")
    for minute, question in enumerate(("Eight?", "The library?", "A later bus?"), 1):
        await posts_one(lena, question)
        await posts_one(mia, question)
        await school.until(f"2027-02-01 09:0{minute}")
    await school.until("2027-02-01 09:06")
    assert await reached(school, "ben") == [], "none that can still be undone is shown"
    await school.until("2027-02-01 09:30")

    asked = [text.draw(post.message) for post in ben.posts]
    assert [each.splitlines()[0].partition(" · ")[0] for each in asked] == ["3 decisions: what do you think?"] * 2
    for each in asked:
        assert all(question in each for question in ("Eight?", "The library?", "A later bus?"))
        assert "About 3 minutes." in each
    assert len([title for title in school.channel.titles if "what do you think?" in title]) == 3, "a thread for each"
    held_back = [row.error for row in await school.rows() if row.send.to == "ben" and row.state is State.CANCELLED]
    assert held_back == ["comes with another decision"] * 4

    await ana.says("stand 2 good")
    shown = text.draw(ana.posts[-1].message)
    assert shown.count("You said") == 1
    await school.until("2027-02-03 12:00")
    reminders = [row for row in await reached(school, "ana") if row.send.kind is SendKind.NUDGE]
    assert len(reminders) == 1
    again = text.draw(next(post.message for post in ana.posts if post.delivery == reminders[0].delivery))
    assert again.startswith("2 decisions: what do you think?")
    assert "The library?" not in again
    assert len(await reached(school, "ben")) == 2, "no more than the weekly cap, over both teams"


async def test_a_coach_and_an_observer_are_asked_nothing_in_a_whole_cycle(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena", coach="Kay", observer="Olga")
    await school.begins()
    for day in ("2027-02-10", "2027-03-03", "2027-03-10"):
        await school.until(f"{day} 12:00")
        await ana.says("cycle next because we did it in the room")
    await school.until("2027-05-05 12:00")

    assert await reached(school, "kay") == []
    assert await reached(school, "olga") == []


async def test_one_more_time_is_promised_only_if_the_week_has_room_for_it(school: School) -> None:
    """Not now says it; and the reminder that finds the week full is left out, as it said."""
    _, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("2027-02-01 08:00")
    said = told(await ben.presses("Not now"))
    assert "I ask once more on Tuesday, February 2" in said
    assert "if your two messages of that week leave room for it" in said
    await lena.says("/decide Shall we?")
    await lena.submits({"question": "Shall we?", "mode": "consent"})
    await lena.presses("Post it")
    await school.until("2027-02-03 08:00")

    assert not ben.was_told("Still open: ")
    nudges = [row for row in await school.rows() if row.send.to == "ben" and row.send.kind is SendKind.NUDGE]
    assert [row.error for row in nudges] == ["weekly cap", "weekly cap"], "the question's, and the decision's"


async def test_a_reminder_has_a_button_that_ends_all_reminders(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("2027-02-02 12:00")
    assert ben.was_told("Still open: ")
    assert "remind you of nothing any more" in told(await ben.presses("No more reminders"))

    await school.until("2027-02-12 15:00")
    kinds = [row.send.kind for row in await reached(school, "ben")]
    assert kinds.count(SendKind.NUDGE) == 1
    assert "You get no reminders." in told(await ben.says("home"))
    await ben.presses("Remind me again")
    assert not (await school.room()).member("ben").quiet_until
