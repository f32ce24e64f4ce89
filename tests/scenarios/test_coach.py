"""A coach of several teams: one message a week at most, over all of them, and only where something stands."""

from collections import Counter

from adapters import text
from tests.world import School, told


async def test_a_coach_of_two_teams_gets_one_digest_a_week_that_tells_of_both(school: School) -> None:
    ana, _, _, kay = await school.team("Ana", "Ben", administrator="Lena", coach="Kay")
    eve, dan = await school.another_team("science", "Dan", administrator="Eve", channel="science")
    assert "Kay K. is on the team as coach" in told(await eve.says("team add Kay coach"))
    await school.begins()
    await ana.says("met")
    await eve.starts()
    await eve.says("met")
    await school.until("2027-04-16 16:00")

    assert kay.posts
    weeks = Counter(school.calendar.local(post.at).isocalendar()[:2] for post in kay.posts)
    assert set(weeks.values()) == {1}
    assert len(kay.posts) <= 10
    last = text.draw(kay.last)
    assert "Leadership team: In Needs and resources" in last
    assert "The science team: In Needs and resources" in last
    assert last.count("The phase waits beyond its time.") == 2
    assert all(school.calendar.is_working(post.at) for post in kay.posts)

    before = len(kay.posts)
    for guide in (ana, eve):
        await guide.says("cycle next because we planned in the room")
        await guide.says("cycle next because we act already")
    await school.until("2027-04-30 16:00")
    assert len(kay.posts) == before, "nothing stands any more"
    assert dan.posts
