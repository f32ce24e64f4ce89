"""Links that let one person into the pages once: made when they go out, kept only as a mark."""

from datetime import timedelta
from secrets import token_urlsafe

from flows import entering
from flows.entering import Ticket
from flows.messages import Message
from flows.phrases import Phrases
from storage import visits
from storage.store import Store


async def way_in(store: Store, member: str, pages: str, phrases: Phrases) -> Message:
    """Return the message with a fresh link; a sentence where nobody has said under which address the pages are."""
    if not pages:
        return Message(phrases.say("page.nowhere"), language=phrases.language)
    return entering.draw(phrases, await issue(store, member, pages, entering.VALID))


async def issue(store: Store, member: str, pages: str, valid: timedelta, days: int | None = None) -> str:
    """Return a link that is good once, for so long; whoever comes in by it stays so many days, if they are given."""
    token = token_urlsafe(32)
    await visits.issue(store, Ticket(entering.mark(token), member, store.now + valid, days=days))
    return entering.address(pages, token)
