"""Streamed responses: the format of each part, and when the stream ends."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import ClassVar, TypeAlias, cast

import orjson
from graphql import InitialIncrementalExecutionResult
from graphql.execution import SubsequentIncrementalExecutionResult
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry.types import ExecutionResult

from jiebang.schema.errors import internal_error
from jiebang.schema.http.negotiation import EVENTS, PARTS

#: A complete result, or a part of one.
StreamResult: TypeAlias = (
    ExecutionResult | InitialIncrementalExecutionResult | SubsequentIncrementalExecutionResult
)

#: Seconds of silence after which a heartbeat is sent on an open stream.
HEARTBEAT = 15.0


class StreamFormat(ABC):
    """A stream format: `begin`, each encoded part, `end`. A `heartbeat` may be sent between any two
    parts; None where the format has no neutral element."""

    media: ClassVar[str]
    begin: ClassVar[bytes]
    end: ClassVar[bytes]
    heartbeat: ClassVar[bytes | None]

    @staticmethod
    @abstractmethod
    def encode_piece(payload: Mapping[str, object]) -> bytes: ...


class ServerSentEvents(StreamFormat):
    """The distinct connections mode of GraphQL over Server-Sent Events. Lines end with LF, the only
    line ending that every client accepts."""

    media = f"{EVENTS}; charset=utf-8"
    begin = b""
    end = b"event: complete\ndata: \n\n"
    heartbeat = b": \n\n"

    @staticmethod
    def encode_piece(payload: Mapping[str, object]) -> bytes:
        return b"event: next\ndata: " + orjson.dumps(payload) + b"\n\n"


class Multipart(StreamFormat):
    """Incremental Delivery over HTTP. The boundary follows its part immediately: only then does a
    client know that the part is complete."""

    media = f'{PARTS}; boundary="-"; incrementalSpec=v0.2'
    begin = b"---\r\n"
    end = b""
    heartbeat = None

    @staticmethod
    def encode_piece(payload: Mapping[str, object]) -> bytes:
        body = orjson.dumps(payload)
        boundary = b"---" if payload.get("hasNext") else b"-----"
        return (
            b"Content-Type: application/json; charset=utf-8\r\n"
            b"Content-Length: %d\r\n\r\n%b\r\n%b\r\n" % (len(body), body, boundary)
        )


STREAM_FORMATS: Mapping[str, type[StreamFormat]] = {EVENTS: ServerSentEvents, PARTS: Multipart}


def format_result(result: StreamResult) -> Mapping[str, object]:
    """Return the result as sent to the client, without `data` if nothing was executed."""
    if not isinstance(result, ExecutionResult):
        return cast("Mapping[str, object]", result.formatted)
    reply: dict[str, object] = {"data": result.data}
    if result.errors:
        reply["errors"] = [error.formatted for error in result.errors]
        if result.data is None and all(error.path is None for error in result.errors):
            del reply["data"]
    return reply


async def prepend_result(
    first: StreamResult, rest: AsyncGenerator[StreamResult]
) -> AsyncGenerator[StreamResult]:
    """Yield all results, including the first one, which has been inspected."""
    async with aclosing(rest):
        yield first
        async for result in rest:
            yield result


class StreamedResponse(Response):
    """Writes parts as they arrive, and stops as soon as the client disconnects.

    Only one part is in transit at a time: the next is not produced before the connection accepts
    it, so a slow reader costs one part and delays nobody else.
    """

    def __init__(
        self, results: AsyncGenerator[StreamResult], stream_format: type[StreamFormat]
    ) -> None:
        # Proxies must not buffer the stream.
        super().__init__(headers={"x-accel-buffering": "no"}, media_type=stream_format.media)
        del self.headers["content-length"]
        self._results = results
        self._format = stream_format

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send(
            {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        )
        tasks = {
            asyncio.create_task(self._write(send)),
            asyncio.create_task(self._wait_for_disconnect(receive, send)),
        }
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _write(self, send: Send) -> None:
        await _send_body(send, self._format.begin)
        async with aclosing(self._results) as results:
            try:
                async for result in results:
                    await _send_body(send, self._format.encode_piece(format_result(result)))
            except Exception as error:
                fault = internal_error(error)
                await _send_body(send, self._format.encode_piece({"errors": [fault.formatted]}))
        await _send_body(send, self._format.end, more=False)

    async def _wait_for_disconnect(self, receive: Receive, send: Send) -> None:
        """Return when the client has disconnected, sending heartbeats meanwhile."""
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT):
                    message = await receive()
            except TimeoutError:
                if self._format.heartbeat is not None:
                    await _send_body(send, self._format.heartbeat)
            else:
                if message["type"] == "http.disconnect":
                    return


async def _send_body(send: Send, body: bytes, *, more: bool = True) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})
