"""Which conversations hold something that its person has not seen; remembered while the process lives."""

from collections import defaultdict
from collections.abc import Sequence

from .board import Person, PracticeBoard, Team


class Unread:
    """The read marks of everybody: a visit to a conversation sets one, and so do one's own words in it."""

    def __init__(self, board: PracticeBoard) -> None:
        """Start with nothing read."""
        self._board = board
        self._revisions: dict[str, int] = {}
        self._newest: defaultdict[str, dict[str, int]] = defaultdict(dict)
        """the number of the newest line by place and author"""
        self._seen: dict[tuple[str, str], int] = {}

    async def look(self, teams: Sequence[Team]) -> None:
        """Read the lines that have come since the last look."""
        places = {team.place for team in teams} | {person.place for team in teams for person in team.people}
        for place in places:
            for line in await self._board.transcript(place, self._revisions.get(place, 0)):
                newest = self._newest[place]
                newest[line.author] = max(line.number, newest.get(line.author, 0))
                self._revisions[place] = max(line.revision, self._revisions.get(place, 0))

    def saw(self, person: Person, place: str) -> None:
        """Mark the place as read by the person up to its newest line."""
        self._seen[person.id, place] = max(self._newest[place].values(), default=0)

    def latest(self, person: Person, place: str) -> int:
        """Return the number of the newest line there that somebody else wrote; 0 for none."""
        return max((number for author, number in self._newest[place].items() if author != person.id), default=0)

    def has_news(self, person: Person, place: str) -> bool:
        """Tell whether somebody else wrote there since the person last looked or wrote."""
        own = self._newest[place].get(person.id, 0)
        return self.latest(person, place) > max(self._seen.get((person.id, place), 0), own)
