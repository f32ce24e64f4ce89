"""The stream of news: what changes on the board reaches every open page by server-sent events."""

import asyncio
from collections.abc import AsyncIterator

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from . import draw
from .board import PracticeBoard
from .looks import look
from .posted import whole
from .unread import Unread
from .views import view_of

HEARTBEAT = 15.0
"""seconds: so often a silent stream shows that it lives, and the time of day moves on"""


class Stream:
    """The page's stream; it ends by itself when the service stops."""

    def __init__(self, board: PracticeBoard, unread: Unread) -> None:
        """Take the board to watch, and the read marks that a visible page sets."""
        self._board = board
        self._unread = unread
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End all streams, so that a server that waits for its open connections can go."""
        self._stopping.set()

    async def open(self, request: Request) -> Response:
        """Answer with the news since the page was drawn, or since it was last connected."""
        await view_of(self._board, request)
        return StreamingResponse(
            self._events(request, _since(request)),
            media_type="text/event-stream",
            headers={"X-Accel-Buffering": "no"},
        )

    async def _events(self, request: Request, after: int) -> AsyncIterator[str]:
        frame = ""
        yield "retry: 2000\n\n"
        while not self._stopping.is_set():
            version = await self._changed(after)
            try:
                view = await view_of(self._board, request)
            except HTTPException:
                return
            shown = await look(self._board, self._unread, view, after if after <= version else 0)
            drawn = draw.frame(view, shown)
            pieces = draw.lines(shown.lines, view) + (drawn if drawn != frame else "")
            after, frame = version, drawn
            yield _event(version, pieces) if pieces else ": still here\n\n"

    async def _changed(self, after: int) -> int:
        """Return the board's version when it changes, the service stops or a heartbeat is due."""
        change = asyncio.ensure_future(self._board.changed(after))
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({change, stopping}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
            return change.result() if change.done() else after
        finally:
            change.cancel()
            stopping.cancel()


def _since(request: Request) -> int:
    return whole(request.headers.get("last-event-id") or request.query_params.get("after", ""))


def _event(version: int, pieces: str) -> str:
    lines = "".join(f"data: {line}\n" for line in pieces.split("\n"))
    return f"id: {version}\nevent: news\n{lines}\n"
