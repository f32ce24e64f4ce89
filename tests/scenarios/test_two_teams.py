"""Somebody on two teams is told by each message of which team it is, and greeted once."""

from adapters import text
from tests.world import School, told


async def test_two_teams_that_ask_the_same_are_told_apart_and_greet_once(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    dee, *_ = await school.another_team("science", "Ben", "Cai", administrator="Dee", channel="science")
    await school.begins()
    await dee.starts()
    await school.until("today 08:00")

    asked = [text.draw(post.message) for post in ben.posts]
    assert sorted(each.splitlines()[0] for each in asked) == [
        "What should we work on? · Leadership team",
        "What should we work on? · The science team",
    ]
    assert [text.notification(post.message) for post in ben.posts] == [each.splitlines()[0] for each in asked]
    for words in ("Hello Ben. I am Leadcycle", "My best time"):
        assert sum(words in each for each in asked) == 1, words
    assert "Leadership team" not in text.draw(ana.last), "who is on one team needs no name"

    await ben.types("A quiet room")
    answered = [text.draw(post.message) for post in ben.posts[2:]]
    names = {"team": "Leadership team", "science": "The science team"}
    (name,) = [names[team] for team in names if (await school.room(team)).lines]
    assert answered
    assert all(f" · {name}" in each.splitlines()[0] for each in answered), answered
    assert lena.posts


async def test_what_answers_a_press_names_its_team_too(school: School) -> None:
    await school.team("Ana", "Ben", administrator="Lena")
    dee, ben, _ = await school.another_team("science", "Ben", "Cai", administrator="Dee", channel="science")
    await school.begins()
    await dee.starts()
    await school.until("today 08:00")
    team = ben.last.title.partition(" · ")[2]

    assert f"What should we work on? · {team}" in told(await ben.presses("Answer"))
    noted = await ben.fills(priority="A quiet room")
    assert f"· {team}" in told(noted)


async def test_what_concerns_a_person_or_the_school_is_done_at_once_and_names_no_team(school: School) -> None:
    await school.team("Ana", "Ben", administrator="Lena")
    await school.another_team("science", "Ben", "Cai", administrator="Lena", channel="science")
    ben, lena = school.people["ben"], school.people["lena"]

    for who, words, answer in (
        (ben, "/leadcycle leave 2027-02-08", "You get nothing from me"),
        (ben, "I'm out sick", "Are you away on"),
        (ben, "/leadcycle quiet", "remind you of nothing"),
        (lena, "/leadcycle hold because a student died", "Everything is on hold"),
        (lena, "/leadcycle resume", "goes on"),
        (lena, "closure 2027-02-09 because of snow", "is closed all day"),
    ):
        await who.types(words)
        said = text.draw(who.last)
        assert answer in said, said
        assert "Leadership team" not in said
        assert "The science team" not in said
    for team in ("team", "science"):
        room = await school.room(team)
        assert [(each.member, str(each.first)) for each in room.leaves] == [("ben", "2027-02-08")]
        assert room.holds
        assert not room.hold
