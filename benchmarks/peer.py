"""The peer of `turns`, in an environment of its own: a waterfall of botbuilder-dialogs on memory storage.

It asks three questions over and over. It keeps nothing: whatever was said is gone with the process. It is spared the
check of tokens and fetches none: python benchmarks/peer.py PORT
"""

import sys
from types import SimpleNamespace

from aiohttp import web
from botbuilder.core import ActivityHandler, ConversationState, MemoryStorage, MessageFactory, TurnContext
from botbuilder.dialogs import DialogSet, DialogTurnStatus, WaterfallDialog, WaterfallStepContext
from botbuilder.dialogs.prompts import PromptOptions, TextPrompt
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication

QUESTIONS = ("What works?", "What would help most?", "Who could use it?")


class Asking(ActivityHandler):
    """Asks in every conversation, typed or by a card."""

    def __init__(self) -> None:
        self._state = ConversationState(MemoryStorage())
        self._dialogs = DialogSet(self._state.create_property("dialog"))
        self._dialogs.add(TextPrompt("text"))
        self._dialogs.add(WaterfallDialog("all", [*map(self._step, QUESTIONS), self._thanks]))

    @staticmethod
    def _step(question: str):  # type: ignore[no-untyped-def]
        async def ask(step: WaterfallStepContext):  # type: ignore[no-untyped-def]
            return await step.prompt("text", PromptOptions(prompt=MessageFactory.text(question)))

        return ask

    @staticmethod
    async def _thanks(step: WaterfallStepContext):  # type: ignore[no-untyped-def]
        await step.context.send_activity("Thank you.")
        return await step.end_dialog()

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        """Take an answer; one of a card comes as a value."""
        activity = turn_context.activity
        if isinstance(activity.value, dict):
            activity.text = str(activity.value.get("answer", ""))
        context = await self._dialogs.create_context(turn_context)
        result = await context.continue_dialog()
        if result.status in (DialogTurnStatus.Empty, DialogTurnStatus.Complete):
            await context.begin_dialog("all")
        await self._state.save_changes(turn_context)


def main(port: int) -> None:
    """Serve it until the process is ended."""
    adapter, bot = CloudAdapter(ConfigurationBotFrameworkAuthentication(SimpleNamespace())), Asking()

    async def messages(request: web.Request) -> web.StreamResponse:
        return await adapter.process(request, bot)

    async def health(request: web.Request) -> web.Response:
        return web.Response(text="alive")

    app = web.Application()
    app.router.add_post("/api/messages", messages)
    app.router.add_get("/health", health)
    web.run_app(app, host="127.0.0.1", port=port, print=None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
