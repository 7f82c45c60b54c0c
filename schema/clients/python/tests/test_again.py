"""What is sent a second time, and what is not; and the keys that allow it."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
from aiohttp import web
from double import AT_ONCE, RENEWED, error, gateway
from jiebang_client import (
    Client,
    RequestFailed,
    Unreachable,
    new_key,
    repeatable_key,
)
from jiebang_client.documents import (
    COVERAGE,
    RENEWAL,
    START_RENEWAL,
    WITHDRAW_RENEWAL,
)


class TestAgain:
    """What is sent a second time, and what is not."""

    @staticmethod
    async def attempts(asked: Any, *first: web.Response | None) -> int:
        """How often it arrives at a gateway that gives these answers and then a good one; None
        breaks the connection off."""
        answers, count = iter(first), 0

        async def answer(request: web.Request) -> web.Response:
            nonlocal count
            count += 1
            given = next(answers, RENEWED)
            if given is None:
                assert request.transport is not None
                request.transport.abort()
                raise asyncio.CancelledError
            return given if isinstance(given, web.Response) else web.json_response(given)

        async with gateway(answer) as client:
            try:
                await client.ask(asked)
            except (RequestFailed, Unreachable):
                return -count
        return count

    async def test_a_query_is(self) -> None:
        assert await self.attempts(RENEWAL({"id": "r1"}), error("UNAVAILABLE")) == 2

    async def test_so_is_a_mutation_with_its_key(self) -> None:
        asked = START_RENEWAL({"input": {"idempotencyKey": new_key()}})
        assert await self.attempts(asked, None) == 2
        assert await self.attempts(asked, web.Response(status=502)) == 2

    async def test_a_mutation_without_one_is_not(self) -> None:
        asked = WITHDRAW_RENEWAL({"input": {"id": "r1"}})
        assert await self.attempts(asked, None) == -1

    async def test_a_no_stays_a_no(self) -> None:
        assert await self.attempts(RENEWAL({"id": "r1"}), error("PERMISSION_DENIED")) == -1

    async def test_it_ends(self) -> None:
        assert await self.attempts(RENEWAL({"id": "r1"}), None, None, None) == -3

    async def test_nobody_listening_is_unreachable(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # and never listens
            url = f"http://127.0.0.1:{taken.getsockname()[1]}/graphql"
            async with Client(url=url, backoff=AT_ONCE) as client:
                with pytest.raises(Unreachable):
                    await client.ask(COVERAGE({}))


class TestKeys:
    def test_a_repeatable_one_follows_from_secret_and_parts(self) -> None:
        secret = bytes(16)
        key = repeatable_key(secret, "批次", "1")
        assert key == repeatable_key(secret, "批次", "1")
        others = {
            repeatable_key(secret, "批次1"),
            repeatable_key(secret, "批次", "1", ""),
            repeatable_key(b"another secret of ours", "批次", "1"),
            new_key(),
            new_key(),
        }
        assert key not in others
        assert len(others) == 5

    def test_a_short_secret_is_none(self) -> None:
        with pytest.raises(ValueError, match="16 random bytes"):
            repeatable_key(b"short", "1")
