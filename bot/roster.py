"""A roster as a file says it: the lines, each with a person's place in a team."""

from dataclasses import dataclass
from datetime import date

from flows.people import Role


@dataclass(frozen=True, slots=True)
class Account:
    """An account on a platform; without a workspace the only one that is connected is meant."""

    platform: str
    user: str
    workspace: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the file: a person's place in a team; what the whole file does not say is empty."""

    line: int
    school: str = ""
    team: str = ""
    name: str = ""
    email: str = ""  # in small letters
    roles: tuple[Role, ...] = ()
    meeting_day: str = ""  # the team's PLC day, one of `WEEKDAYS`
    language: str = ""
    team_language: str = ""  # in which the bot speaks in the team's channel
    zone: str = ""  # the school's, as an IANA name
    accounts: tuple[Account, ...] = ()
    left: date | None = None
    groups: tuple[str, ...] = ()  # the grade, department or other circle that decisions can name
    is_back: bool = False  # whether the file says outright that the person has not left

    @property
    def school_key(self) -> str:
        """What all spellings of the school have in common; empty without a school."""
        return self.school.casefold()

    @property
    def team_key(self) -> tuple[str, str] | None:
        """What all spellings of the team have in common; None without a school or a team."""
        return (self.school_key, self.team.casefold()) if self.school and self.team else None


@dataclass(frozen=True, slots=True)
class Roster:
    """What a file says, in its order; a school, a team or a person is described alike in all entries."""

    entries: tuple[Entry, ...]
