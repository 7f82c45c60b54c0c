"""Request bodies: read whole before anyone parses them, and never more than is allowed."""

from __future__ import annotations

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Answers 413 to a body over `most` bytes, whether it was announced or not."""

    def __init__(self, app: ASGIApp, *, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Request(scope).headers.get("content-length", "0")
        if announced.isdecimal() and int(announced) > self._most:
            await self._too_large()(scope, receive, send)
            return
        body = b""
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._most:
                await self._too_large()(scope, receive, send)
                return
        sent = False

        async def replay() -> Message:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, replay, send)

    def _too_large(self) -> Response:
        return refusal(
            413, "OUT_OF_RANGE", "BODY_TOO_LARGE", f"A request has at most {self._most} bytes."
        )


def refusal(status: int, code: str, reason: str, message: str) -> Response:
    """A refusal in the form of GraphQL errors, for what never reaches GraphQL."""
    error = {"message": message, "extensions": {"code": code, "reason": reason}}
    headers = {"connection": "close"} if status == 413 else {}
    return Response(
        orjson.dumps({"errors": [error]}),
        status,
        media_type="application/json; charset=utf-8",
        headers=headers,
    )
