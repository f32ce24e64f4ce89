"""In Slack, what is a follow-up stands in the thread of its message in the team's channel."""

from datetime import date, time
from typing import Any

import pytest

from bot.sample import CALENDAR
from tests.adapters.golden.files import pieces
from tests.slack.school import SlackSchool, slack_of
from tests.slack.sights import Post

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def at(day: str, wall: str = "08:00") -> Any:
    return CALENDAR.at(date.fromisoformat(day), time.fromisoformat(wall))


async def threads(school: SlackSchool) -> dict[str, list[Post]]:
    """The posts of each thread in the team's channel, by the title of the message under which they stand."""
    posts = await school.slack.posts(school.channel)
    tops = {post.ts: words(post)[0] for post in posts if post.by_bot and not post.thread}
    found: dict[str, list[Post]] = {title: [] for title in tops.values()}
    for post in posts:
        if post.thread:
            found[tops[post.thread]].append(post)
    return found


def words(post: Post) -> list[str]:
    return [str(piece["text"]) for piece in pieces(post.blocks) if isinstance(piece.get("text"), str)]


async def decides(school: SlackSchool) -> None:
    """Lena asks for consent, and it is out."""
    lena = school.people["lena"]
    await lena.slash("/decide Shall we start at eight?")
    await lena.submits(question="Shall we start at eight?", mode="consent")
    await lena.presses("Post it", await lena.form())
    await school.until(at("2027-02-01", "09:00"))


async def acts(school: SlackSchool) -> None:
    """The team comes to its first weekly card."""
    await school.people["ana"].starts()
    for _ in range(3):
        await school.people["ana"].slash("/leadcycle cycle next because we know")
    await school.until(at("2027-02-12", "14:35"))


async def shares(school: SlackSchool, who: str, what: str) -> None:
    person = school.people[who]
    await person.presses("Answer")
    await person.submits(what=what)
    await person.presses("Share with the team")


async def test_the_line_that_closes_a_decision_stands_in_its_thread(slack_school: SlackSchool) -> None:
    await decides(slack_school)
    for name in ("ana", "ben", "sam"):
        await slack_school.people[name].slash("/leadcycle stand 1 good")
    await slack_school.until(at("2027-02-04"))

    found = await threads(slack_school)
    (closing,) = found["Decision 1"]
    assert words(closing) == ["Decision 1 is decided by consent: enough have spoken and no objection was open."]
    assert closing.text.startswith("Decision 1 is decided")
    assert "eight" not in closing.text


async def test_a_weeks_shared_lines_are_one_reply_that_is_updated_in_its_place(slack_school: SlackSchool) -> None:
    await acts(slack_school)
    await shares(slack_school, "ben", "They asked first")
    (reply,) = (await threads(slack_school))["Act"]
    week = "Shared in the week of Monday, February 8"
    assert words(reply) == [week, "What we noticed: ", "They asked first", "Ben Carter"]
    assert "asked" not in reply.text, "a notification quotes nobody"

    await shares(slack_school, "sam", "Two groups needed no help")
    (again,) = (await threads(slack_school))["Act"]
    assert again.ts == reply.ts
    assert {"They asked first", "Two groups needed no help"} <= set(words(again))
    updates = [call for call in await slack_school.slack.calls("chat.update") if call.arguments["ts"] == reply.ts]
    assert len(updates) == 1


@on_sqlite
async def test_a_reply_in_doubt_is_looked_up_in_its_thread_and_not_posted_twice(slack_school: SlackSchool) -> None:
    await acts(slack_school)
    slack = slack_school.slack
    posted = len(await slack.calls("chat.postMessage"))
    await slack.injects("chat.postMessage", "dropped", after=True, where={"channel": slack_school.channel})
    await shares(slack_school, "ben", "They asked first")

    assert len((await threads(slack_school))["Act"]) == 1
    assert len(await slack.calls("conversations.replies")) == 1
    assert await slack.calls("conversations.history") == []
    replies = [call for call in (await slack.calls("chat.postMessage"))[posted:] if call.arguments.get("thread_ts")]
    assert len(replies) == 1


@on_sqlite
async def test_a_reply_in_doubt_whose_message_was_deleted_is_not_found_and_posted(slack_school: SlackSchool) -> None:
    await acts(slack_school)
    slack = slack_school.slack
    act = next(post for post in await slack.posts(slack_school.channel) if words(post)[:1] == ["Act"])
    await slack.injects("chat.postMessage", "dropped", where={"channel": slack_school.channel})
    api = await slack_of(slack_school.application).api(slack.team_id)
    await api.delete(f"{act.channel}/{act.ts}")
    await shares(slack_school, "ben", "They asked first")

    assert [call.answer for call in await slack.calls("conversations.replies")] == [
        {"ok": False, "error": "thread_not_found"}
    ] * 2
