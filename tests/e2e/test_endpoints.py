"""The process's other endpoints: callbacks, health, metrics."""

from __future__ import annotations

import pytest
from tests.e2e.conftest import Service

from jiebang.gateway.domain.caller import Scope


@pytest.mark.parametrize("path", ["luntan/no-token", f"nobody/{'A' * 43}", f"yunpan/{'A' * 43}"])
async def test_a_callback_nobody_waits_for_finds_no_door(service: Service, path: str) -> None:
    async with service.session.post(f"{service.url}/callbacks/{path}", data=b"{}") as reply:
        assert reply.status == 404


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
