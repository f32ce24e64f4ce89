"""Slack's clock, as its answers tell it: posts carry Slack's time, and ours may be hours away from that."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MARGIN = timedelta(minutes=5)
"""A look-up begins so much earlier than it would have to: the database's clock may have been put right meanwhile."""
JITTER = timedelta(minutes=1)
"""So little makes no difference: the header has whole seconds, and answers take their time."""


class SlackClock:
    """How far Slack's clock is ahead of ours; until an answer has told that, it is not."""

    def __init__(self) -> None:
        """Nothing was heard yet."""
        self.ahead = timedelta()

    def hears(self, headers: Mapping[str, str]) -> None:
        """Learn from the `Date` of an answer; one without a usable date tells nothing."""
        try:
            told = parsedate_to_datetime(headers.get("Date", ""))
        except ValueError:
            return
        if told.tzinfo is not None:
            self.ahead = told - datetime.now(UTC)

    def oldest(self, ago: timedelta | None) -> datetime:
        """Return the moment, by Slack's clock, before which nothing was posted that left so long ago, at most.

        With None nobody knows how long ago that was: the beginning of all posts.
        """
        if ago is None:
            return datetime.fromtimestamp(0, UTC)
        return datetime.now(UTC) + self.ahead - ago - MARGIN

    def agrees(self, oldest: datetime, ago: timedelta | None) -> bool:
        """Whether that is still the moment by what is known now."""
        return abs(self.oldest(ago) - oldest) <= JITTER
