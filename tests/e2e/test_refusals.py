"""Invalid input gets a typed, clear answer, and nothing is half done."""

from __future__ import annotations

import base64
import time
from collections.abc import AsyncGenerator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.e2e.conftest import CARRIER, OTHER_CARRIER, Json, Service, run_service

from jiebang.app.bootstrap import key_ring
from jiebang.gateway.domain.account_id import AccountIdScope as SealScope
from jiebang.gateway.domain.account_id import AccountIdSealer
from jiebang.gateway.domain.caller import Holder, Scope
from jiebang.gateway.domain.tenure import Basis, Departing, today
from jiebang.gateway.journal.database import raw_dsn

NEW_HOLDER, DEPARTING = "+8613900000001", "+8613900000002"
TOMORROW = (today() + timedelta(days=1)).isoformat()


async def count_rows(dsn: str, *tables: str) -> list[int]:
    connection = await asyncpg.connect(raw_dsn(dsn))
    try:
        return [await connection.fetchval(f"select count(*) from {table}") for table in tables]
    finally:
        await connection.close()


@pytest.fixture
async def untouched(dsn: str, service: Service) -> AsyncGenerator[Service]:
    """The service; afterwards nothing may have been written or done at a platform."""
    yield service
    tables = ("renewal", "action", "event", "idempotency")
    assert await count_rows(dsn, *tables) == [0] * len(tables)
    assert (await service.inspect("effects"))["count"] == 0


def error_of(answer: Json) -> Json:
    """Return the only error of an answer without data."""
    data: dict[str, object] = answer.get("data") or {}
    assert not any(data.values())
    (error,) = answer["errors"]
    extensions: Json = error["extensions"]
    return extensions


async def eligible_ids(service: Service, token: str, **variables: object) -> list[str]:
    answer = await service.lookup(token, **variables)
    return [
        account["id"]
        for result in answer["platforms"]
        for account in result["accounts"]
        if account["eligible"]
    ]


@pytest.mark.parametrize(
    ("number", "code", "reason"),
    [
        ("not a number", "INVALID_ARGUMENT", "NUMBER_MALFORMED"),
        ("", "INVALID_ARGUMENT", "NUMBER_MALFORMED"),
        ("1390000000", "INVALID_ARGUMENT", "NUMBER_MALFORMED"),
        ("139000000011", "INVALID_ARGUMENT", "NUMBER_MALFORMED"),
        ("1" * 5000, "INVALID_ARGUMENT", "NUMBER_MALFORMED"),
        ("010-62345678", "INVALID_ARGUMENT", "NUMBER_NOT_MOBILE"),
        ("+861062345678", "INVALID_ARGUMENT", "NUMBER_NOT_MOBILE"),
        ("+85261234567", "SERVICE_NOT_APPLICABLE", "NUMBER_REGION_NOT_COVERED"),
        ("+14155552671", "SERVICE_NOT_APPLICABLE", "NUMBER_REGION_NOT_COVERED"),
    ],
)
async def test_what_is_no_mobile_number_here_is_refused(
    untouched: Service, number: str, code: str, reason: str
) -> None:
    token = untouched.token()
    error = error_of(await untouched.run(token, "lookup", number=number))
    assert (error["code"], error["reason"], error["field"]) == (code, reason, "number")
    refused = await untouched.start(token, number=number)
    assert (refused["__typename"], refused["code"], refused["reason"]) == ("Refused", code, reason)


@pytest.mark.parametrize(
    "number", ["１３９０００００００１", "+86 139-0000-0001", "0086 13900000001"]
)
async def test_full_width_digits_and_other_spellings_are_the_same_number(
    service: Service, number: str
) -> None:
    answer = await service.lookup(service.token(), number=number, platforms=["yunpan"])
    assert answer["number"] == "139****0001"
    assert answer["summary"]["bound"] == 1


@pytest.mark.parametrize(
    ("tenure", "reason", "field"),
    [
        ({"current": {"activatedOn": TOMORROW}}, "DATE_IN_FUTURE", "current.activatedOn"),
        ({"departing": {"activatedOn": TOMORROW}}, "DATE_IN_FUTURE", "departing.activatedOn"),
        (
            {"former": {"heldFrom": "2021-05-01", "heldUntil": "2021-05-01"}},
            "TENURE_REVERSED",
            "former.heldUntil",
        ),
        (
            {"former": {"heldFrom": "2021-05-02", "heldUntil": "2021-05-01"}},
            "TENURE_REVERSED",
            "former.heldUntil",
        ),
        (
            {
                "quarantined": {
                    "deactivatedOn": "2025-05-02",
                    "reclaimableUntil": "2025-05-01",
                    "reissueFrom": "2025-06-01",
                }
            },
            "TENURE_REVERSED",
            "quarantined.reclaimableUntil",
        ),
    ],
)
async def test_an_impossible_tenure_is_refused(
    untouched: Service, tenure: Json, reason: str, field: str
) -> None:
    given: dict[str, Any] = {"number": NEW_HOLDER, "tenure": tenure}
    token = untouched.token()
    error = error_of(await untouched.run(token, "lookup", **given))
    at = f"tenure.{field}"
    assert (error["code"], error["reason"], error["field"]) == ("INVALID_ARGUMENT", reason, at)
    refused = await untouched.start(token, **given)
    assert (refused["reason"], refused["field"]) == (reason, at)


@pytest.mark.parametrize(
    "tenure",
    [{}, {"current": {}, "departing": {"activatedOn": "2021-05-01"}}, {"current": None}],
)
async def test_a_tenure_is_exactly_one_kind(untouched: Service, tenure: Json) -> None:
    answer = await untouched.run(untouched.token(), "lookup", number=NEW_HOLDER, tenure=tenure)
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_ARGUMENT"


async def test_an_unknown_platform_is_refused(untouched: Service) -> None:
    given: dict[str, Any] = {"number": NEW_HOLDER, "platforms": ["yunpan", "nowhere"]}
    error = error_of(await untouched.run(untouched.token(), "lookup", **given))
    assert error["reason"] == "PLATFORM_UNKNOWN"
    refused = await untouched.start(untouched.token(), **given)
    assert refused["reason"] == "PLATFORM_UNKNOWN"


async def test_an_empty_selection_is_refused(untouched: Service) -> None:
    token = untouched.holder_token("new_holder")
    error = error_of(await untouched.run(token, "lookup", platforms=[]))
    assert error["reason"] == "SELECTION_EMPTY"
    assert (await untouched.start(token, platforms=[]))["reason"] == "SELECTION_EMPTY"
    assert (await untouched.unbind(token, []))["reason"] == "SELECTION_EMPTY"


async def test_an_account_id_opens_only_for_its_number_tenant_and_basis(
    untouched: Service,
) -> None:
    holder = untouched.stories["new_holder"].holder
    ids = await eligible_ids(untouched, untouched.holder_token("new_holder"))
    departing = Departing(activated_on=today() - timedelta(days=120))
    others = {
        "number": untouched.holder_token("departing"),
        "tenant": untouched.token(holder, tenant=OTHER_CARRIER),
        "basis": untouched.token(Holder(number=holder.number, tenure=departing)),
    }
    for what, token in others.items():
        refused = await untouched.unbind(token, ids[:1])
        assert (refused["code"], refused["reason"], refused["field"]) == (
            "INVALID_ARGUMENT",
            "ACCOUNT_ID_INVALID",
            "accountIds",
        ), what


async def test_a_forged_account_id_is_refused(untouched: Service) -> None:
    token = untouched.holder_token("new_holder")
    real = (await eligible_ids(untouched, token))[0]
    raw = base64.urlsafe_b64decode(real + "=" * (-len(real) % 4))
    flipped = base64.urlsafe_b64encode(raw[:-1] + bytes([raw[-1] ^ 1])).decode().rstrip("=")
    for forged in (flipped, real[:-8], "x", "", "13900000001", "账号", real + "A" * 400):
        refused = await untouched.unbind(token, [real, forged])
        assert refused["reason"] == "ACCOUNT_ID_INVALID", forged


async def test_an_expired_account_id_is_refused(untouched: Service) -> None:
    token = untouched.holder_token("new_holder")
    real = (await eligible_ids(untouched, token))[0]
    keys = key_ring(untouched.components.settings)
    scope = SealScope(tenant=CARRIER, number=NEW_HOLDER, basis=Basis.CURRENT)
    opened = AccountIdSealer(keys, ttl=0).open(real, scope)
    expired = AccountIdSealer(keys, ttl=-60).seal(opened.connector, opened.account, scope)
    refused = await untouched.unbind(token, [expired])
    assert refused["reason"] == "ACCOUNT_ID_EXPIRED"


async def test_an_account_id_used_twice_is_one_action(service: Service) -> None:
    token = service.holder_token("new_holder")
    answer = await service.lookup(token, platforms=["tiandian"])
    (account,) = answer["platforms"][0]["accounts"]
    first = await service.unbind(token, [account["id"], account["id"]])
    second = await service.unbind(token, [account["id"]])
    (one,) = first["renewal"]["actions"]
    (other,) = second["renewal"]["actions"]
    assert first["renewal"]["id"] != second["renewal"]["id"]
    assert one["id"] == other["id"]


async def test_the_same_key_and_input_is_the_same_renewal(service: Service) -> None:
    token = service.holder_token("new_holder")
    first = await service.start(token, idempotencyKey="once", platforms=["xuexi", "yunpan"])
    again = await service.start(token, idempotencyKey="once", platforms=["yunpan", "xuexi"])
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert first["renewal"]["id"] == again["renewal"]["id"]


async def test_the_same_key_with_other_input_is_refused(dsn: str, service: Service) -> None:
    token = service.holder_token("new_holder")
    await service.start(token, idempotencyKey="once", platforms=["xuexi"])
    refused = await service.start(token, idempotencyKey="once", platforms=["yunpan"])
    assert (refused["code"], refused["reason"]) == ("CONFLICT", "IDEMPOTENCY_KEY_REUSED")
    assert await count_rows(dsn, "renewal") == [1]


async def test_refused_input_consumes_no_key(service: Service) -> None:
    token = service.token()
    refused = await service.start(token, idempotencyKey="once", number="not a number")
    assert refused["__typename"] == "Refused"
    accepted = await service.start(
        token, idempotencyKey="once", number=NEW_HOLDER, platforms=["xuexi"]
    )
    assert (accepted["__typename"], accepted["replayed"]) == ("RenewalAccepted", False)


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "line\nbreak", " padded"])
async def test_a_malformed_idempotency_key_is_refused(untouched: Service, key: str) -> None:
    refused = await untouched.start(untouched.holder_token("new_holder"), idempotencyKey=key)
    assert refused["reason"] == "IDEMPOTENCY_KEY_MALFORMED"


async def test_an_account_that_is_not_eligible_takes_none_of_the_others_with_it(
    untouched: Service,
) -> None:
    token = untouched.holder_token("new_holder")
    answer = await untouched.lookup(token, platforms=["leshop"])
    ids = [account["id"] for account in answer["platforms"][0]["accounts"]]
    assert len(ids) == 2
    refused = await untouched.unbind(token, ids)
    assert refused["reason"] == "ACCOUNT_NOT_ELIGIBLE"


async def test_another_tenant_learns_nothing_of_a_renewal(service: Service) -> None:
    accepted = await service.start(service.holder_token("new_holder"), platforms=["yunpan"])
    renewal = accepted["renewal"]["id"]
    stranger = service.token(tenant=OTHER_CARRIER)
    answer = await service.run(stranger, "renewal", id=renewal)
    assert answer["errors"][0]["extensions"]["reason"] == "RENEWAL_UNKNOWN"
    unknown = await service.run(stranger, "renewal", id=renewal[:-4] + "AAAA")
    assert unknown["errors"][0]["extensions"]["reason"] == "RENEWAL_UNKNOWN"


async def test_nobody_looks_a_number_up_without_a_token(untouched: Service) -> None:
    for token in (None, "nonsense", untouched.token(ttl=timedelta(seconds=-time.time() / 2))):
        _, answer = await untouched.post(
            token,
            {"query": f'{{ registeredAccounts(number: "{NEW_HOLDER}") {{ number }} }}'},
        )
        assert answer["errors"][0]["extensions"]["code"] in ("UNAUTHENTICATED", "INVALID_ARGUMENT")
        assert NEW_HOLDER[3:] not in str(answer)
    requests = (await untouched.inspect("requests"))["requests"]
    # An aggregator is asked for its list by itself, which is about no number.
    assert {one["path"] for one in requests} <= {"/yilan/v1/apps"}


async def test_a_token_without_the_scope_is_refused(untouched: Service) -> None:
    reader = untouched.token(scopes=[Scope.ACCOUNTS_READ])
    given: dict[str, Any] = {"number": NEW_HOLDER, "idempotencyKey": "once"}
    answer = await untouched.run(reader, "start_renewal", input=given)
    assert error_of(answer)["reason"] == "SCOPE_MISSING"
    vouching = {**given, "tenure": {"current": {"activatedOn": "2025-01-01"}}}
    unvouched = untouched.token(scopes=[Scope.ACCOUNTS_READ, Scope.ACCOUNTS_UNBIND])
    answer = await untouched.run(unvouched, "start_renewal", input=vouching)
    assert error_of(answer)["reason"] == "SCOPE_MISSING"


async def test_a_body_of_ten_megabytes_is_refused(untouched: Service) -> None:
    token = untouched.holder_token("new_holder")
    status, answer = await untouched.post(token, BytesIO(b" " * 10_000_000))
    assert status == 413
    assert answer["errors"][0]["extensions"]["reason"] == "BODY_TOO_LARGE"


async def test_manifests_with_one_id_are_named_and_harm_nobody(
    dsn: str, sandbox: str, tmp_path: Path
) -> None:
    text = """
manifest: 1
kind: guide
id: twice
version: 0.1.0
name: {zh-CN: 重复, en: Twice}
platform: {category: tools}
guide:
  steps: {zh-CN: [去柜台], en: [Go to the desk]}
"""
    for name in ("one.yaml", "other.yaml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    async with run_service(dsn, sandbox, MANIFESTS=str(tmp_path)) as service:
        problems = [str(problem) for problem in service.components.catalogue.problems]
        assert any("twice" in problem and "other.yaml" in problem for problem in problems), problems
        answer = await service.lookup(service.token(), number=NEW_HOLDER, platforms=["yunpan"])
        assert answer["summary"]["bound"] == 1
