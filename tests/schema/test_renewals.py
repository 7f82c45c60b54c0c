"""Renewals: read, listed and followed."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.schema.conftest import Endpoint, MemoryRenewals

from jiebang.gateway.domain.caller import Caller
from jiebang.gateway.domain.errors import Unauthenticated
from jiebang.schema.cursor import encode_name, encode_seq
from jiebang.schema.documents import documents
from jiebang.schema.global_id import IdKind, encode_id, encode_text
from jiebang.schema.subscription import stop_at_expiry

RENEWAL = documents()["renewal"]
PROGRESS = documents()["renewal_progress"]
LIST = """
query ($first: Int! = 20, $after: String) {
  renewals(first: $first, after: $after) {
    edges { node { id } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)


async def test_a_renewal_is_read_by_its_id(endpoint: Endpoint, renewals: MemoryRenewals) -> None:
    view = renewals.add()
    id = encode_id(IdKind.RENEWAL, view.id)
    found = (await endpoint.ask(RENEWAL, {"id": id})).data["renewal"]
    assert (found["id"], found["number"]) == (id, "138****1234")
    assert (found["status"], found["operation"]) == ("FULFILLED", "START_RENEWAL")
    assert found["inquiries"][0]["id"] == encode_id(IdKind.INQUIRY, view.inquiries[0].id)
    assert found["inquiries"][0]["platform"] == {"id": "disk", "name": "网盘"}


FOREIGN = [
    "",
    "x",
    "不是",
    "=" * 100,
    str(uuid.UUID(int=1)),
    encode_id(IdKind.ACTION, uuid.UUID(int=1)),
    encode_id(IdKind.RENEWAL, uuid.UUID(int=1)),
    encode_text("Renewal:not-a-uuid"),
    encode_text("Renewal"),
    "UmVuZXdhbDo\x00",
]


@pytest.mark.parametrize("id", FOREIGN)
async def test_an_id_of_nothing_is_not_found(endpoint: Endpoint, id: str) -> None:
    reply = await endpoint.ask(RENEWAL, {"id": id})
    assert reply.json["data"] == {"renewal": None}
    assert (reply.error["code"], reply.error["reason"]) == (
        "IDENTIFIER_NOT_FOUND",
        "RENEWAL_UNKNOWN",
    )


async def walk(endpoint: Endpoint, first: int) -> list[str]:
    found: list[str] = []
    after = None
    while True:
        reply = await endpoint.ask(LIST, {"first": first, "after": after})
        page: Any = reply.data["renewals"]
        found += [edge["node"]["id"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found


@pytest.mark.parametrize("first", [1, 3, 7, 100])
async def test_renewals_are_listed_once_each_the_newest_first(
    endpoint: Endpoint, renewals: MemoryRenewals, first: int
) -> None:
    # Two at the same instant: the id decides.
    made = [renewals.add(BEGIN + timedelta(microseconds=number // 2)) for number in range(7)]
    made.sort(key=lambda one: (one.created_at, one.id), reverse=True)
    assert await walk(endpoint, first) == [encode_id(IdKind.RENEWAL, one.id) for one in made]


async def test_no_renewals_are_an_empty_page(endpoint: Endpoint) -> None:
    assert (await endpoint.ask(LIST)).data["renewals"] == {
        "edges": [],
        "pageInfo": {"hasNextPage": False, "endCursor": None},
    }


@pytest.mark.parametrize(
    "after",
    [
        "",
        "x",
        encode_seq(uuid.UUID(int=1), 1),
        encode_name("disk"),
        encode_text(f"2025-01-01|{uuid.UUID(int=1)}"),
    ],
)
async def test_a_cursor_of_another_list_is_refused(endpoint: Endpoint, after: str) -> None:
    assert (await endpoint.ask(LIST, {"after": after})).error["reason"] == "CURSOR_INVALID"


async def test_a_renewal_is_followed_to_its_end(
    endpoint: Endpoint, renewals: MemoryRenewals
) -> None:
    view = renewals.add()
    events = await endpoint.events(PROGRESS, {"id": encode_id(IdKind.RENEWAL, view.id)})
    steps = [one["data"]["renewalProgress"] for one in events]
    assert [step["kind"] for step in steps] == ["RENEWAL", "INQUIRY"]
    assert steps[0]["inquiry"] is None
    assert steps[1]["inquiry"]["id"] == encode_id(IdKind.INQUIRY, view.inquiries[0].id)
    assert steps[1]["action"] is None


async def test_following_goes_on_after_a_cursor(
    endpoint: Endpoint, renewals: MemoryRenewals
) -> None:
    id = encode_id(IdKind.RENEWAL, renewals.add().id)
    first, second = await endpoint.events(PROGRESS, {"id": id})
    cursor = first["data"]["renewalProgress"]["cursor"]
    assert await endpoint.events(PROGRESS, {"id": id, "after": cursor}) == [second]


@pytest.mark.parametrize(
    "after",
    [
        "",
        "x",
        encode_text("event|-1"),
        encode_text("event|1"),
        encode_seq(uuid.UUID(int=7), 1),
    ],
)
async def test_a_cursor_of_no_event_is_refused(
    endpoint: Endpoint, renewals: MemoryRenewals, after: str
) -> None:
    variables = {"id": encode_id(IdKind.RENEWAL, renewals.add().id), "after": after}
    (event,) = await endpoint.events(PROGRESS, variables)
    assert event["errors"][0]["extensions"]["reason"] == "CURSOR_INVALID"


async def test_nobody_elses_renewal_is_followed(endpoint: Endpoint) -> None:
    (event,) = await endpoint.events(PROGRESS, {"id": encode_id(IdKind.RENEWAL, uuid.UUID(int=1))})
    assert event["errors"][0]["extensions"]["reason"] == "RENEWAL_UNKNOWN"


async def test_a_stream_ends_with_its_token() -> None:
    closed = asyncio.Event()

    async def steps() -> AsyncGenerator[int]:
        try:
            yield 1
            await asyncio.Event().wait()
        finally:
            closed.set()

    caller = Caller(tenant="t", subject="s", scopes=frozenset(), until=time.time() + 0.05)
    proven = stop_at_expiry(caller, steps())
    assert await anext(proven) == 1
    with pytest.raises(Unauthenticated):
        await anext(proven)
    assert closed.is_set()
