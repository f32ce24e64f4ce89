"""The course of a cycle: how phases open and close, who leads them, and what the team sees of them."""

from pathlib import Path

from adapters import text
from flows.loader import SHIPPED, load_scripts
from tests.world import School, labels, sees, told


async def test_the_first_message_says_who_writes_what_is_chosen_and_who_reads(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()

    await school.until("today 07:45")

    first = ben.last
    assert "Hello Ben. I am Leadcycle, a program" in first.text
    assert "Priority of Practice" in first.text
    assert "at most two messages a week, and only in school hours" in first.text
    assert "One question: which practice should that be?" in first.text
    assert "About thirty seconds. Your team sees the answers without names; colleagues may recognize" in first.note
    assert labels(first) == ["Answer", "Not now", "My best time", "Who sees what"]
    assert first.preview == "What should we work on?"
    await ben.presses("Who sees what")
    assert "Whoever looks after the database can technically read what you write" in ben.note.text
    await school.until("2027-02-08 08:00")
    assert "My best time" not in labels(ben.last)


async def test_the_first_message_is_answered_by_typing_too(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("today 08:00")

    await ben.types("How we open a lesson")

    assert text.draw(ben.last) == (
        "What should we work on?\n\nI noted that as your answer to “Which practice should this team work on?” "
        "Thank you, Ben. Your team chooses when it meets.\n\n[Change my answers]"
    )
    await school.until("2027-02-03 08:00")
    assert "What we could work on: “How we open a lesson”" in school.channel.drawn


async def test_a_person_is_asked_at_the_time_that_suits_them(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("today 07:45")

    await ben.presses("My best time")
    assert "between 7:30\u202fAM and 3:30\u202fPM" in told(await ben.submits({"time": "6 pm"}))
    await ben.submits({"time": "1:05 pm"})
    await ana.says("met")
    await school.until("2027-02-08 15:00")

    assert school.local(ben.posts[-1].at) == "Mon 02-08 13:05"
    assert school.local(ana.posts[-1].at) == "Mon 02-08 07:45"


async def test_two_who_press_at_nearly_the_same_time_move_the_team_one_phase(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await ana.says("met")
    assert told(await lena.says("met")).startswith("Ana A. has just opened Needs and resources")
    assert "Needs and resources. The next meeting" in told(await ben.says("cycle status"))

    await school.until("today 07:33")
    await lena.says("met")
    assert "Plan" in told(await ben.says("cycle status"))


async def test_a_question_can_be_declined_for_this_cycle_with_one_press(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("today 08:00")
    assert labels(ben.last) == ["Answer", "Not now", "My best time", "Who sees what"]
    assert "You can also say *my best time* or *not this cycle*." in ben.last.note

    await ana.says("met")
    await school.until("2027-02-08 08:00")
    assert labels(ben.last)[:3] == ["Answer", "Not now", "Not this cycle"]
    assert "You can also say *my best time*." in ben.last.note
    await ben.presses("Not this cycle")
    assert ben.note
    assert "I will not ask you about this again in this cycle" in ben.note.text
    asked = len(ben.posts)
    await school.until("2027-02-10 15:00")
    assert len(ben.posts) == asked, "nobody who said no is reminded"


async def test_who_says_not_this_cycle_is_not_reminded(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("today 08:00")

    await ben.types("not this cycle")
    await lena.presses("Not now")
    await school.until("2027-02-03 08:00")

    assert await school.started(ben) == ["What should we work on?"]
    assert lena.was_told("Still open: What should we work on?", times=1)
    assert ana.was_told("Still open: What should we work on?", times=1)


async def test_a_phase_gives_way_when_the_team_has_what_it_came_for(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("2027-02-03 15:00")

    await ana.presses("Write down what we agreed")
    await ana.fills(norms="We start on time.", purpose="Better drafts", priority="Feedback that helps")

    assert "Our Priority of Practice: Feedback that helps" in school.channel.drawn
    assert "“We start on time.”" in school.channel.drawn
    assert labels(school.channel.messages[-1]) == []
    assert "in its phase Needs and resources" in told(await ben.says("cycle status"))


async def test_a_phase_gives_way_when_its_time_is_over_but_never_without_what_comes_next(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()

    await school.until("2027-02-11 08:00")
    assert "Needs and resources" in told(await ana.says("cycle status"))
    await school.until("2027-04-02 15:00")

    room = await school.room()
    assert [(move.kind, move.phase, move.reason) for move in room.moves] == [
        ("opened", "convene", ""),
        ("opened", "needs", "its time was over"),
    ]
    assert ben.was_told("You are next to lead a meeting: Needs and resources", times=1)
    assert ben.was_told("The time for Needs and resources is over and no need is chosen yet.", times=1)
    assert not ana.was_told("The time for Needs and resources is over")


async def test_the_facilitator_closes_a_phase_early_and_says_why(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()

    assert "say why: cycle next because" in told(await ana.says("cycle next"))
    assert "for your facilitator or administrator" in told(await ben.says("cycle next because I am bored"))
    reply = await ana.says("cycle next because we met in August already")

    closed, _, coming = told(reply).partition(". ")
    assert closed == "Convene is closed, Needs and resources is open now"
    assert coming == "The next meeting is on Wednesday, February 10; Ana A. leads."
    last = (await school.room()).moves[-1]
    assert (last.phase, last.by, last.reason) == ("needs", "ana", "because we met in August already")


async def test_what_was_done_in_the_room_completes_a_step_as_it_is(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await ana.says("need Planning time")
    await ana.says("resource The late start")

    assert told(await ana.says("met")) == "Needs and resources is done, as you agreed in the room."
    assert [move.phase for move in (await school.room()).moves if move.kind == "opened"] == ["convene", "needs", "plan"]


async def test_what_a_phase_came_to_is_posted_also_when_it_closes_before_its_meeting(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("2027-02-01 19:00")

    await ana.says("record")
    await ana.fills(norms="We start on time.", purpose="Better drafts", priority="Feedback that helps")
    assert school.channel.messages == []
    await school.until("2027-02-02 07:30")

    assert "Our Priority of Practice: Feedback that helps" in school.channel.drawn
    await school.until("2027-02-05 07:30")
    assert school.channel.titles == ["Convene"]
    assert not any(post.redrawn for post in school.stage.posts if not post.place.startswith("direct"))


async def test_a_charter_may_be_typed_question_by_question(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await ana.says("record")
    await ana.types("We start on time")
    assert "What is this team for?" in ana.last.text

    for words in ("Better drafts", "Feedback that helps", "2"):
        assert (await school.room()).moves[-1].phase == "convene"
        await ana.types(words)

    charter = (await school.room()).charter
    assert charter
    assert (charter.norms, charter.purpose) == ("We start on time", "Better drafts")
    assert (charter.priority, charter.coach) == ("Feedback that helps", "work")
    assert (await school.room()).moves[-1].phase == "needs"


async def test_extending_moves_the_meeting_and_what_hangs_on_it(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")

    assert "The next school day is Monday, February 22" in told(await ana.says("cycle extend to 2027-02-17"))
    assert "Choose a later school day" in told(await ana.says("cycle extend to 2027-02-09"))
    await ana.says("cycle extend")
    reply = await ana.submits({"until": "2027-02-24"})

    assert "The meeting of Needs and resources moves to Wednesday, February 24" in told(reply)
    await school.until("2027-02-22 07:45")
    assert [school.local(post.at) for post in ben.posts] == ["Mon 02-22 07:45"]
    await school.until("2027-02-24 07:30")
    assert school.channel.titles == ["Needs and resources: we meet on Wednesday, February 24"]


async def test_a_pause_sends_nothing_and_afterwards_nothing_stale(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")

    await ana.says("cycle pause because of the storm")
    assert "paused already" in told(await lena.says("cycle pause"))
    assert "I send nothing until somebody resumes" in ana.note.text
    await school.until("2027-02-22 10:00")
    assert school.stage.posts == []
    assert "The cycle is paused" in told(await ben.says("cycle status"))
    await ana.presses("Resume")
    await school.until("2027-02-28 10:00")
    assert school.stage.posts == []

    await school.until("2027-03-03 15:00")
    assert [school.local(post.at) for post in ben.posts] == ["Mon 03-01 07:45", "Tue 03-02 07:45"]
    assert school.channel.titles == ["Needs and resources: we meet on Wednesday, March 3"]
    assert (await school.room()).moves[-2].reason == "because of the storm"


async def test_what_was_asked_before_a_pause_is_not_asked_again(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await school.until("2027-02-08 10:00")

    await ana.says("cycle pause because of the storm")
    await school.until("2027-02-25 10:00")
    await ana.says("cycle resume")
    await school.until("2027-03-03 10:00")

    assert await school.started(ben) == ["What do we need most?", "Still open: What do we need most?"]
    assert [school.local(post.at) for post in ben.posts] == ["Mon 02-08 07:45", "Tue 03-02 07:45"]
    assert school.channel.titles == ["Needs and resources: we meet on Wednesday, March 3"]
    await ben.fills(strength=None, need="Planning time", evidence=None, area="time")
    assert "Planning time" in school.channel.drawn


async def test_a_reopened_phase_asks_anew(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("plan")

    assert "Name an earlier phase to open again: convene, needs." in told(await ana.says("cycle reopen act"))
    assert told(await ana.says("cycle reopen needs because")) == (
        "Say why Needs and resources opens again; the reason is kept. "
        "For example: cycle reopen needs because we learned more"
    )
    assert (await school.room()).moves[-1].phase == "plan"
    reply = await ana.says("cycle reopen needs because a new colleague joined")

    assert "Needs and resources is open again. I will ask anew." in told(reply)
    assert "in its phase Needs and resources" in told(await ben.says("cycle status"))
    await school.until("2027-02-08 08:00")
    await ben.fills(strength=None, need="Fewer interruptions", evidence=None, area="time")
    await school.until("2027-02-10 15:00")
    assert "Fewer interruptions" in school.channel.drawn
    await school.chooses("2")
    assert "We will work on: Fewer interruptions." in school.channel.drawn
    assert (await school.room()).moves[-1].phase == "plan"


async def test_a_reopened_convening_ends_with_a_charter_that_is_written_anew(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await ana.says("record")
    await ana.fills(norms="Old norms", purpose="Old purpose", priority="Old priority")

    await ana.says("cycle reopen convene because the team has changed")
    assert "in its phase Convene" in told(await ana.says("cycle status"))
    await ana.says("record")
    await ana.fills(norms="New norms", purpose="New purpose", priority="New priority")

    assert "in its phase Needs and resources" in told(await ana.says("cycle status"))
    assert (await school.room()).charters[-1].priority == "New priority"


async def test_leading_goes_round_and_no_is_an_answer(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena", facilitator="Lena")
    await school.begins()
    await school.until("today 07:45")

    assert "You are next to lead a meeting: Convene, on Wednesday, February 3" in text.draw(ana.last)
    assert not sees(ben, "I lead it")
    await ana.presses("Not this time")
    await school.until("2027-02-03 07:30")
    assert school.channel.messages[-1].note == "Lena L. leads."
    await lena.says("met")

    await school.until("2027-02-08 07:45")
    await ben.presses("With someone")
    reply = await ben.submits({"beside": "ana"})
    assert told(reply).startswith("Thank you. You lead this meeting together with Ana A.\n\n[Protocol: ")
    await school.until("2027-02-10 07:30")
    assert school.channel.messages[-1].note == "Ben B. leads, with Ana A."
    await ana.says("need Planning time")
    await ana.presses("Record what we chose")
    await ana.fills(chosen=["1"])

    await school.until("2027-03-01 07:45")
    assert "You are next to lead a meeting: Plan" in text.draw(lena.last)
    await lena.presses("I lead it")
    await school.until("2027-03-03 07:30")
    assert school.channel.messages[-1].note == "Lena L. leads."


async def test_who_offers_to_lead_leads_before_who_was_asked_and_did_not_answer(school: School) -> None:
    zoe, ben, _ = await school.team("Zoe", "Ben", administrator="Lena", facilitator="Lena")
    await school.begins()
    await school.until("2027-02-02 10:00")

    await ben.says("lead yes")
    await school.until("2027-02-03 07:30")

    assert school.channel.messages[-1].note == "Ben B. leads."


async def test_only_whoever_leads_writes_down_what_the_team_agreed(school: School) -> None:
    ana, cy, _ = await school.team("Ana", "Cy", administrator="Lena", facilitator="Lena")
    await school.begins()
    await school.until("2027-02-03 15:00")

    may = (
        "That is for whoever leads this meeting, or for your facilitator or administrator. "
        "To lead it yourself, say lead yes."
    )
    assert told(await cy.presses("Write down what we agreed")) == may
    assert told(await cy.says("met")) == may
    assert "What we agreed" in told(await ana.says("record"))
    await ana.says("lead yes")
    assert "Ana A. said yes first" in told(await cy.says("lead yes"))
    await cy.says("lead with Ana")
    assert "What we agreed" in told(await cy.presses("Write down what we agreed"))


async def test_the_team_gets_one_card_for_each_phase_and_it_is_updated_in_place(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("2027-02-03 15:00")
    for player in (ana, ben, lena):
        await player.fills(priority=f"Feedback, says {player.name}")
    assert "What we could work on: “Feedback, says Ana A.”\n• “Feedback, says Ben B.”" in school.channel.drawn
    assert school.channel.titles == ["Convene: we meet on Wednesday, February 3"]

    await ana.says("met")
    await school.until("2027-02-10 15:00")
    for player in (ana, ben, lena):
        await player.says(f"need A need of {player.id}")
        await player.says(f"resource A resource of {player.id}")
    assert school.channel.titles == ["Convene", "Needs and resources: we meet on Wednesday, February 10"]
    assert "A need of lena" in school.channel.drawn
    assert sum(post.place == "leadership" for post in school.stage.posts) == 2


async def test_the_day_after_the_meeting_whoever_leads_is_reminded_once(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena", facilitator="Lena")
    await school.begins()
    await school.until("2027-02-01 08:00")
    await ana.fills(priority="Feedback")
    await school.until("2027-02-10 07:00")

    assert ana.was_told("Your team's meeting was on Wednesday, February 3. What did the team agree?", times=1)
    assert not lena.was_told("Your team's meeting was")
    await ana.presses("Write down what we agreed")
    assert ana.form is not None


async def test_a_shorter_cycle_ends_in_its_last_week(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")

    assert "between 4 and 40" in told(await ana.says("cycle start 3 weeks"))
    await school.begins("6 weeks")
    await ana.says("met")
    await ana.says("need Planning time")
    await school.chooses("1")
    await ana.says("cycle next because we plan as we go")

    assert "We look back together from Monday, March 15 on." in told(await ana.says("cycle status"))


async def test_status_says_where_the_team_is_and_what_comes_next(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    assert "No cycle is running." in told(await ana.says("cycle status"))
    assert "Which one?" in told(await ana.says("cycle hand over"))

    await school.begins()

    assert "The next meeting is on Wednesday, February 3; Ana A. leads." in told(await ana.says("cycle status"))
    assert "already running" in told(await ana.starts())


def _with_scripts(school: School, folder: Path, look: str, old: str, new: str) -> None:
    """Give the school a script of its own, look.toml, and a cycle that asks it."""
    (folder / "look.toml").write_text(look)
    (folder / "cycle.toml").write_text((SHIPPED / "cycle.toml").read_text().replace(old, new))
    school.rehearsal.scripts = load_scripts(SHIPPED, folder)
    school.rehearsal.works_on(school.rehearsal.database)


async def test_a_script_asks_those_whom_it_names_and_they_can_answer(school: School, tmp_path: Path) -> None:
    ana, ben, lena, kay = await school.team("Ana", "Ben", administrator="Lena", coach="Kay")
    look = 'title = "What do you see?"\nasks = "coach"\nminutes = 1\n[see]\nsay = "What stands out?"\n'
    _with_scripts(school, tmp_path, look, '["convene"]', '["convene", "look"]')

    await ana.starts()
    await school.until("today 08:00")
    assert kay.last.title == "What do you see?"
    assert all(each.last.title == "What should we work on?" for each in (ana, ben, lena))
    await kay.types("They listen to each other")
    assert [each.flow for each in (await school.room()).conversations.values() if each.done_at] == ["look"]


async def test_a_script_may_ask_on_the_day_of_the_meeting(school: School, tmp_path: Path) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    look = 'title = "Today"\nasks = "administrators"\nminutes = 1\n[see]\nsay = "What for?"\n'
    _with_scripts(school, tmp_path, look, "[convene.asks]", '[convene.asks]\n"PLC day" = ["look"]')

    await ana.starts()
    await school.until("today 08:00")
    await lena.types("How we open a lesson")
    await school.until("2027-02-03 07:40")
    assert lena.last.title != "Today"
    await school.until("2027-02-03 07:45")
    assert lena.last.title == "Today"
    assert not ben.was_told("What for?")


async def test_status_tells_of_a_meeting_that_was(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    assert "The next meeting is on Wednesday, February 3" in told(await ana.says("cycle status"))
    await school.until("2027-02-03 15:00")
    assert "The next meeting is on Wednesday, February 3" in told(await ana.says("cycle status"))
    await school.until("2027-02-05 08:00")
    said = told(await ana.says("cycle status"))
    assert "The meeting was on Wednesday, February 3. Once" in said
    assert "has recorded what came of it, the cycle goes on." in said
