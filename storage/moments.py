"""Moments of machine time that are to come, and how far ahead they may lie: the clock may be set back."""

from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import BindParameter, ColumnElement, bindparam, or_

from .columns import Instant

A_MOMENT = timedelta(minutes=1)
"""Nothing that was done lies so far ahead, nor the next message that a conversation's pace lets go."""
LONGEST_LEASE = timedelta(minutes=2)
LONGEST_WAIT = timedelta(minutes=10)
"""also of the pause for which a platform asks: it is asked again then"""


class Timed(Protocol):
    """A transaction, which began at a moment."""

    now: datetime
    school_time: datetime


def times(unit: Timed) -> dict[str, Any]:
    """Return the values for the statements that compare moments: when it is, and the bounds of what is to come."""
    bounds = {name: unit.now + longest for name, longest in _BOUNDS.items()}
    return {"now": unit.now, "school_time": unit.school_time, **bounds}


def is_over(moment: ColumnElement[datetime | None], bound: BindParameter[datetime]) -> ColumnElement[bool]:
    """Return the condition that a moment has come, or was written by a clock that has been set back since."""
    return or_(moment <= NOW, moment > bound)


_BOUNDS = {"soon": A_MOMENT, "lease_ends": LONGEST_LEASE, "wait_ends": LONGEST_WAIT}
NOW, SCHOOL_TIME = bindparam("now", type_=Instant), bindparam("school_time", type_=Instant)
SOON, LEASE_ENDS, WAIT_ENDS = (bindparam(name, type_=Instant) for name in _BOUNDS)
