"""Who is erased: in Slack what Leadcycle wrote to them is deleted, and a post that is gone already is well."""

from pathlib import Path
from typing import Any

from adapters.base import Address
from bot import erasing
from bot.copies import Retracts
from bot.journal import Journal
from storage import people, tables
from tests.slack.school import SlackSchool
from tests.slack.test_cycle import morning
from tests.world import scripts


async def test_what_leadcycle_wrote_to_an_erased_person_is_deleted_in_slack(
    slack_school: SlackSchool, tmp_path: Path
) -> None:
    ana, ben = slack_school.people["ana"], slack_school.people["ben"]
    await ana.starts()
    await slack_school.until(morning("2027-02-01"))
    await ben.types("Reading in every subject")
    theirs = [post for post in await slack_school.slack.posts(ben.direct) if post.by_bot]
    assert len(theirs) >= 2
    by_hand = f"{ben.direct}/{theirs[0].ts}"
    (adapter,) = slack_school.application.platforms
    (workspace,) = await adapter.workspaces()
    assert isinstance(adapter, Retracts)
    await adapter.retract(Address(workspace, ""), by_hand)
    await erasing.erase(slack_school.url, scripts(), Journal(tmp_path / "erasures"), "Ben Carter")

    await slack_school.application._retract()

    assert not [post for post in await slack_school.slack.posts(ben.direct) if post.by_bot]
    assert await waiting(slack_school) == []


async def waiting(school: SlackSchool) -> list[Any]:
    async with school.application.database.read(people.DISTRICT) as store:
        return await store.select(tables.retraction)
