"""GraphQL over HTTP, according to its specification and audits."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.schema.conftest import Endpoint

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
OK = json.dumps({"query": "{ __typename }"})
TOKEN = {"authorization": "Bearer carrier"}


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}; charset=utf-8, {JSON}; q=0.9", GRAPHQL),
        (f"{GRAPHQL};q=0.5, {JSON}", JSON),
        (f"{GRAPHQL};q=x, {JSON};q=0.1", JSON),
        (f"{GRAPHQL};q=0", JSON),
        ("text/plain", JSON),
        (",,;;q=,", JSON),
        (GRAPHQL.upper(), GRAPHQL),
    ],
)
async def test_the_reply_has_the_media_type_that_was_liked_most(
    endpoint: Endpoint, accept: str | None, media: str
) -> None:
    reply = await endpoint.send(OK, **({"accept": accept} if accept else {}))
    assert reply.status == 200
    assert reply.media.partition(";")[0] == media
    assert reply.json == {"data": {"__typename": "Query"}}


async def test_a_reply_is_utf_8(endpoint: Endpoint) -> None:
    reply = await endpoint.send(OK, accept=GRAPHQL)
    assert reply.media == f"{GRAPHQL}; charset=utf-8"


WRONG_DOCUMENTS = [
    {"query": "{"},
    {"query": "{ nope }"},
    {"query": "#"},
    {"query": "fragment A on Query { __typename }"},
    {"query": "query ($a: Int!) { __typename @include(if: true) }"},
    {"query": "query A { __typename }", "operationName": "B"},
    {"query": "query ($since: Date!) { recyclingVerdict(since: $since) { since } }"},
    {
        "query": "query ($since: Date!) { recyclingVerdict(since: $since) { since } }",
        "variables": {"since": "2025-13-01"},
    },
    {"query": "subscription { renewalProgress(id: 1) { cursor } }"},
]


@pytest.mark.parametrize("body", WRONG_DOCUMENTS)
async def test_a_request_that_is_never_executed_has_no_data(
    endpoint: Endpoint, body: dict[str, object]
) -> None:
    reply = await endpoint.send(json.dumps(body), accept=GRAPHQL, **TOKEN)
    assert reply.status == 400, reply.text
    assert reply.media.startswith(GRAPHQL)
    assert "data" not in reply.json
    assert reply.error["code"] == "INVALID_ARGUMENT"


async def test_a_wrong_document_has_status_200_in_the_legacy_media_type(
    endpoint: Endpoint,
) -> None:
    reply = await endpoint.send(json.dumps({"query": "{ nope }"}), accept=JSON, **TOKEN)
    assert (reply.status, reply.media) == (200, f"{JSON}; charset=utf-8")
    assert "data" not in reply.json


async def test_an_error_while_executing_has_status_200(endpoint: Endpoint) -> None:
    body = json.dumps({"query": '{ platform(id: "nope") { id } }'})
    reply = await endpoint.send(body, accept=GRAPHQL, **TOKEN)
    assert reply.status == 200
    assert reply.json["data"] == {"platform": None}


async def test_an_argument_that_turns_out_null_is_the_requests_fault(endpoint: Endpoint) -> None:
    reply = await endpoint.ask(
        'query ($id: ID = "disk") { platform(id: $id) { id } }', {"id": None}
    )
    assert reply.error["code"] == "INVALID_ARGUMENT"


ODD_BODIES: list[bytes | str] = [
    b"",
    b"\xff\xfe",
    b"\x00",
    "{",
    "null",
    "1",
    '"x"',
    "[]",
    "[1]",
    f"[{OK}]",
    "[" * 100_000,
    '{"query":' * 2000,
    "{}",
    '{"query": null}',
    '{"query": ""}',
    '{"query": 1}',
    '{"query": ["{ __typename }"]}',
    '{"query": "{ __typename }", "variables": 1}',
    '{"query": "{ __typename }", "variables": []}',
    '{"query": "{ __typename }", "variables": "{}"}',
    '{"query": "{ __typename }", "extensions": 1}',
    '{"query": "{ __typename }", "operationName": 1}',
    '{"query": "{ __typename }", "operationName": {}}',
    '{"query": "\\ud800"}',
    '{"query": NaN}',
    '{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "x"}}}',
    "query={__typename}",
]


@pytest.mark.parametrize("body", ODD_BODIES, ids=range(len(ODD_BODIES)))
@pytest.mark.parametrize("accept", [JSON, GRAPHQL, "text/event-stream"])
async def test_an_odd_body_is_refused_and_breaks_nothing(
    endpoint: Endpoint, body: bytes | str, accept: str
) -> None:
    reply = await endpoint.send(body, accept=accept, **TOKEN)
    assert reply.status == 400, reply.text
    assert reply.media.partition(";")[0] in (JSON, GRAPHQL)
    assert reply.error["code"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize("odd", ["operationName", "variables", "extensions"])
async def test_null_is_as_good_as_nothing(endpoint: Endpoint, odd: str) -> None:
    body = json.dumps({"query": "{ __typename }", odd: None})
    assert (await endpoint.send(body)).data == {"__typename": "Query"}


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/graphql", "multipart/form-data; boundary=x", "", "json"]
)
async def test_only_json_is_read(endpoint: Endpoint, kind: str) -> None:
    reply = await endpoint.send(OK, content_type=kind)
    assert reply.status == 400


@pytest.mark.parametrize("kind", [JSON, "Application/JSON", f"{JSON}; charset=utf-8"])
async def test_json_is_known_however_it_is_named(endpoint: Endpoint, kind: str) -> None:
    assert (await endpoint.send(OK, content_type=kind)).status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("accept", [JSON, GRAPHQL, "text/event-stream", "text/html"])
async def test_anything_but_get_and_post_is_refused(
    endpoint: Endpoint, method: str, accept: str
) -> None:
    reply = await endpoint.send("", method=method, accept=accept)
    assert (reply.status, reply.headers["allow"]) == (405, "GET, POST")
    assert reply.error["code"] == "INVALID_ARGUMENT"


async def test_the_explorer_is_a_page_for_browsers(open_endpoint: Endpoint) -> None:
    page = await open_endpoint.send("", method="GET", accept="text/html,*/*;q=0.8")
    assert (page.status, page.media) == (200, "text/html; charset=utf-8")
    assert (await open_endpoint.send("", method="GET", accept="*/*")).status == 400


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
NAMES = st.sampled_from(["query", "variables", "operationName", "extensions"]) | st.text()
BODIES = st.binary() | st.one_of(
    JSON_VALUES, st.dictionaries(NAMES, JSON_VALUES), st.dictionaries(NAMES, st.text())
).map(lambda value: json.dumps(value).encode())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES, accept=st.sampled_from([JSON, GRAPHQL, "text/event-stream", "*/*", ""]))
async def test_no_body_breaks_anything(endpoint: Endpoint, body: bytes, accept: str) -> None:
    """Rejected with 400 and JSON, or read as an invalid document."""
    reply = await endpoint.send(body, accept=accept, **TOKEN)
    assert reply.status in (200, 400), reply.text
    if reply.media.startswith("text/event-stream"):
        assert reply.status == 200
    else:
        assert reply.error["code"] in ("INVALID_ARGUMENT", "PERSISTED_QUERY_NOT_FOUND")


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_a_subscription_needs_a_stream(endpoint: Endpoint, accept: str) -> None:
    body = json.dumps({"query": "subscription { registeredAccountsProgress { asked } }"})
    reply = await endpoint.send(body, accept=accept, **TOKEN)
    assert reply.status == 400
    assert "text/event-stream" in reply.error["message"]


async def test_a_query_may_come_as_a_stream_too(endpoint: Endpoint) -> None:
    assert await endpoint.events("{ __typename }") == [{"data": {"__typename": "Query"}}]


@pytest.mark.parametrize("document", ["{", "#", "{ nope }", "{ a " * 300, "query A { a } {"])
async def test_a_stream_of_a_wrong_document_says_so(endpoint: Endpoint, document: str) -> None:
    (event,) = await endpoint.events(document)
    assert event["errors"][0]["extensions"]["code"] == "INVALID_ARGUMENT"
    assert "data" not in event
