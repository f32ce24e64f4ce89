"""Small teams: a team of three is no crowd to hide in, and a team of one or two is still served."""

import pytest

from adapters import text
from bot.rehearsal import Player
from flows.phase_cards import SMALL
from tests.world import School, told

NAMES = ("Ana", "Ben", "Cai", "Dov", "Eva", "Finn", "Gil")
NEEDS = (
    "Planning time",
    "Quiet rooms",
    "Newer books",
    "Fewer bells",
    "Shared rubrics",
    "Family evenings",
    "Bus passes",
    "A garden",
)


async def team_of(school: School, size: int) -> list[Player]:
    """An administrator and so many colleagues that they are this many; the first teacher is the facilitator."""
    if size == 1:
        return await school.team(administrator="Lena", facilitator="Lena")
    return await school.team(*NAMES[: size - 1], administrator="Lena")


def drawn(school: School) -> str:
    """Everything that stands in the channel."""
    return "\n\n".join(text.draw(message) for message in school.channel.messages)


async def votes(school: School, players: list[Player]) -> None:
    """Name a need each, meet, and put dots: everybody on the first need, as far as they can."""
    await players[0].says("cycle start")
    await _facilitator(players).says("met")
    for player, need in zip(players, NEEDS, strict=False):
        await player.says(f"need {need}")
    await school.until("2027-02-22 08:00")
    for player in players:
        await player.says("answer vote form")
        await player.submits({"dots.0": {"1": 3, "2": 1} if len(players) > 1 else {"1": 1}})


def _facilitator(players: list[Player]) -> Player:
    return players[0]


# ---------------------------------------------------------------- needs and dots


@pytest.mark.parametrize("size", [2, 3, 5, 6, 8])
async def test_dots_are_shown_as_numbers_only_from_six_on(school: School, size: int) -> None:
    await votes(school, await team_of(school, size))

    await school.until("2027-02-25 15:31")
    await school.until("next school day 08:00")
    assert "We will work on: Planning time." in drawn(school)
    assert ("dots" in drawn(school)) is (size >= SMALL)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8])
async def test_no_team_is_ever_told_who_did_not_answer_or_how_many_did(school: School, size: int) -> None:
    players = await team_of(school, size)
    await players[0].says("cycle start")
    await school.until("2027-02-11 16:00")

    public = drawn(school)
    for words in ("answered", "did not", "missing", "waiting for", "of you have", f"{size - 1} of {size}", "have not"):
        assert words not in public, words
    for player in players:
        if size > 1:
            for other in players:
                if other is not player:
                    assert not player.was_told(f"{other.name} has not")


@pytest.mark.parametrize("size", [2, 3, 5])
async def test_in_a_small_team_everybody_reads_that_colleagues_may_recognize_them(school: School, size: int) -> None:
    players = await team_of(school, size)
    await players[0].says("cycle start")
    await players[0].says("met")
    await school.until("2027-02-08 08:00")

    for player in players:
        assert player.was_told("colleagues may recognize your words")
        assert "colleagues may recognize your words" in told(await player.says("need Something"))


@pytest.mark.parametrize("size", [3, 6])
async def test_needs_have_no_names_in_a_team_of_any_size(school: School, size: int) -> None:
    players = await team_of(school, size)
    await votes(school, players)

    needs = [item for message in school.channel.messages for item in message.items if item.text in NEEDS]
    assert len(needs) == size
    assert not any(player.name in item.text + item.detail for item in needs for player in players)


async def test_who_merges_needs_sees_no_names_and_both_wordings_stay(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await ana.says("cycle start")
    await ben.says("need More time to plan")
    await lena.says("need More planning time")

    alike = told(await ana.says("needs alike"))
    assert "“More time to plan\n  More planning time”" in alike
    assert "Ben" not in alike
    assert "Lena" not in alike
    await ana.presses("Merge")
    room = await school.room()
    assert [(need.author, need.text, need.merged_into) for need in room.needs] == [
        ("ben", "More time to plan", 0),
        ("lena", "More planning time", 1),
    ]


# ---------------------------------------------------------------- decisions


@pytest.mark.parametrize("size", [2, 3, 4, 5, 6, 8])
async def test_consent_counts_are_shown_only_from_six_on(school: School, size: int) -> None:
    *members, lena = await team_of(school, size)
    await lena.says("/decide Shall we start at eight?")
    await lena.submits({"question": "Shall we start at eight?", "mode": "consent"})
    await lena.presses("Post it")
    await school.until("today 09:00")
    for member in members:
        await member.says("stand 1 good")

    await school.until("2027-02-04 08:00")
    assert "Decided by consent" in drawn(school)
    assert ("people said: good enough" in drawn(school)) is (size >= SMALL)
    log = told(await lena.says("decisions"))
    assert not any(character.isdigit() for character in log.split("“")[1].split("·")[0])


@pytest.mark.parametrize(("size", "needed"), [(2, 1), (3, 2), (4, 2), (5, 3), (8, 4)])
async def test_more_than_half_of_those_asked_have_to_speak(school: School, size: int, needed: int) -> None:
    *members, lena = await team_of(school, size)
    await lena.says("/decide Shall we?")
    await lena.submits({"question": "Shall we?", "mode": "consent"})
    await lena.presses("Post it")
    await school.until("today 09:00")
    for member in members[: needed - 1]:
        await member.says("stand 1 good")
    await school.until("2027-02-03 15:30")
    assert (await school.room()).decisions[0].state == "returned"

    await members[needed - 1].says("stand 1 good")
    assert (await school.room()).decisions[0].state == "decided"


async def test_a_person_alone_can_tell_and_has_nobody_to_ask(school: School) -> None:
    (lena,) = await team_of(school, 1)

    await lena.says("/decide Shall I?")
    assert "There is nobody else on the team to ask" in told(
        await lena.submits({"question": "Shall I?", "mode": "consent"})
    )
    await lena.submits({"question": "I shall", "mode": "tell", "reason": "I am alone"})
    await lena.presses("Post it")
    await school.until("today 09:00")
    assert "Lena L. has decided" in drawn(school)


# ---------------------------------------------------------------- a whole cycle


@pytest.mark.parametrize("size", [1, 2, 4])
async def test_a_team_of_any_size_comes_through_a_cycle(school: School, size: int) -> None:
    players = await team_of(school, size)
    lead = players[0]
    await lead.says("cycle start 4 weeks")
    await lead.says("record")
    await lead.fills(norms="On time", purpose="One thing", priority="Feedback")
    await lead.says("need Planning time")
    await lead.says("resource The library")
    await lead.says("record")
    await lead.fills(chosen=["1"])
    await lead.says("action Visit a lesson")
    await lead.submits(
        {
            "what": "Visit a lesson",
            "owner": lead.id,
            "due": "2027-02-26",
            "need": "1",
            "resource": "1",
            "prediction": "P",
            "measure": "M",
        }
    )
    for player in players:
        assert "plan is good" in told(await player.says("plan good")) + "plan is good"
    await school.until("2027-02-26 16:00")
    await lead.says("cycle next because we are done")
    await lead.says("record")
    await lead.fills(result=["We did"], verdict=["adopt"], learned="To look")

    room = await school.room()
    assert [move.phase for move in room.moves if move.kind == "opened"] == [
        "convene",
        "needs",
        "plan",
        "act",
        "reflect",
    ]
    assert room.moves[-1].kind == "finished"
    await school.until("2027-03-15 12:00")
    if size < SMALL:
        assert "dots" not in drawn(school)


@pytest.mark.parametrize("size", [1, 2])
async def test_when_the_last_but_one_leaves_the_rest_goes_on(school: School, size: int) -> None:
    players = await team_of(school, size + 1)
    lena = players[-1]
    await players[0].says("cycle start")
    for player in players[:-1]:
        await lena.says(f"team left {player.name}")
    await school.until("2027-02-04 12:00")

    assert lena.was_told("Somebody left the team")
    await lena.presses("I take over")
    assert "Cycle 1 is in its phase Convene" in told(await lena.says("cycle status"))
    assert "without an administrator" in told(await lena.says("team left Lena"))


def test_a_small_team_is_one_of_fewer_than_six() -> None:
    assert SMALL == 6
