"""Coverage: the platforms, page by page, and the board for operators."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest
from tests.schema.conftest import Endpoint, ServeConnectors, fake_connector

from jiebang.gateway.domain.metrics import LOOKUP_SECONDS
from jiebang.schema.cursor import encode_seq
from jiebang.schema.documents import documents
from jiebang.sdk import Capability, Category

PLATFORMS = """
query ($first: Int! = 50, $after: String, $category: Category) {
  platforms(first: $first, after: $after, category: $category) {
    edges { cursor node { id sensitive } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
BOARD = "{ coverage { connectors { id state } problems { source message } } }"


async def fetch_page(endpoint: Endpoint, **variables: Any) -> Any:
    return (await endpoint.ask(PLATFORMS, variables)).data["platforms"]


def ids(found: Any) -> list[str]:
    return [edge["node"]["id"] for edge in found["edges"]]


async def test_platforms_come_page_by_page(endpoint: Endpoint) -> None:
    one = await fetch_page(endpoint, first=2)
    two = await fetch_page(endpoint, first=2, after=one["pageInfo"]["endCursor"])
    three = await fetch_page(endpoint, first=2, after=two["pageInfo"]["endCursor"])
    assert ids(one) + ids(two) + ids(three) == ["disk", "forum", "lender", "shop", "slow"]
    assert [p["pageInfo"]["hasNextPage"] for p in (one, two, three)] == [True, True, False]
    assert [p["pageInfo"]["hasPreviousPage"] for p in (one, two, three)] == [False, True, True]


async def test_platforms_are_found_by_category(endpoint: Endpoint) -> None:
    found = await fetch_page(endpoint, category="LENDING")
    assert ids(found) == ["lender"]
    assert found["edges"][0]["node"]["sensitive"] is True


@pytest.mark.parametrize("first", [0, -1, 101])
async def test_a_page_has_1_to_100_platforms(endpoint: Endpoint, first: int) -> None:
    reply = await endpoint.ask(PLATFORMS, {"first": first})
    assert (reply.error["code"], reply.error["reason"]) == ("OUT_OF_RANGE", "PAGE_OUT_OF_RANGE")


@pytest.mark.parametrize("after", ["", "x", "没有", encode_seq(uuid.UUID(int=1), 1), "cGxhdGZvcm0"])
async def test_a_cursor_of_nothing_here_is_refused(endpoint: Endpoint, after: str) -> None:
    reply = await endpoint.ask(PLATFORMS, {"after": after})
    assert (reply.error["reason"], reply.error["field"]) == ("CURSOR_INVALID", "after")


async def test_a_platform_nobody_knows_is_not_found(endpoint: Endpoint) -> None:
    reply = await endpoint.ask('{ platform(id: "nope") { id } }')
    assert reply.json["data"] == {"platform": None}
    assert reply.error["code"] == "IDENTIFIER_NOT_FOUND"


async def test_coverage_says_who_speaks_and_what_can_be_done(endpoint: Endpoint) -> None:
    reply = await endpoint.ask(documents()["coverage"])
    board = {one["platform"]["id"]: one for one in reply.data["coverage"]["platforms"]}
    assert board["disk"]["connector"] == "disk"
    assert board["disk"]["unbinding"] == "SYNC"
    assert board["shop"]["unbinding"] is None
    assert board["shop"]["capabilities"] == ["GUIDANCE", "LOOKUP"]


async def test_a_level_is_shown_for_the_version_that_was_examined(endpoint: Endpoint) -> None:
    reply = await endpoint.ask("{ coverage { platforms { connector level } } }")
    board = {one["connector"]: one["level"] for one in reply.data["coverage"]["platforms"]}
    assert (board["disk"], board["shop"], board["forum"]) == ("SILVER", None, None)


async def test_operators_see_which_connector_is_wanted_next(serve_sites: ServeConnectors) -> None:
    guide = fake_connector("byhand", Category.TOOLS, None)
    spec = replace(guide.spec, capabilities=frozenset({Capability.GUIDANCE}))
    endpoint = await serve_sites(replace(guide, spec=spec))
    asked = '{ registeredAccounts(number: "13800001234", platforms: ["byhand"]) { number } }'
    for _ in range(2):
        assert (await endpoint.ask(asked)).data
    demand = "{ coverage { demand { asked platform { id } } } }"
    board = (await endpoint.ask(demand, token="operator")).data["coverage"]
    assert board == {"demand": [{"asked": 2, "platform": {"id": "byhand"}}]}
    reply = await endpoint.ask(demand)
    assert (reply.json["data"], reply.error["code"]) == (
        {"coverage": {"demand": None}},
        "PERMISSION_DENIED",
    )


async def test_operators_see_connectors_and_problems(endpoint: Endpoint) -> None:
    board = (await endpoint.ask(BOARD, token="operator")).data["coverage"]
    assert {"id": "disk", "state": "ENABLED"} in board["connectors"]
    assert board["problems"] == [{"source": "broken", "message": "does not load"}]


async def test_operators_see_how_long_answers_took(endpoint: Endpoint) -> None:
    LOOKUP_SECONDS.labels(platform="disk").observe(0.2)
    asked = "{ coverage { platforms { platform { id } p50Ms p95Ms } } }"
    board = (await endpoint.ask(asked, token="operator")).data["coverage"]["platforms"]
    found = {one["platform"]["id"]: (one["p50Ms"], one["p95Ms"]) for one in board}
    assert 0 < found["disk"][0] <= found["disk"][1]
    reply = await endpoint.ask(asked)
    assert {one["p95Ms"] for one in reply.data["coverage"]["platforms"]} == {None}


async def test_the_catalogue_shows_what_to_do_by_hand(endpoint: Endpoint) -> None:
    reply = await endpoint.ask(documents()["catalogue"])
    board = {one["platform"]["id"]: one for one in reply.data["coverage"]["platforms"]}
    assert board["shop"]["guide"]["steps"]
    assert board["disk"]["guide"] is None


async def test_the_board_is_one_question(endpoint: Endpoint) -> None:
    reply = await endpoint.ask(documents()["coverage_board"], token="operator")
    assert {"platforms", "connectors", "demand", "problems"} == set(reply.data["coverage"])


async def test_others_do_not(endpoint: Endpoint) -> None:
    reply = await endpoint.ask(BOARD)
    assert reply.json["data"] == {"coverage": {"connectors": None, "problems": None}}
    assert reply.error["code"] == "PERMISSION_DENIED"
