"""Every command there is, by slash and typed, with its form where it has one, through one cycle and into the next."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters import text
from bot.rehearsal import Player
from flows.command_table import COMMANDS
from flows.messages import Errors, Reply
from tests.world import School, told

ELSEWHERE = {
    *(
        "ask",
        "ask grant",
        "ask decline",
        "ask again",
        "ask withdraw",
        "asks",
        "object",
        "decisions find",
        "decisions show",
    ),
    *("coach level", "my teams", "our district", "pulse", "pulse start"),
    *(f"decide {word}" for word in ("more", "details", "answer", "report", "keep", "modes")),
}
"""these are lived through in test_modes, what is a coach's or a district leader's in test_beside"""


@dataclass
class Tour:
    """People who give their commands in one way, and the list of what they gave."""

    way: str
    given: set[str] = field(default_factory=set)
    filled: set[str] = field(default_factory=set)

    async def says(self, player: Player, words: str) -> str:
        """Give a command, and return what the person is told."""
        found = COMMANDS.find(words)
        assert found, words
        self.given.add(found[0].words)
        match self.way:
            case "typed":
                await player.types(words)
                return text.draw(player.last)
            case _:
                return told(await player.says(f"/{words}", in_channel=True))

    async def fills(self, player: Player, words: str, **values: Any) -> str:
        """Give a command that opens a form, and send it; typed, a button opens it."""
        await self.says(player, words)
        self.filled.add(COMMANDS.find(words)[0].words)  # type: ignore[index]
        if self.way != "by slash":
            await player.presses("Open the form")
        assert player.form, words
        known = {each.key: each.value for each in player.form.fields}
        reply: Reply | None = await player.submits(known | values)
        assert not isinstance(reply, Errors), told(reply)
        return told(reply)


async def test_every_command_through_a_cycle_and_into_the_next(school: School) -> None:
    """By slash on one database and typed on the other."""
    ana, ben, cai, lena = await school.team("Ana", "Ben", "Cai", administrator="Lena")
    tour = Tour("typed" if school.url.startswith("sqlite") else "by slash")

    await _convenes(tour, school, [ana, ben, cai, lena])
    await _names_needs(tour, ana, ben, cai)
    await _plans(tour, ana, ben, cai)
    await _acts(tour, ana, ben)
    await _decides(tour, school, lena, ben)
    await _ends_and_goes_on(tour, [ana, ben, cai, lena])

    assert tour.given == set(COMMANDS.commands) - ELSEWHERE
    tour.filled.remove("cycle start form")  # opens the form of this one, which alone shows what it would do
    have_forms = {name for name, command in COMMANDS.commands.items() if command.filled}
    assert tour.filled | {"cycle start"} == have_forms - ELSEWHERE


async def _convenes(tour: Tour, school: School, people: Sequence[Player]) -> None:
    ana, ben, cai, _ = people
    for words in (name for name in COMMANDS.commands if name.startswith("help")):
        assert "cycle status" in await tour.says(ana, words) or words not in ("help", "help all", "help cycle")
    assert "cycle start: start a cycle" in await tour.says(ana, "help")
    assert "No cycle is running" in await tour.says(ben, "cycle status")
    assert "There is no report yet" in await tour.says(ben, "report")
    assert "one private question, What should we work on?" in await tour.says(ana, "cycle start 10 weeks")
    assert "one private question" in await tour.fills(ana, "cycle start form", first="2027-02-01", weeks="10")
    assert "is set up" in told(await ana.presses("Start it like this"))
    assert "in its phase Convene" in await tour.says(ben, "cycle")
    assert "Ben B., on this team as teacher." in await tour.says(ben, "home")
    elsewhere = tour.way == "by slash"
    assert ("comes by direct message" in await tour.says(ben, "my record")) is elsewhere
    assert ("The way in comes by direct message" in await tour.says(ben, "dashboard")) is elsewhere
    assert "No decision has been taken yet" in await tour.says(ben, "how we decide")
    assert "English" in await tour.says(ben, "language en")
    here = "team's channel from now on" if tour.way == "by slash" else "Say this in the channel"
    assert here in await tour.says(ana, "channel here")
    assert "To agree on a few ways of working" in await tour.says(ben, "skills")
    assert "3. Which three to five agreements" in await tour.says(ben, "skill norms")
    assert "Reflections stay with you" in await tour.says(ben, "who sees what")
    assert "This team has no coach." in await tour.says(ben, "what others see")
    assert "Nobody has placed the team yet" in await tour.says(ben, "team levels")
    assert "From now on I ask you at 1:05\u202fPM" in await tour.says(ben, "best time 1:05 pm")
    assert "From now on I ask you at 9:10\u202fAM" in await tour.fills(ben, "best time", time="9:10")
    assert "from Monday, March 22 to Tuesday, March 23" in await tour.says(ben, "leave 2027-03-22 to 2027-03-23")
    assert "You are away from" in await tour.says(ben, "leaves")
    assert "It is taken back" in await tour.says(ben, "leave back 2027-03-22")
    lena = school.people["lena"]
    closed = await tour.fills(lena, "closure", first="2027-05-28", name="repairs")
    assert "is closed" in closed
    assert "Repairs" in await tour.says(ben, "closures")
    assert "is open" in await tour.says(lena, "closure open 2027-05-28")
    assert "The team meets on Wednesday" in await tour.fills(lena, "team meets", day="2")
    assert "is on hold" in await tour.fills(lena, "hold", reason="A rehearsal")
    assert "Nothing stale is sent" in await tour.says(lena, "resume")
    assert "remind you of nothing" in await tour.says(ben, "quiet")
    assert "remind you of nothing before" in await tour.fills(ben, "quiet until", until="2027-02-26")
    assert "I remind you again" in await tour.says(ben, "quiet off")
    assert "from me on Friday, March 26" in await tour.fills(ben, "leave", first="3/26", last="3/26")

    await school.until("today 09:30")
    assert "What should we work on?" in await tour.says(cai, "answer convene form")
    assert "All right, not now" in await tour.says(cai, "later convene")
    assert "not ask you about this again" in await tour.says(cai, "stop convene")
    assert "You lead this meeting; the card" in await tour.says(ben, "lead yes")
    assert "together with Cai C." in await tour.fills(ben, "lead with", beside="cai")
    assert "Ana A. leads this one" in await tour.says(ben, "lead no")
    assert "moves to Friday, February 5" in await tour.says(ana, "cycle extend to 2027-02-05")
    assert "moves to Tuesday, February 9" in await tour.fills(ana, "cycle extend", until="2027-02-09")
    assert "I send nothing until" in await tour.says(ana, "cycle pause because of the storm")
    assert "The cycle goes on" in await tour.says(ana, "cycle resume")

    await tour.says(ana, "record")
    assert ana.form or tour.way != "by slash"
    if ana.form is None:
        await ana.presses("Open the form")
    await ana.fills(norms="We start on time", purpose="One thing, properly", priority="Students ask the questions")
    assert "Needs and resources" in await tour.says(cai, "cycle status")


async def _names_needs(tour: Tour, ana: Player, ben: Player, cai: Player) -> None:
    assert "Noted as need 1" in await tour.says(ben, "need More time to plan")
    assert "Noted as need 2" in await tour.fills(cai, "need", need="More planning time", evidence="We never met")
    assert "“More planning time”" in await tour.says(ana, "needs")
    assert "Needs 1 and 2" in await tour.says(ana, "needs alike")
    assert "Need 2 is part of need 1 now" in await tour.says(ana, "need merge 2 into 1")
    assert "Needs 1 and 2 stay apart" in await tour.says(ana, "need apart 1 2")
    assert "Noted as resource 1" in await tour.says(ben, "resource The media specialist")
    assert "Noted as resource 2" in await tour.fills(cai, "resource", resource="Room 12", kind="materials")
    assert "“Room 12”\n  Materials" in await tour.says(ana, "resources")
    assert "Plan is open now" in await tour.says(ana, "cycle next because we agreed")
    assert "is open again" in await tour.fills(ana, "cycle reopen", phase="needs", reason="we learned more")
    assert "Plan is open now" in await tour.says(ana, "cycle next because we agreed")


async def _plans(tour: Tour, ana: Player, ben: Player, cai: Player) -> None:
    whole = {"due": "2027-03-19", "need": "1", "resource": "1", "prediction": "More visits", "measure": "A list"}
    assert "Action 1 is yours" in await tour.fills(ben, "action Visit two lessons", owner="ben", **whole)
    for number, what in enumerate(("Book a room", "Ask the library"), 2):
        assert "Cai C. is asked to take it" in await tour.fills(ben, f"action {what}", owner="cai", **whole)
        assert f"Action {number}" in await tour.says(cai, "actions mine")
    assert "Action 2 is yours" in await tour.says(cai, "action accept 2")
    assert "off your list" in await tour.says(cai, "action decline 3")
    assert "“Visit two lessons”" in await tour.says(ana, "actions")
    assert "Cai C. is asked to take action 1" in await tour.says(ben, "action pass 1 to Cai")
    assert "Ben B. is asked to take action 1" in await tour.fills(cai, "action pass 1", to="ben")
    await tour.says(ben, "action accept 1")
    assert "Action 1 is on track" in await tour.says(ben, "action on track 1")
    assert "Action 1 is blocked" in await tour.says(ben, "action blocked 1 because no room is free")
    assert "Action 1 is blocked" in await tour.fills(ben, "action blocked 1", blocker="No room is free")
    assert "due on Friday, April 2" in await tour.says(ben, "action move 1 to 2027-04-02")
    assert "due on Tuesday, March 30" in await tour.fills(ben, "action move 1", until="2027-03-30")
    assert "only they can keep it" in await tour.says(cai, "keep words of others")
    assert "Noted as need" in await tour.says(cai, "need as written merge 1 2 please")
    assert "Noted as resource" in await tour.says(cai, "resource as written merge 1 2 please")
    assert "Noted for action 1" in await tour.says(cai, "action evidence 1 Ten of twelve came")
    assert "Noted for action 1" in await tour.fills(cai, "action evidence Ten came", action="1")
    await tour.says(cai, "evidence as written 3 of 4 came")
    assert "taken back" in await tour.says(cai, "action evidence drop 2")
    assert "names a student" in await tour.says(cai, "action evidence 1 Jayden came")
    assert "Noted for action 1" in await tour.fills(cai, "edit words 1", text="action evidence 1 Nine came")
    assert "names a student" in await tour.says(cai, "action evidence 1 Jayden came")
    assert "Noted for action 1" in await tour.says(cai, "post as written 2")
    assert "as evidence 1" in await tour.fills(ana, "outcome", outcome="teaching", what="Drafts", goal="75 %")
    assert "as evidence 1" in await tour.fills(ana, "outcome change 1", goal="80 %")
    assert "to 80 %" in await tour.says(ana, "outcomes")
    assert "taken back" in await tour.says(ana, "outcome drop 1")
    assert "Action 1 is done" in await tour.says(ben, "action done 1")
    assert "off the plan" in await tour.says(ana, "action drop 2")
    assert "good enough to try for you" in await tour.says(ben, "plan good")
    assert "Act is open now" in await tour.says(ana, "cycle next because it is agreed")


async def _acts(tour: Tour, ana: Player, ben: Player) -> None:
    assert "none of them is under way" in await tour.says(ben, "checkin")
    await tour.says(ben, "reflect")
    if ben.form is None:
        await ben.presses("Open the form")
    await ben.fills(what="They asked first", so_what=None, now_what=None)
    assert ben.note
    share = next(button.says for item in ben.note.items for button in item.buttons)
    assert "Shared with your team" in await tour.says(ben, share)
    assert "no longer shared" in await tour.says(ben, f"un{share}")
    assert "in its phase Act" in await tour.says(ana, "cycle status")


async def _decides(tour: Tour, school: School, lena: Player, ben: Player) -> None:
    assert "I will ask" in await tour.fills(lena, "decide Shall we?", mode="consent")
    await tour.says(lena, "decide change 1")
    if lena.form is None:
        await lena.presses("Open the form")
    await lena.submits({"question": "Shall we at eight?", "mode": "consent"})
    tour.filled.add("decide change")
    assert "Decision 1 posts on" in await tour.says(lena, "decide post 1.2")
    assert "taken back" in await tour.says(lena, "decide undo 1")

    await tour.fills(lena, "decide Shall we at nine?", mode="consent")
    await tour.says(lena, "decide post 2")
    await school.until("today 10:00")
    assert "good enough" in await tour.says(ben, "stand 2 good")
    assert "an objection" in await tour.fills(ben, "stand 2 harm", reason="The buses")
    assert "I will ask" in await tour.says(lena, "decide amend 2 Shall we at ten?")
    assert "I will ask" in await tour.fills(lena, "decide amend 2", question="Shall we at noon?")
    assert "goes out on" in await tour.says(lena, "decide post 2")
    await school.until("today 10:10")
    assert "is open until" in await tour.says(lena, "decide extend 2")
    assert "belongs to Lena L." in await tour.says(lena, "decide take 2")
    assert "is withdrawn" in await tour.fills(lena, "decide withdraw 2", reason="We found a better way")
    assert "“Shall we at noon?”" in await tour.says(ben, "decisions")
    assert "Shall we at noon?" in await tour.says(ben, "decision 2")


async def _ends_and_goes_on(tour: Tour, people: Sequence[Player]) -> None:
    ana, ben, cai, lena = people
    on_to_reflect = await tour.fills(ana, "cycle next", reason="the year ends")
    assert "Reflect is open now. The next meeting is on" in on_to_reflect
    assert "reflect opens your questions now" in on_to_reflect
    assert "is done, as you agreed in the room" in await tour.says(ana, "met")
    assert "Students ask the questions" in await tour.says(ben, "report")
    for words in ("how we work here", "practices", "charter"):
        assert "Students ask the questions" in await tour.says(ben, words)
    for player in (ben, cai, lena):
        assert "Thank you." in await tour.says(player, "cycle yes")
    assert "The charter is kept" in await tour.says(ben, "charter keep")
    assert "The charter is on record as you wrote it, and kept" in await tour.fills(
        ana, "charter change", priority="Students answer them too"
    )
    assert "Ben B. is the facilitator" in await tour.says(ana, "cycle hand over Ben")
    assert "Nothing is changed yet." in await tour.fills(lena, "team left", person="cai")
    assert "Cai C. is no longer on the team" in told(await lena.presses("Take off the team"))
    assert "is in Grade 4" in await tour.fills(lena, "team circle", member="ben", circles="Grade 4")
    assert "Cai C. is back on the team" in await tour.fills(lena, "team back", person="cai")
    assert "as support staff" in await tour.fills(lena, "team role", person="cai", role="support")
    dee = {"name": "Dee", "email": "dee@school.example", "role": "observer"}
    assert "Dee is on the team as observer" in await tour.fills(lena, "team add", **dee)
    assert "The team is at: starting." in await tour.fills(lena, "team level", level="starting")
    assert "Your school is on record" in await tour.says(lena, "school")
    assert "Dee: observer" in await tour.says(ben, "team")
    assert "would begin on Monday" in await tour.says(ben, "cycle start 6 weeks")
    assert "It begins with Needs and resources" in told(await ben.presses("Start it like this"))


async def test_a_typed_command_is_an_answer_while_a_question_is_open(school: School) -> None:
    ana, ben, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await ana.says("met")
    await school.until("2027-02-08 08:00")
    await ben.says("answer needs chat")
    await ben.types("skip")

    await ben.types("Need more planning time")
    assert "What have you seen that tells you so?" in text.draw(ben.last)
    await ben.types("/need A second one")
    assert "Noted as need 2" in text.draw(ben.last)
    await ben.types("help")
    assert "Just write your answer" in text.draw(ben.last)
    await ben.types("@Leadcycle help")
    assert "What you can do" in text.draw(ben.last)
    assert [need.text for need in (await school.room()).needs] == ["Need more planning time", "A second one"]


async def test_a_near_miss_is_one_press_away(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")

    await ana.types("cyle start 6 weeks")
    assert "Did you mean cycle start?" in text.draw(ana.last)
    assert "A cycle of 6 open school weeks would begin" in told(await ana.presses("cycle start"))


async def test_help_shows_each_person_what_they_can_do_and_nothing_else(school: School) -> None:
    *_, ben, lena, kay = await school.team("Ana", "Ben", administrator="Lena", coach="Kay")

    helps = {player.id: told(await player.says("help", in_channel=True)) for player in (lena, ben, kay)}
    assert "• cycle start:" in helps["lena"]
    assert "• cycle start:" not in helps["ben"]
    assert "• decide:" in helps["ben"]
    assert "• decide:" not in helps["kay"]
    assert "• cycle status:" in helps["kay"]
    assert school.channel.messages == [], "help is for the one who asked"


async def test_a_name_that_two_people_have_is_asked_back(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben Ash", "Benita Birch", administrator="Lena")

    assert "That could be “Ben Ash” or “Benita Birch”. Which one?" in told(await ana.says("cycle hand over Be"))
    assert "Ben Ash is the facilitator from now on" in told(await ana.says("cycle hand over Ben"))


async def test_who_reads_along_takes_nothing_over_and_the_answer_names_who_could(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena", coach="Kay")

    assert told(await ana.says("cycle hand over Kay")) == (
        "Kay K. reads along, and does not lead or take anything on. "
        "Choose a member of the team: Ana A., Ben B., and Lena L."
    )
    assert "I do not know anybody here called “Zoe”" in told(await ana.says("cycle hand over Zoe"))
