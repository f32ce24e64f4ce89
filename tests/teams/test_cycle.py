"""A team of a school in Teams goes through its cycle: by cards, typed words and mentions in its channel."""

from datetime import time

from bot.sample import CALENDAR, FIRST_DAY
from tests.slack.school import ROSTER, morning
from tests.teams.school import TeamsSchool


async def test_the_first_question_arrives_and_is_answered_on_its_card_and_by_typing(teams_school: TeamsSchool) -> None:
    ana, ben, lena = (teams_school.people[name] for name in ("ana", "ben", "lena"))
    await ana.starts()
    await teams_school.until(CALENDAR.at(FIRST_DAY, time(8)))

    assert "What should we work on?" in ben.sees()[-1]
    await ben.answers(priority="Feedback that helps")
    await lena.types("Reading in every subject")

    answers = [each for each in (await teams_school.room()).conversations.values() if each.done_at]
    assert len(answers) == 2
    assert "Change my answers" in ben.labels()


async def test_a_team_lives_through_a_whole_cycle(teams_school: TeamsSchool) -> None:
    """An administrator and three teachers, from the first question to the first day of another cycle."""
    school = teams_school
    await school.imports(ROSTER.replace("support staff", "teacher"))
    ana, ben, lena, sam = (school.people[name] for name in ("ana", "ben", "lena", "sam"))
    await ana.starts("10 weeks")

    # Convene: proposals, then the charter, written down on the card in the channel.
    await school.until(morning("2027-02-01"))
    for person, words in ((ben, "Feedback that helps"), (sam, "Reading in every subject")):
        await person.types(words)
    await school.until(morning("2027-02-03", "14:00"))
    await ana.presses_in_channel("Write down what we agreed")
    await ana.fills(norms="We start on time", purpose="One thing, properly", priority="Feedback that helps")
    assert "Our Priority of Practice: Feedback that helps" in school.channel_text()

    # Needs: on the card and by typing; the vote; what came of it.
    await school.until(morning("2027-02-08"))
    await ben.answers(strength="Reading groups", need="More time to plan", area="teaching")
    await ben.answers(resource="The Wednesday late start", resource_kind="time")
    await sam.types("/need Fewer interruptions")
    await sam.types("/leadcycle resource A small grant")
    await school.until(morning("2027-02-10", "14:00"))
    await school.until(morning("2027-02-23", "12:00"))
    for person in (ana, ben, lena, sam):
        await person.answers(dots={"1": 3, "2": 2})
    assert "We will work on: More time to plan" in school.channel_text()

    # Plan: an action for somebody else, its yes, a decision asked in the channel, the team's yes.
    await ana.types("action Plan one unit together")
    await ana.answers(
        owner="Ben Carter",
        due="2027-03-26",
        need="1",
        resource="1",
        prediction="Fewer lessons from nothing",
        measure="We count them",
    )
    await ben.types("actions mine")
    await ben.presses("I take it")
    await lena.mentions("decide Should we keep first period free?")
    await lena.answers(mode="consent")
    await lena.presses("Post it")
    await school.until(morning("2027-02-26", "09:00"))
    for person in (ana, ben, sam):
        await person.mentions("stand 1 good")
    for person in (ana, ben, lena, sam):
        await person.mentions("plan good")
    assert [each.state for each in (await school.room()).decisions] == ["decided"]

    # Act: the weekly card is filled in where it stands, its reflection too; another one is typed; lines are shared.
    await school.until(morning("2027-03-12", "15:00"))
    await ben.fills(status="On track")
    assert (await school.room()).actions[0].status == "on_track"
    await ben.fills(what="Two students asked for more")
    await ben.presses("Share with the team")
    await sam.types("reflect Calmer lessons")
    await sam.types("skip")
    await sam.types("skip")
    await sam.presses("Share with the team")
    room = await school.room()
    assert [line.text for line in room.lines if line.flow == "reflect"] == [
        "Two students asked for more",
        "Calmer lessons",
    ]
    assert "Calmer lessons" in school.channel_text()
    await school.until(morning("2027-03-26", "15:00"))
    await ben.fills(status="Done")

    # Reflect: results on the card in the channel, the yes of more than half, and another cycle, started by its cards.
    await school.until(morning("2027-04-19", "15:00"))
    await lena.fills(went_well="Short meetings", change="Nothing", next_cycle="The late start")
    await school.until(morning("2027-04-21", "14:00"))
    await ana.presses_in_channel("Record what came of it")
    await ana.fills(**{"result.0": "Two units, shared", "verdict.0": "adopt", "learned.0": "Small steps"})
    room = await school.room()
    assert room.moves[-1].kind == "finished"
    assert [(action.state, action.review_on is not None) for action in room.actions] == [("done", True)]
    assert "Adopt · Two units, shared" in school.channel_text()
    for person in (ana, ben, lena):
        await person.presses_in_channel("Another cycle")
    await ana.presses_in_channel("Keep our charter")
    await lena.presses_in_channel("Start a cycle")
    await lena.presses_in_channel("Start it like this")
    room = await school.room()
    assert (room.moves[-1].cycle, room.moves[-1].kind, room.moves[-1].phase) == (2, "opened", "needs")
    assert "dead" not in await school.states()
