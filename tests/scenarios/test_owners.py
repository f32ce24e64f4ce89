"""Owners of actions: asked before they are named, and told in their own time."""

from flows.report import build
from tests.flows.report_rooms import LATER
from tests.world import School, plans, told


async def test_who_has_not_said_yes_is_named_to_themselves_and_to_whoever_asks_them_alone(school: School) -> None:
    ana, ben, cai, lena = await school.team("Ana", "Ben", "Cai", administrator="Lena", facilitator="Lena")
    await school.comes_to("plan")
    await school.until("2027-03-03 08:00")
    await plans(ana, "Visit two lessons", "3/19", owner="ben")

    asked = "By Friday, March 19 · an owner is being asked"
    for phase in ("Plan", "Act"):
        assert f"“Visit two lessons”\n  {asked}" in school.channel.card(phase)
        assert "Ben" not in school.channel.card(phase).replace("Ben B. leads", "")
        for reader in (cai, lena):
            assert asked in told(await reader.says("actions"))
            assert "Ben" not in told(await reader.says("actions")) + told(await reader.says("report"))
        assert told(await cai.says("action drop 1")) == (
            "That is for whoever is asked to take action 1, or for your facilitator or administrator."
        )
        for reader in (ana, ben):
            assert "By Friday, March 19 · waits for Ben B. to take it" in told(await reader.says("actions"))
        await lena.says("cycle next because we plan as we go")

    assert [entry.owner for entry in build(await school.room(), LATER).actions] == ["An owner is being asked"]
    await ben.says("action accept 1")
    assert "Ben B., by Friday, March 19" in told(await cai.says("actions"))


async def test_that_an_action_needs_somebody_waits_until_whoever_proposed_it_is_back(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena", facilitator="Lena")
    await school.comes_to("plan")
    await plans(ana, "Visit two lessons", "3/19", owner="ben")
    await ana.says("leave 2027-02-02 to 2027-02-26")
    await school.until("2027-02-03 10:00")
    await ben.says("action decline 1")

    await school.until("2027-03-01 07:29")
    assert ana.posts == []
    await school.until("2027-03-01 07:31")
    assert ana.was_told("Ben B. does not take this action", times=1)
