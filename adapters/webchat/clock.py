"""The school's clock, moved by hand: the bot visits every moment on the way, which can take a while."""

import asyncio
from collections import deque
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
            raise HTTPException(
                400, "The clock knows the next prompt, day and Friday, and the end of the phase."
            )
        if posted.key in self._moved:
            return HTMLResponse("")
        if self._moving.locked():
            raise HTTPException(409, "The clock is moving already. Wait until it has arrived.")
        async with self._moving:
            self._moved.append(posted.key)
            return HTMLResponse(await self._move(view, until))

    async def _move(self, view: View, until: Until) -> str:
        before = await self._latest(view)
        try:
            await self._board.move(until)
        except CannotMove as refused:
            raise HTTPException(409, str(refused)) from None
        standing = await self._board.standing(view.team.id)
        after = await self._latest(view)
        people = sorted(view.people, key=lambda person: person.id != view.person.id)
        heard = [
            "you" if person.id == view.person.id else person.name
            for person in people
            if after[person.id] > before[person.id]
        ]
        sentence = f"It is now {words.short_day(standing.now)}, {words.clock(standing.now)}."
        news = f"New for {words.names(heard)}." if heard else "No new private messages."
        return draw.moved(standing, f"{sentence} {news}")

    async def _latest(self, view: View) -> dict[str, int]:
        await self._unread.look(view.teams)
        return {person.id: self._unread.latest(person, person.place) for person in view.people}
