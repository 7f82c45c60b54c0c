"""Dispatch of every request to its platform, and delivery of the answer, subject to faults."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import cast

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from jiebang.sandbox.answers import Answer, AnswerDelivery, Handler, ParsedRequest, parse_request
from jiebang.sandbox.faults import Fault, FaultKind
from jiebang.sandbox.world import World

#: Where the server stores a request's connection, so that it can be cut.
CONNECTION = "sandbox.connection"

BROKEN = Answer(500, {"error": "internal error"})


class ConnectionDrop(Response):
    """Cut the connection without sending a single byte of a reply."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = cast("asyncio.Transport", scope["state"][CONNECTION])
        connection.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


async def dispatch_request(
    request: Request,
    *,
    platform: str,
    world: World,
    handler: Handler,
    authorized: Callable[[ParsedRequest], bool] = lambda _: True,
    unauthorized: Answer = BROKEN,
    writes: bool | Callable[[ParsedRequest], bool] = False,
    faults: bool = True,
) -> Response:
    """Call the handler, unless a fault comes first, and deliver its answer.

    The journal records the request with the status that the client can have seen.
    """
    parsed = await parse_request(request)
    fault = world.faults.draw_fault(platform) if faults else None
    kind = fault.kind if fault else FaultKind.NONE
    if kind is FaultKind.HANG:
        answer = Answer(delivery=AnswerDelivery.WITHHELD)
    elif kind is FaultKind.ERROR:
        answer = BROKEN
    elif kind is FaultKind.REJECT_CREDENTIALS or not authorized(parsed):
        answer = unauthorized
    else:
        answer = handler(parsed)
        if fault:
            changes = writes(parsed) if callable(writes) else writes
            answer = _apply_fault(answer, fault, writes=changes)
    sent = answer.delivery is AnswerDelivery.SENT
    world.journal.record_request(
        platform, request.method, request.url.path, answer.status if sent else None
    )
    return await _send(request, answer)


def _apply_fault(answer: Answer, fault: Fault, *, writes: bool) -> Answer:
    if fault.kind is FaultKind.LOST_REPLY and writes:
        return replace(answer, delivery=AnswerDelivery.CUT)
    if fault.kind is FaultKind.SLOW:
        return replace(answer, delay=answer.delay + fault.seconds)
    return answer


async def _send(request: Request, answer: Answer) -> Response:
    if answer.after:
        await asyncio.wait({answer.after}, timeout=2)
    if answer.delivery is AnswerDelivery.WITHHELD:
        await _wait_for_disconnect(request, None)
        return ConnectionDrop()
    if answer.delay and await _wait_for_disconnect(request, answer.delay):
        return ConnectionDrop()
    if answer.delivery is AnswerDelivery.CUT:
        return ConnectionDrop()
    body = answer.body
    content = body.encode() if isinstance(body, str) else orjson.dumps(body)
    return Response(
        content if answer.status != 204 else b"",
        status_code=answer.status,
        headers=dict(answer.headers),
        media_type=answer.media_type if answer.status != 204 else None,
    )


async def _wait_for_disconnect(request: Request, seconds: float | None) -> bool:
    """Wait this long, or until the client is gone. Return whether it left."""
    try:
        async with asyncio.timeout(seconds):
            while (await request.receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True
