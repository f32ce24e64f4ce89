"""What an operator sees of the outbox and the inbox, in words; never what people wrote."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from babel.dates import format_timedelta

from flows.people import Member, School, Team
from flows.sends import SendKind
from storage import interventions, records
from storage.interventions import ALLOWED, SENDS, Chosen, Deed, Entry, Waits
from storage.state import DOUBTFUL, WAITS, State
from storage.store import Store

from .files import beside, tenant_of

SHOWN = 8
"""So much of a delivery key is shown; it is enough to tell one message from another."""
WAY: Mapping[State, str] = {
    State.WAITING: "waits until its post has been posted",
    State.READY: "waits for its turn",
    State.LEASED: "was taken to be sent",
    State.INFLIGHT: "is being sent",
    State.UNSURE: "may have arrived and is being looked up",
    State.HELD: "may have arrived and waits for you",
    State.DEAD: "could not be delivered",
}
KIND: Mapping[SendKind, str] = {
    SendKind.ANSWER: "an answer",
    SendKind.PROMPT: "a question",
    SendKind.NUDGE: "a reminder",
    SendKind.POST: "a card",
    SendKind.REPLY: "a reply in a thread",
    SendKind.REFRESH: "a card drawn anew",
}
DONE: Mapping[Deed, str] = {
    Deed.RETRY: "sent again",
    Deed.RELEASE: "released, to be sent",
    Deed.CONFIRM: "confirmed as arrived",
    Deed.CANCEL: "cancelled",
}


class NotChosen(Exception):
    """No message or event is meant, or more than one is; the message says what there is."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids in a row are called."""

    members: Mapping[str, Member] = field(default_factory=dict)
    teams: Mapping[str, Team] = field(default_factory=dict)
    schools: Mapping[str, School] = field(default_factory=dict)

    def addressee(self, entry: Entry) -> str:
        """Who gets it: a person of a team, or a team's channel."""
        send = entry.row.send
        team = self.teams[send.team].name if send.team in self.teams else ""
        if not send.to:
            return f"the channel of {team}" if team else "somebody on no team"
        name = self.members[send.to].name if send.to in self.members else "somebody who is not on record any more"
        return f"{name} ({team})" if team else name

    def local(self, entry: Entry) -> str:
        """When it is due, by the school's clock."""
        team = self.teams.get(entry.row.send.team)
        due = entry.row.send.due
        return f"{self.schools[team.school].calendar.local(due) if team else due.astimezone(UTC):%a %Y-%m-%d %H:%M}"


async def _names(store: Store) -> Names:
    return Names(
        {each.id: each for each in await records.load(store, Member)},
        {each.id: each for each in await records.load(store, Team)},
        {each.id: each for each in await records.load(store, School)},
    )


# ------------------------------------------------------------------ the outbox


async def outbox(url: str, states: Collection[State], team: str, platform: str, limit: int) -> Iterator[str]:
    """Say how many messages are in which state, and of each what it is, for whom, and why it is not settled."""
    async with beside(url) as database, database.read(await tenant_of(database)) as store:
        names = await _names(store)
        chosen = _chosen(names, states, team, platform)
        counts = await interventions.counts(store, chosen)
        found = await interventions.entries(store, chosen, limit)
        return iter([*_counted(counts), *(line for each in found for line in _told(each, names, store.school_time))])


async def outbox_as_json(url: str, states: Collection[State], team: str, platform: str, limit: int) -> str:
    """The same for a program."""
    async with beside(url) as database, database.read(await tenant_of(database)) as store:
        names = await _names(store)
        chosen = _chosen(names, states, team, platform)
        counts = await interventions.counts(store, chosen)
        found = [_plain(each, names) for each in await interventions.entries(store, chosen, limit)]
    return json.dumps({"counts": {each.value: counts[each] for each in counts}, "messages": found}, indent=2)


async def concerned(url: str, deed: Deed, states: Collection[State], team: str, platform: str) -> int:
    """How many messages it would concern, if it were done to all of these."""
    async with beside(url) as database, database.read(await tenant_of(database)) as store:
        chosen = _chosen(await _names(store), usual(deed, states), team, platform)
        chosen = replace(chosen, wordless=False) if deed in SENDS else chosen
        return sum((await interventions.counts(store, chosen)).values())


async def intervene_all(url: str, deed: Deed, states: Collection[State], team: str, platform: str) -> str:
    """Do it to all messages in these states, or in those in which it is usually done."""
    async with beside(url, writes=True) as database, database.begin(await tenant_of(database)) as store:
        chosen = _chosen(await _names(store), usual(deed, states), team, platform)
        count = await interventions.intervene(store, deed, chosen)
        left = await interventions.counts(store, replace(chosen, wordless=True)) if deed in SENDS else {}
    told = f"{_number(count, 'message')} {DONE[deed]}."
    return f"{told} {_left(sum(left.values()))}" if left else told


def _left(count: int) -> str:
    return (
        f"{_number(count, 'message')} left alone, whose words were destroyed: look in the chat, then `confirm` what "
        "stands there and `cancel` the rest."
    )


def usual(deed: Deed, states: Collection[State]) -> Collection[State]:
    """The states in which it is done to all; what merely waits is cancelled only where somebody says so."""
    return states or [each for each in ALLOWED[deed] if each not in WAITS]


async def intervene(url: str, deed: Deed, ids: Sequence[str]) -> Iterator[str]:
    """Do it to the messages whose delivery keys begin so: to all of them, or to none; raises NotChosen."""
    async with beside(url, writes=True) as database, database.begin(await tenant_of(database)) as store:
        names = await _names(store)
        return iter([await _intervene(store, deed, each, names) for each in ids])


async def _intervene(store: Store, deed: Deed, id: str, names: Names) -> str:
    chosen = Chosen(tuple(State), delivery=id.lower())
    found = await interventions.entries(store, chosen, 2)
    if len(found) != 1:
        several = f"More than one message begins with {id}. Write more of its key."
        raise NotChosen(several if found else f"No message begins with {id}. `leadcycle outbox` lists them.")
    (entry,) = found
    state = entry.row.state
    if state not in ALLOWED[deed] or not await interventions.intervene(store, deed, replace(chosen, states=(state,))):
        raise NotChosen(_refused(deed, entry))
    stale = entry.row.send.expires
    late = " It is stale by now, so it will not go out." if stale and stale <= store.school_time else ""
    goes = late if deed in (Deed.RETRY, Deed.RELEASE) else ""
    return f"{_short(entry)}  {KIND[entry.row.send.kind]} for {names.addressee(entry)}: {DONE[deed]}.{goes}"


def _refused(deed: Deed, entry: Entry) -> str:
    """Why it cannot be done to this message."""
    state = entry.row.state
    if state in ALLOWED[deed] and deed in SENDS and entry.row.send.is_wordless:
        return _wordless(entry)
    if state in ALLOWED[deed]:
        return f"{_short(entry)} is being looked up right now. Try again in a minute."
    now = {State.SENT: "has arrived", State.CANCELLED: "was cancelled", **WAY}[state]
    other = next((each for each in Deed if state in ALLOWED[each]), None)
    way = f" `leadcycle outbox {other.value} {_short(entry)}` is for that." if other else " Nothing is to be done."
    return f"{_short(entry)} {now}, so there is nothing to {deed.value}.{way}"


def _wordless(entry: Entry) -> str:
    """Why a message without words cannot be sent, and what settles it instead."""
    short, ended = _short(entry), entry.settled_at
    since = f" on {ended:%Y-%m-%d}" if ended else ""
    there = f" When it stands in the chat, `leadcycle outbox confirm {short}`." if entry.row.state in DOUBTFUL else ""
    return (
        f"{short} cannot be sent any more. It came to rest{since}, and its words were destroyed since: after "
        f"LEADCYCLE_KEEP_MESSAGES days, or because somebody took them back. `leadcycle outbox cancel {short}` settles "
        f"it.{there}"
    )


def _chosen(names: Names, states: Collection[State], team: str, platform: str) -> Chosen:
    return Chosen(states or interventions.UNSETTLED, _team(names, team), platform)


def _team(names: Names, wanted: str) -> str:
    """The id of the team of this name, which may be written with its school; raises NotChosen."""
    if not wanted:
        return ""
    full = {each.id: f"{each.name} ({names.schools[each.school].name})" for each in names.teams.values()}
    found = [id for id, name in full.items() if wanted.casefold() in (name.casefold(), names.teams[id].name.casefold())]
    if len(found) == 1:
        return found[0]
    listed = "".join(f"\n  {name}" for name in sorted(full.values(), key=str.casefold)) or " none yet."
    raise NotChosen(f"{'Several teams are' if found else 'No team is'} called {wanted}. On record:{listed}")


def _counted(counts: Mapping[State, int]) -> Iterator[str]:
    if not counts:
        yield "No message waits, and none is in trouble."
        return
    yield f"{_number(sum(counts.values()), 'message')}:"
    yield from (f"  {counts[state]:>7}  {state.value:<8}  {WAY[state]}" for state in WAY if state in counts)
    yield ""


def _told(entry: Entry, names: Names, now: datetime) -> Iterator[str]:
    row = entry.row
    what = f"{KIND[row.send.kind]} for {names.addressee(entry)}, on {row.destination.platform.title()}"
    yield f"{_short(entry)}  {row.state.value:<8}  {what}"
    failed = f", {_number(row.attempt, 'attempt')}" if row.attempt else ""
    yield f"{'':20}due {names.local(entry)} ({_ago(row.send.due, now)}){failed}{_why(row.error)}"


def _why(error: str) -> str:
    """A reason as a sentence has it; the name of a failure is explained as one."""
    if error.isidentifier() and error[:1].isupper():
        return f": the request failed ({error})"
    return f": {error}" if error else ""


def _plain(entry: Entry, names: Names) -> dict[str, Any]:
    row = entry.row
    return {
        "delivery": row.delivery,
        "state": row.state.value,
        "kind": row.send.kind.value,
        "reason_key": row.send.key,
        "for": names.addressee(entry),
        "team": row.send.team,
        "member": row.send.to,
        "platform": row.destination.platform,
        "workspace": row.destination.workspace,
        "due": row.send.due.isoformat(),
        "expires": row.send.expires and row.send.expires.isoformat(),
        "created": entry.created_at.isoformat(),
        "attempts": row.attempt,
        "left_at": row.inflight_at and row.inflight_at.isoformat(),
        "next_try": entry.wait_until and entry.wait_until.isoformat(),
        "why": row.error,
    }


# ------------------------------------------------------------------ the inbox


async def inbox(url: str, limit: int) -> Iterator[str]:
    """Say which events wait to be acted on, and which were set aside and why."""
    async with beside(url) as database, database.read(await tenant_of(database)) as store:
        found, now = await interventions.waits(store, limit), store.now
    if not found:
        return iter(["No event waits, and none was set aside."])
    return iter([_heard(each, now) for each in found])


def _heard(each: Waits, now: datetime) -> str:
    state = "aside" if each.is_aside else "waiting"
    tried = f", {_number(each.attempts, 'attempt')}" if each.attempts else ""
    return f"{state:<7}  {each.platform}  {each.key}  {_ago(each.received_at, now)}{tried}{_why(each.error)}"


async def hear_again(url: str, keys: Sequence[str]) -> str:
    """Act once more on these events that were set aside, or on all of them; raises NotChosen."""
    async with beside(url, writes=True) as database, database.begin(await tenant_of(database)) as store:
        if not keys:
            count = await interventions.hear_again(store)
        for key in keys:
            if not await interventions.hear_again(store, key):
                raise NotChosen(f"No event {key} was set aside. `leadcycle inbox` lists them.")
    return f"{_number(len(keys) or count, 'event')} brought back; the service acts on them within a minute."


# ------------------------------------------------------------------ words


def _short(entry: Entry) -> str:
    return entry.row.delivery[:SHOWN]


def _ago(moment: datetime, now: datetime) -> str:
    return format_timedelta(moment - now, add_direction=True, locale="en")


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
