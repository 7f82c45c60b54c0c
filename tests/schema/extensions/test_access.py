"""Unauthenticated callers get nothing, by one rule that covers every field."""

from __future__ import annotations

import pytest
from graphql import GraphQLObjectType
from graphql import build_schema as parse_schema
from tests.schema.conftest import Endpoint, MemoryRenewals, subscribe

from jiebang.schema.schema import print_schema

QUERIES = {
    "registeredAccounts": 'registeredAccounts(number: "13800001234") { number }',
    "platforms": "platforms { edges { node { id } } }",
    "platform": 'platform(id: "disk") { id }',
    "coverage": "coverage { platforms { connector } }",
    "renewal": 'renewal(id: "x") { id }',
    "renewals": "renewals { edges { node { id } } }",
    "recyclingVerdict": 'recyclingVerdict(since: "2020-01-01") { verdict }',
    "_entities": "_entities(representations: []) { __typename }",
}
MUTATIONS = {
    "startRenewal": 'startRenewal(input: {idempotencyKey: "k"}) { __typename }',
    "unbindAccounts": 'unbindAccounts(input: {accountIds: [], idempotencyKey: "k"}) { __typename }',
    "requestActions": (
        'requestActions(input: {kind: UNBIND, accountIds: [], idempotencyKey: "k"}) { __typename }'
    ),
    "withdrawRenewal": 'withdrawRenewal(input: {id: "x"}) { __typename }',
    "retryAction": 'retryAction(input: {id: "x"}) { __typename }',
    "confirmManualStep": 'confirmManualStep(input: {inquiryId: "x"}) { __typename }',
    "tickGuideStep": 'tickGuideStep(input: {inquiryId: "x", stepId: "s"}) { __typename }',
    "setReminder": 'setReminder(input: {inquiryId: "x"}) { __typename }',
    "requestPossessionCode": 'requestPossessionCode(input: {number: "1"}) { __typename }',
    "confirmPossession": 'confirmPossession(input: {id: "x", code: "1"}) { __typename }',
}
SUBSCRIPTIONS = {
    "renewalProgress": 'renewalProgress(id: "x") { cursor }',
    "registeredAccountsProgress": "registeredAccountsProgress { asked }",
}
PLAIN = [
    *(f"query {{ {one} }}" for one in QUERIES.values()),
    *(f"mutation {{ {one} }}" for one in MUTATIONS.values()),
]
ALL = [*PLAIN, *(f"subscription {{ {one} }}" for one in SUBSCRIPTIONS.values())]

HIDDEN = [
    "{ __typename platforms { edges { cursor } } }",
    "{ __typename: platforms { edges { cursor } } }",
    "{ ... { platforms { edges { cursor } } } }",
    "{ ... on Query { ... { platforms { edges { cursor } } } } }",
    "{ ...A } fragment A on Query { ...B } fragment B on Query { platforms { edges { cursor } } }",
    "{ platforms @include(if: false) { edges { cursor } } }",
]


def test_these_are_all_fields_that_anything_begins_with() -> None:
    schema = parse_schema(print_schema(), assume_valid=True)
    beginnings = {"Query": QUERIES, "Mutation": MUTATIONS, "Subscription": SUBSCRIPTIONS}
    for name, known in beginnings.items():
        kind = schema.get_type(name)
        assert isinstance(kind, GraphQLObjectType)
        assert set(kind.fields) - {"_service"} == set(known)


@pytest.mark.parametrize("document", [*PLAIN, *HIDDEN])
async def test_a_stranger_gets_nothing(
    endpoint: Endpoint, renewals: MemoryRenewals, document: str
) -> None:
    reply = await endpoint.ask(document, token=None)
    assert (reply.error["code"], reply.error["reason"]) == ("UNAUTHENTICATED", "TOKEN_MISSING")
    assert "data" not in reply.json
    assert not renewals.calls


@pytest.mark.parametrize("document", ALL)
async def test_a_stranger_gets_nothing_by_events_either(
    endpoint: Endpoint, renewals: MemoryRenewals, document: str
) -> None:
    (event,) = await endpoint.events(document, token=None)
    assert event["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert not renewals.calls


@pytest.mark.parametrize("document", ALL)
async def test_a_stranger_gets_nothing_over_a_websocket_either(
    endpoint: Endpoint, renewals: MemoryRenewals, document: str
) -> None:
    async with endpoint.open_websocket(token=None) as socket:
        await subscribe(socket, document)
        message = await socket.receive_json()
        assert message["type"] == "error"
        assert message["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert not renewals.calls


async def test_the_status_says_so_where_the_media_type_carries_one(endpoint: Endpoint) -> None:
    reply = await endpoint.ask(
        "{ coverage { platforms { connector } } }",
        token=None,
        accept="application/graphql-response+json",
    )
    assert reply.status == 401


async def test_a_stranger_may_ask_for_the_typename(endpoint: Endpoint) -> None:
    assert (await endpoint.ask("{ __typename }", token=None)).data == {"__typename": "Query"}


async def test_a_stranger_may_read_the_schema_where_introspection_is_on(
    open_endpoint: Endpoint,
) -> None:
    reply = await open_endpoint.ask(
        "{ __schema { queryType { name } } _service { sdl } }", token=None
    )
    assert reply.data["__schema"] == {"queryType": {"name": "Query"}}
    assert "type Platform" in reply.data["_service"]["sdl"]


@pytest.mark.parametrize(
    "document", ["{ __schema { queryType { name } } }", "{ _service { sdl } }"]
)
@pytest.mark.parametrize("token", [None, "operator"])
async def test_nobody_may_where_it_is_off(
    endpoint: Endpoint, document: str, token: str | None
) -> None:
    reply = await endpoint.ask(document, token=token, accept_language="en")
    assert "ntrospection" in reply.error["message"]


async def test_a_refused_token_is_an_http_error(endpoint: Endpoint) -> None:
    reply = await endpoint.ask("{ __typename }", token="forged")
    assert reply.status == 401
    assert reply.media.startswith("application/json")
    assert reply.headers["www-authenticate"] == "Bearer"
    assert (reply.error["code"], reply.error["reason"]) == ("UNAUTHENTICATED", "TOKEN_REFUSED")


async def test_a_token_without_scopes_opens_nothing(endpoint: Endpoint) -> None:
    reply = await endpoint.ask('{ registeredAccounts(number: "1") { number } }', token="powerless")
    assert (reply.error["code"], reply.error["reason"]) == ("PERMISSION_DENIED", "SCOPE_MISSING")
