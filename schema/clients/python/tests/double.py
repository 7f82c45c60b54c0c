"""A gateway that behaves as the test says: over real HTTP, without Jiebang."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from jiebang_client import Backoff, Client

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
AT_ONCE = Backoff(attempts=3, first=0)
RENEWED: dict[str, Any] = {"data": {"renewal": None}}


@asynccontextmanager
async def gateway(handler: Handler) -> AsyncGenerator[Client]:
    """A client of a server that answers by `handler`."""
    app = web.Application()
    app.router.add_post("/graphql", handler)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    try:
        url = f"http://{host}:{port}/graphql"
        async with Client(url=url, token="secret", backoff=AT_ONCE) as client:
            yield client
    finally:
        await runner.cleanup()


def error(code: str, status: int = 200, **more: object) -> web.Response:
    fault = {"message": "No.", "extensions": {"code": code, **more}}
    return web.json_response({"errors": [fault]}, status=status)


def next_event(cursor: str) -> bytes:
    data = {"data": {"renewalProgress": {"cursor": cursor}}}
    return f"event: next\ndata: {json.dumps(data)}\n\n".encode()


async def stream(request: web.Request, *chunks: bytes) -> web.StreamResponse:
    reply = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await reply.prepare(request)
    for chunk in chunks:
        await reply.write(chunk)
    return reply


COMPLETE = b"event: complete\ndata:\n\n"
