"""Trusted documents: referenced by hash, and the only ones run where that is enforced."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from tests.schema.conftest import Endpoint, MemoryRenewals, Reply

from jiebang.schema.documents import documents
from jiebang.schema.global_id import IdKind, encode_id
from jiebang.schema.http.persisted_documents import documents_by_hash

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
TEXT = documents()["coverage"]
HASH = hashlib.sha256(TEXT.encode()).hexdigest()
OTHER = hashlib.sha256(b"{ __typename }").hexdigest()


async def send(
    endpoint: Endpoint, body: dict[str, Any], asked: Any = None, accept: str = GRAPHQL
) -> Reply:
    if asked is not None:
        body = {**body, "extensions": {"persistedQuery": asked}}
    return await endpoint.send(json.dumps(body), accept=accept, authorization="Bearer operator")


def persisted_query(digest: str) -> dict[str, Any]:
    return {"version": 1, "sha256Hash": digest}


def test_every_document_that_ships_is_trusted() -> None:
    assert sorted(documents_by_hash().values()) == sorted(documents().values())


@pytest.mark.parametrize("body", [{}, {"query": None}, {"query": TEXT}])
async def test_a_known_hash_is_run(endpoint: Endpoint, body: dict[str, Any]) -> None:
    assert (await send(endpoint, body, persisted_query(HASH))).data["coverage"]


@pytest.mark.parametrize("accept", [GRAPHQL, JSON])
async def test_an_unknown_hash_is_not_found(endpoint: Endpoint, accept: str) -> None:
    reply = await send(endpoint, {}, persisted_query(OTHER), accept)
    assert (reply.status, reply.error["code"]) == (400, "PERSISTED_QUERY_NOT_FOUND")
    assert "data" not in reply.json


async def test_what_a_client_sends_is_not_remembered(endpoint: Endpoint) -> None:
    sent = await send(endpoint, {"query": "{ __typename }"}, persisted_query(OTHER))
    assert sent.data == {"__typename": "Query"}
    again = await send(endpoint, {}, persisted_query(OTHER))
    assert again.error["code"] == "PERSISTED_QUERY_NOT_FOUND"


async def test_a_hash_of_another_text_is_refused(endpoint: Endpoint) -> None:
    reply = await send(endpoint, {"query": "{ __typename }"}, persisted_query(HASH))
    assert (reply.status, reply.error["code"]) == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize(
    "odd",
    [
        1,
        "x",
        [],
        {},
        {"version": 2, "sha256Hash": HASH},
        {"version": 1},
        persisted_query(HASH.upper()),
    ],
)
async def test_an_odd_hash_is_refused(endpoint: Endpoint, odd: Any) -> None:
    for body in ({}, {"query": TEXT}):
        reply = await send(endpoint, body, odd)
        assert (reply.status, reply.error["code"]) == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize("text", ["{ __typename }", f"{TEXT} ", "{", "{ __schema { __typename } }"])
async def test_where_it_is_enforced_other_text_is_refused(
    strict_endpoint: Endpoint, text: str
) -> None:
    reply = await send(strict_endpoint, {"query": text})
    assert (reply.status, reply.error["code"]) == (400, "PERSISTED_QUERY_REQUIRED")
    assert "jiebang schema documents" in reply.error["hint"]


async def test_where_it_is_enforced_trusted_documents_run(strict_endpoint: Endpoint) -> None:
    assert (await send(strict_endpoint, {"query": TEXT})).data["coverage"]
    assert (await send(strict_endpoint, {}, persisted_query(HASH))).data["coverage"]


async def test_a_list_of_requests_is_refused(strict_endpoint: Endpoint) -> None:
    reply = await strict_endpoint.send(json.dumps([{"query": TEXT}, {"query": TEXT}]))
    assert reply.status == 400


async def test_a_stream_is_asked_for_by_hash(
    strict_endpoint: Endpoint, renewals: MemoryRenewals
) -> None:
    text = documents()["renewal_progress"]
    body = {"variables": {"id": encode_id(IdKind.RENEWAL, renewals.add().id)}}
    asked = persisted_query(hashlib.sha256(text.encode()).hexdigest())
    reply = await send(strict_endpoint, body, asked, "text/event-stream")
    assert reply.text.count("event: next") == 2
    refused = await send(strict_endpoint, {}, persisted_query(OTHER), "text/event-stream")
    assert (refused.status, refused.media.partition(";")[0]) == (400, JSON)


async def test_a_socket_follows_the_same_rules(
    strict_endpoint: Endpoint, renewals: MemoryRenewals
) -> None:
    text = documents()["renewal_progress"]
    known = persisted_query(hashlib.sha256(text.encode()).hexdigest())
    variables = {"id": encode_id(IdKind.RENEWAL, renewals.add().id)}
    async with strict_endpoint.open_websocket() as socket:
        answers: list[Any] = []
        for payload in (
            {"query": "{ __typename }"},
            {"extensions": {"persistedQuery": persisted_query(OTHER)}},
            {"extensions": {"persistedQuery": known}, "variables": variables},
        ):
            await socket.send_json({"type": "subscribe", "id": "1", "payload": payload})
            answers.append(await socket.receive_json())
    codes = [one["payload"][0]["extensions"]["code"] for one in answers[:2]]
    assert codes == ["PERSISTED_QUERY_REQUIRED", "PERSISTED_QUERY_NOT_FOUND"]
    assert answers[2]["type"] == "next"
