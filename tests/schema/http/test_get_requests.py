"""GET: only queries that may appear in a URL, which ends up in logs."""

from __future__ import annotations

import json
import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.schema.conftest import Endpoint, Reply

from jiebang.schema.http.persisted_documents import digest, documents_by_hash

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
NUMBER = "13800001234"


async def get(endpoint: Endpoint, accept: str = GRAPHQL, **parameters: str) -> Reply:
    headers = {"accept": accept, "authorization": "Bearer operator"}
    return await endpoint.with_query(parameters).send("", method="GET", **headers)


@pytest.mark.parametrize("accept", [JSON, GRAPHQL, "*/*", "text/event-stream"])
async def test_what_is_about_platforms_is_answered(endpoint: Endpoint, accept: str) -> None:
    document = "query One($id: ID!) { platform(id: $id) { id } }"
    variables = json.dumps({"id": "disk"})
    reply = await get(endpoint, accept, query=document, variables=variables, operationName="One")
    assert reply.data == {"platform": {"id": "disk"}}


@pytest.mark.parametrize(
    "query",
    [
        f'{{ registeredAccounts(number: "{NUMBER}") {{ number }} }}',
        "{ renewals { pageInfo { hasNextPage } } }",
        '{ renewal(id: "x") { id } }',
        '{ recyclingVerdict(since: "2025-01-01") { since } }',
        '{ ...A } fragment A on Query { __typename renewal(id: "x") { id } }',
        '{ _entities(representations: [{__typename: "Renewal", id: "x"}]) { __typename } }',
    ],
)
async def test_what_is_about_a_person_is_not(endpoint: Endpoint, query: str) -> None:
    reply = await get(endpoint, query=query)
    assert reply.status == 400
    assert "POST" in reply.error["message"]
    assert "data" not in reply.json


@pytest.mark.parametrize(
    "query", ["mutation { __typename }", "subscription { registeredAccountsProgress { asked } }"]
)
@pytest.mark.parametrize("accept", [JSON, GRAPHQL, "text/event-stream"])
async def test_only_queries_go_by_url(endpoint: Endpoint, query: str, accept: str) -> None:
    reply = await get(endpoint, accept, query=query)
    assert (reply.status, reply.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"query": ""},
        {"query": "{ __typename }", "variables": "x"},
        {"query": "{ __typename }", "variables": "[]"},
        {"query": "{ __typename }", "extensions": "1"},
        {"query": "{ __typename }", "operationName": "B"},
        {"query": "{ __typename " + "a " * 2000 + "}"},
        {"query": "{ nope }"},
    ],
)
async def test_an_odd_url_is_refused(endpoint: Endpoint, odd: dict[str, str]) -> None:
    reply = await get(endpoint, **odd)
    assert reply.status == 400
    assert reply.error["code"] == "INVALID_ARGUMENT"


NAMES = st.sampled_from(["query", "variables", "operationName", "extensions"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parameters=st.dictionaries(NAMES, st.text()))
async def test_no_url_breaks_anything(endpoint: Endpoint, parameters: dict[str, str]) -> None:
    assert (await get(endpoint, **parameters)).status == 400


async def test_a_trusted_document_goes_by_its_hash(endpoint: Endpoint) -> None:
    text = next(one for one in documents_by_hash().values() if "query Coverage {" in one)
    persisted = {"persistedQuery": {"version": 1, "sha256Hash": digest(text)}}
    assert (await get(endpoint, extensions=json.dumps(persisted))).data["coverage"]


async def test_nobody_keeps_a_reply(endpoint: Endpoint) -> None:
    for reply in (
        await get(endpoint, query="{ __typename }"),
        await get(endpoint),
        await endpoint.ask("{ __typename }"),
        await endpoint.ask("{ __typename }", accept="text/event-stream"),
    ):
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["referrer-policy"] == "no-referrer"


async def test_no_log_line_holds_a_url(
    endpoint: Endpoint, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.WARNING, "uvicorn.error")  # as `configure_logs` has it
    document = '{ renewal(id: "secret-in-url") { id } }'
    await get(endpoint, query=document)
    async with endpoint.with_query({"query": "secret-in-url"}).connect_websocket():
        pass
    assert "secret-in-url" not in caplog.text + "".join(capsys.readouterr())
