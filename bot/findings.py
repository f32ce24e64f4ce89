"""What the doctor found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    is_good: bool
    sentence: str
    is_of_database: bool = False
    """whether it may name LEADCYCLE_DATABASE_URL, which chooses the database unless somebody names another"""
