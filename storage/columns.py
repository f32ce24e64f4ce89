"""Column types that keep the same values on SQLite and on PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """A moment, aware and in UTC on the way in and on the way out; `ValueError` for a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC; SQLite has no zones, so the value goes in without one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"The moment {value} has no time zone and cannot be stored.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return UTC, whatever zone the session has."""
        return None if value is None else aware(value)


class Words(TypeDecorator[str]):
    """Text of any length; what no database can hold as text (NUL, half of a pair) is replaced."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Store what can be stored: PostgreSQL refuses NUL, both refuse lone surrogates."""
        return None if value is None else storable(value)


def storable(text: str) -> str:
    """Return the text without NUL and with lone surrogates as question marks."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def aware(moment: datetime) -> datetime:
    """Return the moment in UTC; one without a zone is UTC already."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
