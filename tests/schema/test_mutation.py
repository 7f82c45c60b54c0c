"""Mutations: what reaches the service, what comes back, and that nothing is left half done."""

from __future__ import annotations

import asyncio
import json
import uuid
from datetime import date
from typing import Any

import pytest
from tests.schema.conftest import Endpoint, MemoryRenewals

from jiebang.gateway.domain import errors
from jiebang.gateway.domain.errors import GatewayError, Reason
from jiebang.gateway.domain.tenure import Departing
from jiebang.gateway.domain.wording import Wording
from jiebang.schema.documents import documents
from jiebang.schema.global_id import IdKind, encode_id
from jiebang.sdk import ActionKind

NUMBER = "13800001234"
KEY = "5f1c"
TENURE = {"departing": {"activatedOn": "2020-01-01"}}
DEPARTING = Departing(activated_on=date(2020, 1, 1))
DOCUMENTS = documents()


async def run_document(endpoint: Endpoint, job: str, **given: Any) -> Any:
    """Return the answer to a trusted document."""
    reply = await endpoint.ask(DOCUMENTS[job], {"input": given})
    (answer,) = reply.data.values()
    return answer


async def test_a_renewal_is_started(endpoint: Endpoint, renewals: MemoryRenewals) -> None:
    answer = await run_document(
        endpoint,
        "start_renewal",
        number=NUMBER,
        tenure=TENURE,
        platforms=["disk"],
        idempotencyKey=KEY,
    )
    assert answer["__typename"] == "RenewalAccepted"
    assert answer["replayed"] is False
    assert renewals.calls == [("start", (NUMBER, DEPARTING, ["disk"], KEY))]
    assert answer["renewal"]["id"] == encode_id(IdKind.RENEWAL, renewals.keys[KEY])


async def test_the_same_key_gives_the_same_renewal(endpoint: Endpoint) -> None:
    first, second = [
        await run_document(endpoint, "start_renewal", number=NUMBER, idempotencyKey=KEY)
        for _ in range(2)
    ]
    assert first["renewal"] == second["renewal"]
    assert (first["replayed"], second["replayed"]) == (False, True)


async def test_chosen_accounts_are_unbound(endpoint: Endpoint, renewals: MemoryRenewals) -> None:
    answer = await run_document(
        endpoint, "unbind_accounts", accountIds=["a", "b"], idempotencyKey=KEY
    )
    assert answer["__typename"] == "RenewalAccepted"
    assert renewals.calls == [("order", (ActionKind.UNBIND, None, None, ["a", "b"], KEY))]


async def test_something_else_is_asked_about_chosen_accounts(
    endpoint: Endpoint, renewals: MemoryRenewals
) -> None:
    await run_document(
        endpoint,
        "request_actions",
        kind="CEASE_CONTACT",
        number=NUMBER,
        tenure=TENURE,
        accountIds=["a"],
        idempotencyKey=KEY,
    )
    order = (ActionKind.CEASE_CONTACT, NUMBER, DEPARTING, ["a"], KEY)
    assert renewals.calls == [("order", order)]


async def test_a_renewal_is_withdrawn(endpoint: Endpoint, renewals: MemoryRenewals) -> None:
    view = renewals.add()
    answer = await run_document(endpoint, "withdraw_renewal", id=encode_id(IdKind.RENEWAL, view.id))
    assert answer["__typename"] == "RenewalChanged"
    assert renewals.calls[0] == ("withdraw", view.id)


@pytest.mark.parametrize("kind", [IdKind.ACTION, IdKind.INQUIRY])
async def test_an_action_or_inquiry_is_retried(
    endpoint: Endpoint, renewals: MemoryRenewals, kind: IdKind
) -> None:
    item = uuid.uuid4()
    renewals.add()
    answer = await run_document(endpoint, "retry_action", id=encode_id(kind, item))
    assert answer["__typename"] == "RenewalChanged"
    assert renewals.calls == [("retry", item)]


async def test_a_step_by_hand_is_confirmed(endpoint: Endpoint, renewals: MemoryRenewals) -> None:
    inquiry = renewals.add().inquiries[0].id
    id = encode_id(IdKind.INQUIRY, inquiry)
    answer = await run_document(endpoint, "confirm_manual_step", inquiryId=id)
    assert answer["__typename"] == "RenewalChanged"
    assert renewals.calls == [("confirm", inquiry)]


@pytest.mark.parametrize("done", [True, False])
async def test_a_step_is_ticked_off_or_taken_back(
    endpoint: Endpoint, renewals: MemoryRenewals, done: bool
) -> None:
    inquiry = renewals.add().inquiries[0].id
    id = encode_id(IdKind.INQUIRY, inquiry)
    answer = await run_document(endpoint, "tick_guide_step", inquiryId=id, stepId="s", done=done)
    assert answer["__typename"] == "RenewalChanged"
    assert renewals.calls == [("tick", (inquiry, "s", done))]


@pytest.mark.parametrize("day", ["2031-01-02", None])
async def test_a_reminder_is_chosen_or_left_as_offered(
    endpoint: Endpoint, renewals: MemoryRenewals, day: str | None
) -> None:
    inquiry = renewals.add().inquiries[0].id
    id = encode_id(IdKind.INQUIRY, inquiry)
    answer = await run_document(endpoint, "set_reminder", inquiryId=id, remindOn=day)
    assert answer["__typename"] == "RenewalChanged"
    assert renewals.calls == [("remind", (inquiry, day and date.fromisoformat(day)))]


@pytest.mark.parametrize(
    ("job", "given", "field", "reason"),
    [
        ("withdraw_renewal", {"id": "x"}, "id", "RENEWAL_UNKNOWN"),
        ("retry_action", {"id": "x"}, "id", "ACTION_UNKNOWN"),
        ("confirm_manual_step", {"inquiryId": "x"}, "inquiryId", "STEP_UNKNOWN"),
        ("tick_guide_step", {"inquiryId": "x", "stepId": "s"}, "inquiryId", "STEP_UNKNOWN"),
        ("set_reminder", {"inquiryId": "x"}, "inquiryId", "STEP_UNKNOWN"),
    ],
)
async def test_an_id_of_nothing_is_refused(
    endpoint: Endpoint, job: str, given: dict[str, str], field: str, reason: str
) -> None:
    answer = await run_document(endpoint, job, **given)
    assert (answer["__typename"], answer["field"], answer["reason"]) == ("Refused", field, reason)


ASKED = [
    ("start_renewal", {"number": NUMBER, "idempotencyKey": KEY}),
    ("unbind_accounts", {"accountIds": ["a"], "idempotencyKey": KEY}),
    ("request_actions", {"kind": "UNBIND", "accountIds": ["a"], "idempotencyKey": KEY}),
    ("withdraw_renewal", {"id": encode_id(IdKind.RENEWAL, uuid.UUID(int=1))}),
    ("retry_action", {"id": encode_id(IdKind.ACTION, uuid.UUID(int=1))}),
    ("confirm_manual_step", {"inquiryId": encode_id(IdKind.INQUIRY, uuid.UUID(int=1))}),
]
REFUSALS: list[GatewayError] = [
    errors.InvalidArgument(
        Reason.ACCOUNT_NOT_ELIGIBLE, Wording("No."), field="accountIds[0]", hint=Wording("Other")
    ),
    errors.OutOfRange(Reason.SELECTION_TOO_LARGE, Wording("No.")),
    errors.MissingIdentifier(Reason.NUMBER_MISSING, Wording("No.")),
    errors.NotFound(Reason.RENEWAL_UNKNOWN, Wording("No.")),
    errors.ServiceNotApplicable(Reason.NUMBER_REGION_NOT_COVERED, Wording("No.")),
    errors.Conflict(Reason.IDEMPOTENCY_KEY_REUSED, Wording("No.")),
    errors.TooManyRequests(Reason.TOO_MANY_LOOKUPS, Wording("No.")),
]
FAULTS: list[GatewayError] = [
    errors.Unauthenticated(Reason.TOKEN_REFUSED, Wording("No.")),
    errors.PermissionDenied(Reason.SCOPE_MISSING, Wording("No.")),
    errors.ServiceUnavailable(Reason.JOURNAL_DOWN, Wording("No.")),
]


@pytest.mark.parametrize(("job", "given"), ASKED)
@pytest.mark.parametrize("error", REFUSALS, ids=lambda error: error.code)
async def test_a_refusal_is_an_answer(
    endpoint: Endpoint,
    renewals: MemoryRenewals,
    job: str,
    given: dict[str, Any],
    error: GatewayError,
) -> None:
    renewals.fault = error
    assert await run_document(endpoint, job, **given) == {
        "__typename": "Refused",
        "code": error.code.value,
        "reason": error.reason.value,
        "message": "No.",
        "field": error.field,
        "hint": error.hint,
        "retryAt": None,
        "attemptsLeft": None,
    }


@pytest.mark.parametrize(("job", "given"), ASKED)
@pytest.mark.parametrize("error", FAULTS, ids=lambda error: error.code)
async def test_who_may_not_ask_or_finds_us_down_gets_an_error(
    endpoint: Endpoint,
    renewals: MemoryRenewals,
    job: str,
    given: dict[str, Any],
    error: GatewayError,
) -> None:
    renewals.fault = error
    reply = await endpoint.ask(DOCUMENTS[job], {"input": given})
    assert set(reply.json["data"].values()) == {None}
    assert (reply.error["code"], reply.error["reason"]) == (error.code, error.reason)


def test_every_error_of_the_gateway_is_one_or_the_other() -> None:
    known = {type(one) for one in (*REFUSALS, *FAULTS)}
    assert known == set(GatewayError.__subclasses__())


TWO = """
mutation ($key: String!) {
  one: startRenewal(input: {number: "13800001234", idempotencyKey: $key}) {
    ... on RenewalAccepted { replayed }
  }
  two: startRenewal(input: {number: "13800001234", idempotencyKey: "other", tenure: {}}) {
    ... on RenewalAccepted { replayed }
  }
}
"""


async def test_a_siblings_error_takes_no_answer_away(
    endpoint: Endpoint, renewals: MemoryRenewals
) -> None:
    body = TWO.replace(", tenure: {}", "")
    begun = renewals.start

    async def fail_second(*args: Any, **given: Any) -> Any:
        if given["key"] == "other":
            raise RuntimeError("broken")
        return await begun(*args, **given)

    renewals.start = fail_second  # type: ignore[method-assign]  # the fault under test
    reply = await endpoint.ask(body, {"key": KEY})
    assert reply.json["data"] == {"one": {"replayed": False}, "two": None}
    assert reply.error["code"] == "INTERNAL"


async def test_what_has_begun_ends_though_the_client_is_gone(
    endpoint: Endpoint, renewals: MemoryRenewals
) -> None:
    renewals.hold = asyncio.Event()
    async with endpoint.connect_websocket(authorization="Bearer carrier") as socket:
        await socket.send_json({"type": "connection_init"})
        await socket.receive_json()
        request = {
            "query": DOCUMENTS["start_renewal"],
            "variables": {"input": {"number": NUMBER, "idempotencyKey": KEY}},
        }
        await socket.send_json({"id": "1", "type": "subscribe", "payload": request})
        await renewals.begun.wait()
        await socket.send_json({"id": "1", "type": "complete"})
        await socket.send_json({"type": "ping"})
        assert (await socket.receive_json()) == {"type": "pong"}
    renewals.hold.set()
    await renewals.finished.wait()
    assert KEY in renewals.keys


async def test_an_answer_carries_no_number_in_clear(endpoint: Endpoint) -> None:
    answer = await run_document(endpoint, "start_renewal", number=NUMBER, idempotencyKey=KEY)
    assert NUMBER not in json.dumps(answer)
