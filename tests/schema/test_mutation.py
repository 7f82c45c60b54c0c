"""Mutations: what reaches the service, what comes back, and that nothing is left half done."""

from __future__ import annotations

import asyncio
import json
import uuid
from datetime import date
from typing import Any

import pytest
from tests.schema.conftest import Endpoint, MemoryRenewals, subscribe

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


ITEM = uuid.uuid4()
ACTION, INQUIRY, RENEWAL = (
    encode_id(kind, ITEM) for kind in (IdKind.ACTION, IdKind.INQUIRY, IdKind.RENEWAL)
)
WHO = {"number": NUMBER, "tenure": DEPARTING}
NOBODY = {"number": None, "tenure": None}


@pytest.mark.parametrize(
    ("job", "given", "method", "arguments"),
    [
        (
            "start_renewal",
            {"number": NUMBER, "tenure": TENURE, "platforms": ["disk"], "idempotencyKey": KEY},
            "start",
            WHO | {"platforms": ["disk"], "key": KEY},
        ),
        (
            "unbind_accounts",
            {"accountIds": ["a", "b"], "idempotencyKey": KEY},
            "request_actions",
            NOBODY | {"kind": ActionKind.UNBIND, "account_ids": ["a", "b"], "key": KEY},
        ),
        (
            "request_actions",
            {"number": NUMBER, "tenure": TENURE, "kind": "CEASE_CONTACT", "accountIds": ["a"]}
            | {"idempotencyKey": KEY},
            "request_actions",
            WHO | {"kind": ActionKind.CEASE_CONTACT, "account_ids": ["a"], "key": KEY},
        ),
        ("withdraw_renewal", {"id": RENEWAL}, "withdraw", (ITEM,)),
        ("retry_action", {"id": ACTION}, "retry", (ITEM,)),
        ("retry_action", {"id": INQUIRY}, "retry", (ITEM,)),
        ("confirm_manual_step", {"inquiryId": INQUIRY}, "confirm", (ITEM,)),
        *(
            (
                "tick_guide_step",
                {"inquiryId": INQUIRY, "stepId": "s", "done": done},
                "tick",
                (ITEM, "s", done),
            )
            for done in (True, False)
        ),
        (
            "set_reminder",
            {"inquiryId": INQUIRY, "remindOn": "2031-01-02"},
            "remind",
            (ITEM, date(2031, 1, 2)),
        ),
        ("set_reminder", {"inquiryId": INQUIRY}, "remind", (ITEM, None)),
    ],
)
async def test_a_mutation_does_what_it_says_and_shows_the_renewal(
    endpoint: Endpoint,
    renewals: MemoryRenewals,
    job: str,
    given: dict[str, Any],
    method: str,
    arguments: Any,
) -> None:
    view = renewals.add()
    answer = await run_document(endpoint, job, **given)
    assert renewals.calls == [(method, arguments)]
    expected = "RenewalAccepted" if "idempotencyKey" in given else "RenewalChanged"
    assert answer["__typename"] == expected
    assert answer["renewal"]["id"] == encode_id(IdKind.RENEWAL, view.id)
    assert NUMBER not in json.dumps(answer)


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
    ("withdraw_renewal", {"id": RENEWAL}),
    ("retry_action", {"id": ACTION}),
    ("confirm_manual_step", {"inquiryId": INQUIRY}),
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
mutation {
  one: startRenewal(input: {idempotencyKey: "one"}) { ... on RenewalAccepted { replayed } }
  two: startRenewal(input: {idempotencyKey: "two"}) { ... on RenewalAccepted { replayed } }
}
"""


async def test_a_siblings_error_takes_no_answer_away(
    endpoint: Endpoint, renewals: MemoryRenewals, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = renewals.start

    async def fail_second(*args: Any, **given: Any) -> Any:
        if given["key"] == "two":
            raise RuntimeError("broken")
        return await begun(*args, **given)

    monkeypatch.setattr(renewals, "start", fail_second)
    reply = await endpoint.ask(TWO)
    assert reply.json["data"] == {"one": {"replayed": False}, "two": None}
    assert reply.error["code"] == "INTERNAL"


async def test_what_has_begun_ends_though_the_client_is_gone(
    endpoint: Endpoint, renewals: MemoryRenewals
) -> None:
    renewals.hold = asyncio.Event()
    async with endpoint.open_websocket() as socket:
        given = {"number": NUMBER, "idempotencyKey": KEY}
        await subscribe(socket, DOCUMENTS["start_renewal"], {"input": given})
        await renewals.begun.wait()
        await socket.send_json({"id": "1", "type": "complete"})
        await socket.send_json({"type": "ping"})
        assert (await socket.receive_json()) == {"type": "pong"}
    renewals.hold.set()
    await renewals.finished.wait()
