"""Bodies that are too large or never arrive."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable

import pytest
from starlette.types import Message, Receive, Scope, Send

from jiebang.app.http.body_limit import MAX_DISCARDED_BYTES, BodyLimit

MOST = 100


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    body = (await receive())["body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


class Exchange:
    """A request whose parts arrive at once; after the last one nothing more arrives."""

    def __init__(self, pieces: Iterable[bytes], *, ends: bool = True, announced: int = 0) -> None:
        self.left = list(pieces)
        self.ends = ends
        self.sent: list[Message] = []
        self.scope: Scope = {
            "type": "http",
            "headers": [(b"content-length", str(announced).encode())] if announced else [],
        }

    async def receive(self) -> Message:
        if not self.left:
            await asyncio.Event().wait()
        piece = self.left.pop(0)
        return {
            "type": "http.request",
            "body": piece,
            "more_body": bool(self.left) or not self.ends,
        }

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    async def run(self, patience: float = 30.0) -> tuple[int, bytes]:
        await BodyLimit(echo, max_bytes=MOST, timeout=patience)(self.scope, self.receive, self.send)
        return self.sent[0]["status"], self.sent[1]["body"]


async def test_a_body_is_passed_on_whole() -> None:
    assert await Exchange([b"a" * 60, b"b" * 40]).run() == (200, b"a" * 60 + b"b" * 40)


async def test_a_body_that_never_ends_is_answered() -> None:
    status, body = await Exchange([b'{"query"'], ends=False).run(patience=0.01)
    (error,) = json.loads(body)["errors"]
    assert (status, error["extensions"]["reason"]) == (408, "BODY_INCOMPLETE")


@pytest.mark.parametrize("announced", [0, 5 * MOST])
async def test_who_sends_too_much_may_finish_and_reads_why(announced: int) -> None:
    exchange = Exchange([b"a" * MOST] * 5, announced=announced)
    status, body = await exchange.run()
    (error,) = json.loads(body)["errors"]
    assert (status, error["extensions"]["reason"]) == (413, "BODY_TOO_LARGE")
    assert not exchange.left


@pytest.mark.parametrize("announced", [0, 3 * MAX_DISCARDED_BYTES])
async def test_but_not_without_end(announced: int) -> None:
    exchange = Exchange([b"a" * MAX_DISCARDED_BYTES] * 3, announced=announced)
    status, _ = await exchange.run()
    assert status == 413
    assert exchange.left
