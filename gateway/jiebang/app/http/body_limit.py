"""Request bodies: read completely before parsing, up to a size limit."""

from __future__ import annotations

import asyncio

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Seconds within which a body must arrive.
BODY_TIMEOUT = 30.0
#: Bytes that are read and discarded before a body is rejected: many clients read no response before
#: they have sent everything, and would only see a broken connection.
MAX_DISCARDED_BYTES = 16 * 1024 * 1024


class BodyLimit:
    """Answers 413 to a body over `max_bytes`, announced or not, and 408 to one that is late."""

    def __init__(self, app: ASGIApp, *, max_bytes: int, timeout: float = BODY_TIMEOUT) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._timeout = timeout

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Request(scope).headers.get("content-length", "0")
        if announced.isdecimal() and int(announced) > MAX_DISCARDED_BYTES:
            await self._too_large_response()(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._timeout):
                body = await self._read_body(receive)
        except TimeoutError:
            await self._timeout_response()(scope, receive, send)
            return
        if body is None:
            return
        if len(body) > self._max_bytes:
            await self._too_large_response()(scope, receive, send)
            return
        sent = False

        async def replay() -> Message:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, replay, send)

    async def _read_body(self, receive: Receive) -> bytes | None:
        """Return the body, or the start of one that is too large; None if the client has left."""
        body, length, more = b"", 0, True
        while more and length <= MAX_DISCARDED_BYTES:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            piece: bytes = message.get("body", b"")
            if len(body) <= self._max_bytes:
                body += piece
            length += len(piece)
            more = message.get("more_body", False)
        return body

    def _too_large_response(self) -> Response:
        return error_response(
            413, "OUT_OF_RANGE", "BODY_TOO_LARGE", f"A request has at most {self._max_bytes} bytes."
        )

    def _timeout_response(self) -> Response:
        return error_response(
            408,
            "INVALID_ARGUMENT",
            "BODY_INCOMPLETE",
            f"The body did not arrive within {self._timeout:g} seconds.",
        )


def error_response(status: int, code: str, reason: str, message: str) -> Response:
    """Return an error in GraphQL format, for requests that never reach GraphQL."""
    error = {"message": message, "extensions": {"code": code, "reason": reason}}
    headers = {"connection": "close"} if status in (408, 413) else {}
    return Response(
        orjson.dumps({"errors": [error]}),
        status,
        media_type="application/json; charset=utf-8",
        headers=headers,
    )
