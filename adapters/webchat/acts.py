"""What people do on the page: each post becomes one event, and the bot's reply becomes pieces of the page."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from adapters.base import Ears
from flows.events import Event, Filled, Said
from flows.messages import Card, Errors, Form, Message, Note, Reply

from . import draw
from .board import Line, PracticeBoard
from .fields import Filling, read_back
from .posted import Posted, read
from .views import View, view_of

PLATFORM = "practice"
MOST_WORDS = 40_000
SENT_ALREADY = "This was sent already. Close the form: the conversation shows what came of it."
TAKEN = {"HX-Trigger": "leadcycle:taken"}
"""tells the page that the form was taken, so that its dialog closes"""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Act:
    """One post: who did it where, and what came with it."""

    view: View
    posted: Posted


class Acts:
    """The posts of the page: words typed, buttons pressed, forms filled."""

    def __init__(self, ears: Ears, board: PracticeBoard, workspace: str) -> None:
        """Take what an event needs: who hears it, and where its words and answers are written."""
        self._ears = ears
        self._board = board
        self._workspace = workspace

    async def say(self, request: Request) -> Response:
        """Take typed words; a leading slash makes them a command."""
        act = await self._act(request)
        words = act.posted.one("words").strip()
        if not words:
            return HTMLResponse("")
        if len(words) > MOST_WORDS:
            raise HTTPException(413, f"That is too long: there is room for {MOST_WORDS:,} characters.")
        is_command = words.startswith("/")
        event = await self._event(act, Said(words, pressed=is_command), answerable=is_command)
        # A command in a channel stays between the person and Leadcycle, as on other platforms.
        return await self._hear(act, event, bubble="" if is_command and not act.view.is_private else words)

    async def press(self, request: Request) -> Response:
        """Take a pressed button."""
        act = await self._act(request)
        event = await self._event(act, Said(act.posted.one("says"), pressed=True), answerable=True)
        return await self._hear(act, event)

    async def fill(self, request: Request) -> Response:
        """Take a submitted form; what is no value at all comes back at once."""
        act = await self._act(request)
        filling = read_back(act.posted)
        if filling.problems:
            return HTMLResponse(draw.problems(filling.keys, filling.problems))
        event = await self._event(act, Filled(act.posted.one("ref"), filling.values), answerable=True)
        return await self._hear(act, event, filling=filling)

    async def _act(self, request: Request) -> _Act:
        return _Act(await view_of(self._board, request), await read(request))

    async def _event(self, act: _Act, what: Said | Filled, answerable: bool) -> Event:
        view = act.view
        return Event(
            key=f"{view.person.id}:{act.posted.key}",
            platform=PLATFORM,
            workspace=self._workspace,
            user=view.person.id,
            place=view.place,
            private=view.is_private,
            at=await self._board.now(),
            what=what,
            about=act.posted.one("about"),
            answerable=answerable,
        )

    async def _hear(self, act: _Act, event: Event, bubble: str = "", filling: Filling | None = None) -> Response:
        is_new = await self._capture(event)
        if bubble:
            await self._board.said(event.place, event.user, bubble, event.key)
        if not is_new:
            return HTMLResponse(draw.problems(filling.keys, {"": SENT_ALREADY}) if filling else "")
        pressed = await self._line(act)
        reply = await self._ears.hear(event)
        pieces = await self._pieces(act, reply, filling, pressed)
        is_taken = filling is not None and not isinstance(reply, Form | Errors)
        return HTMLResponse(pieces, headers=TAKEN if is_taken else None)

    async def _capture(self, event: Event) -> bool:
        try:
            return await self._ears.capture(event)
        except Exception:
            _log.exception("An event of the practice page could not be kept.")
            raise HTTPException(503, "Leadcycle could not keep that, so nothing was sent. Please try again.") from None

    async def _pieces(self, act: _Act, reply: Reply | None, filling: Filling | None, pressed: Line | None) -> str:
        match reply:
            case Form():
                line = await self._line(act)
                return draw.form(reply, act.view, line.number if line else 0, act.posted.note)
            case Errors(sentences) if filling is not None:
                return draw.problems(filling.keys, sentences)
            case Errors(sentences):
                raise HTTPException(422, " ".join(sentences.values()))
            case Note(message):
                return await self._noted(act, message)
            case Card(message):
                return await self._redrawn(act, message, pressed)
            case None:
                return ""

    async def _noted(self, act: _Act, message: Message) -> str:
        lines = await self._board.transcript(act.view.place)
        line = _pressed(lines, act.posted)
        number = line.number if line else 0
        if act.posted.note:
            return draw.renote(message, act.view, act.posted.note, number)
        return draw.note(message, act.view, act.posted.key, number, newest=lines[-1].number if lines else 0)

    async def _redrawn(self, act: _Act, message: Message, pressed: Line | None) -> str:
        """Put the message in place of the pressed one, unless that was drawn anew meanwhile and says it itself."""
        line = await self._line(act)
        if line is None or act.posted.note or line != pressed:
            return await self._noted(act, message)
        await self._board.redraw(line.number, message)
        return draw.lines([replace(line, message=message)], act.view)

    async def _line(self, act: _Act) -> Line | None:
        return _pressed(await self._board.transcript(act.view.place), act.posted)


def _pressed(lines: Sequence[Line], posted: Posted) -> Line | None:
    """Return the message that was pressed or opened the form, if it stands in this very conversation."""
    return next((line for line in lines if line.number == posted.line and line.message is not None), None)
