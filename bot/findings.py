"""What the doctor found."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

WANTS_A_LOOK = timedelta(minutes=1)
"""so far may our clock and a platform's be apart"""
REFUSED = timedelta(minutes=5)
"""from here on what comes in is taken for a replay, or for something whose time is over: for Slack
docs.slack.dev/authentication/verifying-requests-from-slack, for Teams
learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    is_good: bool
    sentence: str
    is_of_database: bool = False
    """whether it may name LEADCYCLE_DATABASE_URL, which chooses the database unless somebody names another"""


def clock(ahead: timedelta, whose: str, says: str) -> Finding:
    """Whether our clock, which is `ahead` of that of a platform, is good enough to believe what it says."""
    if abs(ahead) <= WANTS_A_LOOK:
        return Finding(True, f"The clock of this computer agrees with {whose}.")
    side = "ahead of" if ahead > timedelta() else "behind"
    refused = f"{says} is refused" if abs(ahead) >= REFUSED else f"at five minutes {says} is refused"
    return Finding(
        False,
        f"The clock of this computer is {round(abs(ahead).total_seconds())} seconds {side} {whose}; {refused}. "
        "Let it be set by a time server.",
    )


def ours(ahead: timedelta) -> Finding:
    """Whether our clock agrees with the database's, which decides when things are due."""
    if abs(ahead) <= WANTS_A_LOOK:
        return Finding(True, "The clock of this computer agrees with the database's.")
    side = "ahead of" if ahead > timedelta() else "behind"
    return Finding(
        False,
        f"The clock of this computer is {round(abs(ahead).total_seconds())} seconds {side} the database's, by which "
        "everything comes due. Let both be set by a time server.",
    )


def listed(names: Iterable[str]) -> str:
    """Return names as one reads them, in order."""
    return ", ".join(sorted(names, key=str.casefold))
