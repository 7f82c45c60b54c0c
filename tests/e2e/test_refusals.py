"""Invalid input gets a typed, clear answer, and nothing is half done."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import asyncpg
import pytest
from tests.e2e.conftest import CARRIER, OTHER_CARRIER, Service, run_service

from jiebang.app.bootstrap import key_ring
from jiebang.gateway.domain.account_id import AccountIdScope, AccountIdSealer
from jiebang.gateway.domain.caller import Holder
from jiebang.gateway.domain.tenure import Basis, Departing, today
from jiebang.gateway.journal.database import raw_dsn

NEW_HOLDER = "+8613900000001"


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


async def test_an_account_id_opens_only_for_its_number_tenant_and_basis(
    untouched: Service,
) -> None:
    holder = untouched.stories["new_holder"].holder
    ids = await untouched.eligible_ids(untouched.holder_token("new_holder"))
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


async def test_an_expired_account_id_is_refused(untouched: Service) -> None:
    token = untouched.holder_token("new_holder")
    real = (await untouched.eligible_ids(token))[0]
    keys = key_ring(untouched.components.settings)
    scope = AccountIdScope(tenant=CARRIER, number=NEW_HOLDER, basis=Basis.CURRENT)
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
