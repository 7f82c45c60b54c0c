"""The life of an action at a platform, through the real queue and the real journal."""

from __future__ import annotations

import asyncio
import uuid
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.gateway.conftest import make, started

from jiebang.gateway.domain.status import Progress, Status, Verification
from jiebang.gateway.views.renewal_view import ActionView, RenewalView
from jiebang.sdk import (
    ActionKind,
    BindingDate,
    Bound,
    Bug,
    Capability,
    CredentialsFault,
    Denied,
    DenyReason,
    Done,
    Effect,
    ErrorCode,
    Guidance,
    Idempotency,
    Limits,
    NeedsAction,
    Pending,
    ProtocolFault,
    RateLimited,
    StepKind,
    TimedOut,
    TooLate,
    Unavailable,
)

if TYPE_CHECKING:
    from tests.gateway.conftest import Serve, Service, Shop

LATER = (Capability.STATUS,)
VERIFIED = (Status.FULFILLED, Verification.VERIFIED)
CANNOT_TELL = (Status.FULFILLED, Verification.CANNOT_TELL)
ASKED = Pending(remote_ref="r-1")
STILL_THERE = Bound(accounts=(make.account(),))
ANOTHER = Bound(accounts=(make.account("h-2"),), complete=False)
NOW_OVER = Limits(give_up_after=timedelta(0))


def only(view: RenewalView) -> ActionView:
    (action,) = view.actions
    return action


def ended(action: ActionView) -> tuple[Status, Verification | None]:
    return action.status, action.verification


async def ordered(service: Service, shop: Shop) -> RenewalView:
    """Return a renewal whose action is in progress at the platform."""
    view = await service.start()
    return await service.until(view, lambda now: bool(shop.urls) and bool(now.actions))


async def test_what_is_done_and_absent_afterwards_is_verified(serve: Serve) -> None:
    shop = make.shop()
    end = await (await serve(shop)).settle()
    assert ended(only(end)) == VERIFIED
    assert end.status is Status.FULFILLED
    assert shop.effects == [str(only(end).id)]
    assert only(end).effects == (Effect.NUMBER_DETACHED,)


NO_REPEAT: dict[str, Any] = {"idempotency": Idempotency.NONE}
POLLED: dict[str, Any] = {"extra": LATER, "delivery": {Capability.UNBIND: "poll"}}
PASSING = [Unavailable(), RateLimited(retry_after=0.01), TimedOut(maybe_done=True), "lost"]


@pytest.mark.parametrize(
    ("about", "script", "end", "calls"),
    [
        pytest.param(
            POLLED,
            {"unbind": [ASKED], "status": [ASKED, Unavailable(), ASKED]},
            VERIFIED,
            {"unbind": 1, "status": 4},
            id="a pending order is asked after until it is done",
        ),
        pytest.param(
            {},
            {"unbind": PASSING},
            VERIFIED,
            {"unbind": 5},
            id="passing failures are tried again under the same key",
        ),
        pytest.param(
            NO_REPEAT,
            {"unbind": ["lost"]},
            VERIFIED,
            {"unbind": 1},
            id="where a repeat would act twice a lost reply is reconciled, not repeated",
        ),
        pytest.param(
            NO_REPEAT,
            {"unbind": [RateLimited(), Unavailable()]},
            VERIFIED,
            {"unbind": 3},
            id="an order that was turned away is sent again even there",
        ),
        pytest.param(
            {},
            {"lookup": [STILL_THERE] * 3},
            VERIFIED,
            {"lookup": 4},
            id="an account that goes late is looked for more than once",
        ),
        pytest.param(
            {"extra": LATER},
            {"lookup": [STILL_THERE, Pending(remote_ref="q-1")], "status": [ASKED]},
            VERIFIED,
            {"status": 2},
            id="a verification may be answered later",
        ),
        pytest.param(
            {"extra": LATER, "limits": NOW_OVER},
            {"lookup": [STILL_THERE, *[Pending(remote_ref="q-1")] * 9]},
            CANNOT_TELL,
            {},
            id="a verification that stays pending ends",
        ),
        pytest.param(
            {"stable_handles": False},
            {},
            CANNOT_TELL,
            {},
            id="where handles change nobody can tell",
        ),
        pytest.param(
            {},
            {"lookup": [STILL_THERE, *[ANOTHER] * 9]},
            CANNOT_TELL,
            {},
            id="an incomplete answer proves nothing",
        ),
        pytest.param(
            {},
            {"lookup": [STILL_THERE, ProtocolFault()]},
            CANNOT_TELL,
            {},
            id="a verification that cannot be made is not waited for",
        ),
    ],
)
async def test_an_order_is_fulfilled_once_and_says_what_is_known(
    serve: Serve,
    about: dict[str, Any],
    script: dict[str, list[object]],
    end: tuple[Status, Verification],
    calls: dict[str, int],
) -> None:
    shop = make.shop(**about)
    for method, steps in script.items():
        shop.plan(method, *steps)
    action = only(await (await serve(shop)).settle())
    assert ended(action) == end
    assert {method: shop.calls.count(method) for method in calls} == calls
    assert shop.effects == [str(action.id)]


async def test_what_had_been_done_before_counts_as_done(serve: Serve) -> None:
    shop = make.shop().plan("lookup", STILL_THERE)
    shop.accounts.clear()
    assert ended(only(await (await serve(shop)).settle())) == VERIFIED
    assert shop.effects == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (CredentialsFault(), ErrorCode.CREDENTIALS),
        (Done(at=datetime(2025, 1, 1)), ErrorCode.BUG),  # no zone: a breach of the contract
    ],
)
async def test_what_gives_up_can_be_taken_up_with_the_same_key(
    serve: Serve, answer: object, error: ErrorCode
) -> None:
    shop = make.shop().plan("unbind", answer)
    service, view = await started(serve, shop)
    async with service.working():
        view = await service.until(view)
        assert (only(view).status, only(view).error) == (Status.FAILED, error)
        assert view.status is Status.PARTIALLY_FULFILLED
        await service.renewals.retry(make.caller(), only(view).id)
        end = await service.until(view, lambda now: now.status is Status.FULFILLED)
    assert shop.effects == [str(only(view).id)]
    assert only(end).error is None


async def test_a_refusal_is_final_and_says_why(serve: Serve) -> None:
    shop = make.shop().plan("unbind", Denied(reason=DenyReason.LEGAL_HOLD))
    end = await (await serve(shop)).settle()
    assert (only(end).status, only(end).reason) == (Status.DENIED, DenyReason.LEGAL_HOLD)
    assert end.status is Status.PARTIALLY_FULFILLED
    assert not only(end).retryable


async def test_a_step_of_the_person_is_shown_and_the_order_goes_on_after_it(serve: Serve) -> None:
    shop = make.shop(extra=(*LATER, Capability.CALLBACK)).plan(
        "unbind", NeedsAction(kind=StepKind.OTP, url="https://shop.test/otp")
    )
    service = await serve(shop)
    async with service.working():
        view = await service.until(
            await ordered(service, shop),
            lambda now: only(now).progress is Progress.NEED_USER_VERIFICATION,
        )
        assert only(view).needs is not None
        await service.callback_store.wake("shop", only(view).id)
        end = await service.until(view)
    assert ended(only(end)) == VERIFIED
    assert only(end).needs is None
    assert len(shop.effects) == 1


async def test_where_a_repeat_would_act_twice_a_wanted_step_waits_for_the_persons_word(
    serve: Serve,
) -> None:
    shop = make.shop(idempotency=Idempotency.NONE).plan(
        "unbind", NeedsAction(kind=StepKind.WEB, url="https://shop.test/step")
    )
    view = await (await serve(shop)).settle()
    assert only(view).progress is Progress.NEED_USER_VERIFICATION
    assert only(view).retryable
    assert shop.calls.count("unbind") == 1
    assert shop.effects == []


async def test_a_failed_action_that_is_asked_for_again_is_taken_up_for_both(serve: Serve) -> None:
    shop = make.shop().plan("unbind", CredentialsFault())
    service = await serve(shop)
    first = await service.start()
    async with service.working():
        first = await service.until(first)
        assert only(first).status is Status.FAILED
        second = await service.until(
            await service.start(), lambda now: now.status is Status.FULFILLED
        )
        first = await service.until(first, lambda now: now.status is Status.FULFILLED)
    assert only(first).id == only(second).id
    assert shop.effects == [str(only(first).id)]


async def test_what_only_a_person_can_do_is_left_to_them(serve: Serve) -> None:
    shop = make.shop().plan("unbind", Guidance(guide_id="shop"))
    service, view = await started(serve, shop)
    async with service.working():
        view = await service.until(view)
        assert only(view).progress is Progress.MANUAL_TASK
        assert view.status is Status.IN_PROGRESS
        assert only(view).retryable
        await service.renewals.retry(make.caller(), only(view).id)
        end = await service.until(view)
    assert ended(only(end)) == VERIFIED


@pytest.mark.parametrize("fault", [TimedOut(maybe_done=True), Bug(maybe_done=True), "nonsense"])
async def test_where_it_cannot_be_told_whether_an_order_arrived_a_person_decides(
    serve: Serve, fault: object
) -> None:
    shop = make.shop(idempotency=Idempotency.NONE).plan("unbind", fault)
    service, view = await started(serve, shop)
    async with service.working():
        view = await service.until(view)
        assert only(view).progress is Progress.MANUAL_TASK
        await service.renewals.retry(make.caller(), only(view).id)
        view = await service.until(view, lambda now: now.settled)
        await service.renewals.withdraw(make.caller(), view.id)
        end = await service.until(view, lambda now: only(now).status is Status.REVOKED)
    assert end.status is Status.REVOKED
    assert shop.calls.count("unbind") == 1


async def test_a_worker_that_dies_between_its_mark_and_the_call_leads_to_no_second_order(
    serve: Serve,
) -> None:
    shop = make.shop(idempotency=Idempotency.NONE)
    service = await serve(shop)
    died: list[uuid.UUID] = []

    async def dying(item: uuid.UUID, number: int) -> None:
        loaded = await service.step_store.load(item, number)
        if loaded is None or died or not hasattr(loaded[0], "stage"):
            await service.steps.run(item, number)
            return
        died.append(item)
        await service.step_store.mark_sent(loaded[0], number)  # type: ignore[arg-type]  # an action
        raise ConnectionResetError

    view = await service.start()
    async with service.working(dying):
        end = await service.until(view)
    assert died == [only(end).id]
    assert only(end).progress is Progress.MANUAL_TASK
    assert "unbind" not in shop.calls


async def test_an_account_that_is_still_there_was_not_unbound(serve: Serve) -> None:
    shop = make.shop().plan("unbind", Done())
    end = await (await serve(shop)).settle()
    assert ended(only(end)) == (Status.FAILED, Verification.STILL_BOUND)
    assert only(end).retryable
    assert end.status is Status.PARTIALLY_FULFILLED


async def test_the_persons_own_new_account_stays_and_the_old_one_is_still_verified(
    serve: Serve,
) -> None:
    own = make.account("h-own", bound=BindingDate.on(date(2025, 1, 6)))
    shop = make.shop("shop", make.account(), own)
    end = await (await serve(shop)).settle()
    assert ended(only(end)) == VERIFIED
    assert end.status is Status.FULFILLED
    assert list(shop.accounts) == ["h-own"]


async def test_a_platform_that_cannot_be_asked_has_only_its_word(serve: Serve) -> None:
    shop = make.shop()
    shop.spec = make.spec(capabilities={Capability.UNBIND})
    service = await serve(shop)
    end = await service.settle(await service.order(make.account()))
    assert ended(only(end)) == (Status.FULFILLED, Verification.ATTESTED)


async def test_an_end_to_contact_is_attested(serve: Serve) -> None:
    shop = make.shop(extra=(Capability.CEASE_CONTACT,))
    service = await serve(shop)
    end = await service.settle(await service.order(make.account(), kind=ActionKind.CEASE_CONTACT))
    assert ended(only(end)) == (Status.FULFILLED, Verification.ATTESTED)
    assert only(end).effects == (Effect.CONTACT_STOPPED,)
    assert shop.accounts


@pytest.mark.parametrize("answer", [Pending(remote_ref="r"), Unavailable(), TimedOut()])
async def test_what_takes_too_long_expires(serve: Serve, answer: object) -> None:
    shop = make.shop(extra=LATER, limits=NOW_OVER).plan("unbind", answer)
    end = await (await serve(shop)).settle()
    assert only(end).status is Status.EXPIRED
    assert end.status is Status.PARTIALLY_FULFILLED


async def test_what_was_not_sent_can_be_withdrawn(serve: Serve) -> None:
    shop = make.shop()
    service = await serve(shop)
    view = await service.order(make.account())
    await service.renewals.withdraw(make.caller(), view.id)
    end = await service.settle(view)
    assert only(end).status is end.status is Status.REVOKED
    assert shop.calls == []


async def test_a_pending_order_is_taken_back_where_the_platform_can(serve: Serve) -> None:
    shop = (
        make.shop(extra=(*LATER, Capability.WITHDRAW))
        .plan("unbind", ASKED)
        .plan("status", *[ASKED] * 500)
    )
    shop.plan("withdraw", Unavailable())
    service = await serve(shop)
    async with service.working():
        view = await ordered(service, shop)
        await service.renewals.withdraw(make.caller(), view.id)
        end = await service.until(view)
    assert only(end).status is end.status is Status.REVOKED
    assert shop.effects == []
    assert shop.calls.count("withdraw") == 2


@pytest.mark.parametrize("can", [True, False])
async def test_an_order_that_is_too_late_to_withdraw_goes_on_to_its_end(
    serve: Serve, can: bool
) -> None:
    shop = (
        make.shop(extra=(*LATER, Capability.WITHDRAW) if can else LATER)
        .plan("unbind", ASKED)
        .plan("status", *[ASKED] * 3)
    )
    # Asked again when the withdrawal comes just before a tick begins.
    shop.plan("withdraw", *[TooLate()] * 20)
    service = await serve(shop)
    async with service.working():
        view = await ordered(service, shop)
        await service.renewals.withdraw(make.caller(), view.id)
        end = await service.until(view)
    assert ended(only(end)) == VERIFIED
    assert end.withdrawn_at is not None


async def test_a_withdrawal_while_the_order_is_on_its_way_does_not_send_it_again(
    serve: Serve,
) -> None:
    shop = make.shop()
    service = await serve(shop)
    shop.plan("unbind", TimedOut(maybe_done=True))
    shop.held = "unbind"
    async with service.working():
        view = await ordered(service, shop)
        await service.renewals.withdraw(make.caller(), view.id)
        shop.gate.set()
        end = await service.until(view)
    assert only(end).status is Status.REVOKED
    assert shop.calls.count("unbind") == 1


async def test_a_connector_that_was_switched_off_leaves_the_action_to_be_taken_up(
    serve: Serve,
) -> None:
    shop = make.shop()
    before = await serve(shop)
    view = await before.order(make.account())
    off = await serve(shop, make.guide(), disabled=frozenset({"shop"}))
    async with off.working():
        view = await off.until(view)
    assert (only(view).status, only(view).error) == (Status.FAILED, ErrorCode.CONFIG)
    assert shop.calls == []
    async with before.working():
        await before.renewals.retry(make.caller(), only(view).id)
        end = await before.until(view, lambda now: now.status is Status.FULFILLED)
    assert ended(only(end)) == VERIFIED


async def test_many_actions_at_once_all_end_once(serve: Serve) -> None:
    accounts = [make.account(f"h-{n}") for n in range(40)]
    shop = make.shop("shop", *accounts, limits=Limits(concurrency=20)).plan(
        "unbind", *[Unavailable(), "lost", None] * 10
    )
    service, view = await started(serve, shop)
    async with service.working(), service.working():
        end = await asyncio.wait_for(service.until(view), 20)
    assert {ended(action) for action in end.actions} == {VERIFIED}
    assert sorted(shop.effects) == sorted(str(action.id) for action in end.actions)
