"""Who leads a meeting: it goes round, and nobody leads on a day on which they are away."""

from tests.world import School, told

LENA_LEADS = "Lena L. leads."


async def test_who_is_away_on_the_day_of_the_meeting_does_not_lead_it_when_somebody_declines(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await ana.says("leave 2027-02-03 to 2027-02-05")
    await school.until("today 08:00")
    assert "Would you lead this one" in ben.last.items[0].text

    assert told(await ben.says("lead no")) == "All right. I ask Lena L. next."
    await school.until("today 08:05")
    assert lena.was_told("Would you lead this one", times=1)
    assert f"The next meeting is on Wednesday, February 3; {LENA_LEADS}" in told(await ben.says("cycle status"))
    await school.until("2027-02-03 08:00")
    assert school.channel.messages[-1].note == LENA_LEADS
    await school.until("2027-02-08 08:00")
    assert lena.was_told("Your team's meeting was on Wednesday, February 3.", times=1)


async def test_who_falls_ill_after_saying_yes_gives_way_to_the_one_beside_them(school: School) -> None:
    _, ben, *_ = await school.team("Ana", "Ben", "Cai", administrator="Lena")
    await school.begins()
    await ben.says("lead with Cai")
    await school.until("2027-02-03 08:00")
    assert school.channel.messages[-1].note == "Ben B. leads, with Cai C."

    await ben.says("leave 2027-02-03 to 2027-02-05")
    assert school.channel.messages[-1].note == "Cai C. leads."
    assert told(await ben.says("lead yes")) == (
        "You noted that you are away on Wednesday, February 3, so somebody else leads this meeting."
    )


async def test_when_everybody_who_could_lead_is_away_the_card_asks_who_does(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("today 08:00")
    for player in (ana, lena):
        await player.says("leave 2027-02-03 to 2027-02-05")

    await school.until("2027-02-03 08:00")
    assert told(await ben.says("lead no")) == (
        "All right. Nobody else is there to lead this one yet; whoever would says lead yes."
    )
    assert "Who leads? Say lead yes if you do." in school.channel.drawn
    assert "Who leads?" in told(await ben.says("cycle status"))
    await school.until("2027-02-08 07:31")
    assert ana.was_told("Your team's meeting was on Wednesday, February 3.", times=1)
    assert "Once Ana A. has recorded" in told(await ben.says("cycle status"))
