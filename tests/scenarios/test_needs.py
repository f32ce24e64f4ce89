"""Needs and resources: named in private, listed without names, chosen by dots."""

from adapters import text
from flows import agenda
from tests.world import School, labels, sees, told


async def test_a_silent_teacher_is_nudged_once_and_the_vote_chooses(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await ana.says("met")

    await school.until("2027-02-08 08:00")
    await ana.fills(strength="Reading groups", need="Planning time", evidence=None, area="teaching")
    for words in ("Hello?", "skip", "Fewer interruptions", "skip", "school climate", "no", "later"):
        await lena.types(words)
    await school.until("2027-02-22 08:00")
    await ana.fills(dots={"1": 3, "2": 1})
    await lena.fills(dots={"1": 2})
    await school.until("2027-02-24 15:31")

    assert ben.was_told("Still open: What do we need most?", times=1)
    assert not ana.was_told("Still open: What do we need most?")
    await school.until("2027-02-26 08:00")
    assert "We will work on: Planning time." in school.channel.last


async def test_a_need_that_is_named_by_command_answers_the_question_and_nobody_is_reminded(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await school.until("2027-02-08 08:00")
    await ben.types("Need more planning time")
    assert "Noted as need 1" in ben.last.text

    await school.until("2027-02-10 15:00")

    assert not ben.was_told("Still open")
    assert ana.was_told("Still open", times=1)


async def test_words_that_are_taken_for_a_command_are_nobodys_need(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await school.until("2027-02-08 08:00")

    for words in ("cycle skip because we are late", "cycle stop"):
        await ben.types(words)
        assert "for your facilitator or administrator" in ben.last.text
        await ana.types(words)
        assert "Did you mean cycle next" in ana.last.text.replace("*", "")
    assert (await school.room()).needs == ()
    await ben.types("hello")
    await ben.types("Reading groups")
    await ben.types("undo")
    assert "What is going well" in ben.last.text


async def test_a_reminder_loses_its_buttons_with_its_question(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await school.until("2027-02-24 08:00")
    assert ben.was_told("Still open: What do we need most?", times=1)
    still = next(number for number, post in enumerate(ben.posts) if post.message.text.startswith("Still open"))

    await ana.says("met")
    await school.until("today 08:01")

    closed = ben.posts[still].message
    assert (closed.buttons, closed.note) == ((), "This question is closed; the team has gone on.")
    assert (closed.title, closed.preview) == ("What do we need most?", "What do we need most?")
    assert not any("Still open" in f"{post.message}" for post in ben.posts), "nor does the notification say so"


async def test_a_question_loses_its_buttons_when_the_team_has_gone_on(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await school.until("2027-02-08 08:00")
    assert labels(ben.last)[:2] == ["Answer", "Not now"]

    await ana.types("We did this in the room")
    await school.until("today 08:01")

    asked = next(post.message for post in ben.posts if post.message.title == "What do we need most?")
    assert asked.buttons == ()
    assert asked.note.startswith("This question is closed; the team has gone on.")


async def test_the_team_sees_needs_without_names(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await school.until("2027-02-08 08:00")
    assert "Your team sees the answers without names; colleagues may recognize your words." in ben.last.note
    await ben.fills(strength="Lab days", need="Planning time", evidence="We met twice", area="time")

    await school.until("next PLC day 08:00")

    assert "Need 1: “Planning time”\n  We met twice" in school.channel.drawn
    assert "What goes well: “Lab days”" in school.channel.drawn
    assert "Ben" not in school.channel.drawn.replace("Ben B. leads", "")


async def test_several_needs_are_named_on_forms_one_after_the_other(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await school.until("2027-02-08 08:00")

    await ben.fills(strength=None, need=["Planning time", "Quiet halls", "Books"], evidence=None, area="time")

    assert told(await ben.says("needs")) == (
        "Our needs\n\n• Need 1: “Planning time”\n• Need 2: “Quiet halls”\n• Need 3: “Books”"
    )


async def test_needs_are_typed_in_the_chat_one_question_at_a_time(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await school.until("2027-02-08 08:00")

    await ben.types("Hello!")
    assert "Let us do it here, one question at a time." in ben.last.text
    for words in ("skip", "Need more planning time", "No shared free period", "schedules", "no"):
        await ben.types(words)

    assert "What is something, or someone, that we could draw on?" in ben.last.text
    await ben.types("Our media specialist")
    await ben.types("people")
    await ben.types("no")
    room = await school.room()
    assert [(need.text, need.evidence, need.area) for need in room.needs] == [
        ("Need more planning time", "No shared free period", "time")
    ]
    assert [(each.text, each.kind) for each in room.resources] == [("Our media specialist", "people")]
    assert ben.was_told("The team sees these as a list, without names.", times=1)


async def test_what_was_begun_on_the_form_is_finished_by_typing(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await school.until("2027-02-08 08:00")

    await ben.presses("Answer")
    await ben.submits({"strength.0": None, "need.0": "Quiet halls", "area.0": "other", "needs.0": True})
    await ben.says("answer needs chat")
    assert "How would you name the area?" in ben.last.text
    await ben.types("Arrival")
    assert "What *one* change would help your learners most this term?" in ben.last.text
    for words in ("Books that students choose", "skip", "1", "no"):
        await ben.types(words)

    room = await school.room()
    assert [(need.text, need.area) for need in room.needs] == [
        ("Quiet halls", "Arrival"),
        ("Books that students choose", "teaching"),
    ]


async def test_answers_are_edited_until_the_phase_closes(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await school.until("2027-02-08 08:00")
    await ben.fills(strength=None, need="Planning time", evidence=None, area="time")
    await school.until("next PLC day 08:00")

    await ben.says("answer needs")
    form = ben.form
    await ben.fills(need="Planning time, every week")
    assert "Your answers are changed." in ben.note.text
    assert "“Planning time, every week”" in school.channel.drawn
    assert school.channel.titles == ["Needs and resources: we meet on Wednesday, February 10"]

    await school.chooses("1")
    ben.form = form
    assert told(await ben.fills(need="Too late")) == (
        "This form is no longer open. Say cycle status to see where the team is."
    )
    assert "This question is closed" in told(await ben.says("answer needs"))
    assert [need.text for need in (await school.room()).needs] == ["Planning time, every week"]


async def test_a_need_that_is_taken_back_disappears_from_the_list(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await school.until("2027-02-08 08:00")
    await ben.fills(strength=None, need=["Planning time", "Quiet halls"], evidence=None, area="time")
    await ben.fills(resource="The late start", resource_kind="time")
    await school.until("next PLC day 08:00")
    assert "Quiet halls" in school.channel.drawn

    await ben.says("answer needs")
    await ben.submits({**{each.key: each.value for each in ben.form.fields}, "needs.0": False})

    assert "Quiet halls" not in school.channel.drawn
    assert "Planning time" in school.channel.drawn
    assert [need.state for need in (await school.room()).needs] == ["open", "withdrawn"]


async def test_needs_and_resources_come_in_one_message_and_by_command(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await school.until("2027-02-08 08:00")

    assert "What can we draw on?" in labels(ben.last)
    await ben.presses("What can we draw on?")
    await ben.fills(resource=["The late start", "A grant"], resource_kind=["time", "money"])
    assert "What do we need most?" in ben.form.title
    await ben.says("need")
    await ben.submits({"need": "Quiet halls", "evidence": ""})
    await ben.says("resource")
    assert "Please write something here." in told(await ben.submits({"resource": " ", "kind": None}))
    await ben.submits({"resource": "The nurse", "kind": "people"})

    assert "“The late start”\n  Time\n• Resource 2: “A grant”\n  Money" in told(await ben.says("resources"))
    assert "“Quiet halls”" in told(await ben.says("needs"))


async def test_likely_duplicates_are_proposed_without_names_and_merged_or_kept_apart(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await ben.says("need More time to plan together")
    await lena.says("need More time to plan lessons together")
    await lena.says("need Fewer interruptions in first period")
    await ana.says("need Fewer interruptions in second period")
    await school.until("2027-02-10 08:00")

    assert "for your facilitator" in told(await ben.says("needs alike"))
    await ana.presses("Similar needs")
    pairs = text.draw(ana.note)
    assert "Needs 1 and 2: “More time to plan together\n  More time to plan lessons together”" in pairs
    assert "Needs 3 and 4" in pairs
    assert "Ben" not in pairs
    assert "Lena" not in pairs

    await ana.presses("Merge")
    assert "“More time to plan together / More time to plan lessons together”" in school.channel.drawn
    await ana.presses("Undo")
    assert " / " not in school.channel.drawn
    await ana.says("need merge 2 into 1")
    await ana.says("need apart 3 4")
    assert told(await ana.says("needs alike")) == "No two needs look alike."
    assert not sees(ana, "Similar needs")
    assert "itself" in told(await ana.says("need merge 1 into 1"))
    assert "Name the two needs" in told(await ana.says("need merge 3"))
    assert "There is no open need 9" in told(await ana.says("need merge 9 into 1"))


async def test_dots_have_a_budget_and_a_cap(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await _votes_on(school, "Planning time", "Quiet halls", "Books")

    await ben.presses("Answer")
    assert told(await ben.submits({"dots.0": {"1": 4}})) == (
        "At most 3 dots can go to one, and Planning time would have 4."
    )
    assert "You have 5 dots to give, and that would be 6." in told(await ben.submits({"dots.0": {"1": 3, "2": 3}}))
    assert "Please give at least one dot." in told(await ben.submits({"dots.0": {}}))
    await ben.submits({"dots.0": {"1": 3, "2": 2}})
    await ana.says("answer vote chat")
    await ana.types("books: 3, quiet halls: 2")

    assert (await school.room()).ballots[-1].dots == {"1": 3, "2": 2}
    assert (await school.room()).ballots[0].dots == {"2": 2, "3": 3}


async def test_the_vote_ends_when_everybody_voted_and_unchosen_needs_are_kept(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await _votes_on(school, "Planning time", "Quiet halls")

    for player in (ana, ben, lena):
        assert "We will work on" not in school.channel.drawn
        await player.fills(dots={"1": 2, "2": 3})

    assert school.channel.last == "We will work on: Quiet halls."
    assert "dots" not in school.channel.drawn
    assert "Need 1: “Planning time”" in school.channel.drawn
    room = await school.room()
    assert [(need.text, need.state, need.chosen_in) for need in room.needs] == [
        ("Planning time", "open", 0),
        ("Quiet halls", "open", 1),
    ]
    assert "in its phase Plan" in told(await ana.says("cycle status"))


async def test_merged_needs_count_together(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await _votes_on(school, "Planning time", "Quiet halls", "Time to plan")
    await ana.fills(dots={"1": 2, "2": 3})
    await ben.fills(dots={"3": 2, "2": 2})
    await ana.says("need merge 3 into 1")

    await lena.fills(dots={"2": 1, "3": 3})

    assert school.channel.last == "We will work on: Planning time."


async def test_a_tie_is_shown_and_decided_by_the_team(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await _votes_on(school, "Planning time", "Quiet halls", "Books")

    await ana.fills(dots={"1": 3, "2": 2})
    await ben.fills(dots={"1": 1, "2": 2})
    await school.until("2027-02-26 08:00")

    assert school.channel.last.startswith("The dots are tied between: Planning time · Quiet halls.")
    assert ana.was_told("The dots are tied. Talk it over with the team", times=1)
    await ana.presses("Record what we chose")
    await ana.fills(chosen=["2"])
    assert school.channel.last == "We will work on: Quiet halls."
    assert "in its phase Plan" in told(await ana.says("cycle status"))


async def test_when_nobody_votes_the_team_is_asked_to_decide_in_the_room(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await _votes_on(school, "Planning time", "Quiet halls")

    await school.until("2027-03-01 08:00")

    assert ana.was_told("Nobody gave a dot. Talk it over with the team, then record what you chose.", times=1)
    await ana.presses("Record what we chose")
    assert "Please choose at least one of these." in told(await ana.submits({"chosen.0": []}))
    await ana.submits({"chosen.0": ["1", "2"]})
    assert school.channel.last == "We will work on: Planning time; Quiet halls."


async def test_one_need_alone_is_not_voted_on(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await ana.says("need Planning time")

    await school.until("2027-03-04 08:00")

    assert not any("Which needs come first?" in title for title in await school.started(ben))
    assert school.channel.last == "We will work on: Planning time."
    assert "in its phase Plan" in told(await ana.says("cycle status"))


async def test_where_no_need_is_on_record_the_lead_is_asked_for_one_and_not_for_a_choice(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    nothing_there = "No need is on record yet, so there is nothing to choose from"

    for day in ("2027-02-19", "2027-02-22"):
        await school.until(f"{day} 12:00")
        announced = agenda.coming(await school.room(), school.clock.now, {})
        assert "is asked" not in announced
        assert "vote" not in announced
    await school.until("2027-02-23 12:00")
    lead = next(player for player in school.people.values() if player.was_told(nothing_there, times=1))
    assert labels(lead.last) == ["Name a need", "We did this in the room"]
    assert "Which need did the team choose?" not in text.draw(lead.last)
    assert nothing_there in told(await ana.says("record"))
    assert labels(ana.note) == ["Name a need", "We did this in the room"]
    assert "Name a need" in labels(school.channel.messages[-1])
    await school.until("2027-03-09 08:00")
    room = await school.room()
    assert "no need is on record yet" in agenda.coming(room, school.clock.now, {})

    await ben.says("need Planning time")
    assert "Record what we chose" in labels(school.channel.messages[-1])
    await school.chooses("1")
    assert (await school.room()).needs[0].chosen_in == 1


async def _votes_on(school: School, *needs: str) -> None:
    """Bring the team to its vote on these needs."""
    await school.comes_to("needs")
    for need in needs:
        await school.guide.says(f"need {need}")
    await school.until("2027-02-22 08:00")
