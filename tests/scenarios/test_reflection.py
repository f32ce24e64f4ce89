"""Reflections belong to who writes them; at the end results are held against predictions."""

from adapters import text
from bot.rehearsal import Player
from flows.report import build
from tests.flows.report_rooms import LATER
from tests.world import School, labels, plans, sees, told

WORDS = "I talked *less*, and <they> said more 🙂"


async def test_a_reflection_is_private_until_its_author_shares_a_line(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await _reflects(school)
    assert (
        "Your team sees none of it until you press *Share with the team* under a line; a shared line carries your name."
        in ben.last.note
    )

    await ben.fills(what=WORDS, so_what="Pauses help", now_what=None)
    assert [item.text for item in ben.note.items] == [WORDS, "Pauses help"]
    assert "less" not in _everything_for(school, ana, lena)

    await ben.presses("Share with the team")
    assert ben.note.text == "Shared with your team, in your words and with your name."
    assert school.channel.thread("Act") == [
        f"In reply to: Act\n\nShared in the week of Monday, February 8\n\n• What we noticed: “{WORDS}”\n  Ben B."
    ]
    assert "What people shared of their weeks stands in the replies to this message." in school.channel.drawn
    assert "Pauses help" not in _everything_for(school, ana, lena)
    assert school.channel.titles == ["Needs and resources", "Act"]


async def test_a_shared_line_is_taken_back_and_shared_anew_after_an_edit(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await _reflects(school)
    await ben.fills(what="First words", so_what=None, now_what=None)

    await ben.presses("Share with the team")
    assert "First words" in _shared(school)
    await ben.presses("Take it back")
    assert ben.note.text == "It is no longer shared."
    assert "First words" not in _shared(school)
    assert "What was shared here was taken back." in _shared(school)

    await ben.says("answer reflect")
    await ben.fills(what="Better words")
    assert "Better words" not in _shared(school)
    await ben.presses("Share with the team")
    assert "“Better words”" in _shared(school)
    assert [line.text for line in (await school.room()).lines] == ["Better words"]


async def test_the_card_keeps_ones_lines_with_what_can_be_done_about_them(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await _reflects(school)
    await ben.fills(what="First words", so_what="Second words", now_what=None)
    assert [item.text for item in ben.last.items] == ["First words", "Second words"]

    ben.note = None
    await ben.presses("Share with the team")
    assert [item.buttons[0].label for item in ben.last.items] == ["Take it back", "Share with the team"]
    assert "“First words”" in _shared(school)
    ben.note = None
    await ben.presses("Take it back")

    assert "First words" not in _everything_for(school, ana)
    assert "Second words" not in _everything_for(school, ana)
    assert len(ben.posts) == 1


async def test_nobody_shares_or_takes_back_what_somebody_else_wrote(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await _reflects(school)
    await ben.fills(what="My own words", so_what=None, now_what=None)
    share = ben.note.items[0].buttons[0].says
    refusal = "Only the person who wrote a line can share it or take it back."

    assert told(await ana.says(share)) == refusal
    await ben.presses("Share with the team")
    assert told(await ana.says(f"un{share}")) == refusal
    assert "My own words" in _shared(school)


async def test_one_reflects_in_the_chat_at_any_time(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")

    await ben.says("reflect")
    assert ben.form is not None
    await ben.says("answer reflect chat")
    for words in ("Lab days are calm", "back", "Lab days are calm and busy", "skip", "Keep it so"):
        await ben.types(words)

    assert [item.text for item in ben.last.items] == ["Lab days are calm and busy", "Keep it so"]
    assert school.channel.titles == ["Needs and resources", "Act"]
    assert "Lab days" not in school.channel.drawn


async def test_no_report_holds_what_was_not_shared(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await _reflects(school)
    await ben.fills(what="Between me and the bot", so_what="A secret", now_what=None)
    await ben.says(ben.note.items[1].buttons[0].says)

    report = repr(build(await school.room(), LATER))
    assert "A secret" in report
    assert "Between me and the bot" not in report
    assert "Between me and the bot" not in repr([row.send.message for row in await school.rows()])
    assert "Between me and the bot" not in told(await lena.says("report"))


async def test_at_the_end_everybody_is_asked_once_without_names(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("reflect")
    await school.until("2027-04-19 08:00")
    assert ben.last.title == "Closing this cycle"

    await ben.fills(went_well="We kept our promises", change="Fewer actions", next_cycle=None)
    await school.until("2027-04-21 08:00")

    assert "What went well: “We kept our promises”" in school.channel.drawn
    assert "What to change: “Fewer actions”" in school.channel.drawn
    assert "Ben" not in school.channel.drawn.replace("Ben B. leads", "")


async def test_results_are_held_against_predictions_and_close_the_cycle(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena", facilitator="Lena")
    await school.comes_to("act")
    await plans(ana, "Visit two lessons", "3/12", prediction="We borrow a routine")
    await plans(ben, "Write to families", "3/12", prediction="Ten answers")
    await plans(ben, "Count drafts", "3/12", prediction="Half are reworked")
    await ana.says("action done 1")
    await ben.says("action done 2")
    await lena.says("cycle next because the work is done")
    await school.until("2027-04-21 08:00")
    assert "“Write to families”\n  We predict: Ten answers" in school.channel.drawn

    lead = next(player for player in (ana, ben, lena) if f"{player.name} leads" in school.channel.drawn)
    await lead.presses("Record what came of it")
    assert next(text.one_line(field.label) for field in lead.form.fields) == (
        "Count drafts: what happened, compared with what we predicted?"
    )
    await lead.fills(
        result=["Nothing changed", "Two routines", "Four answers"],
        verdict=["abandon", "adopt", "adapt"],
        learned="Small steps",
    )

    card = school.channel.drawn
    assert card.startswith("Reflect\n\nCycle 1 is finished. This is what came of it.")
    assert "We predict: We borrow a routine\n  Adopt · Two routines" in card
    assert "We predict: Ten answers\n  Adapt · Four answers" in card
    assert "We predict: Half are reworked\n  Abandon · Nothing changed" in card
    assert "What we learned: “Small steps”" in card
    assert labels(school.channel.messages[-1]) == [
        "Another cycle",
        "Write our charter",
        "Full report",
    ]
    room = await school.room()
    assert room.moves[-1].kind == "finished"
    assert [action.state for action in room.actions] == ["done", "open", "dropped"]
    assert [need.state for need in room.needs] == ["met"]
    await ben.presses("Full report")
    assert "Adopted" in text.draw(ben.note)


async def test_what_people_saw_of_an_action_is_read_where_its_result_is_weighed(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena", facilitator="Lena")
    await school.comes_to("act")
    await plans(ana, "Visit two lessons", "3/12", prediction="We borrow a routine")
    await ben.types("action evidence 1 Ten of twelve pupils reworked their draft")
    assert ben.was_told("Noted for action 1. Your team reads it, with your role beside it")
    await lena.says("action evidence Two parents asked about it")
    await lena.fills(action="1")
    assert "reworked" not in _everything_for(school, ana), "it is read when the result is weighed"

    await lena.says("cycle next because the work is done")
    await school.until("2027-04-21 08:00")
    assert (
        "“Visit two lessons”\n  We predict: We borrow a routine\n"
        "• What we saw: “Ten of twelve pupils reworked their draft”\n  Teacher\n"
        "• What we saw: “Two parents asked about it”\n  Administrator"
    ) in school.channel.drawn
    await lena.presses("Record what came of it")
    assert "“Ten of twelve pupils reworked their draft” Teacher" in text.draw_form(lena.form)
    await lena.fills(result=["Two routines"], verdict=["adopt"], learned="Small steps")
    await ana.says("action evidence 1 And after the meeting, too")
    assert "• What we saw: “And after the meeting, too”\n  Teacher" in school.channel.drawn
    assert [each.text for each in build(await school.room(), LATER).actions[0].seen] == [
        "Ten of twelve pupils reworked their draft",
        "Two parents asked about it",
        "And after the meeting, too",
    ]


async def test_a_cycle_whose_last_meeting_writes_nothing_down_ends_when_its_time_is_over(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await plans(ben, "Visit two lessons", "3/12")
    await ana.says("cycle next because the work is done")

    await school.until("2027-04-29 08:00")

    assert "The last cycle is finished." in told(await ana.says("cycle status"))
    assert [action.state for action in (await school.room()).actions] == ["open"]
    assert sees(ben, "Another cycle")


async def _reflects(school: School) -> None:
    """Bring the team to its first weekly card."""
    await school.comes_to("act")
    await school.until("2027-02-12 14:35")


def _shared(school: School) -> str:
    """The one reply under the card of the phase, which is drawn anew in its place."""
    (reply,) = school.channel.thread("Act")
    return reply


def _everything_for(school: School, *readers: Player) -> str:
    """Whatever these people could read: their conversations and the channel."""
    places = {reader.channel for reader in readers} | {reader.place for reader in readers}
    return "\n".join(text.draw(post.message) for post in school.stage.posts if post.place in places)


async def test_words_after_the_command_are_the_first_answer(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")

    for words, give in (("I saw it work", ben.types), ("I saw it again", ben.says)):
        await give(f"reflect {words}")
        assert "I noted that as your answer to “What did you notice" in text.draw(ben.last)
        await ben.types("skip")
        await ben.types("skip")
        assert [item.text for item in ben.last.items] == [words]


async def test_words_are_kept_where_the_form_was_opened_and_left(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await ben.says("reflect")
    await ben.says("reflect I saw it work")

    assert "I noted that as your answer" in text.draw(ben.last)
