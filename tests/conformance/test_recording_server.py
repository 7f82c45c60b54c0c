"""The server that records what a connector under test sends."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from jiebang.conformance.exchange import Reaction, RecordedRequest, StubResponse
from jiebang.conformance.recording_server import RecordingServer


async def answer_empty(sent: RecordedRequest) -> Reaction:
    return StubResponse.from_json({})


async def test_a_stage_never_stands_where_another_stood(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that a client caches for an earlier server's address would be taken for its own."""
    used: set[int] = set()
    async with RecordingServer(answer_empty, used_ports=used) as first:
        pass
    loop = asyncio.get_running_loop()
    create, ports = loop.create_server, [first.port, first.port, 0]

    async def at(handler: Any, host: str, port: int) -> asyncio.Server:
        # Port reuse is rare otherwise: request the same port again while it is free.
        wanted = ports.pop(0)
        try:
            return await create(handler, host, wanted)
        except OSError:
            return await create(handler, host, 0)

    monkeypatch.setattr(loop, "create_server", at)
    async with RecordingServer(answer_empty, used_ports=used) as second:
        assert second.port != first.port
        assert used == {first.port, second.port}
