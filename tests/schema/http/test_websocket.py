"""graphql-transport-ws: connections, valid messages, and expired tokens."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from tests.schema.conftest import Endpoint, MemoryRenewals, subscribe

from jiebang.schema.documents import documents
from jiebang.schema.global_id import IdKind, encode_id
from jiebang.schema.http.view import SUBSCRIPTIONS_PER_CONNECTION

PROGRESS = documents()["renewal_progress"]


async def initialize(socket: aiohttp.ClientWebSocketResponse, **payload: Any) -> Any:
    await socket.send_json({"type": "connection_init", "payload": payload})
    return await socket.receive()


def assert_closed(message: aiohttp.WSMessage, code: int) -> None:
    assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, code)


async def run(socket: aiohttp.ClientWebSocketResponse, query: str, **variables: Any) -> list[Any]:
    """Return every message of one operation."""
    await subscribe(socket, query, variables)
    found: list[Any] = []
    while not found or found[-1]["type"] == "next":
        found.append(await socket.receive_json())
    return found


@pytest.mark.parametrize("by", ["header", "payload"])
async def test_a_renewal_is_followed(endpoint: Endpoint, renewals: MemoryRenewals, by: str) -> None:
    id = encode_id(IdKind.RENEWAL, renewals.add().id)
    headers = {"authorization": "Bearer carrier"}
    async with endpoint.connect_websocket(**(headers if by == "header" else {})) as socket:
        ack = await initialize(socket, **(headers if by == "payload" else {}))
        assert ack.json() == {"type": "connection_ack"}
        messages = await run(socket, PROGRESS, id=id)
    assert [one["type"] for one in messages] == ["next", "next", "complete"]
    assert messages[0]["payload"]["data"]["renewalProgress"]["kind"] == "RENEWAL"


@pytest.mark.parametrize("token", ["forged", "bug"])
async def test_a_refused_token_closes_the_connection(endpoint: Endpoint, token: str) -> None:
    async with endpoint.connect_websocket() as socket:
        assert_closed(await initialize(socket, authorization=f"Bearer {token}"), 4403)


async def test_a_token_is_checked_again_for_each_operation(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tests.schema.conftest as this  # the module that `endpoint` came from

    async with endpoint.open_websocket() as socket:
        document = '{ platform(id: "disk") { id } }'
        assert (await run(socket, document))[0]["type"] == "next"
        monkeypatch.setattr(this, "CALLERS", {})
        (error,) = await run(socket, document)
    assert error["payload"][0]["extensions"]["reason"] == "TOKEN_REFUSED"


ODD: list[Any] = [
    [],
    "x",
    1,
    None,
    {},
    {"type": None},
    {"type": []},
    {"type": "nope"},
    {"type": "subscribe"},
    {"type": "subscribe", "id": "1"},
    {"type": "subscribe", "id": 1, "payload": {"query": "{ __typename }"}},
    {"type": "subscribe", "id": [], "payload": {"query": "{ __typename }"}},
    {"type": "subscribe", "id": "1", "payload": []},
    {"type": "subscribe", "id": "1", "payload": {}},
    {"type": "subscribe", "id": "1", "payload": {"query": []}},
    {"type": "subscribe", "id": "1", "payload": {"query": "{ a }", "variables": []}},
    {"type": "subscribe", "id": "1", "payload": {"query": "{ a }", "operationName": 1}},
    {"type": "complete"},
    {"type": "complete", "id": {}},
]


ODD_TEXTS = ["", "{", "NaN", "[" * 5000, *map(json.dumps, ODD)]


@pytest.mark.parametrize("odd", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
async def test_what_is_no_message_closes_the_connection(endpoint: Endpoint, odd: str) -> None:
    async with endpoint.open_websocket() as socket:
        await socket.send_str(odd)
        assert_closed(await socket.receive(), 4400)


async def test_nothing_runs_before_connection_init(endpoint: Endpoint) -> None:
    async with endpoint.connect_websocket(authorization="Bearer carrier") as socket:
        await subscribe(socket, "{ __typename }")
        assert_closed(await socket.receive(), 4401)


@pytest.mark.parametrize("document", ["", "{", "#"])
async def test_what_is_no_document_is_an_error(endpoint: Endpoint, document: str) -> None:
    async with endpoint.open_websocket() as socket:
        (message,) = await run(socket, document)
        assert message["type"] == "error"
        assert message["payload"][0]["extensions"]["code"] == "INVALID_ARGUMENT"
        assert "query" not in message["payload"][0]["message"].replace("`query`", "")
        assert (await run(socket, "{ __typename }"))[-1]["type"] == "complete"


async def test_one_operation_too_many_is_refused_with_a_code(
    endpoint: Endpoint, renewals: MemoryRenewals
) -> None:
    renewals.hold = asyncio.Event()
    mutation = 'mutation { startRenewal(input: {idempotencyKey: "k"}) { __typename } }'
    async with endpoint.open_websocket() as socket:
        for n in range(SUBSCRIPTIONS_PER_CONNECTION + 1):
            await subscribe(socket, mutation, id=f"{n}")
        refused = await socket.receive_json()
        assert (refused["id"], refused["type"]) == (f"{SUBSCRIPTIONS_PER_CONNECTION}", "error")
        (error,) = refused["payload"]
        assert error["message"].startswith("每个连接最多")
        assert error["extensions"]["code"] == "TOO_MANY_REQUESTS"
        renewals.hold.set()


async def test_another_sites_page_cannot_connect(endpoint: Endpoint) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with endpoint.connect_websocket(origin="https://elsewhere.example"):
            pass


async def test_another_protocol_is_not_spoken(endpoint: Endpoint) -> None:
    async with endpoint.session.ws_connect(endpoint.url, protocols=["graphql-ws"]) as socket:
        assert_closed(await socket.receive(), 4406)
