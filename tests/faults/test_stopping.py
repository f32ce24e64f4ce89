"""A process that is asked to stop, as in every upgrade, leaves no doubt behind: what is on its way arrives first."""

from flows.sends import SendKind
from storage import outbox
from storage.people import DISTRICT
from storage.state import State
from tests.faults.fleet import PATIENCE, Fleet

SLOW, QUICK = 0.05, 0.002
"""seconds of a request to the platform, here and in other tests"""
PROMPTS = 200


async def test_what_is_on_its_way_when_a_process_is_asked_to_stop_is_known_to_have_arrived(fleet: Fleet) -> None:
    """A platform where nothing can be looked up would hold each of them for an operator."""
    await fleet.owes(PROMPTS)
    fleet.slack.delay(SLOW)
    try:
        replica = fleet.starts()
        fleet.slack.wait(PROMPTS // 10, PATIENCE)
        replica.life.leaves()
    finally:
        fleet.slack.delay(QUICK)
    standing = fleet.slack.standing()
    async with fleet.database.read(DISTRICT) as store:
        rows = await outbox.listing(store, limit=PROMPTS)
    assert {row.state for row in rows} <= {State.SENT, State.READY}, {row.error for row in rows}
    posts = {row.delivery: row.state for row in rows if row.send.kind is not SendKind.REFRESH}
    assert {each for each, state in posts.items() if state is State.SENT} == posts.keys() & standing.keys()
