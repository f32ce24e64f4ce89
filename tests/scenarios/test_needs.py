"""Needs and resources: named in private, listed without names, chosen by dots."""

from tests.world import School


async def test_a_silent_teacher_is_nudged_once_and_the_vote_chooses(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await ana.says("met")

    await school.until("2027-02-08 08:00")
    await ana.fills(strength="Reading groups", need="Planning time", evidence=None, area="teaching")
    await lena.types("Fewer students waiting outside")
    await lena.types("Fewer interruptions")
    await school.until("2027-02-25 15:35")

    assert ben.was_told("Still open: What do we need most?", times=1)
    assert not ana.was_told("Still open: What do we need most?")


async def test_the_team_sees_needs_without_names(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await ana.says("met")
    await school.until("2027-02-08 08:00")
    await ben.fills(strength=None, need="Planning time", evidence=None, area="time")

    await school.until("next PLC day 08:00")

    assert "Planning time" in school.channel.drawn
    assert "Planning time”\n  Ben" not in school.channel.drawn
