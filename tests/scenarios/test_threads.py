"""Threads: what is a follow-up stands under its message, so that the channel gets one message for each matter."""

import pytest

from adapters import text
from bot.rehearsal import Player
from tests.world import School, labels, told

QUESTION = "Shall we start at eight?"


async def decides(owner: Player) -> None:
    """Ask the team for its consent."""
    await owner.says(f"decide {QUESTION}")
    await owner.submits({"question": QUESTION, "mode": "consent"})
    await owner.presses("Post it")


async def reflects(player: Player, words: str) -> None:
    """Answer the newest card and share what was noticed."""
    await player.fills(what=words, so_what=None, now_what=None)
    await player.presses("Share with the team")


def turns(school: School) -> list[str]:
    """What the thread of decision 1 tells, without what it stands under."""
    prefix = "In reply to: Decision 1\n\n"
    replies = school.channel.thread("Decision 1")
    assert all(reply.startswith(prefix) for reply in replies)
    return [reply.removeprefix(prefix) for reply in replies]


# ---------------------------------------------------------------- a decision's thread


async def test_who_talks_about_a_decision_in_its_thread_is_told_of_each_turn(school: School) -> None:
    """With a new process before each step: nothing rides on its memory."""
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    school.restarts = True
    await decides(lena)
    await school.until("today 09:00")
    await ana.says("stand 1 good")
    await ben.says("stand 1 harm because of the buses")
    assert turns(school) == [], "nothing has happened to it yet"

    back = "Decision 1 is back with its owner. An objection is open."
    await school.until("2027-02-03 15:31")
    assert turns(school) == [], "out of hours"
    await school.until("2027-02-04 07:31")
    assert turns(school) == [back]
    await lena.says("decide extend 1")
    longer = "Decision 1 is open longer now, until Monday, February 8, 3:30\u202fPM."
    assert turns(school) == [back, longer]
    await school.until("2027-02-09 07:31")
    assert turns(school) == [back, longer, back]
    await lena.says("decide amend 1 Shall we start at nine?")
    await lena.presses("Post it")
    assert turns(school) == [back, longer, back], "nobody reads it before it is out"
    await school.until("2027-02-09 07:40")
    anew = (
        "Decision 1 was amended and asks again, until Thursday, February 11, 3:30\u202fPM. "
        "What was said before does not count any more."
    )
    await ana.says("stand 1.2 good")
    await ben.says("stand 1.2 worry because of the buses")
    await school.until("2027-02-12 07:31")
    done = "Decision 1 is decided by consent: enough have spoken and no objection was open."
    assert turns(school) == [back, longer, back, anew, done]

    assert school.channel.titles == ["Decision 1"], "the channel itself has one message"
    replies = [post.message for post in school.stage.posts if post.under]
    for words in ("eight", "nine", "buses", "Ben"):
        assert not any(words in text.draw(each) for each in replies), words
    assert [text.notification(each) for each in replies] == [
        *["Decision 1 is back with its owner", "Decision 1: what do you think?"] * 2,
        "Decision 1 is decided",
    ]
    assert not any(labels(each) for each in replies)


async def test_a_decision_that_is_withdrawn_says_so_in_its_thread(school: School) -> None:
    *_, lena = await school.team("Ana", "Ben", administrator="Lena")
    await decides(lena)
    await school.until("today 09:00")
    await lena.says("decide withdraw 1 because the district was faster")

    assert turns(school) == ["Decision 1 is withdrawn by its owner. Its card says why."]


@pytest.mark.parametrize("words", ["decide undo 1", "decide withdraw 1 because I was too quick", "decide amend 1 So?"])
async def test_what_happens_before_a_decision_is_out_is_told_by_its_card_alone(school: School, words: str) -> None:
    *_, lena = await school.team("Ana", "Ben", administrator="Lena")
    await decides(lena)
    await lena.says(words)
    await school.until("today 12:00")

    assert not any(post.under for post in school.stage.posts)


async def test_a_decision_that_is_told_has_nothing_to_follow_up(school: School) -> None:
    *_, lena = await school.team("Ana", "Ben", administrator="Lena")
    await lena.says("decide tell We meet at eight because of the buses")
    await lena.submits({"question": "We meet at eight", "mode": "tell", "reason": "The buses"})
    await lena.presses("Post it")
    await school.until("today 12:00")

    assert turns(school) == []


async def test_what_was_overtaken_in_the_night_is_not_told_in_the_morning(school: School) -> None:
    *_, lena = await school.team("Ana", "Ben", administrator="Lena")
    await decides(lena)
    await school.until("2027-02-03 20:00")
    said = told(await lena.says("decide withdraw 1 because nobody had time"))
    assert "Your team sees it on Thursday, February 4, 7:30\u202fAM." in said
    await school.until("2027-02-04 08:00")

    assert turns(school) == ["Decision 1 is withdrawn by its owner. Its card says why."]


# ---------------------------------------------------------------- each week's shared lines


async def test_each_week_has_one_reply_that_is_drawn_anew_as_more_is_shared(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await school.until("2027-02-12 14:35")
    assert school.channel.thread("Act") == []
    assert "replies to this message" not in school.channel.drawn

    await reflects(ben, "They asked first")
    await reflects(ana, "Two groups needed no help")
    (first,) = school.channel.thread("Act")
    assert first == (
        "In reply to: Act\n\nShared in the week of Monday, February 8\n\n"
        "• What we noticed: “They asked first”\n  Ben B.\n"
        "• “Two groups needed no help”\n  Ana A."
    )
    assert "They asked first" not in school.channel.drawn
    assert "What people shared of their weeks stands in the replies to this message." in school.channel.drawn

    await school.until("2027-02-26 14:35")
    await reflects(ben, "They asked each other")
    assert [reply.split("\n\n")[1] for reply in school.channel.thread("Act")] == [
        "Shared in the week of Monday, February 8",
        "Shared in the week of Monday, February 22",
    ]
    assert school.channel.thread("Act")[0] == first

    await school.until("2027-03-05 20:00")
    await reflects(ana, "They stayed longer")
    assert "Your team sees it on Monday, March 8, 7:30\u202fAM." in ana.note.text
    assert len(school.channel.thread("Act")) == 2
    await school.until("2027-03-08 08:00")
    assert "“They stayed longer”" in school.channel.thread("Act")[2]
    assert school.channel.titles == ["Needs and resources", "Act"]


async def test_late_answers_and_edits_belong_to_the_week_whose_card_they_answer(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await school.until("2027-02-12 14:35")
    await reflects(ben, "First words")

    await school.until("2027-02-24 10:00")
    await reflects(lena, "What I noticed before the break")
    await ben.says("answer reflect")
    await ben.fills(what="Better words")
    assert "First words" in school.channel.thread("Act")[0], "an edit is its author's until it is shared again"
    await ben.presses("Share with the team")

    (reply,) = school.channel.thread("Act")
    assert "Shared in the week of Monday, February 8" in reply
    assert "“Better words”" in reply
    assert "“What I noticed before the break”" in reply
    assert "First words" not in reply


async def test_what_is_shared_at_night_is_posted_in_the_morning_and_what_was_taken_back_is_not(school: School) -> None:
    _, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await school.until("2027-02-12 20:00")
    await reflects(ben, "Said too soon")
    assert "Your team sees it on Monday, February 22, 7:30\u202fAM." in ben.note.text
    await ben.presses("Take it back")
    await reflects(lena, "Also too soon")
    await lena.presses("Take it back")
    await school.until("2027-02-22 08:00")
    assert school.channel.thread("Act") == []

    await ben.says("answer reflect")
    await ben.fills(what="Said after a night")
    await ben.presses("Share with the team")
    (reply,) = school.channel.thread("Act")
    assert "“Said after a night”" in reply
    assert "soon" not in reply


async def test_a_phase_that_is_opened_again_has_its_own_thread(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await ben.says("reflect")
    await reflects(ben, "The first time")
    await ana.says("cycle next because the work is done")
    await ana.says("cycle reopen act because it was not")
    await ben.says("reflect")
    await reflects(ben, "The second time")

    titles = [post.message.title for post in school.stage.posts if post.place == "leadership" and not post.under]
    assert titles == ["Needs and resources", "Act", "Act"]
    under = {post.under: text.draw(post.message) for post in school.stage.posts if post.under}
    assert len(under) == 2
    assert "The first time" in next(iter(under.values()))
    assert "The first time" not in school.channel.thread("Act")[0]
    assert "The second time" in school.channel.thread("Act")[0]
