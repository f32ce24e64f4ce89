"""Who is erased: in Teams what Leadcycle wrote to them is deleted; what Teams does not let go is tried again."""

from pathlib import Path

from bot import erasing
from bot.journal import Journal
from storage import people, tables
from tests.slack.test_cycle import morning
from tests.teams.school import TeamsSchool
from tests.world import scripts


async def test_what_leadcycle_wrote_to_an_erased_person_is_deleted_in_teams(
    teams_school: TeamsSchool, tmp_path: Path
) -> None:
    ana, ben = teams_school.people["ana"], teams_school.people["ben"]
    await ana.starts()
    await teams_school.until(morning("2027-02-01"))
    assert ben.sees()

    await erasing.erase(teams_school.url, scripts(), Journal(tmp_path / "erasures"), "Ben Carter")
    await teams_school.application._retract()

    assert ben.sees() == []
    async with teams_school.application.database.read(people.DISTRICT) as store:
        assert await store.select(tables.retraction) == []
        assert await store.select(tables.place, tables.place.c.place == ben.human.direct) == []
