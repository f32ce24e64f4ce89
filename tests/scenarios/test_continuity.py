"""People become something else, leave, and move while a cycle runs; who reads along is left alone."""

from dataclasses import replace
from datetime import date, time

from adapters import text
from bot import sample
from bot.rehearsal import Player
from flows.people import School as SchoolOnRecord
from flows.people import Team
from flows.sends import SendKind
from storage import records
from storage.addresses import Identity
from tests.world import CHANNEL, School, plans, told


async def test_who_reads_along_gets_no_message_in_a_whole_cycle_and_sees_its_summaries(school: School) -> None:
    readers = {"observer": "Olga", "district leader": "Dora"}
    ana, _, _, lena, olga, dora = await school.team("Ana", "Ben", "Cai", administrator="Lena", **readers)
    await school.begins()
    await school.until("2027-02-02 09:00")
    await lena.says("decide Should we meet at eight?")
    await lena.fills(mode="consent")
    await lena.presses("Post it")
    await school.until("2027-02-10 12:00")
    await ana.says("need Time to plan together")
    await school.chooses("1")
    await school.until("2027-03-03 12:00")
    while "in its phase Act" not in told(await ana.says("cycle status")):
        await ana.says("cycle next because we plan as we go")
    await school.until("2027-05-10 12:00")

    assert len(ana.posts) > 5
    for reader in (olga, dora):
        assert reader.posts == []
        assert "The last cycle is finished" in told(await reader.says("cycle status"))
        assert "Leadership team: cycle 1" in told(await reader.says("report"))


async def test_who_becomes_an_observer_is_asked_and_reminded_no_more(school: School) -> None:
    ana, ben, cai, lena = await school.team("Ana", "Ben", "Cai", administrator="Lena")
    await school.begins()
    await school.until("2027-02-01 08:00")
    assert len(ben.posts) == 1
    await lena.says("team role Ben observer")
    await school.until("2027-02-26 16:00")

    assert len(ben.posts) == 1, "no reminder of what was asked, and no new question"
    assert "you read along" in told(await ben.says("need A quiet room"))
    assert len(cai.posts) > 1
    assert lena
    assert ana


async def test_who_becomes_a_teacher_again_is_asked_from_the_next_question_on(school: School) -> None:
    *_, lena, olga = await school.team("Ana", "Ben", administrator="Lena", observer="Olga")
    await school.begins()
    await school.until("2027-02-02 09:00")
    await lena.says("team role Olga teacher")
    await school.until("2027-02-05 16:00")
    assert olga.posts == []
    await school.until("2027-02-26 16:00")

    assert "Hello Olga" in text.draw(olga.posts[0].message)


async def test_who_leaves_is_asked_no_more_and_their_work_is_handed_on(school: School) -> None:
    ana, ben, cai, lena = await school.team("Ana", "Ben", "Cai", administrator="Lena")
    await school.comes_to("plan")
    await plans(ben, "Visit two lessons", "2027-03-10")
    await ana.says("cycle next because the plan is good")
    await lena.says("team left Ben confirmed")
    before = len(ben.posts)
    await school.until("2027-03-15 16:00")

    assert len(ben.posts) == before
    assert ana.was_told("Ben B. left the team. Who takes over what is theirs?", times=1)
    assert cai.posts


async def test_the_team_without_an_administrator_is_told_to_name_one(school: School) -> None:
    """An account that the platform deactivates cannot be refused."""
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    lena = (await school.room()).member("lena")
    await school.keep(replace(lena, left_on=date(2027, 2, 1)))
    await ana.says("need A quiet room")
    await school.until("2027-02-03 16:00")

    assert ana.was_told("The team has no administrator now.", times=1)


async def test_who_moves_to_another_school_is_asked_there_within_the_cap_of_one_person(school: School) -> None:
    ana, ben, _, lena = await school.team("Ana", "Ben", "Cai", administrator="Lena")
    await school.begins()
    calendar = replace(sample.CALENDAR, zone="America/Chicago")
    await school.keep(SchoolOnRecord("lincoln", "Lincoln", calendar))
    dan, eve = await school.another_team("science", "Eve", administrator="Dan", channel="science")
    await school.keep(Team("science", "lincoln", "Science", meeting_weekday=3))
    await school.until("2027-02-01 08:00")
    assert len(ben.posts) == 1

    await lena.says("team left Ben confirmed")
    assert "Ben B. is on the team as teacher" in told(await dan.says("team add Ben teacher"))
    await dan.starts("on 2/2")
    await school.until("2027-02-05 17:00")
    assert len(await school.started(ben, "2027-02-01")) <= 2
    kinds = [row.send.team for row in await school.rows() if row.send.to == "ben" and row.send.kind is SendKind.PROMPT]
    assert kinds == ["team", "science"], "one from each, and the old one asks no more"
    await school.until("2027-02-26 17:00")
    later = [post for post in ben.posts if post.at > school.calendar.at(date(2027, 2, 4), time(0))]
    assert {post.message.about for post in later} == {"science"}
    assert ana
    assert eve


async def test_who_changes_the_platform_is_written_to_where_they_were_heard_last(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("2027-02-01 08:00")
    assert len(ben.posts) == 1
    async with school.rehearsal.database.begin(sample.TENANT) as store:
        await records.keep(store, Identity("ben", sample.PLATFORM, sample.WORKSPACE, "ben2", "direct-ben2"))
    moved = Player(school.rehearsal, "ben2", "Ben B.", CHANNEL, sample.CALENDAR)
    await moved.says("cycle status")
    await school.until("2027-02-12 16:00")

    assert len(ben.posts) == 1, "the old account gets nothing more"
    assert moved.posts
    assert "Hello" not in text.draw(moved.posts[0].message), "it is the same person"
