"""A person's own pages: what waits for them is a way there, and what all their teams share stands once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from flows import own_pages
from flows.own_pages import Told
from flows.people import Team
from flows.room import Room
from tests.world import Rules


def coached(rules: Rules, count: int) -> Iterator[Room]:
    """So many teams that are like this one, each with a name of its own."""
    for number in range(count):
        yield replace(rules.room, team=Team(f"t{number}", "school", f"Team {number}"))


def labels(told: list[Told]) -> list[list[str]]:
    return [[item.label for item in each.message.items] for each in told]


def test_what_waits_links_to_its_page_and_says_until_when() -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher")
    rules.starts("ana")
    rules.says("ben", "need Planning time")
    rules.says("ben", "resource The late start")
    due = {"what": "Visit two lessons", "owner": "ben", "due": "2027-03-01", "need": "1", "resource": "1"}
    rules.fills("ben", "order action", prediction="p", measure="m", **due)
    rules.fills("lena", "order decide", question="Change the bell?", mode="consent")
    rules.says("lena", "decide post 1")
    rules.now += timedelta(minutes=10)

    (told,) = own_pages.mine([rules.room], rules.room.member("ben"), rules.now)

    found = {item.label: item for item in told.message.items}
    assert "Waits for your word until" in found["Decision 1"].detail
    team = rules.room.team.id
    assert told.ways["Decision 1"] == f"/team/{team}/decisions/1"
    assert told.ways["Action 1"] == f"/team/{team}#action-1"


def test_what_is_known_of_a_coach_of_ten_teams_and_where_nothing_waits_stands_once() -> None:
    rules = Rules(lena="administrator", ana="teacher", ben="teacher", kay="coach")
    rooms = list(coached(rules, 10))

    teams, known = own_pages.mine(rooms, rules.room.member("kay"), rules.now)

    assert labels([teams]) == [[f"Team {number}" for number in range(10)]]
    assert teams.ways["Team 3"] == "/team/t3"
    assert len(known.message.items) == 1
    assert "Kay" in str(known.message.items[0].text)


def test_a_team_in_which_something_waits_has_a_card_of_its_own() -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher")
    rules.fills("lena", "order decide", question="Change the bell?", mode="consent")
    rules.says("lena", "decide post 1")
    rules.now += timedelta(minutes=10)
    busy, idle = coached(rules, 2)

    waits, idle_too, known = own_pages.mine([busy, replace(idle, decisions=())], rules.room.member("ben"), rules.now)

    assert (waits.message.title, labels([waits])) == ("Team 0", [["Decision 1"]])
    assert labels([idle_too, known]) == [["Team 1"], ["Team 0 · Team 1"]]


def test_what_others_see_names_each_team_and_says_once_what_is_common() -> None:
    rules = Rules(lena="administrator", ana="teacher", ben="teacher", kay="coach")

    teams, common = own_pages.others_see(list(coached(rules, 10)), rules.room.member("kay"))

    assert labels([teams]) == [[f"Team {number}" for number in range(10)]]
    assert all("Our phase and dates only" in item.detail for item in teams.message.items)
    assert len(common.message.items) == len({item.text for item in common.message.items})
