"""What people write stays words: it calls nobody, links nowhere and formats nothing, wherever Slack shows it."""

from collections.abc import Iterator
from datetime import time
from typing import Any

import pytest

from bot.sample import CALENDAR, FIRST_DAY
from tests.slack.school import SlackSchool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HOSTILE = (
    "<!channel> <!here|here> <@U0LEADCYCLE> <#C1|general> <https://evil.example|Reset> &lt;!everyone&gt; "
    "*bold* _it_ ~no~ `code` ```block``` > quote :bomb: @channel مرحبا שלום 👩‍🏫 \"x\" 'y' {0} {name} %s"
)
ALIVE = frozenset({"user", "usergroup", "broadcast", "channel", "link", "emoji", "date", "team"})
"""Elements of rich text that are more than words."""
INERT = frozenset({"text", "plain_text"})


def escaped(words: str) -> str:
    """As Slack sends what somebody typed."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def objects(what: Any) -> Iterator[dict[str, Any]]:
    """Every object in what the application sent."""
    if isinstance(what, dict):
        yield what
    inner = what.values() if isinstance(what, dict) else what if isinstance(what, list | tuple) else ()
    for each in inner:
        yield from objects(each)


def alive(sent: Any) -> list[dict[str, Any]]:
    """What is more than words in what the application sent."""
    return [each for each in objects(sent) if each.get("type") in ALIVE or _reads_marks(each)]


def _reads_marks(each: dict[str, Any]) -> bool:
    """Whether Slack would find a mention, a link or a format in the words."""
    words, kind = each.get("text"), each.get("type")
    if not isinstance(words, str) or kind in INERT:
        return False
    return "<" in words or ">" in words or (kind == "mrkdwn" and "bold" in words)


async def test_hostile_words_are_inert_wherever_they_are_shown(slack_school: SlackSchool) -> None:
    ana, ben, lena = (slack_school.people[name] for name in ("ana", "ben", "lena"))
    await slack_school.slack.change_user(lena.user, name="<!channel> *bold* Ortiz")
    answers = [await ana.starts()]
    await ben.types(f"@leadcycle {escaped(HOSTILE)}")
    await ben.types(f"@leadcycle action {escaped(HOSTILE)} @{escaped(HOSTILE)} by {escaped(HOSTILE)}")
    await ben.types(f"@leadcycle need {escaped(HOSTILE)}")
    answers.append(await ana.slash("/leadcycle need"))
    answers.append(await ana.submits(need=HOSTILE, evidence=HOSTILE))
    answers.append(await lena.slash(f"/leadcycle resource {escaped(HOSTILE)}"))
    answers.append(await lena.slash(f"/decide {escaped(HOSTILE)}"))
    answers.append(await lena.submits(question=HOSTILE, mode="consent", reason=HOSTILE))
    answers.append(await lena.presses("Post it", (await lena.form())))
    await slack_school.until(CALENDAR.at(FIRST_DAY, time(8)))
    answers.append(await ben.presses("Who sees what"))
    answers.append(await ben.presses("Answer"))
    answers.append(await ben.submits(priority=HOSTILE))
    for words in ("needs", "resources", "decisions", "home", "answer"):
        answers.append(await ben.slash(f"/leadcycle {words}"))
        await ben.types(f"@leadcycle {words}")
    await slack_school.slack.opens_home(ben.user)
    await slack_school.settle()

    room = await slack_school.room()
    assert [need.text for need in room.needs] == [HOSTILE, HOSTILE]
    assert room.needs[1].evidence == HOSTILE
    assert [resource.text for resource in room.resources] == [HOSTILE]
    assert [decision.question for decision in room.decisions] == [HOSTILE]

    calls = await slack_school.slack.calls()
    sent = [call.arguments for call in calls] + [answer.json for answer in answers]
    assert alive(sent) == []
    shown = [each["text"] for each in objects(sent) if each.get("type") == "text"]
    assert any("<!channel>" in words for words in shown)
    methods = {call.method for call in calls}
    assert {"chat.postMessage", "chat.update", "views.open", "views.publish", "response_url"} <= methods


async def test_a_mention_and_a_link_that_somebody_writes_are_kept_as_words(slack_school: SlackSchool) -> None:
    ana = slack_school.people["ana"]
    await ana.starts()
    written = {
        "Ask <@U123ABC> and <!channel> in <#C1|general>": "Ask @U123ABC and !channel in general",
        "<https://example.org/a?b=1&amp;c=2>": "https://example.org/a?b=1&c=2",
        "<http://example.org|example.org>": "example.org",
        "Look at <https://example.org/plan|this>": "Look at this (https://example.org/plan)",
        "1 &lt; 2 &amp;&amp; 3 &gt; 2": "1 < 2 && 3 > 2",
    }
    for words in written:
        await ana.types(f"@leadcycle need {words}")
    assert [need.text for need in (await slack_school.room()).needs] == list(written.values())


async def test_more_than_there_is_room_for_is_refused_with_a_sentence(slack_school: SlackSchool) -> None:
    ana = slack_school.people["ana"]
    await ana.starts()
    await ana.types("@leadcycle need " + "x" * 39_900)
    assert "characters, and there is room for" in (await ana.last()).text
    await ana.slash("/leadcycle need")
    refused = await ana.submits(need="x" * 40_000)
    assert refused.json["errors"] == {
        "need": "That is 40,000 characters, and there is room for 4,000. Please send a shorter version."
    }
    assert (await slack_school.room()).needs == ()
