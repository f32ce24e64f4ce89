"""How a reply reaches the person in Slack: by a response URL, as a view, or in the acknowledgement of a form."""

from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.base import Sent
from adapters.wording import say
from flows.markup import escape
from flows.messages import Button, Card, Errors, Form, Message, Note, Reply

from . import render, returned
from .api import Api, Json
from .payloads import Heard

FAULTS = (SlackApiError, aiohttp.ClientError, TimeoutError)
"""Slack did not do it, or nobody knows."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to one thing that a person did."""

    api: Api
    heard: Heard

    async def give(self, reply: Reply | None) -> Any:
        """Answer as Slack can, and return the body of the acknowledgement, which only a form has."""
        if self.heard.is_submission:
            return await self._to_submission(reply)
        match reply:
            case Form():
                await self._open(reply)
            case Errors(sentences):
                await self._tell(Message(escape("\n".join(sentences.values()))))
            case Card(message) if self.heard.post and not self.heard.is_note:
                await self.api.answer(self.heard.answer_url, render.card(message))
            case Note(message) | Card(message):
                await self._tell(message)
        return ""

    async def late(self, body: Any) -> None:
        """Show in the form's place what the acknowledgement would have shown."""
        assert self.heard.view is not None
        if "errors" in body:
            view = render.again(dict(self.heard.view), body["errors"])
        else:
            view = body.get("view") or _told("drawn.done", self.heard)
        await self.api.client.views_update(view_id=self.heard.view["id"], view=view)

    async def _to_submission(self, reply: Reply | None) -> Json:
        assert self.heard.view is not None
        place = self.heard.event.place
        match reply:
            case Errors():
                return render.errors(reply, dict(self.heard.view))
            case Form():
                return {"response_action": "update", "view": self._modal(reply)}
            case Card(message) if place and self.heard.post and await self._is_redrawn(message):
                pass
            case Card(message) | Note(message):
                return {"response_action": "update", "view": render.told(message)}
        return {"response_action": "clear"}

    async def _is_redrawn(self, message: Message) -> bool:
        """Draw it over the card from which the form was opened; tell whether it stands there."""
        try:
            return isinstance(await self.api.replace(f"{self.heard.event.place}/{self.heard.post}", message), Sent)
        except FAULTS:
            return False

    async def _open(self, form: Form) -> None:
        """Open a form; where that fails, three seconds after the press at the latest, give a button that opens it."""
        try:
            await self._show(self._modal(form))
        except FAULTS:
            if not self.heard.answer_url:
                raise
            says = getattr(self.heard.event.what, "text", "")
            again = Button(form.title, says, "primary")
            await self.api.answer(
                self.heard.answer_url, render.note(Message(form.title, buttons=(again,), about=form.about))
            )

    def _modal(self, form: Form) -> Json:
        return render.modal(form, self.heard.event.place, self.heard.post)

    async def _tell(self, message: Message) -> None:
        if self.heard.opens_home:
            await self.api.client.views_publish(user_id=self.heard.event.user, view=render.home(message))
        elif self.heard.view:
            await self._show(render.told(message))
        elif self.heard.is_note:
            await self.api.answer(self.heard.answer_url, render.card(message))
        else:
            await self.api.answer(self.heard.answer_url, render.note(message))

    async def _show(self, view: Json) -> None:
        """Put a view in place of the modal that was pressed, or open it."""
        if self.heard.is_in_modal and self.heard.view:
            await self.api.client.views_update(view_id=self.heard.view["id"], view=view)
        else:
            await self.api.client.views_open(trigger_id=self.heard.trigger, view=view)


def card_of(heard: Heard, reply: Reply) -> str:
    """Return the post whose place the reply takes: a person's own card, by its id; empty where it takes none."""
    is_card = isinstance(reply, Card) and heard.event.private and heard.post and not heard.is_note
    return f"{heard.event.place}/{heard.post}" if is_card else ""


def sent_before(heard: Heard) -> Json:
    """Return the acknowledgement of a form that has come twice, because its first answer was lost on the way."""
    return {"response_action": "update", "view": _told("drawn.sent_before", heard)}


def meanwhile(heard: Heard) -> Json:
    """Return the acknowledgement of a form that cannot wait: the form says so, and stays open."""
    return {"response_action": "update", "view": _told("drawn.wait", heard)}


def _told(phrase: str, heard: Heard) -> Json:
    """Return the view that says this to who sent the form, in the language of the form."""
    language = returned.language(heard.view or {})
    return render.told(Message(say(phrase, language), language=language))
