"""The recording server: a real HTTP server on 127.0.0.1 in place of the platform.

Each call has one of its own, on a free port, so that calls may run concurrently.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Self

from aiohttp import web

from jiebang.conformance.exchange import (
    Disconnect,
    Exchange,
    Flood,
    Reaction,
    RecordedRequest,
    Stall,
    StubResponse,
)

#: Decides how to react to a request.
Responder = Callable[[RecordedRequest], Awaitable[Reaction]]

#: Where platforms send callbacks to; never forwarded.
CALLBACKS = "/.conformance/callback"


class RecordingServer:
    """Use it as ``async with RecordingServer(play, base) as server``; `base` is a path prefix.

    `used` are ports to avoid, to which it adds its own: what a client caches for an address, such
    as a token, is then from this server and not from an earlier one.
    """

    def __init__(
        self, responder: Responder, base: str = "", used_ports: set[int] | None = None
    ) -> None:
        self.responder = responder
        self.exchanges: list[Exchange] = []
        self.callbacks: list[RecordedRequest] = []
        #: Set when a request about a person arrives, and when a caller leaves before its answer.
        self.request_received = asyncio.Event()
        self.client_left = asyncio.Event()
        self.callback_received = asyncio.Event()
        self.port = 0
        self._base = base.rstrip("/")
        self._used_ports = set[int]() if used_ports is None else used_ports
        self._handler = web.Server(self._handle, handler_cancellation=True, access_log=None)
        self._listener: asyncio.Server | None = None

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """The connector's `base_url`."""
        return self.origin + self._base

    @property
    def requests(self) -> list[RecordedRequest]:
        """The received requests, without token requests."""
        return [one.request for one in self.exchanges if not one.request.is_token_request]

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        passed_over: list[asyncio.Server] = []
        while self._listener is None:
            listener = await loop.create_server(self._handler, "127.0.0.1", 0)
            self.port = listener.sockets[0].getsockname()[1]
            if self.port in self._used_ports:
                passed_over.append(listener)
            else:
                self._listener = listener
        for listener in passed_over:
            listener.close()
        self._used_ports.add(self.port)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        if self._listener is not None:
            self._listener.close()
            # Cutting them cancels whatever stalls; a regular shutdown would wait for seconds.
            for connection in self._handler.connections:
                connection.force_close()
                if connection.transport is not None:
                    connection.transport.abort()
            await asyncio.sleep(0)
            await self._handler.shutdown(1)
            await self._listener.wait_closed()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        sent = RecordedRequest(
            method=request.method,
            target=request.raw_path,
            headers={name.lower(): value for name, value in request.headers.items()},
            body=await request.read(),
        )
        if sent.path.startswith(CALLBACKS):
            self.callbacks.append(sent)
            self.callback_received.set()
            return web.Response(status=204)
        place = len(self.exchanges)
        self.exchanges.append(Exchange(sent, Stall()))
        if not sent.is_token_request:
            self.request_received.set()
        try:
            reaction = await self.responder(sent)
            self.exchanges[place] = Exchange(sent, reaction)
            return await _perform(request, reaction)
        except asyncio.CancelledError:
            self.client_left.set()
            raise


async def _perform(request: web.BaseRequest, reaction: Reaction) -> web.StreamResponse:
    match reaction:
        case StubResponse():
            response = web.Response(status=reaction.status, body=reaction.body or None)
            for name, value in reaction.headers:
                response.headers.add(name, value) if name.lower() == "set-cookie" else (
                    response.headers.update({name: value})
                )
            return response
        case Stall(begun):
            if begun is not None:
                half = web.StreamResponse(status=begun.status, headers=dict(begun.headers))
                half.content_length = len(begun.body) + 64
                await half.prepare(request)
                await half.write(begun.body[: len(begun.body) // 2] or b"{")
            await asyncio.Event().wait()
        case Flood():
            return await _send_flood(request, reaction)
        case Disconnect():
            if request.transport is not None:
                request.transport.abort()
    return web.Response(status=500)


async def _send_flood(request: web.BaseRequest, flood: Flood) -> web.StreamResponse:
    stream = web.StreamResponse(headers={"Content-Type": "application/json"})
    if flood.encoding is not None:
        stream.headers["Content-Encoding"] = flood.encoding
    await stream.prepare(request)
    try:
        for _ in range(flood.times):
            await stream.write(flood.chunk)
        await stream.write_eof()
    except ConnectionError:
        pass  # the caller gave up, as it should
    return stream
