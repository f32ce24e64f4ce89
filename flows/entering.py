"""How somebody comes into the pages: by a link that is good once, and how long a visit lasts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from .messages import Link, Message
from .phrases import Phrases

CARD = "enter"
"""the card whose link is made when it goes out, so that it stands in no database"""
PATH = "/enter"
VALID = timedelta(minutes=10)
"""How long a link of the chat is good (OWASP's Forgot Password sheet asks for single use and a short time)."""
INVITED = timedelta(days=7)
"""The same for somebody whom the operator invites."""
LONGEST, IDLE = timedelta(hours=12), timedelta(hours=2)
"""How long a visit lasts, in all and without a step: a school day, and a meeting with lunch."""
STAYS, STAYS_AT_MOST = 30, 366
"""Days for which somebody stays signed in whom the operator invites: usual, and at most. There is no chat that would
give them another link."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A link by which one person comes in once; the link itself is not kept, only its mark."""

    mark: str
    member: str
    expires: datetime
    used_at: datetime | None = None
    days: int | None = None
    """for which whoever comes in by it stays signed in; None: as long as any visit lasts"""

    def is_good(self, now: datetime) -> bool:
        """Whether somebody may still come in by it."""
        return self.used_at is None and now < self.expires


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who came in and is still there."""

    mark: str
    member: str
    begun_at: datetime
    seen_at: datetime
    until: datetime | None = None
    """of somebody who was invited"""

    def is_open(self, now: datetime) -> bool:
        """Whether it has not come to its end."""
        if self.until:
            return now < self.until
        return now < self.begun_at + LONGEST and now < self.seen_at + IDLE


def mark(token: str) -> str:
    """Return what is kept of a token: whoever reads it cannot come in by it."""
    return sha256(token.encode()).hexdigest()


def address(pages: str, token: str) -> str:
    """Return the link of a token, under the address of the pages."""
    return f"{pages.rstrip('/')}{PATH}/{token}"


def draw(phrases: Phrases, url: str) -> Message:
    """The message that lets its reader in; the notification does not show the way."""
    minutes = int(VALID.total_seconds() // 60)
    return Message(
        phrases.say("page.enter", count=minutes),
        title=phrases.say("page.title"),
        preview=phrases.say("page.title"),
        link=Link(phrases.say("page.open"), url),
        language=phrases.language,
    )
