"""A conversation that takes nothing any more: it is told once each time, and nothing is lost in it."""

import pytest

from tests.slack.school import morning
from tests.teams.school import Person, TeamsSchool
from tests.teams.test_following import Followed

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
pytestmark = on_sqlite
NEW = "19:newroom@thread.tacv2"
OPEN = "Decision 1: what do you think?"
SHUT = "I cannot write to your team's channel any more"


async def decides(person: Person, question: str) -> None:
    await person.types(f"/decide {question}")
    await person.fills(mode="consent")
    await person.presses("Post it")


def told(person: Person, words: str) -> int:
    return sum(words in each for each in person.sees())


def cards_in(school: TeamsSchool, place: str) -> set[str]:
    """Which of the cards stand in a channel; none of them twice."""
    posts = [str(each.card) for each in school.microsoft.in_place(place) if each.card]
    found = [name for post in posts for name in ("Convene", "Decision 1", "Decision 2") if name in post]
    assert len(found) == len(set(found))
    return set(found)


async def test_whoever_blocked_the_app_without_a_word_is_told_of_once_and_each_time_they_do(
    teams_school: TeamsSchool,
) -> None:
    ana, ben, references = teams_school.people["ana"], teams_school.people["ben"], Followed(teams_school)
    told_of = "I cannot write to Ben Carter any more"
    ben.human.installed = False  # Teams answers 403
    await ana.starts()
    await teams_school.until(morning("2027-02-01"))
    assert "blocked" in await references.closed(ben.human.direct)
    assert told(ana, told_of) == 1

    asked = teams_school.microsoft.asked["create"]
    await ben.installs()
    assert not await references.closed(ben.human.direct)
    await ben.types("home")
    assert len(ben.sees()) == 1, "whoever installs the app again is reached again"
    ben.human.installed = False
    await teams_school.until(morning("2027-02-08", "09:00"))
    assert "blocked" in await references.closed(ben.human.direct)
    assert told(ana, told_of) == 2
    assert teams_school.microsoft.asked["create"] == asked


async def test_a_channel_that_closes_again_is_told_again_once_each_time(teams_school: TeamsSchool) -> None:
    ana, lena, it = teams_school.people["ana"], teams_school.people["lena"], Followed(teams_school)
    here = teams_school.channel
    await ana.starts()
    await it.happens("channelDeleted", here)
    await decides(lena, "Should we keep first period free?")
    await teams_school.until(morning("2027-02-03"))
    assert set((await teams_school.states())["dead"]) == {"the channel was deleted"}
    assert told(ana, SHUT) == 1

    await it.happens("channelRestored", here)
    await ana.mentions("channel here")
    assert cards_in(teams_school, here) == {"Convene", "Decision 1"}
    await it.happens("channelDeleted", here)
    await decides(lena, "Should we start later?")
    await decides(lena, "Should we end later?")
    await teams_school.until(morning("2027-02-04"))
    assert set((await teams_school.states())["dead"]) == {"the channel was deleted"}
    assert told(ana, SHUT) == 2


async def test_what_stood_in_a_deleted_channel_is_posted_anew_where_the_team_reads_now(
    teams_school: TeamsSchool,
) -> None:
    ana, lena, it = teams_school.people["ana"], teams_school.people["lena"], Followed(teams_school)
    old = teams_school.channel
    teams_school.microsoft.channels[NEW] = teams_school.microsoft.channels[old]
    await ana.starts()
    await decides(lena, "Should we keep first period free?")
    await teams_school.until(morning("2027-02-03"))
    assert cards_in(teams_school, old) == {"Convene", "Decision 1"}

    await it.happens("channelDeleted", old)
    await ana.mentions("channel here", NEW)
    assert cards_in(teams_school, NEW) == set(), "nobody knows yet that nothing arrives there"
    await teams_school.until(morning("2027-02-04"))  # the decision closes, and its card would say so
    assert cards_in(teams_school, NEW) == {"Convene", "Decision 1"}
    assert set((await teams_school.states())["dead"]) == {"the channel was deleted"}
    assert told(ana, SHUT) == 0, "the team reads another channel already"


async def test_what_was_not_drawn_anew_in_a_closed_channel_is_when_it_is_named_again(teams_school: TeamsSchool) -> None:
    ana, lena, it = teams_school.people["ana"], teams_school.people["lena"], Followed(teams_school)
    await ana.starts()
    await decides(lena, "Should we keep first period free?")
    await teams_school.until(morning("2027-02-03"))
    await it.happens("teamArchived")
    await teams_school.until(morning("2027-02-04"))
    assert OPEN in teams_school.channel_text()

    await it.happens("teamUnarchived")
    await ana.mentions("channel here")
    assert OPEN not in teams_school.channel_text()
    assert cards_in(teams_school, teams_school.channel) == {"Decision 1", "Convene"}
