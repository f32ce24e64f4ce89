"""Small teams: a team of three is no crowd to hide in, and a team of one or two is still served."""

from datetime import timedelta

import pytest

from adapters import text
from bot.rehearsal import Player
from flows import decision_cards, phase_cards
from flows.flow import Conversation
from flows.people import SMALL
from flows.records import Ballot, Need, Occurrence
from tests.world import Rules, School, told

NAMES = ("Ana", "Ben", "Cai", "Dov", "Eva", "Finn", "Gil")
NEEDS = ("Planning time", "Quiet rooms", "Newer books", "Fewer bells", "Shared rubrics", "Family evenings", "A garden")
SIZES = range(1, 9)


async def team_of(school: School, size: int) -> list[Player]:
    """An administrator and so many colleagues that they are this many; the first teacher is the facilitator."""
    if size == 1:
        return await school.team(administrator="Lena", facilitator="Lena")
    return await school.team(*NAMES[: size - 1], administrator="Lena")


def rules_of(size: int) -> Rules:
    """The same under the rules alone."""
    names = ("lena", *(name.lower() for name in NAMES))[:size]
    roles = ("administrator, facilitator", *["teacher"] * 7)
    return Rules(**dict(zip(names, roles, strict=False)))


def drawn(school: School) -> str:
    """Everything that stands in the channel."""
    return "\n\n".join(text.draw(message) for message in school.channel.messages)


async def votes(school: School, players: list[Player]) -> None:
    """Name a need each, meet, and put dots: everybody on the first need, as far as they can."""
    await players[0].starts()
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


@pytest.mark.parametrize("size", SIZES)
def test_dots_are_shown_as_numbers_only_from_six_on(size: int) -> None:
    rules = rules_of(size)
    rules.starts("lena")
    rules.says("lena", "met")
    members = [member.id for member in rules.room.members]
    needs = [Need("team", number, 1, members[0], "", text) for number, text in enumerate(NEEDS, 1)]
    ballots = [Ballot("team", 1, member, {"1": 3, "2": 2}) for member in members]
    voted = Conversation("1.3.ask1/vote/lena", "vote", "lena", rules.now, done_at=rules.now, cycle=1, phase="1.3")
    rules.room = rules.room.having([*needs, *ballots, voted, Occurrence("team", 1, "3.shut1", rules.now)])

    card = text.draw(phase_cards.draw(rules.room, 3) or pytest.fail("there is no card"))
    assert "Planning time" in card
    assert ("dots" in card) is (size >= SMALL)


async def test_the_chosen_need_is_posted_without_names(school: School) -> None:
    players = await team_of(school, 6)
    await votes(school, players)
    await school.until("2027-02-26 08:00")

    assert "We will work on: Planning time." in drawn(school)
    assert "18 dots" in drawn(school)
    assert "Need 1 got the most dots: 18 of 24.\n  1. Planning time: 18\n  2. Quiet rooms: 6" in drawn(school)
    needs = [item for message in school.channel.messages for item in message.items if item.text in NEEDS]
    assert len(needs) == 6
    assert not any(player.name in item.text + item.detail for item in needs for player in players), "without names"


async def test_a_team_of_five_sees_what_it_chose_and_no_dots(school: School) -> None:
    players = await team_of(school, 5)
    await votes(school, players)
    await school.until("2027-02-26 08:00")

    assert "We will work on: Planning time." in drawn(school)
    assert not [message.title for message in school.channel.messages if message.chart]


async def test_no_team_is_ever_told_who_did_not_answer_or_how_many_did(school: School) -> None:
    players = await team_of(school, 3)
    await players[0].starts()
    await school.until("2027-02-11 16:00")

    public = drawn(school)
    for words in ("answered", "did not", "missing", "waiting for", "of you have", "1 of 3", "2 of 3", "have not"):
        assert words not in public, words
    for player in players:
        for other in players:
            if other is not player:
                assert not player.was_told(f"{other.name} has not")


async def test_in_a_small_team_everybody_reads_that_colleagues_may_recognize_them(school: School) -> None:
    players = await team_of(school, 2)
    await players[0].starts()
    await players[0].says("met")
    await school.until("2027-02-08 08:00")

    for player in players:
        assert player.was_told("colleagues may recognize your words")
        assert "colleagues may recognize your words" in told(await player.says("need Something"))


async def test_who_merges_needs_sees_no_names_and_both_wordings_stay(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await ana.starts()
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


def posted(size: int) -> Rules:
    """A team that is asked for its consent."""
    rules = rules_of(size)
    rules.fills("lena", "order decide", question="Shall we?", mode="consent")
    rules.says("lena", "decide post 1")
    rules.until(rules.now + timedelta(minutes=5))
    return rules


@pytest.mark.parametrize("size", SIZES[1:])
def test_consent_counts_are_shown_only_from_six_on(size: int) -> None:
    rules = posted(size)
    for member in rules.room.members[1:]:
        rules.says(member.id, "stand 1 good")
    rules.until(rules.room.decisions[0].closes_at or rules.now)

    card = text.draw(decision_cards.draw(rules.room, 1) or pytest.fail("there is no card"))
    assert "Decided by consent" in card
    assert ("people said: good enough" in card) is (size >= SMALL)
    assert not any(member.name in card for member in rules.room.members[1:])


@pytest.mark.parametrize("size", SIZES[1:])
def test_how_many_are_still_asked_is_a_number_in_the_channel_from_six_on(size: int) -> None:
    rules = posted(size)
    *others, last = rules.room.members[1:]

    def card() -> str:
        return text.draw(decision_cards.draw(rules.room, 1) or pytest.fail("there is no card"))

    for count, member in enumerate(others):
        assert (f"Still asked: {size - 1 - count}\n" in card()) is (size >= SMALL)
        rules.says(member.id, "stand 1 good")
    question = decision_cards.draw_question(rules.room, "1", last.id)
    assert question
    assert "Still asked" not in text.draw(question), "who is asked alone reads no figures"
    rules.says(last.id, "stand 1 good")
    assert "Still asked" not in card(), "nobody is"


async def test_the_count_of_who_is_still_asked_is_drawn_anew_in_its_place(school: School) -> None:
    ana, ben, cai, *_, lena = await team_of(school, 7)
    await lena.says("/decide Shall we start at eight?")
    await lena.submits({"question": "Shall we start at eight?", "mode": "consent"})
    await lena.presses("Post it")
    await school.until("today 09:00")
    assert "Still asked: 6" in drawn(school)

    await ana.says("stand 1 good")
    await ben.says("stand 1 worry because of the buses")
    assert "Still asked: 4" in drawn(school)
    assert "buses" not in drawn(school)
    assert school.channel.titles == ["Decision 1: what do you think?"]

    await school.until("today 20:00")
    noted = told(await cai.says("stand 1 good"))
    await lena.says("team left Ana confirmed")
    assert "Your team sees it" not in noted, "a number is not what somebody said"
    await school.until("next school day 08:00")
    assert "Still asked: 3" in drawn(school), "whoever spoke and left is owed nothing"
    await school.until("2027-02-04 08:00")
    assert "Still asked" not in drawn(school)


@pytest.mark.parametrize(("size", "needed"), [(2, 1), (3, 2), (4, 2), (5, 3), (6, 3), (7, 4), (8, 4)])
def test_more_than_half_of_those_asked_have_to_speak(size: int, needed: int) -> None:
    rules = posted(size)
    members = rules.room.members[1:]
    for member in members[: needed - 1]:
        rules.says(member.id, "stand 1 good")
    rules.until(rules.room.decisions[0].closes_at or rules.now)
    assert rules.room.decisions[0].state == "returned"

    rules.says(members[needed - 1].id, "stand 1 good")
    assert rules.room.decisions[0].state == "decided"


async def test_a_team_of_three_reads_that_it_consented_and_not_how_many_did(school: School) -> None:
    *members, lena = await team_of(school, 3)
    await lena.says("/decide Shall we start at eight?")
    await lena.submits({"question": "Shall we start at eight?", "mode": "consent"})
    await lena.presses("Post it")
    await school.until("today 09:00")
    for member in members:
        await member.says("stand 1 good")

    await school.until("2027-02-04 08:00")
    assert "Decided by consent" in drawn(school)
    assert "people said" not in drawn(school)


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


@pytest.mark.parametrize("size", [1, 3])
async def test_a_team_of_any_size_comes_through_a_cycle(school: School, size: int) -> None:
    players = await team_of(school, size)
    lead = players[0]
    await lead.starts("4 weeks")
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
        await player.says("plan good")
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


async def test_when_all_but_the_administrator_leave_the_rest_goes_on(school: School) -> None:
    players = await team_of(school, 3)
    lena = players[-1]
    await players[0].starts()
    for player in players[:-1]:
        await lena.says(f"team left {player.name} confirmed")
    await school.until("2027-02-04 12:00")

    assert lena.was_told("Somebody left the team")
    await lena.presses("I take over")
    assert "Cycle 1 is in its phase Convene" in told(await lena.says("cycle status"))
    assert "without an administrator" in told(await lena.says("team left Lena confirmed"))


def test_a_small_team_is_one_of_fewer_than_six() -> None:
    assert SMALL == 6
