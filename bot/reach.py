"""Who of the roster can be reached, over all platforms that are set up, and which teams have a channel."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from flows.people import Channel, Member, Membership, School, Team
from storage import records
from storage.addresses import Identity
from storage.store import Store

from .findings import Finding, listed

Verdicts = Mapping[str, str]
"""by member: why a platform does not reach them; empty for whom it reaches, and no word of who is not its matter"""
Judge = Callable[[Sequence[Member], Sequence[Identity]], Verdicts]
"""What one platform says of these people and accounts."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A platform that can say who is reached."""

    judge: Judge
    reasons: Sequence[str]
    """all that it gives, in the order in which they are told"""
    here: str
    """what somebody says in a channel that is to be the team's"""


async def roster(store: Store, asked: Sequence[Asked]) -> AsyncIterator[Finding]:
    """Yield who on a team cannot be reached on any platform and why, and which teams have no channel."""
    reasons = [reason for each in asked for reason in each.reasons]
    places = [each for each in await records.load(store, Membership) if each.left_on is None]
    on_a_team = {each.member for each in places}
    members = [each for each in await records.load(store, Member) if each.id in on_a_team]
    identities = await records.load(store, Identity)
    lost = _lost(members, [each.judge(members, identities) for each in asked])
    for why in sorted(set(lost.values()), key=lambda each: [reasons.index(reason) for reason in each]):
        names = listed(member.name for member in members if lost.get(member.id) == why)
        yield Finding(False, f"Cannot be reached: {names}. {'. '.join(why)}.")
    if not lost:
        yield Finding(True, "Everybody on a team can be reached.")
    here = " or ".join(each.here for each in asked)
    yield await _channels(store, {each.team for each in places}, here)


def _lost(members: Iterable[Member], verdicts: Sequence[Verdicts]) -> dict[str, tuple[str, ...]]:
    """Return what every platform says that knows a person, where none of them reaches them."""
    said = {member.id: tuple(each[member.id] for each in verdicts if member.id in each) for member in members}
    return {member: reasons for member, reasons in said.items() if reasons and all(reasons)}


async def _channels(store: Store, teams: set[str], here: str) -> Finding:
    """Whether each of these teams has a channel."""
    with_one = {each.team for each in await records.load(store, Channel)}
    schools = {each.id: each.name for each in await records.load(store, School)}
    without = [each for each in await records.load(store, Team) if each.id in teams - with_one]
    if not without:
        return Finding(True, "Every team has its channel.")
    names = listed(f"{each.name} ({schools.get(each.school, each.school)})" for each in without)
    return Finding(
        False, f"Teams without a channel: {names}. Invite Leadcycle to the team's channel, or say there: {here}"
    )
