"""Who of the roster can be reached, over all platforms that are set up, and which teams have a channel."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flows.people import BY_INVITATION, Channel, Member, Membership, School, Team
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
    shut: Mapping[str, str] = field(default_factory=dict)
    """by place: the name of a channel that takes nothing from us any more, and why"""


async def roster(store: Store, asked: Sequence[Asked]) -> AsyncIterator[Finding]:
    """Yield who on a team cannot be reached on any platform and why, and which teams have no channel."""
    reasons = [reason for each in asked for reason in each.reasons]
    places = [each for each in await records.load(store, Membership) if each.left_on is None]
    on_a_team = {each.member for each in places}
    members = [each for each in await records.load(store, Member) if each.id in on_a_team]
    identities = await records.load(store, Identity)
    guests = _guests(members, places, identities)
    wanted = [each for each in members if each not in guests]
    lost = _lost(wanted, [each.judge(wanted, identities) for each in asked])
    for why in sorted(set(lost.values()), key=lambda each: [reasons.index(reason) for reason in each]):
        names = listed(member.name for member in members if lost.get(member.id) == why)
        yield Finding(False, f"Cannot be reached: {names}. {'. '.join(why)}.")
    if not lost:
        yield Finding(True, "Everybody on a team can be reached.")
    if guests:
        yield Finding(
            True,
            f"Without an account in the chat: {listed(each.name for each in guests)}. They are asked nothing there; "
            "`leadcycle invite` prints a link that lets somebody into the pages.",
        )
    for finding in await _channels(store, {each.team for each in places}, asked):
        yield finding


def _guests(members: Iterable[Member], places: Iterable[Membership], identities: Iterable[Identity]) -> list[Member]:
    """Return who has no account and need not have one."""
    known = {each.member for each in identities}
    bound = {each.member for each in places if {*each.roles} - BY_INVITATION}
    return [each for each in members if each.id not in known | bound]


def _lost(members: Iterable[Member], verdicts: Sequence[Verdicts]) -> dict[str, tuple[str, ...]]:
    """Return what every platform says that knows a person, where none of them reaches them."""
    said = {member.id: tuple(each[member.id] for each in verdicts if member.id in each) for member in members}
    return {member: reasons for member, reasons in said.items() if reasons and all(reasons)}


async def _channels(store: Store, on_record: set[str], asked: Sequence[Asked]) -> list[Finding]:
    """Whether each of these teams has a channel, and all of them take what we post."""
    places = {each.team: each.place for each in await records.load(store, Channel)}
    shut = {place: why for each in asked for place, why in each.shut.items()}
    here = " or ".join(each.here for each in asked)
    schools = {each.id: each.name for each in await records.load(store, School)}
    teams = [each for each in await records.load(store, Team) if each.id in on_record]
    names = {each.id: f"{each.name} ({schools.get(each.school, each.school)})" for each in teams}
    without = listed(name for id, name in names.items() if id not in places)
    found = [
        Finding(False, f"The channel of {name} takes nothing: {shut[places[id]]}. Mend that, or say in another: {here}")
        for id, name in names.items()
        if places.get(id) in shut
    ]
    if without:
        invite = f"Invite Leadcycle to the team's channel, or say there: {here}"
        found.append(Finding(False, f"Teams without a channel: {without}. {invite}"))
    return found or [Finding(True, "Every team has its channel.")]
