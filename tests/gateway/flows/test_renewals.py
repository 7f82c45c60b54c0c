"""Renewals, as their callers and the journal see them."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from tests.gateway.conftest import make, started

from jiebang.gateway.domain.caller import Holder, Scope
from jiebang.gateway.domain.errors import (
    Conflict,
    GatewayError,
    InvalidArgument,
    NotFound,
    OutOfRange,
    PermissionDenied,
    Reason,
)
from jiebang.gateway.domain.status import Outcome, Status
from jiebang.gateway.domain.tenure import Current, Departing
from jiebang.sdk import Capability, CredentialsFault, Pending, ProtocolFault, TimedOut, Unavailable

if TYPE_CHECKING:
    from tests.gateway.conftest import Serve

    from jiebang.gateway.views.renewal_view import RenewalView

NUMBER, OTHER = "+8613800001234", "+8613900004321"
TENURE = Current(activated_on=date(2024, 5, 1))


async def test_the_same_key_and_input_lead_to_the_same_renewal(serve: Serve) -> None:
    service = await serve(make.shop())
    first = await service.start(key="k", number="138 0000 1234")
    again = await service.renewals.start(
        make.caller(), number="+86-13800001234", tenure=TENURE, platforms=None, key="k"
    )
    assert again.replayed
    assert again.renewal.id == first.id
    assert await service.count("renewal") == 1


@pytest.mark.parametrize(
    "other",
    [
        {"number": OTHER},
        {"tenure": Current(activated_on=date(2024, 5, 2))},
        {"platforms": ["shop"]},
    ],
)
async def test_the_same_key_with_other_input_is_refused(
    serve: Serve, other: dict[str, Any]
) -> None:
    service = await serve(make.shop())
    await service.start(key="k")
    with pytest.raises(Conflict) as caught:
        await service.start(key="k", **other)
    assert caught.value.reason is Reason.IDEMPOTENCY_KEY_REUSED
    assert await service.count("renewal") == 1


async def test_a_key_belongs_to_its_caller_and_tenant(serve: Serve) -> None:
    service = await serve(make.shop())
    callers = [
        make.caller(),
        make.caller(subject="another service"),
        make.caller(tenant="another carrier"),
    ]
    found = [(await service.start(key="k", caller=caller)).id for caller in callers]
    assert len(set(found)) == 3


async def test_twenty_twins_at_once_open_one_renewal(serve: Serve) -> None:
    service = await serve(make.shop())
    found = await asyncio.gather(*(service.start(key="k") for _ in range(20)))
    assert len({view.id for view in found}) == 1
    assert await service.count("renewal") == await service.count("inquiry") == 1
    assert await service.count("item") == 1


async def test_refused_input_consumes_no_key(serve: Serve) -> None:
    service = await serve(make.shop())
    wrong: list[dict[str, Any]] = [{"number": "12"}, {"platforms": ["nowhere"]}, {"platforms": []}]
    for one in wrong:
        with pytest.raises(GatewayError):
            await service.start(key="k", **one)
    assert await service.count("idempotency") == 0
    await service.start(key="k")


@pytest.mark.parametrize("key", [" ", " k", "k ", "a\nb", "x" * 201])
async def test_a_malformed_key_is_refused(serve: Serve, key: str) -> None:
    service = await serve(make.shop())
    with pytest.raises(InvalidArgument) as caught:
        await service.start(key=key)
    assert caught.value.reason is Reason.IDEMPOTENCY_KEY_MALFORMED


async def test_one_account_asked_for_twice_is_one_action_in_two_renewals(serve: Serve) -> None:
    shop = make.shop()
    service = await serve(shop)
    first, second = await service.order(make.account()), await service.order(make.account())
    assert first.id != second.id
    assert first.actions[0].id == second.actions[0].id
    elsewhere = await service.start(caller=make.caller(tenant="other"))
    async with service.working():
        assert (await service.until(first)).status is Status.FULFILLED
        assert (await service.until(second)).status is Status.FULFILLED
        other = make.caller(tenant="other")
        async with asyncio.timeout(10):
            while not (await service.get(elsewhere, other)).settled:  # noqa: ASYNC110 - a journal
                await asyncio.sleep(0.01)
    assert not {one.id for one in (await service.get(elsewhere, other)).actions} & {
        first.actions[0].id
    }
    for view in (first, second):
        last = (await service.store.events(view.id, after=0))[-1]
        assert (last.item_id, last.status) == (first.actions[0].id, Status.FULFILLED)


async def test_many_renewals_at_once_for_one_account_share_its_action(serve: Serve) -> None:
    service = await serve(make.shop())
    views = await asyncio.gather(*(service.order(make.account()) for _ in range(10)))
    assert len({view.actions[0].id for view in views}) == 1
    assert len({view.id for view in views}) == 10


async def test_withdrawing_spares_what_another_renewal_waits_for(serve: Serve) -> None:
    service = await serve(make.shop())
    first, second = await service.order(make.account()), await service.order(make.account())
    await service.renewals.withdraw(make.caller(), first.id)
    async with service.working():
        assert (await service.until(second)).status is Status.FULFILLED
    assert (await service.get(first)).withdrawn_at is not None


async def test_withdrawing_twice_changes_nothing_more(serve: Serve) -> None:
    service, view = await started(serve, make.shop(), make.guide())
    once = await service.renewals.withdraw(make.caller(), view.id)
    twice = await service.renewals.withdraw(make.caller(), view.id)
    assert once.last_event == twice.last_event
    async with service.working():
        assert (await service.until(view)).status is Status.REVOKED


async def test_events_are_numbered_without_gaps_whoever_writes_them(serve: Serve) -> None:
    shops = [make.shop(f"shop{n}", limits=None) for n in range(6)]
    service, view = await started(serve, *shops)
    async with service.working(), service.working():
        end = await service.until(view)
    events = await service.store.events(view.id, after=0)
    assert [event.seq for event in events] == list(range(1, end.last_event + 1))
    assert [event.at for event in events] == sorted(event.at for event in events)


async def test_nothing_clear_stands_in_any_table(serve: Serve) -> None:
    account = make.account("handle-of-mine", blockers=())
    shop = make.shop("shop", account, extra=(Capability.STATUS,)).plan(
        "unbind", Pending(remote_ref="reference-of-mine")
    )
    service = await serve(shop)
    view = await service.start(key="key-of-mine", caller=make.caller(subject="subject-of-mine"))
    await service.settle(view)
    async with service.database.transaction() as session:
        tables = await session.execute(
            sa.text(
                "select quote_ident(table_schema) || '.' || quote_ident(table_name) "
                "from information_schema.tables where table_type = 'BASE TABLE' "
                "and table_schema not in ('pg_catalog', 'information_schema')"
            )
        )
        dump = ""
        for table in tables.scalars().all():
            found = await session.execute(sa.text(f"select t::text from {table} t"))
            dump += "\n".join(str(row) for row in found.scalars())
    assert str(view.id) in dump
    hidden = ["13800001234", "handle-of-mine", "张*丰", "reference-of-mine", "key-of-mine",
              "subject-of-mine"]  # fmt: skip
    for secret in hidden:
        assert secret not in dump
        assert secret.encode().hex() not in dump


async def test_a_platform_that_never_answers_leaves_the_renewal_open(serve: Serve) -> None:
    silent = make.shop("silent").plan("lookup", *[Unavailable(), TimedOut()] * 400)
    service, view = await started(serve, silent, make.shop())

    def tried(now: RenewalView) -> bool:
        return len(silent.calls) > 5 and all(a.status is Status.FULFILLED for a in now.actions)

    async with service.working():
        now = await service.until(view, lambda now: bool(now.actions) and tried(now))
    assert now.status is Status.IN_PROGRESS


async def test_a_failed_inquiry_can_be_taken_up_again(serve: Serve) -> None:
    shop = make.shop().plan("lookup", CredentialsFault())
    service, view = await started(serve, shop)
    async with service.working():
        view = await service.until(view)
        assert view.status is Status.PARTIALLY_FULFILLED
        await service.renewals.retry(make.caller(), view.inquiries[0].id)
        end = await service.until(view, lambda now: now.status is Status.FULFILLED)
    with pytest.raises(Conflict):
        await service.renewals.retry(make.caller(), end.inquiries[0].id)


async def test_steps_by_hand_count_once_a_person_confirms_them(serve: Serve) -> None:
    service = await serve(make.shop(), make.guide())
    view = await service.settle()
    assert view.status is Status.PARTIALLY_FULFILLED
    by_hand = next(one for one in view.inquiries if one.outcome is Outcome.GUIDANCE)
    other = next(one for one in view.inquiries if one.outcome is not Outcome.GUIDANCE)
    with pytest.raises(NotFound):
        await service.handwork.confirm(make.caller(), other.id)
    once = await service.handwork.confirm(make.caller(), by_hand.id)
    twice = await service.handwork.confirm(make.caller(), by_hand.id)
    assert once.status is twice.status is Status.FULFILLED
    assert once.last_event == twice.last_event


async def test_a_step_confirmed_where_nobody_answered_can_be_confirmed_again(serve: Serve) -> None:
    shop = make.shop().plan("lookup", ProtocolFault())
    service = await serve(shop)
    view = await service.settle()
    assert view.inquiries[0].status is Status.FAILED
    once = await service.handwork.confirm(make.caller(), view.inquiries[0].id)
    twice = await service.handwork.confirm(make.caller(), view.inquiries[0].id)
    assert twice == once


async def test_an_inquiry_that_stays_pending_is_followed_by_status(serve: Serve) -> None:
    platforms = (make.platform("shop"), make.platform("forum"))
    shop = (
        make.shop(extra=(Capability.STATUS,), platforms=platforms)
        .plan("lookup", *[{"shop": Pending(remote_ref="q"), "forum": Pending(remote_ref="q")}] * 2)
        .plan("status", Pending(remote_ref="q"), Unavailable(), ProtocolFault())
    )
    service = await serve(shop)
    view = await service.start(platforms=["shop"])
    async with service.working():
        view = await service.until(view)
        assert view.inquiries[0].status is Status.FAILED
        await service.renewals.retry(make.caller(), view.inquiries[0].id)
        end = await service.until(view, lambda now: bool(now.actions))
    assert end.inquiries[0].outcome is Outcome.BOUND


async def test_a_holder_sees_only_what_is_about_the_own_tenure(serve: Serve) -> None:
    service = await serve(make.shop())
    holder = make.caller(subject="p", holder=Holder(number=NUMBER, tenure=TENURE))
    view = (
        await service.renewals.start(holder, number=None, tenure=None, platforms=None, key="k")
    ).renewal
    strangers = [
        make.caller(tenant="other"),
        make.caller(holder=Holder(number=OTHER, tenure=TENURE)),
        make.caller(holder=Holder(number=NUMBER, tenure=Departing(activated_on=date(2024, 5, 1)))),
        make.caller(holder=Holder(number=NUMBER, tenure=Current(activated_on=date(2025, 5, 1)))),
    ]
    for stranger in strangers:
        with pytest.raises(NotFound):
            await service.renewals.get(stranger, view.id)
        with pytest.raises(NotFound):
            await service.renewals.withdraw(stranger, view.id)
        with pytest.raises(NotFound):
            await service.renewals.retry(stranger, view.inquiries[0].id)
        with pytest.raises(NotFound):
            await service.handwork.confirm(stranger, view.inquiries[0].id)
        with pytest.raises(NotFound):
            await anext(service.renewals.follow(stranger, view.id))
        assert await service.renewals.page(stranger, number=None, first=5, before=None) == (
            [],
            False,
        )
    mine, more = await service.renewals.page(holder, number=None, first=5, before=None)
    assert ([one.id for one in mine], more) == ([view.id], False)


async def test_every_use_needs_its_scope(serve: Serve) -> None:
    service, view = await started(serve, make.shop())
    reader = replace(make.caller(), scopes=frozenset({Scope.ACCOUNTS_READ}))
    nobody = replace(make.caller(), scopes=frozenset[Scope]())
    await service.renewals.get(reader, view.id)
    for refused in (
        service.renewals.withdraw(reader, view.id),
        service.renewals.retry(reader, view.inquiries[0].id),
        service.handwork.confirm(reader, view.inquiries[0].id),
        service.start(caller=reader),
        service.renewals.get(nobody, view.id),
        service.renewals.page(nobody, number=None, first=1, before=None),
    ):
        with pytest.raises(PermissionDenied):
            await refused


async def test_pages_go_from_new_to_old_without_loss(serve: Serve) -> None:
    service = await serve(make.shop())
    made = [(await service.start(number=NUMBER if n % 2 else OTHER)).id for n in range(7)]
    seen: list[uuid.UUID] = []
    before = None
    more = True
    while more:
        views, more = await service.renewals.page(
            make.caller(), number=None, first=3, before=before
        )
        seen += [view.id for view in views]
        before = (views[-1].created_at, views[-1].id)
    assert seen == made[::-1]
    about, _ = await service.renewals.page(make.caller(), number=OTHER, first=9, before=None)
    assert len(about) == 4
    for first in (0, 101):
        with pytest.raises(OutOfRange):
            await service.renewals.page(make.caller(), number=None, first=first, before=None)


async def test_what_is_not_eligible_is_refused_and_nothing_is_half_done(serve: Serve) -> None:
    service = await serve(make.shop())
    with pytest.raises(InvalidArgument) as caught:
        await service.order(make.account(), make.account("h-2", bound=None))
    assert caught.value.reason is Reason.ACCOUNT_NOT_ELIGIBLE
    assert caught.value.field == "accountIds[1]"
    with pytest.raises(InvalidArgument):
        await service.order()
    assert await service.count("item") == await service.count("idempotency") == 0
