"""Lookups answered later, retention, and rate limits across processes."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from tests.gateway.conftest import ACTIVATED, NUMBER, make

from jiebang.gateway.calls.admission import Admission
from jiebang.gateway.calls.rate_limit import TokenBucket, TokenLeases
from jiebang.gateway.calls.request import RequestAuthorizer
from jiebang.gateway.domain.caller import Holder, Scope
from jiebang.gateway.domain.errors import TooManyRequests
from jiebang.gateway.domain.status import Outcome
from jiebang.gateway.domain.tenant_policy import TenantPolicy
from jiebang.gateway.domain.tenure import Current
from jiebang.gateway.journal.models import Idempotency, Inquiry
from jiebang.sdk import Capability, Limits, NotBound, Pending, Rate, RateLimited

if TYPE_CHECKING:
    from tests.gateway.conftest import Serve, Service, Shop


async def outcome(service: Service, **about: object) -> Outcome:
    request = make.request(service.catalogue, **about)  # type: ignore[arg-type]  # its own
    view = await service.lookups.ask(request, 5000)
    return view.platforms[0].outcome


def later() -> Shop:
    shop = make.shop(extra=(Capability.STATUS,), delivery={Capability.LOOKUP: "poll"}).plan(
        "lookup", Pending(remote_ref="q-1")
    )
    return shop


async def test_a_pending_lookup_is_answered_at_the_next_question_and_told_once(
    serve: Serve,
) -> None:
    shop = later()
    service = await serve(shop)
    assert await outcome(service) is Outcome.PENDING
    assert await outcome(service) is Outcome.PENDING
    assert shop.calls.count("lookup") == 1
    await service.end_all()
    assert await outcome(service) is Outcome.BOUND
    assert shop.calls == ["lookup", "status"]
    assert await outcome(service) is Outcome.BOUND
    assert shop.calls == ["lookup", "status", "lookup"]


async def test_a_later_absence_is_told_too(serve: Serve) -> None:
    shop = later()
    shop.plan("status", NotBound("[]"))
    service = await serve(shop)
    await outcome(service)
    await service.end_all()
    assert await outcome(service) is Outcome.NOT_BOUND


async def test_nobody_else_is_told(serve: Serve) -> None:
    shop = later()
    shop.plan("lookup", *[NotBound("[]")] * 3)
    service = await serve(shop)
    await outcome(service)
    await service.end_all()
    for other in (make.caller(tenant="other"), make.caller(subject="other")):
        assert await outcome(service, caller=other) is Outcome.NOT_BOUND
    assert await outcome(service, number="+8613900004321") is Outcome.NOT_BOUND
    assert await outcome(service) is Outcome.BOUND


async def test_an_old_answer_is_not_told_after_a_change(serve: Serve) -> None:
    shop = later()
    service = await serve(shop)
    await outcome(service)
    await service.end_all()
    view = await service.order(make.account())
    await service.settle(view)
    assert await outcome(service) is Outcome.NOT_BOUND


async def test_what_is_no_longer_needed_is_dropped_and_the_rest_stays(serve: Serve) -> None:
    service = await serve(later())
    await outcome(service)
    await service.end_all()
    await service.start(key="k")

    async def counts() -> dict[str, int]:
        tables = ("inquiry", "item", "renewal", "idempotency")
        return {table: await service.count(table) for table in tables}

    before = await counts()
    await service.delete_expired()
    assert await counts() == before
    async with service.database.transaction() as session:
        month, days = (sa.func.now() - timedelta(days=count) for count in (31, 2))
        await session.execute(sa.update(Idempotency).values(created_at=month))
        await session.execute(sa.update(Inquiry).values(created_at=days))
    await service.delete_expired()
    assert await counts() == {"inquiry": 1, "item": 1, "renewal": 1, "idempotency": 0}


async def test_a_budget_holds_over_processes(serve: Serve) -> None:
    service = await serve(make.shop())
    bucket = TokenBucket(name="shared", rate=0.001, burst=6.0)
    processes = [TokenLeases(service.rate_limits) for _ in range(3)]
    now = asyncio.get_running_loop().time()
    waits = await asyncio.gather(
        *(one.take(bucket, deadline=now) for one in processes for _ in range(5))
    )
    assert waits.count(None) == 6
    assert all(wait > 1 for wait in waits if wait is not None)


async def test_a_connectors_rate_holds_over_processes(serve: Serve) -> None:
    spec = make.spec("metered", limits=Limits(rate=Rate(calls=4, per=timedelta(hours=1))))
    service = await serve(make.shop())
    processes = [Admission(service.rate_limits, service.encryption.number_index) for _ in range(2)]

    async def call(admission: Admission) -> bool:
        deadline = asyncio.get_running_loop().time() + 0.5
        try:
            async with admission.enter(spec, deadline=deadline):
                return True
        except RateLimited:
            return False

    made = await asyncio.gather(*(call(one) for one in processes for _ in range(5)))
    assert made.count(True) == 4


async def test_only_so_many_calls_run_at_once(serve: Serve) -> None:
    admission = Admission((await serve(make.shop())).rate_limits, str.encode)
    spec = make.spec(limits=Limits(concurrency=2))
    loop = asyncio.get_running_loop()
    async with (
        admission.enter(spec, deadline=loop.time() + 5),
        admission.enter(spec, deadline=loop.time() + 5),
    ):
        with pytest.raises(RateLimited):
            async with admission.enter(spec, deadline=loop.time()):
                pytest.fail("a third one")
    async with admission.enter(spec, deadline=loop.time() + 5):
        pass


async def test_a_tenants_lookups_are_counted_together(serve: Serve) -> None:
    service = await serve(make.shop())
    policy = TenantPolicy(lookups_per_minute=3)
    callers = [make.caller(subject=uuid.uuid4().hex) for _ in range(3)]
    for caller in callers:
        await outcome(service, caller=caller, policy=policy)
    with pytest.raises(TooManyRequests):
        await outcome(service, caller=callers[0], policy=policy)
    await outcome(service, caller=make.caller(tenant="other"), policy=policy)


async def test_one_holder_cannot_use_up_what_the_tenant_has(serve: Serve) -> None:
    service = await serve(make.shop())
    policy = TenantPolicy(lookups_per_minute=5, lookups_per_holder=2)
    holder = make.caller(holder=Holder(number=NUMBER, tenure=Current(activated_on=ACTIVATED)))
    requests = RequestAuthorizer(service.catalogue, {holder.tenant: policy})

    async def ask() -> None:
        request = requests.authorize(holder, None, None, None, scope=Scope.ACCOUNTS_READ)
        await service.lookups.ask(request, 5000)

    await ask()
    await ask()
    with pytest.raises(TooManyRequests) as refused:
        await ask()
    assert refused.value.hint
    await outcome(service, policy=policy)
    async with service.database.transaction() as session:
        names = (await session.execute(sa.text("select name from lane"))).scalars().all()
        await session.execute(sa.text("update lane set refilled = now() - interval '2 hours'"))
    (own,) = (name for name in names if name.startswith("holder:"))
    assert NUMBER.removeprefix("+86") not in own
    await service.delete_expired()
    async with service.database.transaction() as session:
        left = (await session.execute(sa.text("select name from lane"))).scalars().all()
    assert set(left) == set(names) - {own}
