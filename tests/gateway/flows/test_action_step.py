"""The life of an action at a platform, through the real queue and the real journal."""

from __future__ import annotations

import asyncio
import json
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from standardwebhooks import Webhook

from jiebang.gateway.domain.status import Progress, Status, Verification
from jiebang.gateway.flows.callbacks import CallbackReceipt
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
    from tests.gateway.conftest import Make, Serve, Service, Shop

SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS10ZXN0cw=="
LATER = (Capability.STATUS,)
NOW_OVER = Limits(give_up_after=timedelta(0))


def only(view: RenewalView) -> ActionView:
    (action,) = view.actions
    return action


def ended(action: ActionView) -> tuple[Status, Verification | None]:
    return action.status, action.verification


async def lived(service: Service) -> ActionView:
    """Run one renewal until nothing more happens automatically; return its action."""
    view = await service.start()
    async with service.working():
        return only(await service.until(view))


async def ordered(service: Service, shop: Shop) -> RenewalView:
    """Return a renewal whose action is in progress at the platform."""
    view = await service.start()
    return await service.until(view, lambda now: bool(shop.urls) and bool(now.actions))


def signed(body: object, name: str = "event-1") -> tuple[list[tuple[str, str]], bytes]:
    raw, now = json.dumps(body), datetime.now(UTC)
    return [
        ("webhook-id", name),
        ("webhook-timestamp", str(int(now.timestamp()))),
        ("webhook-signature", Webhook(SECRET).sign(name, now, raw)),
    ], raw.encode()


async def test_what_is_done_and_absent_afterwards_is_verified(make: Make, serve: Serve) -> None:
    shop = make.shop()
    service = await serve(shop)
    view = await service.start()
    async with service.working():
        end = await service.until(view)
    assert ended(only(end)) == (Status.FULFILLED, Verification.VERIFIED)
    assert end.status is Status.FULFILLED
    assert shop.effects == [str(only(end).id)]
    assert only(end).effects == (Effect.NUMBER_DETACHED,)


async def test_what_had_been_done_before_counts_as_done(make: Make, serve: Serve) -> None:
    shop = make.shop()
    shop.plan("lookup", shop.answer())
    shop.accounts.clear()
    action = await lived(await serve(shop))
    assert ended(action) == (Status.FULFILLED, Verification.VERIFIED)
    assert shop.effects == []


async def test_a_refusal_is_final_and_says_why(make: Make, serve: Serve) -> None:
    shop = make.shop()
    shop.plan("unbind", Denied(reason=DenyReason.LEGAL_HOLD))
    service = await serve(shop)
    view = await service.start()
    async with service.working():
        end = await service.until(view)
    assert (only(end).status, only(end).reason) == (Status.DENIED, DenyReason.LEGAL_HOLD)
    assert end.status is Status.PARTIALLY_FULFILLED
    assert not only(end).retryable


async def test_a_pending_order_is_asked_after_until_it_is_done(make: Make, serve: Serve) -> None:
    shop = make.shop(extra=LATER, delivery={Capability.UNBIND: "poll"})
    shop.plan("unbind", Pending(remote_ref="r-1"))
    shop.plan("status", Pending(remote_ref="r-1"), Unavailable(), Pending(remote_ref="r-1"))
    action = await lived(await serve(shop))
    assert ended(action) == (Status.FULFILLED, Verification.VERIFIED)
    assert shop.calls.count("unbind") == 1
    assert shop.calls.count("status") == 4


async def test_a_callback_ends_a_pending_order_without_polling(make: Make, serve: Serve) -> None:
    shop = make.shop(extra=(*LATER, Capability.CALLBACK))
    shop.plan("unbind", Pending(remote_ref="r-1"))
    service = await serve(shop)
    async with service.working():
        view = await service.until(
            await ordered(service, shop),
            lambda now: only(now).progress is Progress.AWAITING_PLATFORM,
        )
        token = str(shop.urls[0]).rsplit("/", 1)[1]
        receipt = await service.callbacks.receive(
            "shop", token, *signed({"say": "done", "ref": "r-1"})
        )
        assert receipt is CallbackReceipt.KEPT
        end = await service.until(view)
    assert ended(only(end)) == (Status.FULFILLED, Verification.VERIFIED)
    assert "status" not in shop.calls


async def test_a_callback_may_come_before_the_answer_it_follows(make: Make, serve: Serve) -> None:
    shop = make.shop(extra=(*LATER, Capability.CALLBACK))
    shop.plan("unbind", Pending(remote_ref="r-1"))
    shop.held = "unbind"
    service = await serve(shop)
    async with service.working():
        view = await ordered(service, shop)
        token = str(shop.urls[0]).rsplit("/", 1)[1]
        kept = await service.callbacks.receive(
            "shop", token, *signed({"say": "done", "ref": "r-1"})
        )
        assert kept is CallbackReceipt.KEPT
        shop.gate.set()
        end = await service.until(view)
    assert ended(only(end)) == (Status.FULFILLED, Verification.VERIFIED)
    assert shop.calls.count("unbind") == 1


async def test_a_step_of_the_person_is_shown_and_the_order_goes_on_after_it(
    make: Make, serve: Serve
) -> None:
    shop = make.shop(extra=(*LATER, Capability.CALLBACK))
    shop.plan("unbind", NeedsAction(kind=StepKind.OTP, url="https://shop.test/otp"))
    service = await serve(shop)
    async with service.working():
        view = await service.until(
            await ordered(service, shop),
            lambda now: only(now).progress is Progress.NEED_USER_VERIFICATION,
        )
        assert only(view).needs is not None
        await service.callback_store.wake("shop", only(view).id)
        end = await service.until(view)
    assert ended(only(end)) == (Status.FULFILLED, Verification.VERIFIED)
    assert only(end).needs is None
    assert len(shop.effects) == 1


async def test_where_a_repeat_would_act_twice_a_wanted_step_waits_for_the_persons_word(
    make: Make, serve: Serve
) -> None:
    shop = make.shop(idempotency=Idempotency.NONE)
    shop.plan("unbind", NeedsAction(kind=StepKind.WEB, url="https://shop.test/step"))
    service = await serve(shop)
    view = await service.start()
    async with service.working():
        view = await service.until(view)
    assert only(view).progress is Progress.NEED_USER_VERIFICATION
    assert only(view).retryable
    assert shop.calls.count("unbind") == 1
    assert shop.effects == []


async def test_a_failed_action_that_is_asked_for_again_is_taken_up_for_both(
    make: Make, serve: Serve
) -> None:
    shop = make.shop()
    shop.plan("unbind", CredentialsFault())
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


async def test_what_only_a_person_can_do_is_left_to_them(make: Make, serve: Serve) -> None:
    shop = make.shop()
    shop.plan("unbind", Guidance(guide_id="shop"))
    service = await serve(shop)
    view = await service.start()
    async with service.working():
        view = await service.until(view)
        assert only(view).progress is Progress.MANUAL_TASK
        assert view.status is Status.IN_PROGRESS
        assert only(view).retryable
        await service.renewals.retry(make.caller(), only(view).id)
        end = await service.until(view)
    assert ended(only(end)) == (Status.FULFILLED, Verification.VERIFIED)


async def test_passing_failures_are_tried_again_under_the_same_key(
    make: Make, serve: Serve
) -> None:
    shop = make.shop()
    shop.plan(
        "unbind", Unavailable(), RateLimited(retry_after=0.01), TimedOut(maybe_done=True), "lost"
    )
    action = await lived(await serve(shop))
    assert ended(action) == (Status.FULFILLED, Verification.VERIFIED)
    assert shop.calls.count("unbind") == 5
    assert shop.effects == [str(action.id)]


async def test_a_refused_credential_gives_up_and_can_be_taken_up_with_the_same_key(
    make: Make, serve: Serve
) -> None:
    shop = make.shop()
    shop.plan("unbind", CredentialsFault())
    service = await serve(shop)
    view = await service.start()
    async with service.working():
        view = await service.until(view)
        assert (only(view).status, only(view).error) == (Status.FAILED, ErrorCode.CREDENTIALS)
        assert view.status is Status.PARTIALLY_FULFILLED
        await service.renewals.retry(make.caller(), only(view).id)
        end = await service.until(view, lambda now: now.status is Status.FULFILLED)
    assert shop.effects == [str(only(view).id)]
    assert only(end).error is None


async def test_where_a_repeat_would_act_twice_a_lost_reply_is_reconciled_not_repeated(
    make: Make, serve: Serve
) -> None:
    shop = make.shop(idempotency=Idempotency.NONE)
    shop.plan("unbind", "lost")
    action = await lived(await serve(shop))
    assert ended(action) == (Status.FULFILLED, Verification.VERIFIED)
    assert shop.calls.count("unbind") == 1
    assert len(shop.effects) == 1


@pytest.mark.parametrize("fault", [TimedOut(maybe_done=True), Bug(maybe_done=True), "nonsense"])
async def test_where_it_cannot_be_told_whether_an_order_arrived_a_person_decides(
    make: Make, serve: Serve, fault: object
) -> None:
    shop = make.shop(idempotency=Idempotency.NONE)
    shop.plan("unbind", fault)
    service = await serve(shop)
    view = await service.start()
    async with service.working():
        view = await service.until(view)
        assert only(view).progress is Progress.MANUAL_TASK
        await service.renewals.retry(make.caller(), only(view).id)
        view = await service.until(view, lambda now: now.settled)
        await service.renewals.withdraw(make.caller(), view.id)
        end = await service.until(view, lambda now: only(now).status is Status.REVOKED)
    assert end.status is Status.REVOKED
    assert shop.calls.count("unbind") == 1


async def test_an_order_that_was_turned_away_is_sent_again_even_there(
    make: Make, serve: Serve
) -> None:
    shop = make.shop(idempotency=Idempotency.NONE)
    shop.plan("unbind", RateLimited(), Unavailable())
    action = await lived(await serve(shop))
    assert ended(action) == (Status.FULFILLED, Verification.VERIFIED)
    assert len(shop.effects) == 1


async def test_a_worker_that_dies_between_its_mark_and_the_call_leads_to_no_second_order(
    make: Make, serve: Serve
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


async def test_an_account_that_is_still_there_was_not_unbound(make: Make, serve: Serve) -> None:
    shop = make.shop()
    shop.plan("unbind", Done())
    service = await serve(shop)
    view = await service.start()
    async with service.working():
        end = await service.until(view)
    assert ended(only(end)) == (Status.FAILED, Verification.STILL_BOUND)
    assert only(end).retryable
    assert end.status is Status.PARTIALLY_FULFILLED


async def test_an_account_that_goes_late_is_looked_for_more_than_once(
    make: Make, serve: Serve
) -> None:
    shop = make.shop()
    shop.plan("lookup", *[shop.answer()] * 3)
    action = await lived(await serve(shop))
    assert ended(action) == (Status.FULFILLED, Verification.VERIFIED)
    assert shop.calls.count("lookup") == 4


async def test_the_persons_own_new_account_stays_and_the_old_one_is_still_verified(
    make: Make, serve: Serve
) -> None:
    own = make.account("h-own", bound=BindingDate.on(date(2025, 1, 6)))
    shop = make.shop("shop", make.account(), own)
    service = await serve(shop)
    view = await service.start()
    async with service.working():
        end = await service.until(view)
    assert ended(only(end)) == (Status.FULFILLED, Verification.VERIFIED)
    assert end.status is Status.FULFILLED
    assert list(shop.accounts) == ["h-own"]


async def test_where_handles_change_nobody_can_tell(make: Make, serve: Serve) -> None:
    action = await lived(await serve(make.shop(stable_handles=False)))
    assert ended(action) == (Status.FULFILLED, Verification.CANNOT_TELL)


async def test_an_incomplete_answer_proves_nothing(make: Make, serve: Serve) -> None:
    shop = make.shop()
    other = Bound(accounts=(make.account("h-2"),), complete=False)
    shop.plan("lookup", shop.answer(), *[other] * 9)
    action = await lived(await serve(shop))
    assert ended(action) == (Status.FULFILLED, Verification.CANNOT_TELL)


async def test_a_verification_that_cannot_be_made_is_not_waited_for(
    make: Make, serve: Serve
) -> None:
    shop = make.shop()
    shop.plan("lookup", shop.answer(), ProtocolFault())
    action = await lived(await serve(shop))
    assert ended(action) == (Status.FULFILLED, Verification.CANNOT_TELL)


async def test_a_verification_may_be_answered_later(make: Make, serve: Serve) -> None:
    shop = make.shop(extra=LATER)
    shop.plan("lookup", shop.answer(), Pending(remote_ref="q-1"))
    shop.plan("status", Pending(remote_ref="q-1"))
    action = await lived(await serve(shop))
    assert ended(action) == (Status.FULFILLED, Verification.VERIFIED)
    assert shop.calls.count("status") == 2


async def test_a_verification_that_stays_pending_ends(make: Make, serve: Serve) -> None:
    shop = make.shop(extra=LATER, limits=NOW_OVER)
    shop.plan("lookup", shop.answer(), *[Pending(remote_ref="q-1")] * 9)
    action = await lived(await serve(shop))
    assert ended(action) == (Status.FULFILLED, Verification.CANNOT_TELL)


async def test_a_platform_that_cannot_be_asked_has_only_its_word(make: Make, serve: Serve) -> None:
    shop = make.shop()
    shop.spec = make.spec(capabilities={Capability.UNBIND})
    service = await serve(shop)
    view = await service.order(make.account())
    async with service.working():
        end = await service.until(view)
    assert ended(only(end)) == (Status.FULFILLED, Verification.ATTESTED)


async def test_an_end_to_contact_is_attested(make: Make, serve: Serve) -> None:
    shop = make.shop(extra=(Capability.CEASE_CONTACT,))
    service = await serve(shop)
    view = await service.order(make.account(), kind=ActionKind.CEASE_CONTACT)
    async with service.working():
        end = await service.until(view)
    assert ended(only(end)) == (Status.FULFILLED, Verification.ATTESTED)
    assert only(end).effects == (Effect.CONTACT_STOPPED,)
    assert shop.accounts


@pytest.mark.parametrize("answer", [Pending(remote_ref="r"), Unavailable(), TimedOut()])
async def test_what_takes_too_long_expires(make: Make, serve: Serve, answer: object) -> None:
    shop = make.shop(extra=LATER, limits=NOW_OVER)
    shop.plan("unbind", answer)
    service = await serve(shop)
    view = await service.start()
    async with service.working():
        end = await service.until(view)
    assert only(end).status is Status.EXPIRED
    assert end.status is Status.PARTIALLY_FULFILLED


async def test_what_was_not_sent_can_be_withdrawn(make: Make, serve: Serve) -> None:
    shop = make.shop()
    service = await serve(shop)
    view = await service.order(make.account())
    await service.renewals.withdraw(make.caller(), view.id)
    async with service.working():
        end = await service.until(view)
    assert only(end).status is end.status is Status.REVOKED
    assert shop.calls == []


async def test_a_pending_order_is_taken_back_where_the_platform_can(
    make: Make, serve: Serve
) -> None:
    shop = make.shop(extra=(*LATER, Capability.WITHDRAW))
    shop.plan("unbind", Pending(remote_ref="r-1"))
    shop.plan("status", *[Pending(remote_ref="r-1")] * 500)
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
    make: Make, serve: Serve, can: bool
) -> None:
    shop = make.shop(extra=(*LATER, Capability.WITHDRAW) if can else LATER)
    shop.plan("unbind", Pending(remote_ref="r-1"))
    shop.plan("status", *[Pending(remote_ref="r-1")] * 3)
    # Asked again when the withdrawal comes just before a tick begins.
    shop.plan("withdraw", *[TooLate()] * 20)
    service = await serve(shop)
    async with service.working():
        view = await ordered(service, shop)
        await service.renewals.withdraw(make.caller(), view.id)
        end = await service.until(view)
    assert ended(only(end)) == (Status.FULFILLED, Verification.VERIFIED)
    assert end.withdrawn_at is not None


async def test_a_withdrawal_while_the_order_is_on_its_way_does_not_send_it_again(
    make: Make, serve: Serve
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
    make: Make, serve: Serve
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
    assert ended(only(end)) == (Status.FULFILLED, Verification.VERIFIED)


async def test_an_answer_that_is_nonsense_can_be_taken_up_with_the_same_key(
    make: Make, serve: Serve
) -> None:
    shop = make.shop()
    shop.plan("unbind", Done(at=datetime(2025, 1, 1)))  # no zone: a breach of the contract
    service = await serve(shop)
    view = await service.start()
    async with service.working():
        view = await service.until(view)
        assert (only(view).status, only(view).error) == (Status.FAILED, ErrorCode.BUG)
        await service.renewals.retry(make.caller(), only(view).id)
        end = await service.until(view, lambda now: now.status is Status.FULFILLED)
    assert shop.effects == [str(only(end).id)]


async def test_many_actions_at_once_all_end_once(make: Make, serve: Serve) -> None:
    accounts = [make.account(f"h-{n}") for n in range(40)]
    shop = make.shop("shop", *accounts, limits=Limits(concurrency=20))
    shop.plan("unbind", *[Unavailable(), "lost", None] * 10)
    service = await serve(shop)
    view = await service.start()
    async with service.working(), service.working():
        end = await asyncio.wait_for(service.until(view), 20)
    assert {ended(action) for action in end.actions} == {(Status.FULFILLED, Verification.VERIFIED)}
    assert sorted(shop.effects) == sorted(str(action.id) for action in end.actions)
