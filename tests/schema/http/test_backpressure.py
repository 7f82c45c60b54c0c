"""A subscriber that does not read costs little, delays nobody, and is disconnected."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from tests.schema.conftest import (
    Endpoint,
    MemoryRenewals,
    authenticate,
    event_of,
    fake_services,
    serve_view,
    subscribe,
)

from jiebang.app.http import server
from jiebang.gateway.domain.caller import Caller
from jiebang.gateway.flows.renewals import RenewalProgress
from jiebang.schema.global_id import IdKind, encode_id
from jiebang.schema.http.view import GraphQLView

PROGRESS = "subscription ($id: ID!) { renewalProgress(id: $id) { renewal { number } } }"
EVENT_BYTES = 10_000
#: What the kernel and the libraries between two processes may hold.
MOST_BYTES = 16_000_000


@dataclass
class EndlessRenewals(MemoryRenewals):
    """Something always happens; counts the events made for each follower, in order."""

    event_counts: list[int] = field(default_factory=list[int])
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def follow(
        self, caller: Caller, renewal: uuid.UUID, *, after: int = 0
    ) -> AsyncIterator[RenewalProgress]:
        view = self.views[renewal]
        view = replace(view, number="*" * EVENT_BYTES)
        place = len(self.event_counts)
        self.event_counts.append(0)
        try:
            while True:
                self.event_counts[place] += 1
                event = event_of(view, self.event_counts[place])
                yield RenewalProgress(event=event, renewal=view)
                await asyncio.sleep(0)  # others have their turn
        finally:
            self.ended.set()


@asynccontextmanager
async def open_event_stream(endpoint: Endpoint, id: str) -> AsyncGenerator[Any]:
    body = {"query": PROGRESS, "variables": {"id": id}}
    headers = {"accept": "text/event-stream", "authorization": "Bearer carrier"}
    async with endpoint.session.post(endpoint.url, json=body, headers=headers) as reply:
        yield reply.content.readline
        reply.close()


@asynccontextmanager
async def open_websocket(endpoint: Endpoint, id: str) -> AsyncGenerator[Any]:
    async with endpoint.open_websocket() as socket:
        await subscribe(socket, PROGRESS, {"id": id})
        yield socket.receive


@pytest.mark.parametrize("follow", [open_event_stream, open_websocket])
async def test_a_reader_that_does_not_read_is_broken_off(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, follow: Any
) -> None:
    monkeypatch.setattr(server, "UNREAD_TIMEOUT", 0.3)
    renewals = EndlessRenewals()
    id = encode_id(IdKind.RENEWAL, renewals.add().id)
    view = GraphQLView(fake_services(renewals), authenticate=authenticate)
    async with serve_view(view) as endpoint, follow(endpoint, id):
        async with asyncio.timeout(60):
            await renewals.ended.wait()
        (made,) = renewals.event_counts
        assert made * EVENT_BYTES < MOST_BYTES
    assert not caplog.records


@pytest.mark.parametrize("follow", [open_event_stream, open_websocket])
async def test_others_go_on_meanwhile(follow: Any) -> None:
    renewals = EndlessRenewals()
    id = encode_id(IdKind.RENEWAL, renewals.add().id)
    view = GraphQLView(fake_services(renewals), authenticate=authenticate)
    async with serve_view(view) as endpoint, follow(endpoint, id), follow(endpoint, id) as read:
        while len(renewals.event_counts) < 2 or renewals.event_counts[1] < 1600:
            await read()
        assert renewals.event_counts[0] < 1600
