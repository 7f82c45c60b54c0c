"""One request, one answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from aiohttp import web
from double import RENEWED, error, gateway
from jiebang_client import (
    Client,
    Refusal,
    RequestFailed,
    unless_refused,
)
from jiebang_client.documents import (
    COVERAGE,
    RENEWAL,
    START_RENEWAL,
)


class TestAsk:
    async def test_a_document_goes_by_its_hash(self) -> None:
        async def answer(request: web.Request) -> web.Response:
            body = await request.json()
            assert "query" not in body
            assert body["extensions"]["persistedQuery"]["sha256Hash"] == RENEWAL.sha256
            assert request.headers["Authorization"] == "Bearer secret"
            assert request.headers["Accept-Language"] == "zh-CN"
            return web.json_response(RENEWED)

        async with gateway(answer) as client:
            assert await client.ask(RENEWAL({"id": "r1"})) == RENEWED["data"]

    async def test_a_gateway_that_does_not_know_the_hash_gets_the_text(self) -> None:
        async def answer(request: web.Request) -> web.Response:
            body = await request.json()
            if "query" not in body:
                return error("PERSISTED_QUERY_NOT_FOUND", 400)
            assert body["query"] == RENEWAL.text
            return web.json_response(RENEWED)

        async with gateway(answer) as client:
            assert await client.ask(RENEWAL({"id": "r1"})) == RENEWED["data"]

    async def test_a_gateway_that_takes_neither_is_an_error(self) -> None:
        async def answer(_: web.Request) -> web.Response:
            return error("PERSISTED_QUERY_NOT_FOUND", 400)

        async with gateway(answer) as client:
            with pytest.raises(RequestFailed) as failed:
                await client.ask(RENEWAL({"id": "r1"}))
        assert failed.value.code == "PERSISTED_QUERY_NOT_FOUND"

    async def test_a_refused_token_says_so_and_is_not_tried_again(self) -> None:
        asked = list[web.Request]()

        async def answer(request: web.Request) -> web.Response:
            asked.append(request)
            return error("UNAUTHENTICATED", 401, reason="TOKEN_REFUSED", hint="Get a new one.")

        async with gateway(answer) as client:
            with pytest.raises(RequestFailed) as failed:
                await client.ask(COVERAGE({}))
        assert (failed.value.code, failed.value.reason) == ("UNAUTHENTICATED", "TOKEN_REFUSED")
        assert failed.value.hint == "Get a new one."
        assert len(asked) == 1

    async def test_the_present_token_is_asked_for_each_time(self) -> None:
        tokens = iter(("first", "second"))

        async def present() -> str:
            return next(tokens)

        async def answer(request: web.Request) -> web.Response:
            return web.json_response(
                {"data": {"renewal": {"id": request.headers["Authorization"]}}}
            )

        async with gateway(answer) as client:
            client.token = present
            told: list[Any] = [await client.ask(RENEWAL({"id": "r1"})) for _ in range(2)]
        assert [one["renewal"] for one in told] == [
            {"id": "Bearer first"},
            {"id": "Bearer second"},
        ]

    async def test_days_and_chinese_arrive_as_they_are(self) -> None:
        async def answer(request: web.Request) -> web.Response:
            given = (await request.json())["variables"]["input"]
            assert given["tenure"] == {"current": {"activatedOn": "2025-03-01"}}
            assert given["idempotencyKey"] == "订单-1"
            refused = {"__typename": "Refused", "code": "CONFLICT", "message": "不行"}
            return web.json_response({"data": {"startRenewal": refused}})

        async with gateway(answer) as client:
            told = await client.ask(
                START_RENEWAL(
                    {
                        "input": {
                            "idempotencyKey": "订单-1",
                            "tenure": {"current": {"activatedOn": date(2025, 3, 1)}},
                        }
                    }
                )
            )
        with pytest.raises(Refusal, match="不行"):
            unless_refused(told["startRenewal"])

    @pytest.mark.parametrize("status", [200, 404])
    async def test_what_is_no_graphql_is_told_from_what_is_down(self, status: int) -> None:
        async def answer(_: web.Request) -> web.Response:
            return web.Response(text="<html>", status=status, content_type="text/html")

        async with gateway(answer) as client:
            with pytest.raises(RequestFailed, match=f"No GraphQL.*{status}"):
                await client.ask(COVERAGE({}))

    async def test_a_redirect_is_not_followed_with_the_token(self) -> None:
        async def answer(_: web.Request) -> web.Response:
            raise web.HTTPTemporaryRedirect("http://127.0.0.1:1/graphql")

        async with gateway(answer) as client:
            with pytest.raises(RequestFailed, match="307"):
                await client.ask(COVERAGE({}))

    async def test_it_has_to_be_entered(self) -> None:
        with pytest.raises(RuntimeError, match="async with"):
            await Client(url="http://127.0.0.1:1").ask(COVERAGE({}))


async def test_no_text_shows_the_token_or_what_was_sent() -> None:
    shown = repr(Client(url="http://x", token="secret")) + repr(RENEWAL({"id": "13800001234"}))
    assert "secret" not in shown
    assert "13800001234" not in shown
