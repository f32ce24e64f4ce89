"""People join a team, leave it, become something else, and move between teams while a cycle runs."""

from adapters import text
from tests.world import School, told


async def test_who_joins_in_mid_cycle_is_asked_from_the_next_question_on_and_catches_up_on_nothing(
    school: School,
) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await school.until("2027-02-08 09:00")
    assert "nothing is made up for" in told(await ana.says("team add Dee dee@school.example teacher"))
    dee = await school.finds("Dee")
    await school.until("2027-02-09 16:00")
    assert dee.posts == [], "the question of this week was asked before they came"

    await school.until("2027-02-16 16:00")
    await ana.says("cycle next because we chose in the room")
    await school.until("2027-03-01 16:00")
    first = text.draw(dee.posts[0].message)
    assert "Hello Dee. I am Leadcycle" in first
    assert len([post for post in dee.posts if "Hello Dee" in text.draw(post.message)]) == 1
    assert "Dee" in [each.first_name for each in (await school.room()).prompted()]
