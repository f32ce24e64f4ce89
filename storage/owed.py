"""Answers that are owed: each waits in the inbox, with the event that it answers, until it is known to be shown."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import null

from flows.events import Event, Filled, from_json, to_json
from flows.messages import Card, Form, Note

from . import tables
from .plain import made, to_plain
from .store import Store, given, question, same

Answer = Form | Note | Card
"""what answers an event that was acted on; one that was refused is forgotten, and nothing is owed for it"""

_KINDS: Mapping[str, type[Answer]] = {each.__name__: each for each in (Form, Note, Card)}
_INBOX = tables.inbox
_HERE = same(_INBOX, "platform", "key")
IS_OWED = (_INBOX.c.done_at.is_not(None), _INBOX.c.payload.is_not(null()))
"""The event was acted on, and its row still holds what answers it."""
_OWED = question(_INBOX, *_HERE, *IS_OWED, only=["payload"], skip_locked=True)
_KEPT = _INBOX.update().where(*same(_INBOX, "tenant"), *_HERE).values(done_at=given("now"), payload=given("payload"))
_SHOWN = _INBOX.update().where(*same(_INBOX, "tenant"), *_HERE, *IS_OWED).values(payload=None)


async def keep(store: Store, event: Event, answer: Answer) -> None:
    """Mark the event as processed, and keep what answers it; of a form that was filled in, the words go."""
    what = Filled(event.what.ref) if isinstance(event.what, Filled) else event.what
    says = {"answer": type(answer).__name__, "says": to_plain(answer)}
    payload = to_json(replace(event, what=what)) | says
    await store.change(_KEPT, platform=event.platform, key=event.key, now=store.now, payload=payload)


async def take(store: Store, platform: str, key: str) -> tuple[Event, Answer] | None:
    """Return the event and its answer, and hold them until the commit; None when it was shown, or others do."""
    rows = await store.ask(_OWED, platform=platform, key=key)
    return _read(rows[0]["payload"]) if rows else None


async def shown(store: Store, platform: str, key: str) -> None:
    """Delete what answered the event: the person has it, or gets it by the outbox."""
    await store.change(_SHOWN, platform=platform, key=key)


def _read(payload: Mapping[str, Any]) -> tuple[Event, Answer]:
    return from_json(payload), made(_KINDS[payload["answer"]], payload["says"])
