"""Going back: an earlier phase or a finished cycle opens again, with a reason, and all that hangs on it follows."""

from adapters import text
from flows.report import build
from tests.flows.report_rooms import LATER
from tests.world import School, labels, plans, sees, told


async def test_in_the_first_phase_there_is_none_to_open_again_and_what_is_proposed_can_be_done(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    assert "No cycle is running. Start one with: cycle start" in told(await ana.says("cycle reopen because we can"))
    await school.begins()

    said = told(await ana.says("cycle reopen needs because we learned more"))
    assert said == (
        "Convene is the first phase, so there is none before it to open again. "
        "If it needs more time, move its meeting: cycle extend"
    )
    await ana.says("cycle extend")
    assert ana.form is not None


async def test_the_example_for_opening_a_phase_again_names_one_that_can_be(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")

    said = told(await ana.says("cycle reopen act"))

    assert said.endswith("For example: cycle reopen convene because we learned more")
    await ana.says("cycle reopen")
    await ana.submits({"phase": "convene", "reason": "we learned more"})
    assert (await school.room()).moves[-1].reason == "we learned more"


async def test_a_charter_that_was_kept_can_be_written_anew_in_the_next_cycle(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await _finishes(school)
    await ben.presses("Keep our charter")
    await school.begins("in the room")

    await ana.says("cycle reopen convene because two of us are new")
    assert "in its phase Convene" in told(await ana.says("cycle status"))
    await ana.says("record")
    await ana.fills(norms="We listen.", purpose="Better drafts", priority="Questions")

    assert "in its phase Needs and resources" in told(await ana.says("cycle status"))
    assert (await school.room()).charter.priority == "Questions"


async def test_a_cycle_that_ended_by_time_without_results_opens_again_and_ends_with_them(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await plans(ben, "Visit two lessons", "3/12")
    await ana.says("cycle next because the work is done")
    await school.until("2027-04-29 08:00")
    assert build(await school.room(), LATER).ended_on is not None
    await lena.presses("Another cycle")

    assert "for your facilitator or administrator" in told(await ben.says("cycle reopen because I want to"))
    await ana.says("cycle reopen")
    assert "Please write something here" in told(await ana.submits({"reason": ""}))
    assert "A finished cycle opens again with Reflect" in told(await ana.says("cycle reopen plan because I say so"))
    said = told(await ana.says("cycle reopen because nobody had written down what came of it"))

    assert "Cycle 1 is open again in Reflect" in said
    assert "in its phase Reflect" in told(await ben.says("cycle status"))
    assert not sees(ben, "Another cycle")
    assert "waits until the cycle is finished" in told(await ben.says("cycle yes"))
    assert build(await school.room(), LATER).ended_on is None
    assert [each.reason for each in (await school.room()).moves][-2:] == [
        "its time was over",
        "nobody had written down what came of it",
    ]

    await ana.presses("Record what came of it")
    await ana.fills(result="Two routines", verdict="adopt", learned="Small steps")

    assert "The last cycle is finished." in told(await ana.says("cycle status"))
    assert school.channel.titles[-2:] == ["Reflect", "Reflect"]
    assert labels(school.channel.messages[-2]) == []
    assert "Another cycle" in labels(school.channel.messages[-1])
    assert "Adopt · Two routines" in school.channel.drawn
    report = build(await school.room(), LATER)
    assert [stage.phase for stage in report.stages][-2:] == ["Reflect", "Reflect"]
    assert [note.reason for note in report.stages[-1].notes] == ["nobody had written down what came of it"]
    assert [action.end for action in report.actions] == ["adopt"]
    await ben.presses("Another cycle")
    assert "is set up" in told(await ana.starts("5 weeks")), "a yes that was given before counts"


async def test_verdicts_are_weighed_anew_and_what_goes_on_follows_the_new_ones(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await _finishes(school)
    assert [action.state for action in (await school.room()).actions] == ["done", "open", "dropped", "done"]

    await ana.says("cycle reopen because we were too quick")
    room = await school.room()
    assert [(action.state, action.review_on) for action in room.actions] == [
        ("open", None),
        ("open", None),
        ("open", None),
        ("done", None),
    ]
    assert [need.state for need in room.needs] == ["open", "open"]
    assert "in its phase Reflect" in told(await ana.says("cycle status")), "the old results do not end it at once"

    await ana.says("record")
    shown = {field.key: field.value for field in ana.form.fields}
    assert [shown[f"result.{item}"] for item in range(4)] == ["One", "Two", "Three", "Four"]
    assert [shown[f"verdict.{item}"] for item in range(4)] == ["adopt", "adapt", "abandon", "adopt"]
    assert shown["learned.0"] == "Small steps", "what was recorded before is there to be corrected"
    verdicts = ["abandon", "adopt", "adapt", "adopt"]
    await ana.fills(result=["A", "B", "C", "D"], verdict=verdicts, learned="We look twice")

    room = await school.room()
    assert [action.state for action in room.actions] == ["dropped", "done", "open", "done"]
    assert [need.state for need in room.needs] == ["open", "met"]
    report = build(room, LATER)
    assert [each.what for each in report.practices] == ["Write to families", "Ask for a substitute"]
    assert [voice.text for theme in report.learned for voice in theme.voices] == ["We look twice"]
    assert [each.what for each in report.carried_actions()] == ["Count drafts"]


async def test_a_reopened_cycle_has_its_meeting_its_reminder_and_its_end_by_time_again(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await _finishes(school)
    await school.until("2027-02-08 08:00")
    before = len(school.stage.posts)

    await ana.says("cycle reopen because we were too quick")
    await school.until("2027-04-29 08:00")

    titles = [post.message.title for post in school.stage.posts[before:] if post.place == "leadership"]
    assert titles == ["Reflect"]
    assert await school.started(ben, "2027-02-08") == ["Closing this cycle"] * 2, "the reminder is closed, too"
    reminder = "Your team's meeting was on Wednesday, April 21. What came of the actions?"
    assert sum(player.was_told(reminder, times=1) for player in (ana, ben, lena)) == 1
    room = await school.room()
    assert (room.moves[-1].kind, room.moves[-1].reason) == ("finished", "its time was over")
    assert [action.state for action in room.actions] == ["done", "open", "dropped", "done"]


async def test_once_the_next_cycle_has_begun_the_last_one_stays_finished(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await _finishes(school)
    await school.begins("in the room")

    assert "is the first phase" in told(await ana.says("cycle reopen because we were too quick"))
    assert (await school.room()).cycle.number == 2


async def _finishes(school: School) -> None:
    """A cycle with an action adopted, one adapted, one abandoned, and one that was done before it was adopted."""
    ana, *_ = school.people.values()
    await school.begins()
    await ana.says("record")
    await ana.fills(norms="We start on time.", purpose="Better drafts", priority="Feedback that helps")
    for need in ("More time to plan together", "Fewer interruptions"):
        await ana.says(f"need {need}")
    await ana.says("resource The late start")
    await school.chooses("1")
    await plans(ana, "Visit two lessons", "3/12")
    await plans(ana, "Write to families", "3/15", need="2")
    await plans(ana, "Count drafts", "3/16")
    await plans(ana, "Ask for a substitute", "3/17", need="2")
    await ana.says("action done 4")
    await ana.says("met")
    await ana.says("cycle next because the work is done")
    await ana.says("record")
    verdicts = ["adopt", "adapt", "abandon", "adopt"]
    await ana.fills(result=["One", "Two", "Three", "Four"], verdict=verdicts, learned="Small steps")
    assert "The last cycle is finished." in text.draw((await ana.says("cycle status")).message)
