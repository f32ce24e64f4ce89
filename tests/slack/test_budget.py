"""A vote tells the voter how many dots are left, with every choice; nothing is kept before it is sent."""

from typing import Any

import pytest

from tests.slack.school import Person, SlackSchool

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def voter(slack_school: SlackSchool) -> Person:
    """Somebody of a team with three needs, who has opened the vote."""
    ana = slack_school.people["ana"]
    await ana.starts()
    await ana.slash("/leadcycle met")
    for need in ("More time to plan", "Fewer interruptions", "Quieter halls"):
        await ana.slash(f"/leadcycle need {need}")
    await slack_school.until(slack_school.clock.now.replace(month=2, day=23, hour=17))
    await ana.presses("Answer")
    return ana


async def left(person: Person) -> str:
    blocks = (await person.form()).blocks
    return next(block["elements"][0]["text"] for block in blocks if block["block_id"].startswith("left:"))


async def gives(person: Person, need: int, dots: int) -> Any:
    view = await person.form()
    return await person.school.after(person.school.slack.chooses(person.user, view, f"dots.0:{need}", str(dots)))


@on_sqlite
async def test_every_choice_tells_how_many_dots_are_left_and_changes_nothing_else(voter: Person) -> None:
    assert await left(voter) == "5 of 5 dots left"
    before = [block for block in (await voter.form()).blocks if not block["block_id"].startswith("left:")]
    for need, dots, told in ((1, 3, "2 of 5 dots left"), (2, 3, "1 more than your 5 dots"), (2, 2, "0 of 5 dots left")):
        assert (await gives(voter, need, dots)).status == 200
        assert await left(voter) == told
    after = [block for block in (await voter.form()).blocks if not block["block_id"].startswith("left:")]
    assert after == before, "the same menus, in which Slack keeps what was chosen"
    assert (await voter.school.room()).ballots == ()

    await voter.submits(**{"dots.0:1": "3", "dots.0:2": "2"})
    (ballot,) = (await voter.school.room()).ballots
    assert ballot.dots == {"1": 3, "2": 2}


@on_sqlite
async def test_a_count_that_slack_does_not_take_any_more_is_no_fault(
    voter: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await voter.school.slack.injects("views.update", "refused", error="hash_conflict")
    assert (await gives(voter, 1, 3)).status == 200
    assert await left(voter) == "5 of 5 dots left"
    assert caplog.text == ""
    await gives(voter, 2, 1)
    assert await left(voter) == "1 of 5 dots left"
