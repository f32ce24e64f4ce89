"""The trail of a message in the logs: by its delivery key, from what was heard until it is settled."""

import structlog

from storage.store import Store

log = structlog.get_logger()


def tell_enqueued(store: Store) -> None:
    """Write one line for each message that a transaction put into the outbox; after its commit."""
    for each in store.enqueued:
        log.info("outbox.enqueued", delivery=each.delivery, key=each.key, kind=each.kind, state=each.state)
