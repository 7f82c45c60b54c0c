"""A WebSocket's messages, held against graphql-transport-ws before anything is done with them."""

from __future__ import annotations

from typing import cast

from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import Message

from jiebang.schema.context import Context


class Conversation(BaseGraphQLTransportWSHandler[Context, None]):
    """Closes with 4400 on what is no message, where strawberry's own handler would break off."""

    async def handle_message(self, message: Message) -> None:
        if _is_message(message):
            await super().handle_message(message)
        else:
            await self.handle_invalid_message("Failed to parse message")


def _is_message(given: object) -> bool:
    if not isinstance(given, dict):
        return False
    message = cast("dict[str, object]", given)
    kind = message.get("type")
    if not isinstance(kind, str):
        return False
    if kind not in ("subscribe", "complete"):
        return True
    if not isinstance(message.get("id"), str):
        return False
    return kind == "complete" or _is_request(message.get("payload"))


def _is_request(given: object) -> bool:
    if not isinstance(given, dict):
        return False
    request = cast("dict[str, object]", given)
    return (
        isinstance(request.get("query"), str)
        and isinstance(request.get("variables"), dict | None)
        and isinstance(request.get("operationName"), str | None)
    )
