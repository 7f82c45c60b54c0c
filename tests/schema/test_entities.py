"""Entities: each representation is resolved separately."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.schema.conftest import Endpoint, MemoryRenewals

from jiebang.schema.entities import MAX_REPRESENTATIONS
from jiebang.schema.global_id import IdKind, encode_id

ENTITIES = """
query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    __typename
    ... on Platform { id name }
    ... on Renewal { id status }
  }
}
"""


async def test_platforms_and_renewals_are_found_by_id(
    endpoint: Endpoint, renewals: MemoryRenewals
) -> None:
    id = encode_id(IdKind.RENEWAL, renewals.add().id)
    reply = await endpoint.ask(
        ENTITIES,
        {
            "representations": [
                {"__typename": "Renewal", "id": id},
                {"__typename": "Platform", "id": "disk", "name": "theirs"},
            ]
        },
    )
    assert reply.data["_entities"] == [
        {"__typename": "Renewal", "id": id, "status": "FULFILLED"},
        {"__typename": "Platform", "id": "disk", "name": "disk网"},
    ]


ODD: list[Any] = [
    {},
    {"__typename": "Nope", "id": "disk"},
    {"__typename": "Account", "id": "disk"},
    {"__typename": "Platform"},
    {"__typename": "Platform", "id": 1},
    {"__typename": "Platform", "id": "nope"},
    {"__typename": "Renewal", "id": "x"},
    {"__typename": ["Platform"], "id": "disk"},
    {"id": "disk"},
    "Platform",
    7,
    ["Platform"],
]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
async def test_a_wrong_one_is_an_error_at_its_own_place(endpoint: Endpoint, odd: Any) -> None:
    good = {"__typename": "Platform", "id": "disk"}
    reply = await endpoint.ask(ENTITIES, {"representations": [good, odd, good]})
    first, second, third = reply.json["data"]["_entities"]
    assert first == third == {"__typename": "Platform", "id": "disk", "name": "disk网"}
    assert second is None
    (error,) = reply.json["errors"]
    assert error["path"] == ["_entities", 1]
    assert error["extensions"]["code"] in ("INVALID_ARGUMENT", "IDENTIFIER_NOT_FOUND")
    assert re.search(r"[\u4e00-\u9fff]", error["message"])


async def test_the_same_one_is_looked_for_once(
    endpoint: Endpoint, renewals: MemoryRenewals
) -> None:
    id = encode_id(IdKind.RENEWAL, renewals.add().id)
    representations = [{"__typename": "Renewal", "id": id}] * 20
    reply = await endpoint.ask(ENTITIES, {"representations": representations})
    assert len(reply.data["_entities"]) == 20
    assert len(renewals.calls) == 1


async def test_a_fault_of_ours_is_masked_at_its_own_place(
    endpoint: Endpoint, renewals: MemoryRenewals
) -> None:
    renewals.fault = RuntimeError("13800001234")
    id = encode_id(IdKind.RENEWAL, renewals.add().id)
    representations = [
        {"__typename": "Renewal", "id": id},
        {"__typename": "Platform", "id": "disk"},
    ]
    reply = await endpoint.ask(ENTITIES, {"representations": representations})
    assert reply.json["data"]["_entities"][1]["id"] == "disk"
    assert (reply.error["path"], reply.error["code"]) == (["_entities", 0], "INTERNAL")
    assert "13800001234" not in reply.text


async def test_too_many_are_refused(endpoint: Endpoint) -> None:
    one = {"__typename": "Platform", "id": "disk"}
    reply = await endpoint.ask(ENTITIES, {"representations": [one] * (MAX_REPRESENTATIONS + 1)})
    assert reply.error["reason"] == "SELECTION_TOO_LARGE"
