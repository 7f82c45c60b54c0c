"""What errors disclose: internal ones nothing, and none contains a number."""

from __future__ import annotations

import json
import logging
from typing import Any
from uuid import UUID

import pytest
from graphql import GraphQLError
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs
from tests.schema.conftest import Endpoint, MemoryRenewals, subscribe

from jiebang.schema.errors import internal_error, request_error
from jiebang.schema.global_id import IdKind, encode_id

NUMBER = "13800001234"
SECRET = f"row of {NUMBER} at postgresql://jiebang:pass@db"
MASKED = "服务内部错误。"


@pytest.fixture
def broken(renewals: MemoryRenewals) -> MemoryRenewals:
    renewals.add()
    renewals.fault = RuntimeError(SECRET)
    return renewals


def log_entry(logs: Any, trace: str) -> Any:
    """Return the log line with this trace id."""
    (line,) = [line for line in logs if line.get("trace_id") == trace]
    return line


@pytest.mark.parametrize(
    "document",
    [
        "{ renewals { edges { cursor } } }",
        f'{{ renewal(id: "{encode_id(IdKind.RENEWAL, UUID(int=1))}") {{ id }} }}',
        'mutation { startRenewal(input: {idempotencyKey: "k"}) { __typename } }',
    ],
)
async def test_a_fault_of_ours_says_nothing(
    endpoint: Endpoint, broken: MemoryRenewals, document: str
) -> None:
    with capture_logs() as logs:
        reply = await endpoint.ask(document)
    assert (reply.error["message"], reply.error["code"]) == (MASKED, "INTERNAL")
    assert NUMBER not in reply.text
    line = log_entry(logs, reply.error["traceId"])
    assert line["error"] == "RuntimeError"
    assert SECRET not in str(logs)


async def test_nor_in_a_frame_of_a_stream(endpoint: Endpoint, broken: MemoryRenewals) -> None:
    id = encode_id(IdKind.RENEWAL, next(iter(broken.views)))
    document = "subscription ($id: ID!) { renewalProgress(id: $id) { cursor } }"
    with capture_logs() as logs:
        (event,) = await endpoint.events(document, {"id": id})
    (error,) = event["errors"]
    assert error["message"] == MASKED
    assert log_entry(logs, error["extensions"]["traceId"])["error"] == "RuntimeError"
    assert SECRET not in json.dumps(event) + str(logs)


async def test_nor_over_a_websocket(endpoint: Endpoint, broken: MemoryRenewals) -> None:
    async with endpoint.open_websocket() as socket:
        for number, document in enumerate(
            ["{ renewals { edges { cursor } } }", "subscription { renewalProgress(id: 1) { at } }"]
        ):
            await subscribe(socket, document, id=str(number))
            message = await socket.receive_json()
            assert SECRET not in json.dumps(message)
            assert message["payload"]["errors"][0]["extensions"]["code"] in (
                "INTERNAL",
                "IDENTIFIER_NOT_FOUND",
            )
            assert (await socket.receive_json())["type"] == "complete"


async def test_nor_before_anything_is_executed(endpoint: Endpoint) -> None:
    with capture_logs() as logs:
        reply = await endpoint.ask("{ __typename }", token="bug")
    assert reply.status == 500
    assert reply.error["message"] == MASKED
    assert log_entry(logs, reply.error["traceId"])["error"] == "RuntimeError"
    assert NUMBER not in reply.text + str(logs)


WIDE = "１３８００００１２３４"
LEAKS: list[tuple[str, dict[str, Any]]] = [
    ("{ registeredAccounts(number: 13800001234) { number } }", {}),
    ('{ registeredAccounts(number: "x", deadlineMs: "138 0000 1234") { number } }', {}),
    ("{ a13800001234 }", {}),
    ("query ($n: Int) { registeredAccounts(deadlineMs: $n) { number } }", {"n": NUMBER}),
    ("query ($n: Int) { registeredAccounts(deadlineMs: $n) { number } }", {"n": 13800001234}),
    ("query ($n: String) { registeredAccounts(number: $n) { number } }", {"n": 13800001234}),
    ("query ($n: String) { registeredAccounts(number: $n) { number } }", {"n": [NUMBER]}),
    ("query ($n: Date!) { recyclingVerdict(since: $n) { since } }", {"n": "138-0000-1234"}),
    ("query ($n: Category) { platforms(category: $n) { edges { cursor } } }", {"n": NUMBER}),
    (
        "query ($n: Date!) { recyclingVerdict(since: $n) { since } }",
        {"n": WIDE},
    ),
    ("query ($n: String) { registeredAccounts(number: $n) { number } }", {"n": NUMBER + "5"}),
]


@pytest.mark.parametrize(("document", "variables"), LEAKS)
async def test_no_error_repeats_a_number(
    endpoint: Endpoint,
    document: str,
    variables: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG), capture_logs() as logs:
        reply = await endpoint.ask(document, variables)
    said = json.dumps(reply.json["errors"], ensure_ascii=False)
    said = said.replace("请填写手机号，如 13800001234", "")
    kept = [line.getMessage() for line in caplog.records if line.name.startswith("strawberry")]
    for text in (said, str(logs), *kept):
        assert "0000" not in text
        assert "００００" not in text
    assert not kept


@pytest.mark.parametrize(
    "document",
    [
        f"{{ platforms(first: {'9' * 5000}) {{ edges {{ cursor }} }} }}",
        "{ platforms { edges @stream(initialCount: -1) { cursor } } }",
        "fragment A on Query { __typename }",
    ],
)
async def test_what_the_request_got_wrong_is_no_fault_of_ours(
    endpoint: Endpoint, document: str
) -> None:
    reply = await endpoint.ask(document, accept="multipart/mixed")
    assert reply.error["reason"] == "REQUEST_MALFORMED"
    assert "sys." not in reply.text


NUMBERS = st.from_regex(r"(\+?86[- ]?)?1[3-9][0-9]( ?|-?)[0-9]{4}( ?|-?)[0-9]{4}", fullmatch=True)


@given(NUMBERS)
def test_whatever_a_number_is_written_like_it_goes(number: str) -> None:
    message = request_error(f'String cannot represent "{number}".').message
    assert message == 'String cannot represent "***".' or "+***" in message


@given(st.dates())
def test_a_date_stays_readable(day: Any) -> None:
    assert day.isoformat() in request_error(f"{day.isoformat()} is no such day").message


def test_a_long_message_is_cut() -> None:
    assert len(request_error("x" * 10_000).message) < 400


def test_two_faults_have_two_traces() -> None:
    first, second = (internal_error(ValueError("x")).extensions for _ in range(2))
    assert first
    assert second
    assert first["traceId"] != second["traceId"]
    assert isinstance(internal_error(ValueError("x")), GraphQLError)
