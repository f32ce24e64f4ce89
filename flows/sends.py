"""What must arrive: each message with its reason, and the verdict just before it goes."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from .messages import Message


class Priority(IntEnum):
    """Who goes first when a lane is busy."""

    ANSWER = 0
    PROMPT = 1
    SUMMARY = 2


class SendKind(StrEnum):
    """Why a message goes out: an answer to the person, or something that the bot starts."""

    ANSWER = "answer"
    PROMPT = "prompt"
    NUDGE = "nudge"
    POST = "post"
    REPLY = "reply"
    """stands in the thread of a post"""
    REFRESH = "refresh"


@dataclass(frozen=True, slots=True)
class Send:
    """One message that must arrive; it becomes one row of the outbox in the transaction that decides it."""

    key: str
    """the reason, unique in the tenant: a second decision for the same reason sends nothing"""
    team: str
    to: str
    """a member's id, or empty for the team's channel"""
    kind: SendKind
    due: datetime
    message: Message | None = None
    """what to say, drawn when it was decided"""
    card: str = ""
    """or the name of a card that is drawn from the facts of the moment in which it goes out"""
    expires: datetime | None = None
    """after this it is stale and never sent: Tuesday's check-in does not go out on Wednesday"""
    conversation: str = ""
    """the conversation it asks for; unwanted when that is done or declined"""
    under: str = ""
    """reply: the key of the post in whose thread it stands"""

    @property
    def is_wordless(self) -> bool:
        """Whether its words were destroyed since, and no card draws them from the facts."""
        return self.message is None and not self.card

    @property
    def priority(self) -> Priority:
        """Answers overtake prompts, prompts overtake summaries."""
        match self.kind:
            case SendKind.ANSWER:
                return Priority.ANSWER
            case SendKind.PROMPT | SendKind.NUDGE:
                return Priority.PROMPT
            case _:
                return Priority.SUMMARY


@dataclass(frozen=True, slots=True)
class Go:
    """Still wanted: this is what to send."""

    message: Message


@dataclass(frozen=True, slots=True)
class Move:
    """Wanted, but not now; the reason stays on record."""

    due: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Not wanted any more; the reason stays on record."""

    reason: str


Verdict = Go | Move | Drop
