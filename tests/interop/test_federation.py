"""Jiebang and a carrier's own subgraph, composed and queried with third-party tools."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.conftest import Service, run_service
from tests.interop.conftest import NODE, run_program

from jiebang.app.http.server import reserve_port
from jiebang.gateway.domain.tenure import Current
from jiebang.schema.schema import SDL_FILE

CARRIER = Path(__file__).parents[2] / "schema/examples/carrier"

START = """
mutation ($input: StartRenewalInput!) {
  startRenewal(input: $input) { ... on RenewalAccepted { renewal { id } } }
}
"""
RECORD = """
mutation ($shop: String!, $renewal: ID!) { recordOrder(shop: $shop, renewal: $renewal) { id } }
"""
ORDERS = """
{ orders { shop renewal { id status number inquiries { platform { id name advice } } } } }
"""


async def carrier_sdl() -> str:
    asked = "import subgraph; print(subgraph.sdl)"
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-c", asked, cwd=CARRIER, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await running.communicate()
    assert running.returncode == 0
    return told.decode()


async def compose(node: str, tool: str, jiebang: str, carrier: str) -> dict[str, Any]:
    """Compose both with the tool; the arguments are their addresses."""
    subgraphs = [
        {"name": "jiebang", "url": jiebang, "sdl": SDL_FILE.read_text(encoding="utf-8")},
        {"name": "carrier", "url": carrier, "sdl": await carrier_sdl()},
    ]
    running = await asyncio.create_subprocess_exec(
        node,
        NODE / "compose.js",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await running.communicate(json.dumps({"tool": tool, "subgraphs": subgraphs}).encode())
    assert running.returncode == 0
    answer: dict[str, Any] = json.loads(told)
    return answer


@pytest.mark.parametrize("tool", ["apollo", "guild"])
async def test_it_composes_with_a_subgraph_that_extends_it(node: str, tool: str) -> None:
    answer = await compose(node, tool, "http://127.0.0.1:1", "http://127.0.0.1:2")
    assert answer["errors"] == []
    assert "advice: String @join__field(graph: CARRIER" in answer["supergraph"]


@dataclass(frozen=True, slots=True)
class Supergraph:
    """A third-party gateway in front of Jiebang and the carrier."""

    url: str
    jiebang: Service

    async def ask(self, token: str | None, query: str, **variables: object) -> dict[str, Any]:
        headers = {"Accept-Language": "en"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        body = {"query": query, "variables": variables}
        async with self.jiebang.session.post(self.url, json=body, headers=headers) as reply:
            answer: dict[str, Any] = await reply.json()
            return answer

    async def place_order(self, shop: str, story: str = "new_holder") -> str:
        """Start a renewal, record the order; return the renewal's id."""
        service, number = self.jiebang, self.jiebang.stories[story].number
        tenure = service.stories[story].holder.tenure
        assert isinstance(tenure, Current)
        given = {
            "idempotencyKey": f"order-{shop}",
            "number": number,
            "tenure": {"current": {"activatedOn": str(tenure.activated_on)}},
            "platforms": ["yunpan"],
        }
        started = await self.ask(service.token(), START, input=given)
        if "errors" in started:  # a busy machine: under the same key it may be asked again
            started = await self.ask(service.token(), START, input=given)
        assert "errors" not in started, started
        renewal: str = started["data"]["startRenewal"]["renewal"]["id"]
        await self.record(shop, renewal)
        return renewal

    async def record(self, shop: str, renewal: str) -> None:
        kept = await self.ask(None, RECORD, shop=shop, renewal=renewal)
        assert "errors" not in kept


@pytest.fixture(params=["supergraph.js", "stitch.js"], ids=["apollo", "guild"])
async def supergraph(
    dsn: str, sandbox: str, node: str, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncGenerator[Supergraph]:
    with reserve_port("127.0.0.1", 0) as carrier, reserve_port("127.0.0.1", 0) as gateway:
        uvicorn = ("-m", "uvicorn", "subgraph:app", "--app-dir", str(CARRIER))
        async with (
            run_service(dsn, sandbox) as service,
            run_program(sys.executable, *uvicorn, "--port", str(carrier), port=carrier),
        ):
            urls = f"{service.url}/graphql", f"http://127.0.0.1:{carrier}/"
            made = await compose(node, "apollo", *urls)
            file = tmp_path / "supergraph.graphql"
            await asyncio.to_thread(file.write_text, made["supergraph"], "utf-8")
            script = str(NODE / request.param)
            async with run_program(node, script, str(file), str(gateway), port=gateway):
                yield Supergraph(f"http://127.0.0.1:{gateway}/", service)


async def test_the_carriers_firstshow_what_became_of_their_renewals(
    supergraph: Supergraph,
) -> None:
    placed = [await supergraph.place_order(shop) for shop in ("Airport", "Old Town", "Harbour")]
    answer = await supergraph.ask(supergraph.jiebang.token(), ORDERS)
    assert "errors" not in answer
    orders = answer["data"]["orders"]
    assert [order["renewal"]["id"] for order in orders] == placed
    (platform,) = (one["platform"] for one in orders[0]["renewal"]["inquiries"])
    assert platform["id"] == "yunpan"
    assert platform["advice"].startswith("Save your photos")
    assert "*" in orders[0]["renewal"]["number"]
    # One call for all three renewals, then one for their platform, which some ask for once.
    first, renewals, platforms = answer["extensions"]["calls"]
    assert first == {"subgraph": "carrier", "entities": 0}
    assert renewals == {"subgraph": "jiebang", "entities": 3}
    assert platforms in [{"subgraph": "carrier", "entities": count} for count in (1, 3)]


async def test_a_renewal_that_cannot_be_told_of_leaves_the_other_firstwhole(
    supergraph: Supergraph,
) -> None:
    good = await supergraph.place_order("Airport")
    await supergraph.record("Nowhere", "bm9uc2Vuc2U")
    answer = await supergraph.ask(supergraph.jiebang.token(), ORDERS)
    first, second = answer["data"]["orders"]
    assert first["renewal"]["id"] == good
    assert second["renewal"] is None
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "IDENTIFIER_NOT_FOUND"


async def test_another_carriers_token_sees_the_firstand_no_renewal(
    supergraph: Supergraph,
) -> None:
    await supergraph.place_order("Airport")
    theirs = supergraph.jiebang.token(tenant="other-carrier")
    answer = await supergraph.ask(theirs, ORDERS)
    (order,) = answer["data"]["orders"]
    assert (order["shop"], order["renewal"]) == ("Airport", None)
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "IDENTIFIER_NOT_FOUND"


async def test_without_a_token_jiebang_tells_nothing(supergraph: Supergraph) -> None:
    await supergraph.place_order("Airport")
    answer = await supergraph.ask(None, ORDERS)
    assert answer["data"]["orders"][0]["renewal"] is None
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"
