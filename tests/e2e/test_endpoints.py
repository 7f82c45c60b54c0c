"""The process's other endpoints: WebSocket, callbacks, health, metrics."""

from __future__ import annotations

import json

import pytest
from aiohttp import WSMsgType
from tests.e2e.conftest import Service, request_of

from jiebang.gateway.domain.caller import Scope


async def test_a_renewal_can_be_followed_over_a_websocket(service: Service) -> None:
    token = service.holder_token("new_holder")
    accepted = await service.start(token, platforms=["yunpan"])
    renewal = accepted["renewal"]["id"]
    seen: list[str] = []
    async with service.session.ws_connect(
        f"{service.url}/graphql", protocols=["graphql-transport-ws"]
    ) as socket:
        await socket.send_json(
            {"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}
        )
        assert (await socket.receive_json())["type"] == "connection_ack"
        payload = request_of("renewal_progress", {"id": renewal})
        await socket.send_json({"type": "subscribe", "id": "1", "payload": payload})
        async for message in socket:
            assert message.type is WSMsgType.TEXT
            said = json.loads(message.data)
            if said["type"] == "complete":
                break
            assert said["type"] == "next", said
            seen.append(said["payload"]["data"]["renewalProgress"]["renewal"]["status"])
    assert seen[-1] == "FULFILLED"


async def test_a_websocket_without_a_token_is_told_so(service: Service) -> None:
    async with service.session.ws_connect(
        f"{service.url}/graphql", protocols=["graphql-transport-ws"]
    ) as socket:
        await socket.send_json({"type": "connection_init"})
        await socket.receive_json()
        query = 'subscription { renewalProgress(id: "x") { cursor } }'
        await socket.send_json({"type": "subscribe", "id": "1", "payload": {"query": query}})
        said = await socket.receive_json()
        assert said["type"] == "error"
        assert said["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/callbacks/luntan/no-token", 404),
        ("/callbacks/nobody/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 404),
        ("/callbacks/yunpan/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 404),
    ],
)
async def test_a_callback_nobody_waits_for_finds_no_door(
    service: Service, path: str, status: int
) -> None:
    async with service.session.post(f"{service.url}{path}", data=b"{}") as reply:
        assert reply.status == status


async def test_a_callback_has_to_be_small(service: Service) -> None:
    body = b"x" * 100_000
    async with service.session.post(f"{service.url}/callbacks/luntan/t", data=body) as reply:
        assert reply.status == 413


async def test_callbacks_are_posted(service: Service) -> None:
    async with service.session.get(f"{service.url}/callbacks/luntan/t") as reply:
        assert reply.status == 405


async def test_health_and_readiness_answer_without_a_token(service: Service) -> None:
    for path in ("/healthz", "/readyz"):
        async with service.session.get(f"{service.url}{path}") as reply:
            assert reply.status == 200


async def test_metrics_are_for_operators(service: Service) -> None:
    holder = service.holder_token("new_holder", scopes=set(Scope) - {Scope.TENURE_ASSERT})
    await service.lookup(holder)
    answers: dict[str, tuple[int, str]] = {}
    for who, token in (("nobody", ""), ("holder", holder), ("operator", service.token())):
        headers = {"authorization": f"Bearer {token}"} if token else {}
        async with service.session.get(f"{service.url}/metrics", headers=headers) as reply:
            answers[who] = (reply.status, await reply.text())
    assert answers["nobody"][0] == 401
    assert answers["holder"][0] == 403
    assert "jiebang_lookup" not in answers["nobody"][1] + answers["holder"][1]
    wanted = 'jiebang_lookup_answers_total{answer="bound",platform="yunpan"}'
    assert wanted in answers["operator"][1]
