"""Who is looking: the person behind a visit, with the roles of this moment."""

from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request

from flows import entering
from flows.people import Member, Membership, Role
from storage import everywhere, people, records, tables, visits
from storage.database import Database

COOKIE = "leadcycle_visit"
REMEMBERED = timedelta(minutes=1)
"""A step is written down once in so long."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who signed in, and their places in teams as they are now."""

    tenant: str
    member: Member
    memberships: tuple[Membership, ...]

    def teams(self, *roles: Role) -> tuple[str, ...]:
        """The ids of the person's teams, or of those in which they have one of these roles."""
        return tuple(each.team for each in self.memberships if not roles or set(roles) & set(each.roles))


async def visitor_of(database: Database, request: Request) -> Visitor | None:
    """Return who sent the request; None when the visit is over, and so when the person has left."""
    token = request.cookies.get(COOKIE, "")
    mark = entering.mark(token)
    if not token:
        return None
    async with database.look_everywhere() as looking:
        tenant = await everywhere.whose(looking, tables.visit, mark)
        if tenant is None:
            return None
        store = looking.store(tenant)
        visit = await visits.find(store, mark)
        if visit is None or not visit.is_open(store.now):
            return None
        (member,) = await records.load(store, Member, id=visit.member)
        memberships = await people.memberships_of(store, member.id)
        now = store.now
    if member.left_on or not memberships:
        return None
    if now - visit.seen_at > REMEMBERED:
        async with database.begin(tenant) as writing:
            await visits.seen(writing, mark, now)
    return Visitor(tenant, member, memberships)
