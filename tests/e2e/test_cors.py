"""Other web pages may send requests from a browser if the operator allows their origin."""

from __future__ import annotations

import aiohttp
import pytest
from tests.e2e.conftest import Service, run_service

OURS, FOREIGN = "https://app.example", "https://elsewhere.example"


async def fetch_headers(
    service: Service, method: str, origin: str, **sent: str
) -> tuple[int, dict[str, str]]:
    body = b"{" if method == "POST" else None  # no request at all, and still theirs to read
    given = {"Origin": origin, **{name.replace("_", "-"): text for name, text in sent.items()}}
    async with service.session.request(
        method, f"{service.url}/graphql", data=body, headers=given
    ) as reply:
        return reply.status, {name.lower(): text for name, text in reply.headers.items()}


async def can_connect(service: Service, origin: str) -> bool:
    try:
        async with service.session.ws_connect(
            f"{service.url}/graphql", protocols=["graphql-transport-ws"], origin=origin
        ):
            return True
    except aiohttp.WSServerHandshakeError:
        return False


async def test_a_named_origin_may_ask_and_no_other(dsn: str, sandbox: str) -> None:
    wanted = {
        "access_control_request_method": "POST",
        "access_control_request_headers": "authorization,content-type",
    }
    async with run_service(dsn, sandbox, ALLOWED_ORIGINS="https://APP.example:443/") as service:
        status, told = await fetch_headers(service, "OPTIONS", OURS, **wanted)
        assert (status, told["access-control-allow-origin"]) == (200, OURS)
        assert "authorization" in told["access-control-allow-headers"].lower()
        assert "access-control-allow-credentials" not in told
        status, told = await fetch_headers(service, "POST", OURS, content_type="application/json")
        assert (status, told["access-control-allow-origin"]) == (400, OURS)
        status, told = await fetch_headers(service, "OPTIONS", FOREIGN, **wanted)
        assert status == 400
        assert "access-control-allow-origin" not in told
        _, told = await fetch_headers(service, "POST", FOREIGN, content_type="application/json")
        assert "access-control-allow-origin" not in told
        assert await can_connect(service, OURS)
        assert await can_connect(service, service.url)
        assert not await can_connect(service, FOREIGN)


@pytest.mark.parametrize("origin", [OURS, FOREIGN])
async def test_where_none_is_named_there_is_none(service: Service, origin: str) -> None:
    _, told = await fetch_headers(service, "POST", origin, content_type="application/json")
    assert "access-control-allow-origin" not in told
    assert not await can_connect(service, origin)
