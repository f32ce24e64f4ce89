"""What is read for those beside the teams: a coach's teams, and the district's figures; for whose they are."""

from flows import cohort, rollup
from flows.cohort import Entry
from flows.loader import Scripts
from flows.people import Member, Role, Team
from flows.rollup import Rollup
from flows.room import Room
from storage import glimpses, people, records, rollups
from storage.store import Store


async def teams(store: Store, coach: Member, scripts: Scripts) -> tuple[Entry, ...]:
    """Return every team of which this person is a coach now; none for others."""
    return cohort.entries(await glimpsed(store, coach.id, scripts), coach, store.school_time)


async def glimpsed(store: Store, coach: str, scripts: Scripts) -> tuple[Room, ...]:
    """Return the rooms of these teams with nothing in them but what a coach may see."""
    places = await people.memberships_of(store, coach)
    mine = [each.team for each in places if Role.COACH in each.roles]
    return await glimpses.load(store, mine, scripts)


async def district(store: Store, leader: Member) -> Rollup:
    """Return the figures of all schools as a district leader may see them; nothing for others."""
    places = await people.memberships_of(store, leader.id)
    if not any(Role.DISTRICT_LEADER in each.roles for each in places):
        return rollup.rolled_up(())
    found = [team for each in places for team in await records.load(store, Team, id=each.team)]
    return rollup.rolled_up(await rollups.rows(store), {each.school for each in found})
