"""Who is who: a person behind an account, the teams of a person, and where to reach people and teams."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, func, select

from flows.people import Channel, Member, Membership, School, Team

from . import tables
from .addresses import Destination, Identity
from .faults import NoSuchTeam
from .plain import made
from .records import keep, load, ordered
from .store import Store, question, same

DISTRICT = "district"
"""the tenant of a database that belongs to one district"""


@dataclass(frozen=True, slots=True)
class Person:
    """A member behind an account, with the teams that the person has not left."""

    member: Member
    identity: Identity
    memberships: tuple[Membership, ...]


_TEAM = tables.facts[Team]
_IDENTITY, _MEMBER, _MEMBERSHIP = (tables.facts[kind] for kind in (Identity, Member, Membership))
_STAYS_ON = (_MEMBERSHIP.c.member == _MEMBER.c.id) & _MEMBERSHIP.c.left_on.is_(None)
_WHO = (
    select(_IDENTITY, _MEMBER, _MEMBERSHIP)
    .join(_MEMBER, (_MEMBER.c.tenant == _IDENTITY.c.tenant) & (_MEMBER.c.id == _IDENTITY.c.member))
    .outerjoin(_MEMBERSHIP, (_MEMBERSHIP.c.tenant == _MEMBER.c.tenant) & _STAYS_ON)
    .where(*same(_IDENTITY, "tenant", "platform", "workspace", "user"))
)
_LOCKED = question(_TEAM, *same(_TEAM, "id"), only=["id"], lock=True)


async def who(store: Store, platform: str, workspace: str, user: str) -> Person | None:
    """Return the person behind an account, or None when nobody of the tenant has it."""
    rows = await store.rows(_WHO, platform=platform, workspace=workspace, user=user)
    found = [_parts(row) for row in rows]
    if not found:
        return None
    identity, member, _ = found[0]
    memberships = (made(Membership, each) for _, _, each in found if each["member"] is not None)
    return Person(made(Member, member), made(Identity, identity), ordered(Membership, memberships))


def _parts(row: Row[Any]) -> list[dict[str, Any]]:
    """Return what each table says in a row of `_WHO`."""
    values = iter(row)
    return [dict(zip(each.c.keys(), values, strict=False)) for each in (_IDENTITY, _MEMBER, _MEMBERSHIP)]


async def heard(store: Store, identity: Identity, place: str = "") -> Identity:
    """Remember that the person was heard on this account, and the direct conversation if it was there.

    The moment is written once a day: it only tells which of several accounts is in use.
    """
    is_known = identity.seen_at is not None and store.now - identity.seen_at < timedelta(days=1)
    if is_known and place in ("", identity.place):
        return identity
    now_known = replace(identity, seen_at=store.now, place=place or identity.place)
    await keep(store, now_known)
    return now_known


async def memberships_of(store: Store, member: str) -> tuple[Membership, ...]:
    """Return the person's place in each team that the person has not left."""
    found = await load(store, Membership, member=member)
    return tuple(each for each in found if each.left_on is None)


async def teams_of(store: Store, members: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the teams that each of these people is on, and has not left."""
    table = tables.facts[Membership]
    on_team = (table.c.member.in_(members), table.c.left_on.is_(None))
    found: dict[str, list[str]] = {}
    for row in await store.select(table, *on_team) if members else ():
        found.setdefault(row["member"], []).append(row["team"])
    return {member: tuple(sorted(teams)) for member, teams in found.items()}


async def team_in(store: Store, platform: str, workspace: str, place: str) -> Team | None:
    """Return the team that reads this channel; of several the first."""
    for channel in await load(store, Channel, platform=platform, workspace=workspace, place=place):
        for team in await load(store, Team, id=channel.team):
            return team
    return None


async def workspaces(store: Store) -> tuple[tuple[str, str], ...]:
    """Return the platform and the id of each workspace in which anybody has an account."""
    table = tables.facts[Identity]
    names = (table.c.platform, table.c.workspace)
    found = select(*names).where(table.c.tenant == store.tenant).distinct().order_by(*names)
    return tuple((row.platform, row.workspace) for row in await store.rows(found))


async def count(store: Store, platform: str, workspace: str) -> int:
    """Return how many people have an account in a workspace."""
    table = tables.facts[Identity]
    there = (table.c.tenant == store.tenant, table.c.platform == platform, table.c.workspace == workspace)
    counted = select(func.count()).select_from(table).where(*there)
    return int((await store.connection.execute(counted)).scalar_one())


async def destination_of(store: Store, team: str, member: str = "") -> Destination | None:
    """Return where to reach a member (on the account heard last) or, without one, the team's channel."""
    if not member:
        for channel in await load(store, Channel, team=team):
            return Destination(channel.platform, channel.workspace, channel.place)
        return None
    accounts = await load(store, Identity, member=member)
    newest = max(accounts, key=lambda each: (each.seen_at is not None, each.seen_at), default=None)
    if newest is None:
        return None
    return Destination(newest.platform, newest.workspace, newest.place, newest.user)


async def lock_team(store: Store, team: str) -> None:
    """Hold the team's row until the commit: whoever wants to change the same team waits; or `NoSuchTeam`."""
    if not await store.ask(_LOCKED, id=team):
        raise NoSuchTeam(f"There is no team {team!r}.")


async def lock_school(store: Store, school: str) -> None:
    """Hold the school's row until the commit: whoever wants to change what its teams have in common waits."""
    table = tables.facts[School]
    await store.select(table, table.c.id == school, lock=True)


async def teams_beside(store: Store, school: str, team: str) -> tuple[str, ...]:
    """Return the ids of the other teams of the school."""
    return tuple(each.id for each in await load(store, Team, school=school) if each.id != team)


async def remember_place(store: Store, platform: str, workspace: str, place: str, reference: Mapping[str, Any]) -> None:
    """Keep what the platform wants to hear again when we write there; the newest counts."""
    row = {"platform": platform, "workspace": workspace, "place": place}
    await store.upsert(tables.place, [{**row, "reference": dict(reference), "seen_at": store.now}])


async def reference_of(store: Store, platform: str, workspace: str, place: str) -> Mapping[str, Any] | None:
    """Return what `remember_place` kept of a conversation."""
    table = tables.place
    same = (table.c.platform == platform, table.c.workspace == workspace, table.c.place == place)
    return next((row["reference"] for row in await store.select(table, *same)), None)


async def references_of(store: Store, platform: str, workspace: str) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Return every conversation of a workspace with what was kept of it, the newest first."""
    table = tables.place
    same = (table.c.platform == platform, table.c.workspace == workspace)
    rows = await store.select(table, *same, order=(table.c.seen_at.desc(), table.c.place))
    return tuple((row["place"], row["reference"]) for row in rows)


async def found_tenant(store: Store, name: str, *, practice: bool = False) -> bool:
    """Put the tenant of this transaction on record; False when it is there already."""
    return await store.insert_once(tables.tenant, {"name": name, "practice": practice, "created_at": store.now})


async def is_empty(store: Store) -> bool:
    """Tell whether the tenant has no member yet."""
    table = tables.facts[Member]
    members = select(func.count()).select_from(table).where(table.c.tenant == store.tenant)
    return not (await store.connection.execute(members)).scalar()
