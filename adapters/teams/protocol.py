"""The protocol library's part: it sorts activities by their kind, and is given our own check and connector.

Its support ended in 2025. It neither checks tokens here nor fetches any, and nothing outside this folder knows it.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext
from botbuilder.core.teams import TeamsActivityHandler
from botbuilder.schema import Activity
from botframework.connector.auth import AuthenticateRequestResult, BotFrameworkAuthentication, ConnectorFactory

Json = dict[str, Any]
Told = Callable[[Activity], Awaitable[None]]
Answered = Callable[[Activity], Awaitable[Json | None]]


class _Connects(ConnectorFactory):  # type: ignore[misc]
    """Gives the library the connector that it asks for; nothing here ever speaks through it."""

    def __init__(self, connector: object) -> None:
        self._connector = connector

    async def create(self, service_url: str, audience: str) -> object:
        return self._connector


class _Checked(BotFrameworkAuthentication):  # type: ignore[misc]
    """What comes to the library was checked before; whatever it would check itself is refused."""

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        raise PermissionError("activities are checked before they come here")

    async def authenticate_streaming_request(self, auth_header: str, channel_id_header: str) -> Any:
        raise PermissionError("nothing is streamed")

    def create_connector_factory(self, claims_identity: object) -> ConnectorFactory:
        raise PermissionError("the connector is ours")

    async def create_user_token_client(self, claims_identity: object) -> None:
        return None


class _Adapter(CloudAdapterBase):  # type: ignore[misc]
    """The library's adapter, with nothing of the cloud in it."""


class _Handler(TeamsActivityHandler):  # type: ignore[misc]
    """Sorts activities; what nobody asks for is acknowledged, and a button answered with the response."""

    def __init__(self, on_message: Told, on_invoke: Answered, on_news: Told) -> None:
        self._on_message = on_message
        self._on_invoke = on_invoke
        self._on_news = on_news

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await self._on_message(turn_context.activity)

    async def on_conversation_update_activity(self, turn_context: TurnContext) -> None:
        await self._on_news(turn_context.activity)

    async def on_installation_update(self, turn_context: TurnContext) -> None:
        await self._on_news(turn_context.activity)

    async def on_invoke_activity(self, turn_context: TurnContext) -> InvokeResponse:
        is_card = turn_context.activity.name == "adaptiveCard/action"
        body = await self._on_invoke(turn_context.activity) if is_card else None
        return InvokeResponse(status=200, body=body)


class Protocol:
    """Takes checked activities, one turn each."""

    def __init__(self, on_message: Told, on_invoke: Answered, on_news: Told, connector: object) -> None:
        """Bind it to who hears messages, who answers pressed cards, and who follows what becomes of conversations."""
        self._adapter = _Adapter(_Checked())
        self._handler = _Handler(on_message, on_invoke, on_news)
        self._passed = AuthenticateRequestResult()
        self._passed.connector_factory = _Connects(connector)

    async def take(self, said: Json) -> Json | None:
        """Read an activity and act on it; return what an invoke is answered with. Raises what reading it raises."""
        activity = Activity().deserialize(said)
        response = await self._adapter.process_activity(self._passed, activity, self._handler.on_turn)
        body = response.body if response else None
        return body if isinstance(body, dict) else None
