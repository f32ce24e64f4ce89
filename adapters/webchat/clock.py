"""The school's clock, moved by hand: the bot visits every moment on the way, which can take a while."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import get_args

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from . import draw, words
from .board import CannotMove, PracticeBoard, Until
from .posted import read
from .unread import Unread
from .views import View, view_of

_MOVES: dict[str, Until] = {until: until for until in get_args(Until)}


class Clock:
    """The page's buttons that move the clock: one move at a time, each asked for once."""

    def __init__(self, board: PracticeBoard, unread: Unread) -> None:
        """Take the board whose clock it is, and what tells who got news."""
        self._board = board
        self._unread = unread
        self._moving = asyncio.Lock()
        self._moved: deque[str] = deque(maxlen=64)

    async def move(self, request: Request) -> Response:
        """Move the clock and say what time it is now, and who has heard something."""
        view, posted = await view_of(self._board, request), await read(request)
        until = _MOVES.get(posted.one("until"))
        if until is None:
            raise HTTPException(400, "The clock knows the next prompt, day and Friday, and the end of the phase.")
        if posted.key in self._moved:
            return HTMLResponse("")
        if self._moving.locked():
            raise HTTPException(409, "The clock is moving already. Wait until it has arrived.")
        async with self._moving:
            pieces = await self._move(view, until)
            self._moved.append(posted.key)
        return HTMLResponse(pieces)

    async def _move(self, view: View, until: Until) -> str:
        before = await self._latest(view)
        try:
            await self._board.move(until)
        except CannotMove as refused:
            raise HTTPException(409, str(refused)) from None
        standing = await self._board.standing(view.team.id)
        after = await self._latest(view)
        heard = [place for place in after if after[place] > before.get(place, 0)]
        day = words.short_day(standing.now, standing.in_another_year)
        time = f"It is now {day}, {words.clock(standing.now)}."
        return draw.moved(standing, f"{time} {_news(view, heard)}")

    async def _latest(self, view: View) -> dict[str, int]:
        """Return the newest line that somebody else wrote, for each person and each of the visitor's channels."""
        await self._unread.look(view.teams)
        own = {person.place: self._unread.latest(person, person.place) for person in view.people}
        return own | {team.place: self._unread.latest(view.person, team.place) for team in view.own_teams}


def _news(view: View, heard: Sequence[str]) -> str:
    """Return who has heard something, the visitor first, and in which of the visitor's channels."""
    others = [person.name for person in view.people if person.place in heard and person.id != view.person.id]
    people = ["you"] * (view.person.place in heard) + others
    channels = [f"#{team.channel}" for team in view.own_teams if team.place in heard]
    sentences = [f"New {where} {words.names(names)}." for where, names in (("for", people), ("in", channels)) if names]
    return " ".join(sentences) or "Nobody has heard anything new."
