"""From one cycle to the next: only after the team's yes, with what was agreed, unmet and under way."""

import shutil
from contextlib import AsyncExitStack
from pathlib import Path

from adapters import text
from bot import earlier, sample
from flows.markup import plain
from flows.people import Member
from flows.records import Line
from flows.report import build
from storage import records
from tests.flows.report_rooms import LATER
from tests.world import School, labels, plans, told


async def test_the_next_cycle_starts_only_after_more_than_half_of_the_team_said_yes(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await _finishes(school)

    assert "More than half of the team has to say yes" in told(await ana.starts())
    await ben.presses("Another cycle")
    assert "I noted your yes." in ben.note.text
    await ben.presses("Another cycle")
    assert "More than half" in told(await ana.starts())
    await lena.presses("Another cycle")

    assert "It begins with Convene" in told(await ana.starts("10 weeks on 2/8"))
    assert (await school.room()).cycle.number == 2
    assert "waits until the cycle is finished" in told(await ben.says("cycle yes"))


async def test_a_team_that_convenes_anew_is_asked_again_and_greeted_no_more(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("today 08:00")
    assert "Hello Ben. I am Leadcycle" in ben.last.text
    await _goes_through(school)

    await ana.starts("in the room")
    await school.until("2027-02-09 08:00")

    assert ben.was_told("One question: which practice should that be?", times=2)
    assert ben.was_told("Hello Ben. I am Leadcycle", times=1)


async def test_lines_of_the_next_cycle_take_no_place_of_earlier_ones(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("today 08:00")
    await ben.fills(priority="How we open a lesson")
    await _goes_through(school)
    await ana.starts("in the room")
    await school.until("2027-02-02 08:00")
    await ben.fills(priority="How we close a lesson")

    async with school.rehearsal.database.read(sample.TENANT) as store:
        lines = await records.load(store, Line, flow="convene")
    assert [(line.cycle, line.text) for line in lines] == [(1, "How we open a lesson"), (2, "How we close a lesson")]


async def test_a_team_that_agreed_in_its_meeting_says_so(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await _finishes(school)

    await school.begins("in the room")

    assert (await school.room()).cycle.number == 2


async def test_the_charter_is_kept_by_one_press(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await _finishes(school)

    await ben.presses("Keep our charter")
    assert "The charter is kept: the next cycle starts with needs and resources." in ben.note.text
    reply = await ana.starts("in the room")

    assert "It begins with Needs and resources" in told(reply)
    assert [(charter.cycle, charter.priority) for charter in (await school.room()).charters] == [
        (1, "Feedback that helps"),
        (2, "Feedback that helps"),
    ]


async def test_the_charter_is_changed_by_one_press_and_the_finished_cycle_keeps_its_own(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await _finishes(school)

    assert "for your facilitator" in told(await ben.says("charter change"))
    await ana.presses("Change our charter")
    assert [field.value for field in ana.form.fields] == [
        "We start on time.",
        "Better drafts",
        "Feedback that helps",
        "course",
    ]
    await ana.submits({"norms": "We start on time.", "purpose": "", "priority": "Questions"})
    assert build(await school.room(), LATER).priority == "Feedback that helps"
    await ana.starts("in the room")

    assert [charter.priority for charter in (await school.room()).charters] == ["Feedback that helps", "Questions"]
    assert build(await school.room(), LATER).priority == "Questions"


async def test_a_charter_that_was_only_spoken_of_is_written_by_one_press_once_the_cycle_is_finished(
    school: School,
) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("reflect")
    await ana.says("met")
    assert labels(school.channel.messages[-1]) == ["Another cycle", "Write our charter", "Full report"]
    assert told(await ben.says("charter keep")) == (
        "There is no charter yet. A facilitator or administrator writes one: charter change"
    )

    await ana.presses("Write our charter")
    said = told(await ana.submits({"norms": "We listen.", "purpose": "", "priority": "Questions"}))

    assert said == "The charter is on record as you wrote it, and kept: the next cycle starts with needs and resources."
    assert {"Keep our charter", "Change our charter"} <= set(labels(school.channel.messages[-1]))
    assert "It begins with Needs and resources" in told(await ana.starts("in the room"))
    assert build(await school.room(), LATER).priority == "Questions"


async def test_unmet_needs_come_first_and_open_actions_go_on(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await _finishes(school)
    await ben.presses("Keep our charter")
    await school.begins("in the room")

    await ben.says("need Books that students choose")
    await school.until("2027-02-10 08:00")

    listed = text.draw(school.channel.messages[-1])
    assert "More time to plan together" not in listed
    assert listed.index("Fewer interruptions") < listed.index("Books that students choose")
    assert "“Write to families”" in told(await ben.says("actions"))
    assert "Visit two lessons" not in told(await ben.says("actions"))
    await school.until("2027-02-22 08:00")
    await ben.presses("Answer")
    assert [option.label for option in ben.form.fields[0].options] == [
        "Fewer interruptions",
        "Books that students choose",
    ]


async def test_adopted_actions_stay_as_how_we_work_here(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await _finishes(school)
    first = build(await school.room(), LATER).practices
    await school.begins("in the room")

    assert [each.what for each in build(await school.room(), LATER).practices] == ["Visit two lessons"]
    assert build(await school.room(), LATER).practices == first
    assert school.calendar.is_open(first[0].review_on)


async def test_what_is_done_in_the_next_cycle_is_weighed_there(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await _finishes(school)
    await school.begins("in the room")
    await ana.says("cycle next because nothing has changed")
    await school.chooses("2")
    await ana.says("met")

    await ben.says("action done 2")
    assert "Done · Ben B." in told(await ana.says("actions"))
    await ana.says("cycle next because the work is done")
    await ana.says("record")
    assert [plain(field.label).split(":")[0] for field in ana.form.fields[:-1]] == ["Write to families"] * 2
    await ana.fills(result="Ten answers", verdict="adopt", learned="It takes time")

    room = await school.room()
    assert [(result.cycle, result.action, result.verdict) for result in room.results] == [
        (1, 1, "adopt"),
        (1, 2, "adapt"),
        (2, 2, "adopt"),
    ]
    assert room.moves[-1].kind == "finished"


async def test_somebody_who_has_not_been_asked_yet_is_asked_to_lead(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await _finishes(school)
    await ben.presses("Keep our charter")
    await school.begins("in the room")

    await school.until("2027-02-08 08:00")

    assert "You are next to lead a meeting: Needs and resources" in text.draw(ana.last)
    assert not any(player.was_told("next to lead") for player in (ben, lena))


async def test_nothing_is_sent_between_cycles(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await _finishes(school)
    before = len(school.stage.posts)

    await school.until("2027-06-11 15:00")

    assert len(school.stage.posts) == before
    assert "until then I send nothing" in told(await ben.says("cycle status"))


async def test_an_action_is_handed_on_within_a_school_day_when_its_owner_leaves(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena", facilitator="Lena")
    await school.comes_to("act")
    await plans(ben, "Visit two lessons", "3/12")
    await school.until("2027-02-10 14:00")

    assert "What is theirs is handed on within a school day." in told(await lena.says("team left Ben confirmed"))
    await school.until("2027-02-11 14:00")

    assert "Ben B. left the team. Who takes over what is theirs?" in text.draw(lena.last)
    assert labels(lena.last) == ["Ask somebody else", "Drop it"]
    assert lena.last.preview == "Somebody left the team"
    await lena.presses("Ask somebody else")
    await lena.submits({"to": "ana"})
    await ana.says("action accept 1")
    assert [(action.owner, action.state) for action in (await school.room()).actions] == [("ana", "open")]
    before = len(ben.posts)
    await school.until("2027-03-06 08:00")
    assert len(ben.posts) == before


async def test_people_who_only_read_along_can_leave_the_team_as_well(school: School) -> None:
    *_, lena, kay = await school.team("Ana", "Ben", administrator="Lena", coach="Kay")
    await school.begins()

    assert "Kay K. is no longer on the team" in told(await lena.says("team left Kay confirmed"))
    assert kay.id not in {member.id for member in (await school.room()).present()}


async def test_a_cycle_goes_on_without_its_facilitator(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await school.until("2027-02-05 12:00")

    assert "would be without an administrator" in told(await ana.says("team left Lena confirmed"))
    await lena.says("team left Ana confirmed")
    await school.until("2027-02-08 08:00")
    assert lena.was_told("That leaves the team without a facilitator. Who keeps the cycle going?", times=1)
    await lena.presses("I take over")
    assert lena.note.text == "Lena L. is the facilitator from now on."

    await school.until("2027-02-10 08:00")
    assert "Ana" not in school.channel.drawn
    assert await school.started(ana, "2027-02-06") == []
    assert "for your facilitator" in told(await ben.says("cycle next because"))


async def test_a_facilitator_hands_over_before_leaving(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")

    assert told(await ana.says("cycle hand over Ben")).startswith("Ben B. is the facilitator from now on. I tell them")
    await ben.says("team left Ana confirmed")
    await school.until("2027-02-10 08:00")

    assert not any(player.was_told("left the team") for player in (ben, lena))
    assert "is closed" in told(await ben.says("cycle next because we are few"))


async def test_a_deactivated_account_is_a_person_who_left(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await plans(ben, "Visit two lessons", "3/12")
    await school.until("2027-02-10 14:00")
    await school.keep(Member("ben", "Ben B.", left_on=school.calendar.local_date(school.clock.now)))
    await ana.says("actions")

    await school.until("2027-02-12 15:00")

    assert "Ben B. left the team." in text.draw(ana.posts[0].message)
    assert ben.posts == []
    assert "you read along" in told(await ben.says("action done 1"))


async def test_a_process_started_anew_between_any_two_steps_ends_with_the_same_records(
    database_url: str, sqlite_template: Path, tmp_path: Path
) -> None:
    steady = School(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'steady.db')}")
    restarted = School(database_url, restarts=True)
    async with AsyncExitStack() as stack:
        for school in (steady, restarted):
            stack.push_async_callback(school.close)
            ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
            await school.begins("5 weeks")
            await ana.says("met")
            await _lives(school, ("02-01", "02-08", "02-26", "03-10"), "adopt")

        assert await restarted.room() == await steady.room()
        assert [(post.place, post.at, post.message) for post in restarted.stage.posts] == [
            (post.place, post.at, post.message) for post in steady.stage.posts
        ]


async def test_a_team_lives_through_two_whole_cycles(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins("5 weeks")
    await school.until("today 08:00")
    await ben.fills(priority="Feedback")
    await school.until("2027-02-03 15:00")
    await ana.presses("Write down what we agreed")
    await ana.fills(norms="We start on time.", purpose="Better drafts", priority="Feedback that helps")
    await _lives(school, ("02-08", "02-22", "03-05", "03-10"), "adapt")
    first = build(await school.room(), LATER)

    for player in (ben, lena):
        await player.presses("Another cycle")
    await lena.presses("Keep our charter")
    between = len(school.stage.posts)
    await school.until("2027-04-12 07:40")
    assert len(school.stage.posts) == between
    await ana.starts("5 weeks")
    await _lives(school, ("04-12", "04-19", "05-07", "05-12"), "adopt")

    room = await school.room()
    async with school.rehearsal.database.read(sample.TENANT) as store:
        assert build(await earlier.as_of(store, room, 1), LATER) == first, (
            "the report of the first cycle is still the same"
        )
        assert build(await earlier.as_of(store, room, 2), LATER) == build(room, LATER)
    assert [(cycle.number, cycle.weeks) for cycle in room.cycles] == [(1, 5), (2, 5)]
    assert [move.phase for move in room.moves] == ["needs", "plan", "act", "reflect", "reflect"]
    assert [charter.priority for charter in room.charters] == ["Feedback that helps"] * 2
    assert [(need.cycle, need.state, need.chosen_in) for need in room.needs] == [
        (1, "met", 2),
        (1, "open", 0),
        (2, "open", 0),
        (2, "open", 0),
    ]
    assert [action.cycle for action in room.actions if action.state == "done"] == [1, 2]
    assert [practice.review_on is not None for practice in build(room, LATER).practices] == [True, True]
    assert school.channel.titles == [
        "Convene",
        *("Needs and resources", "Plan", "Act", "Reflect"),
        *("Needs and resources", "Plan", "Act", "Reflect"),
    ]
    greeting = "Hello Ben. I am Leadcycle"
    assert ben.was_told(greeting, times=1)
    for player in (ana, ben, lena):
        assert len(await school.started(player)) <= 16


async def _lives(school: School, days: tuple[str, str, str, str], verdict: str) -> None:
    """A cycle from its needs to its end: on these days needs are asked, dots given, cards filled, results weighed."""
    ana, ben, lena = school.people.values()
    needs, vote, friday, meeting = days
    named = len((await school.room()).needs)
    await school.until(f"2027-{needs} 08:00")
    resource = {"resource": "The late start", "resource_kind": "time"}
    await ana.fills(strength=None, need=f"Need {named + 1}", evidence=None, area="time", **resource)
    await lena.fills(strength=None, need=f"Need {named + 2}", evidence=None, area="time", **resource)
    await school.until(f"2027-{vote} 08:00")
    for player in (ana, ben, lena):
        await player.presses("Answer")
        await player.submits({"dots.0": {player.form.fields[0].options[0].key: 3}})
    await school.until("next PLC day 08:00")
    await ana.says("record")
    plan = {"owner": "ben", "serves": "1", "uses": "1", "prediction": "More of it", "measure": "We count"}
    await ana.fills(what=f"Action of {vote}", due=f"2027-{friday}", **plan)
    await ben.presses("My actions")
    await ben.presses("I take it")
    for player in (ana, ben, lena):
        await player.says("plan good")
    await school.until(f"2027-{friday} 14:35")
    await ben.fills(status="done", what="It went well", so_what=None, now_what=None)
    await ben.presses("Share with the team")
    await school.until(f"2027-{meeting} 15:00")
    await ana.says("record")
    await ana.fills(result="Half of it", verdict=verdict, learned="Small steps")
    assert "The last cycle is finished." in told(await ana.says("cycle status"))


async def _finishes(school: School) -> None:
    """A first cycle with a charter, a need met and one unmet, an action adopted and one to go on with."""
    await school.begins()
    await _goes_through(school)


async def _goes_through(school: School) -> None:
    """All of the cycle that has just begun."""
    ana, ben, *_ = school.people.values()
    await ana.says("record")
    await ana.fills(norms="We start on time.", purpose="Better drafts", priority="Feedback that helps")
    for need in ("More time to plan together", "Fewer interruptions"):
        await ana.says(f"need {need}")
    await ana.says("resource The late start")
    await school.chooses("1")
    await plans(ana, "Visit two lessons", "3/12")
    await plans(ben, "Write to families", "3/15", need="2")
    await ana.says("met")
    await ana.says("cycle next because the work is done")
    await ana.says("record")
    await ana.fills(result=["Two routines", "Four answers"], verdict=["adopt", "adapt"], learned="Small steps")
    assert "The last cycle is finished." in told(await ana.says("cycle status"))


async def test_the_yes_that_makes_it_more_than_half_says_so(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await _finishes(school)

    assert "when more than half of the team agrees" in told(await ben.says("cycle yes"))
    await ana.types("Another cycle")
    assert "more than half of the team wants another cycle" in ana.last.text
    assert "the team said yes to another one" in told(await lena.says("cycle status"))
