"""A team of a school in Slack goes through its cycle: by commands, forms, buttons and typed words."""

from datetime import date, time
from typing import Any

from bot.sample import CALENDAR, FIRST_DAY
from tests.slack.school import SlackSchool, labels


def morning(day: str, wall: str = "08:00") -> Any:
    return CALENDAR.at(date.fromisoformat(day), time.fromisoformat(wall))


async def test_the_first_question_arrives_and_is_answered_by_form_and_by_typing(slack_school: SlackSchool) -> None:
    ana, ben, lena = (slack_school.people[name] for name in ("ana", "ben", "lena"))
    started = await ana.starts()
    assert started.status == 200
    await slack_school.until(CALENDAR.at(FIRST_DAY, time(8)))

    first = await ben.last()
    assert labels(first.blocks) == ["Answer", "Not now", "My best time", "Who sees what"]
    await ben.presses("Answer")
    assert (await ben.form()).title == "What should we work on?"
    await ben.submits(priority="Feedback that helps")
    await lena.types("Reading in every subject")

    answers = [each for each in (await slack_school.room()).conversations.values() if each.done_at]
    assert len(answers) == 2
    assert "Change my answers" in labels((await ben.last()).blocks)


async def test_home_shows_what_waits_and_where_the_team_is(slack_school: SlackSchool) -> None:
    ana, ben = slack_school.people["ana"], slack_school.people["ben"]
    await ana.starts()
    await slack_school.until(CALENDAR.at(FIRST_DAY, time(8)))

    assert (await slack_school.slack.opens_home(ben.user)).status == 200
    await slack_school.settle()
    home = await slack_school.slack.home(ben.user)
    assert home is not None
    drawn = str(home.blocks)
    assert "Cycle 1 is in its phase" in drawn
    assert "Ben Carter, on this team as teacher. Your e-mail is ben@example.org." in drawn
    assert labels(home.blocks) == ["Answer", "A decision", "Who sees what", "What you can do now"]

    await ben.presses("Answer", home)
    assert (await ben.form()).title == "What should we work on?"
    await ben.presses("Who sees what", home)
    assert (await ben.form()).callback_id == "note"


async def test_home_reads_differently_after_a_press_on_it(slack_school: SlackSchool) -> None:
    ben = slack_school.people["ben"]
    await slack_school.people["ana"].starts()
    await ben.slash("/leadcycle action Visit two lessons")
    await ben.submits(due="2027-02-12", prediction="Calm", measure="A list", reason="It cannot wait")
    await slack_school.slack.opens_home(ben.user)
    await slack_school.settle()

    home = await slack_school.slack.home(ben.user)
    assert home is not None
    await ben.presses("On track", home)
    redrawn = await slack_school.slack.home(ben.user)
    assert redrawn is not None
    assert "On track" not in str([each for each in home.blocks if each["type"] == "context"])
    assert "On track" in str([each for each in redrawn.blocks if each["type"] == "context"])


async def test_a_message_of_ones_own_is_kept_as_evidence_from_its_menu(slack_school: SlackSchool) -> None:
    slack, ben, lena = slack_school.slack, slack_school.people["ben"], slack_school.people["lena"]
    await slack_school.people["ana"].starts()
    await ben.slash("/leadcycle action Visit two lessons")
    await ben.submits(due="2027-02-12", prediction="Calm", measure="A list", reason="It cannot wait")
    await slack.says(ben.user, slack_school.channel, "1 of 2 groups &amp; its <https://x.example|parents> came")
    post = next(each for each in await slack.posts(slack_school.channel) if "groups" in each.text)

    await slack_school.after(slack.shortcut(lena.user, post, "keep_evidence"))
    assert not await slack.views(lena.user), "what somebody else wrote is not one's own to keep"
    await slack_school.after(slack.shortcut(ben.user, post, "keep_evidence"))
    form = await ben.form()
    assert form.title == "What we saw of an action"
    assert "1 of 2 groups & its parents (https://x.example) came" in str(form.blocks)
    await ben.submits(action="1", words="1 of 2 groups came")
    (evidence,) = (await slack_school.room()).evidences
    assert (evidence.action, evidence.text) == (1, "1 of 2 groups came")


async def test_a_team_lives_through_a_whole_cycle(slack_school: SlackSchool) -> None:
    """An administrator and three colleagues, from the first question to the yes to another cycle."""
    school = slack_school
    ana, ben, lena, sam = (school.people[name] for name in ("ana", "ben", "lena", "sam"))
    await ana.starts("10 weeks")

    # Convene: proposals, then the charter, written down by a button of the card in the channel.
    await school.until(morning("2027-02-01"))
    for person, words in ((ben, "Feedback that helps"), (sam, "Reading in every subject")):
        await person.types(words)
    await school.until(morning("2027-02-03", "14:00"))
    await ana.presses_in_channel("Write down what we agreed")
    await ana.submits(norms="We start on time", purpose="One thing, properly", priority="Feedback that helps")
    assert "Our Priority of Practice: Feedback that helps" in await school.channel_text()

    # Needs: by form and by typing; the vote; what came of it.
    await school.until(morning("2027-02-08"))
    await ben.presses("Answer")
    await ben.submits(strength="Reading groups", need="More time to plan", area="teaching")
    await ben.submits(resource="The Wednesday late start", resource_kind="time")
    await sam.slash("/leadcycle need Fewer interruptions")
    await sam.slash("/leadcycle resource A small grant")
    await school.until(morning("2027-02-10", "14:00"))
    await school.until(morning("2027-02-23", "12:00"))
    for person in (ana, ben, lena, sam):
        await person.presses("Answer")
        await person.submits(**{"dots.0:1": "3", "dots.0:2": "2"})
    assert "We will work on: More time to plan" in await school.channel_text()

    # Plan: an action for somebody else, its yes, the team's yes.
    await ana.slash("/leadcycle action Plan one unit together")
    await ana.submits(
        owner="Ben Carter",
        due="2027-03-26",
        need="1",
        resource="1",
        prediction="Fewer lessons from nothing",
        measure="We count them",
    )
    await ben.slash("/leadcycle actions mine")
    await ben.presses("I take it")
    await lena.slash("/decide Should we keep first period free?", in_channel=True)
    await lena.submits(mode="consent")
    await lena.presses("Post it", await lena.form())
    await school.until(morning("2027-02-26", "09:00"))
    for person in (ana, ben, sam):
        await person.slash("/leadcycle stand 1 good")
    for person in (ana, ben, lena, sam):
        await person.slash("/leadcycle plan good", in_channel=True)
    assert [each.state for each in (await school.room()).decisions] == ["decided"]

    # Act: the weekly card answers by a press, a reflection is typed and a line of it shared.
    await school.until(morning("2027-03-12", "15:00"))
    await ben.presses("On track")
    assert (await school.room()).actions[0].status == "on_track"
    await ben.slash("/leadcycle reflect Two students asked for more")
    await ben.types("skip")
    await ben.types("skip")
    await ben.presses("Share with the team")
    assert [(line.author, line.text) for line in (await school.room()).lines if line.flow == "reflect"] == [
        ((await school.room()).actions[0].owner, "Two students asked for more")
    ]

    # Reflect: results, the report, and a yes to another cycle.
    await ana.slash("/leadcycle cycle next because the work is done")
    await ana.slash("/leadcycle record")
    await ana.submits(**{"result.0": "Two units, shared", "verdict.0": "adopt", "learned.0": "Small steps"})
    room = await school.room()
    assert room.moves[-1].kind == "finished"
    assert [(action.state, action.review_on is not None) for action in room.actions] == [("done", True)]
    await ben.presses_in_channel("Another cycle")
    agreed = [(each.matter, each.member) for each in (await school.room()).consents if each.matter == "next"]
    assert agreed == [("next", room.actions[0].owner)]


async def test_whoever_facilitates_hears_once_that_somebody_cannot_be_written_to(slack_school: SlackSchool) -> None:
    ana, ben = slack_school.people["ana"], slack_school.people["ben"]
    await slack_school.slack.injects(
        "chat.postMessage", "refused", error="user_disabled", times=5, where={"channel": ben.user}
    )
    await ana.starts()
    await slack_school.until(morning("2027-02-03", "09:00"))

    told = [post for post in await ana.sees() if "I cannot write to Ben Carter any more" in str(post.blocks)]
    assert len(told) == 1
    assert (await slack_school.room()).moves[-1].phase == "convene"
