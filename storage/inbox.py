"""The inbox: what was acknowledged to a platform is here, once, until it is processed."""

from datetime import timedelta

from flows.events import Event, from_json, to_json

from . import tables
from .store import Store, given, question, same

A_MOMENT = timedelta(seconds=10)
"""Slack says again what was not acknowledged at once, after a minute and after five: docs.slack.dev/apis/events-api."""
MOST_ATTEMPTS = 5
"""An event that failed so often is set aside, so that it does not stand in the way of the others."""


_INBOX = tables.inbox
_HERE = same(_INBOX, "platform", "key")
_UNDONE = (_INBOX.c.done_at.is_(None), _INBOX.c.aside_at.is_(None))
_OPEN = question(_INBOX, *_HERE, *_UNDONE, only=["payload"], skip_locked=True)
_DONE = _INBOX.update().where(*same(_INBOX, "tenant"), *_HERE).values(done_at=given("now"), payload=None)
_LATER = question(
    _INBOX,
    *same(_INBOX, "platform", "user"),
    *(_INBOX.c.done_at.is_not(None), _INBOX.c.at > given("since"), _INBOX.c.at <= given("until")),
    only=["key"],
    limit=1,
)


async def capture(store: Store, event: Event) -> bool:
    """Keep the event unless its key is there already; tell whether it is new. Commit, then acknowledge."""
    return await store.insert_once(
        tables.inbox,
        {
            "platform": event.platform,
            "key": event.key,
            "at": event.at,
            "received_at": store.now,
            "payload": to_json(event),
            "attempts": 0,
            "error": "",
            "user": event.user,
        },
    )


async def is_overtaken(store: Store, event: Event) -> bool:
    """Tell whether the event came late, when something that the same person did after it was acted on already.

    What people do within a moment may come in any order, and is acted on as it comes. What says of itself that it was
    done in times to come does not count.
    """
    if store.school_time - event.at <= A_MOMENT:
        return False
    between = {"since": event.at + A_MOMENT, "until": store.school_time + A_MOMENT}
    return bool(await store.ask(_LATER, platform=event.platform, user=event.user, **between))


async def once(store: Store, platform: str, key: str) -> bool:
    """Note that something without words was done; False when it was before. The note is kept for a day."""
    done = {"at": store.now, "received_at": store.now, "done_at": store.now, "attempts": 0, "error": ""}
    return await store.insert_once(tables.inbox, {"platform": platform, "key": key, **done})


async def take(store: Store, platform: str, key: str) -> Event | None:
    """Return the event and hold its row until the commit.

    None when it was processed, when somebody else is processing it now, or when it was set aside.
    """
    rows = await store.ask(_OPEN, platform=platform, key=key)
    return from_json(rows[0]["payload"]) if rows else None


async def done(store: Store, platform: str, key: str) -> None:
    """Mark the event as processed and delete its words; the key stays for a day, so that a copy is known."""
    await store.change(_DONE, platform=platform, key=key, now=store.now)


async def forget(store: Store, platform: str, key: str) -> None:
    """Forget an event that was refused and changed nothing: corrected, it comes again under the same key."""
    table = tables.inbox
    await store.delete(table, table.c.platform == platform, table.c.key == key)


async def failed(store: Store, platform: str, key: str, error: str) -> bool:
    """Count a failed attempt, in a transaction of its own; tell whether the event was set aside now.

    `error` is the kind of the failure, never words that somebody typed.
    """
    table = tables.inbox
    here = (table.c.platform == platform, table.c.key == key, table.c.done_at.is_(None))
    await store.update(table, *here, attempts=table.c.attempts + 1, error=error)
    too_often = (table.c.attempts >= MOST_ATTEMPTS, table.c.aside_at.is_(None))
    return await store.update(table, *here, *too_often, aside_at=store.now) == 1


async def try_again(store: Store, platform: str, key: str) -> bool:
    """Bring an event that was set aside back; tell whether there was one."""
    table = tables.inbox
    here = (table.c.platform == platform, table.c.key == key, table.c.aside_at.is_not(None))
    return await store.update(table, *here, aside_at=None, attempts=0) == 1
