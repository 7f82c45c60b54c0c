"""Streams, whole and cut."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing

import pytest
from aiohttp import web
from double import AT_ONCE, COMPLETE, error, gateway, next_event, stream
from jiebang_client import (
    Backoff,
    Client,
    RequestFailed,
    Unreachable,
)
from jiebang_client.documents import (
    LOOKUP_PROGRESS,
    RENEWAL_PROGRESS,
)

#: More than aiohttp has open at once unless it is told otherwise.
MANY = 101


class TestFollow:
    async def test_a_stream_that_is_cut_goes_on_after_its_last_event(self) -> None:
        after = list[str | None]()

        async def answer(request: web.Request) -> web.StreamResponse:
            after.append((await request.json())["variables"].get("after"))
            if len(after) == 1:
                return await stream(request, next_event("c1"), b": alive\n\n", next_event("c2"))
            return await stream(request, next_event("c3"), COMPLETE)

        again = list[str | None]()
        async with gateway(answer) as client:
            followed = client.follow(
                RENEWAL_PROGRESS({"id": "r1"}), on_reconnect=lambda: again.append(after[-1])
            )
            told = [one async for one in followed]
        assert [one["renewalProgress"]["cursor"] for one in told] == ["c1", "c2", "c3"]
        assert after == [None, "c2"]
        assert again == [None]

    async def test_many_are_open_at_once(self) -> None:
        everybody = asyncio.Barrier(MANY)

        async def answer(request: web.Request) -> web.StreamResponse:
            await everybody.wait()
            return await stream(request, COMPLETE)

        async def follow(client: Client) -> None:
            assert [one async for one in client.follow(RENEWAL_PROGRESS({"id": "r1"}))] == []

        async with gateway(answer) as client, asyncio.timeout(30):
            await asyncio.gather(*(follow(client) for _ in range(MANY)))

    async def test_an_event_may_come_in_any_pieces_and_be_long(self) -> None:
        long = next_event("网" * 200_000)

        async def answer(request: web.Request) -> web.StreamResponse:
            pieces = [long[i : i + 65_537] for i in range(0, len(long), 65_537)]
            return await stream(request, *pieces, COMPLETE.replace(b"\n", b"\r\n"))

        async with gateway(answer) as client:
            told = [one async for one in client.follow(RENEWAL_PROGRESS({"id": "r1"}))]
        assert [len(one["renewalProgress"]["cursor"]) for one in told] == [200_000]

    async def test_a_stream_that_always_breaks_off_ends_after_its_attempts(self) -> None:
        asked = list[web.Request]()

        async def answer(request: web.Request) -> web.StreamResponse:
            asked.append(request)
            return await stream(request)

        async with gateway(answer) as client:
            with pytest.raises(Unreachable):
                [one async for one in client.follow(RENEWAL_PROGRESS({"id": "r1"}))]
        assert len(asked) == AT_ONCE.attempts

    async def test_a_silent_stream_counts_as_cut(self) -> None:
        async def answer(request: web.Request) -> web.StreamResponse:
            await stream(request)
            await asyncio.Event().wait()
            raise AssertionError

        async with gateway(answer) as client:
            client.idle = 0.05
            with pytest.raises(Unreachable):
                [one async for one in client.follow(RENEWAL_PROGRESS({"id": "r1"}))]

    async def test_what_has_no_cursor_is_not_taken_up(self) -> None:
        asked = list[web.Request]()

        async def answer(request: web.Request) -> web.StreamResponse:
            asked.append(request)
            return await stream(request)

        async with gateway(answer) as client:
            with pytest.raises(Unreachable):
                [one async for one in client.follow(LOOKUP_PROGRESS({}))]
        assert len(asked) == 1

    async def test_an_error_in_the_stream_ends_it(self) -> None:
        async def answer(request: web.Request) -> web.StreamResponse:
            fault = {"message": "No.", "extensions": {"code": "IDENTIFIER_NOT_FOUND"}}
            data = json.dumps({"data": None, "errors": [fault]})
            return await stream(request, f"event: next\ndata: {data}\n\n".encode(), COMPLETE)

        async with gateway(answer) as client:
            with pytest.raises(RequestFailed) as failed:
                [one async for one in client.follow(RENEWAL_PROGRESS({"id": "r1"}))]
        assert failed.value.code == "IDENTIFIER_NOT_FOUND"

    async def test_a_stream_that_ends_with_its_token_goes_on_with_the_next(self) -> None:
        fault = {"code": "UNAUTHENTICATED", "reason": "TOKEN_REFUSED"}
        data = json.dumps({"data": None, "errors": [{"message": "No.", "extensions": fault}]})
        over = f"event: next\ndata: {data}\n\n".encode()
        tokens = iter(["one", "two", "two"])
        asked = list[tuple[str, str | None]]()

        async def answer(request: web.Request) -> web.StreamResponse:
            after = (await request.json())["variables"].get("after")
            asked.append((request.headers["Authorization"], after))
            if len(asked) == 3:
                return error("UNAUTHENTICATED", 401, reason="TOKEN_REFUSED")
            return await stream(request, next_event(f"c{len(asked)}"), over, COMPLETE)

        async def token() -> str:
            return next(tokens)

        async with gateway(answer) as client:
            client.token = token
            followed = client.follow(RENEWAL_PROGRESS({"id": "r1"}))
            told = [(await anext(followed))["renewalProgress"]["cursor"] for _ in range(2)]
            with pytest.raises(RequestFailed) as failed:
                await anext(followed)
        assert failed.value.code == "UNAUTHENTICATED"
        assert told == ["c1", "c2"]
        assert asked == [("Bearer one", None), ("Bearer two", "c1"), ("Bearer two", "c2")]

    async def test_quiet_streams_that_are_cut_are_no_failures(self) -> None:
        asked = list[web.Request]()

        async def answer(request: web.Request) -> web.StreamResponse:
            asked.append(request)
            if len(asked) > 2 * AT_ONCE.attempts:
                return await stream(request, COMPLETE)
            return await stream(request)

        async with gateway(answer) as client:
            client.backoff = Backoff(attempts=AT_ONCE.attempts, first=0, ceiling=0)
            assert [one async for one in client.follow(RENEWAL_PROGRESS({"id": "r1"}))] == []

    async def test_leaving_it_closes_the_connection(self) -> None:
        gone = asyncio.Event()

        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                await stream(request, next_event("c1"))
                await asyncio.Event().wait()
            finally:
                gone.set()
            raise AssertionError

        async with gateway(answer) as client:
            async with aclosing(client.follow(RENEWAL_PROGRESS({"id": "r1"}))) as followed:
                async for _ in followed:
                    break
            await asyncio.wait_for(gone.wait(), 10)
