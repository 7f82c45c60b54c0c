"""Check WebSocket messages against graphql-transport-ws before processing them."""

from __future__ import annotations

from typing import Protocol, cast

from graphql import GraphQLError
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    Message,
    SubscribeMessage,
)

from jiebang.gateway.domain.errors import Code
from jiebang.gateway.domain.wording import Wording
from jiebang.schema.context import Context
from jiebang.schema.errors import internal_error
from jiebang.schema.http.persisted_documents import PersistedDocuments
from jiebang.schema.translation import translate_error


class _HasPersistedDocuments(Protocol):
    """The part of the view used here."""

    persisted_documents: PersistedDocuments


class WebSocketHandler(BaseGraphQLTransportWSHandler[Context, None]):
    """Closes with 4400 on invalid messages, where strawberry's handler would fail. Documents may be
    referenced by hash."""

    async def handle_message(self, message: Message) -> None:
        if _is_message(message):
            await super().handle_message(message)
        else:
            await self.handle_invalid_message("Failed to parse message")

    async def handle_task_exception(self, error: Exception) -> None:
        """Log only what `errors` permits; a disconnected client is not an error."""
        if not isinstance(error, WebSocketDisconnected):
            internal_error(error)

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        payload = message["payload"]
        if self.connection_acknowledged:
            try:
                text = cast("_HasPersistedDocuments", self.view).persisted_documents.resolve(
                    payload.get("query"), payload.get("extensions")
                )
                self._require_free_slot(message["id"])
            except GraphQLError as error:
                shown = translate_error(error, self.context.language)
                await self.send_message(
                    {"id": message["id"], "type": "error", "payload": [shown.formatted]}
                )
                return
            payload["query"] = text or ""
        await super().handle_subscribe(message)

    def _require_free_slot(self, id: str) -> None:
        """Raise `GraphQLError` with a code, where strawberry would raise one without."""
        most = self.max_subscriptions_per_connection
        if most is not None and len(self.operations) >= most and id not in self.operations:
            raise GraphQLError(
                Wording("At most {most} operations at a time on one connection.", most=most),
                extensions={
                    "code": Code.TOO_MANY_REQUESTS.value,
                    "hint": Wording("Wait until one has completed, or open another connection."),
                },
            )


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
        isinstance(request.get("query"), str | None)
        and isinstance(request.get("extensions"), dict | None)
        and (request.get("query") is not None or bool(request.get("extensions")))
        and isinstance(request.get("variables"), dict | None)
        and isinstance(request.get("operationName"), str | None)
    )
