"""The outbox: one row for each message that must arrive, written in the transaction that decides it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import uuid4

from flows.messages import Message
from flows.sends import Send, SendKind

from . import lanes, legal_holds, tables
from .addresses import Destination
from .plain import made, to_plain
from .state import CLOSED, DOUBTFUL, WAITS, State, is_in
from .store import Enqueued, Store, given, question

RESTORED = "an older backup was put back"
"""Why a message is in doubt that may have been sent after the backup was taken."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One row of the outbox."""

    tenant: str
    delivery: str
    """the opaque key that the post carries"""
    send: Send
    destination: Destination
    state: State
    sequence: int
    attempt: int
    looked: int
    """how often it was looked up in vain"""
    inflight_at: datetime | None
    message_id: str
    """the platform's id of the post, once it is known"""
    replaces: str
    """the platform's id of the post to draw over: of a refresh, and of an answer that takes a card's place"""
    under: str
    """reply: the platform's id of the post in whose thread it stands"""
    error: str
    lease_by: str
    version: int

    def left_ago(self, now: datetime) -> timedelta | None:
        """Return how long ago its bytes left, at most, by the clock of the database alone.

        None where that clock was set back since, or nobody knows when they left.
        """
        if self.inflight_at is None or self.inflight_at > now:
            return None
        return now - self.inflight_at


async def enqueue(store: Store, send: Send, destination: Destination, over: str = "") -> bool:
    """Write the message into the outbox, in the caller's transaction; False when its reason is there already.

    It takes the place of the post `over`, by the platform's id, if that is given.

    A refresh has the key of the post that it draws anew. It is False when one is waiting already, or
    when there is no such post any more. So is a reply without its post; one that was not wanted in the end is
    wanted again, and so is a post that died, or stands where nothing arrives any more: it goes where the team reads
    now.

    After an older backup was put back, what is not an answer to somebody who just wrote is held: it may be out
    already, under a key that the backup does not know.
    """
    match send.kind:
        case SendKind.REFRESH:
            return await _enqueue_refreshes(store, [send]) == 1
        case SendKind.REPLY:
            return await _enqueue_reply(store, send)
        case SendKind.POST:
            return await _enqueue_post(store, send, destination)
    return await _insert(store, send, destination, key=send.key, state=State.READY, replaces=over)


async def enqueue_all(store: Store, sends: Sequence[tuple[Send, Destination]]) -> None:
    """Write messages into the outbox in this order, as `enqueue` does; of refreshes in a row it asks together."""
    for kind, alike in groupby(sends, lambda each: each[0].kind):
        if kind is SendKind.REFRESH:
            await _enqueue_refreshes(store, [send for send, _ in alike])
        else:
            for send, destination in alike:
                await enqueue(store, send, destination)


async def cancel(store: Store, team: str, conversation: str, reason: str) -> int:
    """Cancel what still waits to be sent for a conversation; return how many messages that were."""
    table = tables.outbox
    asks = (table.c.team == team, table.c.conversation == conversation)
    return await store.update(table, *asks, is_in(table, *WAITS), **_closed(store, reason))


async def cancel_key(store: Store, key: str, reason: str) -> bool:
    """Cancel the message with this reason if it still waits; tell whether it did."""
    table = tables.outbox
    waits = (table.c.key == key, is_in(table, *WAITS))
    return await store.update(table, *waits, **_closed(store, reason)) == 1


async def confirm(store: Store, delivery: str, message_id: str = "") -> bool:
    """Take a press or a submission that carries the delivery key as proof that the message arrived."""
    table = tables.outbox
    doubtful = is_in(table, *DOUBTFUL)
    proof = {"message_id": message_id} if message_id else {}
    changed = await store.update(
        table,
        table.c.delivery == delivery,
        doubtful,
        state=State.SENT,
        settled_at=store.now,
        lease_by="",
        lease_until=None,
        version=table.c.version + 1,
        **proof,
    )
    return changed == 1


async def find(store: Store, delivery: str) -> OutboxRow | None:
    """Return the row with this delivery key."""
    found = await store.select(tables.outbox, tables.outbox.c.delivery == delivery)
    return row_of(found[0]) if found else None


async def by_key(store: Store, key: str) -> OutboxRow | None:
    """Return the row with this reason."""
    found = await store.select(tables.outbox, tables.outbox.c.key == key)
    return row_of(found[0]) if found else None


async def arrived_last(store: Store, team: str, to: str) -> str:
    """Return the delivery key of what arrived last with a person, or in the team's channel; empty if nothing has."""
    table = tables.outbox
    theirs = (table.c.team == team, table.c.to == to, table.c.kind != SendKind.REFRESH.value)
    order = (table.c.settled_at.desc(), table.c.sequence.desc())
    found = await store.select(table, *theirs, is_in(table, State.SENT), order=order, limit=1)
    return str(found[0]["delivery"]) if found else ""


async def listing(store: Store, states: Collection[State] = (), limit: int = 100) -> tuple[OutboxRow, ...]:
    """Return rows in these states (or all), the longest due first."""
    table = tables.outbox
    where = [is_in(table, *states)] if states else []
    order = (table.c.due, table.c.sequence)
    return tuple(row_of(row) for row in await store.select(table, *where, order=order, limit=limit))


async def destroy_bodies(store: Store, team: str, conversation: str) -> int:
    """Delete the words of all messages of a conversation, for redaction and erasure."""
    table = tables.outbox
    asks = (table.c.team == team, table.c.conversation == conversation)
    return await store.update(table, *asks, ~is_in(table, *WAITS), message=None)


async def destroy_settled(store: Store, team: str) -> int:
    """Delete the words of a team's messages that have come to an end: any of them may quote what was taken back.

    Those to somebody on legal hold stay.
    """
    table = tables.outbox
    free = legal_holds.allows(table.c.tenant, table.c.to)
    return await store.update(table, table.c.team == team, is_in(table, *CLOSED), free, message=None)


def row_of(row: dict[str, Any]) -> OutboxRow:
    """Return the row as the dispatcher and its judge see it."""
    kind = SendKind(row["kind"])
    send = Send(
        key=row["post"] if kind is SendKind.REFRESH else row["key"],
        team=row["team"],
        to=row["to"],
        kind=kind,
        due=row["due"],
        message=None if row["message"] is None else made(Message, row["message"]),
        card=row["card"],
        expires=row["expires"],
        conversation=row["conversation"],
        under=row["post"] if kind is SendKind.REPLY else "",
    )
    own = {name: row[name] for name in _OWN}
    where = Destination(row["platform"], row["workspace"], row["place"], row["user"])
    post = {"replaces": "", "under": ""} | {"under" if kind is SendKind.REPLY else "replaces": row["replaces"]}
    return OutboxRow(send=send, destination=where, state=State(row["state"]), **own, **post)


_OWN = (
    *("tenant", "delivery", "sequence", "attempt", "looked", "inflight_at"),
    *("message_id", "error", "lease_by", "version"),
)


@dataclass(frozen=True, slots=True)
class _Post:
    """What a refresh or a reply needs to know of its post."""

    key: str
    message_id: str
    destination: Destination


_OUTBOX = tables.outbox
_PLACE = ("platform", "workspace", "place", "user")
_STANDING = question(
    _OUTBOX,
    *(_OUTBOX.c.key.in_(given("keys", many=True)), ~is_in(_OUTBOX, State.DEAD, State.CANCELLED)),
    only=["key", "message_id", *_PLACE],
)
_WAITING = question(
    _OUTBOX,
    *(_OUTBOX.c.post.in_(given("posts", many=True)), _OUTBOX.c.kind == SendKind.REFRESH.value, is_in(_OUTBOX, *WAITS)),
    only=["post"],
    order=[_OUTBOX.c.sequence],
    lock=True,
)


async def _enqueue_refreshes(store: Store, sends: Sequence[Send]) -> int:
    """At most one waits for each post: it is drawn from the facts of the moment in which it goes out.

    One that waits is held until the commit: drawn before that, it would lack what is changed here. Returns how many
    are new.
    """
    posts = await _standing(store, {each.key for each in sends})
    waiting = {row["post"] for row in await store.ask(_WAITING, posts=sorted(posts))} if posts else set()
    wanted: dict[str, Send] = {}
    for send in sends:
        if send.key in posts and send.key not in waiting:
            wanted.setdefault(send.key, send)
    for key, send in wanted.items():
        await _insert(store, send, posts[key].destination, key=f"{key} ~ {uuid4().hex}", **_of_post(posts[key]))
    return len(wanted)


async def _enqueue_post(store: Store, send: Send, destination: Destination) -> bool:
    """It is posted once, and once more where it is decided again and could not arrive, or what it stands in is closed.

    In the same place, open again by now, it is only drawn anew.
    """
    if await _insert(store, send, destination, key=send.key, state=State.READY):
        return True
    post = await by_key(store, send.key)
    if post is None or not await _is_lost(store, post):
        return False
    if post.state is State.SENT and post.destination == destination:
        return await _enqueue_refreshes(store, [replace(send, kind=SendKind.REFRESH)]) == 1
    table = tables.outbox
    never_left = dict.fromkeys(("wait_until", "lease_until", "inflight_at", "settled_at"))
    values = {**_values(store, send, destination), "state": State.READY, **never_left, **_held_back(store, send)}
    anew = {**values, "version": post.version + 1}
    is_new = await store.update(table, table.c.key == send.key, table.c.version == post.version, **anew) == 1
    return _noted(store, send.key, values, is_new)


async def _is_lost(store: Store, post: OutboxRow) -> bool:
    """Whether a post died, or the last thing that was to arrive where it stands."""
    if post.state is not State.SENT:
        return post.state is State.DEAD
    table, there = tables.outbox, post.destination
    place = (table.c.platform == there.platform, table.c.workspace == there.workspace, table.c.place == there.place)
    settled = is_in(table, State.SENT, State.DEAD)
    last = await store.select(table, *place, settled, order=(table.c.settled_at.desc(),), limit=1)
    return bool(last) and State(last[0]["state"]) is State.DEAD


async def _enqueue_reply(store: Store, send: Send) -> bool:
    """It stands where its post stands, also when the team reads another channel by now."""
    post = (await _standing(store, [send.under])).get(send.under)
    if post is None:
        return False
    if await _insert(store, send, post.destination, key=send.key, **_of_post(post)):
        return True
    table = tables.outbox
    unwanted = (table.c.key == send.key, is_in(table, State.CANCELLED), table.c.message_id == "")
    again = {"due": send.due, "settled_at": None, **_of_post(post), **_held_back(store, send)}
    found = await store.select(table, *unwanted, lock=True)
    is_new = await store.update(table, *unwanted, version=table.c.version + 1, **again) == 1
    return is_new and _noted(store, send.key, {**found[0], **again}, is_new)


async def _standing(store: Store, keys: Collection[str]) -> Mapping[str, _Post]:
    """Return of the posts with these reasons those that stand or will."""
    found = await store.ask(_STANDING, keys=sorted(keys))
    posts = (_Post(row["key"], row["message_id"], Destination(*(row[name] for name in _PLACE))) for row in found)
    return {each.key: each for each in posts}


def _of_post(post: _Post) -> dict[str, Any]:
    """What a row knows of the post that it draws anew or stands under; without the platform's id it waits for that."""
    state = State.READY if post.message_id else State.WAITING
    return {"state": state, "post": post.key, "replaces": post.message_id}


async def _insert(store: Store, send: Send, destination: Destination, **own: Any) -> bool:
    await lanes.ensure(store, destination.platform, destination.workspace)
    values = {**_values(store, send, destination), **own, **_held_back(store, send)}
    return _noted(store, values["key"], values, await store.insert_once(tables.outbox, values))


def _noted(store: Store, key: str, values: Mapping[str, Any], is_new: bool) -> bool:
    """Take down for the log what was written; tell whether it was."""
    if is_new:
        store.enqueued.append(Enqueued(values["delivery"], key, values["kind"], State(values["state"]).value))
    return is_new


def _held_back(store: Store, send: Send) -> dict[str, Any]:
    """What keeps a message until somebody has looked, after an older backup was put back."""
    if not store.is_restored or send.kind in (SendKind.ANSWER, SendKind.REFRESH):
        return {}
    return {"state": State.HELD, "error": RESTORED, "settled_at": store.now}


def _values(store: Store, send: Send, destination: Destination) -> dict[str, Any]:
    return {
        "delivery": uuid4().hex,
        "team": send.team,
        "to": send.to,
        "kind": send.kind.value,
        "priority": int(send.priority),
        "due": send.due,
        "expires": send.expires,
        "message": to_plain(send.message),
        "card": send.card,
        "conversation": send.conversation,
        "post": "",
        "platform": destination.platform,
        "workspace": destination.workspace,
        "place": destination.place,
        "user": destination.user,
        "sequence": store.next_sequence(),
        "attempt": 0,
        "looked": 0,
        "lease_by": "",
        "message_id": "",
        "replaces": "",
        "error": "",
        "version": 0,
        "created_at": store.now,
    }


def _closed(store: Store, reason: str) -> dict[str, Any]:
    version = tables.outbox.c.version + 1
    return {"state": State.CANCELLED, "error": reason, "settled_at": store.now, "version": version}
