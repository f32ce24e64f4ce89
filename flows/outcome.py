"""What a rule decides: facts to keep, messages that must arrive, and a reply to this press."""

from dataclasses import dataclass

from .flow import Answer, Conversation
from .messages import Reply
from .people import Channel, Hold, Leave, Member, Membership, School, Team
from .records import Record
from .sends import Send
from .waves import Invited, Pulse, Wave

Shared = School | Hold | Pulse
"""What every team of a school has in common: where it changes, all of them are looked at anew."""
Fact = Record | Team | Member | Membership | Channel | Leave | Conversation | Invited | Wave | Shared
"""Anything that is kept whole under its key: the newest one replaces the one before."""


class Refused(Exception):
    """A person may not or cannot do this now; the message says why and what to do instead."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field
        """the field of a form that it is about"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one event or of one due moment; all of it is kept, or nothing."""

    keep: tuple[Fact, ...] = ()
    answers: tuple[tuple[str, Answer], ...] = ()
    """(conversation key, new revision of an answer)"""
    sends: tuple[Send, ...] = ()
    reply: Reply | None = None

    @property
    def shared(self) -> tuple[Shared, ...]:
        """What of it concerns the other teams of the school, too."""
        return tuple(fact for fact in self.keep if isinstance(fact, Shared))

    def __add__(self, other: "Outcome") -> "Outcome":
        """Both, in this order; the later reply wins."""
        return Outcome(
            self.keep + other.keep,
            self.answers + other.answers,
            self.sends + other.sends,
            other.reply or self.reply,
        )
