"""Letting somebody into the pages who has no account in the chat: a board member, a superintendent."""

from flows import entering
from flows.audit import INVITED, Deed
from flows.options import folded
from flows.people import Member
from storage import audit, people, records
from storage.store import Store

from . import tickets
from .files import beside, tenant_of


class NotInvited(Exception):
    """Nobody is called so, or several are, or they have no role; the message says which."""


async def invite(url: str, pages: str, who: str, days: int = entering.STAYS) -> str:
    """Return a link that lets the person with this name or e-mail in once, within a week, and to stay for some days.

    Raises NotInvited.
    """
    async with beside(url, writes=True) as database, database.begin(await tenant_of(database)) as store:
        member = await _called(store, who)
        if not await people.memberships_of(store, member.id):
            raise NotInvited(f"{member.name} has no role in any team. Give one by `leadcycle roster import`.")
        await audit.write(store, audit.OPERATOR, [Deed(INVITED, member.id, {"days": days})])
        return await tickets.issue(store, member.id, pages, entering.INVITED, days)


async def _called(store: Store, who: str) -> Member:
    """The one person with this name or e-mail."""
    known = [each for each in await records.load(store, Member) if each.left_on is None]
    found = [each for each in known if folded(who) in (folded(each.name), folded(each.email))]
    if len(found) > 1:
        raise NotInvited(f"Several people are called {who}. Name the e-mail of the one you mean.")
    if not found:
        raise NotInvited(f"Nobody on record is called {who}. Put them on record by `leadcycle roster import`.")
    return found[0]
