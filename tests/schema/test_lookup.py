"""Lookups through the real view: what a caller sees, and in which language."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.schema.conftest import Endpoint

from jiebang.gateway.domain.tenure import today
from jiebang.schema.documents import documents

NUMBER = "13800001234"
CURRENT = {"current": {"activatedOn": "2025-03-01"}}
LOOKUP = documents()["lookup"]
PROGRESS = documents()["lookup_progress"]


async def lookup(endpoint: Endpoint, token: str = "carrier", **variables: Any) -> Any:
    return (await endpoint.ask(LOOKUP, variables, token=token)).data["registeredAccounts"]


async def test_every_platform_answers_for_itself(endpoint: Endpoint) -> None:
    found = await lookup(endpoint, number=NUMBER, tenure=CURRENT)
    assert found["number"] == "138****1234"
    assert found["basis"] == "CURRENT"
    assert found["summary"] == {
        "asked": 5,
        "bound": 3,
        "notBound": 1,
        "unknown": 1,
        "pending": 0,
        "needsAction": 0,
        "guidance": 0,
    }
    outcomes = {one["platform"]["id"]: one["outcome"] for one in found["platforms"]}
    assert outcomes == {"disk": "BOUND", "forum": "BOUND", "shop": "NOT_BOUND", "slow": "UNKNOWN"}


async def test_a_strangers_account_has_no_label_and_the_own_one_has(endpoint: Endpoint) -> None:
    found = await lookup(endpoint, number=NUMBER, tenure=CURRENT)
    accounts = {one["platform"]["id"]: one["accounts"] for one in found["platforms"]}
    (stranger,), (own,) = accounts["disk"], accounts["forum"]
    assert (stranger["relation"], stranger["label"], stranger["boundOn"]) == (
        "BEFORE_ACTIVATION",
        None,
        None,
    )
    assert (stranger["eligible"], stranger["reason"]) == (True, None)
    assert stranger["offers"] == ["UNBIND"]
    assert (own["relation"], own["label"], own["boundOn"]) == (
        "AFTER_ACTIVATION",
        "新**",
        "2025-06-01",
    )
    assert (own["eligible"], own["reason"]) == (False, "BINDING_AFTER_ACTIVATION")


async def test_sensitive_platforms_are_only_counted_for_a_new_holder(endpoint: Endpoint) -> None:
    reply = await endpoint.ask(LOOKUP, {"number": NUMBER, "tenure": CURRENT})
    (group,) = reply.data["registeredAccounts"]["sensitive"]
    assert (group["category"], group["asked"], group["bound"]) == ("LENDING", 1, 1)
    assert "lender" not in reply.text


async def test_a_failure_says_why_and_when_to_ask_again(endpoint: Endpoint) -> None:
    found = await lookup(endpoint, number=NUMBER, platforms=["slow"])
    (slow,) = found["platforms"]
    assert slow["reason"] == "TIMEOUT"
    assert slow["retryAt"]


async def test_a_holder_need_not_say_the_number(endpoint: Endpoint) -> None:
    found = await lookup(endpoint, token="holder")
    assert found["number"] == "138****1234"
    assert found["summary"]["bound"] == 3


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("", "disk网"),
        ("en", "disk site"),
        ("en-GB;q=0.9, zh;q=0.3", "disk site"),
        ("en;q=0.2, zh-CN", "disk网"),
        ("fr, en;q=0.1", "disk site"),
        ("fr", "disk网"),
        ("en;q=x, zh;q=0.1", "disk网"),
    ],
)
async def test_texts_take_the_requests_language(endpoint: Endpoint, accept: str, name: str) -> None:
    document = '{ platform(id: "disk") { name category } }'
    if accept:
        reply = await endpoint.ask(document, accept_language=accept)
    else:
        reply = await endpoint.ask(document)
    assert reply.data["platform"] == {"name": name, "category": "CLOUD_STORAGE"}


LATER = (today() + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("variables", "code", "reason", "field"),
    [
        ({"number": "not a number"}, "INVALID_ARGUMENT", "NUMBER_MALFORMED", "number"),
        ({"number": "010-62345678"}, "INVALID_ARGUMENT", "NUMBER_NOT_MOBILE", "number"),
        (
            {"number": "+85261234567"},
            "SERVICE_NOT_APPLICABLE",
            "NUMBER_REGION_NOT_COVERED",
            "number",
        ),
        ({}, "MISSING_IDENTIFIER", "NUMBER_MISSING", "number"),
        ({"platforms": []}, "INVALID_ARGUMENT", "SELECTION_EMPTY", "platforms"),
        ({"platforms": ["disk", "nope"]}, "IDENTIFIER_NOT_FOUND", "PLATFORM_UNKNOWN", "platforms"),
        ({"deadlineMs": 99}, "OUT_OF_RANGE", "DEADLINE_OUT_OF_RANGE", "deadlineMs"),
        ({"deadlineMs": 15001}, "OUT_OF_RANGE", "DEADLINE_OUT_OF_RANGE", "deadlineMs"),
    ],
)
async def test_a_question_that_cannot_be_asked_is_refused_with_its_reason(
    endpoint: Endpoint, variables: dict[str, Any], code: str, reason: str, field: str
) -> None:
    known = {} if field == "number" else {"number": NUMBER}
    error = (await endpoint.ask(LOOKUP, known | variables)).error
    assert (error["code"], error["reason"], error["field"]) == (code, reason, field)
    assert error["path"] == ["registeredAccounts"]


@pytest.mark.parametrize(
    ("kind", "dates", "reason", "field"),
    [
        ("current", {"activatedOn": LATER}, "DATE_IN_FUTURE", "activatedOn"),
        ("departing", {"activatedOn": LATER}, "DATE_IN_FUTURE", "activatedOn"),
        (
            "former",
            {"heldFrom": "2021-05-01", "heldUntil": "2021-05-01"},
            "TENURE_REVERSED",
            "heldUntil",
        ),
        (
            "quarantined",
            {
                "deactivatedOn": "2025-05-02",
                "reclaimableUntil": "2025-05-01",
                "reissueFrom": "2025-06-01",
            },
            "TENURE_REVERSED",
            "reclaimableUntil",
        ),
    ],
)
async def test_an_impossible_tenure_is_refused_at_its_date(
    endpoint: Endpoint, kind: str, dates: dict[str, str], reason: str, field: str
) -> None:
    error = (await endpoint.ask(LOOKUP, {"number": NUMBER, "tenure": {kind: dates}})).error
    assert (error["code"], error["reason"]) == ("INVALID_ARGUMENT", reason)
    assert error["field"] == f"tenure.{kind}.{field}"


async def test_a_holder_cannot_send_a_tenure_or_ask_for_another_number(endpoint: Endpoint) -> None:
    for variables, reason in (
        ({"tenure": {"departing": {"activatedOn": "2020-01-01"}}}, "TENURE_NOT_YOURS"),
        ({"number": "13900001234"}, "NUMBER_NOT_YOURS"),
    ):
        reply = await endpoint.ask(LOOKUP, variables, token="holder")
        assert (reply.error["code"], reply.error["reason"]) == ("PERMISSION_DENIED", reason)


@pytest.mark.parametrize(
    "tenure",
    [{}, {"current": None}, {**CURRENT, "departing": {"activatedOn": "2020-01-01"}}],
)
async def test_a_tenure_is_of_exactly_one_kind(endpoint: Endpoint, tenure: dict[str, Any]) -> None:
    reply = await endpoint.ask(LOOKUP, {"number": NUMBER, "tenure": tenure})
    assert reply.error["code"] == "INVALID_ARGUMENT"
    assert "data" not in reply.json


@pytest.mark.parametrize(
    ("tenure", "basis"),
    [
        ({"current": {}}, "CURRENT"),
        ({"departing": {"activatedOn": "2020-01-01"}}, "DEPARTING"),
        ({"former": {"heldFrom": "2020-01-01", "heldUntil": "2024-01-01"}}, "FORMER"),
        (
            {
                "quarantined": {
                    "deactivatedOn": "2024-01-01",
                    "reclaimableUntil": "2024-02-01",
                    "reissueFrom": "2024-04-01",
                }
            },
            "QUARANTINED",
        ),
    ],
)
async def test_each_kind_of_tenure_gives_its_basis(
    endpoint: Endpoint, tenure: dict[str, Any], basis: str
) -> None:
    assert (await lookup(endpoint, number=NUMBER, tenure=tenure))["basis"] == basis


async def test_answers_stream_as_they_come_in(endpoint: Endpoint) -> None:
    events = await endpoint.events(PROGRESS, {"number": NUMBER, "tenure": CURRENT})
    steps = [one["data"]["registeredAccountsProgress"] for one in events]
    assert [step["answered"] for step in steps] == [1, 2, 3, 4, 5, 5]
    assert {step["asked"] for step in steps} == {5}
    shown = [step["platform"]["platform"]["id"] for step in steps if step["platform"]]
    assert sorted(shown) == ["disk", "forum", "shop", "slow"]
    assert [step["result"] is not None for step in steps] == [False] * 5 + [True]
    assert steps[-1]["result"]["summary"]["bound"] == 3


async def test_a_question_that_cannot_be_followed_is_refused_with_its_reason(
    endpoint: Endpoint,
) -> None:
    (event,) = await endpoint.events(PROGRESS, {"number": "12"})
    assert event["errors"][0]["extensions"]["reason"] == "NUMBER_MALFORMED"


@pytest.mark.parametrize(
    ("since", "verdict"), [("2025-02-28", "RECYCLED"), ("2025-03-01", "NOT_RECYCLED")]
)
async def test_a_number_is_recycled_when_it_was_activated_since(
    endpoint: Endpoint, since: str, verdict: str
) -> None:
    reply = await endpoint.ask(
        "query ($since: Date!) { recyclingVerdict(since: $since) { verdict since referenceDate } }",
        {"since": since},
        token="holder",
    )
    assert reply.data["recyclingVerdict"] == {
        "verdict": verdict,
        "since": since,
        "referenceDate": "2025-03-01",
    }
